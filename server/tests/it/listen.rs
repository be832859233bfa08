//! The accept loop of the portal and the admin endpoints: whom it waits for, how long, and how many it lets in.

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use ipnet::IpNet;
use server::listen::{self, Limits};
use server::tasks::Tasks;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// What is waited for on a slow machine; nothing takes so long.
const PATIENCE: Duration = Duration::from_secs(20);
const NEVER: Duration = Duration::from_secs(3_600);
const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

struct Listening {
    address: SocketAddr,
    tasks: Tasks,
}

impl Listening {
    async fn with(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", get(|| async { "hello" }))
            .route(
                "/client",
                get(|ConnectInfo(it): ConnectInfo<SocketAddr>| async move { format!("{}.", it.ip()) }),
            )
            .route("/length", post(|body: String| async move { body.len().to_string() }));
        let tasks = Tasks::new();
        tasks.spawn(listen::serve(listener, router, limits, tasks.stopping()));
        Self { address, tasks }
    }

    async fn connect(&self, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream
    }
}

/// What comes until the other side ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // a reset is an end as well
    let _ended = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
    String::from_utf8(bytes).unwrap()
}

/// An answer up to the end of what `hello` says.
async fn hello(stream: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"hello") {
        if timeout(PATIENCE, stream.read_buf(&mut bytes)).await.expect("no answer").unwrap_or(0) == 0 {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn a_client_that_says_nothing_more_is_cut() {
    let short = Duration::from_millis(100);
    let hasty = Listening::with(Limits { head: short, ..Limits::default() }).await;
    for said in ["", "G", "PRI * HTTP/2.0\r\n\r\nSM\r\n", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let answer = rest(&mut hasty.connect(said).await).await;
        assert!(!answer.contains("hello"), "{said:?}: {answer}");
    }
    // nor is it waited for the next request for ever
    assert!(rest(&mut hasty.connect(GET).await).await.ends_with("hello"));

    let hasty = Listening::with(Limits { body_idle: short, head: NEVER, ..Limits::default() }).await;
    let began = "POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nabc";
    let answer = rest(&mut hasty.connect(began).await).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn an_address_has_a_bounded_number_of_connections() {
    let limits = Limits { connections_per_address: 2, head: NEVER, ..Limits::default() };
    let listening = Listening::with(limits).await;
    let mut first = listening.connect(GET).await;
    let mut second = listening.connect(GET).await;
    assert!(hello(&mut first).await && hello(&mut second).await);
    let refused = rest(&mut listening.connect("").await).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    // those that are there go on, and a place that is given back is somebody else's
    second.write_all(GET.as_bytes()).await.unwrap();
    assert!(hello(&mut second).await);
    drop(first);
    let again = async { while !hello(&mut listening.connect(GET).await).await {} };
    timeout(PATIENCE, again).await.expect("the place was not given back");
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_others_over_any_number_of_connections() {
    let trusted: IpNet = "127.0.0.0/8".parse().unwrap();
    for (trusted_proxies, connections, client) in
        [(vec![trusted], [200, 200], "203.0.113.9"), (vec![], [200, 503], "127.0.0.1")]
    {
        let limits = Limits {
            connections_per_address: 1,
            trusted_proxies: trusted_proxies.into(),
            head: NEVER,
            ..Limits::default()
        };
        let listening = Listening::with(limits).await;
        let said = "GET /client HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.9\r\n\r\n";
        let mut open = Vec::new();
        for status in connections {
            let mut stream = listening.connect(said).await;
            let mut bytes = Vec::new();
            let end: &[u8] = if status == 503 { b"\r\n\r\n" } else { b"." };
            while !bytes.ends_with(end) {
                let read = timeout(PATIENCE, stream.read_buf(&mut bytes)).await.expect("no answer");
                assert!(read.unwrap_or(0) > 0, "the connection ended");
            }
            let answer = String::from_utf8(bytes).unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(status == 503 || answer.ends_with(&format!("{client}.")), "{answer}");
            open.push(stream);
        }
    }
}

#[tokio::test]
async fn silent_connections_do_not_delay_the_end() {
    let listening = Listening::with(Limits { head: NEVER, ..Limits::default() }).await;
    let mut silent = listening.connect("").await;
    let mut idle = listening.connect(GET).await;
    assert!(hello(&mut idle).await);
    // less than what requests under way are given
    assert!(listening.tasks.end(Duration::from_secs(5)).await);
    assert_eq!((rest(&mut silent).await, rest(&mut idle).await), (String::new(), String::new()));
}
