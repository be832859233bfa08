//! Signed-in sessions. A row is found by the SHA-256 of the cookie's value, so the table opens no session.

use domain::Time;
use domain::ids::AccountId;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};

/// A session as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// SHA-256 of the session's id, in hex.
    pub key: String,
    /// Who is signed in, once somebody is.
    pub account: Option<AccountId>,
    /// What the session layer keeps: JSON.
    pub content: String,
    pub created_at: Time,
    /// After this the session is over, used or not.
    pub expires_at: Time,
}

/// Adds or replaces a session; its time of creation stays.
pub async fn put(tx: &mut Tx, session: &Session) -> Result<()> {
    let upsert = sql("INSERT INTO sessions (key, account, content, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (key) DO UPDATE SET account = excluded.account, content = excluded.content,
            expires_at = excluded.expires_at")
    .bind(&session.key)
    .bind(session.account.as_ref())
    .bind(&session.content)
    .bind(session.created_at)
    .bind(session.expires_at);
    tx.execute(upsert).await.map(drop)
}

/// Adds a session; false when there is one with this key already.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<bool> {
    let insert = sql("INSERT INTO sessions (key, account, content, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING")
    .bind(&session.key)
    .bind(session.account.as_ref())
    .bind(&session.content)
    .bind(session.created_at)
    .bind(session.expires_at);
    Ok(tx.execute(insert).await? > 0)
}

/// The session, if it is not over at `now`.
pub async fn get(conn: &mut Conn, key: &str, now: Time) -> Result<Option<Session>> {
    let select = sql("SELECT key, account, content, created_at, expires_at FROM sessions
        WHERE key = $1 AND expires_at > $2")
    .bind(key)
    .bind(now);
    conn.optional(select, session).await
}

pub async fn delete(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute(sql("DELETE FROM sessions WHERE key = $1").bind(key)).await.map(drop)
}

/// Ends every session of an account, except one that goes on. Answers how many ended.
pub async fn delete_of_account(tx: &mut Tx, account: &AccountId, except: Option<&str>) -> Result<u64> {
    let delete = sql("DELETE FROM sessions").filter("account =", account).filter_some("key <>", except);
    tx.execute(delete).await
}

/// Removes at most `limit` sessions that are over at `now`; answers how many.
pub async fn delete_expired(tx: &mut Tx, now: Time, limit: u32) -> Result<u64> {
    let delete = sql("DELETE FROM sessions WHERE key IN
        (SELECT key FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)")
    .bind(now)
    .bind(limit);
    tx.execute(delete).await
}

fn session(row: &Row) -> Result<Session> {
    Ok(Session {
        key: row.get("key")?,
        account: row.get("account")?,
        content: row.get("content")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}
