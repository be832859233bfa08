//! How a use case waits until what it changed is true at the gateway.
//!
//! The use case commits, asks for the gateway to be brought up to date, and goes on when that is done. The other
//! end is the snapshot loop of the server.

use tokio::sync::{mpsc, oneshot};

/// Asks the snapshot loop to catch up with the database.
#[derive(Clone, Debug)]
pub struct ChangeSignal(mpsc::UnboundedSender<Caught>);

/// Told when the gateway serves a state at least as new as the one asked for.
pub type Caught = oneshot::Sender<()>;

/// What the snapshot loop listens to.
pub type Receiver = mpsc::UnboundedReceiver<Caught>;

impl ChangeSignal {
    #[must_use]
    pub fn channel() -> (Self, Receiver) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Waits for the gateway, at most for `patience`. Says whether it caught up; a gateway that does not (it is
    /// stopping, or the state does not compile) keeps serving what it had and is reported where it happens.
    pub async fn catch_up(&self, patience: std::time::Duration) -> bool {
        let (caught, told) = oneshot::channel();
        if self.0.send(caught).is_err() {
            return false;
        }
        matches!(tokio::time::timeout(patience, told).await, Ok(Ok(())))
    }
}
