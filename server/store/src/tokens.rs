//! Personal access tokens, found by the keyed hash of their secret.

use domain::Time;
use domain::ids::{AccountId, TokenId};
use domain::paging::{Page, PageOf};
use domain::tokens::Token;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

const COLUMNS: &str =
    "SELECT id, account, name, scope, prefix, created_at, expires_at, last_used_at FROM tokens";

/// Adds a token. Conflicts on `tokens_secret_hash`.
pub async fn insert(tx: &mut Tx, token: &Token, secret_hash: &str) -> Result<()> {
    let insert = sql("INSERT INTO tokens
        (id, account, name, scope, prefix, created_at, expires_at, last_used_at, secret_hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(&token.id)
    .bind(&token.account)
    .bind(&token.name)
    .bind(token.scope)
    .bind(&token.prefix)
    .bind(token.created_at)
    .bind(token.expires_at)
    .bind(token.last_used_at)
    .bind(secret_hash);
    tx.execute(insert).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &TokenId) -> Result<Option<Token>> {
    conn.optional(sql(COLUMNS).filter("id =", id), token).await
}

/// The token with this secret, expired or not.
pub async fn get_by_hash(conn: &mut Conn, secret_hash: &str) -> Result<Option<Token>> {
    conn.optional(sql(COLUMNS).filter("secret_hash =", secret_hash), token).await
}

/// The tokens of an account, newest first.
pub async fn list(conn: &mut Conn, account: &AccountId, page: &PageOf) -> Result<Page<Token>> {
    let select = sql(COLUMNS)
        .filter("account =", account)
        .after("(id) <", page::place::<1>(page)?)
        .page("id DESC", page::one_more(page));
    let rows = conn.all(select, token).await?;
    Ok(page::cut(rows, page, |token| [token.id.to_string()]))
}

pub async fn set_used(tx: &mut Tx, id: &TokenId, at: Time) -> Result<()> {
    tx.execute(sql("UPDATE tokens SET last_used_at = $2 WHERE id = $1").bind(id).bind(at)).await.map(drop)
}

/// Removes a token; false when there is none.
pub async fn delete(tx: &mut Tx, id: &TokenId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM tokens WHERE id = $1").bind(id)).await? > 0)
}

/// Removes every token of an account; answers how many.
pub async fn delete_of_account(tx: &mut Tx, account: &AccountId) -> Result<u64> {
    tx.execute(sql("DELETE FROM tokens WHERE account = $1").bind(account)).await
}

fn token(row: &Row) -> Result<Token> {
    Ok(Token {
        id: row.get("id")?,
        account: row.get("account")?,
        name: row.get("name")?,
        scope: row.get("scope")?,
        prefix: row.get("prefix")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
