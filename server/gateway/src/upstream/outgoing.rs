//! A request on its way out: its head, then its body as it arrives from the client.
//!
//! As long as nothing was dropped, it can be sent from the beginning again.

use super::upload::{Upload, UploadFault};
use super::wire::Wire;
use crate::h1::write;
use http::HeaderMap;
use std::task::{Context, Poll, ready};

/// Bytes of a request that are kept so that it can be sent from the beginning again.
const MOST_KEPT: usize = 64 << 10;

pub struct Outgoing {
    /// The head and what came of the body so far; of a large body only the piece that is being written.
    bytes: Vec<u8>,
    written: usize,
    /// Whether `bytes` begins with the head.
    whole: bool,
    head_length: usize,
    /// Apart, as most requests have none and all of them are moved about.
    upload: Option<Box<Upload>>,
    chunked: bool,
    primed: bool,
    /// The connection took no more of it.
    abandoned: bool,
}

/// Why a request could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFault {
    Upload(UploadFault),
    /// The connection is gone; there may be an answer all the same.
    Wire,
}

impl Outgoing {
    #[must_use]
    pub fn new(head: Vec<u8>, upload: Option<Upload>, chunked: bool) -> Self {
        let primed = upload.is_none();
        let head_length = head.len();
        let upload = upload.map(Box::new);
        Self { bytes: head, written: 0, whole: true, head_length, primed, upload, chunked, abandoned: false }
    }

    /// Whether all of it has been written.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !self.abandoned && self.upload.is_none() && self.written == self.bytes.len()
    }

    /// Whether no more of it will be written, be it done or not.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.abandoned || self.is_done()
    }

    /// Whether the next piece has to come from the client.
    #[must_use]
    pub fn waits_for_client(&self) -> bool {
        self.written == self.bytes.len() && self.upload.is_some()
    }

    /// Its answer has begun: what the client says now is its own affair.
    pub fn answered(&mut self) {
        if let Some(upload) = &mut self.upload {
            upload.rest();
        }
    }

    /// Nothing more of it will be written to this connection.
    pub fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// Whether it can be sent from the beginning: nothing of it was written (or `twice` is as good as once), and all
    /// of it is still there.
    #[must_use]
    pub fn can_rewind(&self, twice: bool) -> bool {
        self.whole && (self.written == 0 || twice)
    }

    /// Back to the beginning, for another node, which is told a head of its own. Not when part of it is gone.
    pub fn begin_again(&mut self, head: &[u8]) -> bool {
        if self.whole {
            drop(self.bytes.splice(..self.head_length, head.iter().copied()));
            self.head_length = head.len();
            self.written = 0;
            self.abandoned = false;
        }
        self.whole
    }

    /// Back to the beginning, for another connection. Only when no byte was written, or the method allows that the
    /// upstream sees it twice; and only while all of it is still there.
    pub fn rewind(&mut self, idempotent: bool) -> bool {
        let allowed = self.can_rewind(idempotent);
        if allowed {
            self.written = 0;
            self.abandoned = false;
        }
        allowed
    }

    /// Writes what there is. Ready when the whole request is out; `progress` tells whether anything moved.
    pub fn poll(
        &mut self,
        wire: &mut Wire,
        progress: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendFault>> {
        if !self.primed {
            // a body that came along with its head leaves along with it
            self.primed = true;
            if let Poll::Ready(Err(fault)) = self.poll_refill(cx) {
                return Poll::Ready(Err(SendFault::Upload(fault)));
            }
        }
        loop {
            while let Some(rest) = self.bytes.get(self.written..).filter(|rest| !rest.is_empty()) {
                match ready!(wire.poll_write(cx, rest)) {
                    Ok(count) if count > 0 => self.written += count,
                    _ => return Poll::Ready(Err(SendFault::Wire)),
                }
                *progress = true;
            }
            if ready!(wire.poll_flush(cx)).is_err() {
                return Poll::Ready(Err(SendFault::Wire));
            }
            if self.upload.is_none() {
                return Poll::Ready(Ok(()));
            }
            if let Err(fault) = ready!(self.poll_refill(cx)) {
                return Poll::Ready(Err(SendFault::Upload(fault)));
            }
            *progress = true;
        }
    }

    /// Lets go of what was written when, with so much more, it would be too much to keep for another attempt.
    fn make_room(&mut self, more: usize) {
        if self.written > 0 && self.written == self.bytes.len() && self.written + more > MOST_KEPT {
            self.bytes.clear();
            self.written = 0;
            self.whole = false;
        }
    }

    /// Takes the next piece of the body.
    fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), UploadFault>> {
        let Some(upload) = &mut self.upload else { return Poll::Ready(Ok(())) };
        let data = match ready!(upload.poll_frame(cx)) {
            Some(Err(fault)) => return Poll::Ready(Err(fault)),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => data,
                Err(frame) => {
                    self.end(&frame.into_trailers().unwrap_or_default());
                    return Poll::Ready(Ok(()));
                }
            },
            None => {
                self.end(&HeaderMap::new());
                return Poll::Ready(Ok(()));
            }
        };
        self.make_room(data.len());
        if !self.chunked {
            self.bytes.extend_from_slice(&data);
        } else if !data.is_empty() {
            // an empty chunk would be the last one
            write::chunk_size(&mut self.bytes, data.len());
            self.bytes.extend_from_slice(&data);
            self.bytes.extend_from_slice(b"\r\n");
        }
        Poll::Ready(Ok(()))
    }

    /// The body has ended. Behind one with a length, there is no place for trailers.
    fn end(&mut self, trailers: &HeaderMap) {
        self.upload = None;
        if self.chunked {
            self.bytes.extend_from_slice(b"0\r\n");
            for (name, value) in trailers {
                write::field(&mut self.bytes, name.as_str().as_bytes(), value.as_bytes());
            }
            self.bytes.extend_from_slice(b"\r\n");
        }
    }
}
