//! One subscription as the pipeline needs it: its state, and the limits that its calls draw on.

use crate::limits::rules::{Cells, Exceeded, Found, Moment, Rules};
use domain::gateway_config::GatewaySubscription;
use domain::ids::{PlanId, SubscriptionId};
use domain::subscriptions::SubscriptionState;
use http::HeaderValue;
use std::sync::Arc;

#[derive(Debug)]
pub struct Subscription {
    /// Stands for its application.
    pub application_number: u32,
    pub id: SubscriptionId,
    pub plan: PlanId,
    pub state: SubscriptionState,
    /// Unix milliseconds.
    pub expires_ms: Option<u64>,
    rules: Rules,
    /// `RateLimit-Policy`; absent when nothing limits.
    pub policy: Option<HeaderValue>,
    /// Also kept while no limit uses them, so that a limit taken away and put back remembers.
    cells: Arc<Cells>,
}

impl Subscription {
    #[must_use]
    pub fn new(config: &GatewaySubscription, application_number: u32, cells: Arc<Cells>) -> Self {
        let rules = Rules::new(config.limits.rate, config.limits.quota);
        let rate = rules.rate.map(|rate| format!("\"rate\"{}", rate.policy()));
        let quota = rules.quota.map(|quota| format!("\"quota\"{}", quota.policy()));
        let policies: Vec<String> = rate.into_iter().chain(quota).collect();
        Self {
            application_number,
            id: config.id.clone(),
            plan: config.plan.clone(),
            state: config.state,
            expires_ms: config.expires_at.map(super::version::unix_ms),
            rules,
            policy: if policies.is_empty() { None } else { HeaderValue::try_from(policies.join(", ")).ok() },
            cells,
        }
    }

    /// Takes one call from the plan's limits, and counts it for a quota that the plan may get.
    pub fn take(&self, at: Moment, found: &mut Found) -> Result<(), Exceeded> {
        self.rules.take(&self.cells, at, found)?;
        if self.rules.quota.is_none() {
            self.cells.quota.count(at.unix_ms, 1, 1);
        }
        Ok(())
    }

    /// Puts back what [`Subscription::take`] took.
    pub fn give_back(&self, at: Moment, found: &mut Found) {
        self.rules.give_back(&self.cells, at, found);
        if self.rules.quota.is_none() {
            self.cells.quota.give_back(at.unix_ms);
        }
    }
}
