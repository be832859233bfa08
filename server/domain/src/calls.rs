//! Calls: one request through the gateway each, as recorded.

mod ai_use;
mod ending;
#[cfg(feature = "records")]
pub mod record;
#[cfg(test)]
mod tests;

pub use ai_use::{
    AiUse, Attempt, LONGEST_DROPPED, LONGEST_FAILURE, LONGEST_FINISH, LONGEST_MODEL, LONGEST_PRICE,
    LONGEST_PROVIDER, LONGEST_TRIED_MODEL, LONGEST_VENDOR, MOST_NANO, MOST_TOKENS, MOST_TRIED,
};
pub use ending::Ending;

use crate::Time;
use crate::ids::{ApiId, ApplicationId, CredentialId, PlanId, SubscriptionId};
use serde::{Deserialize, Serialize};

/// How far the time in a call's id may be from its `at`: a proxy in front may have made it, with a clock of its own.
pub const ID_SKEW: chrono::Duration = chrono::Duration::minutes(1);

/// The least id (UUIDv7) that a call of that time could have, as far as the time goes: `0199a4b2-c3d4`. Ids compare
/// byte by byte.
#[must_use]
pub fn least_id(at: Time) -> String {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    format!("{:08x}-{:04x}", millis >> 16, millis & 0xffff)
}

/// One request through the gateway. Where something was not known when the call ended (an unknown address has no
/// api), the field is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Call {
    /// The request id (UUIDv7) that every answer carries in `X-Request-Id`; its time is within [`ID_SKEW`] of `at`.
    pub id: String,
    /// When the head of the request had been read.
    pub at: Time,
    #[serde(default)]
    pub api: Option<ApiId>,
    /// The version's name: `v1`.
    #[serde(default)]
    pub version: Option<String>,
    /// The route's label: `GET /pets/{id}`.
    #[serde(default)]
    pub route: Option<String>,
    #[serde(default)]
    pub application: Option<ApplicationId>,
    #[serde(default)]
    pub credential: Option<CredentialId>,
    #[serde(default)]
    pub subscription: Option<SubscriptionId>,
    #[serde(default)]
    pub plan: Option<PlanId>,
    pub method: String,
    /// The path without its query, at most 1,024 bytes.
    pub path: String,
    /// The status that the caller was sent; 499 when the caller left before there was one.
    pub status: u16,
    /// `ok`, the short name of the refusal (`rate-limited`), `client-gone`, or why the answer broke off
    /// (`upstream-broken`, `upstream-timeout`, `call-timeout`).
    pub outcome: String,
    pub duration_us: i64,
    /// From sending the call on to the last byte of the backend's answer; absent when it was not sent on.
    #[serde(default)]
    pub upstream_us: Option<i64>,
    /// Bytes of bodies, without heads.
    pub request_bytes: i64,
    pub response_bytes: i64,
    pub client_address: String,
    pub user_agent: String,
    /// How often the call was sent to a backend.
    pub attempts: u16,
    /// What a model did; absent where none was asked. In JSON its fields stand among those of the call.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiUse>,
}

impl Call {
    #[must_use]
    pub fn ending(&self) -> Ending<'_> {
        Ending { status: self.status, outcome: &self.outcome, attempts: self.attempts }
    }
}

/// Which calls a list shows; empty fields do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallFilter {
    pub api: Option<ApiId>,
    pub application: Option<ApplicationId>,
    pub route: String,
    pub status: Option<StatusFilter>,
    pub outcome: String,
    /// A part of the path.
    pub path: String,
    /// The beginning of a request id.
    pub id: String,
    pub client_address: String,
    /// Only calls that took at least so long.
    pub slower_than_ms: Option<u32>,
    /// The model that the vendor was asked for.
    pub model: String,
    /// The id of the provider that was asked.
    pub provider: String,
    pub since: Option<Time>,
    pub until: Option<Time>,
}

/// `404`, or a class: `4xx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum StatusFilter {
    Exact(u16),
    /// 1 to 5.
    Class(u16),
}

impl StatusFilter {
    /// The lowest and highest status it takes.
    #[must_use]
    pub const fn range(self) -> (u16, u16) {
        match self {
            Self::Exact(status) => (status, status),
            Self::Class(class) => (class * 100, class * 100 + 99),
        }
    }
}

impl std::str::FromStr for StatusFilter {
    type Err = crate::text::TextError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = || crate::text::TextError(format!("expected a status like 404 or 4xx, got {text:?}"));
        if let Some(class) = text.strip_suffix("xx") {
            return class.parse().ok().filter(|n| (1..=5).contains(n)).map(Self::Class).ok_or_else(expected);
        }
        text.parse().ok().filter(|n| (100..=599).contains(n)).map(Self::Exact).ok_or_else(expected)
    }
}

impl TryFrom<String> for StatusFilter {
    type Error = crate::text::TextError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<StatusFilter> for String {
    fn from(filter: StatusFilter) -> Self {
        match filter {
            StatusFilter::Exact(status) => status.to_string(),
            StatusFilter::Class(class) => format!("{class}xx"),
        }
    }
}
