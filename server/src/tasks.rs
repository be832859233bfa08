//! The owner of background tasks: starts them, starts them again when they die, tells them to stop, waits for them.

use std::future::Future;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Resolves when the process is to end.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a task that ends by itself once it is told to stop.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(task);
    }

    /// Keeps a task running until the end. One that panicked is started again after a second.
    pub fn keep<Task>(&self, name: &'static str, start: impl Fn(CancellationToken) -> Task + Send + 'static)
    where
        Task: Future<Output = ()> + Send + 'static,
    {
        let (tracker, stop) = (self.tracker.clone(), self.stop.clone());
        self.tracker.spawn(async move {
            while !stop.is_cancelled() {
                match tracker.spawn(start(stop.clone())).await {
                    Ok(()) => return,
                    Err(error) => {
                        tracing::error!(task = name, %error, "a background task died and is started again");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        });
    }

    /// Tells all tasks to stop and waits, at most for `patience`. Says whether all have ended.
    pub async fn end(&self, patience: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

/// Runs `work` every `period` until told to stop.
pub async fn every<Work>(period: Duration, stop: CancellationToken, work: impl Fn() -> Work)
where
    Work: Future<Output = ()>,
{
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(period) => work().await,
        }
    }
}
