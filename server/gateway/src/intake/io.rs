//! The client's stream as hyper sees it: it times the phases of the connection, and keeps hyper's own answer to a
//! malformed head from going out, so that ours can.
//!
//! Every byte that a client sends passes [`ClientStream::poll_read`] before hyper parses it: checks of the raw head
//! belong there.

use super::phase::{Phase, Stage};
use bytes::{Buf, BytesMut};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

pub struct ClientStream {
    tcp: TcpStream,
    /// Read while finding out which protocol is spoken.
    prefix: BytesMut,
    phase: Rc<Phase>,
    /// The status with which hyper refused a malformed head.
    refused: Option<u16>,
}

impl ClientStream {
    #[must_use]
    pub fn new(tcp: TcpStream, prefix: BytesMut, phase: Rc<Phase>) -> Self {
        Self { tcp, prefix, phase, refused: None }
    }

    /// The status with which hyper refused a malformed head; its answer was not sent.
    #[must_use]
    pub fn refused(&self) -> Option<u16> {
        self.refused
    }

    #[must_use]
    pub fn into_tcp(self) -> TcpStream {
        self.tcp
    }

    /// Whether these are the bytes of a refusal of hyper's own, which then are not written.
    fn keeps_back(&mut self, bytes: &[u8]) -> bool {
        if self.phase.stage() == Stage::Head && self.refused.is_none() {
            self.refused = bare_refusal(bytes);
        }
        self.refused.is_some()
    }
}

/// The status of an answer that hyper made without asking us: empty, and without the request id that ours have.
fn bare_refusal(bytes: &[u8]) -> Option<u16> {
    const LONGEST: usize = 200;
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(LONGEST))?).ok()?;
    let bare = text.len() < LONGEST
        && text.ends_with("\r\n\r\n")
        && text.contains("\r\ncontent-length: 0\r\n")
        && !text.contains("\r\nx-request-id:");
    if !bare {
        return None;
    }
    text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok().filter(|status| *status >= 400)
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.prefix.is_empty() {
            let count = this.prefix.len().min(into.remaining());
            into.put_slice(this.prefix.get(..count).unwrap_or_default());
            this.prefix.advance(count);
            if this.prefix.is_empty() {
                // an idle connection holds no memory for it
                this.prefix = BytesMut::new();
            }
            return Poll::Ready(Ok(()));
        }
        let before = into.filled().len();
        ready!(Pin::new(&mut this.tcp).poll_read(cx, into))?;
        if into.filled().len() > before {
            this.phase.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.keeps_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        if written.is_pending() {
            self.phase.write_blocked()
        } else {
            self.phase.written()
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = slices
            && self.keeps_back(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, slices);
        if written.is_pending() {
            self.phase.write_blocked()
        } else {
            self.phase.written()
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // a TCP stream has nothing to flush
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // the connection's owner ends it, who may have something to say first
        Poll::Ready(Ok(()))
    }
}
