//! Limits that a version's owner sets for all its callers, beside those of each plan.

use crate::check::{Check, Invalid};
use crate::plans::{Limits, Quota, Rate};
use crate::routes::Route;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How many a version may have: each is drawn on by every call that it applies to.
pub const MAX_LIMITS: usize = 10;

wire_enum! {
    /// Which calls draw on one count.
    By {
        /// All of them.
        Api = "api",
        /// Those of one route.
        Route = "route",
        /// Those from one client address; of IPv6 from one /64 network.
        Address = "address",
        /// Those of one application.
        Application = "application",
    }
}

/// A rate, a quota or both. Limits of one name and `by` in several versions of an api draw on the same counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScopedLimit {
    /// Told to callers: small letters, digits and hyphens, at most 40.
    pub name: String,
    pub by: By,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Counted by each gateway from when the limit is there; a restart counts all calls of the period that are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<Quota>,
    /// Labels of the routes that it is for, `GET /pets/{id}`; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<String>,
}

impl ScopedLimit {
    fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let good = (1..=40).contains(&self.name.len())
            && self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        check.require(good, "name", "expected 1 to 40 small letters, digits and hyphens");
        let limits = Limits { rate: self.rate, quota: self.quota, ..Limits::default() };
        check.all(limits.check().map(drop));
        check.require(self.rate.is_some() || self.quota.is_some(), "rate", "expected a rate or a quota");
        check.finish()
    }
}

/// Checks the limits of one version against each other.
pub fn check(limits: &[ScopedLimit]) -> Result<(), Invalid> {
    let mut check = Check::new();
    check.require(limits.len() <= MAX_LIMITS, "limits", "expected at most 10 limits");
    let mut names = HashSet::new();
    for (place, limit) in limits.iter().enumerate().take(MAX_LIMITS) {
        check.part(&format!("limits.{place}"), limit.check());
        let again = !names.insert(&limit.name);
        check.require(!again, &format!("limits.{place}.name"), "another limit has this name");
    }
    check.finish()
}

/// Checks that the routes that limits are for are there.
pub fn check_routes(limits: &[ScopedLimit], routes: &[Route]) -> Result<(), Invalid> {
    let mut check = Check::new();
    if limits.iter().any(|limit| !limit.routes.is_empty()) {
        let labels: HashSet<String> = routes.iter().map(Route::label).collect();
        for (place, limit) in limits.iter().enumerate() {
            for label in limit.routes.iter().filter(|label| !labels.contains(*label)) {
                let message =
                    format!("expected a route of this version like GET /pets/{{id}}, got {label:?}");
                check.error(&format!("limits.{place}.routes"), message);
            }
        }
    }
    check.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Period;

    fn limit(name: &str) -> ScopedLimit {
        let rate = Some(Rate { requests: 1, seconds: 1 });
        ScopedLimit { name: name.to_owned(), by: By::Api, rate, quota: None, routes: Vec::new() }
    }

    fn fields(result: Result<(), Invalid>) -> Vec<String> {
        result.err().map(|Invalid(errors)| errors.into_iter().map(|e| e.field).collect()).unwrap_or_default()
    }

    #[test]
    fn each_field_is_checked_and_named() {
        assert_eq!(check(&[limit("all"), limit("by-1")]), Ok(()));
        for bad in ["", "a b", "A", "\"", &"a".repeat(41)] {
            assert_eq!(fields(check(&[limit("all"), limit(bad)])), ["limits.1.name"], "{bad}");
        }
        assert_eq!(fields(check(&[limit("all"), limit("all")])), ["limits.1.name"]);
        let quota = Some(Quota { requests: 0, period: Period::Day });
        let rate = Some(Rate { requests: 0, seconds: 0 });
        assert_eq!(
            fields(check(&[ScopedLimit { rate, quota, ..limit("all") }])),
            ["limits.0.rate.requests", "limits.0.rate.seconds", "limits.0.quota.requests"]
        );
        assert_eq!(fields(check(&[ScopedLimit { rate: None, ..limit("all") }])), ["limits.0.rate"]);
        let many: Vec<ScopedLimit> = (0..11).map(|number| limit(&format!("l{number}"))).collect();
        assert_eq!(fields(check(&many)), ["limits"]);
    }

    #[test]
    fn a_limit_is_for_routes_that_are_there() {
        let only = |label: &str| [ScopedLimit { routes: vec![label.to_owned()], ..limit("all") }];
        let routes = [Route::everything()];
        assert_eq!(check_routes(&only("ANY /*"), &routes), Ok(()));
        assert_eq!(fields(check_routes(&only("GET /*"), &routes)), ["limits.0.routes"]);
    }
}
