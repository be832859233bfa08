//! The request's body on its way to the upstream: counted, capped, and judged when it breaks off.

use crate::reject::{Reject, RejectKind};
use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use std::cell::Cell;
use std::error::Error;
use std::io;
use std::pin::Pin;
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
            let frame = match frame {
                Ok(frame) => frame,
                Err(error) => return Poll::Ready(Some(Err(fault_of(&error)))),
            };
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

/// hyper tells malformed chunks by an I/O error about the data; every other error is one of the connection.
fn fault_of(error: &hyper::Error) -> UploadFault {
    let cause = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    match cause {
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => UploadFault::Malformed,
        _ => UploadFault::Gone,
    }
}
