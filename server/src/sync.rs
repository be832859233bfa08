//! The snapshot loop: hears of changes, reads what the gateway is to serve, has it compiled and swapped in, and tells
//! the use cases that wait for it. What does not compile is left out; a database that is away leaves the last good
//! state serving, since the start the one on disk.

use crate::commands::Failure;
use crate::data_dir::write_private;
use crate::trouble::Trouble;
use control::Clock;
use control::signal::{Caught, Receiver};
use domain::gateway_config::GatewayConfig;
use gateway::SnapshotHandle;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use store::{Changes, Store};
use tokio_util::sync::CancellationToken;

/// What the loop works with.
#[derive(Clone)]
pub struct Sync {
    pub store: Store,
    pub snapshots: SnapshotHandle,
    pub clock: Clock,
    /// Where the last good state is kept.
    pub file: PathBuf,
    pub trouble: Trouble,
}

/// How long the loop waits after the database failed before it tries again.
const AGAIN: Duration = Duration::from_secs(2);
/// The change mark is asked for this often although nothing was heard: over a connection that is half open nothing is.
const POLL: Duration = Duration::from_secs(5);
/// How long the database may take to tell the change mark, and all of its state.
const MARK: Duration = Duration::from_secs(8);
const STATE: Duration = Duration::from_secs(60);

/// Brings the database up to date, if it answers.
pub async fn reach(store: &Store) -> store::Result<()> {
    // in bounded time: a migration waits for as long as another node's takes
    drop(store.read().await?);
    store.migrate().await
}

impl Sync {
    /// Serves what the database holds, or, where that cannot be had, what was kept on disk; the loop goes on trying.
    /// `reached` is what [`reach`] answered. Fails when there is neither.
    pub async fn begin(&self, reached: store::Result<()>) -> Result<(), Failure> {
        let restored = self.restore().await;
        let failure = match reached {
            Ok(()) => match self.load().await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            },
            Err(error @ store::Error::Unavailable(_)) => {
                self.trouble.wait_for_database();
                error.into()
            }
            Err(error) => return Err(error.into()),
        };
        if !restored {
            let why = "and there is no snapshot in the data folder to serve meanwhile";
            return Err(Failure::new(format!("{failure}, {why}")));
        }
        tracing::error!(%failure, "the gateway serves the snapshot in the data folder");
        self.trouble.fall_behind(failure.to_string());
        Ok(())
    }

    /// Serves the state that was kept on disk, if there is one: better than nothing until the database has answered.
    async fn restore(&self) -> bool {
        let text = match tokio::fs::read(&self.file).await {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return false,
            Err(error) => {
                tracing::warn!(%error, file = %self.file.display(), "the snapshot on disk cannot be read");
                return false;
            }
        };
        match serde_json::from_slice::<GatewayConfig>(&text) {
            Ok(config) => self.publish(config).await.is_ok(),
            Err(error) => {
                tracing::warn!(%error, "the snapshot on disk is not readable and is left aside");
                false
            }
        }
    }

    /// Serves the newest state, if it is not being served. Says whether it was not.
    async fn catch_up(&self) -> Result<bool, Failure> {
        if self.trouble.waits_for_database() {
            reach(&self.store).await?;
        } else if !self.trouble.is_behind() && self.newest().await? == self.snapshots.sequence() {
            return Ok(false);
        }
        self.load().await?;
        Ok(true)
    }

    /// The change mark of the database.
    async fn newest(&self) -> Result<i64, Failure> {
        within(MARK, async { store::last_change(&mut self.store.read().await?).await }).await
    }

    /// Reads the state of the database and serves it, whatever is being served: what was restored from the disk may
    /// have been another database's.
    async fn load(&self) -> Result<(), Failure> {
        let read = async {
            let mut conn = self.store.snapshot().await?;
            store::gateway_config::load(&mut conn, self.clock.now()).await
        };
        let config = within(STATE, read).await?;
        let kept = serde_json::to_vec(&config).map_err(|error| Failure::new(format!("snapshot: {error}")))?;
        self.publish(config).await?;
        self.trouble.catch_up();
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || write_private(&file, &kept)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!(%error, "the snapshot could not be kept on disk");
        }
        Ok(())
    }

    async fn publish(&self, config: GatewayConfig) -> Result<(), Failure> {
        let snapshots = self.snapshots.clone();
        // compiling is work: off the threads that answer
        let published = tokio::task::spawn_blocking(move || snapshots.publish(&config));
        let left_out = published.await.map_err(|error| Failure::new(format!("snapshot: {error}")))?;
        for left_out in &left_out {
            tracing::error!(%left_out, "something of the configuration is left out");
        }
        self.trouble.leave_out(&left_out);
        Ok(())
    }

    /// Runs until told to stop.
    pub async fn run(self, mut asked: Receiver, stop: CancellationToken) {
        let mut changes = match self.store.changes() {
            Ok(changes) => changes,
            Err(error) => {
                tracing::error!(%error, "cannot listen for changes made by other nodes");
                return;
            }
        };
        let mut waiting = Vec::new();
        loop {
            let pause = if self.trouble.is_behind() { AGAIN } else { POLL };
            let heard = tokio::select! {
                () = stop.cancelled() => return,
                caught = asked.recv() => {
                    waiting.extend(caught);
                    true
                }
                () = changes.changed() => true,
                () = tokio::time::sleep(pause) => self.trouble.is_behind(),
            };
            while let Ok(caught) = asked.try_recv() {
                waiting.push(caught);
            }
            self.step(heard, &mut changes, &mut waiting).await;
        }
    }

    /// One attempt to serve the newest state. `heard`: something said that there may be one.
    async fn step(&self, heard: bool, changes: &mut Changes, waiting: &mut Vec<Caught>) {
        match self.catch_up().await {
            Ok(loaded) => {
                if loaded && !heard {
                    tracing::warn!("a change was not heard of, but found: listening over a new connection");
                    changes.reconnect();
                }
                for caught in waiting.drain(..) {
                    // an error is a use case that gave up waiting
                    let _told = caught.send(());
                }
            }
            Err(failure) => {
                tracing::error!(%failure, "the gateway goes on serving its last good state");
                self.trouble.fall_behind(failure.to_string());
                // the others are told if another attempt goes well in time
                waiting.retain(|caught| !caught.is_closed());
            }
        }
    }
}

/// What the database answers, unless it takes too long.
async fn within<T>(patience: Duration, answer: impl Future<Output = store::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(patience, answer).await {
        Ok(answered) => Ok(answered?),
        Err(_) => Err(Failure::new(format!("database: no answer within {} s", patience.as_secs()))),
    }
}
