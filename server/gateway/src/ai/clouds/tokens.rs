//! Tokens of service accounts: fetched when a call needs one, kept for all threads, and renewed before they end.
//!
//! One call fetches, those that need the token as well wait for it. While the old one still holds nobody waits but who
//! renews it, and a renewal that fails is tried again later. All of it is asynchronous; a signature takes a
//! millisecond, once in an hour.

use super::NoToken;
use crate::ctx::Ctx;
use crate::upstream::answer::{UpstreamBody, WireBody};
use crate::upstream::cluster::Cluster;
use crate::upstream::{self, Answered};
use ai::google::{Signer, Token, read_token};
use arc_swap::ArcSwapOption;
use http::HeaderValue;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

/// How long before its end a token is renewed, at most: a short one is used for half of its time.
const EARLY_MS: u64 = 300_000;
/// After a renewal that failed while the old token holds.
const AGAIN_MS: u64 = 10_000;

/// An account, and where it asks for tokens.
#[derive(Debug)]
pub struct Account {
    pub signer: Signer,
    /// One node: the address that gives tokens.
    pub cluster: Arc<Cluster>,
    /// Tells secrets apart that a key has had.
    pub mark: [u8; 32],
}

/// The token of a key; lives on from one snapshot to the next.
#[derive(Debug, Default)]
pub struct TokenSlot {
    held: ArcSwapOption<Held>,
    fetching: tokio::sync::Mutex<()>,
    /// How often there was none.
    failures: AtomicU64,
    last: Mutex<Option<NoToken>>,
    /// When a renewal that failed is tried again. Unix milliseconds.
    again_ms: AtomicU64,
}

#[derive(Debug)]
struct Held {
    /// `Bearer …`
    field: HeaderValue,
    mark: [u8; 32],
    /// Unix milliseconds.
    renew_ms: u64,
    ends_ms: u64,
}

impl TokenSlot {
    /// The token that is held, and whether it is time to renew it.
    fn held(&self, mark: &[u8; 32], now_ms: u64) -> Option<(HeaderValue, bool)> {
        let held = self.held.load();
        let held = held.as_ref().filter(|held| held.mark == *mark && now_ms < held.ends_ms)?;
        let due = now_ms >= held.renew_ms && now_ms >= self.again_ms.load(SeqCst);
        Some((held.field.clone(), due))
    }

    /// The vendor does not take it: the next call asks for another one.
    pub fn forget(&self) {
        self.held.store(None);
    }

    fn keep(&self, token: &Token, mark: [u8; 32], now_ms: u64) -> Result<HeaderValue, NoToken> {
        let field = HeaderValue::try_from(format!("Bearer {}", token.secret));
        let mut field = field.map_err(|_| NoToken { status: None, word: "token_malformed" })?;
        field.set_sensitive(true);
        let lasts_ms = token.lasts_s.saturating_mul(1_000);
        let held = Held {
            field: field.clone(),
            mark,
            renew_ms: now_ms.saturating_add(lasts_ms.saturating_sub(EARLY_MS.min(lasts_ms / 2))),
            ends_ms: now_ms.saturating_add(lasts_ms),
        };
        self.held.store(Some(Arc::new(held)));
        Ok(field)
    }

    fn note(&self, failed: NoToken) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed);
        self.failures.fetch_add(1, SeqCst);
    }

    /// The failure that came since there were `before`.
    fn failed_since(&self, before: u64) -> Option<NoToken> {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|_| self.failures.load(SeqCst) != before)
    }
}

/// The value of `authorization` for calls with the account.
pub async fn get(ctx: &mut Ctx, account: &Account, slot: &TokenSlot) -> Result<HeaderValue, NoToken> {
    let now_ms = ctx.worker.clock.unix_ms();
    let before = slot.failures.load(SeqCst);
    let old = match slot.held(&account.mark, now_ms) {
        Some((field, false)) => return Ok(field),
        Some((field, true)) => Some(field),
        None => None,
    };
    let _fetching = match &old {
        None => slot.fetching.lock().await,
        Some(field) => match slot.fetching.try_lock() {
            Ok(fetching) => fetching,
            // somebody renews it, and this one still holds
            Err(_) => return Ok(field.clone()),
        },
    };
    // who was waited for may have brought it, or have failed for all
    if let Some((field, false)) = slot.held(&account.mark, ctx.worker.clock.unix_ms()) {
        return Ok(field);
    }
    if let (None, Some(failed)) = (&old, slot.failed_since(before)) {
        return Err(failed);
    }
    match fetch(ctx, account).await {
        Ok(token) => slot.keep(&token, account.mark, ctx.worker.clock.unix_ms()),
        Err(failed) => {
            slot.note(failed);
            slot.again_ms.store(ctx.worker.clock.unix_ms().saturating_add(AGAIN_MS), SeqCst);
            old.ok_or(failed)
        }
    }
}

async fn fetch(ctx: &mut Ctx, account: &Account) -> Result<Token, NoToken> {
    let failed = |status, word| NoToken { status, word };
    let now_s = i64::try_from(ctx.worker.clock.unix_ms() / 1_000).unwrap_or(i64::MAX);
    let form = account.signer.request(now_s).map_err(|_| failed(None, "key_unusable"))?;
    let node = account.cluster.nodes.first().ok_or(failed(None, "key_unusable"))?;
    let mut bytes = b"POST ".to_vec();
    bytes.extend_from_slice(node.target.base_path.as_bytes());
    bytes.extend_from_slice(b" HTTP/1.1\r\n");
    super::put(&mut bytes, b"host", node.target.authority.as_bytes());
    super::put(&mut bytes, b"content-type", b"application/x-www-form-urlencoded");
    super::put(&mut bytes, b"content-length", itoa::Buffer::new().format(form.len()).as_bytes());
    super::put(&mut bytes, b"user-agent", b"gatehouse");
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(form.as_bytes());
    // this is no attempt to send the call on
    let attempts = ctx.attempts;
    let answered = upstream::ask(ctx, &account.cluster, bytes).await;
    ctx.attempts = attempts;
    let Answered::Http1 { exchange, head, pool } =
        answered.map_err(|failure| failed(None, failure.word()))?
    else {
        return Err(failed(None, "http_protocol_error"));
    };
    let status = head.status.as_u16();
    let body = UpstreamBody::Http1(WireBody::new(exchange, &head, &ctx.worker, pool));
    let body = crate::ai::body::all(body).await.map_err(|_| failed(None, "connection_terminated"))?;
    read_token(status, &body).map_err(|reason| {
        tracing::warn!(account = account.signer.email(), reason, "no token for a provider's key");
        failed(Some(status), if status < 500 { "token_refused" } else { "token_unavailable" })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let slot = TokenSlot::default();
        let token = |lasts_s| Token { secret: "t".to_owned(), lasts_s };
        let (mark, other) = ([1; 32], [2; 32]);
        assert!(slot.held(&mark, 0).is_none());
        slot.keep(&token(3_600), mark, 1_000).unwrap();
        let due = |now_ms| slot.held(&mark, now_ms).map(|(_, due)| due);
        assert_eq!(
            [3_300_999, 3_301_000, 3_600_999, 3_601_000].map(due),
            [Some(false), Some(true), Some(true), None]
        );
        assert!(slot.held(&other, 1_000).is_none(), "it was given for another secret");
        slot.again_ms.store(3_400_000, SeqCst);
        assert_eq!([3_399_999, 3_400_000].map(due), [Some(false), Some(true)]);
        slot.keep(&token(60), mark, 0).unwrap();
        slot.again_ms.store(0, SeqCst);
        assert_eq!([29_999, 30_000].map(due), [Some(false), Some(true)], "half of its time");
        slot.forget();
        assert_eq!(due(0), None);
        let told = format!("{:?}", slot.keep(&token(60), mark, 0).unwrap());
        assert!(!told.contains("Bearer"), "{told}");
    }

    #[test]
    fn who_waited_shares_the_failure_and_who_comes_later_does_not() {
        let slot = TokenSlot::default();
        let failed = NoToken { status: Some(400), word: "token_refused" };
        assert_eq!(slot.failed_since(0), None);
        slot.note(failed);
        assert_eq!((slot.failed_since(0), slot.failed_since(1)), (Some(failed), None));
    }
}
