//! Entity tags (RFC 9110 section 8.8.3) and the conditions that name them (section 13.1).

use http::{HeaderMap, HeaderName, HeaderValue};

/// A strong entity tag: a hash of the JSON that is answered.
pub struct ETag(String);

impl ETag {
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let hash = blake3::hash(body).to_hex();
        Self(format!("\"{}\"", hash.get(..32).unwrap_or(&hash)))
    }

    #[must_use]
    pub fn header(&self) -> HeaderValue {
        // a quoted hash always is a header value
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }
}

/// Whether a condition (`*`, or a list of tags) names the tag. A weak tag counts only where `weak` allows it.
#[must_use]
pub fn names(condition: &HeaderMap, header: &HeaderName, tag: &HeaderValue, weak: bool) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    condition
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|named| {
            let named = named.trim();
            named == "*" || named == tag || (weak && named.strip_prefix("W/") == Some(tag))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::IF_MATCH;

    #[test]
    fn conditions_name_tags() {
        let tag = ETag::of(b"{}").header();
        let with = |text: &str| HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_str(text).unwrap())]);
        let own = tag.to_str().unwrap();
        for (condition, weak, expected) in [
            ("*".to_owned(), false, true),
            (own.to_owned(), false, true),
            (format!("\"other\", {own}"), false, true),
            (format!("W/{own}"), false, false),
            (format!("W/{own}"), true, true),
            ("\"other\"".to_owned(), true, false),
            (own.trim_matches('"').to_owned(), false, false),
        ] {
            assert_eq!(names(&with(&condition), &IF_MATCH, &tag, weak), expected, "{condition}");
        }
        assert_ne!(ETag::of(b"{}").header(), ETag::of(b"[]").header());
    }
}
