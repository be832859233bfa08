//! One subscription as the pipeline needs it: its state, and the limits that its calls draw on.

use super::id::{InlineId, SharedName};
use super::lookup::{Pair, Spread};
use super::shards::Keyed;
use crate::limits::rules::{Cells, Exceeded, Found, Moment, Rules};
use domain::plans::Limits;
use domain::subscriptions::SubscriptionState;
use std::hash::BuildHasher;
use std::sync::Arc;

/// What every call reads stands first, near what it is found by.
#[derive(Debug)]
#[repr(C)]
pub struct Subscription {
    /// Its application and api, by which it is found.
    pub pair: Pair,
    pub state: SubscriptionState,
    /// Unix milliseconds.
    pub expires_ms: Option<u64>,
    pub allowance: Arc<Allowance>,
    /// Also kept while no limit uses them, so that a limit taken away and put back remembers.
    pub cells: Arc<Cells>,
    pub id: InlineId,
    pub plan: SharedName,
}

impl Keyed for Subscription {
    type Key = Pair;

    fn key(&self) -> &Pair {
        &self.pair
    }

    fn hash(pair: &Pair) -> u64 {
        Spread.hash_one(pair)
    }
}

impl Subscription {
    /// `RateLimit-Policy`; absent when nothing limits.
    #[must_use]
    pub fn policy(&self) -> Option<&str> {
        Some(&*self.allowance.policy).filter(|policy| !policy.is_empty())
    }

    /// Takes one call from the plan's limits, and counts it for a quota that the plan may get.
    pub fn take(&self, at: Moment, found: &mut Found) -> Result<(), Exceeded> {
        let rules = &self.allowance.rules;
        rules.take(&self.cells, at, found)?;
        if rules.quota.is_none() {
            self.cells.quota.count(at.unix_ms, 1, 1);
        }
        Ok(())
    }

    /// Puts back what [`Subscription::take`] took.
    pub fn give_back(&self, at: Moment, found: &mut Found) {
        let rules = &self.allowance.rules;
        rules.give_back(&self.cells, at, found);
        if rules.quota.is_none() {
            self.cells.quota.give_back(at.unix_ms);
        }
    }
}

/// What a plan allows; one for all subscriptions that may do the same, as plans are few.
#[derive(Debug)]
pub struct Allowance {
    rules: Rules,
    /// `"rate";q=10;w=1, "quota";q=1000;w=86400`: says all that the rules do. Empty when there are none.
    pub policy: Box<str>,
}

impl Allowance {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let rules = Rules::new(limits.rate, limits.quota);
        let rate = rules.rate.map(|rate| format!("\"rate\"{}", rate.policy()));
        let quota = rules.quota.map(|quota| format!("\"quota\"{}", quota.policy()));
        let policies: Vec<String> = rate.into_iter().chain(quota).collect();
        Self { rules, policy: policies.join(", ").into() }
    }
}
