//! The body of an upstream's answer, read as fast as the client takes it and not faster.

use super::exchange::Exchange;
use super::http2::answer::StreamBody;
use super::patience::RanOut;
use crate::ai::prompt::stream::PromptBody;
use crate::ai::relay::AiBody;
use crate::finish::Content;
use crate::h1::body::{Framing, Piece};
use crate::h1::response::Head;
use crate::reject::RejectKind;
use crate::worker::Worker;
use bytes::Bytes;
use http_body::Frame;
use std::rc::Rc;
use std::task::{Context, Poll};

/// In whichever version of HTTP it comes.
pub enum UpstreamBody {
    Http1(WireBody),
    Http2(StreamBody),
    /// A model's, made of what a vendor's says.
    Ai(Box<AiBody>),
    /// One that was given before.
    Kept(Bytes),
    /// A prompt's, made of what a model says.
    Prompt(Box<PromptBody>),
}

impl UpstreamBody {
    /// The next piece; `None` at the end. The error is how the call ended: the answer stays incomplete.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        match self {
            Self::Http1(body) => body.poll_frame(cx),
            Self::Http2(body) => body.poll_frame(cx),
            Self::Ai(body) => body.poll_frame(cx),
            Self::Kept(body) => {
                let body = std::mem::take(body);
                Poll::Ready((!body.is_empty()).then(|| Ok(Frame::data(body))))
            }
            Self::Prompt(body) => body.poll_frame(cx),
        }
    }
}

/// A body that comes over a connection of its call's own.
pub struct WireBody {
    /// Gone once the connection went back to the pool.
    exchange: Option<Exchange>,
    framing: Framing,
    keep_alive: bool,
    /// How long its server keeps the connection when it is idle.
    idle_s: Option<u64>,
    waiting: bool,
    worker: Rc<Worker>,
    pool: u32,
}

impl WireBody {
    /// The body that follows a head.
    #[must_use]
    pub fn new(exchange: Exchange, head: &Head, worker: &Rc<Worker>, pool: u32) -> Self {
        Self {
            exchange: Some(exchange),
            framing: head.framing,
            keep_alive: head.keep_alive,
            idle_s: head.idle_s,
            waiting: false,
            worker: Rc::clone(worker),
            pool,
        }
    }

    /// All of the body when it came along with its head, and its connection given back; else the body as it will come.
    #[must_use]
    pub fn into_content(mut self) -> Content {
        let length = self.framing.length();
        let Some(exchange) = &mut self.exchange else { return Content::Nothing };
        let whole = length
            .and_then(|length| usize::try_from(length).ok())
            .filter(|all| exchange.wire.buffer.len() >= *all);
        let Some(all) = whole else {
            exchange.patience.rest();
            return Content::Stream(Box::new(UpstreamBody::Http1(self)), length);
        };
        let bytes = exchange.wire.buffer.split_to(all).freeze();
        self.release();
        Content::Whole(bytes)
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        loop {
            let Some(exchange) = &mut self.exchange else { return Poll::Ready(None) };
            if exchange.poll_send(cx).is_err() {
                return self.broken(RejectKind::BadRequest);
            }
            match self.framing.next(&mut exchange.wire.buffer) {
                Ok(Piece::Data(data)) => return Poll::Ready(Some(Ok(self.data(data)))),
                Ok(Piece::Trailers(trailers)) => {
                    self.release();
                    return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
                }
                Ok(Piece::End) => {
                    self.release();
                    return Poll::Ready(None);
                }
                Ok(Piece::More) => {}
                Err(_) => return self.broken(RejectKind::UpstreamBroken),
            }
            if !self.waiting {
                self.waiting = true;
                exchange.patience.for_more();
            }
            match exchange.wire.poll_fill(cx) {
                Poll::Ready(Ok(count)) if count > 0 => self.waiting = false,
                Poll::Ready(Ok(_)) if self.framing.end_of_stream() => {}
                Poll::Ready(_) => return self.broken(RejectKind::UpstreamBroken),
                Poll::Pending => {
                    let Poll::Ready(ran_out) = exchange.patience.poll(cx) else { return Poll::Pending };
                    return self.broken(match ran_out {
                        RanOut::Total => RejectKind::CallTimeout,
                        RanOut::Step => RejectKind::UpstreamTimeout,
                    });
                }
            }
        }
    }

    fn data(&mut self, data: Bytes) -> Frame<Bytes> {
        if self.framing.is_done() {
            self.release();
        } else if let Some(exchange) = &self.exchange {
            exchange.patience.rest();
            self.waiting = false;
        }
        Frame::data(data)
    }

    fn broken(&mut self, kind: RejectKind) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        self.exchange = None;
        Poll::Ready(Some(Err(kind)))
    }

    /// The answer was read to its end: the connection may carry another call, if both sides are through with this one.
    fn release(&mut self) {
        let Some(exchange) = self.exchange.take() else { return };
        if self.keep_alive && exchange.outgoing.is_done() && exchange.wire.buffer.is_empty() {
            self.worker.pool.give(self.pool, exchange.wire, self.worker.alarms.now_ms(), self.idle_s);
        }
    }
}
