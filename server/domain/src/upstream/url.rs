//! The address of a backend.

use crate::text::TextError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An absolute `http` or `https` address without user, query or fragment, at most 2,048 bytes.
/// Its path, if any, is put before the path of each call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
pub struct UpstreamUrl(url::Url);

impl UpstreamUrl {
    #[must_use]
    pub fn url(&self) -> &url::Url {
        &self.0
    }

    /// The host as it stands in the address: a name, an IPv4 address, or an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The path without a trailing slash: `/base`, or empty.
    #[must_use]
    pub fn base_path(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }
}

fn expected(why: &str) -> TextError {
    TextError(format!("expected an address like https://backend.example.com/base: {why}"))
}

impl FromStr for UpstreamUrl {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        let url = Self::kept(text)?;
        if url.is_tls() && !can_be_certified(&url.0) {
            return Err(expected("no certificate can be made out to its host"));
        }
        Ok(url)
    }
}

impl UpstreamUrl {
    /// An address as it was kept. One whose certificate could not be checked is read: it may be from before there
    /// was that rule, and the version that holds it must stay readable to be put right.
    fn kept(text: &str) -> Result<Self, TextError> {
        if text.len() > 2_048 {
            return Err(expected("longer than 2048 bytes"));
        }
        let url = url::Url::parse(text.trim()).map_err(|error| expected(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(expected("it begins with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(expected("it holds no user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(expected("it holds no query or fragment"));
        }
        if url.host_str().is_none_or(str::is_empty) || url.port() == Some(0) {
            return Err(expected("it names a host"));
        }
        Ok(Self(url))
    }
}

impl TryFrom<String> for UpstreamUrl {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::kept(&text)
    }
}

impl From<UpstreamUrl> for String {
    fn from(url: UpstreamUrl) -> String {
        url.0.into()
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.as_str())
    }
}

/// Whether the host can stand in a certificate: an address, or a DNS name as `rustls` reads it, with underscores and
/// a dot at its end. `url` takes more (RFC 3986 section 3.2.2).
fn can_be_certified(url: &url::Url) -> bool {
    let Some(url::Host::Domain(name)) = url.host() else { return true };
    let labels = name.strip_suffix('.').unwrap_or(name).split('.');
    name.len() <= 253 && labels.into_iter().all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_backends_are_parsed_or_refused() {
        let url: UpstreamUrl = "http://127.0.0.1:9000/base/".parse().unwrap();
        assert_eq!(
            (url.host(), url.port(), url.base_path(), url.is_tls()),
            ("127.0.0.1", 9000, "/base", false)
        );
        for bad in
            ["", "backend", "ftp://x", "http://", "http://u:p@x", "http://x?a=1", "http://x#f", "http://x:0"]
        {
            assert!(bad.parse::<UpstreamUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_host_that_no_certificate_can_name_is_refused_for_tls_alone() {
        let long = "a".repeat(64);
        for host in [long.as_str(), "bad-", "-bad", "a..b", "a*b", "x.bad-.example.com"] {
            assert!(format!("https://{host}/x").parse::<UpstreamUrl>().is_err(), "{host}");
            assert!(format!("http://{host}/x").parse::<UpstreamUrl>().is_ok(), "{host}");
            // what was kept stays readable
            let kept: UpstreamUrl = serde_json::from_str(&format!("\"https://{host}/x\"")).unwrap();
            assert_eq!(kept.host(), host);
        }
        for host in ["a_b.example.com", "example.com.", "127.0.0.1", "[::1]", "xn--bcher-kva.example", "b"] {
            assert!(format!("https://{host}").parse::<UpstreamUrl>().is_ok(), "{host}");
        }
    }
}
