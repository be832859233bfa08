//! What an operator decides for the whole platform.

use crate::check::{Check, Invalid};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// What becomes of a call to a model whose price is not known.
    #[derive(Default)]
    UnknownPrice {
        #[default]
        /// It goes through, its cost is recorded as unknown, and budgets of money do not count it.
        Allow = "allow",
        /// It is refused.
        Refuse = "refuse",
    }
}

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
    /// What becomes of a call to a model whose price is not known.
    pub unknown_price: UnknownPrice,
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
            unknown_price: UnknownPrice::Allow,
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
