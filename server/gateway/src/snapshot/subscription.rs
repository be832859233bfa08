//! One subscription as the pipeline needs it: its state, and the limits that its calls draw on.

use crate::limits::quota::{QuotaCell, QuotaLimit};
use crate::limits::rate::{RateCell, RateLimit};
use domain::gateway_config::GatewaySubscription;
use domain::ids::{PlanId, SubscriptionId};
use domain::subscriptions::SubscriptionState;
use http::HeaderValue;
use std::sync::Arc;

#[derive(Debug)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub plan: PlanId,
    pub state: SubscriptionState,
    /// Unix milliseconds.
    pub expires_ms: Option<u64>,
    pub rate: Option<RateLimit>,
    pub quota: Option<QuotaLimit>,
    /// `RateLimit-Policy`; absent when nothing limits.
    pub policy: Option<HeaderValue>,
    /// Also kept while no limit uses them, so that a limit taken away and put back remembers.
    pub cells: Cells,
}

/// What has been used so far; lives on through snapshots.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    pub rate: Arc<RateCell>,
    pub quota: Arc<QuotaCell>,
}

impl Subscription {
    #[must_use]
    pub fn new(config: &GatewaySubscription, cells: Cells) -> Self {
        let rate = config.limits.rate.map(|rate| RateLimit::new(rate, Arc::clone(&cells.rate)));
        let quota = config.limits.quota.map(|quota| QuotaLimit::new(quota, Arc::clone(&cells.quota)));
        let policies: Vec<String> =
            rate.iter().map(RateLimit::policy).chain(quota.iter().map(QuotaLimit::policy)).collect();
        Self {
            id: config.id.clone(),
            plan: config.plan.clone(),
            state: config.state,
            expires_ms: config.expires_at.map(super::version::unix_ms),
            rate,
            quota,
            policy: if policies.is_empty() { None } else { HeaderValue::try_from(policies.join(", ")).ok() },
            cells,
        }
    }
}
