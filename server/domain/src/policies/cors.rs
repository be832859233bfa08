//! Cross-origin calls from browsers (the Fetch standard, "CORS protocol").

use crate::check::{Check, Invalid};
use crate::routes::Method;
use serde::{Deserialize, Serialize};

/// Which origins may call, and what they may send and read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// `https://app.example.com`, or `*` for every origin (not together with `credentials`).
    pub origins: Vec<String>,
    /// Empty: the methods of the route.
    pub methods: Vec<Method>,
    /// Request headers that a page may set; empty: those it asks for.
    pub headers: Vec<String>,
    /// Response headers that a page may read.
    pub expose: Vec<String>,
    pub credentials: bool,
    /// How long a browser may keep the answer to its preflight, in seconds, at most a day.
    pub max_age_s: u32,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            methods: Vec::new(),
            headers: Vec::new(),
            expose: Vec::new(),
            credentials: false,
            max_age_s: 600,
        }
    }
}

impl Cors {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        check.require((1..=100).contains(&self.origins.len()), "origins", "expected 1 to 100 origins");
        for origin in &self.origins {
            check.require(
                is_origin(origin),
                "origins",
                "expected origins like https://app.example.com, or *",
            );
        }
        let any = self.origins.iter().any(|origin| origin == "*");
        check.require(!(any && self.credentials), "credentials", "cannot be combined with the origin *");
        for (field, names) in [("headers", &self.headers), ("expose", &self.expose)] {
            check.require(
                names.iter().all(|name| is_token(name)),
                field,
                "expected header names like X-Trace",
            );
        }
        check.require(self.max_age_s <= 86_400, "max_age_s", "expected at most 86400 seconds");
        check.finish()
    }
}

fn is_origin(origin: &str) -> bool {
    origin == "*"
        || url::Url::parse(origin).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == origin
        })
}

/// A `token` of RFC 9110 section 5.6.2.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_checked() {
        let with = |origin: &str| Cors { origins: vec![origin.to_owned()], ..Cors::default() };
        assert!(with("https://app.example.com").check().is_ok());
        assert!(with("*").check().is_ok());
        for bad in ["", "app.example.com", "https://app.example.com/", "https://app.example.com/x", "null"] {
            assert!(with(bad).check().is_err(), "{bad}");
        }
        assert!(Cors { credentials: true, ..with("*") }.check().is_err());
        assert!(Cors { headers: vec!["a b".to_owned()], ..with("*") }.check().is_err());
    }
}
