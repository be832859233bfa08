//! Providers of models, and the names under which apis offer their models.

use super::{Compiler, LeftOut, number};
use crate::ai::alias::{Alias, Models, Target};
use crate::ai::keys::{Key, KeyPool};
use crate::ai::provider::{Face, Provider};
use crate::snapshot::version::unix_ms;
use crate::upstream::cluster::Cluster;
use ai::catalogue::{KeyIn, Quirk, Vendor};
use ai::dialect::VendorDialect;
use domain::gateway_config::{GatewayProvider, GatewayProviderKey};
use domain::ids::ProviderId;
use domain::models::ModelAliases;
use domain::upstream::{Node, Timeouts, Upstream, UpstreamUrl};
use http::HeaderValue;
use std::sync::Arc;

/// Models think, and write long answers. Milliseconds.
const TIMEOUTS: Timeouts =
    Timeouts { connect_ms: 5_000, first_byte_ms: 300_000, idle_ms: 300_000, total_ms: 1_800_000 };

impl Compiler<'_> {
    /// In the place of what it was.
    pub(super) fn provider(&mut self, provider: &GatewayProvider) {
        match self.compiled_provider(provider) {
            Ok(compiled) => {
                Arc::make_mut(&mut self.next.providers)
                    .insert(provider.id.as_str().into(), Arc::new(compiled));
            }
            Err(error) => {
                self.no_provider(&provider.id);
                self.next.left_out.push(LeftOut::Provider { provider: provider.id.to_string(), error });
            }
        }
    }

    pub(super) fn no_provider(&mut self, id: &ProviderId) {
        Arc::make_mut(&mut self.next.providers).remove(id.as_str());
    }

    fn compiled_provider(&mut self, provider: &GatewayProvider) -> Result<Provider, String> {
        let ai = Arc::clone(&self.installation.ai);
        let vendor = ai.vendors.iter().find(|vendor| vendor.id == provider.kind);
        let vendor = vendor.ok_or_else(|| format!("there is no vendor {:?}", provider.kind))?;
        if matches!(vendor.key, KeyIn::Sigv4 | KeyIn::ServiceAccount) {
            return Err(format!("{} cannot be called with this kind of key yet", vendor.name));
        }
        let keys = provider.keys.iter().map(|key| self.key(key)).collect::<Result<Vec<_>, String>>()?;
        if keys.is_empty() && vendor.key != KeyIn::None && !vendor.has(Quirk::KeyOptional) {
            return Err("it has no key".to_owned());
        }
        let also = vendor.also.iter().map(|also| (also.prefix.as_str(), also.dialect));
        let faces = also.chain([("", vendor.dialect)]);
        Ok(Provider {
            id: provider.id.as_str().into(),
            vendor: vendor.id.as_str().into(),
            faces: faces
                .map(|(prefix, dialect)| self.face(provider, vendor, prefix, dialect))
                .collect::<Result<_, _>>()?,
            key_in: vendor.key,
            keys: KeyPool::new(keys),
            max_completion_tokens: vendor.has(Quirk::MaxCompletionTokens),
            region: provider.settings.get("region").map(|region| region.as_str().into()),
            catalogue: Arc::clone(&ai.catalogue),
        })
    }

    fn key(&mut self, key: &GatewayProviderKey) -> Result<Key, String> {
        let open = || (self.installation.ai.unseal)(&key.id, &key.secret);
        let secret = open().ok_or_else(|| format!("the key {} cannot be opened", key.id))?;
        let mut header = HeaderValue::try_from(secret)
            .map_err(|_| format!("the key {} holds what no header field may", key.id))?;
        header.set_sensitive(true);
        Ok(Key {
            id: key.id.as_str().into(),
            header,
            weight: key.weight,
            expires_ms: key.expires_at.map(unix_ms),
            state: Arc::clone(self.interned.keys.entry(key.id.to_string()).or_default()),
        })
    }

    fn face(
        &mut self,
        provider: &GatewayProvider,
        vendor: &Vendor,
        prefix: &str,
        dialect: VendorDialect,
    ) -> Result<Face, String> {
        let base = match &provider.base_url {
            Some(url) => url.clone(),
            None => {
                let said = |field: &str| provider.settings.get(field).map(String::as_str);
                let url =
                    vendor.url(prefix, said).map_err(|field| format!("the setting {field:?} is missing"))?;
                url.parse::<UpstreamUrl>().map_err(|error| format!("its address: {error}"))?
            }
        };
        let upstream = Upstream { timeouts: TIMEOUTS, ..Upstream::at(base) };
        let numbers = &mut self.interned.numbers;
        let id = &provider.id;
        let pool = |node: &Node| number(numbers, &format!("{id} {}", node.url));
        let cluster = Cluster::new(&upstream, None, Arc::default(), pool, |_| Arc::default())?;
        Ok(Face { prefix: prefix.into(), dialect, cluster: Arc::new(cluster) })
    }
}

/// The names under which an api offers models.
pub(super) fn models(config: &ModelAliases) -> Models {
    let target = |target: &domain::models::ModelTarget| Target {
        provider: target.provider.as_str().into(),
        model: target.model.as_str().into(),
        weight: target.weight,
        priority: target.priority,
    };
    let aliases = config
        .aliases
        .iter()
        .map(|alias| (alias.name.as_str().into(), Alias::new(alias.targets.iter().map(target).collect())));
    Models { aliases: aliases.collect(), strict: config.strict }
}
