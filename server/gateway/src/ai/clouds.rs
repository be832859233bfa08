//! What shows a key to a vendor: a field that is always the same, a signature of each request (Amazon), or a token that
//! is fetched for a while (Google).

pub mod address;
pub mod tokens;

use super::keys::{Key, Taken};
use super::provider::{Provider, put};
use crate::ctx::Ctx;
use crate::reject::{Reject, RejectKind};
use ai::aws::{Asked, authorize};
use ai::catalogue::KeyIn;
use domain::providers::{AmazonKey, GoogleAccount};
use http::HeaderValue;
use tokens::Account;

/// A key, made ready to be shown.
#[derive(Debug)]
pub enum Proof {
    /// What goes into the vendor's field, marked as sensitive.
    Field(HeaderValue),
    Amazon(AmazonKey),
    Google(Box<Account>),
}

impl Proof {
    /// Reads the secret of a key. An error says what is wrong with it, without it. `account` makes an account ready to
    /// ask for tokens.
    pub fn of(
        key_in: KeyIn,
        secret: String,
        account: impl FnOnce(&GoogleAccount, &str) -> Result<Account, String>,
    ) -> Result<Self, String> {
        match key_in {
            KeyIn::Sigv4 => Ok(Self::Amazon(AmazonKey::parse(&secret)?)),
            KeyIn::ServiceAccount => {
                let parsed = GoogleAccount::parse(&secret)?;
                Ok(Self::Google(Box::new(account(&parsed, &secret)?)))
            }
            _ => {
                let field = HeaderValue::try_from(secret);
                let mut field = field.map_err(|_| "it holds what no field of a head may")?;
                field.set_sensitive(true);
                Ok(Self::Field(field))
            }
        }
    }
}

/// Why a key could not be shown: whoever gives tokens gave none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoToken {
    /// Of what was answered; `None` without an answer.
    pub status: Option<u16>,
    /// For records: `token_refused`, `connection_refused`.
    pub word: &'static str,
}

impl NoToken {
    /// Lets the key rest: long where it was refused, short where nobody answered.
    pub fn rest(self, taken: Taken, now_ms: u64) {
        match self.status {
            Some(status @ 400..=499) if status != 429 => taken.refused(status, now_ms),
            status => taken.failed(status.unwrap_or(503), now_ms),
        }
    }

    /// What the caller is told: not whose key it is, nor why it is not good.
    #[must_use]
    pub fn reject(self) -> Reject {
        let detail = "the model's provider gives no token for the gateway's key";
        Reject::new(RejectKind::UpstreamUnavailable, detail).retry_after(60)
    }
}

/// The lines of a head that show the key with this request; none where the provider has no key.
pub async fn prove(
    ctx: &mut Ctx,
    provider: &Provider,
    key: Option<&Key>,
    asked: &Asked<'_>,
) -> Result<Vec<u8>, NoToken> {
    let mut lines = Vec::new();
    let Some(key) = key else { return Ok(lines) };
    match &key.proof {
        Proof::Field(value) => {
            if let Some((name, before)) = provider.key_field() {
                put(&mut lines, name, &[before, value.as_bytes()].concat());
            }
        }
        Proof::Amazon(amazon) => {
            let now_s = i64::try_from(ctx.worker.clock.unix_ms() / 1_000).unwrap_or(i64::MAX);
            for (name, value) in authorize(amazon, asked, provider.region.as_deref(), now_s) {
                put(&mut lines, name.as_bytes(), value.as_bytes());
            }
        }
        Proof::Google(account) => {
            let token = tokens::get(ctx, account, &key.state.token).await?;
            put(&mut lines, b"authorization", token.as_bytes());
        }
    }
    Ok(lines)
}
