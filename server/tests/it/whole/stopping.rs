//! How a process that is told to stop takes its leave: of its balancer, of new clients, and of calls under way.

use super::installation::{Database, Installation, Served, eventually};
use faultlab::raw::{Peer, RawClient, RawUpstream};
use reqwest::Client;
use serde_json::Value;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Soon, on a machine that is busy with other tests; less than what calls under way get.
const SOON: Duration = Duration::from_secs(20);

const HANDSHAKE: &str = "connection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n";
const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// Half of a download, each.
const HALF: usize = 100_000;

/// Sends bytes back over a WebSocket; of anything else half of an answer, and the other half once it may.
fn backend(may_end: Arc<AtomicBool>) -> RawUpstream {
    let answer = move |mut peer: Peer| -> io::Result<()> {
        let head = peer.head()?;
        if head.contains("websocket") {
            peer.send(SWITCH)?;
            loop {
                let byte = peer.read(1)?;
                peer.send(byte)?;
            }
        }
        peer.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 2 * HALF))?;
        peer.send([b'x'; HALF])?;
        while !may_end.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        peer.send([b'x'; HALF])
    };
    RawUpstream::start(answer).unwrap()
}

fn connect(installation: &Installation) -> RawClient {
    RawClient::connect(address(installation)).unwrap()
}

fn address(installation: &Installation) -> SocketAddr {
    installation.gateway.strip_prefix("http://").unwrap().parse().unwrap()
}

/// A WebSocket, and the id of its call.
fn socket(installation: &Installation, served: &Served) -> (RawClient, String) {
    let mut client = connect(installation);
    let key = &served.key;
    let head = format!("GET /echo/v1/socket HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n");
    client.send(head + HANDSHAKE + "\r\n").unwrap();
    let answer = client.answer(false).unwrap();
    assert_eq!(answer.status, 101);
    (client, answer.header("x-request-id").unwrap().to_owned())
}

fn echoes(client: &mut RawClient, word: &[u8]) -> bool {
    client.send(word).is_ok() && client.read(word.len()).is_ok_and(|back| back == word)
}

/// The recorded call of that id.
async fn call(installation: &Installation, served: &Served, id: &str) -> Value {
    let calls = installation.get(&format!("/calls?api={}", served.api)).await;
    let found = calls["items"].as_array().unwrap().iter().find(|call| call["id"] == id);
    found.cloned().unwrap_or_default()
}

async fn calls_under_way_end_well(database: Database) {
    let may_end = Arc::new(AtomicBool::new(false));
    let upstream = backend(may_end.clone());
    let mut installation = Installation::start(database).await;
    let served = installation.served_from(&upstream.url()).await;
    let mut download = installation.through("/echo/v1/file", &served.key).await;
    let file = download.headers()["x-request-id"].to_str().unwrap().to_owned();
    let mut body = download.chunk().await.unwrap().unwrap().len();
    let http2 = Client::builder().no_proxy().http2_prior_knowledge().timeout(SOON).build().unwrap();
    let over_http2 = || http2.get(format!("{}/echo/v1/file", installation.gateway)).bearer_auth(&served.key);
    let multiplexed = over_http2().send().await.unwrap();
    let (mut socket, talk) = socket(&installation, &served);
    assert!(echoes(&mut socket, b"before"));
    let mut idle = connect(&installation);
    idle.send("GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert_eq!(idle.answer(false).unwrap().status, 404);
    assert_eq!(installation.ready().await, (200, "ready\n".to_owned()));

    installation.tell_to_stop();
    // the balancer hears of it while calls are under way
    eventually("not ready", SOON, async || installation.ready().await.0 != 200).await;
    assert_eq!(installation.ready().await, (503, "stopping\n".to_owned()));
    let refused = async || {
        let error = TcpStream::connect(address(&installation)).err();
        error.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    };
    eventually("connections are refused", SOON, refused).await;
    assert_eq!(idle.read_to_end(), b"", "a connection without a call ends");
    assert!(echoes(&mut socket, b"after"), "a WebSocket goes on");
    assert!(over_http2().send().await.is_err(), "beside a call under way, no other is begun");
    assert!(installation.is_running());

    may_end.store(true, Ordering::SeqCst);
    while let Some(chunk) = download.chunk().await.unwrap() {
        body += chunk.len();
    }
    assert_eq!(body, 2 * HALF, "all of the download comes");
    assert_eq!(multiplexed.bytes().await.unwrap().len(), 2 * HALF, "over HTTP/2 as well");
    drop(socket);
    assert_eq!(installation.ended(), Some(0));

    installation.run();
    for (id, status, bytes) in [(file, 200, 2 * HALF), (talk, 101, b"beforeafter".len())] {
        let call = call(&installation, &served, &id).await;
        assert_eq!((&call["status"], &call["response_bytes"]), (&status.into(), &bytes.into()), "{call}");
        assert_eq!(call["version"], "v1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_under_way_end_well_on_sqlite() {
    calls_under_way_end_well(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_under_way_end_well_on_postgres() {
    calls_under_way_end_well(Database::Postgres).await;
}

/// What goes on for longer than calls get is cut off, on record, and no failure of the process.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_an_end_is_cut_off_in_time() {
    let upstream = backend(Arc::default());
    let mut installation = Installation::start(Database::Sqlite).await;
    let served = installation.served_from(&upstream.url()).await;
    let mut download = installation.through("/echo/v1/file", &served.key).await;
    let file = download.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(download.chunk().await.unwrap().is_some());
    let start = Instant::now();
    assert_eq!(installation.terminate(), Some(0));
    let took = start.elapsed();
    assert!((Duration::from_secs(25)..Duration::from_secs(45)).contains(&took), "{took:?}");
    while let Ok(chunk) = download.chunk().await {
        assert!(chunk.is_some(), "half of a download is not the end of one");
    }
    installation.run();
    let call = call(&installation, &served, &file).await;
    assert_eq!(call["status"], 200, "{call}");
    assert_ne!(call["outcome"], "ok", "{call}");
}
