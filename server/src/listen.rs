//! The accept loop of the portal and the admin endpoints. Ours rather than `axum::serve`, which sets no timers. What
//! stands behind it finds the client's address in `ConnectInfo`: the peer's, or that of whom a proxy of ours speaks for.
//!
//! HTTP/1.1 alone: browsers speak HTTP/2 only behind TLS, which ends before us, and while it is found out which of the
//! two is spoken no timer of hyper runs.

use axum::Router;
use axum::extract::ConnectInfo;
use gateway::intake::client;
use gateway::intake::seats::{Seat, Seats};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

/// How long requests under way may take once the process is told to stop.
const GRACE: Duration = Duration::from_secs(10);

const TURNED_AWAY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\
    connection: close\r\n\r\n";

/// What clients may take, and whom of them to believe.
#[derive(Clone, Debug)]
pub struct Limits {
    pub connections: usize,
    pub connections_per_address: usize,
    /// From the beginning of a connection, or from the answer before, to the end of a request's head.
    pub head: Duration,
    /// Between two pieces of a request's body.
    pub body_idle: Duration,
    /// Peers who may have any number of connections, as they speak for others: for whom, they say in
    /// `X-Forwarded-For`.
    pub trusted_proxies: Arc<[IpNet]>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            connections_per_address: 512,
            head: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
            trusted_proxies: Arc::new([]),
        }
    }
}

/// The places for connections.
struct Places {
    all: Arc<Seats>,
    by_address: Arc<Seats>,
    limits: Limits,
}

impl Places {
    fn new(limits: Limits) -> Self {
        Self {
            all: Seats::new(limits.connections, limits.connections),
            by_address: Seats::new(limits.connections, limits.connections_per_address),
            limits,
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) -> Result<Open, TcpStream> {
        let address = peer.ip().to_canonical();
        let Some(seat) = self.all.take(address) else { return Err(stream) };
        let of_address = self.by_address.take(address);
        if of_address.is_none() && !client::is_trusted(address, &self.limits.trusted_proxies) {
            return Err(stream);
        }
        Ok(Open { stream, peer, limits: self.limits.clone(), _seats: (seat, of_address) })
    }
}

/// Serves until told to stop, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let connections = TaskTracker::new();
    let places = Places::new(limits);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match places.take(stream, peer) {
                Ok(open) => drop(connections.spawn(connection(open, router.clone(), stop.clone()))),
                // as far as it goes into the socket's buffer at once; a flood is not worth a task each
                Err(stream) => drop(stream.try_write(TURNED_AWAY)),
            },
            Err(error) => {
                // out of descriptors: others will be closed
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    connections.close();
    if tokio::time::timeout(GRACE, connections.wait()).await.is_err() {
        tracing::warn!("requests were cut off at the end");
    }
}

/// A connection that was accepted.
struct Open {
    stream: TcpStream,
    peer: SocketAddr,
    limits: Limits,
    _seats: (Seat, Option<Seat>),
}

impl Open {
    /// Whether the client says anything in time. Browsers open connections that they may not need: those end at once
    /// when the process is to end.
    async fn speaks(&self, stop: &CancellationToken) -> bool {
        let mut first = [0];
        tokio::select! {
            () = stop.cancelled() => false,
            peeked = tokio::time::timeout(self.limits.head, self.stream.peek(&mut first)) => {
                matches!(peeked, Ok(Ok(1)))
            }
        }
    }
}

async fn connection(open: Open, router: Router, stop: CancellationToken) {
    if let Err(error) = open.stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    if !open.speaks(&stop).await {
        return;
    }
    let Open { stream, peer, limits, _seats } = open;
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let mut request = request.map(|body| TimeoutBody::new(limits.body_idle, body));
        let client = client::address(peer.ip().to_canonical(), request.headers(), &limits.trusted_proxies);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, peer.port())));
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}
