//! A batch of the journal on its way into the database: its calls in blocks, and their roll-ups.

use super::Quotas;
use crate::commands::Failure;
use domain::Time;
use domain::calls::Call;
use domain::calls::record::CallRecord;
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
        for bytes in records.chunks(AT_ONCE) {
            let records = read(bytes);
            written.used.note(&records);
            written.calls += records.len() as u64;
            written.unreadable += (bytes.len() - records.len()) as u64;
            let new = if sure { add(tx, records).await? } else { add_missing(tx, &records).await? };
            written.earlier.extend(quotas.earlier(&new));
        }
        Ok(written)
    }
}

/// When keys were used last.
#[derive(Clone, Default)]
pub struct LastUses(HashMap<CredentialId, Time>);

impl LastUses {
    fn note(&mut self, records: &[CallRecord<'_>]) {
        // most calls of a batch have the same few keys: no name of one is copied twice
        let mut last: HashMap<&str, u64> = HashMap::new();
        for record in records {
            if let Some(credential) = record.credential {
                let at = last.entry(credential).or_insert(record.at_ms);
                *at = record.at_ms.max(*at);
            }
        }
        let known = |(credential, at): (&str, u64)| Some((credential.parse().ok()?, time(at)?));
        self.add(Self(last.into_iter().filter_map(known).collect()));
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

/// The records but those that cannot be read.
fn read<'a>(records: &[&'a [u8]]) -> Vec<CallRecord<'a>> {
    let read = |bytes: &&'a [u8]| match CallRecord::read(bytes) {
        Ok(record) => Some(record),
        Err(error) => {
            tracing::error!(%error, "a call record is not readable");
            None
        }
    };
    records.iter().filter_map(read).collect()
}

/// Calls, with their roll-ups. Answers the calls.
async fn add<'a>(tx: &mut Tx, records: Vec<CallRecord<'a>>) -> Result<Vec<CallRecord<'a>>, Failure> {
    store::usage::add(tx, &records).await?;
    store::calls::add(tx, &records).await?;
    Ok(records)
}

/// The same of those calls that are not there yet.
async fn add_missing<'a>(tx: &mut Tx, records: &[CallRecord<'a>]) -> Result<Vec<CallRecord<'a>>, Failure> {
    let new = store::calls::insert(tx, records).await?;
    store::usage::add(tx, &new).await?;
    Ok(new)
}

fn time(unix_ms: u64) -> Option<Time> {
    Time::from_timestamp_millis(i64::try_from(unix_ms).ok()?)
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
