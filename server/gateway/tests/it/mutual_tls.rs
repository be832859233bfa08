//! Upstreams that ask who calls, and upstreams that are trusted by authorities of their own.

mod identities;

use crate::lab::{self, Lab, eventually};
use crate::tls::terminating;
use crate::websocket::{HANDSHAKE, SWITCH};
use domain::gateway_config::{GatewayCertificate, GatewayConfig, GatewayUpdate, GatewayVersion, Part};
use domain::ids::CertificateId;
use domain::upstream::{HealthCheck, Protocol, UpstreamTls};
use faultlab::authority::{Authority, Signed};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use gateway::SnapshotHandle;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, crypto::ring};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// An authority that signed for a server at `localhost` and for clients, and who called the server.
struct Realm {
    authority: Authority,
    /// The certificate of each connection, empty where none was shown.
    callers: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Realm {
    fn new() -> Self {
        Self { authority: Authority::new("Realm").unwrap(), callers: Arc::default() }
    }

    /// Asks clients for a certificate of the realm; `must`: and hangs up on those without.
    fn server(&self, host: &str, must: bool, alpn: &[&[u8]], backend: SocketAddr) -> SocketAddr {
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.authority.pem())).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let verifier = if must { verifier } else { verifier.allow_unauthenticated() };
        let Signed { chain, private_key } = self.authority.server(host).unwrap();
        let key = PrivateKeyDer::from_pem_slice(private_key.as_bytes()).unwrap();
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(vec![der(&chain)], key)
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        let callers = Arc::clone(&self.callers);
        terminating(config, backend, move |connection| {
            let shown = connection.peer_certificates().and_then(|chain| chain.first());
            callers.lock().unwrap().push(shown.map(|first| first.to_vec()).unwrap_or_default());
        })
    }

    /// Trusted by the realm alone, and trusting it alone.
    fn tls(&self, certificate: Option<&GatewayCertificate>) -> UpstreamTls {
        UpstreamTls {
            ca: Some(self.authority.pem()),
            client_certificate: certificate.map(|certificate| certificate.id.clone()),
            server_name: None,
        }
    }

    fn callers(&self) -> Vec<Vec<u8>> {
        self.callers.lock().unwrap().clone()
    }
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// As the gateway is given it: the key is sealed, after the fashion of the lab.
fn certificate(number: u128, signed: &Signed) -> GatewayCertificate {
    GatewayCertificate {
        id: CertificateId::from_parts(1, number),
        chain: signed.chain.clone(),
        private_key: format!("sealed {}", signed.private_key),
    }
}

fn snapshots() -> SnapshotHandle {
    SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL)
        .unsealing(|_, sealed| sealed.strip_prefix("sealed ").map(|key| key.as_bytes().to_vec()))
}

fn at(port: u16) -> String {
    format!("https://localhost:{port}")
}

fn version(name: &str, url: &str, tls: UpstreamTls, shown: Option<GatewayCertificate>) -> GatewayVersion {
    let mut version = lab::version(name, url);
    version.config.upstream.tls = tls;
    version.certificate = shown;
    version
}

fn serving(versions: Vec<GatewayVersion>) -> Lab {
    let mut config = lab::config("http://127.0.0.1:9");
    config.apis = vec![lab::api(1, "echo", versions)];
    let snapshots = snapshots();
    assert_eq!(snapshots.publish(&config), []);
    Lab::serving(snapshots, config)
}

/// The status, and what the `Proxy-Status` says went wrong.
fn outcome(lab: &Lab, path: &str) -> (u16, String) {
    let answer = lab.call(&format!("GET {path}"), "");
    let wrong = answer.header("proxy-status").unwrap_or_default();
    (answer.status, wrong.trim_start_matches("gatehouse; error=").to_owned())
}

#[test]
fn a_backend_that_asks_is_shown_the_certificate() {
    let realm = Realm::new();
    let signed = realm.authority.client("gateway").unwrap();
    let shown = certificate(1, &signed);
    let (http1, http2) = (Echo::start().unwrap(), Echo::start_http2().unwrap());
    for (protocol, alpn, echo) in
        [(Protocol::Http1, b"http/1.1".as_slice(), &http1), (Protocol::Http2, b"h2".as_slice(), &http2)]
    {
        let addr = realm.server("localhost", true, &[alpn], echo.addr());
        let tls = realm.tls(Some(&shown));
        let mut version = version("v1", &at(addr.port()), tls, Some(shown.clone()));
        version.config.upstream.protocol = protocol;
        let lab = serving(vec![version]);
        let mut client = lab.client();
        for _ in 0..3 {
            client.send(lab::request("GET /echo/x", "")).unwrap();
            assert_eq!(client.answer(false).unwrap().status, 200, "{protocol}");
        }
        assert_eq!(lab.figures().upstream_connections, 1, "{protocol}");
    }
    assert_eq!(realm.callers(), vec![der(&signed.chain).to_vec(); 2]);
}

#[test]
fn a_backend_that_asks_hangs_up_on_whoever_shows_nothing_or_something_else() {
    let realm = Realm::new();
    let foreign = certificate(1, &Realm::new().authority.client("gateway").unwrap());
    let expired = certificate(2, &realm.authority.expired_client("gateway").unwrap());
    let (http1, http2) = (Echo::start().unwrap(), Echo::start_http2().unwrap());
    for (protocol, alpn, echo) in
        [(Protocol::Http1, b"http/1.1".as_slice(), &http1), (Protocol::Http2, b"h2".as_slice(), &http2)]
    {
        let addr = realm.server("localhost", true, &[alpn], echo.addr());
        for shown in [None, Some(foreign.clone()), Some(expired.clone())] {
            let mut version = version("v1", &at(addr.port()), realm.tls(shown.as_ref()), shown);
            version.config.upstream.protocol = protocol;
            let (status, wrong) = outcome(&serving(vec![version]), "/echo/x");
            // the alert may be lost when the connection is reset behind it
            let words = ["tls_alert_received", "connection_terminated"];
            assert!(status == 502 && words.contains(&wrong.as_str()), "{protocol}: {status} {wrong}");
        }
    }
    assert_eq!((http1.calls(), http2.calls(), realm.callers().len()), (0, 0, 0));
}

#[test]
fn the_authorities_that_are_given_are_the_only_ones() {
    let (realm, other) = (Realm::new(), Realm::new());
    let echo = Echo::start().unwrap();
    let addr = realm.server("localhost", false, &[], echo.addr());
    let both = format!("{}{}", other.authority.pem(), realm.authority.pem());
    let both = UpstreamTls { ca: Some(both), ..UpstreamTls::default() };
    for (tls, expected) in [
        (realm.tls(None), (200, "")),
        (both, (200, "")),
        (other.tls(None), (502, "tls_certificate_error")),
        (UpstreamTls::default(), (502, "tls_certificate_error")),
    ] {
        let lab = serving(vec![version("v1", &at(addr.port()), tls, None)]);
        assert_eq!(outcome(&lab, "/echo/x"), (expected.0, expected.1.to_owned()));
    }
    // what is trusted elsewhere is not trusted here
    let handle = snapshots().trusting(&[der(&realm.authority.pem())]).unwrap();
    let mut config = lab::config("http://127.0.0.1:9");
    config.apis[0].versions = vec![version("v1", &at(addr.port()), other.tls(None), None)];
    assert_eq!(handle.publish(&config), []);
    assert_eq!(outcome(&Lab::serving(handle, config), "/echo/x").0, 502);
}

#[test]
fn with_a_certificate_alone_the_usual_authorities_are_trusted() {
    let realm = Realm::new();
    let shown = certificate(1, &realm.authority.client("gateway").unwrap());
    let echo = Echo::start().unwrap();
    let addr = realm.server("localhost", true, &[], echo.addr());
    let tls = UpstreamTls { ca: None, ..realm.tls(Some(&shown)) };
    let mut config = lab::config("http://127.0.0.1:9");
    config.apis[0].versions = vec![version("v1", &at(addr.port()), tls, Some(shown))];
    for (handle, status) in
        [(snapshots(), 502), (snapshots().trusting(&[der(&realm.authority.pem())]).unwrap(), 200)]
    {
        assert_eq!(handle.publish(&config), []);
        assert_eq!(outcome(&Lab::serving(handle, config.clone()), "/echo/x").0, status);
    }
}

#[test]
fn the_server_name_is_asked_for_and_verified_in_place_of_the_host() {
    let realm = Realm::new();
    let echo = Echo::start().unwrap();
    let addr = realm.server("orders.internal", false, &[], echo.addr());
    let named = |name: &str| UpstreamTls { server_name: Some(name.parse().unwrap()), ..realm.tls(None) };
    let url = at(addr.port());
    let lab = serving(vec![
        version("v1", &url, realm.tls(None), None),
        version("v2", &url, named("orders.internal"), None),
        version("v3", &url, named("other.internal"), None),
    ]);
    assert_eq!(outcome(&lab, "/echo/v1/x"), (502, "tls_certificate_error".to_owned()));
    assert_eq!(outcome(&lab, "/echo/v2/x"), (200, String::new()));
    // not over the connection that there is by now
    assert_eq!(outcome(&lab, "/echo/v3/x"), (502, "tls_certificate_error".to_owned()));
}

#[test]
fn websockets_and_health_checks_show_the_certificate() {
    let realm = Realm::new();
    let shown = certificate(1, &realm.authority.client("gateway").unwrap());
    let upstream = RawUpstream::start(|mut peer| {
        loop {
            let head = peer.head()?.to_ascii_lowercase();
            if head.is_empty() {
                return Ok(());
            }
            let switch = head.contains("upgrade: websocket");
            peer.send(if switch { SWITCH } else { "HTTP/1.1 204 No Content\r\n\r\n" })?;
        }
    });
    let upstream = upstream.unwrap();
    let addr = realm.server("localhost", true, &[], upstream.addr());
    let mut checked = version("v1", &at(addr.port()), realm.tls(Some(&shown)), Some(shown));
    let often =
        HealthCheck { interval_ms: 100, unhealthy_after: 1, healthy_after: 1, ..HealthCheck::default() };
    checked.config.upstream.health = Some(often.clone());
    let mut anonymous = version("v2", &at(addr.port()), realm.tls(None), None);
    anonymous.config.upstream.health = Some(often);
    let lab = serving(vec![checked, anonymous]);
    assert_eq!(lab.call("GET /echo/v1/socket", HANDSHAKE).status, 101);
    eventually("the node that takes no strangers is down", || {
        lab.gateway.nodes().iter().any(|node| node.version.as_str() == "v2" && !node.healthy)
    });
    let callers = realm.callers();
    assert!(callers.len() >= 2 && callers.iter().all(|caller| !caller.is_empty()), "a check and the socket");
    assert!(lab.gateway.nodes().iter().any(|node| node.version.as_str() == "v1" && node.healthy));
}
