//! The committer: makes appended calls safe from a power cut, so that one costs at most what was appended between two
//! of its rounds.

use journal::Journal;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const ROUND: Duration = Duration::from_millis(10);
/// Rounds without a new call after which one is made all the same: spent segments are deleted in a round.
const QUIET_ROUNDS: u32 = 100;

pub async fn run(journal: Arc<Journal>, stop: CancellationToken) {
    let (mut synced, mut quiet) = (0, QUIET_ROUNDS);
    while !stop.is_cancelled() {
        tokio::time::sleep(ROUND).await;
        let appended = journal.appended();
        if appended == synced && quiet < QUIET_ROUNDS {
            quiet += 1;
            continue;
        }
        (synced, quiet) = (appended, 0);
        let journal = journal.clone();
        match tokio::task::spawn_blocking(move || journal.sync()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the journal could not be synced"),
            Err(error) => tracing::error!(%error, "the journal could not be synced"),
        }
    }
}
