//! Requests that never became calls: their head could not be read, or there was no place for their connection.

use crate::ctx::Outcome;
use crate::finished::FinishedCall;
use crate::metrics::route::Ended;
use crate::reject::{Reject, raw_response};
use crate::trace::{Ratio, Trace};
use crate::worker::Worker;
use domain::calls::record::CallRecord;
use http::HeaderMap;
use std::net::IpAddr;

/// The answer to a head that could not be read, put on record like any call, with the little that is known of it.
#[must_use]
pub fn unread(worker: &Worker, peer: IpAddr, reject: &Reject) -> Vec<u8> {
    let at_ms = worker.clock.unix_ms();
    let id = worker.ids.next(at_ms);
    let status = reject.kind.rule().status;
    let ended = Ended {
        status,
        reject: Some(reject.kind),
        duration_us: 0,
        upstream_us: None,
        request_bytes: 0,
        response_bytes: 0,
    };
    worker.count(None, &ended);
    worker.tell(false, || {
        let trace = Trace::of(&HeaderMap::new(), &worker.ids, Ratio::default());
        FinishedCall::unread(id, trace, at_ms, peer, reject.kind)
    });
    let record = CallRecord {
        id: *id.as_bytes(),
        at_ms,
        api: None,
        version: None,
        route: None,
        application: None,
        credential: None,
        subscription: None,
        plan: None,
        method: "",
        path: "",
        status,
        outcome: Outcome::Rejected(reject.kind).name(),
        duration_us: 0,
        upstream_us: None,
        request_bytes: 0,
        response_bytes: 0,
        client: peer,
        user_agent: "",
        attempts: 0,
        ai: None,
        tried: Vec::new(),
    };
    if let Err(error) = worker.record(&record) {
        worker.counters.unrecorded.add(1);
        tracing::error!(%id, %error, "a refusal could not be recorded");
    }
    raw_response(reject, &worker.problems, id)
}

/// The answer to a connection that was not taken. Not a call, so not on record: only counted.
#[must_use]
pub fn turned_away(worker: &Worker, reject: &Reject) -> Vec<u8> {
    raw_response(reject, &worker.problems, worker.ids.next(worker.clock.unix_ms()))
}
