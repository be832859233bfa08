//! Text that has been parsed once and is trusted after: slugs, e-mail addresses, host names.

use std::fmt;
use std::str::FromStr;

/// What was expected of a text, and is not so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(pub String);

/// `Name = read;` where `read` takes what was kept as text: what people type comes in through `FromStr`.
macro_rules! parsed_text {
    ($($(#[$doc:meta])* $name:ident = $read:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                $read(&text)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    )*};
}

parsed_text! {
    /// The part of an address that names an api: 2 to 48 of `a-z`, `0-9` and `-`, starting with a letter.
    Slug = Slug::from_str;
    /// The name of a version: `v1`, `v2`, … `v999`.
    VersionName = VersionName::from_str;
    /// An e-mail address in lower case. Loosely checked: one `@`, a dotted domain, no spaces, at most 254 bytes.
    EmailAddress = EmailAddress::from_str;
    /// A host name without a port, in lower case (RFC 1123), and one that can lead to an api of its own.
    HostName = HostName::kept;
}

/// First path segments that the gateway keeps for itself.
const RESERVED_SLUGS: [&str; 3] = ["api", "gatehouse", "well-known"];

impl FromStr for Slug {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        let good = (2..=48).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good {
            return Err(TextError(
                "expected 2 to 48 lower-case letters, digits and hyphens, starting with a letter".to_owned(),
            ));
        }
        if RESERVED_SLUGS.contains(&text) {
            return Err(TextError(format!("{text:?} is reserved, choose another")));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Slug {
    /// A slug made from a name, if something usable remains: `Pet Store!` becomes `pet-store`.
    #[must_use]
    pub fn suggest(name: &str) -> Option<Self> {
        let mut text = String::new();
        for c in name.chars() {
            if c.is_ascii_alphanumeric() {
                text.push(c.to_ascii_lowercase());
            } else if !text.is_empty() && !text.ends_with('-') {
                text.push('-');
            }
        }
        let text = text.trim_start_matches(|c: char| !c.is_ascii_lowercase());
        let text: String = text.chars().take(48).collect();
        text.trim_end_matches('-').parse().ok()
    }
}

impl FromStr for VersionName {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        let digits = text.strip_prefix('v').unwrap_or_default();
        let good = (1..=3).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError(format!("expected a version like v1 or v12, got {text:?}")))
        }
    }
}

impl VersionName {
    /// The version that a new api begins with.
    #[must_use]
    pub fn first() -> Self {
        Self("v1".to_owned())
    }
}

impl FromStr for EmailAddress {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        let text = text.trim().to_lowercase();
        let good = text.len() <= 254
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"'))
            && text.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty()
                    && local.len() <= 64
                    && host.contains('.')
                    && host.parse::<HostName>().is_ok()
            });
        if good {
            Ok(Self(text))
        } else {
            Err(TextError("expected an e-mail address like name@example.com".to_owned()))
        }
    }
}

impl FromStr for HostName {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        let name = Self::kept(text)?;
        if name.is_reserved() {
            return Err(TextError(format!("expected a host name like api.example.com, not {name}")));
        }
        Ok(name)
    }
}

impl HostName {
    /// A name as it was kept. A reserved one is read: it may be from before there was that rule, and what holds it
    /// must stay readable to be put right.
    fn kept(text: &str) -> Result<Self, TextError> {
        let text = text.trim().to_ascii_lowercase();
        let good = !text.is_empty()
            && text.len() <= 253
            && text.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if good {
            Ok(Self(text))
        } else {
            Err(TextError("expected a host name like api.example.com, without a port".to_owned()))
        }
    }

    /// Whether it is an address in any spelling (`127.0.0.1`, `127.1`, `0x7f000001`), or every machine's own name.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        let own = self.0 == "localhost" || self.0.ends_with(".localhost");
        own || !matches!(url::Host::parse(&self.0), Ok(url::Host::Domain(_)))
    }

    /// The host of an address like `https://gateway.example.com`, where that is a name.
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        url::Url::parse(address).ok()?.host_str()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_parsed_or_refused() {
        for good in ["ab", "petstore", "pet-store-2"] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "a", "Pet", "2pets", "pet_store", "pet-", "-pet", "api", &"a".repeat(49)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
        assert_eq!(Slug::suggest("  9 Pet Store!! ").map(String::from).as_deref(), Some("pet-store"));
        assert_eq!(Slug::suggest("图书馆"), None);
    }

    #[test]
    fn emails_are_lowered_and_checked() {
        assert_eq!("Ada@Example.COM".parse::<EmailAddress>().unwrap().as_str(), "ada@example.com");
        for bad in
            ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.com", "a@-x.com"]
        {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn versions_are_v_and_a_number() {
        for good in ["v1", "v12", "v999"] {
            assert!(good.parse::<VersionName>().is_ok(), "{good}");
        }
        for bad in ["", "1", "v", "v0", "v01", "v1000", "V1", "v1.2"] {
            assert!(bad.parse::<VersionName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_and_own_names_are_no_host_names() {
        for good in ["api.example.com", "API.Example.com", "api", "1.example.com", "localhost.example.com"] {
            assert!(good.parse::<HostName>().is_ok(), "{good}");
        }
        for bad in ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "a.1", "[::1]", "LocalHost", "a.localhost"]
        {
            assert!(bad.parse::<HostName>().is_err(), "{bad}");
        }
        // one that was kept is read, and known for what it is
        let kept: HostName = serde_json::from_str("\"127.0.0.1\"").unwrap();
        assert!(kept.is_reserved());
        assert!(serde_json::from_str::<HostName>("\"a b\"").is_err());
    }

    #[test]
    fn the_host_of_an_address_is_a_name_or_nothing() {
        let of = |address: &str| HostName::of_address(address).map(String::from);
        assert_eq!(of("https://Gateway.example.com:8443/x").as_deref(), Some("gateway.example.com"));
        for none in ["http://127.0.0.1:8080", "http://[::1]", "http://localhost:3000", "nonsense"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
