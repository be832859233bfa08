//! The request's body on its way to the upstream: counted, capped, and judged when it breaks off.

use crate::reject::{Reject, RejectKind};
use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// How many bytes of the body have arrived; shared with the record of the call.
pub type Received = Rc<Cell<u64>>;

/// Why the body did not arrive in full. All of it is the client's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadFault {
    TooLarge,
    /// Its chunks are not well-formed, or it stopped short.
    Malformed,
    Stalled,
}

impl UploadFault {
    #[must_use]
    pub fn reject(self, limit: u64) -> Reject {
        match self {
            Self::TooLarge => too_large(limit),
            Self::Malformed => Reject::bad_request("the body is not framed as its head announced"),
            Self::Stalled => Reject::new(RejectKind::RequestTimeout, "the body stopped arriving"),
        }
    }
}

#[must_use]
pub fn too_large(limit: u64) -> Reject {
    Reject::new(RejectKind::BodyTooLarge, format!("a body may have {limit} bytes"))
}

pub struct Upload {
    body: Incoming,
    received: Received,
    limit: u64,
}

impl Upload {
    #[must_use]
    pub fn new(body: Incoming, received: Received, limit: u64) -> Self {
        Self { body, received, limit }
    }

    /// The announced length of the body.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// The next piece; `None` at the end. Trailers of requests are dropped.
    pub fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, UploadFault>>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(cx)) else {
                return Poll::Ready(None);
            };
            let Ok(frame) = frame else { return Poll::Ready(Some(Err(UploadFault::Malformed))) };
            let Ok(data) = frame.into_data() else { continue };
            let received = self.received.get().saturating_add(data.len() as u64);
            self.received.set(received);
            if received > self.limit {
                return Poll::Ready(Some(Err(UploadFault::TooLarge)));
            }
            return Poll::Ready(Some(Ok(data)));
        }
    }
}
