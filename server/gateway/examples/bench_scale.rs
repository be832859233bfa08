//! What a large installation costs: 10,000 routes, 100,000 keys, 100,000 subscriptions. Prints how long it takes to
//! compile all of it and to change one thing, what it takes in memory, and the time of a call's lookups (address,
//! route, hash of the key, credential, subscription) beside that in an installation with one route.
//!
//! Lookups by 64 callers in turn show what finding costs; by everybody in no order, what the processor waits for
//! memory besides: nothing that a call needs is in its caches.
//!
//! `bench_scale`; a release build, on a machine that does nothing else.

use domain::gateway_config::{
    GatewayApi, GatewayConfig, GatewayCredential, GatewaySubscription, GatewayUpdate, GatewayVersion, Part,
};
use domain::ids::{ApiId, ApplicationId, CredentialId, PlanId, SubscriptionId, VersionId};
use domain::lifecycle::VersionState;
use domain::plans::{Limits, Period, Quota, Rate};
use domain::policies::Policies;
use domain::routes::{Method, Route};
use domain::subscriptions::SubscriptionState;
use domain::upstream::Upstream;
use domain::versions::{Lifecycle, VersionConfig};
use gateway::SnapshotHandle;
use gateway::snapshot::router::Match;
use gateway::snapshot::{KeyHash, Snapshot};
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CREDENTIAL_KEY: [u8; 32] = [42; 32];
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Whose calls come at the same time: as many as the benchmark beside nginx has connections.
const CALLERS: usize = 64;

/// How many lookups are timed together, and how often.
const TIMES: u32 = 200_000;
const ROUNDS: u32 = 15;

/// How many there are of everything.
#[derive(Clone, Copy)]
struct Size {
    apis: u32,
    /// Of each api.
    routes: u32,
    /// Each with a key and a subscription.
    applications: u32,
}

fn key(number: u32) -> String {
    format!("gk_{number:032}")
}

fn api(number: u32, routes: u32) -> Outcome<GatewayApi> {
    let routes = (0..routes).map(|route| {
        let path = format!("/things-{route}/{{id}}/parts").parse()?;
        Ok(Route { methods: vec![Method::Get], path, summary: String::new() })
    });
    let version = GatewayVersion {
        id: VersionId::from_parts(1, u128::from(number)),
        name: "v1".parse()?,
        state: VersionState::Published,
        lifecycle: Lifecycle::default(),
        revision: 1,
        config: VersionConfig {
            upstream: Upstream::at("http://127.0.0.1:9000".parse()?),
            models: None,
            prompt: None,
            routes: routes.collect::<Outcome<_>>()?,
            hosts: Vec::new(),
            policies: Policies::default(),
            docs: String::new(),
        },
        certificate: None,
        models: None,
    };
    Ok(GatewayApi {
        id: ApiId::from_parts(1, u128::from(number)),
        slug: format!("api-{number}").parse()?,
        default_version: "v1".parse()?,
        versions: vec![version],
        drafts: Vec::new(),
        unreadable: Vec::new(),
    })
}

fn credential(number: u32) -> GatewayCredential {
    GatewayCredential {
        id: CredentialId::from_parts(1, u128::from(number)),
        application: ApplicationId::from_parts(1, u128::from(number)),
        hash: blake3::keyed_hash(&CREDENTIAL_KEY, key(number).as_bytes()).to_hex().to_string(),
        expires_at: None,
    }
}

fn subscription(number: u32, size: Size, state: SubscriptionState) -> GatewaySubscription {
    GatewaySubscription {
        id: SubscriptionId::from_parts(1, u128::from(number)),
        application: ApplicationId::from_parts(1, u128::from(number)),
        team: None,
        api: ApiId::from_parts(1, u128::from(number % size.apis)),
        plan: PlanId::from_parts(1, 1),
        state,
        expires_at: None,
        limits: Limits {
            rate: Some(Rate { requests: 1_000, seconds: 1 }),
            quota: Some(Quota { requests: 1_000_000, period: Period::Month }),
            ..Limits::default()
        },
    }
}

fn config(size: Size) -> Outcome<GatewayConfig> {
    let numbers = 0..size.applications;
    Ok(GatewayConfig {
        sequence: 1,
        apis: (0..size.apis).map(|number| api(number, size.routes)).collect::<Outcome<_>>()?,
        credentials: numbers.clone().map(credential).collect(),
        subscriptions: numbers.map(|number| subscription(number, size, SubscriptionState::Active)).collect(),
        ..GatewayConfig::default()
    })
}

/// What a call brings along.
struct Call {
    path: String,
    key: String,
}

/// One of each application, in an order in which neighbours are nowhere near each other.
fn calls(size: Size) -> Vec<Call> {
    let many = u64::from(size.applications);
    let call = |turn: u64| {
        let number = u32::try_from(turn * 48_271 % many).unwrap_or_default();
        let route = number / size.apis % size.routes;
        Call { path: format!("/api-{}/v1/things-{route}/7/parts", number % size.apis), key: key(number) }
    };
    (0..many).map(call).collect()
}

fn look_up(snapshot: &Snapshot, call: &Call) -> Option<()> {
    let addressed = snapshot.address("gateway.test", &call.path)?;
    let Match::Route(route) = addressed.version.router.find(Some(Method::Get), addressed.path) else {
        return None;
    };
    let credential = snapshot.credential(&KeyHash::of(&CREDENTIAL_KEY, &call.key))?;
    let subscription = snapshot.subscription(credential, addressed.version)?;
    black_box((addressed.version.label(route), subscription.state));
    Some(())
}

/// Whose lookups are measured.
struct Callers<'a> {
    snapshot: &'a Snapshot,
    calls: &'a [Call],
}

impl Callers<'_> {
    /// Looks up [`TIMES`] calls, one caller after the other.
    fn time(&self) -> Outcome<Duration> {
        let start = Instant::now();
        for call in self.calls.iter().cycle().take(TIMES as usize) {
            look_up(self.snapshot, call).ok_or("a call finds nothing")?;
        }
        Ok(start.elapsed())
    }
}

/// Nanoseconds of one call's lookups, of each of these callers: the best of some rounds. They take turns, so that all
/// of them meet the machine at its best.
fn lookup_ns<const N: usize>(callers: [Callers<'_>; N]) -> Outcome<[f64; N]> {
    let mut best = [Duration::MAX; N];
    for _ in 0..ROUNDS {
        for (best, callers) in best.iter_mut().zip(&callers) {
            *best = callers.time()?.min(*best);
        }
    }
    Ok(best.map(|best| best.as_secs_f64() * 1e9 / f64::from(TIMES)))
}

fn resident_mb() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse::<u64>()? / 1_024)
}

fn say(line: &str) -> Outcome<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn update(snapshots: &SnapshotHandle, name: &str, part: impl Fn(u32) -> Outcome<Part>) -> Outcome<()> {
    let mut slowest = Duration::ZERO;
    for turn in 0..20 {
        let update = GatewayUpdate { sequence: 2, parts: vec![part(turn * 977)?] };
        let start = Instant::now();
        let left_out = snapshots.update(&update);
        slowest = slowest.max(start.elapsed());
        if !left_out.is_empty() {
            return Err("something is left out".into());
        }
    }
    say(&format!("  change {name}: {:.2} ms (slowest of 20)", slowest.as_secs_f64() * 1e3))
}

/// Everything of a size, and a call of each application.
struct Installed {
    snapshots: SnapshotHandle,
    calls: Vec<Call>,
}

impl Installed {
    fn callers<'a>(&'a self, snapshot: &'a Snapshot, most: usize) -> Callers<'a> {
        Callers { snapshot, calls: self.calls.get(..most).unwrap_or(&self.calls) }
    }
}

/// Tells what that costs, apart from lookups.
fn install(name: &str, size: Size) -> Outcome<Installed> {
    say(name)?;
    let before = resident_mb()?;
    let snapshots = SnapshotHandle::new(CREDENTIAL_KEY, "http://127.0.0.1:3000");
    let config = config(size)?;
    let start = Instant::now();
    if !snapshots.publish(&config).is_empty() {
        return Err("something is left out".into());
    }
    say(&format!("  compile all: {:.1} ms", start.elapsed().as_secs_f64() * 1e3))?;
    drop(config);
    say(&format!("  memory: {} MB more", resident_mb()?.saturating_sub(before)))?;
    update(&snapshots, "a subscription", |n| {
        let number = n % size.applications;
        Ok(Part::Subscription(subscription(number, size, SubscriptionState::Active)))
    })?;
    update(&snapshots, "a key", |n| Ok(Part::Credential(credential(n % size.applications))))?;
    update(&snapshots, "an api", |n| Ok(Part::Api(api(n % size.apis, size.routes)?)))?;
    Ok(Installed { snapshots, calls: calls(size) })
}

fn main() -> Outcome<()> {
    let small = install("one route", Size { apis: 1, routes: 1, applications: u32::try_from(CALLERS)? })?;
    let of_small = small.snapshots.current();
    for (name, size) in [
        ("1,000 apis with 10 routes", Size { apis: 1_000, routes: 10, applications: 100_000 }),
        ("one api with 10,000 routes", Size { apis: 1, routes: 10_000, applications: 100_000 }),
        ("10,000 apis with one route", Size { apis: 10_000, routes: 1, applications: 100_000 }),
    ] {
        let large = install(&format!("{name}, 100,000 keys and subscriptions"), size)?;
        let of_large = large.snapshots.current();
        let [one, few, all] = lookup_ns([
            small.callers(&of_small, CALLERS),
            large.callers(&of_large, CALLERS),
            large.callers(&of_large, usize::MAX),
        ])?;
        say(&format!("  lookups of a call where there is one route: {one:.0} ns"))?;
        say(&format!("  lookups of a call by {CALLERS} callers in turn: {few:.0} ns, {:.2}x", few / one))?;
        say(&format!("  lookups of a call by everybody: {all:.0} ns, {:.2}x", all / one))?;
    }
    Ok(())
}
