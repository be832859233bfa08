//! Identifiers: a prefix that says what it names, and 26 characters that sort by time of creation.
//!
//! `team_01jd3r8k2m0c9q5x7v4w6t8y2z` is a 48-bit unix time in milliseconds followed by 80 random bits, in
//! Crockford's base 32, lower case. Making one needs a clock and randomness, which are given by the caller.

use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const BODY: usize = 26;

/// What was given is not an identifier of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an identifier like {expected}_…, got {got:?}")]
pub struct IdError {
    pub expected: &'static str,
    pub got: String,
}

fn write_body(out: &mut String, bits: u128) {
    for place in (0..BODY).rev() {
        let digit = (bits >> (place * 5)) & 31;
        if let Some(letter) = usize::try_from(digit).ok().and_then(|at| ALPHABET.get(at)) {
            out.push(char::from(*letter));
        }
    }
}

fn is_body(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() && !matches!(byte, b'i' | b'l' | b'o' | b'u');
    text.len() == BODY && text.bytes().all(|byte| byte.is_ascii_digit() || is_letter(byte))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// Makes an identifier from the time of creation and 80 bits of randomness.
            #[must_use]
            pub fn from_parts(unix_ms: u64, random: u128) -> Self {
                let bits = (u128::from(unix_ms) << 80) | (random & ((1 << 80) - 1));
                let mut text = String::with_capacity($prefix.len() + 1 + BODY);
                text.push_str($prefix);
                text.push('_');
                write_body(&mut text, bits);
                Self(text)
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                match text.split_once('_') {
                    Some(($prefix, body)) if is_body(body) => Ok(Self(text)),
                    _ => Err(IdError { expected: $prefix, got: text.chars().take(80).collect() }),
                }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// A person who can sign in.
    AccountId = "acc";
    /// A team.
    TeamId = "team";
    /// A catalogue entry.
    ApiId = "api";
    /// A routable version of an api.
    VersionId = "ver";
    /// A plan of an api.
    PlanId = "plan";
    /// A consumer owned by a team.
    ApplicationId = "app";
    /// An API key.
    CredentialId = "cred";
    /// A client certificate of a team.
    CertificateId = "cert";
    /// A connection to an AI vendor.
    ProviderId = "prov";
    /// A key of a provider.
    ProviderKeyId = "pkey";
    /// An application's use of a plan.
    SubscriptionId = "sub";
    /// A catalogue of models that was imported.
    ModelImportId = "mimp";
    /// A catalogue of models that may be imported.
    ModelUploadId = "mupl";
    /// A budget of tokens or money.
    BudgetId = "bud";
    /// A run of the playground.
    RunId = "run";
    /// Something that waits for a decision.
    RequestId = "req";
    /// A personal access token.
    TokenId = "tok";
    /// An invitation or set-up link.
    InvitationId = "inv";
    /// A row of the audit trail.
    AuditId = "aud";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_parse_back() {
        let early = TeamId::from_parts(1_700_000_000_000, u128::MAX);
        let late = TeamId::from_parts(1_700_000_000_001, 0);
        assert!(early < late);
        assert_eq!(early.as_str().parse::<TeamId>().unwrap(), early);
        assert_eq!(early.as_str().len(), "team_".len() + BODY);
    }

    #[test]
    fn foreign_and_malformed_ids_are_refused() {
        let team = TeamId::from_parts(1, 2);
        assert!(team.as_str().parse::<ApiId>().is_err());
        for text in
            ["", "team_", "team_abc", "TEAM_01jd3r8k2m0c9q5x7v4w6t8y2z", "team_01jd3r8k2m0c9q5x7v4w6t8y2!"]
        {
            assert!(text.parse::<TeamId>().is_err(), "{text:?}");
        }
    }
}
