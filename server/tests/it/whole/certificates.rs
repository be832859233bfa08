//! TLS at the gateway of a running installation: certificates from a folder, changed while it runs. The pairs in `tls/`
//! and in the gateway's tests are for nothing else.

use super::installation::{Database, Installation, eventually};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const LOCALHOST: [&[u8]; 2] = [include_bytes!("tls/localhost.pem"), include_bytes!("tls/localhost.key")];
const OTHER: [&[u8]; 2] = [
    include_bytes!("../../../gateway/tests/it/tls/other.pem"),
    include_bytes!("../../../gateway/tests/it/tls/other.key"),
];

fn put(folder: &Path, name: &str, [chain, key]: [&[u8]; 2]) {
    // the key first: a chain without one cannot be used
    std::fs::write(folder.join(format!("{name}.key")), key).unwrap();
    std::fs::write(folder.join(format!("{name}.pem")), chain).unwrap();
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Whether a handshake as a client of `host` succeeds.
fn is_served(address: SocketAddr, host: &'static str) -> bool {
    let mut roots = RootCertStore::empty();
    for root in [
        CertificateDer::from(&include_bytes!("../../../gateway/tests/it/tls/ca.der")[..]),
        CertificateDer::from_pem_slice(include_bytes!("../../../gateway/tests/it/tls/other-ca.pem")).unwrap(),
    ] {
        roots.add(root).unwrap();
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let mut client = ClientConnection::new(Arc::new(config), host.try_into().unwrap()).unwrap();
    let mut tcp = TcpStream::connect(address).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    while client.is_handshaking() {
        if client.complete_io(&mut tcp).is_err() {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn certificates_come_from_a_folder_and_change_while_it_runs() {
    let (address, folder) = (free_address(), tempfile::tempdir().unwrap());
    put(folder.path(), "a", LOCALHOST);
    let listen = address.to_string();
    let environment = [
        ("GATEHOUSE_GATEWAY_TLS_LISTEN", listen.as_str()),
        ("GATEHOUSE_GATEWAY_TLS_DIR", folder.path().to_str().unwrap()),
    ];
    let installation = Installation::start_with(Database::Sqlite, &environment).await;
    assert!(is_served(address, "localhost") && !is_served(address, "other.test"));
    put(folder.path(), "b", OTHER);
    eventually("the new one is served", Duration::from_secs(20), async || is_served(address, "other.test"))
        .await;
    std::fs::write(folder.path().join("a.key"), OTHER[1]).unwrap();
    let told = async || {
        let (_, text) = installation.ready().await;
        text.contains("a.pem: the key is not that of the certificate")
    };
    eventually("a bad pair is told of", Duration::from_secs(20), told).await;
    assert!(is_served(address, "localhost"), "the last good ones stay");
}

#[tokio::test]
async fn tls_without_a_certificate_does_not_start() {
    let mut installation = Installation::new(Database::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    installation.environment = vec![
        ("GATEHOUSE_GATEWAY_TLS_LISTEN", free_address().to_string()),
        ("GATEHOUSE_GATEWAY_TLS_DIR", folder.path().to_str().unwrap().to_owned()),
    ];
    let ended = installation.command(&["serve"]).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("expected pairs of name.pem and name.key"), "{said}");
}
