//! Plans of an api.

use crate::api::budgets::amount;
use crate::api::typed::{number, optional_number};
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::plans;
use domain::budgets::Unit;
use domain::check::{Check, Invalid};
use domain::ids::{ApiId, PlanId};
use domain::plans::{CostBudget, CreatePlan, Limits, Quota, Rate, TokenBudget, UpdatePlan};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The fields of the form. An empty number does not limit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanFields {
    pub name: String,
    pub description: String,
    pub approval: String,
    pub rate_requests: String,
    pub rate_seconds: String,
    pub quota_requests: String,
    pub quota_period: String,
    pub tokens: String,
    pub tokens_period: String,
    /// In dollars.
    pub cost: String,
    pub cost_period: String,
    /// Names and patterns, apart by spaces or lines.
    pub models: String,
    pub terms: String,
}

impl PlanFields {
    fn limits(&self) -> Result<Limits, Invalid> {
        let rate = optional_number("limits.rate.requests", &self.rate_requests)?
            .map(|requests| {
                Ok(Rate { requests, seconds: number("limits.rate.seconds", &self.rate_seconds)? })
            })
            .transpose()?;
        let quota = optional_number("limits.quota.requests", &self.quota_requests)?
            .map(|requests| Ok(Quota { requests, period: word("limits.quota.period", &self.quota_period)? }))
            .transpose()?;
        let tokens = optional_number("limits.tokens.tokens", &self.tokens)?
            .map(|tokens| {
                Ok(TokenBudget { tokens, period: word("limits.tokens.period", &self.tokens_period)? })
            })
            .transpose()?;
        let cost = Some(self.cost.trim()).filter(|cost| !cost.is_empty());
        let cost = cost
            .map(|cost| {
                let nano = amount("limits.cost.nano", Unit::Nano, cost)?;
                Ok(CostBudget { nano, period: word("limits.cost.period", &self.cost_period)? })
            })
            .transpose()?;
        let models = self.models.split_whitespace().map(str::to_owned).collect();
        Ok(Limits { rate, quota, tokens, cost, models })
    }

    fn create(self) -> Result<CreatePlan, Invalid> {
        let limits = self.limits()?;
        let Self { name, description, approval, terms, .. } = self;
        Ok(CreatePlan { name, description, approval, limits, terms })
    }

    fn update(self) -> Result<UpdatePlan, Invalid> {
        Ok(UpdatePlan {
            limits: Some(self.limits()?),
            approval: Some(word("approval", &self.approval)?),
            name: Some(self.name),
            description: Some(self.description),
            terms: Some(self.terms),
            closed: None,
        })
    }
}

/// One of a few words.
fn word<T>(field: &str, text: &str) -> Result<T, Invalid>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let mut check = Check::new();
    let value = check.parse(field, text);
    check.done(|| value)
}

#[server(prefix = "/api", endpoint = "plans/create")]
pub async fn create(api: ApiId, #[server(flatten)] fields: PlanFields) -> Result<Done, AppError> {
    let plan = plans::create(&control(), &actor(), &api, fields.create()?).await?;
    Ok(Done::at(format!("/apis/{api}/plans")).saying(format!("the plan {} is there now", plan.name)))
}

/// Changes a plan; new limits hold at once.
#[server(prefix = "/api", endpoint = "plans/update")]
pub async fn update(
    api: ApiId,
    plan: PlanId,
    #[server(flatten)] fields: PlanFields,
) -> Result<Done, AppError> {
    let plan = plans::update(&control(), &actor(), &api, &plan, fields.update()?).await?;
    Ok(Done::at(format!("/apis/{api}/plans"))
        .saying(format!("the plan {} is changed; its limits hold at once", plan.name)))
}

/// Takes no new subscriptions, or takes them again.
#[server(prefix = "/api", endpoint = "plans/close")]
pub async fn close(api: ApiId, plan: PlanId, closed: bool) -> Result<Done, AppError> {
    let input = UpdatePlan { closed: Some(closed), ..UpdatePlan::default() };
    let plan = plans::update(&control(), &actor(), &api, &plan, input).await?;
    let now = if closed { "is closed; who is subscribed goes on" } else { "takes subscriptions again" };
    Ok(Done::here().saying(format!("the plan {} {now}", plan.name)))
}

/// Deletes a plan that nobody ever subscribed to.
#[server(prefix = "/api", endpoint = "plans/delete")]
pub async fn delete(api: ApiId, plan: PlanId) -> Result<Done, AppError> {
    plans::delete(&control(), &actor(), &api, &plan).await?;
    Ok(Done::at(format!("/apis/{api}/plans")).saying("the plan is deleted"))
}
