//! One connection of a client, from its first byte to its end.

use super::io::ClientStream;
use super::phase::{Phase, Stage};
use super::seats::Seat;
use crate::pipeline;
use crate::refused;
use crate::reject::{Reject, RejectKind};
use crate::worker::Worker;
use bytes::BytesMut;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const LARGEST_HEAD: usize = 32 << 10;
/// Bytes that wait in memory for one connection, each way.
const LARGEST_BUFFER: usize = 128 << 10;
/// How long and how much is still read from a client after an answer that ended the connection early.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1 << 20;

/// Serves a connection; `seat` is free again when it is over.
pub async fn serve(worker: Rc<Worker>, mut tcp: TcpStream, peer: IpAddr, seat: Seat) {
    worker.counters.connections.add(1);
    worker.counters.open_connections.add(1);
    let phase = Phase::begin(worker.alarms.alarm(), worker.options.timers);
    match sniff(&worker, &mut tcp, &phase).await {
        Some((prefix, true)) => {
            http2(&worker, ClientStream::new(tcp, prefix, Rc::clone(&phase)), peer, &phase).await
        }
        Some((prefix, false)) => {
            http1(&worker, ClientStream::new(tcp, prefix, Rc::clone(&phase)), peer, &phase).await
        }
        None => {}
    }
    worker.counters.open_connections.sub(1);
    drop(seat);
}

/// Reads until it is plain whether HTTP/2 is spoken. `None`: nothing came in time, or the client left.
async fn sniff(worker: &Worker, tcp: &mut TcpStream, phase: &Phase) -> Option<(BytesMut, bool)> {
    let mut prefix = BytesMut::with_capacity(4 << 10);
    loop {
        let mut read = std::pin::pin!(tcp.read_buf(&mut prefix));
        let count = poll_fn(|cx| match read.as_mut().poll(cx) {
            Poll::Ready(read) => Poll::Ready(read.ok()),
            Poll::Pending if worker.draining.get() || phase.poll_overdue(cx).is_ready() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        if count.await? == 0 {
            return None;
        }
        phase.read();
        let seen = prefix.len().min(HTTP2_PREFACE.len());
        if prefix.get(..seen) != HTTP2_PREFACE.get(..seen) {
            return Some((prefix, false));
        }
        if seen == HTTP2_PREFACE.len() {
            return Some((prefix, true));
        }
    }
}

/// How the serving of a connection ended.
enum Ended {
    /// By itself.
    Done,
    /// A stage lasted too long.
    Overdue,
}

async fn http1(worker: &Rc<Worker>, stream: ClientStream, peer: IpAddr, phase: &Rc<Phase>) {
    let (owner, calls) = (Rc::clone(worker), Rc::clone(phase));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let answer = pipeline::answer(Rc::clone(&owner), calls.call(), peer, request);
        async { Ok::<_, Infallible>(answer.await) }
    });
    let mut conn = http1::Builder::new()
        .header_read_timeout(None)
        .max_header_size(LARGEST_HEAD)
        .max_buf_size(LARGEST_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut asked = false;
    let ended = poll_fn(|cx| {
        if worker.draining.get() && !asked {
            asked = true;
            Pin::new(&mut conn).graceful_shutdown();
        }
        // an error was the client's doing: broken off, or malformed, which the stream knows
        if Pin::new(&mut conn).poll(cx).is_ready() {
            return Poll::Ready(Ended::Done);
        }
        phase.poll_overdue(cx).map(|()| Ended::Overdue)
    })
    .await;
    let stream = conn.into_parts().io.into_inner();
    let refused = match ended {
        Ended::Done => stream.refused().map(refused_by_parser),
        Ended::Overdue if phase.stage() == Stage::Head => {
            Some(Reject::new(RejectKind::RequestTimeout, "the head of the request did not arrive in time"))
        }
        Ended::Overdue => None,
    };
    close(worker, stream.into_tcp(), peer, phase, refused).await;
}

fn refused_by_parser(status: u16) -> Reject {
    match status {
        431 => Reject::new(RejectKind::HeadersTooLarge, "at most 100 header fields and 32768 bytes"),
        414 => Reject::new(RejectKind::UriTooLong, "an address may have 8192 bytes"),
        _ => Reject::bad_request("the head of the request cannot be parsed"),
    }
}

/// Answers what was never a request, and closes so that the client gets to read the last answer.
async fn close(worker: &Rc<Worker>, mut tcp: TcpStream, peer: IpAddr, phase: &Phase, reject: Option<Reject>) {
    if phase.is_reset() {
        // without a lingering close the system resets; should that fail, the plain end is all there is
        drop(socket2::SockRef::from(&tcp).set_linger(Some(Duration::ZERO)));
        return;
    }
    let linger = reject.is_some() || phase.is_body_unread();
    if let Some(reject) = reject {
        let answer = refused::unread(worker, peer, &reject);
        // a client that is gone gets no answer
        drop(tokio::time::timeout(LINGER, tcp.write_all(&answer)).await);
    }
    if tcp.shutdown().await.is_err() || !linger {
        return;
    }
    // unread bytes would turn the close into a reset, and the answer might be lost with it
    let mut taken = 0;
    let mut bin = [0; 8 << 10];
    let drain = async {
        while taken < LINGER_BYTES {
            match tcp.read(&mut bin).await {
                Ok(count) if count > 0 => taken += count,
                _ => break,
            }
        }
    };
    drop(tokio::time::timeout(LINGER, drain).await);
}

async fn http2(worker: &Rc<Worker>, stream: ClientStream, peer: IpAddr, phase: &Rc<Phase>) {
    let (owner, calls) = (Rc::clone(worker), Rc::clone(phase));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let answer = pipeline::answer(Rc::clone(&owner), calls.call(), peer, request);
        async { Ok::<_, Infallible>(answer.await) }
    });
    phase.multiplex();
    let conn = http2::Builder::new(OnThisThread)
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .initial_stream_window_size(64 << 10)
        .initial_connection_window_size(1 << 20)
        .max_header_list_size(16 << 10)
        .max_pending_accept_reset_streams(20)
        .keep_alive_interval(Duration::from_secs(20))
        .serve_connection(TokioIo::new(stream), service);
    let mut conn = std::pin::pin!(conn);
    let mut asked = false;
    poll_fn(|cx| {
        let overdue = phase.poll_overdue(cx).is_ready();
        if overdue && asked {
            return Poll::Ready(());
        }
        if (overdue || worker.draining.get()) && !asked {
            asked = true;
            conn.as_mut().graceful_shutdown();
        }
        // an error was the client's doing
        conn.as_mut().poll(cx).map(drop)
    })
    .await;
}

/// Runs the streams of an HTTP/2 connection as tasks of the same thread.
#[derive(Clone, Copy)]
struct OnThisThread;

impl<F: Future + 'static> hyper::rt::Executor<F> for OnThisThread {
    fn execute(&self, stream: F) {
        // the stream ends with its connection, or with the thread's runtime
        drop(tokio::task::spawn_local(async move { drop(stream.await) }));
    }
}
