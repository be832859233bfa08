//! Hours of mixed traffic, as short as one likes (`GATEHOUSE_SOAK_SECONDS`, default 1800): at the end the process holds
//! what it held at the start.

use super::installation::{Database, Installation, Served, text};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// So that caches, pools and buffers are as large as they get.
const WARM_UP: Duration = Duration::from_secs(60);
/// Longer than an idle connection is kept.
const SETTLE: Duration = Duration::from_secs(70);

/// What a process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    resident_kb: u64,
    descriptors: usize,
    threads: usize,
}

impl Held {
    fn by(pid: u32) -> Self {
        let folder = format!("/proc/{pid}");
        let status = std::fs::read_to_string(format!("{folder}/status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let count = |name| std::fs::read_dir(format!("{folder}/{name}")).unwrap().count();
        Self {
            resident_kb: resident.trim().trim_end_matches(" kB").parse().unwrap(),
            descriptors: count("fd"),
            threads: count("task"),
        }
    }
}

/// What a caller does, over and over.
#[derive(Clone, Copy)]
enum Habit {
    Reads,
    Downloads,
    Uploads,
    /// Leaves in the middle of an answer.
    Leaves,
    /// With a connection for every call.
    Reconnects,
    /// Without a key that opens anything.
    Strays,
}

const HABITS: [Habit; 6] =
    [Habit::Reads, Habit::Downloads, Habit::Uploads, Habit::Leaves, Habit::Reconnects, Habit::Strays];

#[derive(Clone)]
struct Caller {
    client: Client,
    gateway: String,
    key: String,
}

impl Caller {
    async fn call(&self, habit: Habit) {
        let at = |path: &str| format!("{}/echo/v1{path}", self.gateway);
        let get = |client: &Client, path: &str| client.get(at(path)).bearer_auth(&self.key);
        match habit {
            Habit::Reads => ok(get(&self.client, "/json").send().await.unwrap()).await,
            Habit::Downloads => {
                let response = get(&self.client, "/bytes/300000").send().await.unwrap();
                assert_eq!(response.bytes().await.unwrap().len(), 300_000);
            }
            Habit::Uploads => {
                // a backend that answers before it has read the body may close, and the next upload would meet that
                let request = self.client.post(at("/mirror")).bearer_auth(&self.key).body(vec![b'x'; 50_000]);
                let response = request.send().await.unwrap();
                assert_eq!(response.status(), StatusCode::OK);
                assert_eq!(response.bytes().await.unwrap().len(), 50_000);
            }
            Habit::Leaves => {
                let mut response = get(&self.client, "/bytes/5000000").send().await.unwrap();
                assert!(response.chunk().await.unwrap().is_some());
            }
            Habit::Reconnects => {
                let client = Client::builder().no_proxy().build().unwrap();
                ok(get(&client, "/json").send().await.unwrap()).await;
            }
            Habit::Strays => {
                let response = self.client.get(at("/json")).bearer_auth("nobody").send().await.unwrap();
                assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            }
        }
    }
}

async fn ok(response: reqwest::Response) {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{headers:?} {body}");
}

/// All habits at once, and changes in between, for so long; how many calls there were.
async fn traffic(installation: &Installation, served: &Served, span: Duration) -> u64 {
    let (stop, calls) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
    let client = Client::builder().no_proxy().build().unwrap();
    let caller = Caller { client, gateway: installation.gateway.clone(), key: served.key.clone() };
    let mut callers = JoinSet::new();
    for habit in HABITS {
        let (caller, stop, calls) = (caller.clone(), stop.clone(), calls.clone());
        callers.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                caller.call(habit).await;
                calls.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    let until = tokio::time::Instant::now() + span;
    while tokio::time::Instant::now() < until {
        change(installation, served).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        if let Some(ended) = callers.try_join_next() {
            ended.unwrap();
        }
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = callers.join_next().await {
        ended.unwrap();
    }
    calls.load(Ordering::Relaxed)
}

/// A publication and a key's whole life.
async fn change(installation: &Installation, served: &Served) {
    let version = format!("/apis/{}/versions/v1", served.api);
    let docs = json!({ "docs": format!("{:?}", std::time::Instant::now()) });
    let (status, answer) = installation.call(&installation.token, Method::PATCH, &version, docs).await;
    assert!(status.is_success(), "{answer}");
    installation.post(&format!("{version}/publish"), json!({})).await;
    let keys = format!("/applications/{}/credentials", served.application);
    let key = installation.post(&keys, json!({ "name": "short-lived" })).await;
    let credential = format!("/credentials/{}", text(&key, "id"));
    let answer = installation.call(&installation.token, Method::DELETE, &credential, Value::Null).await;
    assert!(answer.0.is_success(), "{answer:?}");
}

#[expect(clippy::disallowed_methods, reason = "how long a test takes is no setting of the program")]
fn seconds() -> u64 {
    std::env::var("GATEHOUSE_SOAK_SECONDS").map_or(1_800, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes half an hour; part of make test-long"]
async fn a_process_holds_at_the_end_what_it_held_at_the_start() {
    let seconds = seconds();
    let installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    let pid = installation.pid();
    traffic(&installation, &served, WARM_UP).await;
    tokio::time::sleep(SETTLE).await;
    let before = Held::by(pid);
    let calls = traffic(&installation, &served, Duration::from_secs(seconds)).await;
    tokio::time::sleep(SETTLE).await;
    let after = Held::by(pid);
    writeln!(std::io::stderr(), "{calls} calls in {seconds} s: {before:?}, then {after:?}").unwrap();
    assert!(calls > seconds * 50, "only {calls} calls to mean anything");
    assert!(after.descriptors <= before.descriptors + 2, "{before:?}, then {after:?}");
    assert!(after.threads <= before.threads + 1, "{before:?}, then {after:?}");
    assert!(after.resident_kb <= before.resident_kb + before.resident_kb / 4, "{before:?}, then {after:?}");
}
