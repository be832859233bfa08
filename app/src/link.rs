//! Addresses: building queries, and telling a path of ours from somewhere else.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Characters that stand for themselves in a query's names and values (RFC 3986 section 2.3, unreserved).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[must_use]
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// The names and values of a query or of a form (`application/x-www-form-urlencoded`).
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let text = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

/// A query of those that have a value: `?state=pending&q=a%20b`, or nothing.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let parts: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// The address with one value of its query set; an empty value takes it away.
#[must_use]
pub fn with(address: &str, name: &str, value: &str) -> String {
    let (path, old) = address.split_once('?').unwrap_or((address, ""));
    let mut pairs = pairs(old);
    pairs.retain(|(key, _)| key != name);
    pairs.push((name.to_owned(), value.to_owned()));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    format!("{path}{}", query(&pairs))
}

/// The address if it is a path of this portal and leads nowhere else.
#[must_use]
pub fn local(address: &str) -> Option<&str> {
    let is_path = address.starts_with('/') && !address.starts_with("//");
    let is_plain =
        address.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\' && c.is_ascii());
    (is_path && is_plain && address.len() <= 2_000).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_built_and_read_back() {
        let address = format!("/apis{}", query(&[("q", "a b&c=1"), ("state", "")]));
        assert_eq!(address, "/apis?q=a%20b%26c%3D1");
        assert_eq!(
            pairs("q=a%20b%26c%3D1&x=1+2"),
            [("q".into(), "a b&c=1".into()), ("x".into(), "1 2".into())]
        );
        assert_eq!(with(&address, "cursor", "é"), "/apis?q=a%20b%26c%3D1&cursor=%C3%A9");
        assert_eq!(with("/apis?cursor=1&q=x", "cursor", ""), "/apis?q=x");
    }

    #[test]
    fn only_paths_of_ours_are_local() {
        assert_eq!(local("/teams?q=1"), Some("/teams?q=1"));
        for elsewhere in
            ["", "teams", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", "/a b"]
        {
            assert_eq!(local(elsewhere), None, "{elsewhere:?}");
        }
    }
}
