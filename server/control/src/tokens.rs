//! Personal access tokens: made, listed and deleted by the person themselves.

use crate::accounts;
use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::keys::new_key;
use crate::services::Control;
use chrono::Duration;
use domain::Time;
use domain::credentials::key::{Kind, is_well_formed, visible};
use domain::ids::{AccountId, TokenId};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use domain::tokens::{CreateToken, NewToken, Token, TokenScope};

/// How precisely the last use is known: a write for every call would be too much.
const USE_IS_NOTED_EVERY: Duration = Duration::minutes(5);

fn deed<'a>(action: &'a str, token: &'a Token) -> Deed<'a> {
    Deed { action, kind: "token", id: token.id.as_str(), name: token.name.as_str(), team: None }
}

pub async fn create(control: &Control, actor: &Actor, input: CreateToken) -> Result<NewToken> {
    insert(control, &actor.account, By::Actor(actor), input).await
}

/// Makes a token for any account, from the command line.
pub async fn create_for(control: &Control, account: &AccountId, input: CreateToken) -> Result<NewToken> {
    insert(control, account, By::System, input).await
}

async fn insert(control: &Control, account: &AccountId, by: By<'_>, input: CreateToken) -> Result<NewToken> {
    let input = input.check()?;
    let now = control.now();
    let secret = new_key(Kind::Token);
    let token = Token {
        id: control.new_id(TokenId::from_parts),
        account: account.clone(),
        name: input.name,
        scope: input.scope,
        prefix: visible(&secret),
        created_at: now,
        expires_at: input.expires_in_days.map(|days| now + Duration::days(days.into())),
        last_used_at: None,
    };
    let mut tx = control.store().begin().await?;
    store::tokens::insert(&mut tx, &token, &control.secret_hash(&secret)).await?;
    audit::write(control, &mut tx, by, deed("tokens.create", &token), NOTHING, Some(&token)).await?;
    control.commit(tx).await?;
    Ok(NewToken { token, secret })
}

/// One's own tokens.
pub async fn list(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<Token>> {
    Ok(store::tokens::list(&mut control.store().read().await?, &actor.account, page).await?)
}

/// Deletes one's own token, or anybody's as somebody who manages accounts.
pub async fn delete(control: &Control, actor: &Actor, id: &TokenId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let token = store::tokens::get(&mut tx, id)
        .await?
        .filter(|token| token.account == actor.account || actor.may_on_platform(Permission::AccountsManage))
        .ok_or_else(|| Error::not_found("token"))?;
    store::tokens::delete(&mut tx, id).await?;
    audit::write(control, &mut tx, By::Actor(actor), deed("tokens.delete", &token), Some(&token), NOTHING)
        .await?;
    control.commit(tx).await
}

/// A token that was presented: whose it is, and what it may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    pub actor: Actor,
    pub scope: TokenScope,
}

/// Who presents this secret. `None` when it is unknown, expired, or its account may not sign in.
pub async fn authenticate(control: &Control, secret: &str, address: &str) -> Result<Option<Presented>> {
    if !is_well_formed(Kind::Token, secret) {
        return Ok(None);
    }
    let now = control.now();
    let hash = control.secret_hash(secret);
    let token = store::tokens::get_by_hash(&mut control.store().read().await?, &hash).await?;
    let Some(token) = token.filter(|token| token.expires_at.is_none_or(|at| at > now)) else {
        return Ok(None);
    };
    note_use(control, &token, now).await?;
    let actor = accounts::actor(control, &token.account, address).await?;
    Ok(actor.map(|actor| Presented { actor, scope: token.scope }))
}

async fn note_use(control: &Control, token: &Token, now: Time) -> Result<()> {
    if token.last_used_at.is_some_and(|at| now - at < USE_IS_NOTED_EVERY) {
        return Ok(());
    }
    let mut tx = control.store().begin().await?;
    store::tokens::set_used(&mut tx, &token.id, now).await?;
    tx.commit().await?;
    Ok(())
}
