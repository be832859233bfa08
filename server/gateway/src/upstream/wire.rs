//! One connection to an upstream: its stream, what was read ahead, and how it is made.

use super::Failure;
use super::dial::dial;
use super::lease::Lease;
use super::target::Target;
use crate::stream::Stream;
use crate::worker::Worker;
use bytes::BytesMut;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tokio::io::AsyncWrite;

const FIRST_READ: usize = 8 << 10;
const LARGE_READ: usize = 64 << 10;

/// A connection that carries one call at a time.
pub struct Wire {
    stream: Stream,
    /// Read, but not yet taken.
    pub buffer: BytesMut,
    /// Whether a call was carried before.
    pub reused: bool,
    /// Whether the last read filled all the room it was given.
    filled: bool,
    lease: Lease,
}

impl Wire {
    /// Connects within the target's time.
    pub async fn connect(worker: &Worker, target: &Target) -> Result<Self, Failure> {
        let (stream, lease) = dial(worker, target).await?;
        Ok(Self { stream, buffer: BytesMut::new(), reused: false, filled: false, lease })
    }

    /// Whether it is to carry no more calls.
    #[must_use]
    pub fn is_over(&self, now_ms: u64) -> bool {
        self.lease.is_over(now_ms)
    }

    /// Whether an idle connection can carry another call: still open, and silent.
    #[must_use]
    pub fn is_alive(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        self.buffer.is_empty() && self.poll_fill(&mut cx).is_pending()
    }

    /// Asks the system rather than the last event whether an idle connection was closed: for calls that must not be
    /// sent twice.
    #[must_use]
    pub fn is_alive_now(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        let seen = socket2::SockRef::from(self.stream.tcp()).peek(&mut byte);
        matches!(seen, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Reads what is there into the buffer; 0 at the end of the stream.
    pub fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.buffer.reserve(if self.filled { LARGE_READ } else { FIRST_READ });
        let room = self.buffer.capacity() - self.buffer.len();
        let read = self.stream.poll_fill(&mut self.buffer, cx);
        if let Poll::Ready(Ok(count)) = read {
            self.filled = count == room;
        }
        read
    }

    pub fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream.poll_send(bytes, cx)
    }

    /// The stream and what was read ahead of it, for another protocol than HTTP.
    #[must_use]
    pub fn into_parts(self) -> (Stream, BytesMut) {
        (self.stream, self.buffer)
    }

    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
}
