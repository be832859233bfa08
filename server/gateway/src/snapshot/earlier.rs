//! Calls of earlier processes, counted against the quotas of this one: those of plans, and those of versions.

use super::compile::Interned;
use super::version::{self, Api, Version};
use super::{Snapshot, SnapshotHandle};
use crate::limits::keyed;
use crate::limits::scoped::{Caller, ScopedLimit};
use domain::Time;
use domain::budgets::Used;
use domain::calls::Call;
use domain::ids::ApiId;
use domain::plans::{Period, Quota};
use domain::policies::limits::By;
use domain::usage::Sent;
use domain::usage::quota_scope::{QuotaOf, QuotaScope, SentBy};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, MutexGuard, PoisonError};

/// How many routes, applications or addresses of a quota are remembered.
pub const MOST_KEYS: u32 = keyed::MOST;

/// Of a caller, what the quota in question does not look at.
const NOBODY: Caller = Caller { route: 0, application: 0, address: IpAddr::V4(Ipv4Addr::UNSPECIFIED) };

impl SnapshotHandle {
    /// Counts calls against the quotas of plans. In effect at once.
    pub fn remember(&self, earlier: &[Sent]) {
        let mut interned = self.interned();
        for sent in earlier {
            let pair = interned.pair(sent.application.as_str(), sent.api.as_str());
            let cells = interned.cells(pair);
            cells.quota.count(version::unix_ms(sent.at), sent.in_day, sent.in_month);
        }
    }

    /// Counts what models used against budgets. In effect at once. Whose team the application is in is looked up where
    /// that is not said.
    pub fn remember_used(&self, earlier: Vec<Used>) {
        let (mut interned, snapshot) = (self.interned(), self.current());
        for mut used in earlier {
            if used.team.is_none() {
                let pair = interned.pair(&used.application, &used.api);
                let found = snapshot.subscriptions.get(&pair).and_then(|found| found.team.as_ref());
                used.team = found.and_then(|team| team.as_str().parse().ok());
            }
            interned.ledger.count(&used);
        }
    }

    /// The quotas of the versions that are served, each once.
    #[must_use]
    pub fn quota_scopes(&self) -> Vec<QuotaScope> {
        self.current().apis.values().flat_map(|api| scopes(api)).collect()
    }

    /// Counts calls against one of those quotas. In effect at once; nothing happens if it is not there any more.
    pub fn remember_scoped(&self, scope: &QuotaScope, at: Time, earlier: &[SentBy]) {
        let (mut interned, snapshot) = (self.interned(), self.current());
        let Some(api) = api(&snapshot, &scope.api) else { return };
        let of = |version: &Arc<Version>| limit(version, scope).is_some();
        let versions: Vec<_> = api.versions.iter().filter(|version| of(version)).collect();
        // those that used most come last, so that they stay where there is not room for all
        for sent in earlier.iter().rev() {
            let found = versions.iter().find_map(|version| {
                let caller = caller(scope.by, &sent.key, version, &mut interned)?;
                Some((limit(version, scope)?, caller))
            });
            if let Some((limit, caller)) = found {
                limit.count(&caller, version::unix_ms(at), (sent.in_day, sent.in_month));
            }
        }
    }

    /// Counts one call against the quotas of its version, if it was sent on.
    pub fn remember_call(&self, call: &Call) {
        let (mut interned, snapshot) = (self.interned(), self.current());
        let found = call.api.as_ref().and_then(|id| api(&snapshot, id)).zip(call.version.as_deref());
        let Some(version) = found.and_then(|(api, name)| api.version(name)) else { return };
        let route = call.route.as_deref().and_then(|label| route(version, label));
        let (Some(route), true) = (route, call.ending().was_sent()) else { return };
        for (limit, _) in with_quota(version).filter(|(limit, _)| limit.is_for(route)) {
            let key = match limit.by {
                By::Api => "",
                By::Route => call.route.as_deref().unwrap_or_default(),
                By::Application => call.application.as_ref().map_or("", |id| id.as_str()),
                By::Address => &call.client_address,
            };
            if let Some(caller) = caller(limit.by, key, version, &mut interned) {
                limit.count(&caller, version::unix_ms(call.at), (1, 1));
            }
        }
    }

    pub(super) fn interned(&self) -> MutexGuard<'_, Interned> {
        self.compiling.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn api<'s>(snapshot: &'s Snapshot, id: &ApiId) -> Option<&'s Arc<Api>> {
    snapshot.apis.values().find(|api| api.id == *id)
}

fn with_quota(version: &Version) -> impl Iterator<Item = (&ScopedLimit, Quota)> {
    version.limits.iter().filter_map(|limit| Some((limit, limit.quota()?)))
}

fn limit<'v>(version: &'v Version, scope: &QuotaScope) -> Option<&'v ScopedLimit> {
    with_quota(version)
        .map(|(limit, _)| limit)
        .find(|limit| *limit.name == *scope.name && limit.by == scope.by)
}

pub(super) fn route(version: &Version, label: &str) -> Option<u32> {
    version.labels.iter().position(|known| **known == *label).and_then(|at| u32::try_from(at).ok())
}

/// Whoever the key stands for; `None` if that is nobody the version knows.
pub(super) fn caller(by: By, key: &str, version: &Version, interned: &mut Interned) -> Option<Caller> {
    Some(match by {
        By::Api => NOBODY,
        By::Route => Caller { route: route(version, key)?, ..NOBODY },
        By::Application => Caller { application: interned.number(key), ..NOBODY },
        By::Address => Caller { address: key.parse().ok()?, ..NOBODY },
    })
}

fn scopes(api: &Api) -> Vec<QuotaScope> {
    let mut scopes: Vec<QuotaScope> = Vec::new();
    for version in &api.versions {
        for (limit, quota) in with_quota(version) {
            let Some(routes) = routes(version, limit) else { continue };
            let of = QuotaOf { version: version.name.to_string(), routes };
            match scopes.iter_mut().find(|scope| *scope.name == *limit.name && scope.by == limit.by) {
                Some(scope) => {
                    scope.of.push(of);
                    scope.period = longest(scope.period, quota.period);
                }
                None => scopes.push(QuotaScope {
                    api: api.id.clone(),
                    by: limit.by,
                    name: limit.name.to_string(),
                    period: quota.period,
                    of: vec![of],
                }),
            }
        }
    }
    scopes
}

/// Labels of the routes that the limit is for, an empty list when it is for all; `None` when it is for none.
fn routes(version: &Version, limit: &ScopedLimit) -> Option<Vec<String>> {
    let with_labels = (0_u32..).zip(&version.labels);
    let labels: Vec<String> =
        with_labels.filter(|(route, _)| limit.is_for(*route)).map(|(_, label)| label.to_string()).collect();
    match labels.len() {
        0 => None,
        count if count == version.labels.len() => Some(Vec::new()),
        _ => Some(labels),
    }
}

fn longest(one: Period, other: Period) -> Period {
    if one == Period::Month { one } else { other }
}
