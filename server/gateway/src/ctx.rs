//! What is known of one call, filled in stage by stage; when it goes, the call is on record.

use crate::ai::facts::SharedFacts;
use crate::finished::FinishedCall;
use crate::intake::client::Peer;
use crate::intake::phase::Busy;
use crate::intake::seats::Share;
use crate::limits::{self, Limited};
use crate::metrics::route::Ended;
use crate::reject::RejectKind;
use crate::snapshot::Credential;
use crate::snapshot::subscription::Subscription;
use crate::snapshot::version::Version;
use crate::trace::Trace;
use crate::trial::OnTrial;
use crate::worker::{Unrecorded, Worker};
use domain::calls::record::{CallRecord, capped_method, capped_path, capped_user_agent};
use http::{HeaderValue, Method, Uri, header, request};
use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use uuid::Uuid;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The backend's answer was relayed to its end, whatever its status.
    Ok,
    /// The gateway answered, or broke the answer off for that reason.
    Rejected(RejectKind),
    /// The client left before the end.
    ClientGone,
}

impl Outcome {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Rejected(kind) => kind.rule().name,
            Self::ClientGone => "client-gone",
        }
    }

    #[must_use]
    pub fn is_ok(self) -> bool {
        self == Self::Ok
    }

    #[must_use]
    pub fn rejected(self) -> Option<RejectKind> {
        match self {
            Self::Rejected(kind) => Some(kind),
            Self::Ok | Self::ClientGone => None,
        }
    }
}

/// The status on record when the client left before there was one.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// One call.
pub struct Ctx {
    pub worker: Rc<Worker>,
    pub id: Uuid,
    pub trace: Trace,
    /// Unix milliseconds.
    pub at_ms: u64,
    /// Monotonic microseconds.
    pub started_us: u64,
    /// Whom the connection is with.
    pub peer: IpAddr,
    /// Whether it speaks TLS with us.
    pub is_tls: bool,
    /// Whether the peer is one of ours, whose word about the client counts.
    pub peer_trusted: bool,
    /// Who calls; limits and records go by this.
    pub client: IpAddr,
    /// Held for whom a proxy of ours speaks for.
    pub share: Option<Share>,
    pub method: Method,
    pub uri: Uri,
    /// The normalised path, where it differs from the one in `uri`.
    pub normalised: Option<Box<str>>,
    pub user_agent: Option<HeaderValue>,
    /// Kept for the span alone.
    pub host: Option<HeaderValue>,
    pub version: Option<Arc<Version>>,
    pub route: Option<u32>,
    /// How much of the path stands before the part that routes see.
    pub prefix: usize,
    pub cors_origin: Option<HeaderValue>,
    pub credential: Option<Arc<Credential>>,
    pub subscription: Option<Arc<Subscription>>,
    /// Of a call that nobody's application makes: then there is neither a credential nor a subscription.
    pub trial: Option<Rc<OnTrial>>,
    pub limited: Limited,
    pub attempts: u16,
    /// Of a call to a model.
    pub ai: Option<SharedFacts>,
    /// Which of the version's nodes was asked last.
    pub node: Option<usize>,
    pub upstream_started_us: Option<u64>,
    pub upstream_us: Option<u64>,
    /// Counted where the body is read.
    pub received: Option<Rc<Cell<u64>>>,
    pub sent: u64,
    /// Whether the client was seen to leave, so that no answer can reach it.
    pub client_left: bool,
    /// Whether it is the handshake of a WebSocket, so that the upstream may switch protocols.
    pub upgrade: bool,
    /// 0 until there is one.
    pub status: u16,
    outcome: Outcome,
    recorded: bool,
    /// Tells the connection that it is in use.
    busy: Busy,
    /// Whether the client takes the end of the connection for the end of an answer without a length.
    is_http_10: bool,
}

impl Ctx {
    /// Begins a call whose head has been read.
    #[must_use]
    pub fn begin(worker: Rc<Worker>, busy: Busy, peer: Peer, request: &request::Parts) -> Box<Self> {
        worker.counters.in_flight.add(1);
        let at_ms = worker.clock.unix_ms();
        let trace = Trace::of(&request.headers, &worker.ids, worker.options.sampled);
        let spanned = trace.sampled && worker.options.watchers.spans.is_some();
        Box::new(Self {
            id: worker.ids.next(at_ms),
            trace,
            at_ms,
            started_us: worker.clock.monotonic_us(),
            peer: peer.address,
            is_tls: peer.is_tls,
            peer_trusted: false,
            client: peer.address,
            share: None,
            method: request.method.clone(),
            uri: request.uri.clone(),
            normalised: None,
            user_agent: request.headers.get(header::USER_AGENT).cloned(),
            host: if spanned { request.headers.get(header::HOST).cloned() } else { None },
            version: None,
            route: None,
            prefix: 0,
            cors_origin: None,
            credential: None,
            subscription: None,
            trial: None,
            limited: Limited::default(),
            attempts: 0,
            ai: None,
            node: None,
            upstream_started_us: None,
            upstream_us: None,
            received: None,
            sent: 0,
            client_left: false,
            upgrade: false,
            status: 0,
            outcome: Outcome::ClientGone,
            recorded: false,
            busy,
            is_http_10: request.version == http::Version::HTTP_10,
            worker,
        })
    }

    /// The normalised path: what is matched, sent on and recorded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.normalised.as_deref().unwrap_or_else(|| self.uri.path())
    }

    /// The part of the path below the version's address: empty, or beginning with a slash.
    #[must_use]
    pub fn path_below(&self) -> &str {
        self.path().get(self.prefix..).unwrap_or_default()
    }

    /// Largest body that the call may have, in bytes.
    #[must_use]
    pub fn body_limit(&self) -> u64 {
        let options = &self.worker.options;
        let is_ai = self.version.as_ref().is_some_and(|version| version.models.is_some());
        if is_ai { options.ai_body_limit } else { options.body_limit }
    }

    /// Writes the call down with its outcome, the first time that this is called: before the last byte goes out.
    pub fn record_as(&mut self, outcome: Outcome) -> Result<(), Unrecorded> {
        if self.recorded {
            return Ok(());
        }
        self.recorded = true;
        self.outcome = outcome;
        let now_us = self.worker.clock.monotonic_us();
        if let (Some(started), None) = (self.upstream_started_us, self.upstream_us) {
            self.upstream_us = Some(now_us.saturating_sub(started));
        }
        if self.status == 0 {
            self.status = CLIENT_CLOSED_REQUEST;
        }
        // of what no upstream has seen, nothing is charged; the same is read from the records after a restart
        if self.attempts == 0 {
            limits::give_back(self, now_us);
        }
        self.count(now_us);
        self.worker.tell(self.trace.sampled, || {
            FinishedCall::of(self, self.outcome, now_us.saturating_sub(self.started_us))
        });
        let facts = self.ai.as_ref().map(|facts| facts.borrow());
        let reckoned = facts.as_ref().map(|facts| facts.reckoned());
        let of_model = facts.as_ref().zip(reckoned.as_ref()).map(|(facts, reckoned)| facts.record(reckoned));
        let tried = facts.as_ref().map(|facts| facts.attempts()).unwrap_or_default();
        let record = CallRecord { ai: of_model, tried, ..self.as_record(now_us) };
        let written = self.worker.record(&record);
        if let Some(trial) = &self.trial {
            trial.ended(&record);
        }
        drop(record);
        drop(facts);
        if let (Some(facts), Some(reckoned)) = (&self.ai, &reckoned) {
            facts.borrow_mut().reservation.settle(reckoned.spent());
        }
        if let Err(error) = &written {
            self.worker.counters.unrecorded.add(1);
            tracing::error!(id = %self.id, %error, "a call could not be recorded");
        }
        written
    }

    /// What was sent of the answer must not be taken for the whole of it.
    pub fn answer_broke_off(&self) {
        if self.is_http_10 {
            self.busy.reset_connection();
        }
    }

    fn count(&self, now_us: u64) {
        self.worker.counters.in_flight.sub(1);
        let ended = Ended {
            status: self.status,
            reject: self.outcome.rejected(),
            duration_us: now_us.saturating_sub(self.started_us),
            upstream_us: self.upstream_us,
            request_bytes: self.received.as_ref().map_or(0, |received| received.get()),
            response_bytes: self.sent,
        };
        self.worker.count(self.version.as_deref().map(|version| (version, self.route)), &ended);
    }

    fn as_record(&self, now_us: u64) -> CallRecord<'_> {
        let version = self.version.as_deref();
        let credential = self.credential.as_deref();
        let subscription = self.subscription.as_deref();
        CallRecord {
            id: *self.id.as_bytes(),
            at_ms: self.at_ms,
            api: version.map(|version| version.api.as_str()),
            version: version.map(|version| version.name.as_str()),
            route: version.and_then(|version| version.label(self.route?)),
            application: credential.map(|credential| credential.application.as_str()),
            credential: credential.map(|credential| credential.id.as_str()),
            subscription: subscription.map(|subscription| subscription.id.as_str()),
            plan: subscription.map(|subscription| subscription.plan.as_str()),
            method: capped_method(self.method.as_str()),
            path: capped_path(self.path()),
            status: self.status,
            outcome: self.outcome.name(),
            duration_us: now_us.saturating_sub(self.started_us),
            upstream_us: self.upstream_us,
            request_bytes: self.received.as_ref().map_or(0, |received| received.get()),
            response_bytes: self.sent,
            client: self.client,
            user_agent: capped_user_agent(
                self.user_agent.as_ref().map(HeaderValue::as_bytes).unwrap_or_default(),
            ),
            attempts: self.attempts,
            ai: None,
            tried: Vec::new(),
        }
    }
}

impl Drop for Ctx {
    fn drop(&mut self) {
        // whatever dropped it early was the client leaving, or the gateway stopping; a failure is reported in there
        drop(self.record_as(Outcome::ClientGone));
    }
}
