//! Quotas of versions, and which calls count against them: what has to be known to go on counting after a restart.

use crate::ids::ApiId;
use crate::plans::Period;
use crate::policies::limits::By;

/// A quota that versions of an api have under one name and one `by`: they draw on the same counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaScope {
    pub api: ApiId,
    pub by: By,
    pub name: String,
    /// The longest period that one of them has.
    pub period: Period,
    pub of: Vec<QuotaOf>,
}

/// A version that has the quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaOf {
    /// Its name.
    pub version: String,
    /// Labels of the routes whose calls count; empty: all.
    pub routes: Vec<String>,
}

/// The calls of one scope that were sent on, in the day and in the month (UTC) of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentBy {
    /// The route's label, the application's id, or the client's address; empty where all count together.
    pub key: String,
    pub in_day: u64,
    pub in_month: u64,
}
