//! Personal access tokens: what a program presents to the management API in an account's name.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{AccountId, TokenId};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// What a token may be used for (RFC 6749 section 3.3); never for more than its account may do.
    #[derive(Default)]
    TokenScope {
        /// `GET` alone.
        Read = "read",
        #[default]
        All = "all",
    }
}

impl TokenScope {
    /// Whether a token of this scope does for what asks for the other.
    #[must_use]
    pub fn covers(self, asked: Self) -> bool {
        self == Self::All || self == asked
    }

    /// One line for where a scope is chosen.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Read => "reads what you may read, changes nothing",
            Self::All => "everything that you may do",
        }
    }
}

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Token {
    pub id: TokenId,
    pub account: AccountId,
    pub name: String,
    pub scope: TokenScope,
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
    /// Absent: `all`.
    pub scope: TokenScope,
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
        check.done(|| Some(Self { name, ..self }))
    }
}
