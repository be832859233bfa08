//! The snapshot loop: hears of changes, reads what the gateway is to serve, has it compiled and swapped in, and tells
//! the use cases that wait for it. A state that does not compile, or a database that is away, leaves the last good one
//! serving.

use crate::commands::Failure;
use crate::data_dir::write_private;
use control::Clock;
use control::signal::Receiver;
use domain::gateway_config::GatewayConfig;
use gateway::SnapshotHandle;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// What the loop works with.
#[derive(Clone)]
pub struct Sync {
    pub store: Store,
    pub snapshots: SnapshotHandle,
    pub clock: Clock,
    /// Where the last good state is kept.
    pub file: PathBuf,
    /// Why the newest state is not being served, if it is not.
    pub trouble: Trouble,
}

/// The reason that is shown in `/readyz` and on the gateway's page.
#[derive(Clone, Debug, Default)]
pub struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    #[must_use]
    pub fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, reason: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }
}

/// How long the loop waits after the database failed before it tries again.
const AGAIN: Duration = Duration::from_secs(2);

impl Sync {
    /// Serves the state that was kept on disk, if there is one: better than nothing until the database has answered.
    pub async fn restore(&self) -> Result<(), Failure> {
        let text = match tokio::fs::read(&self.file).await {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::new(format!("snapshot {}: {error}", self.file.display()))),
        };
        match serde_json::from_slice::<GatewayConfig>(&text) {
            Ok(config) => self.publish(config).await,
            Err(error) => {
                tracing::warn!(%error, "the snapshot on disk is not readable and is left aside");
                Ok(())
            }
        }
    }

    /// Serves the newest state, if it is not being served.
    async fn catch_up(&self) -> Result<(), Failure> {
        let newest = store::last_change(&mut self.store.read().await?).await?;
        if newest == self.snapshots.sequence() { Ok(()) } else { self.load().await }
    }

    /// Reads the state of the database and serves it, whatever is being served: what was restored from the disk may
    /// have been another database's.
    pub async fn load(&self) -> Result<(), Failure> {
        let mut conn = self.store.snapshot().await?;
        let config = store::gateway_config::load(&mut conn, self.clock.now()).await?;
        drop(conn);
        let kept = serde_json::to_vec(&config).map_err(|error| Failure::new(format!("snapshot: {error}")))?;
        self.publish(config).await?;
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
        let published = tokio::task::spawn_blocking(move || {
            snapshots.publish(&config).map_err(|error| Failure::new(error.to_string()))
        });
        published.await.map_err(|error| Failure::new(format!("snapshot: {error}")))?
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
            tokio::select! {
                () = stop.cancelled() => return,
                caught = asked.recv() => waiting.extend(caught),
                () = changes.changed() => {}
                () = tokio::time::sleep(AGAIN), if self.trouble.get().is_some() => {}
            }
            while let Ok(caught) = asked.try_recv() {
                waiting.push(caught);
            }
            match self.catch_up().await {
                Ok(()) => {
                    self.trouble.set(None);
                    for caught in waiting.drain(..) {
                        // an error is a use case that gave up waiting
                        let _told = caught.send(());
                    }
                }
                Err(failure) => {
                    tracing::error!(%failure, "the gateway goes on serving its last good state");
                    self.trouble.set(Some(failure.to_string()));
                    waiting.clear();
                }
            }
        }
    }
}
