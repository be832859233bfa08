//! The connection below hyper: what was read ahead comes first, and what goes out is looked at.

use super::sent::{Refused, Sent};
use crate::intake::phase::Phase;
use crate::metrics::Counters;
use crate::stream::Stream;
use bytes::BytesMut;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The stream as hyper sees it, which tells the connection's phase when the client takes nothing, and counts what is
/// refused below the requests.
pub struct Watched {
    stream: Stream,
    /// Read while finding out which protocol is spoken.
    read_ahead: BytesMut,
    phase: Rc<Phase>,
    sent: Sent,
    counters: Arc<Counters>,
}

impl Watched {
    #[must_use]
    pub fn new(stream: Stream, read_ahead: BytesMut, phase: Rc<Phase>, counters: Arc<Counters>) -> Self {
        Self { stream, read_ahead, phase, sent: Sent::default(), counters }
    }

    fn count(&mut self, bytes: &[u8]) {
        self.sent.follow(bytes, |refused| match refused {
            Refused::Stream => self.counters.refused_streams.add(1),
            Refused::Connection => self.counters.refused_http2.add(1),
        });
    }

    fn watch<T>(&self, written: Poll<T>) -> Poll<T> {
        if written.is_pending() {
            self.phase.write_blocked();
        } else {
            self.phase.written();
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read_ahead.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let count = self.read_ahead.len().min(into.remaining());
        into.put_slice(&self.read_ahead.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.count(bytes.get(..count).unwrap_or_default());
        }
        self.watch(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        if let Poll::Ready(Ok(mut left)) = written {
            for slice in slices {
                let count = left.min(slice.len());
                self.count(slice.get(..count).unwrap_or_default());
                left -= count;
            }
        }
        self.watch(written)
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
