//! What the gateway serves at one moment: immutable, found by address and by credential without a lock.
//!
//! Compiled off to the side, from a `GatewayConfig` or from the last snapshot and a `GatewayUpdate`, and swapped whole.
//! A snapshot shares what did not change with the one before it. The limits' cells and what is known of upstreams'
//! nodes live on from one to the next.

mod alone;
mod compile;
mod credential;
mod earlier;
mod id;
mod lookup;
pub mod money;
mod rates;
pub mod router;
mod shards;
pub mod subscription;
pub mod version;

pub use compile::LeftOut;
pub use credential::Credential;
pub use earlier::MOST_KEYS;
pub use id::{InlineId, SharedName};
pub use lookup::{KeyHash, Spread};

use crate::ai::provider::Provider;
use crate::metrics::series::{DEFAULT_BUDGET, Registry, Series};
use crate::upstream::cluster::Cluster;
use crate::upstream::tls::Identities;
use ai::catalogue::{Catalogue, Vendor};
use arc_swap::ArcSwap;
use compile::{Ai, Compiler, Installation, Interned};
use domain::gateway_config::{GatewayConfig, GatewayCredential, GatewayUpdate};
use domain::gateway_status::NodeStatus;
use domain::ids::{CertificateId, ProviderKeyId};
use domain::text::HostName;
use lookup::Pair;
use money::Money;
use rustls::pki_types::CertificateDer;
use shards::Shards;
use std::cell::{Ref, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use subscription::Subscription;
use version::{Api, Standing, Version};

/// Everything that is served. A clone shares all of it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub sequence: i64,
    apis: Shards<Api>,
    hosts: Arc<HashMap<Box<str>, Arc<Version>>>,
    credentials: Shards<Credential>,
    subscriptions: Shards<Subscription>,
    /// Of models, by their ids.
    pub providers: Arc<HashMap<Box<str>, Arc<Provider>>>,
    /// Budgets, and what was used of them.
    pub money: Arc<Money>,
    /// Upstreams whose nodes are checked.
    pub checked: Arc<[Arc<Cluster>]>,
    /// Apis and hosts that are left out.
    left_out: Vec<LeftOut>,
    /// Keys that open nothing, as nothing hashes to what they have for a hash.
    unfit: Vec<GatewayCredential>,
}

/// The version that an address belongs to, and the part of the path that its routes see (it begins with a slash).
#[derive(Debug)]
pub struct Addressed<'s, 'p> {
    pub version: &'s Arc<Version>,
    pub path: &'p str,
}

impl Snapshot {
    fn empty() -> Self {
        Self {
            sequence: -1,
            apis: Shards::default(),
            hosts: Arc::default(),
            credentials: Shards::default(),
            subscriptions: Shards::default(),
            providers: Arc::default(),
            money: Arc::default(),
            checked: Arc::default(),
            left_out: Vec::new(),
            unfit: Vec::new(),
        }
    }

    fn versions(&self) -> impl Iterator<Item = (&str, &Arc<Version>)> {
        self.apis.values().flat_map(|api| api.versions.iter().map(|version| (&*api.slug, version)))
    }

    fn served(&self) -> impl Iterator<Item = &Arc<Version>> {
        let versions = self.versions().map(|(_, version)| version);
        versions.filter(|version| matches!(version.standing, Standing::Served))
    }

    /// What was to be served and is not.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        let of_apis = self.apis.values().flat_map(|api| &api.left_out);
        let unfit = self.unfit.iter().map(|credential| LeftOut::Credential(credential.id.to_string()));
        of_apis.chain(&self.left_out).cloned().chain(unfit).collect()
    }

    /// The nodes of all upstreams as they are at that time, by api, version and number.
    #[must_use]
    pub fn nodes(&self, now_ms: u64) -> Vec<NodeStatus> {
        let served = self.versions().filter(|(_, version)| matches!(version.standing, Standing::Served));
        let mut nodes: Vec<NodeStatus> =
            served.flat_map(|(slug, v)| v.cluster.status(slug, v.name.as_str(), now_ms)).collect();
        nodes.sort_by(|a, b| (&a.api, &a.version, a.number).cmp(&(&b.api, &b.version, b.number)));
        nodes
    }

    /// The label sets of all routes, by api, version and number of the route; each once.
    #[must_use]
    pub fn series(&self) -> Vec<&Arc<Series>> {
        let mut versions: Vec<(&str, &Arc<Version>)> = self.versions().collect();
        versions.sort_by_key(|(slug, version)| (*slug, version.name.as_str()));
        let mut seen = HashSet::new();
        let all = versions.into_iter().flat_map(|(_, version)| version.series.iter());
        all.filter(|series| seen.insert(Arc::as_ptr(series))).collect()
    }

    /// The version that `path` at `host` (lower case, without a port) belongs to.
    #[must_use]
    pub fn address<'s, 'p>(&'s self, host: &str, path: &'p str) -> Option<Addressed<'s, 'p>> {
        if let Some(version) = self.hosts.get(host) {
            return Some(Addressed { version, path });
        }
        let (slug, rest) = split_segment(path)?;
        let api = self.apis.get(slug)?;
        if let Some((name, below)) = split_segment(rest) {
            if let Some(version) = api.version(name) {
                return Some(Addressed { version, path: or_root(below) });
            }
            // the default version does not answer in the place of one that is not served
            if api.knows(name) {
                return None;
            }
        }
        Some(Addressed { version: api.default_version()?, path: or_root(rest) })
    }

    /// Whether any version answers at a host of its own.
    #[must_use]
    pub fn has_hosts(&self) -> bool {
        !self.hosts.is_empty()
    }

    /// What a version of an earlier snapshot is in this one.
    #[must_use]
    pub fn version(&self, earlier: &Version) -> Option<&Arc<Version>> {
        let api = self.apis.get(&*earlier.slug)?;
        api.version(earlier.name.as_str()).filter(|now| now.api == earlier.api)
    }

    #[must_use]
    pub fn credential(&self, hash: &KeyHash) -> Option<&Arc<Credential>> {
        self.credentials.get(hash)
    }

    /// The subscription of the credential's application to the version's api.
    #[must_use]
    pub fn subscription(&self, credential: &Credential, version: &Version) -> Option<&Arc<Subscription>> {
        self.subscriptions.get(&Pair::of(credential.application_number, version.api_number))
    }
}

/// `/a/b/c` is `a` and `/b/c`; an empty first segment is none.
fn split_segment(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix('/')?;
    let end = memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len());
    let (segment, below) = rest.split_at_checked(end)?;
    (!segment.is_empty()).then_some((segment, below))
}

fn or_root(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

/// The snapshot that is being served, shared by all threads and by whoever publishes the next one.
#[derive(Clone)]
pub struct SnapshotHandle {
    current: Arc<ArcSwap<Snapshot>>,
    /// Held while compiling, so that one publication follows the other.
    compiling: Arc<Mutex<Interned>>,
    credential_key: Arc<[u8; 32]>,
    installation: Arc<Installation>,
}

impl SnapshotHandle {
    /// Serves nothing yet. `credential_key` is the key that the credentials' hashes are made with; `portal_url`
    /// (`https://portal.example.com`) is where answers of deprecated versions point to.
    #[must_use]
    pub fn new(credential_key: [u8; 32], portal_url: &str) -> Self {
        Self {
            current: Arc::new(ArcSwap::from_pointee(Snapshot::empty())),
            compiling: Arc::default(),
            credential_key: Arc::new(credential_key),
            installation: Arc::new(Installation {
                portal_url: portal_url.trim_end_matches('/').into(),
                hosts: Vec::new(),
                registry: Registry::new(DEFAULT_BUDGET),
                identities: Identities::default(),
                ai: Arc::default(),
            }),
        }
    }

    /// Keeps the host names under which the gateway and the portal are reached: no version answers at them.
    #[must_use]
    pub fn keeping(self, hosts: Vec<HostName>) -> Self {
        let installation = Installation { hosts, ..Installation::clone(&self.installation) };
        Self { installation: Arc::new(installation), ..self }
    }

    /// Trusts these authorities too where an upstream does not say whom it trusts. To be said before anything is
    /// published.
    pub fn trusting(self, roots: &[CertificateDer<'static>]) -> Result<Self, rustls::Error> {
        let identities = self.installation.identities.clone().trusting(roots)?;
        let installation = Installation { identities, ..Installation::clone(&self.installation) };
        Ok(Self { installation: Arc::new(installation), ..self })
    }

    /// Opens the sealed private keys of certificates (to PEM) with this. To be said before anything is published.
    #[must_use]
    pub fn unsealing(
        self,
        unseal: impl Fn(&CertificateId, &str) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let identities = self.installation.identities.clone().unsealing(Arc::new(unseal));
        let installation = Installation { identities, ..Installation::clone(&self.installation) };
        Self { installation: Arc::new(installation), ..self }
    }

    /// Calls models of these vendors, and opens the sealed secrets of their keys with this. To be said before anything is
    /// published.
    #[must_use]
    pub fn with_models(
        self,
        vendors: Vec<Vendor>,
        catalogue: Arc<Catalogue>,
        unseal: impl Fn(&ProviderKeyId, &str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let ai = Arc::new(Ai { vendors, catalogue, unseal: Box::new(unseal) });
        let installation = Installation { ai, ..Installation::clone(&self.installation) };
        Self { installation: Arc::new(installation), ..self }
    }

    /// Counts calls of so many routes each for itself. To be said before anything is published.
    #[must_use]
    pub fn with_series(self, budget: usize) -> Self {
        let registry = Registry::new(budget);
        let installation = Installation { registry, ..Installation::clone(&self.installation) };
        Self { installation: Arc::new(installation), ..self }
    }

    /// Compiles the configuration and serves it: every call that begins after this returns sees it. What cannot be
    /// served is left out and told; the rest is served. Takes CPU time in proportion to the configuration.
    #[must_use = "something may be left out"]
    pub fn publish(&self, config: &GatewayConfig) -> Vec<LeftOut> {
        self.swap(|compiler| compiler.all(config))
    }

    /// Puts the parts in the place of what they stand for and serves that: every call that begins after this returns
    /// sees it. Answers all that is left out of what is served. Takes CPU time in proportion to the parts; where one
    /// is an api, a little for each of the others too.
    #[must_use = "something may be left out"]
    pub fn update(&self, update: &GatewayUpdate) -> Vec<LeftOut> {
        self.swap(|compiler| compiler.updated(update))
    }

    fn swap(&self, compile: impl FnOnce(Compiler<'_>) -> Snapshot) -> Vec<LeftOut> {
        let mut interned = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.current.load_full();
        let snapshot = compile(Compiler::new(&last, &mut interned, &self.installation));
        let left_out = snapshot.left_out();
        self.current.store(Arc::new(snapshot));
        left_out
    }

    /// The change mark of what is being served; -1 before the first publication.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.current.load().sequence
    }

    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.installation.registry
    }

    pub(crate) fn credential_key(&self) -> &[u8; 32] {
        &self.credential_key
    }
}

/// One thread's hold on the current snapshot: asking for it again costs no shared write.
pub struct SnapshotReader {
    handle: SnapshotHandle,
    held: RefCell<Arc<Snapshot>>,
}

impl SnapshotReader {
    #[must_use]
    pub fn new(handle: SnapshotHandle) -> Self {
        let held = RefCell::new(handle.current());
        Self { handle, held }
    }

    /// The snapshot of this moment. To be let go before anything is awaited.
    #[must_use]
    pub fn get(&self) -> Ref<'_, Arc<Snapshot>> {
        let current = self.handle.current.load();
        if !Arc::ptr_eq(&current, &self.held.borrow()) {
            self.held.replace(Arc::clone(&current));
        }
        self.held.borrow()
    }

    /// Where calls are counted.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        self.handle.registry()
    }

    /// The keyed hash by which credentials are found.
    #[must_use]
    pub fn hash(&self, key: &str) -> KeyHash {
        KeyHash::of(self.handle.credential_key(), key)
    }
}
