//! A backend that takes calls from known clients alone: from the certificate that a team keeps to the call that shows
//! it, and after a restart without the database's word.

use super::installation::{Database, Installation, text};
use faultlab::authority::{Authority, Signed};
use reqwest::Method;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, crypto::ring};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

const HOST: &str = "backend.internal";

/// Answers whoever shows a certificate of the realm with its fingerprint; lives as long as the test.
fn backend(realm: &Authority) -> u16 {
    let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(der(&realm.pem())).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let Signed { chain, private_key } = realm.server(HOST).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![der(&chain)], PrivateKeyDer::from_pem_slice(private_key.as_bytes()).unwrap())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            std::thread::spawn(move || answer(StreamOwned::new(connection, stream)));
        }
    });
    port
}

fn answer(mut stream: StreamOwned<ServerConnection, TcpStream>) -> io::Result<()> {
    let mut head = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            read => head.extend_from_slice(&buffer[..read]),
        }
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            let shown = stream.conn.peer_certificates().and_then(|chain| chain.first()).unwrap();
            let body: String = Sha256::digest(shown).iter().map(|byte| format!("{byte:02x}")).collect();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
            stream.flush()?;
        }
    }
}

fn pair(signed: &Signed) -> Value {
    json!({ "chain": signed.chain, "private_key": signed.private_key })
}

/// The status of a call, and whom the backend took it from.
async fn caller(installation: &Installation, key: &str) -> (u16, String) {
    let answer = installation.through("/echo/v1/x", key).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn a_kept_certificate_is_shown(database: Database) {
    let mut installation = Installation::start(database).await;
    let realm = Authority::new("Realm").unwrap();
    let port = backend(&realm);
    let served = installation.served().await;
    let api = installation.get(&format!("/apis/{}", served.api)).await;
    let mut new = pair(&realm.client("one").unwrap());
    new["name"] = "Backend".into();
    let kept = installation.post(&format!("/teams/{}/certificates", text(&api, "team")), new).await;
    let version = format!("/apis/{}/versions/v1", served.api);
    let tls = |certificate: Value| {
        let tls = json!({ "ca": realm.pem(), "server_name": HOST, "client_certificate": certificate });
        json!({ "upstream": { "url": format!("https://127.0.0.1:{port}"), "tls": tls } })
    };
    for certificate in [Value::Null, kept["id"].clone()] {
        let draft = tls(certificate.clone());
        let (status, answer) = installation.call(&installation.token, Method::PATCH, &version, draft).await;
        assert!(status.is_success(), "{answer}");
        installation.post(&format!("{version}/publish"), json!({})).await;
        let (status, body) = caller(&installation, &served.key).await;
        if certificate.is_null() {
            assert_eq!(status, 502, "{body}");
        } else {
            assert_eq!((status, body), (200, text(&kept, "fingerprint")));
        }
    }
    // in effect when the request is answered
    let path = format!("/certificates/{}/replace", text(&kept, "id"));
    let mut fingerprint = String::new();
    for name in ["two", "three", "four"] {
        let replaced = installation.post(&path, pair(&realm.client(name).unwrap())).await;
        fingerprint = text(&replaced, "fingerprint");
        assert_eq!(caller(&installation, &served.key).await, (200, fingerprint.clone()), "{name}");
    }
    installation.kill();
    let snapshot = std::fs::read_to_string(installation.folder().join("snapshot.jsonl")).unwrap();
    assert!(snapshot.contains("BEGIN CERTIFICATE") && !snapshot.contains("PRIVATE KEY"));
    installation.run();
    assert_eq!(caller(&installation, &served.key).await, (200, fingerprint));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_certificate_is_shown_on_sqlite() {
    a_kept_certificate_is_shown(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_certificate_is_shown_on_postgres() {
    a_kept_certificate_is_shown(Database::Postgres).await;
}
