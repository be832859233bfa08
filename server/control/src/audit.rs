//! The audit trail: one row for each change, in the transaction of the change, in a chain of hashes.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::audit::{AuditEntry, AuditFilter, AuditRow, GENESIS};
use domain::ids::{AuditId, TeamId};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use store::{Store, Tx};

/// What was done to which object.
pub(crate) struct Deed<'a> {
    /// `teams.create`
    pub action: &'a str,
    /// `team`
    pub kind: &'a str,
    pub id: &'a str,
    pub name: &'a str,
    pub team: Option<&'a TeamId>,
}

/// Who did it.
pub(crate) enum By<'a> {
    Actor(&'a Actor),
    /// Somebody who is not signed in yet, at an address.
    Visitor {
        name: &'a str,
        address: &'a str,
    },
    System,
}

/// Writes the row. `before` and `after` are what changed, without secrets.
pub(crate) async fn write(
    control: &Control,
    tx: &mut Tx,
    by: By<'_>,
    deed: Deed<'_>,
    before: Option<&impl Serialize>,
    after: Option<&impl Serialize>,
) -> Result<()> {
    let (account, actor, address) = match by {
        By::Actor(actor) => (Some(actor.account.clone()), actor.name.clone(), actor.address.clone()),
        By::Visitor { name, address } => (None, name.to_owned(), address.to_owned()),
        By::System => (None, "system".to_owned(), String::new()),
    };
    let entry = AuditEntry {
        id: control.new_id(AuditId::from_parts),
        at: control.now(),
        account,
        actor,
        address,
        action: deed.action.to_owned(),
        object_kind: deed.kind.to_owned(),
        object_id: deed.id.to_owned(),
        object_name: deed.name.to_owned(),
        team: deed.team.cloned(),
        before: before.map(json).transpose()?,
        after: after.map(json).transpose()?,
    };
    // of the head, not of the last row: a row that was taken away stays missed
    let head = store::audit::head(tx).await?;
    let head = head.ok_or_else(|| Error::Internal("the audit trail has lost its head".to_owned()))?;
    let sequence = head.sequence + 1;
    let hash = hash(&entry, &head.hash, sequence);
    store::audit::append(tx, &AuditRow { sequence, entry, hash }).await?;
    Ok(())
}

/// For changes that have no before or after.
pub(crate) const NOTHING: Option<&()> = None;

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(format!("audit: {error}")))
}

fn hash(entry: &AuditEntry, previous: &str, sequence: i64) -> String {
    let digest = Sha256::digest(entry.hashed_bytes(previous, sequence));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The trail, newest first. For auditors and administrators.
pub async fn list(
    control: &Control,
    actor: &Actor,
    filter: &AuditFilter,
    page: &PageOf,
) -> Result<Page<AuditRow>> {
    actor.require(Permission::AuditRead)?;
    Ok(store::audit::list(&mut control.store().read().await?, filter, page).await?)
}

/// The result of walking the whole chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verified {
    pub rows: i64,
    /// The first row that is missing or does not follow from the one before, if any.
    pub broken_at: Option<i64>,
}

/// Walks the chain from its beginning to the row at which it must end.
pub async fn verify(control: &Control) -> Result<Verified> {
    verify_in(control.store()).await
}

/// [`verify`], where nothing but the database is at hand.
pub async fn verify_in(store: &Store) -> Result<Verified> {
    const AT_ONCE: u32 = 1_000;
    // rows that are added meanwhile are not seen, as the head is not
    let mut conn = store.snapshot().await?;
    let (mut previous, mut rows) = (GENESIS.to_owned(), 0_i64);
    let broken = |rows| Ok(Verified { rows, broken_at: Some(rows + 1) });
    let Some(head) = store::audit::head(&mut conn).await? else { return broken(0) };
    loop {
        let batch = store::audit::walk(&mut conn, rows, AT_ONCE).await?;
        if batch.is_empty() {
            break;
        }
        for row in batch {
            if row.sequence != rows + 1 || row.hash != hash(&row.entry, &previous, row.sequence) {
                return broken(rows);
            }
            (previous, rows) = (row.hash, row.sequence);
        }
    }
    match rows.cmp(&head.sequence) {
        Ordering::Equal if previous == head.hash => Ok(Verified { rows, broken_at: None }),
        Ordering::Less => broken(rows),
        // rows that were put there behind the head's back
        Ordering::Greater => broken(head.sequence),
        Ordering::Equal => broken((rows - 1).max(0)),
    }
}
