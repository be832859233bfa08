//! Keys, where each vendor wants them. Any key is good but those whose first letters say otherwise.

use super::refusal::{Refusal, Speaker};
use http::HeaderMap;

/// Refuses a call without a key, or with one that is no good.
pub(super) fn check(speaker: Speaker, headers: &HeaderMap, query: &str) -> Result<(), Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization");
    let bearer = authorization.and_then(|value| value.strip_prefix("Bearer "));
    let key = match speaker {
        Speaker::OpenAi | Speaker::Cohere => bearer.or_else(|| header("api-key")),
        Speaker::Anthropic => header("x-api-key").or(bearer),
        Speaker::Gemini => header("x-goog-api-key").or_else(|| in_query(query)).or(bearer),
        Speaker::Bedrock => match authorization {
            Some(signed) if signed.starts_with("AWS4-HMAC-SHA256") => {
                Some(signed_by(signed, header("x-amz-date"))?)
            }
            _ => bearer,
        },
        Speaker::Ollama => bearer.or(Some("none is needed")),
    };
    match key {
        None | Some("") => Err(Refusal::new(401, "no key was sent where this vendor looks for it")),
        Some(key) if key.starts_with("bad") => Err(Refusal::new(401, "the key is not valid")),
        Some(key) if key.starts_with("poor") => Err(Refusal::new(402, "the account has no credit left")),
        Some(key) if key.starts_with("banned") => Err(Refusal::new(403, "the key may not do this")),
        Some(key) if key.starts_with("limited") => Err(Refusal::new(429, "too many requests")),
        Some(_) => Ok(()),
    }
}

fn in_query(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("key="))
}

/// The access key of a signature of version 4. Its form is looked at, its truth is not.
fn signed_by<'h>(authorization: &'h str, date: Option<&str>) -> Result<&'h str, Refusal> {
    let refused = |what: &str| Refusal::new(403, format!("the signature is malformed: {what}"));
    let fields = authorization.trim_start_matches("AWS4-HMAC-SHA256");
    let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name));
    let date = date.ok_or_else(|| refused("x-amz-date is missing"))?;
    let credential = field("Credential=").ok_or_else(|| refused("Credential is missing"))?;
    let signed = field("SignedHeaders=").ok_or_else(|| refused("SignedHeaders is missing"))?;
    let signature = field("Signature=").ok_or_else(|| refused("Signature is missing"))?;
    let scope: Vec<&str> = credential.split('/').collect();
    let [key, day, region, "bedrock", "aws4_request"] = scope.as_slice() else {
        return Err(refused("Credential is not key/day/region/bedrock/aws4_request"));
    };
    let is_time = date.len() == 16 && date.as_bytes().get(8) == Some(&b'T') && date.ends_with('Z');
    if !is_time || !date.starts_with(day) || day.len() != 8 || region.is_empty() {
        return Err(refused("x-amz-date and the scope do not agree"));
    }
    let signs = |name: &str| signed.split(';').any(|header| header == name);
    if !signs("host") || !signs("x-amz-date") {
        return Err(refused("host and x-amz-date must be signed"));
    }
    if signature.len() != 64 || !signature.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(refused("Signature is not 64 hexadecimal digits"));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(speaker: Speaker, name: &'static str, value: &str) -> u16 {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers.insert("x-amz-date", "20261127T101112Z".parse().unwrap());
        check(speaker, &headers, "").err().map_or(200, |refusal| refusal.status)
    }

    #[test]
    fn the_first_letters_of_a_key_decide() {
        for (key, expected) in
            [("sk-1", 200), ("bad-1", 401), ("poor-1", 402), ("banned-1", 403), ("limited", 429)]
        {
            assert_eq!(status(Speaker::OpenAi, "authorization", &format!("Bearer {key}")), expected);
            assert_eq!(status(Speaker::Anthropic, "x-api-key", key), expected);
            assert_eq!(status(Speaker::Gemini, "x-goog-api-key", key), expected);
        }
        assert_eq!(status(Speaker::OpenAi, "x-api-key", "sk-1"), 401);
    }

    #[test]
    fn the_form_of_a_signature_is_looked_at() {
        let signed = |scope: &str, headers: &str| {
            let signature = "0a".repeat(32);
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={headers}, Signature={signature}")
        };
        let good = "AKIA/20261127/eu-west-1/bedrock/aws4_request";
        let cases = [
            (signed(good, "content-type;host;x-amz-date"), 200),
            (signed(good, "host"), 403),
            (signed("AKIA/20261127/eu-west-1/bedrock-runtime/aws4_request", "host;x-amz-date"), 403),
            (signed("AKIA/20261128/eu-west-1/bedrock/aws4_request", "host;x-amz-date"), 403),
            (signed("badkey/20261127/eu-west-1/bedrock/aws4_request", "host;x-amz-date"), 401),
        ];
        for (authorization, expected) in cases {
            assert_eq!(
                status(Speaker::Bedrock, "authorization", &authorization),
                expected,
                "{authorization}"
            );
        }
    }
}
