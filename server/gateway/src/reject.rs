//! Every way in which the gateway itself answers instead of a backend: one enum, one table.
//!
//! A stage returns `Result<_, Reject>`; nothing else makes an error response. An upstream's own error answers are
//! not refusals: they pass untouched.

pub mod grpc;
mod problem;

pub use problem::{raw_response, response};

use http::{HeaderName, HeaderValue};
use std::borrow::Cow;

/// What a refusal is on the wire, in metrics and in records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub status: u16,
    /// The last part of the problem's `type`, the label in metrics, the outcome in records.
    pub name: &'static str,
    pub title: &'static str,
    /// The error type of `Proxy-Status` (RFC 9209 section 2.3), on what the gateway says about an upstream or itself.
    pub proxy_error: Option<&'static str>,
}

const fn rule(status: u16, name: &'static str, title: &'static str) -> Rule {
    Rule { status, name, title, proxy_error: None }
}

const fn proxy(status: u16, name: &'static str, title: &'static str, error: &'static str) -> Rule {
    Rule { status, name, title, proxy_error: Some(error) }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $rule:expr,)*) => {
        /// The kinds of refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum RejectKind { $($(#[$doc])* $kind,)* }

        impl RejectKind {
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            #[must_use]
            pub const fn rule(self) -> Rule {
                match self { $(Self::$kind => $rule,)* }
            }
        }
    };
}

kinds! {
    /// Framing or target in doubt: the connection is closed after it.
    BadRequest => rule(400, "bad-request", "The request is not well-formed HTTP"),
    MalformedInput => rule(400, "malformed-input", "The input could not be read"),
    CredentialRequired => rule(401, "credential-required", "A credential is required"),
    CredentialInvalid => rule(401, "credential-invalid", "The credential is not valid"),
    CredentialExpired => rule(401, "credential-expired", "The credential has expired"),
    NotOffered => rule(400, "not-offered", "The model's provider cannot do that"),
    OriginRefused => rule(403, "origin-refused", "This origin may not call the api"),
    AddressRefused => rule(403, "address-refused", "This address may not call the api"),
    NoSubscription => rule(403, "no-subscription", "The application has no subscription to this api"),
    SubscriptionPending => rule(403, "subscription-pending", "The subscription waits for approval"),
    SubscriptionRejected => rule(403, "subscription-rejected", "The subscription was rejected"),
    SubscriptionPaused => rule(403, "subscription-paused", "The subscription is paused"),
    SubscriptionExpired => rule(403, "subscription-expired", "The subscription has expired"),
    SubscriptionNotStarted => rule(403, "subscription-not-started", "The subscription has not started yet"),
    ModelRefused => rule(403, "model-refused", "The plan does not include this model"),
    PriceUnknown => rule(403, "price-unknown", "The price of this model is not known"),
    NoRoute => rule(404, "no-route", "There is nothing at this address"),
    GuardRefused => rule(400, "guard-refused", "A rule of the api refuses what is asked"),
    MaskRefused => rule(400, "mask-refused", "The api does not let such data through"),
    ModelNotFound => rule(404, "model-not-found", "There is no such model"),
    MethodNotAllowed => rule(405, "method-not-allowed", "This address does not take that method"),
    RequestTimeout => rule(408, "request-timeout", "The request took too long to arrive"),
    ApiRetired => rule(410, "api-retired", "This version of the api is no longer there"),
    BodyTooLarge => rule(413, "body-too-large", "The body is too large"),
    UriTooLong => rule(414, "uri-too-long", "The address is too long"),
    ExpectationFailed => rule(417, "expectation-failed", "That expectation cannot be met"),
    InvalidInput => rule(422, "invalid-input", "The input does not fit the contract"),
    RateLimited => rule(429, "rate-limited", "Too many calls in a short time"),
    QuotaExceeded => rule(429, "quota-exceeded", "The quota of this period is used up"),
    BudgetExceeded => rule(429, "budget-exceeded", "The budget of this period is used up"),
    HeadersTooLarge => rule(431, "headers-too-large", "The header fields are too large"),
    CodingNotImplemented => proxy(501, "not-implemented", "That transfer coding is not supported", "http_request_error"),
    UpstreamUnreachable => proxy(502, "upstream-unreachable", "The backend cannot be reached", "connection_refused"),
    UpstreamBroken => proxy(502, "upstream-broken", "The backend broke off", "http_response_incomplete"),
    LoopDetected => proxy(502, "loop-detected", "The call came back to this gateway", "proxy_loop_detected"),
    ApiBlocked => proxy(503, "api-blocked", "This version of the api is blocked", "destination_unavailable"),
    UpstreamUnavailable =>
        proxy(503, "upstream-unavailable", "The backend is not available at the moment", "destination_unavailable"),
    Overloaded => proxy(503, "overloaded", "The gateway is overloaded", "connection_limit_reached"),
    UpstreamConnectTimeout =>
        proxy(504, "upstream-connect-timeout", "The backend did not take the connection in time", "connection_timeout"),
    UpstreamTimeout =>
        proxy(504, "upstream-timeout", "The backend did not begin to answer in time", "http_response_timeout"),
    CallTimeout => proxy(504, "call-timeout", "The call took longer than it may", "http_response_timeout"),
    VersionNotSupported => proxy(505, "version-not-supported", "That version of HTTP is not supported", "http_request_error"),
}

impl RejectKind {
    /// Whether the bytes that follow on the connection can no longer be trusted.
    #[must_use]
    const fn closes(self) -> bool {
        matches!(
            self,
            Self::BadRequest
                | Self::RequestTimeout
                | Self::BodyTooLarge
                | Self::UriTooLong
                | Self::ExpectationFailed
                | Self::HeadersTooLarge
                | Self::CodingNotImplemented
                | Self::VersionNotSupported
        )
    }
}

/// One refusal: its kind, and what this occurrence adds.
#[derive(Clone, Debug)]
pub struct Reject {
    pub kind: RejectKind,
    /// A sentence for the caller. Never an upstream's address, a stack or a library's words.
    pub detail: Cow<'static, str>,
    /// Whole seconds, at least 1.
    pub retry_after_s: Option<u64>,
    /// A more exact `Proxy-Status` error than the kind's.
    pub proxy_error: Option<&'static str>,
    /// `Allow` or `Link`.
    pub header: Option<Box<(HeaderName, HeaderValue)>>,
    /// Whether the connection ends after it.
    pub closes: bool,
}

impl Reject {
    #[must_use]
    pub fn new(kind: RejectKind, detail: impl Into<Cow<'static, str>>) -> Self {
        let (detail, closes) = (detail.into(), kind.closes());
        Self { kind, detail, retry_after_s: None, proxy_error: None, header: None, closes }
    }

    #[must_use]
    pub fn bad_request(detail: &'static str) -> Self {
        Self::new(RejectKind::BadRequest, detail)
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds.max(1));
        self
    }

    #[must_use]
    pub fn proxy_error(mut self, error: &'static str) -> Self {
        self.proxy_error = Some(error);
        self
    }

    /// Ends the connection although the kind as such does not ask for it.
    #[must_use]
    pub fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_an_error_status() {
        let mut names = HashSet::new();
        for kind in RejectKind::ALL {
            let Rule { status, name, title, proxy_error } = kind.rule();
            assert!(names.insert(name), "{name} twice");
            assert!((400..600).contains(&status) && !title.is_empty(), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
            assert_eq!(proxy_error.is_some(), status >= 500, "{name}");
        }
    }
}
