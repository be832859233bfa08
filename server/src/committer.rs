//! The committer: makes appended calls safe from a power cut, in rounds: one costs at most what was appended in the last
//! [`LONGEST`], while the disk is fast enough.

use journal::Journal;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What is appended when a round has just begun is safe at the end of the next.
const LONGEST: Duration = Duration::from_millis(20);
/// For timers and schedulers.
const LATENESS: Duration = Duration::from_millis(4);
const SHORTEST_REST: Duration = Duration::from_millis(1);
/// Rounds without a new call after which one is made all the same: spent segments are deleted in a round.
const QUIET_ROUNDS: u32 = 100;
/// The same after a round that failed.
const RETRY_ROUNDS: u32 = 10;

pub async fn run(journal: Arc<Journal>, stop: CancellationToken) {
    let (mut synced, mut quiet) = (0, QUIET_ROUNDS);
    let mut failing = false;
    let mut round = Duration::ZERO;
    while !stop.is_cancelled() {
        tokio::time::sleep(rest_after(round)).await;
        let appended = journal.appended();
        if appended == synced && quiet < QUIET_ROUNDS {
            quiet += 1;
            round = Duration::ZERO;
            continue;
        }
        (synced, quiet) = (appended, 0);
        let journal = journal.clone();
        let begin = Instant::now();
        let outcome = match tokio::task::spawn_blocking(move || journal.sync()).await {
            Ok(synced) => synced.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        round = begin.elapsed();
        // said once, not a hundred times a second; meanwhile a gauge shows it
        match &outcome {
            Err(error) if !failing => {
                tracing::error!(error, "the journal could not be synced: a power cut would now lose calls");
            }
            Ok(()) if failing => tracing::info!("the journal can be synced again; nothing was lost"),
            _ => {}
        }
        failing = outcome.is_err();
        if failing {
            // tried again soon, with or without a new call
            quiet = QUIET_ROUNDS - RETRY_ROUNDS;
        }
    }
}

/// The pause after a round that took so long, so that it and two rounds are no longer than [`LONGEST`]: each round costs
/// the disk and the processor something, so there are no more than needed.
fn rest_after(round: Duration) -> Duration {
    (LONGEST - LATENESS).saturating_sub(2 * round).max(SHORTEST_REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_disk_gets_shorter_rests() {
        for (round, rest) in [(0, 16), (2, 12), (7, 2), (8, 1), (500, 1)] {
            assert_eq!(rest_after(Duration::from_millis(round)), Duration::from_millis(rest), "{round} ms");
        }
    }
}
