//! Hours of mixed traffic, as short as one likes (`GATEHOUSE_SOAK_SECONDS`, default 1800): at the end the process holds
//! what it held at the start.

use super::installation::{Database, Installation, Served, text};
use faultlab::raw::{Peer, RawClient, RawUpstream};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// So that caches, pools and buffers are as large as they get.
const WARM_UP: Duration = Duration::from_secs(60);
/// Longer than an idle connection is kept.
const SETTLE: Duration = Duration::from_secs(70);
/// As long as it takes until all memory that can be given back was given back once.
const WATCHED: u32 = 13;
const WATCHED_EVERY: Duration = Duration::from_secs(5);

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

    /// What it holds once it has settled: the median of each figure over a minute. One look could hit a peak that is
    /// gone in seconds, or a moment that is as good.
    async fn settled(pid: u32) -> Self {
        tokio::time::sleep(SETTLE).await;
        let mut seen = Vec::new();
        for _ in 0..WATCHED {
            seen.push(Self::by(pid));
            tokio::time::sleep(WATCHED_EVERY).await;
        }
        let resident = seen.iter().map(|held| held.resident_kb);
        let (least, most) = (resident.clone().min().unwrap(), resident.clone().max().unwrap());
        writeln!(io::stderr(), "between {least} and {most} kB").unwrap();
        Self {
            resident_kb: median(resident),
            descriptors: median(seen.iter().map(|held| held.descriptors)),
            threads: median(seen.iter().map(|held| held.threads)),
        }
    }
}

fn median<T: Ord + Copy>(figures: impl Iterator<Item = T>) -> T {
    let mut figures: Vec<T> = figures.collect();
    figures.sort_unstable();
    figures[figures.len() / 2]
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
    /// Over HTTP/2, eight at once.
    Multiplexes,
    /// Over a WebSocket.
    Talks,
    /// With a backend that breaks off, each time in another way.
    Fails,
}

const HABITS: [Habit; 9] = [
    Habit::Reads,
    Habit::Downloads,
    Habit::Uploads,
    Habit::Leaves,
    Habit::Reconnects,
    Habit::Strays,
    Habit::Multiplexes,
    Habit::Talks,
    Habit::Fails,
];

const HANDSHAKE: &str = "connection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n";
const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// A backend that sends back what a WebSocket brings, and breaks all other calls off.
fn rough() -> RawUpstream {
    let answer = |mut peer: Peer| -> io::Result<()> {
        let head = peer.head()?;
        if head.contains("websocket") {
            peer.send(SWITCH)?;
            loop {
                let bytes = peer.read(64)?;
                peer.send(bytes)?;
            }
        }
        let path = head.split(' ').nth(1).unwrap_or_default();
        match path {
            "/reset" => peer.reset(),
            "/garbage" => peer.send("no answer at all\r\n\r\n"),
            _ => peer.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nno more"),
        }
    };
    RawUpstream::start(answer).unwrap()
}

#[derive(Clone)]
struct Caller {
    client: Client,
    multiplexed: Client,
    gateway: String,
    key: String,
    /// For the api with the rough backend.
    rough_key: String,
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
            Habit::Multiplexes => {
                let calls = (0..8).map(|_| get(&self.multiplexed, "/json").send());
                for response in futures_util::future::join_all(calls).await {
                    ok(response.unwrap()).await;
                }
            }
            Habit::Talks => {
                let caller = self.clone();
                tokio::task::spawn_blocking(move || caller.talk()).await.unwrap().unwrap();
            }
            Habit::Fails => self.fail().await,
        }
    }

    fn talk(&self) -> io::Result<()> {
        let mut client = RawClient::connect(self.gateway.strip_prefix("http://").unwrap().parse().unwrap())?;
        let key = &self.rough_key;
        let head = format!("GET /rough/v1/talk HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n");
        client.send(head + HANDSHAKE)?;
        let answer = client.answer(false)?;
        // not while the breaker of the backend is open
        if answer.status != 503 {
            assert_eq!(answer.status, 101, "{answer:?}");
            for word in [[b'a'; 64], [b'b'; 64]] {
                client.send(word)?;
                assert_eq!(client.read(64)?, word);
            }
        }
        Ok(())
    }

    async fn fail(&self) {
        for how in ["reset", "garbage", "short"] {
            let request = self.client.get(format!("{}/rough/v1/{how}", self.gateway));
            let response = request.bearer_auth(&self.rough_key).send().await.unwrap();
            let status = response.status().as_u16();
            let whole = response.bytes().await.is_ok();
            assert!([502, 503].contains(&status) || (status, whole) == (200, false), "{how}: {status}");
        }
    }
}

async fn ok(response: reqwest::Response) {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{headers:?} {body}");
}

/// All habits at once, and changes in between, for so long; how many calls there were.
async fn traffic(installation: &Installation, served: &Served, rough: &Served, span: Duration) -> u64 {
    let (stop, calls) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
    let caller = Caller {
        client: Client::builder().no_proxy().build().unwrap(),
        multiplexed: Client::builder().no_proxy().http2_prior_knowledge().build().unwrap(),
        gateway: installation.gateway.clone(),
        key: served.key.clone(),
        rough_key: rough.key.clone(),
    };
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
    let upstream = rough();
    let api =
        json!({ "name": "Rough", "slug": "rough", "kind": "rest", "upstream": { "url": upstream.url() } });
    let rough = installation.served_as(api).await;
    let pid = installation.pid();
    traffic(&installation, &served, &rough, WARM_UP).await;
    let before = Held::settled(pid).await;
    let calls = traffic(&installation, &served, &rough, Duration::from_secs(seconds)).await;
    let after = Held::settled(pid).await;
    writeln!(io::stderr(), "{calls} calls in {seconds} s: {before:?}, then {after:?}").unwrap();
    assert!(calls > seconds * 50, "only {calls} calls to mean anything");
    assert!(after.descriptors <= before.descriptors + 2, "{before:?}, then {after:?}");
    assert!(after.threads <= before.threads + 1, "{before:?}, then {after:?}");
    assert!(after.resident_kb <= before.resident_kb + before.resident_kb / 4, "{before:?}, then {after:?}");
}
