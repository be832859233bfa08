//! API keys of applications, found by the keyed hash of the key.

use domain::Time;
use domain::credentials::Credential;
use domain::ids::{ApplicationId, CredentialId, TeamId};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

const COLUMNS: &str = "SELECT c.id, c.application, c.name, c.prefix, c.created_at, c.expires_at,
    c.revoked_at, c.last_used_at FROM credentials c";

/// Adds a credential. Conflicts on `credentials_hash`.
pub async fn insert(tx: &mut Tx, credential: &Credential, hash: &str) -> Result<()> {
    let insert = sql("INSERT INTO credentials
        (id, application, name, prefix, created_at, expires_at, revoked_at, last_used_at, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(&credential.id)
    .bind(&credential.application)
    .bind(&credential.name)
    .bind(&credential.prefix)
    .bind(credential.created_at)
    .bind(credential.expires_at)
    .bind(credential.revoked_at)
    .bind(credential.last_used_at)
    .bind(hash);
    tx.execute(insert).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &CredentialId) -> Result<Option<Credential>> {
    conn.optional(sql(COLUMNS).filter("c.id =", id), credential).await
}

/// The credential with this key, expired or revoked or not.
pub async fn get_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<Credential>> {
    conn.optional(sql(COLUMNS).filter("c.hash =", hash), credential).await
}

/// The credentials of an application, newest first, revoked ones too.
pub async fn list(conn: &mut Conn, application: &ApplicationId, page: &PageOf) -> Result<Page<Credential>> {
    let select = sql(COLUMNS)
        .filter("c.application =", application)
        .after("(c.id) <", page::place::<1>(page)?)
        .page("c.id DESC", page::one_more(page));
    let rows = conn.all(select, credential).await?;
    Ok(page::cut(rows, page, |credential| [credential.id.to_string()]))
}

/// How many of an application's credentials still open something.
pub async fn count_live(conn: &mut Conn, application: &ApplicationId, now: Time) -> Result<i64> {
    let count = sql("SELECT count(*) AS n FROM credentials
        WHERE application = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)")
    .bind(application)
    .bind(now);
    conn.one(count, |row| row.get("n")).await
}

/// Credentials of these teams that end between `now` and `before`, soonest first.
pub async fn expiring(
    conn: &mut Conn,
    teams: &[TeamId],
    now: Time,
    before: Time,
    limit: u32,
) -> Result<Vec<Credential>> {
    let select = sql(COLUMNS)
        .push(" JOIN applications p ON p.id = c.application")
        .filter_in("p.team", teams)
        .filter("c.expires_at >", now)
        .filter("c.expires_at <", before)
        .condition("c.revoked_at IS NULL")
        .page("c.expires_at, c.id", limit);
    conn.all(select, credential).await
}

/// Sets or lifts the end of a credential; false when there is none.
pub async fn set_expires(tx: &mut Tx, id: &CredentialId, at: Option<Time>) -> Result<bool> {
    let update = sql("UPDATE credentials SET expires_at = $2 WHERE id = $1").bind(id).bind(at);
    Ok(tx.execute(update).await? > 0)
}

/// Revokes a credential; false when there is none or it was revoked before.
pub async fn revoke(tx: &mut Tx, id: &CredentialId, at: Time) -> Result<bool> {
    let update = sql("UPDATE credentials SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    Ok(tx.execute(update.bind(id).bind(at)).await? > 0)
}

/// Notes when credentials were used; never goes back in time.
pub async fn set_used(tx: &mut Tx, used: &[(CredentialId, Time)]) -> Result<()> {
    for (id, at) in used {
        let update = sql("UPDATE credentials SET last_used_at = $2
            WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)");
        tx.execute(update.bind(id).bind(*at)).await?;
    }
    Ok(())
}

fn credential(row: &Row) -> Result<Credential> {
    Ok(Credential {
        id: row.get("id")?,
        application: row.get("application")?,
        name: row.get("name")?,
        prefix: row.get("prefix")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
