//! The committer: makes appended calls safe from a power cut, so that one costs at most what was appended between two
//! of its rounds.

use journal::Journal;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const ROUND: Duration = Duration::from_millis(10);
/// Rounds without a new call after which one is made all the same: spent segments are deleted in a round.
const QUIET_ROUNDS: u32 = 100;
/// The same after a round that failed.
const RETRY_ROUNDS: u32 = 10;

pub async fn run(journal: Arc<Journal>, stop: CancellationToken) {
    let (mut synced, mut quiet) = (0, QUIET_ROUNDS);
    let mut failing = false;
    while !stop.is_cancelled() {
        tokio::time::sleep(ROUND).await;
        let appended = journal.appended();
        if appended == synced && quiet < QUIET_ROUNDS {
            quiet += 1;
            continue;
        }
        (synced, quiet) = (appended, 0);
        let journal = journal.clone();
        let outcome = match tokio::task::spawn_blocking(move || journal.sync()).await {
            Ok(synced) => synced.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
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
