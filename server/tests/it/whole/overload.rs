//! More calls and connections than there is room for: who is let in is served, who is not hears so at once.

use super::installation::{Database, Installation, Served, eventually};
use faultlab::raw::{Peer, RawUpstream};
use reqwest::Client;
use serde_json::Value;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// Calls at the same time, and a thread to have them all.
const ROOM: usize = 8;
const SETTINGS: [(&str, &str); 2] = [("GATEHOUSE_MAX_CALLS", "8"), ("GATEHOUSE_GATEWAY_THREADS", "1")];
/// In the test of many callers: twice as many as there is room for.
const CALLERS: usize = 2 * ROOM;
const CALLS_EACH: usize = 40;
/// Soon, on a machine that is busy with other tests.
const SOON: Duration = Duration::from_secs(20);

/// Answers once it may.
fn backend(may_answer: Arc<AtomicBool>) -> RawUpstream {
    let answer = move |mut peer: Peer| -> io::Result<()> {
        while !peer.head()?.is_empty() {
            while !may_answer.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
        }
        Ok(())
    };
    RawUpstream::start(answer).unwrap()
}

/// What machines and people ask of the process itself.
async fn others_are_answered(installation: &Installation) {
    let health = installation.client.get(format!("{}/healthz", installation.admin)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(installation.ready().await, (200, "ready\n".to_owned()));
    let page = installation.client.get(format!("{}/sign-in", installation.portal)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    installation.get("/teams").await;
}

/// That there is no room, and when to come back.
async fn assert_turned_away(response: reqwest::Response) {
    assert_eq!(response.status(), 503);
    let later: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&later), "{later}");
    let problem: Value = response.json().await.unwrap();
    assert!(problem["type"].as_str().unwrap().ends_with("/problems/overloaded"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_room_is_told_while_the_others_are_still_served() {
    let may_answer = Arc::new(AtomicBool::new(false));
    let upstream = backend(may_answer.clone());
    let installation = Installation::start_with(Database::Sqlite, &SETTINGS).await;
    let served = installation.served_from(&upstream.url()).await;
    let mut inside = JoinSet::new();
    for _ in 0..ROOM {
        let (client, key) = (installation.client.clone(), served.key.clone());
        let url = format!("{}/echo/v1/held", installation.gateway);
        inside.spawn(async move { client.get(url).bearer_auth(key).send().await.unwrap().status() });
    }
    eventually("all are at the backend", SOON, async || upstream.heads().len() == ROOM).await;
    for _ in 0..ROOM {
        // none of those inside ends before this is answered
        assert_turned_away(installation.through("/echo/v1/held", &served.key).await).await;
    }
    others_are_answered(&installation).await;
    assert_eq!(upstream.heads().len(), ROOM, "who was turned away has reached no backend");
    may_answer.store(true, Ordering::SeqCst);
    while let Some(status) = inside.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
    assert_eq!(installation.through("/echo/v1/held", &served.key).await.status(), 200, "there is room again");
}

/// Calls one after the other, each over the caller's own connection; how many were served, and how many turned away.
async fn call_on(url: String, key: String, served: Arc<AtomicU64>, turned_away: Arc<AtomicU64>) {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    for _ in 0..CALLS_EACH {
        let response = client.get(&url).bearer_auth(&key).send().await.unwrap();
        if response.status() == 200 {
            response.bytes().await.unwrap();
            served.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_turned_away(response).await;
            turned_away.fetch_add(1, Ordering::Relaxed);
            // sooner than it was told, as clients are
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_as_many_callers_as_there_is_room_for_are_served_or_turned_away() {
    let installation = Installation::start_with(Database::Sqlite, &SETTINGS).await;
    let made = installation.served().await;
    let (served, turned_away) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let url = format!("{}/echo/v1/delay/100", installation.gateway);
        callers.spawn(call_on(url, made.key.clone(), served.clone(), turned_away.clone()));
    }
    while !callers.is_empty() {
        others_are_answered(&installation).await;
        while let Some(caller) = callers.try_join_next() {
            caller.unwrap();
        }
    }
    let (served, turned_away) = (served.load(Ordering::Relaxed), turned_away.load(Ordering::Relaxed));
    assert!(served > 0 && turned_away > 0, "{served} served, {turned_away} turned away");
    assert_eq!(installation.echo.calls(), served, "who was turned away has reached no backend");
    assert_eq!(served + turned_away, (CALLERS * CALLS_EACH) as u64);
}

/// A connection over which a call was made, and which stays open.
fn idle(address: &str, made: &Served) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    let key = &made.key;
    let head = format!("GET /echo/v1/status/204 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.extend(byte);
    }
    assert!(answer.starts_with(b"HTTP/1.1 204 "), "{}", String::from_utf8_lossy(&answer));
    stream
}

fn resident_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    resident.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_idle_connections_take_little_memory() {
    const CONNECTIONS: u64 = 2_000;
    const MOST_KB_EACH: u64 = 32;
    // whoever speaks for others may have any number of connections
    let settings = [("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8")];
    let installation = Installation::start_with(Database::Sqlite, &settings).await;
    let made = installation.served().await;
    let address = installation.gateway.strip_prefix("http://").unwrap();
    // so that threads, pools and the journal are as large as they get
    let warm: Vec<TcpStream> = (0..20).map(|_| idle(address, &made)).collect();
    let before = resident_kb(installation.pid());
    let open: Vec<TcpStream> = (0..CONNECTIONS).map(|_| idle(address, &made)).collect();
    let after = resident_kb(installation.pid());
    let each = after.saturating_sub(before) as f64 / CONNECTIONS as f64;
    writeln!(io::stderr(), "{CONNECTIONS} idle connections: {before} kB, then {after} kB, {each:.1} kB each")
        .unwrap();
    assert!(after <= before + CONNECTIONS * MOST_KB_EACH, "{before} kB, then {after} kB");
    others_are_answered(&installation).await;
    // and each is still there for another call
    for mut stream in warm.into_iter().chain(open) {
        stream.set_nonblocking(true).unwrap();
        let read = stream.read(&mut [0; 1]);
        assert!(
            read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock),
            "a connection was closed"
        );
    }
}
