//! What those who watch are told of a call that has ended: what was known of it anyway, held without copying. Making
//! text of it is left to them, off the threads of the data plane.

use crate::ctx::{Ctx, Outcome};
use crate::reject::RejectKind;
use crate::snapshot::Credential;
use crate::snapshot::version::Version;
use crate::trace::Trace;
use domain::calls::record::{capped_method, capped_path, capped_user_agent};
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
    /// Of calls whose trace is sampled.
    pub spans: Option<Sink>,
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
    /// When it was sent on, after it had begun.
    pub upstream_after_us: Option<u64>,
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
    /// Which of the version's nodes was asked last.
    node: Option<usize>,
}

#[derive(Debug)]
struct Request {
    method: Method,
    uri: Uri,
    host: Option<HeaderValue>,
    is_tls: bool,
    /// How much of the path stands before the part that routes see.
    prefix: usize,
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
            upstream_after_us: ctx.upstream_started_us.map(|at| at.saturating_sub(ctx.started_us)),
            upstream_us: ctx.upstream_us,
            request_bytes: ctx.received.as_ref().map_or(0, |received| received.get()),
            response_bytes: ctx.sent,
            attempts: ctx.attempts,
            request: Some(Request {
                method: ctx.method.clone(),
                uri: ctx.uri.clone(),
                host: ctx.host.clone(),
                is_tls: ctx.is_tls,
                prefix: ctx.prefix,
                normalised: ctx.normalised.clone(),
                user_agent: ctx.user_agent.clone(),
            }),
            version: ctx.version.clone(),
            route: ctx.route,
            credential: ctx.credential.clone(),
            node: ctx.node,
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
            upstream_after_us: None,
            upstream_us: None,
            request_bytes: 0,
            response_bytes: 0,
            attempts: 0,
            request: None,
            version: None,
            route: None,
            credential: None,
            node: None,
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

    /// The path of the route with the version's address before it: `/petstore/v1/pets/{id}`.
    #[must_use]
    pub fn path_template(&self) -> Option<String> {
        let (_, template) = self.route()?.split_once(' ')?;
        let request = self.request.as_ref()?;
        let path = request.normalised.as_deref().unwrap_or_else(|| request.uri.path());
        Some(format!("{}{template}", path.get(..request.prefix)?))
    }

    /// `http` or `https`
    #[must_use]
    pub fn scheme(&self) -> Option<&'static str> {
        self.request.as_ref().map(|request| if request.is_tls { "https" } else { "http" })
    }

    /// Whom the client asked for, without the port. Known where the trace is sampled.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let request = self.request.as_ref()?;
        if let Some(host) = request.uri.host() {
            return Some(host);
        }
        let host = request.host.as_ref()?.to_str().ok()?;
        // an IPv6 address has colons of its own, within brackets
        let end = host.rfind(':').filter(|colon| host.rfind(']').is_none_or(|bracket| bracket < *colon));
        host.get(..end.unwrap_or(host.len()))
    }

    /// Host and port of the backend that was asked last.
    #[must_use]
    pub fn node(&self) -> Option<(&str, u16)> {
        let target = &self.version.as_ref()?.cluster.nodes.get(self.node?)?.target;
        Some((&target.host, target.port))
    }

    /// Why the gateway answered itself or broke the answer off.
    #[must_use]
    pub fn rejected(&self) -> Option<RejectKind> {
        self.outcome.rejected()
    }

    #[must_use]
    pub fn application(&self) -> Option<&str> {
        self.credential.as_ref().map(|credential| credential.application.as_str())
    }
}
