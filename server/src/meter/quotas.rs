//! What calls of earlier processes count against the quotas of this one: those that the database knows, and then those
//! that the journal still held.

use crate::commands::Failure;
use domain::Time;
use domain::calls::Call;
use domain::usage::Sent;
use gateway::SnapshotHandle;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Store;

/// Cheap to clone.
#[derive(Clone)]
pub struct Quotas {
    snapshots: SnapshotHandle,
    /// The gateway itself counts what came later.
    since: Time,
    recalled: Arc<AtomicBool>,
}

impl Quotas {
    /// `since` is before the first call of this process.
    #[must_use]
    pub fn new(snapshots: SnapshotHandle, since: Time) -> Self {
        Self { snapshots, since, recalled: Arc::default() }
    }

    /// Counts what the database knows, once. To be done before it knows of any call of this process.
    pub async fn recall(&self, store: &Store, now: Time) -> Result<(), Failure> {
        if !self.recalled.load(Ordering::Acquire) {
            let sent = store::usage::sent(&mut store.calls_read().await?, now).await?;
            self.snapshots.remember(&sent);
            self.recalled.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Counts calls that the database has learnt of only now, as far as they are of earlier processes.
    pub fn count<'a>(&self, calls: impl IntoIterator<Item = &'a Call>) {
        let earlier = calls.into_iter().filter(|call| call.at < self.since).filter_map(Sent::one);
        let earlier: Vec<Sent> = earlier.collect();
        if !earlier.is_empty() {
            self.snapshots.remember(&earlier);
        }
    }
}
