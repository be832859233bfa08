//! Settings that change what the parts do, seen from outside.

use super::installation::{Database, Installation, eventually};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The address that the audit trail has for what was just done.
async fn audited_address(installation: &Installation) -> String {
    let trail = installation.get("/audit?limit=1").await;
    trail["items"][0]["address"].as_str().unwrap().to_owned()
}

async fn create_team(installation: &Installation, forwarded_for: &str) {
    let request = installation
        .client
        .post(format!("{}/api/v1/teams", installation.portal))
        .bearer_auth(&installation.token)
        .header("x-forwarded-for", forwarded_for)
        .json(&json!({ "name": "Team" }));
    assert_eq!(request.send().await.unwrap().status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_trusted_proxies_say_whom_they_speak_for() {
    let plain = Installation::start(Database::Sqlite).await;
    create_team(&plain, "203.0.113.9").await;
    assert_eq!(audited_address(&plain).await, "127.0.0.1");

    let settings = [("GATEHOUSE_TRUSTED_PROXIES", "192.0.2.0/24, 127.0.0.1")];
    let proxied = Installation::start_with(Database::Sqlite, &settings).await;
    create_team(&proxied, "198.51.100.1, 203.0.113.9, 192.0.2.7").await;
    assert_eq!(audited_address(&proxied).await, "203.0.113.9");
    // the portal's forms as well
    let sign_in = proxied
        .client
        .post(format!("{}/api/sessions/create", proxied.portal))
        .header("origin", &proxied.portal)
        .header("accept", "application/json")
        .header("x-forwarded-for", "203.0.113.10")
        .form(&[("email", "ada@example.com"), ("password", "a long enough password")]);
    assert_eq!(sign_in.send().await.unwrap().status(), 200);
    assert_eq!(audited_address(&proxied).await, "203.0.113.10");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_and_connections_are_bounded_as_set() {
    let settings = [("GATEHOUSE_MAX_BODY_BYTES", "1000"), ("GATEHOUSE_MAX_CONNECTIONS", "1")];
    let installation = Installation::start_with(Database::Sqlite, &settings).await;
    let served = installation.served().await;
    for (length, status) in [(1_000, 200), (1_001, 413)] {
        // a connection for each: there is place for one
        let head = format!(
            "POST /echo/v1/x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n",
            served.key
        );
        let body = vec![b'x'; length];
        let (line, stream) = answered(&installation, &[head.as_bytes(), &body].concat()).await;
        assert_eq!(line, format!("HTTP/1.1 {status}"));
        wait_for_end(stream);
    }
    let (line, only) = answered(&installation, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(line, "HTTP/1.1 404");
    let mut second = connect(&installation.gateway);
    assert_eq!(status_line(&mut second), "HTTP/1.1 503");
    drop(only);
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_addresses_and_patience_are_bounded_as_set() {
    let settings = [
        ("GATEHOUSE_MAX_HEAD_BYTES", "4096"),
        ("GATEHOUSE_MAX_HEAD_FIELDS", "20"),
        ("GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", "2"),
        ("GATEHOUSE_CLIENT_FIRST_BYTE_MS", "300"),
        ("GATEHOUSE_CLIENT_HEAD_MS", "400"),
        ("GATEHOUSE_CLIENT_KEEP_ALIVE_MS", "4000"),
    ];
    let installation = Installation::start_with(Database::Sqlite, &settings).await;
    let long = format!("a: {}\r\n", "a".repeat(2_100));
    for (fields, status) in [("a: 1\r\n".repeat(18), 404), ("a: 1\r\n".repeat(19), 431), (long, 431)] {
        let request = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{fields}\r\n");
        let (line, stream) = answered(&installation, request.as_bytes()).await;
        assert_eq!(line, format!("HTTP/1.1 {status}"));
        wait_for_end(stream);
    }
    // by default, each of these takes ten seconds or more
    let started = Instant::now();
    wait_for_end(connect(&installation.gateway));
    let (line, stream) = answered(&installation, b"GET / HT").await;
    assert_eq!(line, "HTTP/1.1 408");
    wait_for_end(stream);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    let mut held = Vec::new();
    for _ in 0..2 {
        let (line, stream) = answered(&installation, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert_eq!(line, "HTTP/1.1 404");
        held.push(stream);
    }
    assert_eq!(status_line(&mut connect(&installation.gateway)), "HTTP/1.1 503");
    let started = Instant::now();
    held.into_iter().for_each(wait_for_end);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

/// The status line of the answer over a connection of its own, as soon as there is a place for one: the gateway reads on
/// for a moment from a client that it has refused.
async fn answered(installation: &Installation, request: &[u8]) -> (String, TcpStream) {
    let mut found = None;
    eventually("there is a place", Duration::from_secs(10), async || {
        let mut stream = connect(&installation.gateway);
        // a body that is refused by its length is not read
        let _sent = stream.write_all(request);
        let line = status_line(&mut stream);
        found = (line != "HTTP/1.1 503").then_some((line, stream));
        found.is_some()
    })
    .await;
    found.unwrap()
}

fn connect(url: &str) -> TcpStream {
    let address: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    TcpStream::connect(address).unwrap()
}

/// `HTTP/1.1 200`
fn status_line(stream: &mut TcpStream) -> String {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    String::from_utf8_lossy(&line).into_owned()
}

fn wait_for_end(mut stream: TcpStream) {
    // a reset is an end as well
    let _end = stream.read_to_end(&mut Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_may_have_certificates_of_an_authority_of_ones_own() {
    let backend = tls_backend();
    let authority = STANDARD.encode(include_bytes!("../../../gateway/tests/it/tls/ca.der"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let pem = format!("-----BEGIN CERTIFICATE-----\n{authority}\n-----END CERTIFICATE-----\n");
    std::fs::write(&file, pem).unwrap();
    let settings = [("GATEHOUSE_UPSTREAM_CA_FILE", file.to_str().unwrap())];
    for (settings, status) in [(&settings[..], 200), (&[], 502)] {
        let installation = Installation::start_with(Database::Sqlite, settings).await;
        let served = installation.served_from(&format!("https://localhost:{}", backend.port())).await;
        assert_eq!(installation.through("/echo/v1/x", &served.key).await.status(), status);
    }
}

/// Answers `hi` behind TLS as `localhost`; lives as long as the tests.
fn tls_backend() -> SocketAddr {
    let certificate = CertificateDer::from(&include_bytes!("../../../gateway/tests/it/tls/cert.der")[..]);
    let key = PrivatePkcs8KeyDer::from(&include_bytes!("../../../gateway/tests/it/tls/key.der")[..]);
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            std::thread::spawn(move || {
                let tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                let mut lines = BufReader::new(tls);
                let mut line = String::new();
                // one that does not trust us ends here
                while line != "\r\n" {
                    line.clear();
                    if lines.read_line(&mut line).unwrap_or(0) == 0 {
                        return;
                    }
                }
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
                let _sent = lines.get_mut().write_all(answer);
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_recorded_with_strict_durability() {
    let settings = [("GATEHOUSE_JOURNAL_DURABILITY", "strict")];
    let mut installation = Installation::start_with(Database::Sqlite, &settings).await;
    let served = installation.served().await;
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    let calls: Value = installation.get(&format!("/calls?api={}", served.api)).await;
    assert_eq!(calls["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_files_are_opened_as_the_system_allows() {
    let installation = Installation::new(Database::Sqlite).await;
    let gatehouse = installation.command(&["serve"]);
    let mut few = Command::new("sh");
    few.args(["-c", "ulimit -Sn 200 && ulimit -Hn 3000 && exec \"$0\" serve"]).arg(gatehouse.get_program());
    few.envs(gatehouse.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = few.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let ready = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(ready.into_iter().any(|line| line.starts_with("gatehouse ready ")), "not ready");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    let log = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    let open = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(open.split_whitespace().nth(3), Some("3000"), "{open}");
    assert!(log.contains("max_connections") && log.contains("GATEHOUSE_MAX_CONNECTIONS="), "{log}");
}
