//! How a use case waits until what it changed is true at the gateway.
//!
//! The use case commits, asks for the gateway to be brought up to date, and goes on when that is done. The other
//! end is the snapshot loop of the server. A command that runs without a gateway waits for nobody.

use tokio::sync::{mpsc, oneshot};

/// Asks the snapshot loop to catch up with the database.
#[derive(Clone, Debug)]
pub struct ChangeSignal(Option<mpsc::UnboundedSender<Caught>>);

/// Told when the gateway serves a state at least as new as the one asked for.
pub type Caught = oneshot::Sender<()>;

/// What the snapshot loop listens to.
pub type Receiver = mpsc::UnboundedReceiver<Caught>;

impl ChangeSignal {
    #[must_use]
    pub fn channel() -> (Self, Receiver) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(Some(sender)), receiver)
    }

    /// For a process without a gateway: those that have one hear of changes themselves.
    #[must_use]
    pub fn nobody() -> Self {
        Self(None)
    }

    /// Waits for the gateway, at most for `patience`. Says whether it caught up; a gateway that does not (it is
    /// stopping, or its loop cannot read the database) keeps serving what it had and is reported where it happens.
    pub async fn catch_up(&self, patience: std::time::Duration) -> bool {
        let Some(gateway) = &self.0 else { return true };
        let (caught, told) = oneshot::channel();
        if gateway.send(caught).is_err() {
            return false;
        }
        matches!(tokio::time::timeout(patience, told).await, Ok(Ok(())))
    }
}
