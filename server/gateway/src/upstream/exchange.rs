//! One request and the head of its answer over one connection, both ways at once: an upstream may answer before it
//! has read everything.

use super::Failure;
use super::cluster::Flight;
use super::outgoing::{Outgoing, SendFault};
use super::patience::{Patience, RanOut};
use super::tls::TlsFault;
use super::upload::UploadFault;
use super::wire::Wire;
use crate::ctx::Ctx;
use crate::h1::Malformed;
use crate::h1::response::{self, Head, LARGEST_HEAD};
use http::{Method, StatusCode};
use std::future::poll_fn;
use std::task::{Context, Poll};

/// Interim answers (RFC 9110 section 15.2) that are passed over before the final one.
const MOST_INTERIM: u8 = 16;

/// What a request may be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    Answer,
    /// To a HEAD: without a body, whatever its fields say.
    Bodiless,
    /// To the handshake of a WebSocket: a switch of protocols, or any other answer.
    Switch,
}

impl Awaited {
    #[must_use]
    pub fn of(ctx: &Ctx) -> Self {
        match ctx.method {
            Method::HEAD => Self::Bodiless,
            _ if ctx.upgrade => Self::Switch,
            _ => Self::Answer,
        }
    }
}

pub struct Exchange {
    pub wire: Wire,
    pub outgoing: Outgoing,
    pub patience: Patience,
    /// Follows the call at its node, until the answer is through.
    pub flight: Option<Flight>,
    awaited: Awaited,
    /// Whether the wait for the answer has begun.
    sent: bool,
    interim: u8,
    /// Where to go on looking for the end of the head.
    looked_at: usize,
}

impl Exchange {
    #[must_use]
    pub fn new(
        wire: Wire,
        outgoing: Outgoing,
        patience: Patience,
        awaited: Awaited,
        flight: Option<Flight>,
    ) -> Self {
        Self { wire, outgoing, patience, flight, awaited, sent: false, interim: 0, looked_at: 0 }
    }

    /// Sends the request, as far as it is there, until the head of the answer has come.
    pub async fn head(&mut self) -> Result<Head, Failure> {
        self.patience.for_upload();
        poll_fn(|cx| self.poll_head(cx)).await
    }

    /// What is left when the connection is given up.
    #[must_use]
    pub fn into_unsent(self) -> (Outgoing, Patience, Option<Flight>) {
        (self.outgoing, self.patience, self.flight)
    }

    /// Writes what there is of the request. The error is the client's.
    pub fn poll_send(&mut self, cx: &mut Context<'_>) -> Result<(), UploadFault> {
        if self.outgoing.is_over() {
            return Ok(());
        }
        let mut progress = false;
        match self.outgoing.poll(&mut self.wire, &mut progress, cx) {
            Poll::Ready(Err(SendFault::Upload(fault))) => return Err(fault),
            // the answer tells more than the failed write
            Poll::Ready(Err(SendFault::Wire)) => self.outgoing.abandon(),
            Poll::Ready(Ok(())) => {}
            Poll::Pending if progress && !self.sent => self.patience.for_upload(),
            Poll::Pending => {}
        }
        Ok(())
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Head, Failure>> {
        if !self.sent {
            if let Err(fault) = self.poll_send(cx) {
                return Poll::Ready(Err(Failure::Upload(fault)));
            }
            if self.outgoing.is_over() {
                self.sent = true;
                self.patience.for_first_byte();
            }
        }
        loop {
            match self.take_head() {
                Ok(Some(head)) => return Poll::Ready(Ok(head)),
                Ok(None) => {}
                Err(malformed) => return Poll::Ready(Err(Failure::Malformed(malformed))),
            }
            match self.wire.poll_fill(cx) {
                Poll::Ready(Ok(count)) if count > 0 => {}
                Poll::Ready(ended) if self.wire.buffer.is_empty() && self.interim == 0 => {
                    let fault = ended.err().and_then(|error| TlsFault::late(&error));
                    return Poll::Ready(Err(fault.map_or(Failure::Closed, Failure::Tls)));
                }
                Poll::Ready(_) => {
                    return Poll::Ready(Err(Failure::Malformed(Malformed("a head that broke off"))));
                }
                Poll::Pending => return self.patience.poll(cx).map(|ran_out| Err(self.ran_out(ran_out))),
            }
        }
    }

    fn ran_out(&self, ran_out: RanOut) -> Failure {
        match ran_out {
            RanOut::Total => Failure::TotalTimeout,
            RanOut::Step if self.sent => Failure::FirstByteTimeout,
            RanOut::Step if self.outgoing.waits_for_client() => Failure::Upload(UploadFault::Stalled),
            RanOut::Step => Failure::WriteTimeout,
        }
    }

    /// The final head, if the buffer holds it.
    fn take_head(&mut self) -> Result<Option<Head>, Malformed> {
        while self.may_hold_head() {
            let bodiless = self.awaited == Awaited::Bodiless;
            let Some(head) = response::take_head(&mut self.wire.buffer, bodiless)? else {
                return Ok(None);
            };
            if head.status == StatusCode::SWITCHING_PROTOCOLS {
                if self.awaited == Awaited::Switch && head.to_websocket {
                    return Ok(Some(head));
                }
                return Err(Malformed("another protocol, which nobody asked for"));
            }
            if !head.status.is_informational() {
                return Ok(Some(head));
            }
            self.looked_at = 0;
            self.interim += 1;
            if self.interim > MOST_INTERIM {
                return Err(Malformed("too many interim answers"));
            }
        }
        Ok(None)
    }

    /// Whether parsing could succeed: what comes in drips is not parsed from its beginning for every drop.
    fn may_hold_head(&mut self) -> bool {
        let buffer = &self.wire.buffer;
        let from = self.looked_at.saturating_sub(3);
        let first_look = self.looked_at == 0;
        self.looked_at = buffer.len();
        let tail = buffer.get(from..).unwrap_or_default();
        !buffer.is_empty()
            && (first_look
                || buffer.len() >= LARGEST_HEAD
                || tail.windows(2).any(|pair| pair == b"\n\n" || pair == b"\n\r"))
    }
}
