//! The snapshot loop: hears of changes, reads what of the gateway's state they changed, has that compiled and swapped
//! in, and tells the use cases that wait for it. Where that is not known, it reads the whole state. What does not
//! compile is left out; a database that is away leaves the last good state serving, since the start the one on disk.

use crate::commands::Failure;
use crate::kept::Kept;
use crate::trouble::Trouble;
use control::Clock;
use control::signal::{Caught, Receiver};
use gateway::{LeftOut, SnapshotHandle};
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Changes, Store};
use tokio_util::sync::CancellationToken;

/// What the loop works with.
#[derive(Clone)]
pub struct Sync {
    pub store: Store,
    pub snapshots: SnapshotHandle,
    pub clock: Clock,
    /// The last good state on disk.
    pub kept: Arc<Mutex<Kept>>,
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
        match self.on_disk(|kept| kept.read()).await {
            Ok(Some(config)) => self.compiled(move |snapshots| snapshots.publish(&config)).await.is_ok(),
            Ok(None) => false,
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
            self.load().await?;
        } else if self.trouble.is_behind() {
            // of a database that was away it is not known whether it still is the one that it was
            self.load().await?;
        } else if self.newest().await? == self.snapshots.sequence() {
            return Ok(false);
        } else {
            self.follow().await?;
        }
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
        let config = Arc::new(within(STATE, read).await?);
        let served = Arc::clone(&config);
        self.compiled(move |snapshots| snapshots.publish(&served)).await?;
        self.trouble.catch_up();
        self.keep(move |kept| kept.write(&config)).await;
        Ok(())
    }

    /// Reads what changed since what is being served, and serves that.
    async fn follow(&self) -> Result<(), Failure> {
        let since = self.snapshots.sequence();
        let read = async {
            let mut conn = self.store.snapshot().await?;
            store::gateway_config::load_update(&mut conn, since).await
        };
        let Some(update) = within(STATE, read).await? else { return self.load().await };
        let update = Arc::new(update);
        let served = Arc::clone(&update);
        self.compiled(move |snapshots| snapshots.update(&served)).await?;
        match self.on_disk(move |kept| kept.append(&update)).await {
            Ok(true) => Ok(()),
            // it takes nothing but a whole state
            Ok(false) => self.load().await,
            Err(error) => {
                not_kept(&error);
                Ok(())
            }
        }
    }

    /// Has something compiled and swapped in.
    async fn compiled(
        &self,
        compile: impl FnOnce(&SnapshotHandle) -> Vec<LeftOut> + Send + 'static,
    ) -> Result<(), Failure> {
        let snapshots = self.snapshots.clone();
        // compiling is work: off the threads that answer
        let compiled = tokio::task::spawn_blocking(move || compile(&snapshots)).await;
        let left_out = compiled.map_err(|error| Failure::new(format!("snapshot: {error}")))?;
        if self.trouble.leave_out(&left_out) {
            for left_out in &left_out {
                tracing::error!(%left_out, "something of the configuration is left out");
            }
        }
        Ok(())
    }

    async fn keep(&self, work: impl FnOnce(&mut Kept) -> io::Result<()> + Send + 'static) {
        if let Err(error) = self.on_disk(work).await {
            not_kept(&error);
        }
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Kept) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let kept = Arc::clone(&self.kept);
        let work = move || work(&mut kept.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
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
                if loaded {
                    self.keep(Kept::compact).await;
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

fn not_kept(error: &io::Error) {
    tracing::warn!(%error, "the snapshot could not be kept on disk");
}

/// What the database answers, unless it takes too long.
async fn within<T>(patience: Duration, answer: impl Future<Output = store::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(patience, answer).await {
        Ok(answered) => Ok(answered?),
        Err(_) => Err(Failure::new(format!("database: no answer within {} s", patience.as_secs()))),
    }
}
