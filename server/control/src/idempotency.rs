//! Changes that are made once however often they are sent, with `Idempotency-Key` (draft-ietf-httpapi-idempotency-key).
//!
//! What was answered is kept for a day, sealed: it may show a secret that is shown once. A key whose change was refused
//! is free again, since nothing was done. A key whose change did not come to its end stays taken, since nobody knows
//! whether it was done: better to be asked to look than to do it twice.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::seal;
use crate::services::Control;
use chrono::Duration;
use domain::check::Invalid;
use domain::problem::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};

/// How long a key is remembered.
pub(crate) const KEPT: Duration = Duration::days(1);

const FIELD: &str = "Idempotency-Key";

/// A change that is to be made once.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What is done: a key is one only among those of an account for the same operation.
    pub operation: &'a str,
    pub key: &'a str,
    /// A hash of all that was sent.
    pub sent: &'a str,
}

/// What was answered. Has no `Debug`: it may hold a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

/// Whether a change is to be made.
pub enum Begun {
    /// It is, and the key is taken until [`finish`] or [`release`].
    Now(Taken),
    /// It was made before, and this was answered.
    Before(Answer),
}

/// A key that was taken for a change.
#[must_use = "a key that is neither finished nor released stays taken for a day"]
pub struct Taken {
    id: String,
    sealing_key: [u8; 32],
}

impl Taken {
    fn new(control: &Control, actor: &Actor, change: Change<'_>) -> Self {
        let of = |purpose: &str| {
            let Change { operation, key, .. } = change;
            control.secret_hash(&format!("idempotency {purpose} v1\n{}\n{operation}\n{key}", actor.account))
        };
        // a hash of ours always reads as one
        let sealing_key =
            blake3::Hash::from_hex(of("sealing")).map(|hash| *hash.as_bytes()).unwrap_or_default();
        Self { id: of("key"), sealing_key }
    }

    fn place(&self) -> String {
        format!("idempotency_keys.answer.{}.1", self.id)
    }
}

/// Takes the key, unless it was used. Refuses while the first change with the key is under way, and where the key was
/// used for something else.
pub async fn begin(control: &Control, actor: &Actor, change: Change<'_>) -> Result<Begun> {
    let taken = Taken::new(control, actor, change);
    let fingerprint = control.secret_hash(change.sent);
    let now = control.now();
    let mut tx = control.store().begin().await?;
    store::idempotency::delete_if_before(&mut tx, &taken.id, now - KEPT).await?;
    if store::idempotency::insert(&mut tx, &taken.id, &actor.account, &fingerprint, now).await? {
        tx.commit().await?;
        return Ok(Begun::Now(taken));
    }
    let used = store::idempotency::get(&mut tx, &taken.id).await?.ok_or_else(under_way)?;
    if used.fingerprint != fingerprint {
        return Err(Invalid::one(FIELD, "was used for another request; take a new key for each").into());
    }
    let sealed = used.answer.ok_or_else(under_way)?;
    let plain = seal::open(&taken.sealing_key, &taken.place(), &sealed)?;
    serde_json::from_slice(&plain)
        .map(Begun::Before)
        .map_err(|error| Error::Internal(format!("a kept answer is not readable: {error}")))
}

fn under_way() -> Error {
    let detail = "a request with this key is under way, or did not come to its end; send it again later, and if this \
        stays so, look whether it was done before you take another key";
    let mut problem = Problem::new(ProblemKind::Conflict, detail);
    problem.retry_after_s = Some(1);
    Error::Refused(problem)
}

/// Keeps what was answered, for those who send the same again.
pub async fn finish(control: &Control, taken: Taken, answer: &Answer) -> Result<()> {
    let plain =
        serde_json::to_vec(answer).map_err(|error| Error::Internal(format!("idempotency: {error}")))?;
    let sealed = seal::seal(&taken.sealing_key, &taken.place(), &plain)?;
    let mut tx = control.store().begin().await?;
    store::idempotency::set_answer(&mut tx, &taken.id, &sealed).await?;
    tx.commit().await?;
    Ok(())
}

/// Frees the key: the change was refused, and nothing is done.
pub async fn release(control: &Control, taken: Taken) -> Result<()> {
    let mut tx = control.store().begin().await?;
    store::idempotency::delete(&mut tx, &taken.id).await?;
    tx.commit().await?;
    Ok(())
}
