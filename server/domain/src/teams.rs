//! Teams own APIs and applications; accounts are members of teams with a role.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{AccountId, TeamId};
use crate::roles::TeamRole;
use crate::text::EmailAddress;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub description: String,
    pub created_at: Time,
}

/// A team in a list, with the caller's role and how much it owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TeamSummary {
    #[serde(flatten)]
    pub team: Team,
    /// The caller's role; absent when seen through a platform role alone.
    #[serde(default)]
    pub role: Option<TeamRole>,
    pub members: i64,
    pub apis: i64,
    pub applications: i64,
}

/// An account's place in a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    pub account: AccountId,
    pub name: String,
    pub email: EmailAddress,
    pub role: TeamRole,
    pub joined_at: Time,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateTeam {
    pub name: String,
    pub description: String,
}

impl CreateTeam {
    /// Also checks an update, which has the same fields.
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 80);
        let description = check.text("description", &self.description, 1_000);
        check.done(|| Some(Self { name, description }))
    }
}

/// Adds an account to a team. An unknown e-mail address gets an invitation instead.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AddMember {
    pub email: String,
    /// A team role; empty is `viewer`.
    pub role: String,
}

impl AddMember {
    pub fn check(self) -> Result<(EmailAddress, TeamRole), Invalid> {
        let mut check = Check::new();
        let email = check.parse::<EmailAddress>("email", &self.email);
        let role =
            if self.role.is_empty() { Some(TeamRole::Viewer) } else { check.parse("role", &self.role) };
        check.done(|| Some((email?, role?)))
    }
}
