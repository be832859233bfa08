//! One HTTP/2 connection to an upstream, which many calls of a thread share.

use super::super::dial::dial;
use super::super::lease::Lease;
use super::super::target::Target;
use super::keepalive::{Keepalive, Step};
use super::{Failure, failure_of};
use crate::alarm::{Alarm, TICK_MS};
use crate::stream::Stream;
use crate::worker::Worker;
use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{Ping, PingPong, SendStream};
use http::Request;
use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Streams that are used of one connection, whatever the peer would take. So many windows fit into that of the
/// connection, so that no call whose client does not read can stop the others.
const MOST_STREAMS: usize = 100;
const STREAM_WINDOW: u32 = 128 << 10;
const CONNECTION_WINDOW: u32 = 16 << 20;
const SEND_BUFFER: usize = 64 << 10;
const LARGEST_HEAD: u32 = 64 << 10;

type Driven = h2::client::Connection<Watched, Bytes>;

pub struct Connection {
    sender: SendRequest<Bytes>,
    activity: Rc<Activity>,
    carried: Cell<bool>,
    idle_since_ms: Cell<u64>,
    lease: Lease,
}

/// What the connection's task sees and its calls tell.
#[derive(Default)]
struct Activity {
    calls: Cell<usize>,
    /// Whether anything came in since this was looked at.
    has_read: Cell<bool>,
}

impl Connection {
    /// Connects, and waits until the peer has said how many streams it takes: more would only be refused.
    pub async fn open(worker: &Worker, target: &Target) -> Result<Self, Failure> {
        let (stream, lease) = dial(worker, target).await?;
        let within = Duration::from_millis(u64::from(target.timeouts.connect_ms));
        match tokio::time::timeout(within, Self::shake_hands(worker, stream, lease)).await {
            Ok(connection) => connection,
            Err(_) => Err(Failure::ConnectTimeout),
        }
    }

    async fn shake_hands(worker: &Worker, stream: Stream, lease: Lease) -> Result<Self, Failure> {
        let activity = Rc::<Activity>::default();
        let stream = Watched { stream, activity: Rc::clone(&activity) };
        let mut builder = h2::client::Builder::new();
        builder
            .enable_push(false)
            // none before the peer's settings are there
            .initial_max_send_streams(0)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(LARGEST_HEAD)
            .max_send_buffer_size(SEND_BUFFER);
        let (sender, mut driven) = builder.handshake(stream).await.map_err(|error| failure_of(&error))?;
        let settled = poll_fn(|cx| match Pin::new(&mut driven).poll(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(failure_of(&error))),
            Poll::Ready(Ok(())) => Poll::Ready(Err(Failure::Closed)),
            Poll::Pending if driven.max_concurrent_send_streams() > 0 => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        });
        settled.await?;
        let ping = driven.ping_pong();
        let driver = Driver { driven, ping, pinged: false, alarm: worker.alarms.alarm(), read_ms: 0 };
        // ends with the connection, or when nobody holds it any more, or with the thread
        drop(tokio::task::spawn_local(driver.run(Rc::clone(&activity))));
        let idle_since_ms = Cell::new(worker.alarms.now_ms());
        Ok(Self { sender, activity, carried: Cell::new(false), idle_since_ms, lease })
    }

    /// Whether calls may be begun on it: its lease is not over, it is open, and the peer has not said that it goes away.
    #[must_use]
    pub fn is_open(&self, now_ms: u64) -> bool {
        if self.lease.is_over(now_ms) {
            return false;
        }
        let ready = self.sender.clone().poll_ready(&mut Context::from_waker(Waker::noop()));
        matches!(ready, Poll::Ready(Ok(())))
    }

    /// How many calls it carries at most.
    #[must_use]
    pub fn most_calls(&self) -> usize {
        self.sender.current_max_send_streams().min(MOST_STREAMS)
    }

    /// Whether it was seen to be of no use for so long; to be asked now and then.
    #[must_use]
    pub fn is_idle_for(&self, ms: u64, now_ms: u64) -> bool {
        if self.activity.calls.get() > 0 {
            self.idle_since_ms.set(now_ms);
        }
        now_ms.saturating_sub(self.idle_since_ms.get()) >= ms
    }

    /// A place for one call more.
    #[must_use]
    pub fn seat(self: &Rc<Self>, now_ms: u64) -> Option<Seat> {
        let calls = self.activity.calls.get();
        if calls >= self.most_calls() || !self.is_open(now_ms) {
            return None;
        }
        self.activity.calls.set(calls + 1);
        Some(Seat { reused: self.carried.replace(true), connection: Rc::clone(self) })
    }
}

/// The place of one call on a connection; free again when dropped.
pub struct Seat {
    connection: Rc<Connection>,
    /// Whether the connection carried a call before.
    pub reused: bool,
}

impl Seat {
    /// Begins the call. `end`: it has no body.
    pub fn send(&self, head: Request<()>, end: bool) -> Result<(ResponseFuture, SendStream<Bytes>), Failure> {
        self.connection.sender.clone().send_request(head, end).map_err(|error| match failure_of(&error) {
            // nothing of it has left
            Failure::Closed | Failure::Reset => Failure::Unprocessed,
            failure => failure,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let calls = &self.connection.activity.calls;
        calls.set(calls.get().saturating_sub(1));
    }
}

/// Moves a connection's frames, for as long as it lives.
struct Driver {
    driven: Driven,
    ping: Option<PingPong>,
    pinged: bool,
    alarm: Alarm,
    read_ms: u64,
}

impl Driver {
    async fn run(mut self, activity: Rc<Activity>) {
        let mut keepalive = Keepalive::default();
        self.read_ms = self.alarm.now_ms();
        self.alarm.set(0);
        poll_fn(|cx| self.poll(&activity, &mut keepalive, cx)).await;
    }

    fn poll(&mut self, activity: &Activity, keepalive: &mut Keepalive, cx: &mut Context<'_>) -> Poll<()> {
        // what was wrong with it, its calls are told
        if Pin::new(&mut self.driven).poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if activity.has_read.replace(false) {
            self.read_ms = self.alarm.now_ms();
        }
        if let Some(ping) = &mut self.ping
            && self.pinged
        {
            self.pinged = ping.poll_pong(cx).is_pending();
        }
        while self.alarm.poll(cx).is_ready() {
            match keepalive.step(self.alarm.now_ms(), self.read_ms, activity.calls.get()) {
                Step::Dead => return Poll::Ready(()),
                Step::Wait(ms) => self.alarm.set(ms),
                Step::Ping => {
                    let sent = self.ping.as_mut().map(|ping| ping.send_ping(Ping::opaque()));
                    self.pinged = matches!(sent, Some(Ok(())));
                    self.alarm.set(TICK_MS);
                }
            }
        }
        Poll::Pending
    }
}

/// The stream as the library sees it, which tells when something comes in.
struct Watched {
    stream: Stream,
    activity: Rc<Activity>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        if read.is_ready() {
            self.activity.has_read.set(true);
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
