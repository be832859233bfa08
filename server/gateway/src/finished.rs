//! What those who watch are told of a call that has ended: what was known of it anyway, held without copying. Making
//! text of it is left to them, off the threads of the data plane.

use crate::ctx::{Ctx, Outcome};
use crate::record::{capped_method, capped_path, capped_user_agent};
use crate::reject::RejectKind;
use crate::snapshot::Credential;
use crate::snapshot::version::Version;
use crate::trace::Trace;
use http::{HeaderValue, Method, Uri};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use uuid::Uuid;

/// Takes calls that have ended, or has no room for them.
pub type Sink = SyncSender<Arc<FinishedCall>>;

/// Who is told.
#[derive(Clone, Debug, Default)]
pub struct Watchers {
    /// Of every call.
    pub access_log: Option<Sink>,
}

/// One call.
#[derive(Debug)]
pub struct FinishedCall {
    pub id: Uuid,
    pub trace: Trace,
    /// Unix milliseconds, when the head of the request had been read.
    pub at_ms: u64,
    pub client: IpAddr,
    pub status: u16,
    pub outcome: Outcome,
    pub duration_us: u64,
    pub upstream_us: Option<u64>,
    /// Of bodies.
    pub request_bytes: u64,
    pub response_bytes: u64,
    /// How often the call was sent to a backend.
    pub attempts: u16,
    /// Absent where no head could be read.
    request: Option<Request>,
    version: Option<Arc<Version>>,
    route: Option<u32>,
    credential: Option<Arc<Credential>>,
}

#[derive(Debug)]
struct Request {
    method: Method,
    uri: Uri,
    normalised: Option<Box<str>>,
    user_agent: Option<HeaderValue>,
}

impl FinishedCall {
    #[must_use]
    pub fn of(ctx: &Ctx, outcome: Outcome, duration_us: u64) -> Self {
        Self {
            id: ctx.id,
            trace: ctx.trace,
            at_ms: ctx.at_ms,
            client: ctx.client,
            status: ctx.status,
            outcome,
            duration_us,
            upstream_us: ctx.upstream_us,
            request_bytes: ctx.received.as_ref().map_or(0, |received| received.get()),
            response_bytes: ctx.sent,
            attempts: ctx.attempts,
            request: Some(Request {
                method: ctx.method.clone(),
                uri: ctx.uri.clone(),
                normalised: ctx.normalised.clone(),
                user_agent: ctx.user_agent.clone(),
            }),
            version: ctx.version.clone(),
            route: ctx.route,
            credential: ctx.credential.clone(),
        }
    }

    /// One whose head could not be read.
    #[must_use]
    pub fn unread(id: Uuid, trace: Trace, at_ms: u64, client: IpAddr, kind: RejectKind) -> Self {
        Self {
            id,
            trace,
            at_ms,
            client,
            status: kind.rule().status,
            outcome: Outcome::Rejected(kind),
            duration_us: 0,
            upstream_us: None,
            request_bytes: 0,
            response_bytes: 0,
            attempts: 0,
            request: None,
            version: None,
            route: None,
            credential: None,
        }
    }

    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.request.as_ref().map(|request| capped_method(request.method.as_str()))
    }

    /// The normalised path, as far as it is kept, and never the query: there may be secrets in it.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        let request = self.request.as_ref()?;
        Some(capped_path(request.normalised.as_deref().unwrap_or_else(|| request.uri.path())))
    }

    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        let value = self.request.as_ref()?.user_agent.as_ref()?;
        Some(capped_user_agent(value.as_bytes()))
    }

    /// The api's slug.
    #[must_use]
    pub fn api(&self) -> Option<&str> {
        self.version.as_ref().map(|version| &*version.slug)
    }

    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_ref().map(|version| version.name.as_str())
    }

    /// `GET /pets/{id}`
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.version.as_ref()?.label(self.route?)
    }

    #[must_use]
    pub fn application(&self) -> Option<&str> {
        self.credential.as_ref().map(|credential| credential.application.as_str())
    }
}
