//! One subscription as the pipeline needs it: its state, and the limits that its calls draw on.

use super::id::{InlineId, SharedName};
use super::lookup::{Pair, Spread};
use super::shards::Keyed;
use crate::limits::rate::RateRule;
use crate::limits::rules::{Cells, Exceeded, Found, Moment, Rules};
use crate::limits::spend::SpendRule;
use domain::budgets::Unit;
use domain::plans::{Limits, Period};
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
    /// Of the application; absent in what an earlier release kept.
    pub team: Option<SharedName>,
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

    /// See [`Rules::recall`].
    pub fn recall(&self, then_ns: u64, calls: u64, now_ns: u64) {
        self.allowance.rules.recall(&self.cells, then_ns, calls, now_ns);
    }

    /// In how many seconds the rate comes back, if what was taken from it outlives a restart.
    #[must_use]
    pub fn lasting_seconds(&self) -> Option<u32> {
        self.allowance.rules.lasting_rate().map(RateRule::seconds)
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
    /// Of tokens and of money.
    pub spend: Box<[SpendRule]>,
    /// Which models may be asked for: see [`Limits::allows`].
    pub limits: Limits,
    /// `"rate";q=10;w=1, "quota";q=1000;w=86400`: says all that the rules do. Empty when there are none.
    pub policy: Box<str>,
}

impl Allowance {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let rules = Rules::new(limits.rate, limits.quota);
        let rate = rules.rate.map(|rate| format!("\"rate\"{}", rate.policy()));
        let quota = rules.quota.map(|quota| format!("\"quota\"{}", quota.policy()));
        let tokens = limits.tokens.map(|tokens| (Unit::Tokens, tokens.tokens, tokens.period));
        let cost = limits.cost.map(|cost| (Unit::Nano, cost.nano, cost.period));
        let spend = tokens.into_iter().chain(cost);
        let spend: Box<[SpendRule]> =
            spend.map(|(unit, most, period)| SpendRule { unit, most, period }).collect();
        let spends = spend.iter().map(spend_policy);
        let policies: Vec<String> = rate.into_iter().chain(quota).chain(spends).collect();
        Self { rules, limits: limits.clone(), policy: policies.join(", ").into(), spend }
    }

    /// All that it says: allowances of one key are the same.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", self.policy, self.limits.models.join(" "))
    }
}

/// By which name what is left of it is told.
#[must_use]
pub fn spend_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Tokens => "tokens",
        Unit::Nano => "cost",
    }
}

/// `"tokens";q=1000;qu="tokens";w=86400`; a month is told as 30 days, its true end is in `t`.
fn spend_policy(rule: &SpendRule) -> String {
    let window = match rule.period {
        Period::Day => 86_400,
        Period::Month => 30 * 86_400,
    };
    let unit = match rule.unit {
        Unit::Tokens => "tokens",
        Unit::Nano => "nano-usd",
    };
    format!("\"{}\";q={};qu=\"{unit}\";w={window}", spend_name(rule.unit), rule.most)
}
