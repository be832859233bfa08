//! Answers of models that are given again to whoever asks exactly the same: whole answers, and streams as they went out.

use super::facts::{Facts, SharedFacts};
use super::operation::Operation;
use super::passed::shaping_fields;
use super::provider::Provider;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::upstream::answer::UpstreamBody;
use ai::chat::Finish;
use bytes::Bytes;
use domain::policies::cache;
use http::StatusCode;
use http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Whether the answer was given before: `hit`, `miss`, or `bypass` where the caller did not want one that was.
pub const CACHE: HeaderName = HeaderName::from_static("x-gatehouse-cache");
/// Bytes that an answer takes beside its body, about.
const BESIDE: usize = 512;
/// What of all that may be kept one answer may take.
const SHARE: usize = 8;
/// Bytes of an answer that is kept, at most: each is held while it goes out.
const LARGEST: usize = 4 << 20;
/// No vendor was asked.
const ATTEMPTS: HeaderName = HeaderName::from_static("x-gatehouse-attempts");

/// What an api has answered; lives on through snapshots.
pub struct Kept(Cache<[u8; 32], Arc<Entry>, Weight>);

/// A version's policy, ready to be used.
#[derive(Debug)]
pub struct AnswerCache {
    kept: Arc<Kept>,
    ttl_ms: u64,
    most_bytes: usize,
    shared: bool,
    /// Of everything in the version that an answer depends on.
    print: [u8; 32],
}

struct Entry {
    at_ms: u64,
    until_ms: u64,
    headers: HeaderMap,
    streamed: bool,
    body: Bytes,
    provider: Option<Arc<Provider>>,
    model: Box<str>,
    finish: Option<Finish>,
}

/// No entry weighs less than its share of the bytes, so that these bound the number as well.
#[derive(Clone, Debug)]
struct Weight {
    least: u64,
}

impl Weighter<[u8; 32], Arc<Entry>> for Weight {
    fn weight(&self, _: &[u8; 32], entry: &Arc<Entry>) -> u64 {
        self.least.max((entry.body.len() + BESIDE) as u64)
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Kept").field("entries", &self.0.len()).finish_non_exhaustive()
    }
}

impl Kept {
    #[must_use]
    pub fn new(cache: &cache::Cache) -> Self {
        let entries = usize::try_from(cache.max_entries.max(1)).unwrap_or(usize::MAX);
        let bytes = u64::from(cache.max_bytes);
        let weight = Weight { least: bytes.div_ceil(u64::from(cache.max_entries.max(1))) };
        let entries = entries.min(10_000);
        // with one shard, what may be kept is what was said
        let options =
            OptionsBuilder::new().shards(1).estimated_items_capacity(entries).weight_capacity(bytes).build();
        Self(match options {
            Ok(options) => {
                Cache::with_options(options, weight, Default::default(), DefaultLifecycle::default())
            }
            Err(_) => Cache::with_weighter(entries, bytes, weight),
        })
    }
}

/// What the caller wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Any,
    /// A fresh answer, which may be kept.
    Fresh,
    /// A fresh answer, which is not kept.
    Private,
}

fn wish(headers: &HeaderMap) -> Wish {
    let said = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let words = said.flat_map(|value| value.split(',')).map(|word| word.trim().to_ascii_lowercase());
    words.fold(Wish::Any, |wish, word| match word.as_str() {
        "no-store" => Wish::Private,
        "no-cache" | "max-age=0" if wish == Wish::Any => Wish::Fresh,
        _ => wish,
    })
}

impl AnswerCache {
    #[must_use]
    pub fn new(cache: &cache::Cache, kept: Arc<Kept>, print: [u8; 32]) -> Self {
        let most_bytes = usize::try_from(cache.max_bytes).unwrap_or(usize::MAX) / SHARE;
        let most_bytes = most_bytes.min(LARGEST);
        Self { kept, ttl_ms: u64::from(cache.ttl_s) * 1_000, most_bytes, shared: cache.shared, print }
    }

    /// Where the answer to a request is looked for; `None` where the request cannot be told from others.
    #[must_use]
    pub fn begin(
        self: &Arc<Self>,
        ctx: &Ctx,
        operation: &Operation,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Asked> {
        let mut body: serde_json::Value = serde_json::from_slice(body).ok()?;
        // the same request, however its fields are ordered and spaced
        body.sort_all_objects();
        let application = ctx.credential.as_ref().map(|credential| credential.application.as_str());
        let application = if self.shared { "" } else { application? };
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.print);
        for part in [application, &format!("{operation:?}"), ctx.path_below(), &body.to_string()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        for (name, value) in shaping_fields(operation.dialect(), headers) {
            for part in [name.as_bytes(), value.as_bytes()] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        let key = *hasher.finalize().as_bytes();
        Some(Asked { cache: Arc::clone(self), key, wish: wish(headers), at_ms: ctx.at_ms })
    }
}

/// A request that an answer may be kept for.
#[derive(Debug)]
pub struct Asked {
    cache: Arc<AnswerCache>,
    key: [u8; 32],
    wish: Wish,
    at_ms: u64,
}

impl Asked {
    /// The answer that was given before, with what is known of it.
    #[must_use]
    pub fn again(&self, asked: &str) -> Option<(Answer, Facts)> {
        if self.wish != Wish::Any {
            return None;
        }
        let kept = &self.cache.kept.0;
        let entry = kept.get(&self.key)?;
        if entry.until_ms <= self.at_ms {
            kept.remove(&self.key);
            return None;
        }
        let mut headers = entry.headers.clone();
        headers.insert(CACHE, HeaderValue::from_static("hit"));
        headers.insert(ATTEMPTS, HeaderValue::from_static("0"));
        headers.insert(AGE, (self.at_ms.saturating_sub(entry.at_ms) / 1_000).into());
        let content = if entry.streamed {
            Content::Stream(Box::new(UpstreamBody::Kept(entry.body.clone())), None)
        } else {
            Content::Whole(entry.body.clone())
        };
        let facts = Facts {
            provider: entry.provider.clone(),
            model: entry.model.clone(),
            asked: asked.into(),
            finish: entry.finish,
            at_ms: self.at_ms,
            cached: true,
            ..Facts::default()
        };
        Some((Answer { status: StatusCode::OK, headers, content }, facts))
    }

    /// Says on the answer that it is fresh.
    pub fn mark(&self, headers: &mut HeaderMap) {
        let word = if self.wish == Wish::Any { "miss" } else { "bypass" };
        headers.insert(CACHE, HeaderValue::from_static(word));
    }

    /// What keeps the answer with these fields once it is complete; `None` where the caller does not want that.
    #[must_use]
    pub fn keep(self, headers: &HeaderMap, facts: &SharedFacts) -> Option<Keep> {
        let ours = |name: &HeaderName| {
            *name == CONTENT_TYPE || *name == CACHE_CONTROL || name.as_str().starts_with("x-gatehouse-")
        };
        let headers = headers.iter().filter(|(name, _)| ours(name));
        let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        (self.wish != Wish::Private).then(|| Keep {
            asked: self,
            headers,
            facts: Rc::clone(facts),
            body: Some(Vec::new()),
        })
    }
}

/// Takes an answer as it goes out.
pub struct Keep {
    asked: Asked,
    headers: HeaderMap,
    facts: SharedFacts,
    /// None once it is too large.
    body: Option<Vec<u8>>,
}

impl Keep {
    pub fn push(&mut self, piece: &[u8]) {
        let most = self.asked.cache.most_bytes;
        self.body = self.body.take().filter(|body| body.len() + piece.len() <= most).map(|mut body| {
            body.extend_from_slice(piece);
            body
        });
    }

    /// The answer is complete.
    pub fn done(self, streamed: bool) {
        let Some(body) = self.body else { return };
        let facts: &RefCell<Facts> = &self.facts;
        let facts = facts.borrow();
        if facts.failure.is_some() {
            return;
        }
        let Asked { cache, key, at_ms, .. } = self.asked;
        let entry = Entry {
            at_ms,
            until_ms: at_ms.saturating_add(cache.ttl_ms),
            headers: self.headers,
            streamed,
            body: body.into(),
            provider: facts.provider.clone(),
            model: facts.model.clone(),
            finish: facts.finish,
        };
        cache.kept.0.insert(key, Arc::new(entry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(bytes: usize) -> Arc<Entry> {
        Arc::new(Entry {
            at_ms: 0,
            until_ms: 1,
            headers: HeaderMap::new(),
            streamed: false,
            body: vec![0; bytes].into(),
            provider: None,
            model: "".into(),
            finish: None,
        })
    }

    fn kept(policy: &cache::Cache, entries: usize, bytes: usize) -> (usize, usize) {
        let kept = Kept::new(policy);
        for number in 0..entries {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_le_bytes());
            kept.0.insert(key, entry(bytes));
        }
        (kept.0.len(), kept.0.iter().map(|(_, entry)| entry.body.len()).sum())
    }

    #[test]
    fn neither_more_entries_nor_more_bytes_are_kept_than_may_be() {
        let policy = cache::Cache { max_entries: 50, max_bytes: 1 << 20, ..cache::Cache::default() };
        let (entries, _) = kept(&policy, 1_000, 10);
        assert!((25..=50).contains(&entries), "{entries}");
        let (entries, bytes) = kept(&policy, 1_000, 100_000);
        assert!(entries >= 5 && bytes <= 1 << 20, "{entries} with {bytes}");
    }

    #[test]
    fn callers_may_want_a_fresh_answer() {
        let of = |said: &'static str| {
            wish(&HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static(said))]))
        };
        assert_eq!(wish(&HeaderMap::new()), Wish::Any);
        assert_eq!(of("max-age=60"), Wish::Any);
        assert_eq!(of("No-Cache"), Wish::Fresh);
        assert_eq!(of("no-cache, no-store"), Wish::Private);
        assert_eq!(of("no-store, no-cache"), Wish::Private);
    }
}
