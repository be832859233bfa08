//! Providers of models, and the names under which apis offer their models.

use super::{Compiler, LeftOut, number};
use crate::ai::alias::{Alias, Models, Target};
use crate::ai::clouds::Proof;
use crate::ai::clouds::address::{beside, is_dated};
use crate::ai::clouds::tokens::Account;
use crate::ai::keys::{Key, KeyPool};
use crate::ai::offer::Offer;
use crate::ai::provider::{Face, Provider};
use crate::snapshot::version::unix_ms;
use crate::upstream::cluster::Cluster;
use ai::catalogue::{Catalogue, KeyIn, Model, Origin, Quirk, Vendor};
use ai::dialect::VendorDialect;
use ai::google::Signer;
use domain::gateway_config::{GatewayProvider, GatewayProviderKey};
use domain::ids::ProviderId;
use domain::models::ModelAliases;
use domain::providers::GoogleAccount;
use domain::upstream::{Node, Timeouts, Upstream, UpstreamUrl};
use std::sync::Arc;

/// A setting of Azure's.
const API_VERSION: &str = "api_version";
/// Whoever gives tokens is quick, or calls wait for nothing. Milliseconds.
const TOKEN_TIMEOUTS: Timeouts =
    Timeouts { connect_ms: 5_000, first_byte_ms: 10_000, idle_ms: 10_000, total_ms: 20_000 };
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
        let keys =
            provider.keys.iter().map(|key| self.key(vendor, key)).collect::<Result<Vec<_>, String>>()?;
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
            anthropic_version_in_body: vendor.has(Quirk::AnthropicVersionInBody),
            api_version: provider.settings.get(API_VERSION).map(|version| version.as_str().into()),
            offer: offer(provider, &ai.catalogue)?,
            paces: Arc::clone(self.interned.paces.entry(provider.id.to_string()).or_default()),
        })
    }

    fn key(&mut self, vendor: &Vendor, key: &GatewayProviderKey) -> Result<Key, String> {
        let open = || (self.installation.ai.unseal)(&key.id, &key.secret);
        let secret = open().ok_or_else(|| format!("the key {} cannot be opened", key.id))?;
        let proof = Proof::of(vendor.key, secret, |account, secret| self.account(account, secret));
        Ok(Key {
            id: key.id.as_str().into(),
            proof: proof.map_err(|error| format!("the key {}: {error}", key.id))?,
            weight: key.weight,
            expires_ms: key.expires_at.map(unix_ms),
            state: Arc::clone(self.interned.keys.entry(key.id.to_string()).or_default()),
        })
    }

    fn account(&mut self, account: &GoogleAccount, secret: &str) -> Result<Account, String> {
        let signer = Signer::new(account)?;
        let upstream = Upstream { timeouts: TOKEN_TIMEOUTS, ..Upstream::at(signer.token_uri().clone()) };
        let numbers = &mut self.interned.numbers;
        let pool = |node: &Node| number(numbers, &format!("tokens {}", node.url));
        let cluster = Cluster::new(&upstream, None, Arc::default(), pool, |_| Arc::default())?;
        let mark = *blake3::hash(secret.as_bytes()).as_bytes();
        Ok(Account { signer, cluster: Arc::new(cluster), mark })
    }

    fn face(
        &mut self,
        provider: &GatewayProvider,
        vendor: &Vendor,
        prefix: &str,
        dialect: VendorDialect,
    ) -> Result<Face, String> {
        let base = base(provider, vendor, prefix)?;
        let upstream = Upstream { timeouts: TIMEOUTS, ..Upstream::at(base) };
        let numbers = &mut self.interned.numbers;
        let id = &provider.id;
        let pool = |node: &Node| number(numbers, &format!("{id} {}", node.url));
        let cluster = Cluster::new(&upstream, None, Arc::default(), pool, |_| Arc::default())?;
        Ok(Face { prefix: prefix.into(), dialect, cluster: Arc::new(cluster) })
    }
}

/// What stands before the paths of the dialect in which models of that prefix are spoken to.
fn base(provider: &GatewayProvider, vendor: &Vendor, prefix: &str) -> Result<UpstreamUrl, String> {
    let said = |field: &str| provider.settings.get(field).map(String::as_str);
    let of = |prefix| {
        let url = vendor.url(prefix, said).map_err(|field| format!("the setting {field:?} is missing"))?;
        url.parse::<UpstreamUrl>().map_err(|error| format!("its address: {error}"))
    };
    let base = match &provider.base_url {
        None => of(prefix)?,
        Some(url) if prefix.is_empty() => url.clone(),
        Some(url) => {
            let own = of("").and_then(|usual| Ok((usual, of(prefix)?))).ok();
            let moved = own.and_then(|(usual, other)| {
                beside(url.url().as_str(), usual.base_path(), other.base_path())?.parse().ok()
            });
            moved.unwrap_or_else(|| url.clone())
        }
    };
    let dated = said(API_VERSION).is_some_and(is_dated);
    match base.url().as_str().trim_end_matches('/').strip_suffix("/v1").filter(|_| dated) {
        Some(base) => base.parse().map_err(|error| format!("its address: {error}")),
        None => Ok(base),
    }
}

/// The provider's models: those of the catalogue that was imported for its vendor, or of the one that comes with the
/// gateway, and what the operators say over it.
fn offer(provider: &GatewayProvider, built_in: &Arc<Catalogue>) -> Result<Offer, String> {
    let catalogue = match &provider.catalogue {
        None => Arc::clone(built_in),
        Some(imported) => {
            let twice = |at: usize| {
                let id = imported.get(at).map(|facts| facts.id.as_str()).unwrap_or_default();
                format!("the imported model {id:?} has the name of another one")
            };
            let models = imported.iter().map(|facts| Model::of(facts, Origin::Imported));
            Arc::new(Catalogue::of(models).map_err(twice)?)
        }
    };
    Offer::new(&provider.kind, catalogue, &provider.models)
}

/// The names under which an api offers models.
pub(super) fn models(config: &ModelAliases) -> Models {
    let target = |target: &domain::models::ModelTarget| Target {
        provider: target.provider.as_str().into(),
        model: target.model.as_str().into(),
        weight: target.weight,
        priority: target.priority,
    };
    let aliases = config.aliases.iter().map(|alias| {
        let targets = alias.targets.iter().map(target).collect();
        (alias.name.as_str().into(), Alias::new(targets, alias.strategy))
    });
    Models { aliases: aliases.collect(), strict: config.strict, retries: config.retries }
}
