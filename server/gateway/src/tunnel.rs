//! Bytes both ways between a client and an upstream that have switched to another protocol (RFC 9110 section 7.8).
//!
//! What the bytes mean is not looked at. Each way has one buffer, so that neither end is read faster than the other one
//! takes it; each way ends on its own. The call is on record when both have ended, whatever ended them: with status 101
//! and the bytes that passed. A tunnel has no end of its own, so that it is asked every second whether what opened it still
//! would; a key that is revoked, a subscription that ends or a version that is blocked cuts it.

use crate::ctx::{Ctx, Outcome};
use crate::grant;
use crate::reject::RejectKind;
use crate::stream::Stream;
use crate::upstream::cluster::Flight;
use crate::upstream::exchange::Exchange;
use crate::upstream::patience::Patience;
use bytes::{Buf, BytesMut};
use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;

/// How long a tunnel may go on after what opened it is gone.
const ASKED_MS: u64 = 1_000;
/// What is read of one end before the other one has taken it.
const ROOM: usize = 16 << 10;

/// The upstream's end.
pub struct Far {
    stream: Stream,
    /// What came along with the head of its answer.
    read_ahead: BytesMut,
    patience: Patience,
    /// The call is under way at its node for as long as the tunnel lasts.
    flight: Option<Flight>,
}

impl Far {
    /// The connection that an exchange came over, to be used for no other.
    #[must_use]
    pub fn new(exchange: Exchange) -> Self {
        let Exchange { wire, mut patience, flight, .. } = exchange;
        patience.without_total();
        let (stream, read_ahead) = wire.into_parts();
        Self { stream, read_ahead, patience, flight }
    }
}

pub struct Tunnel {
    ctx: Box<Ctx>,
    far: Box<Far>,
}

impl Tunnel {
    #[must_use]
    pub fn new(ctx: Box<Ctx>, far: Box<Far>) -> Self {
        Self { ctx, far }
    }

    /// Passes bytes until both ends are through, one of them breaks, or nothing passes for too long. `read_ahead` came
    /// from the client before it knew of the switch.
    pub async fn run(self, near: Stream, read_ahead: BytesMut) {
        let Self { mut ctx, far } = self;
        let received = Rc::new(Cell::new(0));
        ctx.received = Some(Rc::clone(&received));
        let Far { stream, read_ahead: answered, patience, flight } = *far;
        patience.for_more();
        let asked = ctx.worker.alarms.alarm();
        asked.set(ASKED_MS);
        let mut ends = Ends { near, far: stream, up: Way::new(read_ahead), down: Way::new(answered) };
        let outcome = poll_fn(|cx| {
            let before = ends.passed();
            let ended = ends.poll(cx);
            // kept up to date, as the gateway may stop in the middle of it
            received.set(ends.up.passed);
            ctx.sent = ends.down.passed;
            // set anew, it has to be waited for anew
            while asked.poll(cx).is_ready() {
                if let Some(kind) = grant::withdrawn(&ctx) {
                    return Poll::Ready(Outcome::Rejected(kind));
                }
                asked.set(ASKED_MS);
            }
            if ended.is_pending() {
                if ends.passed() != before {
                    patience.for_more();
                }
                return patience.poll(cx).map(|_| Outcome::Rejected(RejectKind::UpstreamTimeout));
            }
            ended
        })
        .await;
        drop(flight);
        // nobody is left who could be told that it is not on record; it is logged
        drop(ctx.record_as(outcome));
    }
}

struct Ends {
    near: Stream,
    far: Stream,
    /// To the upstream.
    up: Way,
    /// To the client.
    down: Way,
}

impl Ends {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        let up = self.up.poll(&mut self.near, &mut self.far, cx);
        let down = self.down.poll(&mut self.far, &mut self.near, cx);
        match (up, down) {
            (Poll::Ready(Err(Lost::Source)), _) | (_, Poll::Ready(Err(Lost::Sink))) => {
                Poll::Ready(Outcome::ClientGone)
            }
            (Poll::Ready(Err(Lost::Sink)), _) | (_, Poll::Ready(Err(Lost::Source))) => {
                Poll::Ready(Outcome::Rejected(RejectKind::UpstreamBroken))
            }
            (Poll::Ready(Ok(())), Poll::Ready(Ok(()))) => Poll::Ready(Outcome::Ok),
            _ => Poll::Pending,
        }
    }

    fn passed(&self) -> u64 {
        self.up.passed.wrapping_add(self.down.passed)
    }
}

/// Which end of one way is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    Source,
    Sink,
}

/// How far one way has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Open,
    /// The source has ended; the sink is still to be told.
    Ending,
    Ended,
}

/// One of two ways.
struct Way {
    /// Read from the source and not yet taken by the sink.
    buffer: BytesMut,
    course: Course,
    passed: u64,
}

impl Way {
    fn new(buffer: BytesMut) -> Self {
        Self { buffer, course: Course::Open, passed: 0 }
    }

    /// Ready when the source has ended and the sink knows.
    fn poll(
        &mut self,
        source: &mut Stream,
        sink: &mut Stream,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Lost>> {
        loop {
            if ready!(self.poll_empty(sink, cx)).is_err() {
                return Poll::Ready(Err(Lost::Sink));
            }
            match self.course {
                Course::Open => {
                    self.buffer.reserve(ROOM);
                    match ready!(source.poll_fill(&mut self.buffer, cx)) {
                        Ok(0) => self.course = Course::Ending,
                        Ok(_) => {}
                        // TLS without its farewell: what was spoken under it has its own, or has not
                        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                            self.course = Course::Ending;
                        }
                        Err(_) => return Poll::Ready(Err(Lost::Source)),
                    }
                }
                Course::Ending => {
                    // one that is closed already has no way to be told, and no need
                    drop(ready!(Pin::new(&mut *sink).poll_shutdown(cx)));
                    self.course = Course::Ended;
                }
                Course::Ended => return Poll::Ready(Ok(())),
            }
        }
    }

    /// Hands over what was read.
    fn poll_empty(&mut self, sink: &mut Stream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.course == Course::Ended {
            return Poll::Ready(Ok(()));
        }
        while !self.buffer.is_empty() {
            let count = ready!(sink.poll_send(&self.buffer, cx))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.buffer.advance(count);
            self.passed = self.passed.saturating_add(count as u64);
        }
        Pin::new(sink).poll_flush(cx)
    }
}
