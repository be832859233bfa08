//! Failed sign-ins, counted for each subject (an account's address, a network address). Survives a restart.

use domain::Time;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};

/// How often a subject failed in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempts {
    pub failures: u32,
    pub last_failed_at: Time,
    /// No attempt is looked at before this time.
    pub blocked_until: Option<Time>,
}

pub async fn get(conn: &mut Conn, subject: &str) -> Result<Option<Attempts>> {
    let select =
        sql("SELECT failures, last_failed_at, blocked_until FROM sign_in_attempts WHERE subject = $1");
    conn.optional(select.bind(subject), attempts).await
}

/// Writes what is known of a subject.
pub async fn put(tx: &mut Tx, subject: &str, attempts: &Attempts) -> Result<()> {
    let upsert = sql("INSERT INTO sign_in_attempts (subject, failures, last_failed_at, blocked_until)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,
            last_failed_at = excluded.last_failed_at, blocked_until = excluded.blocked_until")
    .bind(subject)
    .bind(attempts.failures)
    .bind(attempts.last_failed_at)
    .bind(attempts.blocked_until);
    tx.execute(upsert).await.map(drop)
}

/// Forgets a subject: it signed in.
pub async fn delete(tx: &mut Tx, subject: &str) -> Result<()> {
    tx.execute(sql("DELETE FROM sign_in_attempts WHERE subject = $1").bind(subject)).await.map(drop)
}

/// Forgets at most `limit` subjects whose last failure was before `before`; answers how many.
pub async fn delete_before(tx: &mut Tx, before: Time, limit: u32) -> Result<u64> {
    let delete = sql("DELETE FROM sign_in_attempts WHERE subject IN
        (SELECT subject FROM sign_in_attempts WHERE last_failed_at < $1 ORDER BY last_failed_at LIMIT $2)")
    .bind(before)
    .bind(limit);
    tx.execute(delete).await
}

fn attempts(row: &Row) -> Result<Attempts> {
    Ok(Attempts {
        failures: row.get("failures")?,
        last_failed_at: row.get("last_failed_at")?,
        blocked_until: row.get("blocked_until")?,
    })
}
