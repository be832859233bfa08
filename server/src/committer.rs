//! The committer: makes calls safe from a power cut that the meter has not stored in time. One costs at most the calls of
//! the last [`LONGEST`], while the disk is fast enough. More often would be dear: each sync makes a machine of few
//! processors, and so the calls under way, wait for the disk.

use journal::Journal;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How old a call is at most when it is stored in the database, or synced: milliseconds.
const LONGEST: u64 = 5_000;
/// What is not stored at one look, and not at the next, is synced; what is left is for the sync itself.
const REST: Duration = Duration::from_millis(LONGEST / 2 - 100);
/// The same after one that failed: tried again with or without a new call.
const RETRY: Duration = Duration::from_millis(150);
/// So often writers are given room for their next calls.
const ROUND: Duration = Duration::from_millis(20);
/// Spent segments are deleted in a round, so one without a new call is made now and then.
const QUIET_ROUNDS: u32 = 100;

/// What is to be done in a round.
#[derive(Debug, PartialEq, Eq)]
enum Work {
    Nothing,
    Prepare,
    Sync,
}

/// Where the rounds are.
struct Rounds {
    /// What had been appended by the last round, the last sync, and the one before.
    prepared: u64,
    synced: u64,
    before: u64,
    quiet: u32,
    failing: bool,
    /// When the last sync ended.
    at: Instant,
}

pub async fn run(journal: Arc<Journal>, stop: CancellationToken) {
    let mut rounds = Rounds::begin(Instant::now());
    while !stop.is_cancelled() {
        tokio::time::sleep(ROUND).await;
        let appended = journal.appended();
        let work = rounds.next(appended, Instant::now());
        let journal = journal.clone();
        let outcome = match work {
            Work::Nothing => continue,
            Work::Prepare => blocking(move || journal.prepare()).await,
            Work::Sync => blocking(move || journal.sync_waiting()).await,
        };
        match (work, outcome) {
            (Work::Sync, outcome) => rounds.synced(appended, outcome, Instant::now()),
            (_, Err(error)) => tracing::warn!(error, "spent segments of the journal stay for now"),
            _ => {}
        }
    }
}

async fn blocking(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

impl Rounds {
    fn begin(now: Instant) -> Self {
        Self { prepared: 0, synced: 0, before: 0, quiet: 0, failing: false, at: now }
    }

    fn next(&mut self, appended: u64, now: Instant) -> Work {
        let rest = if self.failing { RETRY } else { REST };
        if (appended != self.before || self.failing) && now - self.at >= rest {
            return Work::Sync;
        }
        self.quiet += 1;
        if appended == self.prepared && self.quiet < QUIET_ROUNDS {
            return Work::Nothing;
        }
        (self.prepared, self.quiet) = (appended, 0);
        Work::Prepare
    }

    fn synced(&mut self, appended: u64, outcome: Result<(), String>, now: Instant) {
        // said once, not with each attempt; meanwhile a gauge shows it
        match &outcome {
            Err(error) if !self.failing => {
                tracing::error!(error, "the journal could not be synced: a power cut would now lose calls");
            }
            Ok(()) if self.failing => tracing::info!("the journal can be synced again; nothing was lost"),
            _ => {}
        }
        self.failing = outcome.is_err();
        self.at = now;
        (self.before, self.synced, self.prepared, self.quiet) = (self.synced, appended, appended, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_looked_after_twice_and_prepared_for_at_once() {
        let begin = Instant::now();
        let at = |millis| begin + Duration::from_millis(millis);
        let mut rounds = Rounds::begin(begin);
        assert_eq!(rounds.next(0, at(20)), Work::Nothing);
        assert_eq!(rounds.next(5, at(40)), Work::Prepare);
        assert_eq!(rounds.next(5, at(60)), Work::Nothing);
        assert_eq!(rounds.next(5, at(2_400)), Work::Sync);
        rounds.synced(5, Ok(()), at(2_410));
        assert_eq!(rounds.next(5, at(4_820)), Work::Sync, "what was there at the last has waited");
        rounds.synced(5, Ok(()), at(4_820));
        assert_eq!(rounds.next(5, at(9_000)), Work::Nothing, "nothing is new");
        assert_eq!(rounds.next(6, at(9_020)), Work::Sync);
        rounds.synced(6, Err("no disk".to_owned()), at(9_030));
        assert_eq!(rounds.next(6, at(9_040)), Work::Nothing);
        assert_eq!(rounds.next(6, at(9_180)), Work::Sync, "tried again without a new call");
        assert!(2 * REST + ROUND < Duration::from_millis(LONGEST));
    }

    #[test]
    fn spent_segments_are_deleted_without_a_new_call() {
        let begin = Instant::now();
        let mut rounds = Rounds::begin(begin);
        let works = (0..QUIET_ROUNDS).map(|_| rounds.next(0, begin));
        assert_eq!(works.filter(|work| *work == Work::Prepare).count(), 1);
    }
}
