//! Keys, where each vendor wants them. Any key is good but those whose first letters say otherwise; signatures and
//! tokens must be true.

use super::clouds::{AZURE, VERTEX};
use super::refusal::{Refusal, Speaker};
use super::signature;
use super::tokens::Tokens;
use http::request;
use std::time::{SystemTime, UNIX_EPOCH};

/// Unix seconds.
#[expect(clippy::disallowed_methods, reason = "a vendor has a clock of its own")]
pub(super) fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Refuses a call without a key, or with one that is no good.
pub(super) fn check(
    speaker: Speaker,
    head: &request::Parts,
    body: &[u8],
    tokens: &Tokens,
) -> Result<(), Refusal> {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization");
    let bearer = authorization.and_then(|value| value.strip_prefix("Bearer "));
    let path = head.uri.path();
    if path.starts_with(VERTEX) {
        return tokens.check(bearer, now_s());
    }
    let key = match speaker {
        Speaker::OpenAi if path.starts_with(AZURE) => header("api-key"),
        Speaker::OpenAi | Speaker::Cohere => bearer.or_else(|| header("api-key")),
        Speaker::Anthropic => header("x-api-key").or(bearer),
        Speaker::Gemini => header("x-goog-api-key").or_else(|| in_query(head)).or(bearer),
        Speaker::Bedrock => match authorization {
            Some(signed) if signed.starts_with(signature::ALGORITHM) => {
                Some(signature::check(signed, head, body, now_s())?)
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

fn in_query(head: &request::Parts) -> Option<&str> {
    head.uri.query()?.split('&').find_map(|pair| pair.strip_prefix("key="))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn status(speaker: Speaker, path: &str, name: &'static str, value: &str) -> u16 {
        let request = Request::post(path).header(name, value).header("host", "sim");
        let head = request.body(()).unwrap().into_parts().0;
        check(speaker, &head, b"", &Tokens::default()).err().map_or(200, |refusal| refusal.status)
    }

    #[test]
    fn the_first_letters_of_a_key_decide() {
        for (key, expected) in
            [("sk-1", 200), ("bad-1", 401), ("poor-1", 402), ("banned-1", 403), ("limited", 429)]
        {
            assert_eq!(status(Speaker::OpenAi, "/", "authorization", &format!("Bearer {key}")), expected);
            assert_eq!(status(Speaker::Anthropic, "/", "x-api-key", key), expected);
            assert_eq!(status(Speaker::Gemini, "/", "x-goog-api-key", key), expected);
            assert_eq!(status(Speaker::OpenAi, "/openai/v1/models", "api-key", key), expected);
        }
        assert_eq!(status(Speaker::OpenAi, "/", "x-api-key", "sk-1"), 401);
        assert_eq!(status(Speaker::OpenAi, "/openai/v1/models", "authorization", "Bearer sk-1"), 401);
    }

    #[test]
    fn what_only_looks_like_a_signature_or_a_token_is_refused() {
        let signed = "AWS4-HMAC-SHA256 Credential=AKIA1/20261127/eu-west-1/bedrock/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=00";
        assert_eq!(status(Speaker::Bedrock, "/model/m/converse", "authorization", signed), 403);
        let vertex = "/v1/projects/p/locations/l/publishers/google/models/m:generateContent";
        assert_eq!(status(Speaker::Gemini, vertex, "authorization", "Bearer ya29.sim-1"), 401);
        assert_eq!(status(Speaker::Gemini, vertex, "x-goog-api-key", "k"), 401);
    }
}
