//! Fields of a caller's head that mean something to vendors who speak its dialect, and go on to them. Nothing else of
//! the caller does: least of all what it shows to the gateway, or what says for whose account a vendor works.

use super::provider::put;
use crate::ctx::Ctx;
use ai::dialect::CallerDialect;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// What asks Anthropic's clients' servers for a version of their dialect.
pub const ANTHROPIC_VERSION: HeaderName = HeaderName::from_static("anthropic-version");
/// What makes a call that is repeated one call.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Those that may change an answer.
fn shaping(caller: CallerDialect) -> &'static [&'static str] {
    match caller {
        CallerDialect::OpenAiChat | CallerDialect::OpenAiResponses => &["openai-beta"],
        CallerDialect::Anthropic => &["anthropic-version", "anthropic-beta"],
        CallerDialect::Gemini | CallerDialect::GeminiArray => &[],
    }
}

/// The fields that may change an answer, as they stand in the caller's head.
pub fn shaping_fields(
    caller: CallerDialect,
    headers: &HeaderMap,
) -> impl Iterator<Item = (&'static str, &HeaderValue)> {
    shaping(caller)
        .iter()
        .flat_map(move |name| headers.get_all(*name).iter().map(move |value| (*name, value)))
}

/// The fields that go on.
#[derive(Debug, Default)]
pub struct Passed(Vec<(HeaderName, HeaderValue)>);

impl Passed {
    #[must_use]
    pub fn of(ctx: &Ctx, caller: CallerDialect, headers: &HeaderMap) -> Self {
        let shaping = shaping_fields(caller, headers);
        let mut passed: Vec<_> =
            shaping.map(|(name, value)| (HeaderName::from_static(name), value.clone())).collect();
        let knows_keys = !matches!(caller, CallerDialect::Gemini | CallerDialect::GeminiArray);
        if let Some(key) = headers.get(IDEMPOTENCY_KEY).filter(|_| knows_keys) {
            passed.push((IDEMPOTENCY_KEY, own(ctx, key)));
        }
        Self(passed)
    }

    #[must_use]
    pub fn has(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(passed, _)| passed == name)
    }

    /// Writes them as lines of a head, but for those that `keeps` back.
    pub fn put(&self, keeps: impl Fn(&HeaderName) -> bool, head: &mut Vec<u8>) {
        for (name, value) in self.0.iter().filter(|(name, _)| !keeps(name)) {
            put(head, name.as_str().as_bytes(), value.as_bytes());
        }
    }
}

/// The key as it is only this caller's: all of them are one account to the vendor, and whoever guessed the key of
/// another one would be given that one's answer.
fn own(ctx: &Ctx, key: &HeaderValue) -> HeaderValue {
    let application = ctx.credential.as_ref().map(|credential| credential.application.as_str());
    let whose =
        application.or_else(|| ctx.trial.as_ref().map(|trial| trial.team.as_str())).unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    for part in [whose.as_bytes(), key.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    HeaderValue::from_str(hasher.finalize().to_hex().as_str()).unwrap_or_else(|_| key.clone())
}
