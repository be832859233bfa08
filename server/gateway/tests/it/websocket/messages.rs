//! WebSockets between a client and a server of a library of others, in the clear and under TLS on both sides.

use crate::intake_tls::localhost;
use crate::lab::{self, Lab, api_key};
use crate::tls::{tls_in_front_of, trusting};
use futures_util::{SinkExt, StreamExt};
use gateway::Options;
use gateway::tls::Certificates;
use rustls::pki_types::{CertificateDer, ServerName};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// A server that sends every message back; lives as long as the test.
fn echoing() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, async move {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::task::spawn_local(async move {
                    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                    while let Some(Ok(message)) = socket.next().await {
                        if message.is_text() || message.is_binary() {
                            socket.send(message).await.unwrap();
                        }
                    }
                });
            }
        });
    });
    addr
}

/// Opens a WebSocket over the stream, has messages of many sizes echoed, and closes it.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut request = "ws://gateway.test/echo/socket".into_client_request().unwrap();
    request.headers_mut().insert("x-api-key", api_key(1).parse().unwrap());
    let (mut socket, answer) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    assert_eq!(answer.status(), 101);
    for length in [0, 1, 125, 126, 65_535, 65_536, 3_000_000] {
        for message in [Message::text("t".repeat(length)), Message::binary(vec![7; length])] {
            socket.send(message.clone()).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), message);
        }
    }
    let ping = Bytes::from_static(b"there?");
    socket.send(Message::Ping(ping.clone())).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::Pong(ping));
    socket.close(None).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}
}

fn run(conversation: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(conversation);
}

#[test]
fn messages_pass_both_ways() {
    let lab = Lab::start(&format!("http://{}", echoing()));
    run(async { converse(TcpStream::connect(lab.addr()).await.unwrap()).await });
    let call = lab.record_of("ok");
    assert_eq!((call.status, call.method.as_str()), (101, "GET"));
    assert!(call.request_bytes > 6_000_000 && call.response_bytes > 6_000_000, "{call:?}");
}

#[test]
fn messages_pass_under_tls_on_both_sides() {
    let front = tls_in_front_of(echoing());
    let certificates = Certificates::default();
    certificates.replace(vec![localhost()]);
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let options = Options { tls: Some((listen, certificates)), ..trusting() };
    let lab = Lab::with(lab::config(&format!("https://localhost:{}", front.port())), options);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(&include_bytes!("../tls/ca.der")[..])).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    run(async {
        let tcp = TcpStream::connect(lab.gateway.tls_addr().unwrap()).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        converse(connector.connect(name, tcp).await.unwrap()).await;
    });
    let call = lab.record_of("ok");
    assert_eq!(call.status, 101);
    assert!(call.request_bytes > 6_000_000 && call.response_bytes > 6_000_000, "{call:?}");
}
