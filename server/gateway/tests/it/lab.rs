//! A real gateway on loopback with a real snapshot and a real journal; only clients and upstreams are of the lab.

use domain::calls::record::CallRecord;
use domain::credentials::key;
use domain::gateway_config::{
    GatewayApi, GatewayConfig, GatewayCredential, GatewaySubscription, GatewayVersion,
};
use domain::ids::{ApiId, ApplicationId, CredentialId, PlanId, SubscriptionId, TeamId, VersionId};
use domain::lifecycle::VersionState;
use domain::net::{OutboundGuard, local_ranges};
use domain::plans::Limits;
use domain::policies::Policies;
use domain::routes::Route;
use domain::subscriptions::SubscriptionState;
use domain::upstream::Upstream;
use domain::versions::{Lifecycle, VersionConfig};
use faultlab::raw::{Answer, RawClient};
use gateway::{Figures, Gateway, Options, SnapshotHandle};
use journal::{Durability, Journal};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const CREDENTIAL_KEY: [u8; 32] = [42; 32];
pub const PORTAL: &str = "http://portal.test";

pub struct Lab {
    pub config: GatewayConfig,
    pub snapshots: SnapshotHandle,
    pub gateway: Gateway,
    pub journal: Journal,
    _folder: TempDir,
}

/// A key, which is different for every number.
pub fn api_key(number: u8) -> String {
    key::format(key::Kind::Credential, &[number; key::ENTROPY]).unwrap()
}

pub fn application(number: u8) -> ApplicationId {
    ApplicationId::from_parts(1, u128::from(number))
}

pub fn api_id(number: u8) -> ApiId {
    ApiId::from_parts(1, u128::from(number))
}

pub fn credential(number: u8) -> GatewayCredential {
    GatewayCredential {
        id: CredentialId::from_parts(1, u128::from(number)),
        application: application(number),
        hash: blake3::keyed_hash(&CREDENTIAL_KEY, api_key(number).as_bytes()).to_hex().to_string(),
        expires_at: None,
    }
}

pub fn subscription(number: u8, api: u8, state: SubscriptionState) -> GatewaySubscription {
    GatewaySubscription {
        id: SubscriptionId::from_parts(u64::from(api), u128::from(number)),
        application: application(number),
        team: Some(TeamId::from_parts(1, u128::from(number))),
        api: api_id(api),
        plan: PlanId::from_parts(1, u128::from(api)),
        state,
        expires_at: None,
        limits: Limits::default(),
    }
}

pub fn version(name: &str, upstream: &str) -> GatewayVersion {
    GatewayVersion {
        id: VersionId::from_parts(1, 1),
        name: name.parse().unwrap(),
        state: VersionState::Published,
        lifecycle: Lifecycle::default(),
        revision: 1,
        config: VersionConfig {
            upstream: Upstream::at(upstream.parse().unwrap()),
            models: None,
            prompt: None,
            routes: vec![Route::everything()],
            hosts: Vec::new(),
            policies: Policies::default(),
            docs: String::new(),
        },
        certificate: None,
        models: None,
    }
}

pub fn api(number: u8, slug: &str, versions: Vec<GatewayVersion>) -> GatewayApi {
    GatewayApi {
        id: api_id(number),
        slug: slug.parse().unwrap(),
        default_version: "v1".parse().unwrap(),
        versions,
        drafts: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// The api `echo` (number 1) at `upstream`, which application 1 is subscribed to.
pub fn config(upstream: &str) -> GatewayConfig {
    GatewayConfig {
        sequence: 1,
        apis: vec![api(1, "echo", vec![version("v1", upstream)])],
        credentials: vec![credential(1)],
        subscriptions: vec![subscription(1, 1, SubscriptionState::Active)],
        ..GatewayConfig::default()
    }
}

pub fn options() -> Options {
    let outbound = OutboundGuard { allow: local_ranges(), own_listeners: Vec::new() };
    Options { outbound, ..Options::new(SocketAddr::from(([127, 0, 0, 1], 0)), PORTAL) }
}

/// The head of a request with application 1's key; `more` are further lines.
pub fn request(line: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: gateway.test\r\nX-API-Key: {}\r\n{more}\r\n", api_key(1))
}

impl Lab {
    pub fn start(upstream: &str) -> Self {
        Self::with(config(upstream), options())
    }

    pub fn with(config: GatewayConfig, options: Options) -> Self {
        Self::with_journal(config, options, journal::Limits::default())
    }

    pub fn with_journal(config: GatewayConfig, options: Options, limits: journal::Limits) -> Self {
        let snapshots = SnapshotHandle::new(CREDENTIAL_KEY, PORTAL);
        assert_eq!(snapshots.publish(&config), []);
        Self::assemble(snapshots, config, options, limits)
    }

    /// With a snapshot that is there already.
    pub fn serving(snapshots: SnapshotHandle, config: GatewayConfig) -> Self {
        Self::assemble(snapshots, config, options(), journal::Limits::default())
    }

    pub fn assemble(
        snapshots: SnapshotHandle,
        config: GatewayConfig,
        options: Options,
        limits: journal::Limits,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), limits, Durability::Normal).unwrap();
        let writers = vec![journal.writer("gateway-0").unwrap(), journal.writer("gateway-1").unwrap()];
        let gateway = Gateway::start(options, snapshots.clone(), writers).unwrap();
        Self { config, snapshots, gateway, journal, _folder: folder }
    }

    pub fn addr(&self) -> SocketAddr {
        self.gateway.addr()
    }

    pub fn client(&self) -> RawClient {
        RawClient::connect(self.addr()).unwrap()
    }

    /// Sends a request with application 1's key over a connection of its own.
    pub fn call(&self, line: &str, more: &str) -> Answer {
        self.ask(request(line, more))
    }

    pub fn ask(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let bodiless = bytes.as_ref().starts_with(b"HEAD ");
        let mut client = self.client();
        client.send(bytes).unwrap();
        client.answer(bodiless).unwrap()
    }

    /// Changes what is served.
    pub fn publish(&mut self, change: impl FnOnce(&mut GatewayConfig)) {
        assert_eq!(self.try_publish(change), Vec::<String>::new());
    }

    /// Changes what is served; answers what is left out of it.
    pub fn try_publish(&mut self, change: impl FnOnce(&mut GatewayConfig)) -> Vec<String> {
        change(&mut self.config);
        self.config.sequence += 1;
        self.snapshots.publish(&self.config).iter().map(ToString::to_string).collect()
    }

    pub fn figures(&self) -> Figures {
        self.gateway.figures()
    }

    /// Everything that is on record, in any order.
    pub fn records(&self) -> Vec<domain::calls::Call> {
        let mut drain = self.journal.drain().unwrap();
        let mut calls = Vec::new();
        loop {
            let batch = drain.read(1_000, 1 << 20).unwrap();
            if batch.is_empty() {
                return calls;
            }
            calls.extend(batch.records().map(|record| CallRecord::read(record).unwrap().call().unwrap()));
            drain.acknowledge(batch).unwrap();
        }
    }

    /// The one record of that outcome, as soon as it is there.
    pub fn record_of(&self, outcome: &str) -> domain::calls::Call {
        let mut found = None;
        eventually("the call is on record", || {
            found = found.take().or_else(|| self.records().into_iter().find(|call| call.outcome == outcome));
            found.is_some()
        });
        found.unwrap()
    }
}

/// Waits for a condition, at most 10 s.
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
