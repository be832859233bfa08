//! Whose turn it is in a call over HTTP/2: a client that never opens its window must not hold the call, and with it
//! the connection to the upstream, for ever. Over HTTP/1.1 the connection itself shows that.

use crate::alarm::Alarm;
use crate::worker::Worker;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// It was handed something, and is to take it.
    Client,
    /// What comes next is not there yet.
    Ours,
}

/// What a stream came to when it was polled last. One for all streams of a connection, which are polled one by one.
#[derive(Debug, Default)]
pub struct Turns(Cell<Option<Turn>>);

impl Turns {
    /// Runs a stream to its end, or until the client has taken nothing of it for too long: then it is reset, and its
    /// call ends like that of a client who left.
    pub async fn run(&self, worker: &Worker, stream: impl Future) {
        let mut stream = pin!(stream);
        let mut waiting: Option<Alarm> = None;
        poll_fn(|cx| {
            self.0.set(None);
            if stream.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            match self.0.take() {
                Some(Turn::Client) => {
                    let alarm = waiting.get_or_insert_with(|| worker.alarms.alarm());
                    alarm.set(worker.options.timers.body_idle_ms);
                }
                Some(Turn::Ours) => waiting = None,
                None => {}
            }
            waiting.as_ref().map_or(Poll::Pending, |alarm| alarm.poll(cx))
        })
        .await;
    }

    /// The head of the answer is handed over.
    pub fn hand_over(&self) {
        self.0.set(Some(Turn::Client));
    }
}

/// The body of an answer, which tells whose turn it is.
pub struct InTurn<B> {
    body: B,
    turns: Rc<Turns>,
}

impl<B> InTurn<B> {
    #[must_use]
    pub fn new(body: B, turns: Rc<Turns>) -> Self {
        Self { body, turns }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for InTurn<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.turns.0.set(Some(Turn::Ours));
        let next = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.turns.0.set(Some(Turn::Client));
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
