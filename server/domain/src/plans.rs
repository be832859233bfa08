//! Plans: how an api may be used.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, PlanId};
use crate::wire_enum::wire_enum;
use chrono::{Datelike as _, Days, Months, NaiveTime};
use serde::{Deserialize, Serialize};

wire_enum! {
    /// How a subscription to the plan becomes active.
    Approval {
        Automatic = "automatic",
        Manual = "manual",
    }
}

wire_enum! {
    /// A calendar period in UTC.
    Period {
        Day = "day",
        Month = "month",
    }
}

impl Period {
    /// When the period began that a time is in.
    #[must_use]
    pub fn start(self, at: Time) -> Time {
        let day = at.date_naive();
        let first = match self {
            Self::Day => day,
            Self::Month => day.with_day(1).unwrap_or(day),
        };
        first.and_time(NaiveTime::MIN).and_utc()
    }

    /// When the next period begins.
    #[must_use]
    pub fn end(self, at: Time) -> Time {
        let start = self.start(at);
        let next = match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Month => start.checked_add_months(Months::new(1)),
        };
        next.unwrap_or(start)
    }
}

/// At most `requests` in any `seconds`, with that many as a burst (GCRA).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub requests: u32,
    pub seconds: u32,
}

/// At most `requests` in a calendar period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quota {
    pub requests: u64,
    pub period: Period,
}

/// At most `tokens` of a model in a calendar period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenBudget {
    pub tokens: u64,
    pub period: Period,
}

/// At most `nano` billionths of a US dollar in a calendar period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CostBudget {
    pub nano: u64,
    pub period: Period,
}

/// Names and patterns of models in one plan.
pub const MOST_MODELS: usize = 100;
/// Characters of one of them.
const LONGEST_MODEL: usize = 120;
/// In a calendar period.
pub const MOST_TOKENS: u64 = 1_000_000_000_000;
/// A million dollars in a calendar period, in billionths of one.
pub const MOST_NANO: u64 = 1_000_000_000_000_000;

/// What each subscription to a plan may use; an absent limit does not limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<Quota>,
    /// For apis that answer with a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokenBudget>,
    /// For apis that answer with a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostBudget>,
    /// For apis that answer with a model: the names that may be asked for, or patterns of names (`gpt-*`). Empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
}

impl Limits {
    /// Whether the plan lets its subscribers ask for the model.
    #[must_use]
    pub fn allows(&self, model: &str) -> bool {
        self.models.is_empty() || self.models.iter().any(|pattern| matches(pattern, model))
    }

    /// Says of limits that only apis with models have that there are none here.
    pub fn check_unmetered(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let metered = "applies to apis that answer with a model";
        check.require(self.tokens.is_none(), "limits.tokens", metered);
        check.require(self.cost.is_none(), "limits.cost", metered);
        check.require(self.models.is_empty(), "limits.models", metered);
        check.finish()
    }

    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        if let Some(rate) = self.rate {
            check.require((1..=1_000_000).contains(&rate.requests), "rate.requests", "expected 1 to 1000000");
            check.require((1..=86_400).contains(&rate.seconds), "rate.seconds", "expected 1 to 86400");
        }
        if let Some(quota) = self.quota {
            let most = 1_000_000_000_000;
            check.require(
                (1..=most).contains(&quota.requests),
                "quota.requests",
                "expected 1 to 1000000000000",
            );
        }
        if let Some(tokens) = self.tokens {
            let fits = (1..=MOST_TOKENS).contains(&tokens.tokens);
            check.require(fits, "tokens.tokens", "expected 1 to 1000000000000 tokens");
        }
        if let Some(cost) = self.cost {
            let fits = (1..=MOST_NANO).contains(&cost.nano);
            check.require(fits, "cost.nano", "expected 1 to 1000000000000000 billionths of a dollar");
        }
        self.check_models(&mut check);
        check.done(|| Some(self))
    }

    fn check_models(&self, check: &mut Check) {
        check.require(self.models.len() <= MOST_MODELS, "models", "expected at most 100 models");
        for (at, pattern) in self.models.iter().take(MOST_MODELS).enumerate() {
            let fits = !pattern.is_empty()
                && pattern.len() <= LONGEST_MODEL
                && pattern.bytes().all(|byte| byte.is_ascii_graphic());
            let expected = "expected 1 to 120 visible ASCII characters: a name, or a pattern such as gpt-*";
            check.require(fits, &format!("models[{at}]"), expected);
        }
    }
}

/// Whether a name is what a pattern says, in which `*` stands for any characters, also none.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return name.ends_with(piece);
        }
        let Some(at) = name.find(piece) else { return false };
        name = name.get(at + piece.len()..).unwrap_or_default();
    }
    true
}

/// How an api may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    pub id: PlanId,
    pub api: ApiId,
    pub name: String,
    pub description: String,
    pub approval: Approval,
    pub limits: Limits,
    /// What a subscriber agrees to; empty: nothing.
    pub terms: String,
    /// A closed plan takes no new subscriptions; those it has go on.
    pub closed: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreatePlan {
    pub name: String,
    pub description: String,
    /// Empty: `manual`.
    pub approval: String,
    pub limits: Limits,
    pub terms: String,
}

/// Checked form of [`CreatePlan`].
#[derive(Clone, Debug)]
pub struct NewPlan {
    pub name: String,
    pub description: String,
    pub approval: Approval,
    pub limits: Limits,
    pub terms: String,
}

impl CreatePlan {
    pub fn check(self) -> Result<NewPlan, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 60);
        let description = check.text("description", &self.description, 1_000);
        let approval = if self.approval.is_empty() {
            Some(Approval::Manual)
        } else {
            check.parse("approval", &self.approval)
        };
        let limits = check.part("limits", self.limits.check());
        let terms = check.text("terms", &self.terms, 20_000);
        check.done(|| Some(NewPlan { name, description, approval: approval?, limits: limits?, terms }))
    }
}

/// Changes a plan; an absent field stays as it is. `limits` is replaced as a whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdatePlan {
    pub name: Option<String>,
    pub description: Option<String>,
    pub approval: Option<Approval>,
    pub limits: Option<Limits>,
    pub terms: Option<String>,
    pub closed: Option<bool>,
}

impl UpdatePlan {
    pub fn apply(self, plan: &Plan) -> Result<Plan, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", self.name.as_deref().unwrap_or(&plan.name), 1, 60);
        let description =
            check.text("description", self.description.as_deref().unwrap_or(&plan.description), 1_000);
        let limits = check.part("limits", self.limits.unwrap_or_else(|| plan.limits.clone()).check());
        let terms = check.text("terms", self.terms.as_deref().unwrap_or(&plan.terms), 20_000);
        check.done(|| {
            Some(Plan {
                name,
                description,
                limits: limits?,
                terms,
                approval: self.approval.unwrap_or(plan.approval),
                closed: self.closed.unwrap_or(plan.closed),
                ..plan.clone()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        for (pattern, name, expected) in [
            ("gpt-4o", "gpt-4o", true),
            ("gpt-4o", "gpt-4o-mini", false),
            ("gpt-*", "gpt-4o", true),
            ("gpt-*", "my-gpt-4o", false),
            ("*-mini", "gpt-4o-mini", true),
            ("*-mini", "gpt-4o-mini-2", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        let limits = Limits { models: vec!["small".into(), "gpt-*".into()], ..Limits::default() };
        assert!(limits.allows("small") && limits.allows("gpt-5") && !limits.allows("large"));
        assert!(Limits::default().allows("anything"));
    }

    #[test]
    fn bad_limits_are_named() {
        let bad = Limits {
            tokens: Some(TokenBudget { tokens: 0, period: Period::Day }),
            cost: Some(CostBudget { nano: u64::MAX, period: Period::Month }),
            models: vec!["ok".into(), "two words".into(), String::new()],
            ..Limits::default()
        };
        let fields: Vec<String> =
            bad.clone().check().unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["tokens.tokens", "cost.nano", "models[1]", "models[2]"]);
        let unmetered = bad.check_unmetered().unwrap_err();
        assert_eq!(unmetered.0.len(), 3);
        assert!(Limits::default().check_unmetered().is_ok());
    }
}
