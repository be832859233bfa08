//! The client's side of an HTTP/1.1 connection: bytes are read ahead into one buffer, out of which heads and bodies
//! are taken, and written as far as the client takes them. Shared by the connection's task and the body of its call.

use super::phase::Phase;
use crate::h1::Malformed;
use crate::h1::body::{Framing, Piece};
use crate::h1::request::{self, Head, Refused};
use crate::options::HeadLimits;
use crate::stream::Stream;
use bytes::{Buf, Bytes, BytesMut};
use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;

/// Room for a head, or what comes along with it. An idle connection has none.
const READ: usize = 16 << 10;
/// What is read of further requests while one is being answered.
const READ_AHEAD: usize = 8 << 10;
/// Bytes of small pieces of a body that wait to go out together; a client that takes none stops its call with that.
const GATHERED: usize = 16 << 10;
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

pub struct Line {
    inner: RefCell<Inner>,
    phase: Rc<Phase>,
    limits: HeadLimits,
}

struct Inner {
    stream: Stream,
    buffer: BytesMut,
    /// Up to where the buffer was looked through for the end of a head.
    looked_at: usize,
    /// Left to write of the answer to an expectation; the client sends its body after it.
    interim: &'static [u8],
}

/// What came of waiting for a head.
pub enum Arrived {
    Head(Box<Head>),
    Refused(Refused),
    /// The client has ended the connection, or broken it.
    End,
}

impl Line {
    #[must_use]
    pub fn new(stream: Stream, read_ahead: BytesMut, phase: Rc<Phase>, limits: HeadLimits) -> Rc<Self> {
        let inner = Inner { stream, buffer: read_ahead, looked_at: 0, interim: &[] };
        Rc::new(Self { inner: RefCell::new(inner), phase, limits })
    }

    /// The next head.
    pub fn poll_head(&self, cx: &mut Context<'_>) -> Poll<Arrived> {
        let inner = &mut *self.inner.borrow_mut();
        loop {
            if inner.may_hold_head(self.limits.bytes) {
                // also for one that came along with what was before it
                self.phase.read();
                match request::take_head(&mut inner.buffer, self.limits) {
                    Ok(Some(head)) => {
                        inner.looked_at = 0;
                        return Poll::Ready(Arrived::Head(Box::new(head)));
                    }
                    Ok(None) => {}
                    Err(refused) => return Poll::Ready(Arrived::Refused(refused)),
                }
            }
            match inner.poll_fill(READ, cx) {
                Poll::Ready(Ok(count)) if count > 0 => self.phase.read(),
                Poll::Ready(_) => return Poll::Ready(Arrived::End),
                Poll::Pending => {
                    inner.let_go();
                    return Poll::Pending;
                }
            }
        }
    }

    /// Takes a piece of a body out of what was read.
    pub fn take_piece(&self, framing: &Cell<Framing>) -> Result<Piece, Malformed> {
        let mut state = framing.get();
        let piece = state.next(&mut self.inner.borrow_mut().buffer);
        framing.set(state);
        piece
    }

    /// Drops what was read of a body that nobody wants; whether that was all of it.
    pub fn discard(&self, framing: &Cell<Framing>) -> bool {
        while let Ok(Piece::Data(_)) = self.take_piece(framing) {}
        framing.get().is_done()
    }

    /// Reads more of a body, after having told a client that waits for it to go on.
    pub fn poll_fill_body(&self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let inner = &mut *self.inner.borrow_mut();
        while !inner.interim.is_empty() {
            let count = ready!(inner.stream.poll_send(inner.interim, cx))?;
            inner.interim.advance(count);
            ready!(Pin::new(&mut inner.stream).poll_flush(cx))?;
        }
        inner.poll_fill(READ, cx)
    }

    /// The client waits for `100 Continue`; it goes out when somebody asks for the body.
    pub fn expect_continue(&self) {
        self.inner.borrow_mut().interim = CONTINUE;
    }

    /// The final answer begins: what is left to write of an interim one that was begun, and nothing of one that was
    /// not.
    #[must_use]
    pub fn end_expectation(&self) -> &'static [u8] {
        let left = std::mem::take(&mut self.inner.borrow_mut().interim);
        if left.len() < CONTINUE.len() { left } else { &[] }
    }

    /// Ready when the client is seen to have left while its call is under way. Reads ahead, but not far.
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        let inner = &mut *self.inner.borrow_mut();
        while inner.buffer.len() < READ_AHEAD {
            match ready!(inner.poll_fill(READ, cx)) {
                Ok(count) if count > 0 => {}
                _ => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    /// Writes as much as the client takes; pending until all is out.
    pub fn poll_write(&self, outbox: &mut Outbox, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let inner = &mut *self.inner.borrow_mut();
        while !outbox.is_empty() {
            let written = outbox.poll_write(&mut inner.stream, cx);
            if written.is_pending() {
                self.phase.write_blocked();
            } else {
                self.phase.written();
            }
            if ready!(written)? == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
        Pin::new(&mut inner.stream).poll_flush(cx)
    }

    /// The stream, when nothing else holds the line.
    pub fn into_stream(self: Rc<Self>) -> Option<Stream> {
        self.into_parts().map(|(stream, _)| stream)
    }

    /// The stream and what was read ahead of it, when nothing else holds the line.
    pub fn into_parts(self: Rc<Self>) -> Option<(Stream, BytesMut)> {
        let inner = Rc::into_inner(self)?.inner.into_inner();
        Some((inner.stream, inner.buffer))
    }
}

impl Inner {
    fn poll_fill(&mut self, room: usize, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.buffer.reserve(room);
        self.stream.poll_fill(&mut self.buffer, cx)
    }

    /// While nothing comes, the room is another connection's: of thousands, most are idle.
    fn let_go(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
    }

    /// Whether parsing could succeed: what comes in drips is not parsed from its beginning for every drop.
    fn may_hold_head(&mut self, largest: usize) -> bool {
        let from = self.looked_at.saturating_sub(3);
        let first_look = self.looked_at == 0;
        self.looked_at = self.buffer.len();
        let tail = self.buffer.get(from..).unwrap_or_default();
        !self.buffer.is_empty()
            && (first_look
                || self.buffer.len() >= largest
                || tail.windows(2).any(|pair| pair == b"\n\n" || pair == b"\n\r"))
    }
}

/// What waits to be written: a head or the size of a chunk, a piece of a body, and what ends it.
#[derive(Default)]
pub struct Outbox {
    pub head: Vec<u8>,
    pub data: Bytes,
    pub end: &'static [u8],
    /// Of `head`.
    written: usize,
}

impl Outbox {
    /// Whether the next piece of a body can be put in.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.data.is_empty() && self.end.is_empty() && self.head.len() < GATHERED
    }

    /// Puts a piece of a body in, and what follows it; up to `small` bytes are copied.
    pub fn put(&mut self, data: Bytes, end: &'static [u8], small: usize) {
        if data.len() <= small {
            self.head.extend_from_slice(&data);
            self.head.extend_from_slice(end);
        } else {
            self.data = data;
            self.end = end;
        }
    }

    fn is_empty(&self) -> bool {
        self.written == self.head.len() && self.data.is_empty() && self.end.is_empty()
    }

    fn poll_write(&mut self, stream: &mut Stream, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let head = self.head.get(self.written..).unwrap_or_default();
        let count = if self.data.is_empty() && self.end.is_empty() {
            ready!(stream.poll_send(head, cx))?
        } else {
            let slices = [IoSlice::new(head), IoSlice::new(&self.data), IoSlice::new(self.end)];
            let first = slices.iter().position(|slice| !slice.is_empty()).unwrap_or_default();
            ready!(Pin::new(stream).poll_write_vectored(cx, slices.get(first..).unwrap_or_default()))?
        };
        self.advance(count);
        Poll::Ready(Ok(count))
    }

    fn advance(&mut self, count: usize) {
        let of_head = count.min(self.head.len() - self.written);
        self.written += of_head;
        let of_data = (count - of_head).min(self.data.len());
        self.data.advance(of_data);
        self.end.advance(count - of_head - of_data);
        if self.written == self.head.len() {
            self.head.clear();
            self.written = 0;
        }
    }
}
