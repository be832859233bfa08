//! A call's attempts: which node it goes to, whether another one is asked when that fails, and with what.
//!
//! What never left is sent again, to another node. What a node may have seen is sent again only as the version's
//! retries say; an answer that is relayed is never asked for twice.

mod http1;
mod http2;

use super::balance::{Nodes, mix};
use super::cluster::{Cluster, Flight, Node, Picked};
use super::exchange::Exchange;
use super::patience::Patience;
use super::pending::{Outgoing, Pending};
use super::{Call, Failure, is_idempotent};
use crate::ctx::Ctx;
use crate::h1::response::Head;
use crate::worker::Worker;
use domain::upstream::{Retries, RetryOn};
use h2::RecvStream;
use http::{Response, StatusCode};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// The head of an answer, and what the rest of it comes over.
#[expect(
    clippy::large_enum_variant,
    reason = "the larger one is the usual one, and not to be boxed for each call"
)]
pub enum Answered {
    Http1 { exchange: Exchange, head: Head, pool: u32 },
    Http2 { exchange: Box<super::http2::exchange::Exchange>, head: Response<RecvStream> },
}

impl Answered {
    fn status(&self) -> StatusCode {
        match self {
            Self::Http1 { head, .. } => head.status,
            Self::Http2 { head, .. } => head.status(),
        }
    }

    fn patience(&self) -> &Patience {
        match self {
            Self::Http1 { exchange, .. } => &exchange.patience,
            Self::Http2 { exchange, .. } => &exchange.patience,
        }
    }

    fn can_rewind(&self, twice: bool) -> bool {
        match self {
            Self::Http1 { exchange, .. } => exchange.outgoing.can_rewind(twice),
            Self::Http2 { exchange, .. } => exchange.outgoing.can_rewind(twice),
        }
    }

    /// The request, when the answer is not wanted.
    fn into_pending(self) -> Pending {
        match self {
            Self::Http1 { exchange, .. } => {
                let (outgoing, patience, _) = exchange.into_unsent();
                Pending { outgoing: Outgoing::Http1(outgoing), patience }
            }
            Self::Http2 { exchange, .. } => {
                let (outgoing, patience, _) = exchange.into_unsent();
                Pending { outgoing: Outgoing::Http2(outgoing), patience }
            }
        }
    }
}

/// An attempt that brought no answer.
struct Lost {
    failure: Failure,
    pending: Pending,
}

pub struct Attempts<'a> {
    call: &'a Call<'a>,
    cluster: &'a Arc<Cluster>,
    worker: Rc<Worker>,
    tried: Nodes,
    key: u64,
    /// How often it was sent because of the version's retries.
    again: u8,
    /// Before the next attempt.
    pause_ms: u64,
}

impl<'a> Attempts<'a> {
    #[must_use]
    pub fn new(call: &'a Call<'a>, cluster: &'a Arc<Cluster>, worker: Rc<Worker>, key: u64) -> Self {
        Self { call, cluster, worker, tried: Nodes::default(), key, again: 0, pause_ms: 0 }
    }

    /// The head of an answer, and the connection that the rest of it comes over.
    pub async fn run(
        mut self,
        ctx: &mut Ctx,
        mut picked: Picked,
        mut pending: Pending,
    ) -> Result<Answered, Failure> {
        if let Some(retries) = &self.cluster.retries {
            self.cluster.shared.budget.earn(retries.budget_percent);
        }
        loop {
            let node = self.cluster.nodes.get(picked.node).ok_or(Failure::Refused)?;
            self.tried = self.tried.with(picked.node);
            ctx.node = Some(picked.node);
            let (failure, lost) = match attempt(ctx, &self.worker, node, picked.flight, pending).await {
                Ok(answered) => match self.after_answer(ctx, &answered) {
                    None => return Ok(answered),
                    Some(next) => {
                        picked = next;
                        (Failure::Closed, answered.into_pending())
                    }
                },
                Err(Lost { failure, pending }) => match self.after_failure(ctx, failure, &pending) {
                    None => return Err(failure),
                    Some(next) => {
                        picked = next;
                        (failure, pending)
                    }
                },
            };
            pending = self.turn_to(ctx, &picked, lost).await.ok_or(failure)?;
        }
    }

    /// The node to ask when the answer is one that the version's retries name.
    fn after_answer(&mut self, ctx: &Ctx, answered: &Answered) -> Option<Picked> {
        let on = RetryOn::of_status(answered.status().as_u16())?;
        let retries = self.cluster.retries.as_ref()?;
        let twice = retries.non_idempotent || is_idempotent(&ctx.method);
        let possible = answered.can_rewind(twice);
        if possible { self.retry(retries, on, answered.patience()) } else { None }
    }

    /// The node to ask when there was no answer.
    fn after_failure(&mut self, ctx: &Ctx, failure: Failure, pending: &Pending) -> Option<Picked> {
        let on = failure.retry_on()?;
        if pending.outgoing.can_rewind(false)
            && pending.patience.left_ms() > 0
            && let Some(other) = self.cluster.pick(self.tried, self.key, self.worker.clock.monotonic_us())
        {
            return Some(other);
        }
        let retries = self.cluster.retries.as_ref()?;
        let twice = retries.non_idempotent || is_idempotent(&ctx.method);
        let possible = pending.outgoing.can_rewind(twice);
        if possible { self.retry(retries, on, &pending.patience) } else { None }
    }

    /// A node for one attempt more, if the version's retries and the call's time allow it: another one, as long as
    /// there is one.
    fn retry(&mut self, retries: &Retries, on: RetryOn, patience: &Patience) -> Option<Picked> {
        let pause_ms = backoff_ms(retries.backoff_ms, self.again, mix(self.worker.clock.monotonic_us()));
        if self.again + 1 >= retries.attempts || !retries.on.contains(&on) || pause_ms >= patience.left_ms() {
            return None;
        }
        let now_us = self.worker.clock.monotonic_us();
        let pick = |tried| self.cluster.pick(tried, self.key, now_us);
        let picked = pick(self.tried).or_else(|| pick(Nodes::default()))?;
        if !self.cluster.shared.budget.spend() {
            return None;
        }
        self.again += 1;
        self.pause_ms = pause_ms;
        Some(picked)
    }

    /// Makes the request ready for the node, after the pause that the version's retries ask for.
    async fn turn_to(&mut self, ctx: &Ctx, picked: &Picked, mut pending: Pending) -> Option<Pending> {
        let node = self.cluster.nodes.get(picked.node)?;
        node.state.retries.fetch_add(1, Relaxed);
        let pause_ms = std::mem::take(&mut self.pause_ms);
        if pause_ms > 0 {
            pending.patience.rest();
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
        pending.outgoing.turn_to(self.call, ctx, &node.target).then_some(pending)
    }
}

/// Between half of the backoff and all of it, doubled with every attempt.
fn backoff_ms(first_ms: u32, again: u8, random: u64) -> u64 {
    let most = u64::from(first_ms) << again.min(8);
    most / 2 + random % (most / 2 + 1)
}

/// One node is asked.
async fn attempt(
    ctx: &mut Ctx,
    worker: &Rc<Worker>,
    node: &Node,
    flight: Option<Flight>,
    pending: Pending,
) -> Result<Answered, Lost> {
    let Pending { outgoing, patience } = pending;
    match outgoing {
        Outgoing::Http1(outgoing) => http1::attempt(ctx, worker, node, flight, outgoing, patience).await,
        Outgoing::Http2(outgoing) => http2::attempt(ctx, worker, node, flight, outgoing, patience).await,
    }
}

/// One node is asked, and no other if that brings no answer.
pub async fn once(
    ctx: &mut Ctx,
    worker: &Rc<Worker>,
    node: &Node,
    flight: Option<Flight>,
    pending: Pending,
) -> Result<Answered, Failure> {
    attempt(ctx, worker, node, flight, pending).await.map_err(|lost| lost.failure)
}

/// Notes how an attempt failed; what it leaves.
fn lose(
    worker: &Worker,
    node: &Node,
    flight: &mut Option<Flight>,
    failure: Failure,
    pending: Pending,
) -> Lost {
    // what the client did, or left undone, says nothing of the node
    let slow_client = failure == Failure::TotalTimeout && pending.outgoing.waits_for_client();
    if !slow_client && !matches!(failure, Failure::Upload(_)) {
        tell(worker, node, flight, Some(failure.word()));
    }
    Lost { failure, pending }
}

/// The head of an answer came.
fn tell_status(worker: &Worker, node: &Node, flight: &mut Option<Flight>, status: StatusCode) {
    tell(worker, node, flight, if status.is_server_error() { Some("http_5xx") } else { None });
}

/// Notes how an attempt went: with the word for what was wrong, or well.
fn tell(worker: &Worker, node: &Node, flight: &mut Option<Flight>, wrong: Option<&'static str>) {
    if let Some(word) = wrong {
        node.state.last_error.set(word);
    }
    if let Some(flight) = flight {
        flight.tell(wrong.is_some(), worker.clock.monotonic_us());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_doubles_and_keeps_between_half_and_all_of_it() {
        for (again, most) in [(0, 100), (1, 200), (2, 400), (3, 800), (8, 25_600), (200, 25_600)] {
            let pauses: Vec<u64> = (0..5_000).map(|number| backoff_ms(100, again, mix(number))).collect();
            let (shortest, longest) = (*pauses.iter().min().unwrap(), *pauses.iter().max().unwrap());
            assert!(shortest >= most / 2 && longest <= most, "{again}: {shortest} to {longest}");
            // all over it
            assert!(
                shortest < most * 51 / 100 && longest > most * 99 / 100,
                "{again}: {shortest} to {longest}"
            );
        }
        assert_eq!(backoff_ms(0, 5, 77), 0);
    }
}
