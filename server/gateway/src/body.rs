//! The body of an answer on its way to the client. It is what guarantees that the call is on record before its last
//! byte can be sent, and that an answer which broke off does not look complete.

use crate::ctx::{Ctx, Outcome};
use crate::reject::RejectKind;
use crate::tunnel::{Far, Tunnel};
use crate::upstream::answer::UpstreamBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use journal::Ticket;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Why an answer ends without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("the upstream's answer broke off: {}", .0.rule().name)]
    Upstream(RejectKind),
    #[error("the call could not be recorded, or not be made safe from a power cut")]
    Unrecorded,
}

/// A piece of the body, its end, or its break.
type Step = Poll<Option<Result<Frame<Bytes>, Broken>>>;

enum Source {
    Bytes(Bytes),
    Upstream(Box<UpstreamBody>),
    /// What came before the break is on its way; the break follows.
    Breaking(RejectKind),
    /// The call is on record, but a power cut could still take it; the end goes out when it no longer can.
    Held(Box<Held>),
    /// No body: after the head, another protocol is spoken.
    Tunnel(Box<Far>),
    Ended,
}

struct Held {
    ticket: Ticket,
    end: Option<Frame<Bytes>>,
}

pub struct AnswerBody {
    source: Source,
    /// Bytes still to come, where the head announced how many.
    left: Option<u64>,
    ctx: Box<Ctx>,
}

impl AnswerBody {
    /// All of a body, whose call is on record.
    #[must_use]
    pub fn of_bytes(ctx: Box<Ctx>, bytes: Bytes) -> Self {
        let left = Some(bytes.len() as u64);
        let source = if bytes.is_empty() { Source::Ended } else { Source::Bytes(bytes) };
        Self { source, left, ctx }
    }

    /// An upstream's body; `left` is its announced length.
    #[must_use]
    pub fn of_upstream(ctx: Box<Ctx>, body: Box<UpstreamBody>, left: Option<u64>) -> Self {
        Self { source: Source::Upstream(body), left, ctx }
    }

    /// None: the head is followed by a tunnel.
    #[must_use]
    pub fn of_tunnel(ctx: Box<Ctx>, far: Box<Far>) -> Self {
        Self { source: Source::Tunnel(far), left: Some(0), ctx }
    }

    /// The tunnel that follows the head, if one does.
    #[must_use]
    pub fn into_tunnel(self) -> Option<Tunnel> {
        match self.source {
            Source::Tunnel(far) => Some(Tunnel::new(self.ctx, far)),
            _ => None,
        }
    }

    fn data(&mut self, data: Bytes, cx: &Context<'_>) -> Step {
        let length = data.len() as u64;
        self.ctx.sent = self.ctx.sent.saturating_add(length);
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(length);
            if *left == 0 {
                return self.finish(Some(Frame::data(data)), cx);
            }
        }
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    /// The end is there, but not sent: the record goes first.
    fn finish(&mut self, end: Option<Frame<Bytes>>, cx: &Context<'_>) -> Step {
        self.source = Source::Ended;
        if self.ctx.record_as(Outcome::Ok).is_err() {
            return Poll::Ready(Some(Err(Broken::Unrecorded)));
        }
        match self.ctx.worker.ticket() {
            None => Poll::Ready(end.map(Ok)),
            Some(ticket) => {
                self.source = Source::Held(Box::new(Held { ticket, end }));
                self.poll_held(cx)
            }
        }
    }

    fn poll_held(&mut self, cx: &Context<'_>) -> Step {
        let Source::Held(held) = &mut self.source else { return Poll::Ready(None) };
        let safe = ready!(held.ticket.poll_safe(cx));
        let end = held.end.take();
        self.source = Source::Ended;
        Poll::Ready(match safe {
            Ok(()) => end.map(Ok),
            Err(error) => {
                tracing::error!(id = %self.ctx.id, %error, "a call could not be made safe from a power cut");
                self.ctx.answer_broke_off();
                Some(Err(Broken::Unrecorded))
            }
        })
    }

    /// Puts the break on record, and off until what came before it has been handed over.
    fn break_off(&mut self, kind: RejectKind) {
        self.source = Source::Breaking(kind);
        // the answer ends unclean whether or not this can be recorded
        drop(self.ctx.record_as(Outcome::Rejected(kind)));
        self.ctx.answer_broke_off();
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Step {
        let this = &mut *self;
        let next = match &mut this.source {
            Source::Ended | Source::Tunnel(_) => return Poll::Ready(None),
            Source::Breaking(kind) => {
                let kind = *kind;
                this.source = Source::Ended;
                return Poll::Ready(Some(Err(Broken::Upstream(kind))));
            }
            Source::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                this.source = Source::Ended;
                this.left = Some(0);
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            Source::Held(_) => return this.poll_held(cx),
            Source::Upstream(body) => ready!(body.poll_frame(cx)),
        };
        match next {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => this.data(data, cx),
                // trailers are the end
                Err(trailers) => this.finish(Some(trailers), cx),
            },
            None => this.finish(None, cx),
            Some(Err(kind)) => {
                this.break_off(kind);
                // an error now would take with it what waits to be written
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.source, Source::Ended | Source::Tunnel(_))
    }

    fn size_hint(&self) -> SizeHint {
        match self.left {
            Some(left) => SizeHint::with_exact(left),
            None => SizeHint::default(),
        }
    }
}
