//! Who acts, and what that person may do. Loaded once for a request; questions need no database.

use crate::error::{Error, Result};
use domain::catalogue::Audience;
use domain::ids::{AccountId, TeamId};
use domain::problem::Problem;
use domain::roles::{Permission, PlatformRole, TeamRole};
use domain::usage::Visible;

/// An account that is signed in or presented a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    pub role: PlatformRole,
    pub teams: Vec<(TeamId, TeamRole)>,
    /// Where the request came from.
    pub address: String,
    /// Whether settings let members create teams.
    pub creates_teams: bool,
}

impl Actor {
    #[must_use]
    pub fn role_in(&self, team: &TeamId) -> Option<TeamRole> {
        self.teams.iter().find(|(id, _)| id == team).map(|(_, role)| *role)
    }

    /// Whether the person may do this with what the team owns.
    #[must_use]
    pub fn may(&self, permission: Permission, team: &TeamId) -> bool {
        self.role.allows(permission) || self.role_in(team).is_some_and(|role| role.allows(permission))
    }

    /// Whether the person may do this on the platform as a whole.
    #[must_use]
    pub fn may_on_platform(&self, permission: Permission) -> bool {
        self.role.allows(permission)
            || (permission == Permission::TeamsCreate
                && self.creates_teams
                && self.role == PlatformRole::Member)
    }

    /// Refuses unless the permission is held on the platform.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may_on_platform(permission) {
            return Ok(());
        }
        let roles: Vec<&str> = permission.platform_roles().iter().map(|role| role.as_str()).collect();
        Err(Error::forbidden(format!("this needs the platform role {}", roles.join(" or "))))
    }

    /// Refuses unless the permission is held in the team that owns the object. Those who may not even see the
    /// object (`what`) are told that there is none.
    pub fn require_in(&self, team: &TeamId, permission: Permission, what: &str) -> Result<()> {
        if self.may(permission, team) {
            return Ok(());
        }
        if !self.may(Permission::TeamsRead, team) {
            return Err(Error::Refused(Problem::not_found(what)));
        }
        let roles: Vec<&str> = permission.team_roles().iter().map(|role| role.as_str()).collect();
        Err(Error::forbidden(format!("this needs the role {} in the team", roles.join(" or "))))
    }

    /// The teams in which a permission is held, or `None` where that is everywhere.
    #[must_use]
    pub fn teams_with(&self, permission: Permission) -> Option<Vec<TeamId>> {
        if self.role.allows(permission) {
            return None;
        }
        Some(
            self.teams.iter().filter(|(_, role)| role.allows(permission)).map(|(id, _)| id.clone()).collect(),
        )
    }

    /// What the person sees of the catalogue.
    #[must_use]
    pub fn audience(&self) -> Audience {
        match self.teams_with(Permission::ApisRead) {
            None => Audience::Everything,
            Some(teams) => Audience::Member { teams },
        }
    }

    /// Whose usage or calls the person reads.
    #[must_use]
    pub fn sees(&self, permission: Permission) -> Visible {
        self.teams_with(permission).map_or(Visible::Everything, Visible::Teams)
    }
}
