//! One node is asked over HTTP/2: as a stream of a connection that other calls go over as well.

use super::super::cluster::{Flight, Node};
use super::super::http2::exchange::Exchange;
use super::super::http2::outgoing::Outgoing;
use super::super::patience::Patience;
use super::super::{Failure, is_idempotent, pending};
use super::{Answered, Lost, Pending, lose, tell_status};
use crate::ctx::Ctx;
use crate::worker::Worker;
use std::rc::Rc;

/// How often a call is sent to the same node again because the node has certainly not begun it.
const MOST_AGAIN: u8 = 3;

pub async fn attempt(
    ctx: &mut Ctx,
    worker: &Rc<Worker>,
    node: &Node,
    mut flight: Option<Flight>,
    mut outgoing: Box<Outgoing>,
    mut patience: Patience,
) -> Result<Answered, Lost> {
    let idempotent = is_idempotent(&ctx.method);
    let left = |outgoing, patience| Pending { outgoing: pending::Outgoing::Http2(outgoing), patience };
    let mut again = 0;
    loop {
        let seat = match worker.http2.seat(worker, &node.target).await {
            Ok(seat) => seat,
            Err(failure) => return Err(lose(worker, node, &mut flight, failure, left(outgoing, patience))),
        };
        let reused = seat.reused;
        let failure = match Exchange::begin(seat, outgoing, patience, flight) {
            Ok(mut exchange) => {
                ctx.attempts = ctx.attempts.saturating_add(1);
                let failure = match exchange.head().await {
                    Ok(head) => {
                        tell_status(worker, node, &mut exchange.flight, head.status());
                        return Ok(Answered::Http2 { exchange: Box::new(exchange), head });
                    }
                    Err(failure) => failure,
                };
                (outgoing, patience, flight) = exchange.into_unsent();
                failure
            }
            Err(unsent) => {
                (outgoing, patience, flight) = (unsent.outgoing, unsent.patience, unsent.flight);
                unsent.failure
            }
        };
        // a connection that idled may have been closed at the moment at which it was used
        let stale = failure == Failure::Closed && reused && idempotent;
        let untouched = failure == Failure::Unprocessed;
        if (untouched || stale) && outgoing.rewind(true) && again < MOST_AGAIN {
            again += 1;
            continue;
        }
        return Err(lose(worker, node, &mut flight, failure, left(outgoing, patience)));
    }
}
