//! From what control wants served to what the pipeline looks things up in. Off the hot path. What it does not
//! understand it leaves out, and says so: one bad version does not keep the others, or a revoked key, from being
//! what they are now.

mod apis;
mod budgets;
mod consumers;
mod counts;
mod hosts;
mod left_out;
mod models;
mod policies;

pub use hosts::Claim;
pub use left_out::LeftOut;

use super::Snapshot;
use super::id::SharedName;
use super::lookup::{Pair, Spread};
use super::subscription::Allowance;
use crate::ai::cache::Kept;
use crate::ai::keys::KeyState;
use crate::ai::pace::Paces;
use crate::limits::ledger::Ledger;
use crate::limits::rules::Cells;
use crate::metrics::series::{Registry, SeriesByLabels};
use crate::upstream::cluster::Shared;
use crate::upstream::node::NodeState;
use crate::upstream::tls::{self, Identities};
use ai::catalogue::{Catalogue, Vendor};
use counts::AllCounts;
use domain::gateway_config::{GatewayConfig, GatewayUpdate, Part};
use domain::ids::ProviderKeyId;
use domain::plans::Limits;
use domain::text::HostName;
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers that stand for names, the same in every snapshot of the process.
#[derive(Debug, Default)]
pub struct Interned {
    numbers: HashMap<SharedName, u32>,
    /// What applications have used of apis, also of subscriptions that are gone.
    cells: HashMap<Pair, Arc<Cells>, Spread>,
    /// What plans allow, by all that they say of it.
    allowances: HashMap<Box<str>, Arc<Allowance>>,
    /// What is known of the nodes of upstreams, by version and address.
    nodes: HashMap<String, Arc<NodeState>>,
    clusters: HashMap<String, Arc<Shared>>,
    identities: tls::Shared,
    /// What limits of versions draw on.
    counts: AllCounts,
    series: SeriesByLabels,
    /// What was spent on models.
    pub ledger: Arc<Ledger>,
    /// What is known of the keys of providers.
    keys: HashMap<String, Arc<KeyState>>,
    /// What apis have answered, by how much of it is kept.
    kept: HashMap<String, Arc<Kept>>,
    /// How soon the models of providers answer.
    paces: HashMap<String, Arc<Paces>>,
}

impl Interned {
    /// What stands for the name.
    pub fn number(&mut self, name: &str) -> u32 {
        number(&mut self.numbers, name)
    }

    /// The name as it is shared, and what stands for it.
    fn named(&mut self, name: &str) -> (SharedName, u32) {
        named(&mut self.numbers, name)
    }

    /// Lets go of what no snapshot has any more.
    fn forget_unused(&mut self) {
        self.allowances.retain(|_, allowance| Arc::strong_count(allowance) > 1);
        self.nodes.retain(|_, state| Arc::strong_count(state) > 1);
        self.clusters.retain(|_, shared| Arc::strong_count(shared) > 1);
        self.identities.forget_unused();
        self.counts.forget_unused();
        self.series.forget_unused();
        self.kept.retain(|_, kept| Arc::strong_count(kept) > 1);
        self.keys.retain(|_, state| Arc::strong_count(state) > 1);
        self.paces.retain(|_, paces| Arc::strong_count(paces) > 1);
    }

    /// By application and api, so that cancelling and asking again is no way to a fresh quota.
    pub fn cells(&mut self, pair: Pair) -> Arc<Cells> {
        Arc::clone(self.cells.entry(pair).or_default())
    }

    fn allowance(&mut self, limits: &Limits) -> Arc<Allowance> {
        let allowance = Allowance::new(limits);
        let key = allowance.key();
        if let Some(known) = self.allowances.get(&*key) {
            return Arc::clone(known);
        }
        Arc::clone(self.allowances.entry(key.into()).or_insert(Arc::new(allowance)))
    }
}

fn number(numbers: &mut HashMap<SharedName, u32>, name: &str) -> u32 {
    numbers.get(name).copied().unwrap_or_else(|| named(numbers, name).1)
}

fn named(numbers: &mut HashMap<SharedName, u32>, name: &str) -> (SharedName, u32) {
    if let Some((name, number)) = numbers.get_key_value(name) {
        return (name.clone(), *number);
    }
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    let name = SharedName::from(name);
    numbers.insert(name.clone(), next);
    (name, next)
}

/// What a snapshot needs to know of the installation around it.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Without a slash at its end.
    pub portal_url: Box<str>,
    /// Under which the gateway and the portal are reached.
    pub hosts: Vec<HostName>,
    /// Where calls are counted.
    pub registry: Arc<Registry>,
    /// How upstreams are trusted, and shown who calls.
    pub identities: Identities,
    pub ai: Arc<Ai>,
}

/// What providers are compiled with.
pub struct Ai {
    pub vendors: Vec<Vendor>,
    pub catalogue: Arc<Catalogue>,
    /// Opens a sealed secret of a key.
    pub unseal: Box<UnsealKey>,
}

pub type UnsealKey = dyn Fn(&ProviderKeyId, &str) -> Option<String> + Send + Sync;

impl Default for Ai {
    /// No vendor is known, and no key can be opened.
    fn default() -> Self {
        Self { vendors: Vec::new(), catalogue: Arc::default(), unseal: Box::new(|_, _| None) }
    }
}

impl std::fmt::Debug for Ai {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ai").field("vendors", &self.vendors.len()).finish_non_exhaustive()
    }
}

/// Compiles one snapshot after another.
pub struct Compiler<'a> {
    last: &'a Snapshot,
    next: Snapshot,
    interned: &'a mut Interned,
    installation: &'a Installation,
    /// Whether anything but keys and subscriptions is different from the last snapshot.
    apis_changed: bool,
}

impl<'a> Compiler<'a> {
    #[must_use]
    pub fn new(last: &'a Snapshot, interned: &'a mut Interned, installation: &'a Installation) -> Self {
        Self { last, next: Snapshot::empty(), interned, installation, apis_changed: true }
    }

    /// All that is configured, and nothing else.
    #[must_use]
    pub fn all(mut self, config: &GatewayConfig) -> Snapshot {
        self.interned.forget_unused();
        for provider in &config.providers {
            self.provider(provider);
        }
        self.budgets(&config.budgets, config.unknown_price);
        for api in &config.apis {
            self.add_api(api);
        }
        for credential in &config.credentials {
            self.credential(credential);
        }
        for subscription in &config.subscriptions {
            self.add_subscription(subscription);
        }
        self.finish(config.sequence)
    }

    /// What was served, with these parts in the place of what they stand for. Costs what the parts cost; where one is
    /// an api, a look at each of the others.
    #[must_use]
    pub fn updated(mut self, update: &GatewayUpdate) -> Snapshot {
        self.next = self.last.clone();
        self.apis_changed = update.parts.iter().any(|part| matches!(part, Part::Api(_) | Part::NoApi(_)));
        if self.apis_changed {
            self.interned.forget_unused();
        }
        for part in &update.parts {
            self.part(part);
        }
        self.finish(update.sequence)
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Api(api) => self.api(api),
            Part::NoApi(id) => self.no_api(id),
            Part::NoApplication(id) => self.no_application(id),
            Part::Credential(credential) => self.credential(credential),
            Part::NoCredential(hash) => self.no_credential(hash),
            Part::Subscription(subscription) => self.subscription(subscription),
            Part::NoSubscription(application, api) => self.no_subscription(application, api),
            Part::Provider(provider) => self.provider(provider),
            Part::NoProvider(id) => self.no_provider(id),
            Part::Budget(budget) => self.budget(budget),
            Part::NoBudget(id) => self.no_budget(id),
            Part::UnknownPrice(unknown_price) => self.unknown_price(*unknown_price),
        }
    }

    fn finish(mut self, sequence: i64) -> Snapshot {
        self.next.sequence = sequence;
        if self.apis_changed {
            self.assign_hosts();
            let checked = self.next.served().filter(|version| version.cluster.health.is_some());
            self.next.checked = checked.map(|version| Arc::clone(&version.cluster)).collect();
        }
        self.next
    }
}
