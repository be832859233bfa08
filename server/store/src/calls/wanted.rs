//! Which calls a list shows.

use std::net::IpAddr;

use domain::calls::CallFilter;
use domain::calls::record::CallRecord;
use uuid::fmt::Hyphenated;

use crate::scope::Scope;

/// A filter, made ready for many calls.
pub(super) struct Wanted<'a> {
    filter: &'a CallFilter,
    scope: &'a Scope,
    /// In lower case.
    path: String,
    /// What is no address is nobody's.
    client: Option<IpAddr>,
    since: Option<u64>,
    until: Option<u64>,
    slower_than_us: Option<u64>,
    /// Only those whose ids are less.
    place: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    pub fn new(filter: &'a CallFilter, scope: &'a Scope, place: Option<&'a str>) -> Self {
        let millis = |at: domain::Time| u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Self {
            filter,
            scope,
            path: filter.path.to_lowercase(),
            client: filter.client_address.parse().ok(),
            since: filter.since.map(millis),
            until: filter.until.map(millis),
            slower_than_us: filter.slower_than_ms.map(|millis| u64::from(millis) * 1_000),
            place,
        }
    }

    pub fn takes(&self, record: &CallRecord<'_>) -> bool {
        self.is_of_scope(record)
            && self.is_of_names(record)
            && self.is_of_figures(record)
            && self.is_of_id(record)
    }

    fn is_of_scope(&self, record: &CallRecord<'_>) -> bool {
        match self.scope {
            Scope::Everything => true,
            Scope::Of { apis, applications } => {
                record.api.is_some_and(|id| apis.iter().any(|api| api.as_str() == id))
                    || record.application.is_some_and(|id| applications.iter().any(|own| own.as_str() == id))
            }
        }
    }

    fn is_of_names(&self, record: &CallRecord<'_>) -> bool {
        let filter = self.filter;
        let ai = record.ai.as_ref();
        is(filter.api.as_ref().map_or("", |id| id.as_str()), record.api)
            && is(filter.application.as_ref().map_or("", |id| id.as_str()), record.application)
            && is(&filter.route, record.route)
            && is(&filter.outcome, Some(record.outcome))
            && (filter.client_address.is_empty() || self.client == Some(record.client))
            && is(&filter.model, ai.map(|ai| ai.model))
            && is(&filter.provider, ai.map(|ai| ai.provider))
            && (self.path.is_empty() || record.path.to_lowercase().contains(&self.path))
    }

    fn is_of_figures(&self, record: &CallRecord<'_>) -> bool {
        self.filter.status.is_none_or(|status| {
            let (lowest, highest) = status.range();
            (lowest..=highest).contains(&record.status)
        }) && self.slower_than_us.is_none_or(|least| record.duration_us >= least)
            && self.since.is_none_or(|since| record.at_ms >= since)
            && self.until.is_none_or(|until| record.at_ms < until)
    }

    fn is_of_id(&self, record: &CallRecord<'_>) -> bool {
        if self.place.is_none() && self.filter.id.is_empty() {
            return true;
        }
        let mut text = [0; Hyphenated::LENGTH];
        let id = record.id().encode_lower(&mut text);
        id.starts_with(&self.filter.id) && self.place.is_none_or(|place| &*id < place)
    }
}

/// Whether something is as it is wanted; an empty wish is any.
fn is(wanted: &str, found: Option<&str>) -> bool {
    wanted.is_empty() || found == Some(wanted)
}
