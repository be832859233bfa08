//! Usage: calls rolled up by minute, hour and day, and the questions that can be asked of it.

pub mod latency;
pub mod quota_scope;
pub mod recent;

use crate::Time;
use crate::calls::Call;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, ApplicationId, TeamId};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// The width of a roll-up.
    Grain {
        Minute = "minute",
        Hour = "hour",
        Day = "day",
    }
}

impl Grain {
    #[must_use]
    pub const fn millis(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    /// The start of the bucket that the time lies in, in unix milliseconds.
    #[must_use]
    pub const fn start(self, unix_ms: i64) -> i64 {
        unix_ms - unix_ms.rem_euclid(self.millis())
    }

    /// The widest grain of which the span has at least about fifty buckets.
    #[must_use]
    pub const fn for_span(millis: i64) -> Self {
        if millis <= 6 * 3_600_000 {
            Self::Minute
        } else if millis <= 8 * 86_400_000 {
            Self::Hour
        } else {
            Self::Day
        }
    }
}

/// The calls of an application to an api that were sent on, in the day and in the month (UTC) of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub application: ApplicationId,
    pub api: ApiId,
    pub at: Time,
    pub in_day: u64,
    pub in_month: u64,
}

impl Sent {
    /// One call; `None` if it was not sent on, or nobody knows for whom.
    #[must_use]
    pub fn one(call: &Call) -> Option<Self> {
        let (application, api) = (call.application.clone()?, call.api.clone()?);
        call.ending().was_sent().then_some(Self { application, api, at: call.at, in_day: 1, in_month: 1 })
    }
}

wire_enum! {
    /// By what usage is told apart.
    Dimension {
        Api = "api",
        Version = "version",
        Route = "route",
        Application = "application",
        /// The class: `2xx`, `4xx`, …
        Status = "status",
        /// The model that the vendor was asked for.
        Model = "model",
        /// The id of the provider that was asked for a model.
        Provider = "provider",
    }
}

wire_enum! {
    Measure {
        Calls = "calls",
        /// Calls answered with a status of 500 or more, whoever made the answer, or with one that broke off.
        Errors = "errors",
        /// Calls that the gateway turned down with 400 to 499 before the backend was asked.
        Refused = "refused",
        /// Percentiles of the duration, in microseconds.
        P50 = "p50",
        P95 = "p95",
        P99 = "p99",
        /// Bytes of request and response bodies.
        Bytes = "bytes",
        /// Tokens that models read and wrote, together.
        Tokens = "tokens",
        /// What models cost, in billionths of a US dollar, as far as prices are known.
        Cost = "cost",
    }
}

/// A question about usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageQuery {
    pub group_by: Vec<Dimension>,
    pub since: Time,
    pub until: Time,
    pub step: Grain,
    #[serde(default)]
    pub api: Option<ApiId>,
    #[serde(default)]
    pub application: Option<ApplicationId>,
    #[serde(default)]
    pub route: String,
    /// Only calls to models: then the largest series are those that cost most.
    #[serde(default)]
    pub models_only: bool,
    /// Restricts to these apis and applications: what the caller may see. Set in `control`.
    #[serde(default)]
    pub visible: Visible,
}

/// Whose usage a question may touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visible {
    #[default]
    Nothing,
    /// Calls to apis of these teams, and calls by applications of these teams.
    Teams(Vec<TeamId>),
    Everything,
}

pub const MAX_POINTS: i64 = 1_500;

impl Dimension {
    /// Whether it is of calls to models alone.
    #[must_use]
    pub const fn is_of_models(self) -> bool {
        matches!(self, Self::Model | Self::Provider)
    }
}

impl Measure {
    /// Whether it is of calls to models alone.
    #[must_use]
    pub const fn is_of_models(self) -> bool {
        matches!(self, Self::Tokens | Self::Cost)
    }

    /// Whether it is known of calls that are told apart by model or provider.
    #[must_use]
    pub const fn is_told_by_model(self) -> bool {
        matches!(self, Self::Calls | Self::Errors) || self.is_of_models()
    }
}

impl UsageQuery {
    /// Whether only calls to models answer it: then neither refusals nor durations nor bytes are known.
    #[must_use]
    pub fn is_of_models(&self) -> bool {
        self.models_only || self.group_by.iter().any(|dimension| dimension.is_of_models())
    }

    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        check.require(self.since < self.until, "since", "expected a time before until");
        let points = (self.until - self.since).num_milliseconds() / self.step.millis();
        if points > MAX_POINTS {
            check.error(
                "step",
                format!("expected a step that gives at most {MAX_POINTS} points, got {points}"),
            );
        }
        check.require(self.group_by.len() <= 3, "group_by", "expected at most 3 dimensions");
        check.done(|| Some(self))
    }
}

/// The figures of one group in one bucket, or of a whole span.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figures {
    pub calls: i64,
    pub errors: i64,
    pub refused: i64,
    pub request_bytes: i64,
    pub response_bytes: i64,
    /// Percentiles of the duration in microseconds; absent without calls.
    #[serde(default)]
    pub p50: Option<i64>,
    #[serde(default)]
    pub p95: Option<i64>,
    #[serde(default)]
    pub p99: Option<i64>,
    #[serde(flatten, default)]
    pub ai: AiFigures,
}

/// What models read, wrote and cost; nothing but zeros where none was asked. Tokens are totals with their parts, as
/// they are of single calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AiFigures {
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// Of the input tokens.
    pub cache_read_tokens: i64,
    pub cache_write_tokens: i64,
    /// Of the output tokens.
    pub reasoning_tokens: i64,
    /// In billionths of a US dollar, as far as prices are known.
    pub cost_nano: i64,
    /// Calls whose cost is not known.
    pub unpriced: i64,
    /// Calls whose tokens the gateway counted, because the vendor did not say.
    pub estimated: i64,
}

impl AiFigures {
    /// Tokens that were read and written.
    #[must_use]
    pub fn tokens(&self) -> i64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    /// The start of the bucket.
    pub at: Time,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The points of one group, oldest first, without those where nothing happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Series {
    /// Dimension and value, in the order asked for.
    pub group: Vec<(Dimension, String)>,
    /// The group for people: names instead of ids.
    pub label: String,
    pub points: Vec<Point>,
    pub totals: Figures,
}

/// The answer to a [`UsageQuery`]: at most 50 series, those with most calls first, or those that cost most where only
/// calls to models are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Usage {
    pub series: Vec<Series>,
    pub totals: Figures,
}
