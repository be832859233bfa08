//! Plans: how an api may be used.

use crate::check::{Check, Invalid};
use crate::ids::{ApiId, PlanId};
use crate::wire_enum::wire_enum;
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

/// What each subscription to a plan may use; an absent limit does not limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl Limits {
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
        let metered = "applies to apis that answer with a model";
        check.require(self.tokens.is_none(), "tokens", metered);
        check.require(self.cost.is_none(), "cost", metered);
        check.done(|| Some(self))
    }
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
        let limits = check.part("limits", self.limits.unwrap_or(plan.limits).check());
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
