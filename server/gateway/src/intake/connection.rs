//! One connection of a client, from its first byte to its end.

use super::client::Peer;
use super::http1::{self, Ended};
use super::http2;
use super::phase::Phase;
use super::seats::Seat;
use crate::metrics::Counters;
use crate::refused;
use crate::stream::Stream;
use crate::tls::ALPN_HTTP2;
use crate::worker::Worker;
use bytes::BytesMut;
use std::future::poll_fn;
use std::net::IpAddr;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long and how much is still read from a client after an answer that ended the connection early.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1 << 20;

/// Serves a connection; `seat` is free again when it is over.
pub async fn serve(
    worker: Rc<Worker>,
    tcp: TcpStream,
    tls: Option<TlsAcceptor>,
    address: IpAddr,
    seat: Seat,
) {
    let open = Open::count(&worker.counters);
    let peer = Peer { address, is_tls: tls.is_some() };
    let phase = Phase::begin(worker.alarms.alarm(), worker.options.timers);
    match tls {
        None => serve_plain(&worker, tcp, peer, &phase).await,
        Some(acceptor) => serve_tls(&worker, tcp, &acceptor, peer, &phase).await,
    }
    drop((open, seat));
}

/// A connection in the count of those that are open, however it ends.
struct Open<'c>(&'c Counters);

impl<'c> Open<'c> {
    fn count(counters: &'c Counters) -> Self {
        counters.connections.add(1);
        counters.open_connections.add(1);
        Self(counters)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open_connections.sub(1);
    }
}

async fn serve_plain(worker: &Rc<Worker>, mut tcp: TcpStream, peer: Peer, phase: &Rc<Phase>) {
    match sniff(worker, &mut tcp, phase).await {
        Some((read_ahead, true)) => {
            http2::serve(worker, Stream::Plain(tcp), read_ahead, peer, phase).await;
        }
        Some((read_ahead, false)) => serve_http1(worker, Stream::Plain(tcp), read_ahead, peer, phase).await,
        None => {}
    }
}

/// What is spoken is settled in the handshake (RFC 7301).
async fn serve_tls(
    worker: &Rc<Worker>,
    tcp: TcpStream,
    acceptor: &TlsAcceptor,
    peer: Peer,
    phase: &Rc<Phase>,
) {
    phase.shake_hands();
    let mut accepting = std::pin::pin!(acceptor.accept(tcp));
    let accepted = poll_fn(|cx| match accepting.as_mut().poll(cx) {
        Poll::Ready(accepted) => Poll::Ready(accepted.ok()),
        Poll::Pending if worker.draining.get() || phase.poll_overdue(cx).is_ready() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let Some(stream) = accepted.await else {
        worker.counters.failed_handshakes.add(1);
        return;
    };
    phase.wait_first();
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(ALPN_HTTP2);
    let stream = Stream::Tls(Box::new(stream.into()));
    if is_http2 {
        http2::serve(worker, stream, BytesMut::new(), peer, phase).await;
    } else {
        serve_http1(worker, stream, BytesMut::new(), peer, phase).await;
    }
}

async fn serve_http1(
    worker: &Rc<Worker>,
    stream: Stream,
    read_ahead: BytesMut,
    peer: Peer,
    phase: &Rc<Phase>,
) {
    let ended = http1::serve(worker, stream, read_ahead, peer, phase).await;
    close(worker, ended, peer.address, phase).await;
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

/// Answers what was never a request, and closes so that the client gets to read the last answer.
async fn close(worker: &Rc<Worker>, ended: Ended, peer: IpAddr, phase: &Phase) {
    let Ended { stream: Some(mut stream), reject, unread } = ended else { return };
    if phase.is_reset() {
        // without a lingering close the system resets; should that fail, the plain end is all there is
        drop(socket2::SockRef::from(stream.tcp()).set_linger(Some(Duration::ZERO)));
        return;
    }
    let linger = reject.is_some() || unread;
    if let Some(reject) = reject {
        let answer = refused::unread(worker, peer, &reject);
        // a client that is gone gets no answer
        drop(tokio::time::timeout(LINGER, stream.write_all(&answer)).await);
    }
    if !matches!(tokio::time::timeout(LINGER, stream.shutdown()).await, Ok(Ok(()))) || !linger {
        return;
    }
    // unread bytes would turn the close into a reset, and the answer might be lost with it
    let mut taken = 0;
    let mut bin = [0; 8 << 10];
    let drain = async {
        while taken < LINGER_BYTES {
            match stream.read(&mut bin).await {
                Ok(count) if count > 0 => taken += count,
                _ => break,
            }
        }
    };
    drop(tokio::time::timeout(LINGER, drain).await);
}
