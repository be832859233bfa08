//! Applications: consumers of APIs, each owned by a team.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApplicationId, TeamId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Application {
    pub id: ApplicationId,
    pub team: TeamId,
    pub name: String,
    pub description: String,
    pub created_at: Time,
}

/// An application in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApplicationSummary {
    #[serde(flatten)]
    pub application: Application,
    pub team_name: String,
    pub credentials: i64,
    pub subscriptions: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateApplication {
    pub name: String,
    pub description: String,
}

impl CreateApplication {
    /// Also checks an update, which has the same fields.
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 80);
        let description = check.text("description", &self.description, 1_000);
        check.done(|| Some(Self { name, description }))
    }
}
