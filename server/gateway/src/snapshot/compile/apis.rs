//! Apis: their versions, and what calls to them need.

use super::{Compiler, Interned, LeftOut, number};
use crate::cors::CorsPolicy;
use crate::metrics::series::VersionSeries;
use crate::snapshot::router::Router;
use crate::snapshot::version::{self, Api, Standing, Version};
use crate::upstream::cluster::Cluster;
use domain::gateway_config::GatewayApi;
use domain::ids::ApiId;
use domain::lifecycle::VersionState;
use domain::routes::Route;
use domain::text::VersionName;
use domain::upstream::{Node, Upstream};
use domain::versions::{Lifecycle, VersionConfig};
use std::sync::Arc;

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
    /// Beside all others, of which none may have its slug.
    pub(super) fn add_api(&mut self, api: &GatewayApi) {
        if self.next.apis.contains_key(api.slug.as_str()) {
            self.next.left_out.push(LeftOut::Api(api.slug.to_string()));
        } else {
            self.api(api);
        }
    }

    /// In the place of what it was.
    pub(super) fn api(&mut self, api: &GatewayApi) {
        let slug = api.slug.as_str();
        if self.next.apis.get(slug).is_some_and(|holder| holder.id != api.id) {
            self.next.left_out.push(LeftOut::Api(slug.to_owned()));
            return;
        }
        let compiled = Arc::new(self.compiled(api));
        Arc::make_mut(&mut self.next.apis).insert(slug.into(), compiled);
    }

    pub(super) fn no_api(&mut self, id: &ApiId) {
        let slug = self.next.apis.iter().find(|(_, api)| api.id == *id).map(|(slug, _)| slug.clone());
        if let Some(slug) = slug {
            Arc::make_mut(&mut self.next.apis).remove(&slug);
        }
    }

    fn compiled(&mut self, api: &GatewayApi) -> Api {
        let mut compiled = Api::new(api.id.clone(), api.drafts.clone());
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
                compiled.left_out.push(LeftOut::Version { version: named.label(), error, kept: false });
                continue;
            }
            match self.version(&named, config, &mut compiled) {
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
        api: &mut Api,
    ) -> Option<Arc<Version>> {
        let standing = version::standing(named.state, named.lifecycle)?;
        let compiled = match config {
            Some(config) => self.configured(named, config, standing.clone()).map(|version| (version, config)),
            None => Err("its live revision cannot be read".to_owned()),
        };
        match compiled {
            Ok((version, config)) => {
                let version = Arc::new(version);
                api.claim(&named.label(), &config.hosts, &version);
                Some(version)
            }
            Err(error) => {
                let last = self.last_good(named, standing).map(Arc::new);
                let kept = last.is_some();
                api.left_out.push(LeftOut::Version { version: named.label(), error, kept });
                last.inspect(|version| self.keep_hosts(api, version))
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
