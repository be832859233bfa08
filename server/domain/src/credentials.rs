//! Credentials: API keys of applications, and the shape that every key and token has.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApplicationId, CredentialId};
use serde::{Deserialize, Serialize};

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credential {
    pub id: CredentialId,
    pub application: ApplicationId,
    pub name: String,
    /// The first characters of the key, by which a person tells keys apart.
    pub prefix: String,
    pub created_at: Time,
    #[serde(default)]
    pub expires_at: Option<Time>,
    #[serde(default)]
    pub revoked_at: Option<Time>,
    #[serde(default)]
    pub last_used_at: Option<Time>,
}

/// A key just made: the only time that it is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewCredential {
    #[serde(flatten)]
    pub credential: Credential,
    pub key: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateCredential {
    pub name: String,
    pub expires_at: Option<Time>,
}

impl CreateCredential {
    pub fn check(self, now: Time) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check.line("name", &self.name, 1, 80);
        check.require(
            self.expires_at.is_none_or(|at| at > now),
            "expires_at",
            "expected a time that is still to come",
        );
        check.done(|| Some(Self { name, expires_at: self.expires_at }))
    }
}

/// Replaces a key by a new one; the old one works for a while longer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RotateCredential {
    /// Seconds for which the old key goes on working, 0 to 30 days.
    pub overlap_seconds: u32,
}

impl RotateCredential {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let most = 30 * 86_400;
        check.require(
            self.overlap_seconds <= most,
            "overlap_seconds",
            "expected at most 2592000 seconds (30 days)",
        );
        check.done(|| Some(self))
    }
}

/// `ghk_` + 32 base-62 characters (190 random bits) + 6 base-62 characters of CRC-32.
///
/// The prefix lets scanners of leaked secrets find keys; the checksum lets the gateway refuse a mistyped key
/// without looking it up.
pub mod key {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const SECRET: usize = 32;
    const CHECKSUM: usize = 6;

    /// What a key opens.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Kind {
        /// The gateway, in the name of an application.
        Credential,
        /// The management API, in the name of an account.
        Token,
    }

    impl Kind {
        #[must_use]
        pub const fn prefix(self) -> &'static str {
            match self {
                Self::Credential => "ghk_",
                Self::Token => "ght_",
            }
        }
    }

    /// How many random bytes [`format`] needs. One is used for each character; 248 of 256 values are even over 62.
    pub const ENTROPY: usize = 64;

    /// Writes a key from random bytes. `None` in the improbable case that too few of them are usable.
    #[must_use]
    pub fn format(kind: Kind, random: &[u8; ENTROPY]) -> Option<String> {
        let mut text = String::with_capacity(kind.prefix().len() + SECRET + CHECKSUM);
        text.push_str(kind.prefix());
        // rejection keeps the distribution even
        let usable = random.iter().filter(|byte| **byte < 248).take(SECRET);
        for byte in usable {
            text.push(char::from(*ALPHABET.get(usize::from(byte % 62))?));
        }
        if text.len() != kind.prefix().len() + SECRET {
            return None;
        }
        let mut crc = crc32fast::hash(text.as_bytes());
        for _ in 0..CHECKSUM {
            text.push(char::from(*ALPHABET.get((crc % 62) as usize)?));
            crc /= 62;
        }
        Some(text)
    }

    /// Whether the text has the shape and the checksum of a key of the kind.
    #[must_use]
    pub fn is_well_formed(kind: Kind, text: &str) -> bool {
        if text.len() != kind.prefix().len() + SECRET + CHECKSUM || !text.starts_with(kind.prefix()) {
            return false;
        }
        let Some((body, checksum)) = text.split_at_checked(kind.prefix().len() + SECRET) else {
            return false;
        };
        let mut crc = crc32fast::hash(body.as_bytes());
        checksum.bytes().all(|byte| {
            let expected = ALPHABET.get((crc % 62) as usize);
            crc /= 62;
            expected == Some(&byte)
        })
    }

    /// The part of a key that may be shown: the prefix and four characters.
    #[must_use]
    pub fn visible(text: &str) -> String {
        text.chars().take(8).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_key_is_recognised_and_a_mistyped_one_is_not() {
            let random: [u8; ENTROPY] = std::array::from_fn(|at| (at * 7) as u8);
            let text = format(Kind::Credential, &random).unwrap();
            assert!(is_well_formed(Kind::Credential, &text));
            assert!(!is_well_formed(Kind::Token, &text));
            for at in 0..text.len() {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
                assert!(!is_well_formed(Kind::Credential, &String::from_utf8(bytes).unwrap()), "{at}");
            }
            for bad in ["", "ghk_", "ghk_é", &text[1..], &format!("{text}0")] {
                assert!(!is_well_formed(Kind::Credential, bad));
            }
        }

        #[test]
        fn poor_randomness_is_refused() {
            assert_eq!(format(Kind::Token, &[255; ENTROPY]), None);
        }
    }
}
