//! Personal access tokens: what a program presents to the management API in an account's name.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{AccountId, TokenId};
use serde::{Deserialize, Serialize};

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Token {
    pub id: TokenId,
    pub account: AccountId,
    pub name: String,
    /// The first characters, by which a person tells tokens apart.
    pub prefix: String,
    pub created_at: Time,
    #[serde(default)]
    pub expires_at: Option<Time>,
    #[serde(default)]
    pub last_used_at: Option<Time>,
}

/// A token just made: the only time that its secret is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewToken {
    #[serde(flatten)]
    pub token: Token,
    pub secret: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateToken {
    pub name: String,
    /// Days until it expires, 1 to 366; absent: it does not expire.
    pub expires_in_days: Option<u32>,
}

impl CreateToken {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 80);
        if let Some(days) = self.expires_in_days {
            check.require((1..=366).contains(&days), "expires_in_days", "expected 1 to 366 days");
        }
        check.done(|| Some(Self { name, expires_in_days: self.expires_in_days }))
    }
}
