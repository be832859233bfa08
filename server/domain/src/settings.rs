//! What an operator decides for the whole platform.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How the installation calls itself, in page titles and the sidebar.
    pub name: String,
    /// Whether people may create accounts for themselves.
    pub self_registration: bool,
    /// Whether an administrator decides about accounts that people made for themselves.
    pub approve_registrations: bool,
    /// Whether members may create teams.
    pub members_create_teams: bool,
    /// Whether visitors who are not signed in see public APIs.
    pub anonymous_catalogue: bool,
    /// Days for which single calls are kept, 1 to 3650.
    pub keep_calls_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Gatehouse".to_owned(),
            self_registration: false,
            approve_registrations: true,
            members_create_teams: true,
            anonymous_catalogue: false,
            keep_calls_days: 30,
        }
    }
}

impl Settings {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 40);
        check.require(
            (1..=3650).contains(&self.keep_calls_days),
            "keep_calls_days",
            "expected 1 to 3650 days",
        );
        check.done(|| Some(Self { name, ..self }))
    }
}
