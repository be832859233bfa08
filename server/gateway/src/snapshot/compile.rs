//! From what control wants served to what the pipeline looks things up in. Off the hot path. What it does not
//! understand it leaves out, and says so: one bad version does not keep the others, or a revoked key, from being
//! what they are now.

mod consumers;
mod counts;
mod hosts;
mod left_out;

pub use left_out::LeftOut;

use super::router::Router;
use super::version::{self, Api, Standing, Version};
use super::{Snapshot, Spread, pair};
use crate::cors::CorsPolicy;
use crate::limits::rules::Cells;
use crate::metrics::series::{Registry, SeriesByLabels, VersionSeries};
use crate::upstream::cluster::{Cluster, Shared};
use crate::upstream::node::NodeState;
use counts::AllCounts;
use domain::gateway_config::{GatewayApi, GatewayConfig};
use domain::lifecycle::VersionState;
use domain::routes::Route;
use domain::text::{HostName, VersionName};
use domain::upstream::{Node, Upstream};
use domain::versions::{Lifecycle, VersionConfig};
use hosts::Hosts;
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers that stand for names, the same in every snapshot of the process.
#[derive(Debug, Default)]
pub struct Interned {
    numbers: HashMap<String, u32>,
    /// What applications have used of apis, also of subscriptions that are gone.
    cells: HashMap<u64, Arc<Cells>, Spread>,
    /// What is known of the nodes of upstreams, by version and address.
    nodes: HashMap<String, Arc<NodeState>>,
    clusters: HashMap<String, Arc<Shared>>,
    /// What limits of versions draw on.
    counts: AllCounts,
    series: SeriesByLabels,
}

impl Interned {
    fn number(&mut self, name: String) -> u32 {
        number(&mut self.numbers, name)
    }

    /// Lets go of what no snapshot has any more.
    fn forget_upstreams(&mut self) {
        self.nodes.retain(|_, state| Arc::strong_count(state) > 1);
        self.clusters.retain(|_, shared| Arc::strong_count(shared) > 1);
    }

    /// By application and api, so that cancelling and asking again is no way to a fresh quota.
    pub fn cells(&mut self, application: &str, api: &str) -> Arc<Cells> {
        let key = pair(self.number(application.to_owned()), self.number(api.to_owned()));
        Arc::clone(self.cells.entry(key).or_default())
    }
}

fn number(numbers: &mut HashMap<String, u32>, name: String) -> u32 {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(name).or_insert(next)
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
}

pub fn compile(
    config: &GatewayConfig,
    last: &Snapshot,
    interned: &mut Interned,
    installation: &Installation,
) -> (Snapshot, Vec<LeftOut>) {
    interned.forget_upstreams();
    interned.counts.forget_unused();
    interned.series.forget_unused();
    let mut compiler = Compiler { last, interned, installation, left_out: Vec::new() };
    let snapshot = compiler.snapshot(config);
    (snapshot, compiler.left_out)
}

struct Compiler<'a> {
    last: &'a Snapshot,
    interned: &'a mut Interned,
    installation: &'a Installation,
    left_out: Vec<LeftOut>,
}

/// A version without its configuration.
struct Named<'a> {
    api: &'a GatewayApi,
    name: &'a VersionName,
    state: VersionState,
    lifecycle: &'a Lifecycle,
}

impl Named<'_> {
    fn label(&self) -> String {
        format!("{}/{}", self.api.slug, self.name)
    }
}

impl Compiler<'_> {
    fn snapshot(&mut self, config: &GatewayConfig) -> Snapshot {
        let mut snapshot = Snapshot { sequence: config.sequence, ..Snapshot::empty() };
        let mut hosts = Hosts::new(self.last, self.installation);
        for api in &config.apis {
            if snapshot.apis.contains_key(api.slug.as_str()) {
                self.left_out.push(LeftOut::Api(api.slug.to_string()));
                continue;
            }
            let compiled = self.api(api, &mut hosts);
            snapshot.apis.insert(api.slug.as_str().into(), compiled);
        }
        let served = snapshot.versions().filter(|(_, version)| matches!(version.standing, Standing::Served));
        let checked = served.filter(|(_, version)| version.cluster.health.is_some());
        snapshot.checked = checked.map(|(_, version)| Arc::clone(&version.cluster)).collect();
        snapshot.hosts = hosts.assign(&mut self.left_out);
        snapshot.credentials = self.credentials(config);
        snapshot.subscriptions = self.subscriptions(config);
        snapshot
    }

    fn api(&mut self, api: &GatewayApi, hosts: &mut Hosts<'_>) -> Api {
        let mut compiled = Api {
            versions: Vec::with_capacity(api.versions.len()),
            default_version: None,
            absent: api.drafts.clone(),
        };
        let readable = api.versions.iter().map(|version| {
            let (name, state, lifecycle) = (&version.name, version.state, &version.lifecycle);
            (Named { api, name, state, lifecycle }, Some(&version.config))
        });
        let unreadable = api.unreadable.iter().map(|version| {
            let (name, state, lifecycle) = (&version.name, version.state, &version.lifecycle);
            (Named { api, name, state, lifecycle }, None)
        });
        for (named, config) in readable.chain(unreadable) {
            if compiled.knows(named.name.as_str()) {
                let error = "there is another version of this name".to_owned();
                self.left_out.push(LeftOut::Version { version: named.label(), error, kept: false });
                continue;
            }
            match self.version(&named, config, hosts) {
                Some(version) => compiled.versions.push(version),
                None => compiled.absent.push(named.name.clone()),
            }
        }
        compiled.default_version =
            compiled.versions.iter().position(|version| version.name == api.default_version);
        compiled
    }

    /// `None` for a draft, and for what cannot be served and was not before.
    fn version(
        &mut self,
        named: &Named<'_>,
        config: Option<&VersionConfig>,
        hosts: &mut Hosts<'_>,
    ) -> Option<Arc<Version>> {
        let standing = version::standing(named.state, named.lifecycle)?;
        let compiled = match config {
            Some(config) => self.configured(named, config, standing.clone()).map(|version| (version, config)),
            None => Err("its live revision cannot be read".to_owned()),
        };
        match compiled {
            Ok((version, config)) => {
                let version = Arc::new(version);
                hosts.claim(&named.label(), &config.hosts, &version);
                Some(version)
            }
            Err(error) => {
                let last = self.last_good(named, standing).map(Arc::new);
                let kept = last.is_some();
                self.left_out.push(LeftOut::Version { version: named.label(), error, kept });
                last.inspect(|version| hosts.keep(version))
            }
        }
    }

    fn configured(
        &mut self,
        named: &Named<'_>,
        config: &VersionConfig,
        standing: Standing,
    ) -> Result<Version, String> {
        let api = named.api;
        let labels: Vec<Box<str>> =
            config.routes.iter().map(Route::label).map(String::into_boxed_str).collect();
        Ok(Version {
            api: api.id.clone(),
            slug: api.slug.as_str().into(),
            api_number: self.interned.number(api.id.to_string()),
            name: named.name.clone(),
            standing,
            router: Router::new(&config.routes),
            cluster: Arc::new(self.cluster(named, &config.upstream)?),
            series: self.series(named, &labels),
            cors: config.policies.cors.as_ref().map(CorsPolicy::new).transpose()?,
            server_timing: config.policies.server_timing,
            limits: self.limits(&api.id, &config.policies.limits, &labels),
            labels,
            notices: self.notices(named),
            successor: version::successor(named.lifecycle),
        })
    }

    fn series(&mut self, named: &Named<'_>, labels: &[Box<str>]) -> VersionSeries {
        let (api, version) = (named.api.slug.as_str(), named.name.as_str());
        self.interned.series.version(&self.installation.registry, api, version, labels)
    }

    fn cluster(&mut self, named: &Named<'_>, upstream: &Upstream) -> Result<Cluster, String> {
        let Interned { numbers, nodes, clusters, .. } = &mut *self.interned;
        let (api, name) = (&named.api.id, named.name);
        // connections are shared by the versions of one api, never between apis
        let pool = |node: &Node| {
            let (scheme, host, port) = (node.url.url().scheme(), node.url.host(), node.url.port());
            number(numbers, format!("{api} {scheme}://{host}:{port}"))
        };
        let state = |node: &Node| Arc::clone(nodes.entry(format!("{api}/{name} {}", node.url)).or_default());
        let shared = Arc::clone(clusters.entry(format!("{api}/{name}")).or_default());
        Cluster::new(upstream, shared, pool, state)
    }

    /// What the version was when it compiled last, in the state that it is in now.
    fn last_good(&self, named: &Named<'_>, standing: Standing) -> Option<Version> {
        let last = self.last.apis.get(named.api.slug.as_str())?.version(named.name.as_str())?;
        (last.api == named.api.id).then(|| Version {
            standing,
            notices: self.notices(named),
            successor: version::successor(named.lifecycle),
            ..Version::clone(last)
        })
    }

    fn notices(&self, named: &Named<'_>) -> Vec<(http::HeaderName, http::HeaderValue)> {
        let about = format!("{}/catalogue/{}", self.installation.portal_url, named.label());
        version::notices(named.state, named.lifecycle, &about)
    }
}
