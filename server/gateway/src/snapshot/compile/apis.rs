//! Apis: their versions, and what calls to them need.

use super::{Compiler, Interned, LeftOut, models, number};
use crate::ai::prompt::Prompt;
use crate::cors::CorsPolicy;
use crate::metrics::series::VersionSeries;
use crate::snapshot::router::Router;
use crate::snapshot::version::{self, Api, Standing, Version};
use crate::upstream::cluster::Cluster;
use domain::gateway_config::{GatewayApi, GatewayCertificate, GatewayVersion};
use domain::ids::ApiId;
use domain::lifecycle::VersionState;
use domain::routes::Route;
use domain::text::{HostName, VersionName};
use domain::upstream::{Node, Upstream};
use domain::versions::Lifecycle;
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
        if self.next.apis.get(api.slug.as_str()).is_some() {
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
        let compiled = self.compiled(api);
        self.next.apis.insert(compiled);
    }

    pub(super) fn no_api(&mut self, id: &ApiId) {
        self.next.apis.retain(|api| api.id != *id);
    }

    fn compiled(&mut self, api: &GatewayApi) -> Api {
        let mut compiled = Api::new(api.id.clone(), api.slug.as_str(), api.drafts.clone());
        let readable = api.versions.iter().map(|version| {
            let (name, state, lifecycle) = (&version.name, version.state, &version.lifecycle);
            (Named { api, name, state, lifecycle }, Some(version))
        });
        let unreadable = api.unreadable.iter().map(|version| {
            let (name, state, lifecycle) = (&version.name, version.state, &version.lifecycle);
            (Named { api, name, state, lifecycle }, None)
        });
        for (named, live) in readable.chain(unreadable) {
            if compiled.knows(named.name.as_str()) {
                let error = "there is another version of this name".to_owned();
                compiled.left_out.push(LeftOut::Version { version: named.label(), error, kept: false });
                continue;
            }
            match self.version(&named, live, &mut compiled) {
                Some(version) => compiled.versions.push(version),
                None => compiled.absent.push(named.name.clone()),
            }
        }
        compiled.default_version =
            compiled.versions.iter().position(|version| version.name == api.default_version.as_str());
        compiled
    }

    /// `None` for a draft, and for what cannot be served and was not before.
    fn version(
        &mut self,
        named: &Named<'_>,
        live: Option<&GatewayVersion>,
        api: &mut Api,
    ) -> Option<Arc<Version>> {
        let standing = version::standing(named.state, named.lifecycle)?;
        let compiled = match live {
            Some(live) => {
                self.configured(named, live, standing.clone()).map(|version| (version, &live.config))
            }
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

    /// A version as it would be served, whatever its state.
    pub fn alone(mut self, api: &GatewayApi, live: &GatewayVersion) -> Result<Version, String> {
        let (name, state, lifecycle) = (&live.name, live.state, &live.lifecycle);
        self.configured(&Named { api, name, state, lifecycle }, live, Standing::Served)
    }

    fn configured(
        &mut self,
        named: &Named<'_>,
        live: &GatewayVersion,
        standing: Standing,
    ) -> Result<Version, String> {
        let (api, config) = (named.api, &live.config);
        let cluster = match &live.models {
            Some(_) => Cluster::nowhere(),
            None => self.cluster(named, &config.upstream, live.certificate.as_ref())?,
        };
        let labels: Vec<Box<str>> =
            config.routes.iter().map(Route::label).map(String::into_boxed_str).collect();
        Ok(Version {
            api: api.id.clone(),
            slug: api.slug.as_str().into(),
            api_number: self.interned.number(api.id.as_str()),
            name: named.name.as_str().into(),
            standing,
            router: Router::new(&config.routes),
            cluster: Arc::new(cluster),
            models: live.models.as_ref().map(|config| Arc::new(models::models(config))),
            prompt: config.prompt.as_ref().map(Prompt::new).transpose()?.map(Arc::new),
            policies: self.policies(&api.id, live)?,
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

    fn cluster(
        &mut self,
        named: &Named<'_>,
        upstream: &Upstream,
        certificate: Option<&GatewayCertificate>,
    ) -> Result<Cluster, String> {
        let Interned { numbers, nodes, clusters, identities, .. } = &mut *self.interned;
        let (api, name) = (&named.api.id, named.name);
        let client = identities.of(&self.installation.identities, &upstream.tls, certificate)?;
        let identity = client.as_ref().map_or("", |client| &client.name);
        let server_name = upstream.tls.server_name.as_ref().map_or("", HostName::as_str);
        // connections are shared by the versions of one api that are the same to the backend and trust the same,
        // never between apis
        let pool = |node: &Node| {
            let (scheme, host, port) = (node.url.url().scheme(), node.url.host(), node.url.port());
            number(numbers, &format!("{api} {scheme}://{host}:{port} {identity} {server_name}"))
        };
        let state = |node: &Node| Arc::clone(nodes.entry(format!("{api}/{name} {}", node.url)).or_default());
        let shared = Arc::clone(clusters.entry(format!("{api}/{name}")).or_default());
        Cluster::new(upstream, client.as_ref(), shared, pool, state)
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
