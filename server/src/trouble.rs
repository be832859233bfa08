//! What keeps the gateway from serving what it should: told in `/readyz`, and on every page to those who run the
//! platform. Never keeps the gateway from serving what it can.

use gateway::LeftOut;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the snapshot loop, which writes it, and those who show it.
#[derive(Clone, Debug, Default)]
pub struct Trouble(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The database has not answered since the start: what is served was kept on disk.
    waits: bool,
    /// Why the newest state is not served.
    behind: Option<String>,
    /// What of the state that is served had to be left out.
    left_out: Vec<String>,
    /// Why changed certificates are not in use.
    certificates: Option<String>,
}

impl Trouble {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the database has not answered since the start. It may have to be migrated first.
    #[must_use]
    pub fn waits_for_database(&self) -> bool {
        self.state().waits
    }

    /// Whether something newer than what is served is there, or may be.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.state().behind.is_some()
    }

    /// One line for each trouble, lower case and without a full stop.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let state = self.state();
        let behind =
            state.behind.iter().map(|reason| format!("the newest configuration is not served: {reason}"));
        behind.chain(state.left_out.iter().cloned()).chain(state.certificates.clone()).collect()
    }

    /// Whether changed certificates could be taken, and if not, why.
    pub fn keep_certificates(&self, reason: Option<String>) {
        self.state().certificates = reason;
    }

    /// The database does not answer at the start.
    pub fn wait_for_database(&self) {
        self.state().waits = true;
    }

    /// The newest state could not be served.
    pub fn fall_behind(&self, reason: String) {
        self.state().behind = Some(reason);
    }

    /// What had to be left out of the state that is served from now on. Says whether that is something else than
    /// before.
    pub fn leave_out(&self, left_out: &[LeftOut]) -> bool {
        let left_out = left_out.iter().map(ToString::to_string).collect();
        let before = std::mem::replace(&mut self.state().left_out, left_out);
        before != self.state().left_out
    }

    /// The newest state of the database is served.
    pub fn catch_up(&self) {
        let mut state = self.state();
        state.waits = false;
        state.behind = None;
    }
}
