//! One request and the head of its answer as a stream of a shared connection, both ways at once.

use super::super::Failure;
use super::super::cluster::Flight;
use super::super::outgoing::SendFault;
use super::super::patience::{Patience, RanOut};
use super::super::upload::UploadFault;
use super::connection::Seat;
use super::failure_of;
use super::outgoing::Outgoing;
use bytes::Bytes;
use h2::client::ResponseFuture;
use h2::{RecvStream, SendStream};
use http::{Response, header};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Exchange {
    pub outgoing: Box<Outgoing>,
    pub patience: Patience,
    /// Follows the call at its node, until the answer is through.
    pub flight: Option<Flight>,
    pub stream: SendStream<Bytes>,
    pub seat: Seat,
    answer: ResponseFuture,
    /// Whether the wait for the answer has begun.
    sent: bool,
}

/// What is left of a call that its connection did not take.
pub struct Unsent {
    pub failure: Failure,
    pub outgoing: Box<Outgoing>,
    pub patience: Patience,
    pub flight: Option<Flight>,
}

impl Exchange {
    /// Begins the call.
    pub fn begin(
        seat: Seat,
        mut outgoing: Box<Outgoing>,
        patience: Patience,
        flight: Option<Flight>,
    ) -> Result<Self, Box<Unsent>> {
        let (head, end) = outgoing.begin();
        match seat.send(head, end) {
            Ok((answer, stream)) => {
                Ok(Self { outgoing, patience, flight, stream, seat, answer, sent: false })
            }
            Err(failure) => Err(Box::new(Unsent { failure, outgoing, patience, flight })),
        }
    }

    /// Sends the request, as far as it is there, until the head of the answer has come.
    pub async fn head(&mut self) -> Result<Response<RecvStream>, Failure> {
        self.patience.for_upload();
        let mut answer = poll_fn(|cx| self.poll_head(cx)).await?;
        // of this hop, as in HTTP/1.1
        answer.headers_mut().remove(header::PROXY_AUTHENTICATE);
        Ok(answer)
    }

    /// What is left when the stream is given up.
    #[must_use]
    pub fn into_unsent(self) -> (Box<Outgoing>, Patience, Option<Flight>) {
        (self.outgoing, self.patience, self.flight)
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response<RecvStream>, Failure>> {
        if !self.sent {
            let mut progress = false;
            match self.outgoing.poll(&mut self.stream, &mut progress, cx) {
                Poll::Ready(Err(SendFault::Upload(fault))) => {
                    return Poll::Ready(Err(Failure::Upload(fault)));
                }
                // the answer tells more than the failed write
                Poll::Ready(Err(SendFault::Wire)) => self.outgoing.abandon(),
                Poll::Ready(Ok(())) => {}
                Poll::Pending if progress => self.patience.for_upload(),
                Poll::Pending => {}
            }
            if self.outgoing.is_over() {
                self.sent = true;
                self.patience.for_first_byte();
            }
        }
        match Pin::new(&mut self.answer).poll(cx) {
            Poll::Ready(answer) => Poll::Ready(answer.map_err(|error| failure_of(&error))),
            Poll::Pending => self.patience.poll(cx).map(|ran_out| Err(self.ran_out(ran_out))),
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
}
