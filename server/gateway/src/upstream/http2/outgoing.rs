//! A request on its way out as a stream: its head, then its body as it arrives from the client and as far as the peer
//! takes it.
//!
//! As long as nothing was dropped, it can be sent from the beginning again.

use super::super::outgoing::SendFault;
use super::super::upload::Upload;
use bytes::Bytes;
use h2::SendStream;
use http::{HeaderMap, Request};
use std::task::{Context, Poll, ready};

/// Of a body, kept so that it can be sent from the beginning again.
const MOST_KEPT: usize = 64 << 10;
/// What a piece costs besides its bytes.
const PIECE_COST: usize = 256;

pub struct Outgoing {
    head: Request<()>,
    upload: Option<Upload>,
    /// The pieces of the body so far, from its beginning.
    kept: Vec<Bytes>,
    kept_size: usize,
    /// Of those, how many have been taken up.
    taken: usize,
    /// What is left of the piece that is being sent.
    piece: Bytes,
    /// What came behind the body.
    trailers: Option<HeaderMap>,
    /// Whether `kept` begins with the body.
    whole: bool,
    /// Whether anything of it was handed to a connection.
    begun: bool,
    ended: bool,
    /// The stream took no more of it.
    abandoned: bool,
}

impl Outgoing {
    #[must_use]
    pub fn new(head: Request<()>, upload: Option<Upload>) -> Self {
        Self {
            head,
            upload,
            kept: Vec::new(),
            kept_size: 0,
            taken: 0,
            piece: Bytes::new(),
            trailers: None,
            whole: true,
            begun: false,
            ended: false,
            abandoned: false,
        }
    }

    /// The head, to be sent now, and whether that is all of the request.
    pub fn begin(&mut self) -> (Request<()>, bool) {
        self.begun = true;
        self.ended = self.upload.is_none() && self.kept.is_empty() && self.trailers.is_none();
        (self.head.clone(), self.ended)
    }

    /// Whether all of it has been handed over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.abandoned || self.ended
    }

    /// Whether the next piece has to come from the client.
    #[must_use]
    pub fn waits_for_client(&self) -> bool {
        self.piece.is_empty() && self.taken == self.kept.len() && self.upload.is_some()
    }

    /// Whether it can be sent from the beginning: nothing of it was sent (or `twice` is as good as once), and all of it
    /// is still there.
    #[must_use]
    pub fn can_rewind(&self, twice: bool) -> bool {
        self.whole && (!self.begun || twice)
    }

    /// Back to the beginning, for another connection, if that may be.
    pub fn rewind(&mut self, twice: bool) -> bool {
        let allowed = self.can_rewind(twice);
        if allowed {
            (self.taken, self.piece) = (0, Bytes::new());
            (self.begun, self.ended, self.abandoned) = (false, false, false);
        }
        allowed
    }

    /// Back to the beginning, for another node, which is told a head of its own. Not when part of it is gone.
    pub fn begin_again(&mut self, head: Request<()>) -> bool {
        self.head = head;
        self.rewind(true)
    }

    /// Sends what there is. Ready when the whole request is out; `progress` tells whether anything moved.
    pub fn poll(
        &mut self,
        stream: &mut SendStream<Bytes>,
        progress: &mut bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendFault>> {
        while !self.is_over() {
            if !self.piece.is_empty() {
                if ready!(self.poll_piece(stream, cx)).is_err() {
                    return Poll::Ready(Err(SendFault::Wire));
                }
            } else if let Some(piece) = self.kept.get(self.taken) {
                self.piece = piece.clone();
                self.taken += 1;
            } else if let Err(fault) = ready!(self.poll_refill(stream, cx)) {
                return Poll::Ready(Err(fault));
            }
            *progress = true;
        }
        Poll::Ready(Ok(()))
    }

    /// Hands over as much of the piece as the peer has room for.
    fn poll_piece(
        &mut self,
        stream: &mut SendStream<Bytes>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), h2::Error>> {
        stream.reserve_capacity(self.piece.len());
        while stream.capacity() == 0 {
            match ready!(stream.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Err(h2::Reason::STREAM_CLOSED.into())),
            }
        }
        let room = stream.capacity().min(self.piece.len());
        Poll::Ready(stream.send_data(self.piece.split_to(room), false))
    }

    /// Takes the next piece of the body, or its end.
    fn poll_refill(
        &mut self,
        stream: &mut SendStream<Bytes>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendFault>> {
        let next = match &mut self.upload {
            Some(upload) => ready!(upload.poll_frame(cx)),
            None => None,
        };
        match next {
            Some(Err(fault)) => return Poll::Ready(Err(SendFault::Upload(fault))),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => {
                    if !data.is_empty() {
                        self.keep(data);
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(frame) => self.trailers = frame.into_trailers().ok(),
            },
            None => {}
        }
        self.upload = None;
        self.ended = true;
        let sent = match &self.trailers {
            Some(trailers) => stream.send_trailers(trailers.clone()),
            None => stream.send_data(Bytes::new(), true),
        };
        Poll::Ready(sent.map_err(|_| SendFault::Wire))
    }

    /// Keeps a piece for another attempt, as long as there is room for all of them.
    fn keep(&mut self, data: Bytes) {
        self.kept_size = self.kept_size.saturating_add(data.len() + PIECE_COST);
        if self.whole && self.kept_size <= MOST_KEPT {
            self.taken += 1;
            self.kept.push(data.clone());
        } else {
            self.whole = false;
            self.kept.clear();
            self.taken = 0;
        }
        self.piece = data;
    }

    /// Its answer has begun: what the client says now is its own affair.
    pub fn answered(&mut self) {
        if let Some(upload) = &mut self.upload {
            upload.rest();
        }
    }

    /// Nothing more of it will be sent.
    pub fn abandon(&mut self) {
        self.abandoned = true;
    }
}
