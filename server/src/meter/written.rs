//! A batch of the journal on its way into the database: its calls in blocks, and their roll-ups.

use super::Quotas;
use crate::commands::Failure;
use domain::Time;
use domain::calls::Call;
use domain::ids::CredentialId;
use journal::Batch;
use std::collections::HashMap;
use store::{Store, Tx};

/// Taken apart at once: the more, the more memory it takes.
const AT_ONCE: usize = 2_048;

/// What a transaction is about to make true.
#[derive(Default)]
pub struct Written {
    pub calls: u64,
    /// Records that are not calls that this program can read.
    pub unreadable: u64,
    /// New calls of earlier processes.
    pub earlier: Vec<Call>,
    pub used: LastUses,
}

impl Written {
    /// Writes all of a batch; those that may be there already, unless it is `sure` that none is, only once.
    pub async fn of(tx: &mut Tx, batch: &Batch, sure: bool, quotas: &Quotas) -> Result<Self, Failure> {
        let mut written = Self::default();
        let records: Vec<&[u8]> = batch.records().collect();
        for records in records.chunks(AT_ONCE) {
            let calls = decode(records);
            let new = if sure { add(tx, &calls).await? } else { add_missing(tx, &calls).await? };
            written.earlier.extend(quotas.earlier(new));
            written.calls += calls.len() as u64;
            written.unreadable += (records.len() - calls.len()) as u64;
            written.used.note(&calls);
        }
        Ok(written)
    }
}

/// When keys were used last.
#[derive(Clone, Default)]
pub struct LastUses(HashMap<CredentialId, Time>);

impl LastUses {
    fn note(&mut self, calls: &[Call]) {
        // most calls of a batch have the same few keys: no name of one is copied twice
        let mut last: HashMap<&CredentialId, Time> = HashMap::new();
        for call in calls {
            if let Some(credential) = &call.credential {
                let at = last.entry(credential).or_insert(call.at);
                *at = call.at.max(*at);
            }
        }
        self.add(Self(last.into_iter().map(|(credential, at)| (credential.clone(), at)).collect()));
    }

    /// Whichever use was later.
    pub fn add(&mut self, other: Self) {
        for (credential, at) in other.0 {
            let last = self.0.entry(credential).or_insert(at);
            *last = at.max(*last);
        }
    }

    /// All of them; none are left.
    pub fn take(&mut self) -> Vec<(CredentialId, Time)> {
        self.0.drain().collect()
    }
}

/// The calls of records but those that cannot be read.
fn decode(records: &[&[u8]]) -> Vec<Call> {
    let call = |record: &&[u8]| match gateway::record::decode(record) {
        Ok(call) => Some(call),
        Err(error) => {
            tracing::error!(%error, "a call record is not readable");
            None
        }
    };
    records.iter().filter_map(call).collect()
}

/// Calls, with their roll-ups. Answers the calls.
async fn add<'a>(tx: &mut Tx, calls: &'a [Call]) -> Result<Vec<&'a Call>, Failure> {
    store::usage::add(tx, calls).await?;
    store::calls::add(tx, calls).await?;
    Ok(calls.iter().collect())
}

/// The same of those calls that are not there yet.
async fn add_missing<'a>(tx: &mut Tx, calls: &'a [Call]) -> Result<Vec<&'a Call>, Failure> {
    let new = store::calls::insert(tx, calls).await?;
    store::usage::add(tx, new.iter().copied()).await?;
    Ok(new)
}

/// Puts together what was written in small pieces.
pub async fn gather(store: &Store) -> store::Result<()> {
    loop {
        let mut tx = store.calls_begin().await?;
        if !store::calls::gather(&mut tx).await? {
            return Ok(());
        }
        tx.commit().await?;
    }
}
