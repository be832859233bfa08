//! The catalogue: what people find, and what it says of each api.

use crate::apis::{Api, Visibility};
use crate::lifecycle::VersionState;
use crate::subscriptions::SubscriptionState;
use serde::{Deserialize, Serialize};

/// A search; empty fields do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CatalogueFilter {
    /// Words looked for in names, slugs, descriptions and tags; all must be there.
    pub search: String,
    pub category: String,
    pub tag: String,
    pub team: String,
    pub state: Option<VersionState>,
}

/// A card of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CatalogueEntry {
    #[serde(flatten)]
    pub api: Api,
    pub team_name: String,
    /// The state of the default version.
    pub state: VersionState,
    pub subscribers: i64,
    /// The state of the caller's furthest subscription, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<SubscriptionState>,
}

/// A value of a facet and how many entries have it, under the other filters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FacetValue {
    /// What the filter takes.
    pub value: String,
    /// What a person reads.
    pub label: String,
    pub count: i64,
}

/// Counts beside a page of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facets {
    pub total: i64,
    pub categories: Vec<FacetValue>,
    pub tags: Vec<FacetValue>,
    pub teams: Vec<FacetValue>,
    pub states: Vec<FacetValue>,
}

/// What a person may see of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Not signed in: public entries.
    Anonymous,
    /// Signed in: public and internal entries, and all of the named teams.
    Member { teams: Vec<crate::ids::TeamId> },
    /// Reads every team.
    Everything,
}

impl Audience {
    /// Whether an api with such a visibility, owned by the team, is shown.
    #[must_use]
    pub fn sees(&self, visibility: Visibility, team: &crate::ids::TeamId) -> bool {
        match self {
            Self::Anonymous => visibility == Visibility::Public,
            Self::Member { teams } => visibility != Visibility::Private || teams.contains(team),
            Self::Everything => true,
        }
    }
}
