//! The accept loop of the portal and the admin endpoints. Ours rather than `axum::serve`, which sets no timers.
//!
//! HTTP/1.1 alone: browsers speak HTTP/2 only behind TLS, which ends before us, and while it is found out which of the
//! two is spoken no timer of hyper runs.

use axum::Router;
use axum::extract::ConnectInfo;
use gateway::intake::seats::{Seat, Seats};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
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

/// What clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    pub connections_per_address: usize,
    /// From the beginning of a connection, or from the answer before, to the end of a request's head.
    pub head: Duration,
    /// Between two pieces of a request's body.
    pub body_idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            connections_per_address: 512,
            head: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
        }
    }
}

/// Serves until told to stop, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let connections = TaskTracker::new();
    let seats = Seats::new(limits.connections, limits.connections_per_address);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match seats.take(peer.ip().to_canonical()) {
                Some(seat) => {
                    let open = Open { stream, peer, limits, _seat: seat };
                    connections.spawn(connection(open, router.clone(), stop.clone()));
                }
                // as far as it goes into the socket's buffer at once; a flood is not worth a task each
                None => drop(stream.try_write(TURNED_AWAY)),
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
    _seat: Seat,
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
    let Open { stream, peer, limits, _seat } = open;
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let mut request = request.map(|body| TimeoutBody::new(limits.body_idle, body));
        request.extensions_mut().insert(ConnectInfo(peer));
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
