//! What calls of earlier processes count against the quotas and rates of this one, those of plans and those of versions:
//! calls that the database knows, and then calls that the journal still held.

use super::rates;
use crate::commands::Failure;
use domain::Time;
use domain::budgets::Used;
use domain::calls::Call;
use domain::calls::record::CallRecord;
use domain::usage::Sent;
use domain::usage::recent::Recent;
use gateway::limits::rules::Moment;
use gateway::{MOST_KEYS, SnapshotHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Conn, Store};

/// Cheap to clone.
#[derive(Clone)]
pub struct Quotas {
    snapshots: SnapshotHandle,
    /// The gateway itself counts what came later.
    since: Time,
    /// The gateway's.
    clock: gateway::Clock,
    recalled: Arc<AtomicBool>,
}

impl Quotas {
    /// `since` is before the first call of this process.
    #[must_use]
    pub fn new(snapshots: SnapshotHandle, since: Time, clock: gateway::Clock) -> Self {
        Self { snapshots, since, clock, recalled: Arc::default() }
    }

    /// Counts what the database knows, once. To be done before it knows of any call of this process.
    pub async fn recall(&self, store: &Store, now: Time) -> Result<(), Failure> {
        if !self.recalled.load(Ordering::Acquire) {
            let mut conn = store.calls_snapshot().await?;
            let sent = store::usage::sent(&mut conn, now).await?;
            let mut scoped = Vec::new();
            for scope in self.snapshots.quota_scopes() {
                let sent = store::usage::sent_by(&mut conn, &scope, now, MOST_KEYS).await?;
                scoped.push((scope, sent));
            }
            let used = self.used(store, &mut conn, now).await?;
            let recent = rates::recent(&mut conn, &self.snapshots.rated_apis(), now).await?;
            // all of it or, so that it can be tried again, nothing
            self.snapshots.remember(&sent);
            self.snapshots.remember_used(used);
            for (scope, sent) in scoped {
                self.snapshots.remember_scoped(&scope, now, &sent);
            }
            self.snapshots.recall(&recent, self.moment());
            self.recalled.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// What models used, with the teams that it counts for, of which the database of calls knows nothing: the
    /// application's, or in a trial, which has none, the api's.
    async fn used(&self, store: &Store, conn: &mut Conn, now: Time) -> Result<Vec<Used>, Failure> {
        let mut used = store::budgets::used(conn, now).await?;
        if !used.is_empty() {
            let teams = store::budgets::teams(&mut store.read().await?).await?;
            for used in &mut used {
                let payer = if used.application.is_empty() { &used.api } else { &used.application };
                used.team = teams.get(payer).cloned();
            }
        }
        Ok(used)
    }

    /// Those of the calls that are of earlier processes.
    pub fn earlier(&self, records: &[CallRecord<'_>]) -> Vec<Call> {
        let since_ms = u64::try_from(self.since.timestamp_millis()).unwrap_or_default();
        let call = |record: &CallRecord<'_>| match record.call() {
            Ok(call) => Some(call),
            Err(error) => {
                tracing::error!(%error, id = %record.id(), "a call counts against no quota");
                None
            }
        };
        records.iter().filter(|record| record.at_ms < since_ms).filter_map(call).collect()
    }

    /// Counts calls of earlier processes that the database has learnt of only now.
    pub fn count(&self, earlier: &[Call]) {
        if earlier.is_empty() {
            return;
        }
        self.snapshots.remember(&earlier.iter().filter_map(Sent::one).collect::<Vec<_>>());
        self.snapshots.remember_used(earlier.iter().filter_map(Used::one).collect());
        let mut recent = Recent::default();
        for call in earlier {
            self.snapshots.remember_call(call);
            recent.add_call(call);
        }
        self.snapshots.recall(&recent.sorted(), self.moment());
    }

    fn moment(&self) -> Moment {
        let now_ns = self.clock.monotonic_us().saturating_mul(1_000);
        Moment { now_ns, unix_ms: self.clock.unix_ms() }
    }
}
