//! Clients behind TLS. `tls/` holds certificates of the tests' own: `localhost`, signed by their authority, and
//! `other.test` with `*.wild.test`, signed by another one.

use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;
use gateway::tls::{Certificate, Certificates};
use gateway::{Options, Timers};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

const OTHER: &[u8] = include_bytes!("tls/other.pem");
const OTHER_KEY: &[u8] = include_bytes!("tls/other.key");

pub fn localhost() -> Certificate {
    let chain = vec![CertificateDer::from(&include_bytes!("tls/cert.der")[..])];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&include_bytes!("tls/key.der")[..]));
    Certificate::new(chain, key).unwrap()
}

fn other() -> Certificate {
    Certificate::from_pem(OTHER, OTHER_KEY).unwrap()
}

fn served(certificates: &Certificates) -> Options {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Options { tls: Some((listen, certificates.clone())), ..lab::options() }
}

/// A client that asks for `host` and speaks the protocols of `alpn`; the error is the handshake's.
fn connect(
    lab: &Lab,
    host: &'static str,
    alpn: &[&[u8]],
) -> Result<StreamOwned<ClientConnection, TcpStream>, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(&include_bytes!("tls/ca.der")[..])).unwrap();
    roots.add(CertificateDer::from_pem_slice(include_bytes!("tls/other-ca.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let tcp = TcpStream::connect(lab.gateway.tls_addr().unwrap())?;
    tcp.set_read_timeout(Some(Duration::from_secs(10)))?;
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from(host).unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, tcp);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// The answer to a call over TLS, as text.
fn call(lab: &Lab, host: &'static str, more: &str) -> String {
    let mut stream = connect(lab, host, &[b"http/1.1"]).unwrap();
    stream.write_all(lab::request("GET /echo/headers", more).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn each_host_is_served_with_its_own_certificate_and_changes_hold_at_once() {
    let echo = Echo::start().unwrap();
    let certificates = Certificates::default();
    certificates.replace(vec![localhost(), other()]);
    let lab = Lab::with(lab::config(&echo.url()), served(&certificates));
    for host in ["localhost", "other.test", "a.wild.test"] {
        assert!(call(&lab, host, "Connection: close\r\n").starts_with("HTTP/1.1 200"), "{host}");
    }
    assert!(connect(&lab, "a.b.wild.test", &[]).is_err(), "a star is one label");
    certificates.replace(vec![localhost()]);
    assert!(connect(&lab, "other.test", &[]).is_err(), "the first one is no certificate for it");
    assert!(connect(&lab, "localhost", &[]).is_ok());
    eventually("clients that hang up are counted", || lab.figures().failed_handshakes >= 2);
    let facts = certificates.facts();
    assert_eq!((facts.len(), facts[0].hosts.as_slice()), (1, &["localhost".to_owned()][..]));
}

#[test]
fn backends_are_told_that_the_client_came_over_tls() {
    let echo = Echo::start().unwrap();
    let certificates = Certificates::default();
    certificates.replace(vec![localhost()]);
    let lab = Lab::with(lab::config(&echo.url()), served(&certificates));
    let answer = call(&lab, "localhost", "Connection: close\r\nX-Forwarded-Proto: http\r\n");
    assert!(
        answer.contains("\"x-forwarded-proto\": \"https\"") && answer.contains("proto=https"),
        "{answer}"
    );
    assert!(lab.call("GET /echo/headers", "").text().contains("\"x-forwarded-proto\": \"http\""));
}

#[test]
fn http_2_is_spoken_to_those_who_ask_for_it() {
    let echo = Echo::start().unwrap();
    let certificates = Certificates::default();
    certificates.replace(vec![localhost()]);
    let lab = Lab::with(lab::config(&echo.url()), served(&certificates));
    let mut stream = connect(&lab, "localhost", &[b"h2", b"http/1.1"]).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    // preface and an empty SETTINGS frame; the gateway's own comes back (RFC 9113 section 3.4)
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!((frame[3], &frame[5..]), (4, &[0; 4][..]), "SETTINGS on stream 0");
}

#[test]
fn a_handshake_that_does_not_come_is_cut_off() {
    let certificates = Certificates::default();
    certificates.replace(vec![localhost()]);
    let mut options = served(&certificates);
    options.timers = Timers { handshake_ms: 200, ..Timers::default() };
    let lab = Lab::with(lab::config("http://127.0.0.1:1"), options);
    let mut silent = TcpStream::connect(lab.gateway.tls_addr().unwrap()).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert_eq!(silent.read(&mut [0; 1]).unwrap(), 0);
    let mut plain = TcpStream::connect(lab.gateway.tls_addr().unwrap()).unwrap();
    plain.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // an alert, or a reset: in no case an answer
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"));
    eventually("both are counted", || lab.figures().failed_handshakes == 2);
}

#[test]
fn what_is_no_certificate_says_why() {
    use gateway::tls::CertificateError as E;
    let refused = |chain: &[u8], key: &[u8]| Certificate::from_pem(chain, key).err().unwrap();
    assert_eq!(refused(b"", OTHER_KEY), E::Chain);
    assert_eq!(refused(OTHER, b"nothing"), E::Key);
    assert_eq!(refused(OTHER, OTHER), E::Key);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&include_bytes!("tls/key.der")[..]));
    let chain = vec![CertificateDer::from_pem_slice(OTHER).unwrap()];
    assert_eq!(Certificate::new(chain, key).err().unwrap(), E::Mismatch);
}
