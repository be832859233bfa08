//! The body of an answer that comes as a stream, read as fast as the client takes it and not faster.

use super::super::answer::UpstreamBody;
use super::super::cluster::Flight;
use super::super::outgoing::SendFault;
use super::super::patience::{Patience, RanOut};
use super::connection::Seat;
use super::exchange::Exchange;
use super::outgoing::Outgoing;
use crate::finish::Content;
use crate::reject::RejectKind;
use crate::trailers;
use bytes::Bytes;
use h2::{Reason, RecvStream, SendStream};
use http_body::Frame;
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::task::AbortHandle;

/// Dropped before its end, it takes the call back (RFC 9113 section 8.5, `CANCEL`).
pub struct StreamBody {
    body: RecvStream,
    patience: Patience,
    /// Handed on, and taken by the client when it asks for more: only then may the peer send as much again.
    handed: usize,
    waiting: bool,
    ended: bool,
    upload: Option<Uploading>,
    _flight: Option<Flight>,
    _seat: Seat,
}

impl StreamBody {
    #[must_use]
    pub fn new(exchange: Exchange, body: RecvStream) -> Self {
        let Exchange { outgoing, patience, flight, stream, seat, .. } = exchange;
        patience.rest();
        let upload = if outgoing.is_over() { None } else { Some(Uploading::begin(outgoing, stream)) };
        Self { body, patience, handed: 0, waiting: false, ended: false, upload, _flight: flight, _seat: seat }
    }

    /// The body as it will come, or none when nothing follows the head, or nothing may (`bodiless`). `length` is what is to be counted on: with
    /// trailers behind it, the end of the body is not the end of the answer.
    #[must_use]
    pub fn into_content(self, length: Option<u64>, bodiless: bool) -> Content {
        if bodiless || self.body.is_end_stream() {
            return Content::Whole(Bytes::new());
        }
        Content::Stream(Box::new(UpstreamBody::Http2(self)), length)
    }

    /// The next piece; `None` at the end. The error is how the call ended: the answer stays incomplete.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let handed = std::mem::take(&mut self.handed);
        if handed > 0 {
            // a stream that is over by now has no window left to open
            drop(self.body.flow_control().release_capacity(handed));
        }
        if !self.waiting {
            self.waiting = true;
            self.patience.for_more();
        }
        match self.poll_next(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.waiting = false;
                self.patience.rest();
                self.handed = frame.data_ref().map_or(0, Bytes::len);
                self.ended = frame.is_trailers();
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(_))) => {
                let fault = self.upload.as_ref().is_some_and(Uploading::is_client_at_fault);
                self.broken(if fault { RejectKind::BadRequest } else { RejectKind::UpstreamBroken })
            }
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Poll::Pending => {
                let kind = match ready!(self.patience.poll(cx)) {
                    RanOut::Total => RejectKind::CallTimeout,
                    RanOut::Step => RejectKind::UpstreamTimeout,
                };
                self.broken(kind)
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let data = loop {
            match ready!(self.body.poll_data(cx)) {
                // says nothing, and is no end either
                Some(Ok(data)) if data.is_empty() => {}
                data => break data,
            }
        };
        match data {
            Some(data) => Poll::Ready(Some(data.map(Frame::data))),
            None => match ready!(self.body.poll_trailers(cx)) {
                Ok(trailers) => Poll::Ready(
                    trailers.and_then(trailers::passing).map(|passing| Ok(Frame::trailers(passing))),
                ),
                Err(error) => Poll::Ready(Some(Err(error))),
            },
        }
    }

    fn broken(&mut self, kind: RejectKind) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        self.ended = true;
        Poll::Ready(Some(Err(kind)))
    }
}

/// The rest of a request whose answer has begun. It goes on by itself, for as long as the answer does: a client that
/// does not read the one may still send the other.
struct Uploading {
    task: AbortHandle,
    client_at_fault: Rc<Cell<bool>>,
}

impl Uploading {
    fn begin(mut outgoing: Box<Outgoing>, mut stream: SendStream<Bytes>) -> Self {
        let client_at_fault = Rc::new(Cell::new(false));
        let fault = Rc::clone(&client_at_fault);
        let sending = tokio::task::spawn_local(async move {
            let sent = poll_fn(|cx| outgoing.poll(&mut stream, &mut false, cx)).await;
            if let Err(SendFault::Upload(_)) = sent {
                fault.set(true);
                // wakes whoever waits for the answer
                stream.send_reset(Reason::CANCEL);
            }
        });
        Self { task: sending.abort_handle(), client_at_fault }
    }

    fn is_client_at_fault(&self) -> bool {
        self.client_at_fault.get()
    }
}

impl Drop for Uploading {
    fn drop(&mut self) {
        self.task.abort();
    }
}
