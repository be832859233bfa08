//! The body of a request, whichever version of HTTP it comes in.

use super::line::Line;
use super::pace::Pace;
use super::phase::Phase;
use crate::h1::body::{Framing, Piece};
use crate::trailers;
use crate::upstream::upload::UploadFault;
use bytes::Bytes;
use http_body::{Body, Frame};
use hyper::body::Incoming;
use std::cell::Cell;
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

pub enum RequestBody {
    Empty,
    Http1(Http1Body),
    Http2(Http2Body),
    /// One that was read before.
    Whole(Bytes),
}

impl RequestBody {
    #[must_use]
    pub fn of_http2(body: Incoming, phase: &Rc<Phase>) -> Self {
        if body.is_end_stream() {
            return Self::Empty;
        }
        Self::Http2(Http2Body { body, pace: Pace::new(Rc::clone(phase)) })
    }

    /// The client may take its time with the rest, for as long as it is not silent.
    pub fn rest(&mut self) {
        match self {
            Self::Http1(Http1Body { pace, .. }) | Self::Http2(Http2Body { pace, .. }) => pace.rest(),
            Self::Empty | Self::Whole(_) => {}
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The announced length of what is still to come.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Http1(body) => body.framing.get().length(),
            Self::Http2(body) => body.body.size_hint().exact(),
            Self::Whole(body) => Some(body.len() as u64),
        }
    }

    /// The next piece, or the trailers behind the last one; `None` at the end.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadFault>>> {
        let (frame, pace) = match self {
            Self::Empty => return Poll::Ready(None),
            Self::Http1(body) => (body.poll_frame(cx), &mut body.pace),
            Self::Http2(body) => (poll_http2(&mut body.body, cx), &mut body.pace),
            Self::Whole(body) => {
                let body = std::mem::take(body);
                return Poll::Ready((!body.is_empty()).then(|| Ok(Frame::data(body))));
            }
        };
        match &frame {
            Poll::Ready(Some(Ok(frame))) => pace.took(frame.data_ref().map_or(0, Bytes::len)),
            Poll::Ready(_) => {}
            Poll::Pending => return pace.poll_wait(cx).map(|()| Some(Err(UploadFault::Stalled))),
        }
        frame
    }
}

/// A body that is read from its connection as fast as it is asked for.
pub struct Http1Body {
    line: Rc<Line>,
    /// Shared with the connection, which carries another request only after the end of this body.
    framing: Rc<Cell<Framing>>,
    pace: Pace,
}

/// A body that hyper reads.
pub struct Http2Body {
    body: Incoming,
    pace: Pace,
}

impl Http1Body {
    #[must_use]
    pub fn new(line: Rc<Line>, framing: Rc<Cell<Framing>>, phase: &Rc<Phase>) -> Self {
        Self { line, framing, pace: Pace::new(Rc::clone(phase)) }
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadFault>>> {
        loop {
            match self.line.take_piece(&self.framing) {
                Ok(Piece::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Ok(Piece::Trailers(trailers)) => return Poll::Ready(Some(Ok(Frame::trailers(trailers)))),
                Ok(Piece::End) => return Poll::Ready(None),
                Ok(Piece::More) => {}
                Err(_) => return Poll::Ready(Some(Err(UploadFault::Malformed))),
            }
            match ready!(self.line.poll_fill_body(cx)) {
                Ok(count) if count > 0 => {}
                _ => return Poll::Ready(Some(Err(UploadFault::Gone))),
            }
        }
    }
}

fn poll_http2(body: &mut Incoming, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadFault>>> {
    loop {
        let frame = match ready!(Pin::new(&mut *body).poll_frame(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(fault_of(&error)))),
            Some(Ok(frame)) => frame,
        };
        match frame.into_trailers() {
            Err(data) => return Poll::Ready(Some(Ok(data))),
            Ok(trailers) => {
                if let Some(passing) = trailers::passing(trailers) {
                    return Poll::Ready(Some(Ok(Frame::trailers(passing))));
                }
            }
        }
    }
}

/// hyper tells a malformed body by an I/O error about the data; every other error is one of the connection.
fn fault_of(error: &hyper::Error) -> UploadFault {
    let cause = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    match cause {
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => UploadFault::Malformed,
        _ => UploadFault::Gone,
    }
}
