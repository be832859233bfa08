//! One node is asked over HTTP/1.1: over an idle connection where there is one, else over a fresh one.

use super::super::cluster::{Flight, Node};
use super::super::exchange::{Awaited, Exchange};
use super::super::outgoing::Outgoing;
use super::super::patience::Patience;
use super::super::wire::Wire;
use super::super::{Failure, is_idempotent, pending};
use super::{Answered, Lost, Pending, lose, tell_status};
use crate::ctx::Ctx;
use crate::worker::Worker;

pub async fn attempt(
    ctx: &mut Ctx,
    worker: &Worker,
    node: &Node,
    mut flight: Option<Flight>,
    mut outgoing: Outgoing,
    mut patience: Patience,
) -> Result<Answered, Lost> {
    let target = &node.target;
    let idempotent = is_idempotent(&ctx.method);
    let left = |outgoing, patience| Pending { outgoing: pending::Outgoing::Http1(outgoing), patience };
    let mut pooled = worker.pool.take(target.pool, worker.alarms.now_ms(), !idempotent);
    loop {
        let wire = match pooled.take() {
            Some(wire) => wire,
            None => match Wire::connect(worker, target).await {
                Ok(wire) => wire,
                Err(failure) => {
                    return Err(lose(worker, node, &mut flight, failure, left(outgoing, patience)));
                }
            },
        };
        ctx.attempts = ctx.attempts.saturating_add(1);
        let reused = wire.reused;
        let mut exchange = Exchange::new(wire, outgoing, patience, Awaited::of(ctx), flight);
        let failure = match exchange.head().await {
            Ok(head) => {
                tell_status(worker, node, &mut exchange.flight, head.status);
                return Ok(Answered::Http1 { exchange, head, pool: target.pool });
            }
            Err(failure) => failure,
        };
        (outgoing, patience, flight) = exchange.into_unsent();
        if failure == Failure::Closed && reused && outgoing.rewind(idempotent) {
            continue;
        }
        return Err(lose(worker, node, &mut flight, failure, left(outgoing, patience)));
    }
}
