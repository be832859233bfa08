//! Which calls a list shows.

use domain::calls::CallFilter;
use uuid::fmt::Hyphenated;

use super::row::Row;
use crate::scope::Scope;

/// A filter, made ready for many calls.
pub(super) struct Wanted<'a> {
    filter: &'a CallFilter,
    scope: &'a Scope,
    /// In lower case.
    path: String,
    since: Option<i64>,
    until: Option<i64>,
    slower_than_us: Option<i64>,
    /// Only those whose ids are less.
    place: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    pub fn new(filter: &'a CallFilter, scope: &'a Scope, place: Option<&'a str>) -> Self {
        Self {
            filter,
            scope,
            path: filter.path.to_lowercase(),
            since: filter.since.map(|since| since.timestamp_millis()),
            until: filter.until.map(|until| until.timestamp_millis()),
            slower_than_us: filter.slower_than_ms.map(|millis| i64::from(millis) * 1_000),
            place,
        }
    }

    pub fn takes(&self, row: &Row<'_>) -> bool {
        self.is_of_scope(row) && self.is_of_names(row) && self.is_of_figures(row) && self.is_of_id(row)
    }

    fn is_of_scope(&self, row: &Row<'_>) -> bool {
        match self.scope {
            Scope::Everything => true,
            Scope::Of { apis, applications } => {
                row.api.is_some_and(|id| apis.iter().any(|api| api.as_str() == id))
                    || row.application.is_some_and(|id| applications.iter().any(|own| own.as_str() == id))
            }
        }
    }

    fn is_of_names(&self, row: &Row<'_>) -> bool {
        let filter = self.filter;
        let ai = row.ai.as_ref();
        is(filter.api.as_ref().map_or("", |id| id.as_str()), row.api)
            && is(filter.application.as_ref().map_or("", |id| id.as_str()), row.application)
            && is(&filter.route, row.route)
            && is(&filter.outcome, Some(row.outcome))
            && is(&filter.client_address, Some(row.client_address))
            && is(&filter.model, ai.map(|ai| ai.model))
            && is(&filter.provider, ai.map(|ai| ai.provider))
            && (self.path.is_empty() || row.path.to_lowercase().contains(&self.path))
    }

    fn is_of_figures(&self, row: &Row<'_>) -> bool {
        self.filter.status.is_none_or(|status| {
            let (lowest, highest) = status.range();
            (lowest..=highest).contains(&row.status)
        }) && self.slower_than_us.is_none_or(|least| row.duration_us >= least)
            && self.since.is_none_or(|since| row.at_ms >= since)
            && self.until.is_none_or(|until| row.at_ms < until)
    }

    fn is_of_id(&self, row: &Row<'_>) -> bool {
        if self.place.is_none() && self.filter.id.is_empty() {
            return true;
        }
        let mut text = [0; Hyphenated::LENGTH];
        let id = row.id().encode_lower(&mut text);
        id.starts_with(&self.filter.id) && self.place.is_none_or(|place| &*id < place)
    }
}

/// Whether something is as it is wanted; an empty wish is any.
fn is(wanted: &str, found: Option<&str>) -> bool {
    wanted.is_empty() || found == Some(wanted)
}
