//! Invitations that were not used yet, found by the keyed hash of the secret in their link.

use domain::Time;
use domain::accounts::Invitation;
use domain::ids::InvitationId;
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

const COLUMNS: &str =
    "SELECT id, email, role, team, team_role, invited_by, created_at, expires_at FROM invitations";

/// Adds an invitation. Conflicts on `invitations_secret_hash`.
pub async fn insert(tx: &mut Tx, invitation: &Invitation, secret_hash: &str) -> Result<()> {
    let insert = sql("INSERT INTO invitations
        (id, email, role, team, team_role, invited_by, created_at, expires_at, secret_hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(&invitation.id)
    .bind(&invitation.email)
    .bind(invitation.role)
    .bind(invitation.team.as_ref())
    .bind(invitation.team_role)
    .bind(&invitation.invited_by)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .bind(secret_hash);
    tx.execute(insert).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &InvitationId) -> Result<Option<Invitation>> {
    conn.optional(sql(COLUMNS).filter("id =", id), invitation).await
}

/// The invitation with this secret, expired or not.
pub async fn get_by_hash(conn: &mut Conn, secret_hash: &str) -> Result<Option<Invitation>> {
    conn.optional(sql(COLUMNS).filter("secret_hash =", secret_hash), invitation).await
}

/// Invitations, newest first.
pub async fn list(conn: &mut Conn, page: &PageOf) -> Result<Page<Invitation>> {
    let select = sql(COLUMNS).after("(id) <", page::place::<1>(page)?).page("id DESC", page::one_more(page));
    let rows = conn.all(select, invitation).await?;
    Ok(page::cut(rows, page, |invitation| [invitation.id.to_string()]))
}

/// Removes an invitation, used or withdrawn; false when there is none.
pub async fn delete(tx: &mut Tx, id: &InvitationId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM invitations WHERE id = $1").bind(id)).await? > 0)
}

/// Removes what expired before `before`; answers how many.
pub async fn delete_expired(tx: &mut Tx, before: Time) -> Result<u64> {
    tx.execute(sql("DELETE FROM invitations WHERE expires_at < $1").bind(before)).await
}

fn invitation(row: &Row) -> Result<Invitation> {
    Ok(Invitation {
        id: row.get("id")?,
        email: row.get("email")?,
        role: row.get("role")?,
        team: row.get("team")?,
        team_role: row.get("team_role")?,
        invited_by: row.get("invited_by")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}
