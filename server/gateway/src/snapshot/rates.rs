//! Calls that earlier processes let through, taken from the rates of this one: those of plans, and those of versions.

use super::compile::Interned;
use super::earlier::{caller, route};
use super::subscription::Subscription;
use super::version::Api;
use super::{Snapshot, SnapshotHandle};
use crate::limits::rules::Moment;
use crate::limits::scoped::{Caller, ScopedLimit};
use domain::policies::limits::By;
use domain::usage::recent::{Flow, RatedApi, Recent};
use std::collections::HashMap;
use std::sync::Arc;

/// What the calls of a flow are taken from.
#[derive(Default)]
struct Drawn {
    plan: Option<Arc<Subscription>>,
    /// Of the version, by their positions.
    scoped: Vec<(Arc<[ScopedLimit]>, usize, Caller)>,
}

impl SnapshotHandle {
    /// Whose calls there are to know of, for [`SnapshotHandle::recall`].
    #[must_use]
    pub fn rated_apis(&self) -> Vec<RatedApi> {
        let snapshot = self.current();
        let by_plans = longest_by_api(&snapshot);
        let rated = |api: &Arc<Api>| {
            let limits = || api.versions.iter().flat_map(|version| version.limits.iter());
            let of_plans = api.versions.first().and_then(|version| by_plans.get(&version.api_number));
            let of_versions = limits().filter_map(ScopedLimit::lasting_seconds);
            let longest_s = of_versions.chain(of_plans.copied()).max()?;
            let mut by_address = limits().filter(|limit| limit.by == By::Address);
            let by_address = by_address.any(|limit| limit.lasting_seconds().is_some());
            Some(RatedApi { id: api.id.to_string(), longest_s, by_address })
        };
        snapshot.apis.values().filter_map(rated).collect()
    }

    /// Takes calls, in the order of time, from all rates that would have been asked for them. In effect at once. `now`
    /// is the gateway's.
    pub fn recall(&self, recent: &Recent, now: Moment) {
        let (mut interned, snapshot) = (self.interned(), self.current());
        let apis: HashMap<&str, &Arc<Api>> =
            snapshot.apis.values().map(|api| (api.id.as_str(), api)).collect();
        let drawn: HashMap<u32, Drawn> = recent
            .flows()
            .filter_map(|(flow, number)| {
                let api = apis.get(flow.api.as_str())?;
                Some((number, drawn(flow, api, &snapshot, &mut interned)))
            })
            .collect();
        for sending in &recent.sent {
            let Some(Drawn { plan, scoped }) = drawn.get(&sending.flow) else { continue };
            // to the end of the millisecond: nobody is to call sooner than he could have
            let ago_ms = now.unix_ms.saturating_sub(sending.at_ms.saturating_add(1));
            let then_ns = now.now_ns.saturating_sub(ago_ms.saturating_mul(1_000_000));
            if let Some(plan) = plan {
                plan.recall(then_ns, sending.calls, now.now_ns);
            }
            for (limits, place, caller) in scoped {
                if let Some(limit) = limits.get(*place) {
                    limit.recall(caller, then_ns, sending.calls, now);
                }
            }
        }
    }
}

/// In how many seconds rates of plans come back, by the number of the api.
fn longest_by_api(snapshot: &Snapshot) -> HashMap<u32, u32> {
    let mut longest: HashMap<u32, u32> = HashMap::new();
    for subscription in snapshot.subscriptions.values() {
        if let Some(seconds) = subscription.lasting_seconds() {
            let known = longest.entry(subscription.pair.api()).or_default();
            *known = seconds.max(*known);
        }
    }
    longest
}

fn drawn(flow: &Flow, api: &Api, snapshot: &Snapshot, interned: &mut Interned) -> Drawn {
    let mut drawn = Drawn::default();
    if !flow.application.is_empty() {
        let pair = interned.pair(&flow.application, &flow.api);
        let subscription = snapshot.subscriptions.get(&pair);
        drawn.plan = subscription.filter(|found| found.lasting_seconds().is_some()).cloned();
    }
    let Some(version) = api.version(&flow.version) else { return drawn };
    let Some(number) = route(version, &flow.route) else { return drawn };
    for (place, limit) in version.limits.iter().enumerate() {
        if limit.lasting_seconds().is_none() || !limit.is_for(number) {
            continue;
        }
        let address = flow.client.map(|client| client.to_string());
        let key = match limit.by {
            By::Api => Some(""),
            By::Route => Some(flow.route.as_str()),
            By::Application => Some(flow.application.as_str()),
            By::Address => address.as_deref(),
        };
        let caller = key.and_then(|key| caller(limit.by, key, version, interned));
        drawn.scoped.extend(caller.map(|caller| (Arc::clone(&version.limits), place, caller)));
    }
    drawn
}
