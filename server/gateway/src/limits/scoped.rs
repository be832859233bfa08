//! Limits that a version's owner sets for all callers: together, or for each route, application or client address.

use super::Left;
use super::keyed::KeyedCells;
use super::quota::QuotaRule;
use super::rate::RateRule;
use super::rules::{Cells, Exceeded, Found, Moment, Rules};
use crate::reject::Reject;
use domain::plans::Quota;
use domain::policies::limits::{self, By};
use std::net::IpAddr;
use std::sync::Arc;

/// One of them, ready to be drawn on.
#[derive(Debug)]
pub struct ScopedLimit {
    pub name: Box<str>,
    pub by: By,
    rules: Rules,
    counts: Counts,
    /// By the numbers that the router answers with; `None`: for every route.
    routes: Option<Box<[bool]>>,
    /// `"name-rate";q=10;w=1, "name-quota";q=1000;w=86400`
    pub policy: Box<str>,
}

/// What the limit draws on; lives on through snapshots.
#[derive(Debug)]
pub enum Counts {
    One(Arc<Cells>),
    /// By the numbers that the router answers with.
    Routes(Box<[Arc<Cells>]>),
    Keyed(Arc<KeyedCells>),
}

/// Whose call it is.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub route: u32,
    /// The application's number.
    pub application: u32,
    pub address: IpAddr,
}

impl ScopedLimit {
    /// `labels` are those of the version's routes.
    #[must_use]
    pub fn new(limit: &limits::ScopedLimit, counts: Counts, labels: &[Box<str>]) -> Self {
        let rules = Rules::new(limit.rate, limit.quota);
        let rate = rules.rate.map(|rate| format!("\"{}-rate\"{}", limit.name, rate.policy()));
        let quota = rules.quota.map(|quota| format!("\"{}-quota\"{}", limit.name, quota.policy()));
        let policy: Vec<String> = rate.into_iter().chain(quota).collect();
        let is_for = |label: &str| limit.routes.iter().any(|name| name == label);
        Self {
            name: limit.name.as_str().into(),
            by: limit.by,
            rules,
            counts,
            routes: (!limit.routes.is_empty()).then(|| labels.iter().map(|label| is_for(label)).collect()),
            policy: policy.join(", ").into(),
        }
    }

    /// Whether calls to the route draw on it.
    #[must_use]
    pub fn is_for(&self, route: u32) -> bool {
        let known = |routes: &[bool]| at(routes, route).copied().unwrap_or(false);
        self.routes.as_deref().is_none_or(known)
    }

    /// What was found of it, by the names that the policy has.
    pub fn told(&self, found: &Found, mut tell: impl FnMut(&str, &str, Left)) {
        for (kind, left) in [("-rate", found.rate), ("-quota", found.quota)] {
            if let Some(left) = left {
                tell(&self.name, kind, left);
            }
        }
    }

    #[must_use]
    pub fn quota(&self) -> Option<Quota> {
        self.rules.quota.map(QuotaRule::quota)
    }

    /// Counts calls of earlier processes.
    pub fn count(&self, caller: &Caller, unix_ms: u64, (in_day, in_month): (u64, u64)) {
        let count = |cells: &Cells| cells.quota.count(unix_ms, in_day, in_month);
        match &self.counts {
            Counts::One(cells) => count(cells),
            Counts::Routes(cells) => at(cells, caller.route).into_iter().for_each(|cells| count(cells)),
            Counts::Keyed(cells) => {
                // who has used most of the rate stays: that needs no time
                let _counted =
                    cells.draw(self.key(caller), &self.rules, Moment { now_ns: 0, unix_ms }, count);
            }
        }
    }

    /// See [`Rules::recall`].
    pub fn recall(&self, caller: &Caller, then_ns: u64, calls: u64, moment: Moment) {
        let recall = |cells: &Cells| self.rules.recall(cells, then_ns, calls, moment.now_ns);
        match &self.counts {
            Counts::One(cells) => recall(cells),
            Counts::Routes(cells) => at(cells, caller.route).into_iter().for_each(|cells| recall(cells)),
            Counts::Keyed(cells) => {
                let _recalled = cells.draw(self.key(caller), &self.rules, moment, recall);
            }
        }
    }

    /// In how many seconds the rate comes back, if what was taken from it outlives a restart.
    #[must_use]
    pub fn lasting_seconds(&self) -> Option<u32> {
        self.rules.lasting_rate().map(RateRule::seconds)
    }

    fn take(&self, caller: &Caller, moment: Moment, found: &mut Found) -> Result<(), Exceeded> {
        let mut take = |cells: &Cells| self.rules.take(cells, moment, found);
        let taken = match &self.counts {
            Counts::One(cells) => Some(take(cells)),
            Counts::Routes(cells) => at(cells, caller.route).map(|cells| take(cells)),
            Counts::Keyed(cells) => cells.draw(self.key(caller), &self.rules, moment, take),
        };
        taken.unwrap_or(Ok(()))
    }

    fn give_back(&self, caller: &Caller, moment: Moment, found: &mut Found) {
        let give_back = |cells: &Cells| self.rules.give_back(cells, moment, found);
        // what was forgotten meanwhile is all there
        let _given = self.find(caller, give_back);
    }

    fn peek(&self, caller: &Caller, moment: Moment) -> Found {
        self.find(caller, |cells| self.rules.peek(cells, moment))
            .unwrap_or_else(|| self.rules.peek(&Cells::default(), moment))
    }

    fn find<T>(&self, caller: &Caller, work: impl FnOnce(&Cells) -> T) -> Option<T> {
        match &self.counts {
            Counts::One(cells) => Some(work(cells)),
            Counts::Routes(cells) => at(cells, caller.route).map(|cells| work(cells)),
            Counts::Keyed(cells) => cells.find(self.key(caller), work),
        }
    }

    fn key(&self, caller: &Caller) -> u128 {
        match self.by {
            By::Address => address_key(caller.address),
            By::Api | By::Route | By::Application => u128::from(caller.application),
        }
    }

    fn whose(&self) -> String {
        let who = match self.by {
            By::Api => "all callers together",
            By::Route => "all callers of a route together",
            By::Address => "each address",
            By::Application => "each application",
        };
        format!("the limit {} of the api allows {who}", self.name)
    }
}

/// Takes one call from every limit that applies. A refused call has taken nothing, and has found all of them.
pub fn take(
    limits: &[ScopedLimit],
    caller: &Caller,
    moment: Moment,
    found: &mut Vec<Found>,
) -> Result<(), Reject> {
    found.resize(limits.len(), Found::default());
    for (place, limit) in limits.iter().enumerate().filter(|(_, limit)| limit.is_for(caller.route)) {
        let Some(this) = found.get_mut(place) else { continue };
        if let Err(exceeded) = limit.take(caller, moment, this) {
            give_back(limits.iter().take(place), caller, moment, found);
            peek(limits, place + 1, caller, moment, found);
            return Err(exceeded.reject(&limit.whose()));
        }
    }
    Ok(())
}

/// Puts back what was taken from these limits, the first ones of those that [`take`] was given.
pub fn give_back<'a>(
    limits: impl Iterator<Item = &'a ScopedLimit>,
    caller: &Caller,
    moment: Moment,
    found: &mut [Found],
) {
    for (limit, found) in limits.zip(found).filter(|(limit, _)| limit.is_for(caller.route)) {
        limit.give_back(caller, moment, found);
    }
}

/// Looks at the limits from the `first` on, without taking.
pub fn peek(limits: &[ScopedLimit], first: usize, caller: &Caller, moment: Moment, found: &mut Vec<Found>) {
    found.resize(limits.len(), Found::default());
    let rest = limits.iter().zip(found).skip(first);
    for (limit, found) in rest.filter(|(limit, _)| limit.is_for(caller.route)) {
        *found = limit.peek(caller, moment);
    }
}

fn at<T>(list: &[T], place: u32) -> Option<&T> {
    list.get(usize::try_from(place).ok()?)
}

/// Whoever has one IPv6 address has all of its /64 network (RFC 6177); an IPv4 address in IPv6 form is what it is.
fn address_key(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_are_one() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }
}
