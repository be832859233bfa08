//! Budgets: how much models may cost, or how many tokens they may use, in a calendar period. Beside the limits of plans,
//! and for what is larger than one subscription: an application, a team, an api, a provider.

use crate::Time;
use crate::calls::Call;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, ApplicationId, BudgetId, ProviderId, TeamId};
use crate::plans::{MOST_NANO, MOST_TOKENS, Period};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

wire_enum! {
    /// What a budget counts.
    Unit {
        /// Tokens read and written.
        Tokens = "tokens",
        /// Billionths of a US dollar.
        Nano = "nano",
    }
}

wire_enum! {
    /// What kind of thing a budget is set on.
    Scope {
        /// All calls of it.
        Application = "application",
        /// All calls of its applications.
        Team = "team",
        /// All calls to it.
        Api = "api",
        /// All calls to its models.
        Provider = "provider",
    }
}

/// What a budget is set on: on the wire its id alone, whose prefix says what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    Application(ApplicationId),
    Team(TeamId),
    Api(ApiId),
    Provider(ProviderId),
}

impl Subject {
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Self::Application(_) => Scope::Application,
            Self::Team(_) => Scope::Team,
            Self::Api(_) => Scope::Api,
            Self::Provider(_) => Scope::Provider,
        }
    }

    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Application(id) => id.as_str(),
            Self::Team(id) => id.as_str(),
            Self::Api(id) => id.as_str(),
            Self::Provider(id) => id.as_str(),
        }
    }
}

/// What was given is the id of nothing that has budgets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of an application (app_…), a team (team_…), an api (api_…) or a provider (prov_…)")]
pub struct SubjectError;

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        let application = || text.parse().ok().map(Self::Application);
        let team = || text.parse().ok().map(Self::Team);
        let api = || text.parse().ok().map(Self::Api);
        let provider = || text.parse().ok().map(Self::Provider);
        application().or_else(team).or_else(api).or_else(provider).ok_or(SubjectError)
    }
}

impl TryFrom<String> for Subject {
    type Error = SubjectError;

    fn try_from(text: String) -> Result<Self, SubjectError> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.id().to_owned()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

/// How much may be used in each calendar period (UTC).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Budget {
    pub id: BudgetId,
    /// The id of the application, team, api or provider.
    pub subject: Subject,
    /// What the subject is called.
    pub name: String,
    /// Who owns the subject; absent for a provider, which is the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    pub unit: Unit,
    /// Tokens, or billionths of a US dollar.
    pub amount: u64,
    pub period: Period,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What has become of a budget in the current period, in its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spending {
    pub spent: u64,
    /// Set aside for calls under way.
    pub reserved: u64,
}

/// Tokens, and billionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub tokens: u64,
    pub nano: u64,
}

impl Amount {
    #[must_use]
    pub fn of(self, unit: Unit) -> u64 {
        match unit {
            Unit::Tokens => self.tokens,
            Unit::Nano => self.nano,
        }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { tokens: self.tokens.saturating_add(other.tokens), nano: self.nano.saturating_add(other.nano) }
    }

    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self { tokens: self.tokens.saturating_sub(other.tokens), nano: self.nano.saturating_sub(other.nano) }
    }
}

/// What calls have used so far in the day and in the month of a time. What is not known of whose they were is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub application: String,
    /// Of the application; in a trial, which has none, of the api.
    pub team: Option<TeamId>,
    pub api: String,
    pub provider: String,
    pub at: Time,
    pub day: Amount,
    pub month: Amount,
}

impl Used {
    /// By one call; `None` for one that asked no model.
    #[must_use]
    pub fn one(call: &Call) -> Option<Self> {
        let ai = call.ai.as_ref()?;
        let count = |count: i64| u64::try_from(count).unwrap_or_default();
        let amount = Amount { tokens: count(ai.tokens()), nano: count(ai.cost_nano.unwrap_or_default()) };
        Some(Self {
            application: call.application.as_ref().map(ToString::to_string).unwrap_or_default(),
            team: None,
            api: call.api.as_ref().map(ToString::to_string).unwrap_or_default(),
            provider: ai.provider.clone(),
            at: call.at,
            day: amount,
            month: amount,
        })
    }
}

/// A budget with what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BudgetStanding {
    #[serde(flatten)]
    pub budget: Budget,
    #[serde(flatten)]
    pub spending: Spending,
    /// Neither spent nor set aside.
    pub left: u64,
    /// When the next period begins.
    pub resets_at: Time,
}

impl BudgetStanding {
    #[must_use]
    pub fn new(budget: Budget, spending: Spending, now: Time) -> Self {
        let used = spending.spent.saturating_add(spending.reserved);
        let (left, resets_at) = (budget.amount.saturating_sub(used), budget.period.end(now));
        Self { budget, spending, left, resets_at }
    }
}

/// Sets a budget.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateBudget {
    /// The id of an application, a team, an api or a provider.
    pub subject: String,
    /// `tokens`, or `nano` for billionths of a US dollar.
    pub unit: String,
    pub amount: u64,
    /// `day` or `month`.
    pub period: String,
}

/// Checked form of [`CreateBudget`].
#[derive(Clone, Debug)]
pub struct NewBudget {
    pub subject: Subject,
    pub unit: Unit,
    pub amount: u64,
    pub period: Period,
}

impl CreateBudget {
    pub fn check(self) -> Result<NewBudget, Invalid> {
        let mut check = Check::new();
        let subject = check.parse("subject", &self.subject);
        let unit = check.parse("unit", &self.unit);
        let period = check.parse("period", &self.period);
        check_amount(&mut check, unit, self.amount);
        check
            .done(|| Some(NewBudget { subject: subject?, unit: unit?, amount: self.amount, period: period? }))
    }
}

/// Changes how much a budget is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateBudget {
    pub amount: u64,
}

impl UpdateBudget {
    /// The amount, if the unit has so many.
    pub fn check(self, unit: Unit) -> Result<u64, Invalid> {
        let mut check = Check::new();
        check_amount(&mut check, Some(unit), self.amount);
        check.done(|| Some(self.amount))
    }
}

/// Billionths of a US dollar as people read them: `$12.50`, `$0.00042`. Nothing is rounded.
#[must_use]
pub fn dollars(nano: u64) -> String {
    let (whole, part) = (nano / 1_000_000_000, nano % 1_000_000_000);
    let part = format!("{part:09}");
    let digits = part.trim_end_matches('0').len().max(2);
    format!("${whole}.{}", part.get(..digits).unwrap_or_default())
}

fn check_amount(check: &mut Check, unit: Option<Unit>, amount: u64) {
    let most = match unit {
        Some(Unit::Tokens) => MOST_TOKENS,
        Some(Unit::Nano) | None => MOST_NANO,
    };
    if !(1..=most).contains(&amount) {
        check.error("amount", format!("expected 1 to {most}, got {amount}"));
    }
}

#[cfg(test)]
mod tests;
