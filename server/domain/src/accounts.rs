//! Accounts: people who can sign in, and the ways in: set-up, invitation, sign-up, sign-in.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{AccountId, InvitationId, TeamId};
use crate::roles::{PlatformRole, TeamRole};
use crate::text::EmailAddress;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// Whether an account can sign in.
    AccountStatus {
        Active = "active",
        /// Signed up, waits for an administrator.
        Pending = "pending",
        /// Cannot sign in; its sessions and tokens are dead.
        Disabled = "disabled",
    }
}

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    pub id: AccountId,
    pub email: EmailAddress,
    pub name: String,
    pub role: PlatformRole,
    pub status: AccountStatus,
    pub created_at: Time,
    #[serde(default)]
    pub last_sign_in_at: Option<Time>,
}

/// An invitation that was not used yet. Its secret is in the link alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    pub id: InvitationId,
    pub email: EmailAddress,
    pub role: PlatformRole,
    /// The team that the person joins with the account, and as what.
    #[serde(default)]
    pub team: Option<TeamId>,
    #[serde(default)]
    pub team_role: Option<TeamRole>,
    pub invited_by: AccountId,
    pub created_at: Time,
    pub expires_at: Time,
}

/// An invitation just made: the only time that its link is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewInvitation {
    #[serde(flatten)]
    pub invitation: Invitation,
    /// The address to open in a browser.
    pub link: String,
}

pub const MIN_PASSWORD: usize = 8;
pub const MAX_PASSWORD: usize = 128;

/// Length of a password in characters; whether it is common is asked in `control`, which has the list.
pub fn check_password(check: &mut Check, field: &str, password: &str) {
    let length = password.chars().count();
    if length == 0 {
        check.error(field, "is required");
    } else if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&length) {
        check.error(field, format!("expected {MIN_PASSWORD} to {MAX_PASSWORD} characters, got {length}"));
    }
}

/// A new account by the set-up link, an invitation or (where allowed) by signing up.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateAccount {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// Checked form of [`CreateAccount`].
pub struct NewAccount {
    pub name: String,
    pub email: EmailAddress,
    pub password: String,
}

impl CreateAccount {
    pub fn check(self) -> Result<NewAccount, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 80);
        let email = check.parse::<EmailAddress>("email", &self.email);
        check_password(&mut check, "password", &self.password);
        let password = self.password;
        check.done(|| Some(NewAccount { name, email: email?, password }))
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateProfile {
    pub name: String,
}

impl UpdateProfile {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 80);
        check.done(|| Some(Self { name }))
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    pub password: String,
}

impl ChangePassword {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        check.require(!self.current.is_empty(), "current", "is required");
        check_password(&mut check, "password", &self.password);
        check.require(
            self.current != self.password,
            "password",
            "expected another password than the current one",
        );
        check.done(|| Some(self))
    }
}

/// Invites a person to the platform and, optionally, into a team.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateInvitation {
    pub email: String,
    /// A platform role; empty is `member`.
    pub role: String,
}

impl CreateInvitation {
    pub fn check(self) -> Result<(EmailAddress, PlatformRole), Invalid> {
        let mut check = Check::new();
        let email = check.parse::<EmailAddress>("email", &self.email);
        let role =
            if self.role.is_empty() { Some(PlatformRole::Member) } else { check.parse("role", &self.role) };
        check.done(|| Some((email?, role?)))
    }
}

/// Changes an account as an administrator; an absent field stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateAccount {
    pub role: Option<PlatformRole>,
    pub status: Option<AccountStatus>,
}
