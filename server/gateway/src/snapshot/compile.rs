//! From what control wants served to what the pipeline looks things up in. Off the hot path; refuses rather than
//! guesses, and says what it did not understand.

use super::router::Router;
use super::subscription::{Cells, Subscription};
use super::version::{self, Api, Version};
use super::{Credential, KeyHash, Snapshot, Spread, pair};
use crate::cors::CorsPolicy;
use crate::upstream::target::Target;
use domain::gateway_config::{GatewayApi, GatewayConfig, GatewayVersion};
use domain::ids::ApplicationId;
use domain::routes::Route;
use domain::subscriptions::SubscriptionState;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Why a configuration is not served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    #[error("two apis have the slug {0}")]
    SlugTwice(String),
    #[error("api {0} has more than one version {1}")]
    VersionTwice(String, String),
    #[error("host {host} belongs to {first} and to {second}")]
    HostTwice { host: String, first: String, second: String },
    #[error("{version}: {error}")]
    Version { version: String, error: String },
    #[error("credential {0} has a hash that is not 64 hex digits")]
    Hash(String),
}

/// Numbers that stand for names, the same in every snapshot of the process.
#[derive(Debug, Default)]
pub struct Interned {
    numbers: HashMap<String, u32>,
    /// What applications have used of apis, also of subscriptions that are gone.
    cells: HashMap<u64, Cells, Spread>,
}

impl Interned {
    fn number(&mut self, name: String) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(name).or_insert(next)
    }
}

pub fn compile(
    config: &GatewayConfig,
    interned: &mut Interned,
    portal_url: &str,
) -> Result<Snapshot, CompileError> {
    let mut snapshot = Snapshot { sequence: config.sequence, ..Snapshot::empty() };
    for api in &config.apis {
        let api_number = interned.number(api.id.to_string());
        let about = format!("{portal_url}/catalogue/{}", api.slug);
        let compiled = compile_api(api, api_number, &about, interned)?;
        add_hosts(&mut snapshot.hosts, api, &compiled)?;
        if snapshot.apis.insert(api.slug.as_str().into(), compiled).is_some() {
            return Err(CompileError::SlugTwice(api.slug.to_string()));
        }
    }
    snapshot.credentials = compile_credentials(config, interned)?;
    snapshot.subscriptions = compile_subscriptions(config, interned);
    Ok(snapshot)
}

fn compile_api(
    api: &GatewayApi,
    api_number: u32,
    about: &str,
    interned: &mut Interned,
) -> Result<Api, CompileError> {
    let mut versions: Vec<Arc<Version>> = Vec::with_capacity(api.versions.len());
    for config in &api.versions {
        if versions.iter().any(|known| known.name == config.name) {
            return Err(CompileError::VersionTwice(api.slug.to_string(), config.name.to_string()));
        }
        let named =
            |error: String| CompileError::Version { version: format!("{}/{}", api.slug, config.name), error };
        versions
            .extend(compile_version(api, config, api_number, about, interned).map_err(named)?.map(Arc::new));
    }
    let default_version = versions.iter().position(|version| version.name == api.default_version);
    Ok(Api { versions, default_version })
}

/// `None` for a draft.
fn compile_version(
    api: &GatewayApi,
    config: &GatewayVersion,
    api_number: u32,
    about: &str,
    interned: &mut Interned,
) -> Result<Option<Version>, String> {
    let Some(standing) = version::standing(config) else { return Ok(None) };
    let routes = &config.config.routes;
    let upstream = &config.config.upstream;
    // connections are shared by the versions of one api, never between apis
    let pool = interned.number(format!(
        "{} {}://{}:{}",
        api.id,
        upstream.url.url().scheme(),
        upstream.url.host(),
        upstream.url.port()
    ));
    Ok(Some(Version {
        api: api.id.clone(),
        api_number,
        name: config.name.clone(),
        standing,
        router: Router::new(routes),
        labels: routes.iter().map(Route::label).map(String::into_boxed_str).collect(),
        target: Target::new(upstream, pool)?,
        cors: config.config.policies.cors.as_ref().map(CorsPolicy::new).transpose()?,
        notices: version::notices(config, &format!("{about}/{}", config.name)),
        successor: version::successor(config),
    }))
}

fn add_hosts(
    hosts: &mut HashMap<Box<str>, Arc<Version>>,
    api: &GatewayApi,
    compiled: &Api,
) -> Result<(), CompileError> {
    for config in &api.versions {
        let Some(version) = compiled.version(config.name.as_str()) else { continue };
        for host in &config.config.hosts {
            match hosts.entry(host.as_str().into()) {
                Entry::Vacant(slot) => drop(slot.insert(Arc::clone(version))),
                Entry::Occupied(taken) => {
                    return Err(CompileError::HostTwice {
                        host: host.to_string(),
                        first: format!("{}/{}", taken.get().api, taken.get().name),
                        second: format!("{}/{}", api.id, config.name),
                    });
                }
            }
        }
    }
    Ok(())
}

fn compile_credentials(
    config: &GatewayConfig,
    interned: &mut Interned,
) -> Result<HashMap<KeyHash, Arc<Credential>, Spread>, CompileError> {
    let mut credentials = HashMap::with_capacity_and_hasher(config.credentials.len(), Spread);
    for credential in &config.credentials {
        let hash = KeyHash::from_hex(&credential.hash)
            .ok_or_else(|| CompileError::Hash(credential.id.to_string()))?;
        let compiled = Credential {
            id: credential.id.clone(),
            application: credential.application.clone(),
            expires_ms: credential.expires_at.map(version::unix_ms),
            application_number: application_number(interned, &credential.application),
        };
        credentials.insert(hash, Arc::new(compiled));
    }
    Ok(credentials)
}

fn application_number(interned: &mut Interned, application: &ApplicationId) -> u32 {
    interned.number(application.to_string())
}

fn compile_subscriptions(
    config: &GatewayConfig,
    interned: &mut Interned,
) -> HashMap<u64, Arc<Subscription>, Spread> {
    let mut subscriptions: HashMap<u64, Arc<Subscription>, Spread> =
        HashMap::with_capacity_and_hasher(config.subscriptions.len(), Spread);
    for subscription in &config.subscriptions {
        let key = pair(
            application_number(interned, &subscription.application),
            interned.number(subscription.api.to_string()),
        );
        // by application and api, so that cancelling and asking again is no way to a fresh quota
        let cells = interned.cells.entry(key).or_default().clone();
        let compiled = Arc::new(Subscription::new(subscription, cells));
        match subscriptions.entry(key) {
            // a rejected one stands beside its successor only in a configuration that was read mid-change
            Entry::Occupied(mut taken) if rank(compiled.state) > rank(taken.get().state) => {
                drop(taken.insert(compiled))
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(slot) => drop(slot.insert(compiled)),
        }
    }
    subscriptions
}

/// Which of two subscriptions for one application and api counts.
fn rank(state: SubscriptionState) -> u8 {
    match state {
        SubscriptionState::Active => 4,
        SubscriptionState::Paused => 3,
        SubscriptionState::Pending => 2,
        SubscriptionState::Expired => 1,
        SubscriptionState::Rejected | SubscriptionState::Cancelled => 0,
    }
}
