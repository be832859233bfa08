//! A gateway on its own, for the benchmark: one api `echo` in front of the backend that is named, with authentication,
//! subscription, rate limit, quota and journal on.
//!
//! `bench_gateway <listen> <backend url> <journal folder> [threads]`; prints the API key.

use domain::credentials::key;
use domain::gateway_config::{
    GatewayApi, GatewayConfig, GatewayCredential, GatewaySubscription, GatewayVersion,
};
use domain::ids::{ApiId, ApplicationId, CredentialId, PlanId, SubscriptionId, VersionId};
use domain::lifecycle::VersionState;
use domain::net::{OutboundGuard, local_ranges};
use domain::plans::{Limits, Period, Quota, Rate};
use domain::policies::Policies;
use domain::routes::Route;
use domain::subscriptions::SubscriptionState;
use domain::upstream::Upstream;
use domain::versions::{Lifecycle, VersionConfig};
use gateway::{Gateway, Options, SnapshotHandle};
use journal::{Durability, Journal};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CREDENTIAL_KEY: [u8; 32] = [42; 32];

fn config(backend: &str, key: &str) -> Result<GatewayConfig, Box<dyn Error>> {
    let (api, application) = (ApiId::from_parts(1, 1), ApplicationId::from_parts(1, 1));
    let version = GatewayVersion {
        id: VersionId::from_parts(1, 1),
        name: "v1".parse()?,
        state: VersionState::Published,
        lifecycle: Lifecycle::default(),
        revision: 1,
        config: VersionConfig {
            upstream: Upstream::at(backend.parse()?),
            models: None,
            prompt: None,
            routes: vec![Route::everything()],
            hosts: Vec::new(),
            policies: Policies::default(),
            docs: String::new(),
        },
        certificate: None,
        models: None,
    };
    Ok(GatewayConfig {
        sequence: 1,
        apis: vec![GatewayApi {
            id: api.clone(),
            slug: "echo".parse()?,
            default_version: "v1".parse()?,
            versions: vec![version],
            drafts: Vec::new(),
            unreadable: Vec::new(),
        }],
        credentials: vec![GatewayCredential {
            id: CredentialId::from_parts(1, 1),
            application: application.clone(),
            hash: blake3::keyed_hash(&CREDENTIAL_KEY, key.as_bytes()).to_hex().to_string(),
            expires_at: None,
        }],
        subscriptions: vec![GatewaySubscription {
            id: SubscriptionId::from_parts(1, 1),
            application,
            team: None,
            api,
            plan: PlanId::from_parts(1, 1),
            state: SubscriptionState::Active,
            expires_at: None,
            limits: Limits {
                rate: Some(Rate { requests: 1_000_000, seconds: 1 }),
                quota: Some(Quota { requests: 1_000_000_000_000, period: Period::Month }),
                ..Limits::default()
            },
        }],
        ..GatewayConfig::default()
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, backend, folder, threads @ ..] = arguments.as_slice() else {
        return Err("usage: bench_gateway <listen> <backend url> <journal folder> [threads]".into());
    };
    let threads: usize = threads.first().map_or(Ok(1), |count| count.parse())?;
    let key = key::format(key::Kind::Credential, &[7; key::ENTROPY]).ok_or("no key")?;
    let snapshots = SnapshotHandle::new(CREDENTIAL_KEY, "http://127.0.0.1:3000");
    if let Some(left_out) = snapshots.publish(&config(backend, &key)?).into_iter().next() {
        return Err(left_out.into());
    }
    let journal = Journal::open(Path::new(folder), journal::Limits::default(), Durability::Normal)?;
    let writers = (0..threads)
        .map(|thread| journal.writer(&format!("gateway-{thread}")))
        .collect::<Result<Vec<_>, _>>()?;
    let outbound = OutboundGuard { allow: local_ranges(), own_listeners: Vec::new() };
    let options = Options { outbound, ..Options::new(listen.parse()?, "http://127.0.0.1:3000") };
    let gateway = Gateway::start(options, snapshots, writers)?;
    writeln!(std::io::stdout(), "{key} {}", gateway.addr())?;
    // as the server does: make what was appended safe, and drain it
    let mut drain = journal.drain()?;
    while gateway.is_alive() {
        std::thread::sleep(Duration::from_millis(20));
        journal.sync()?;
        loop {
            let batch = drain.read(10_000, 1 << 20)?;
            if batch.is_empty() {
                break;
            }
            drain.acknowledge(batch)?;
        }
    }
    Ok(())
}
