//! Client certificates of teams. The private key is sealed by whoever writes it, and read for the gateway alone.

use domain::certificates::{Certificate, CertificateUse};
use domain::ids::{ApiId, CertificateId, TeamId};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Sql, Tx, sql};
use crate::page;

const COLUMNS: &str = "SELECT c.id, c.team, c.name, c.subject, c.issuer, c.not_before, c.not_after,
    c.fingerprint, c.created_at, c.updated_at FROM certificates c";

/// A chain in PEM with its sealed key.
#[derive(Clone, Copy)]
pub struct SealedPair<'a> {
    pub chain: &'a str,
    pub private_key: &'a str,
}

/// Adds a certificate. Conflicts on `certificates_team_name`.
pub async fn insert(tx: &mut Tx, certificate: &Certificate, pair: SealedPair<'_>) -> Result<()> {
    let insert = sql("INSERT INTO certificates (id, team, name, subject, issuer, not_before, not_after,
            fingerprint, created_at, updated_at, chain, private_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(&certificate.id)
    .bind(&certificate.team)
    .bind(&certificate.name)
    .bind(&certificate.subject)
    .bind(&certificate.issuer)
    .bind(certificate.not_before)
    .bind(certificate.not_after)
    .bind(&certificate.fingerprint)
    .bind(certificate.created_at)
    .bind(certificate.updated_at)
    .bind(pair.chain)
    .bind(pair.private_key);
    tx.execute(insert).await.map(drop)
}

/// Writes the name. Conflicts on `certificates_team_name`.
pub async fn update(tx: &mut Tx, certificate: &Certificate) -> Result<()> {
    let update = sql("UPDATE certificates SET name = $2, updated_at = $3 WHERE id = $1")
        .bind(&certificate.id)
        .bind(&certificate.name)
        .bind(certificate.updated_at);
    tx.execute(update).await.map(drop)
}

/// Writes another chain and key, and what is said of them.
pub async fn replace(tx: &mut Tx, certificate: &Certificate, pair: SealedPair<'_>) -> Result<()> {
    let update = sql("UPDATE certificates SET subject = $2, issuer = $3, not_before = $4, not_after = $5,
            fingerprint = $6, updated_at = $7, chain = $8, private_key = $9 WHERE id = $1")
    .bind(&certificate.id)
    .bind(&certificate.subject)
    .bind(&certificate.issuer)
    .bind(certificate.not_before)
    .bind(certificate.not_after)
    .bind(&certificate.fingerprint)
    .bind(certificate.updated_at)
    .bind(pair.chain)
    .bind(pair.private_key);
    tx.execute(update).await.map(drop)
}

/// False when there is none.
pub async fn delete(tx: &mut Tx, id: &CertificateId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM certificates WHERE id = $1").bind(id)).await? > 0)
}

pub async fn get(conn: &mut Conn, id: &CertificateId) -> Result<Option<Certificate>> {
    conn.optional(sql(COLUMNS).filter("c.id =", id), certificate).await
}

/// The certificates of a team by name.
pub async fn list(conn: &mut Conn, team: &TeamId, page: &PageOf) -> Result<Page<Certificate>> {
    let select = sql(COLUMNS)
        .filter("c.team =", team)
        .after("(c.name, c.id) >", page::place::<2>(page)?)
        .page("c.name, c.id", page::one_more(page));
    let rows = conn.all(select, certificate).await?;
    Ok(page::cut(rows, page, |certificate| [certificate.name.clone(), certificate.id.to_string()]))
}

/// The versions of the team that show a certificate, in their draft or live, but for those that are gone.
pub async fn uses(conn: &mut Conn, certificate: &Certificate) -> Result<Vec<CertificateUse>> {
    let select = sql("SELECT a.id, a.name AS api_name, v.name AS version, v.draft LIKE $1 AS draft,
            coalesce(r.config LIKE $1, FALSE) AS live
        FROM versions v
        JOIN apis a ON a.id = v.api
        LEFT JOIN revisions r ON r.version = v.id AND r.number = v.live_revision")
    .bind(mention(&certificate.id))
    .condition("v.state <> 'retired'")
    .condition("(v.draft LIKE $1 OR r.config LIKE $1)")
    .filter("a.team =", &certificate.team)
    .push(" ORDER BY a.name, v.id");
    conn.all(select, |row| {
        Ok(CertificateUse {
            api: row.get("id")?,
            api_name: row.get("api_name")?,
            version: row.get("version")?,
            draft: row.get("draft")?,
            live: row.get("live")?,
        })
    })
    .await
}

/// The apis with a live revision that shows a certificate.
pub(crate) async fn apis_showing(conn: &mut Conn, id: &CertificateId) -> Result<Vec<ApiId>> {
    let select: Sql = sql("SELECT DISTINCT v.api FROM certificates c
        JOIN apis a ON a.team = c.team
        JOIN versions v ON v.api = a.id
        JOIN revisions r ON r.version = v.id AND r.number = v.live_revision")
    .filter("c.id =", id)
    .filter("r.config LIKE", mention(id));
    conn.all(select, |row| row.get("api")).await
}

/// What a configuration that shows the certificate has in its text, and no other: in a text within it, the quotation
/// marks would have backslashes before them.
fn mention(id: &CertificateId) -> String {
    format!("%\"client_certificate\":\"{id}\"%")
}

fn certificate(row: &Row) -> Result<Certificate> {
    Ok(Certificate {
        id: row.get("id")?,
        team: row.get("team")?,
        name: row.get("name")?,
        subject: row.get("subject")?,
        issuer: row.get("issuer")?,
        not_before: row.get("not_before")?,
        not_after: row.get("not_after")?,
        fingerprint: row.get("fingerprint")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
