//! Keys under which a change is made once, with what was answered. Known by a hash alone.

use domain::Time;
use domain::ids::AccountId;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};

/// What is known of a key that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub fingerprint: String,
    /// Sealed; nothing until the change is made.
    pub answer: Option<String>,
}

/// Notes that a change is begun under a key; false when one was already.
pub async fn insert(
    tx: &mut Tx,
    id: &str,
    account: &AccountId,
    fingerprint: &str,
    begun_at: Time,
) -> Result<bool> {
    let insert = sql("INSERT INTO idempotency_keys (id, account, fingerprint, begun_at, answer)
        VALUES ($1, $2, $3, $4, NULL) ON CONFLICT (id) DO NOTHING")
    .bind(id)
    .bind(account)
    .bind(fingerprint)
    .bind(begun_at);
    Ok(tx.execute(insert).await? > 0)
}

pub async fn get(conn: &mut Conn, id: &str) -> Result<Option<Used>> {
    let select = sql("SELECT fingerprint, answer FROM idempotency_keys WHERE id = $1");
    conn.optional(select.bind(id), used).await
}

pub async fn set_answer(tx: &mut Tx, id: &str, answer: &str) -> Result<()> {
    let update = sql("UPDATE idempotency_keys SET answer = $2 WHERE id = $1").bind(id).bind(answer);
    tx.execute(update).await.map(drop)
}

/// Forgets a key.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute(sql("DELETE FROM idempotency_keys WHERE id = $1").bind(id)).await.map(drop)
}

/// Forgets a key that was used before `before`.
pub async fn delete_if_before(tx: &mut Tx, id: &str, before: Time) -> Result<()> {
    let delete = sql("DELETE FROM idempotency_keys WHERE id = $1 AND begun_at < $2").bind(id).bind(before);
    tx.execute(delete).await.map(drop)
}

/// Forgets at most `limit` keys that were used before `before`; answers how many.
pub async fn delete_before(tx: &mut Tx, before: Time, limit: u32) -> Result<u64> {
    let delete = sql("DELETE FROM idempotency_keys WHERE id IN
        (SELECT id FROM idempotency_keys WHERE begun_at < $1 ORDER BY begun_at LIMIT $2)")
    .bind(before)
    .bind(limit);
    tx.execute(delete).await
}

fn used(row: &Row) -> Result<Used> {
    Ok(Used { fingerprint: row.get("fingerprint")?, answer: row.get("answer")? })
}
