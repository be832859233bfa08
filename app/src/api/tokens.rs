//! One's own access tokens.

use crate::done::{Done, Shown};
use crate::error::AppError;
use crate::server::{actor, control};
use control::tokens;
use domain::check::Invalid;
use domain::ids::TokenId;
use domain::text::TextError;
use domain::tokens::{CreateToken, TokenScope};
use leptos::prelude::*;

/// Makes a token; the page shows its secret once.
#[server(prefix = "/api", endpoint = "tokens/create")]
pub async fn create(
    #[server(default)] name: String,
    #[server(default)] scope: String,
    #[server(default)] days: String,
) -> Result<Done, AppError> {
    let input = CreateToken { name, scope: read_scope(&scope)?, expires_in_days: read_days(&days)? };
    let new = tokens::create(&control(), &actor(), input).await?;
    let note = "Copy it now: it is not shown again.".to_owned();
    let of = new.token.id.to_string();
    let shown = Shown { label: format!("Token {}", new.token.name), value: new.secret, note, of };
    Ok(Done::at("/profile/tokens").showing(shown))
}

#[server(prefix = "/api", endpoint = "tokens/delete")]
pub async fn delete(token: TokenId) -> Result<Done, AppError> {
    tokens::delete(&control(), &actor(), &token).await?;
    Ok(Done::here().saying("the token is deleted and no longer works"))
}

/// Empty is everything.
fn read_scope(text: &str) -> Result<TokenScope, Invalid> {
    if text.is_empty() {
        return Ok(TokenScope::default());
    }
    text.parse().map_err(|error: TextError| Invalid::one("scope", error.to_string()))
}

/// Empty is for ever.
fn read_days(text: &str) -> Result<Option<u32>, Invalid> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().map(Some).map_err(|_| Invalid::one("expires_in_days", "expected a number of days"))
}
