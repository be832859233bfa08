//! Upstreams behind TLS. `tls/` holds an authority of the tests' own and a certificate for `localhost`; the key is
//! for nothing else.

use crate::lab::{self, Lab};
use faultlab::authority::Authority;
use faultlab::echo::Echo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Takes TLS off and passes everything on to `backend`; lives as long as the test.
pub fn tls_in_front_of(backend: SocketAddr) -> SocketAddr {
    tls_speaking(&[], backend)
}

/// The same, with the protocols that it offers in the handshake.
pub fn tls_speaking(alpn: &[&[u8]], backend: SocketAddr) -> SocketAddr {
    let certificate = CertificateDer::from(&include_bytes!("tls/cert.der")[..]);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&include_bytes!("tls/key.der")[..]));
    let mut config = showing(certificate, key);
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    terminating(config, backend, |_| ())
}

fn showing(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// The same, with a configuration of its own; `seen` is told of each handshake that went well.
pub fn terminating(
    config: ServerConfig,
    backend: SocketAddr,
    seen: impl Fn(&ServerConnection) + Send + 'static,
) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let set = tokio::task::LocalSet::new();
        let seen = Rc::new(seen);
        set.block_on(&runtime, async move {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, seen) = (acceptor.clone(), Rc::clone(&seen));
                tokio::task::spawn_local(async move {
                    // a client that does not trust the certificate hangs up
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    seen(stream.get_ref().1);
                    let mut plain = TcpStream::connect(backend).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut plain).await;
                });
            }
        });
    });
    addr
}

pub fn trusting() -> gateway::Options {
    let authority = CertificateDer::from(&include_bytes!("tls/ca.der")[..]);
    gateway::Options { upstream_roots: vec![authority], ..lab::options() }
}

#[test]
fn calls_go_out_over_tls_and_connections_are_used_again() {
    let echo = Echo::start().unwrap();
    let addr = tls_in_front_of(echo.addr());
    let url = format!("https://localhost:{}", addr.port());
    let lab = Lab::with(lab::config(&url), trusting());
    let mut client = lab.client();
    for length in [0, 10, 100_000, 3_000_000] {
        client.send(lab::request(&format!("GET /echo/bytes/{length}"), "")).unwrap();
        let answer = client.answer(false).unwrap();
        assert_eq!((answer.status, answer.body.len(), answer.complete), (200, length, true));
        let body = "y".repeat(length);
        client.send(lab::request("POST /echo/x", &format!("Content-Length: {length}\r\n"))).unwrap();
        client.send(body).unwrap();
        let said = client.answer(false).unwrap().json();
        assert_eq!(
            (&said["body_bytes"], &said["headers"]["host"]),
            (&length.into(), &url["https://".len()..].into())
        );
    }
    assert_eq!(lab.figures().upstream_connections, 1);
}

#[test]
fn a_certificate_that_is_not_trusted_is_a_502() {
    let echo = Echo::start().unwrap();
    let addr = tls_in_front_of(echo.addr());
    for (url, options, error) in [
        // an authority that nobody knows, another name, no TLS at all
        (format!("https://localhost:{}", addr.port()), lab::options(), "tls_certificate_error"),
        (format!("https://127.0.0.1:{}", addr.port()), trusting(), "tls_certificate_error"),
        (echo.url().replace("http://", "https://"), trusting(), "tls_protocol_error"),
    ] {
        let lab = Lab::with(lab::config(&url), options);
        let answer = lab.call("GET /echo", "");
        assert_eq!(
            (answer.status, answer.header("proxy-status")),
            (502, Some(format!("gatehouse; error={error}").as_str()))
        );
    }
    assert_eq!(echo.calls(), 0, "never in plain text");
}

#[test]
fn a_certificate_that_has_expired_is_a_502() {
    let (echo, authority) = (Echo::start().unwrap(), Authority::new("Lab").unwrap());
    let good = authority.server("localhost").unwrap();
    let expired = authority.expired_server("localhost").unwrap();
    for (signed, status, error) in [
        // so that nothing else is wrong with it
        (good, 200, None),
        (expired, 502, Some("gatehouse; error=tls_certificate_error")),
    ] {
        let certificate = CertificateDer::from_pem_slice(signed.chain.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(signed.private_key.as_bytes()).unwrap();
        let addr = terminating(showing(certificate, key), echo.addr(), |_| ());
        let root = CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap();
        let options = gateway::Options { upstream_roots: vec![root], ..lab::options() };
        let lab = Lab::with(lab::config(&format!("https://localhost:{}", addr.port())), options);
        let answer = lab.call("GET /echo/json", "");
        assert_eq!((answer.status, answer.header("proxy-status")), (status, error));
    }
    assert_eq!(echo.calls(), 1, "nothing was sent under the expired one");
}
