//! The request's body on its way to the upstream: counted, capped, and judged when it breaks off.

use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use bytes::Bytes;
use http_body::Frame;
use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// How many bytes of the body have arrived; shared with the record of the call.
pub type Received = Rc<Cell<u64>>;

/// Why the body did not arrive in full. All of it is the client's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadFault {
    TooLarge,
    /// Its chunks are not well-formed.
    Malformed,
    Stalled,
    /// The client left in the middle of it.
    Gone,
}

impl UploadFault {
    #[must_use]
    pub fn reject(self, limit: u64) -> Reject {
        match self {
            Self::TooLarge => too_large(limit),
            // nobody is there to read this
            Self::Malformed | Self::Gone => {
                Reject::bad_request("the body is not framed as its head announced")
            }
            Self::Stalled => Reject::new(RejectKind::RequestTimeout, "the body stopped arriving"),
        }
    }
}

#[must_use]
pub fn too_large(limit: u64) -> Reject {
    Reject::new(RejectKind::BodyTooLarge, format!("a body may have {limit} bytes"))
}

pub struct Upload {
    body: RequestBody,
    received: Received,
    limit: u64,
}

impl Upload {
    #[must_use]
    pub fn new(body: RequestBody, received: Received, limit: u64) -> Self {
        Self { body, received, limit }
    }

    /// The client may take its time with the rest.
    pub fn rest(&mut self) {
        self.body.rest();
    }

    /// The announced length of the body.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.body.length()
    }

    /// The next piece, or the trailers behind the last one; `None` at the end.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadFault>>> {
        let frame = ready!(self.body.poll_frame(cx));
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => return Poll::Ready(frame),
        };
        let received = self.received.get().saturating_add(length as u64);
        self.received.set(received);
        if received > self.limit {
            return Poll::Ready(Some(Err(UploadFault::TooLarge)));
        }
        Poll::Ready(frame)
    }
}
