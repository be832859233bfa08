//! Signing in and out: what stands in the session. The cookie, the store and the timeouts are the server's.

use crate::error::Result;
use crate::server::incoming;
use domain::Time;
use domain::accounts::Account;
use domain::ids::AccountId;
use domain::problem::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// The key under which a session says who is signed in.
pub const SIGNED_IN: &str = "signed_in";
/// The key of the minute in which the session was last used.
pub const SEEN: &str = "seen";
/// The key of what is left for the next page.
pub const FLASH: &str = "flash";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub account: AccountId,
    /// When; sessions have an absolute end.
    pub at: Time,
}

/// Begins a session for the account, under a new id: nothing of what the browser had before goes on.
pub async fn start(account: &Account) -> Result<()> {
    let incoming = incoming();
    let session = session(&incoming.session)?;
    let signed_in = SignedIn { account: account.id.clone(), at: incoming.control.now() };
    session.cycle_id().await.map_err(failed)?;
    session.clear().await;
    session.insert(SIGNED_IN, signed_in).await.map_err(failed)?;
    Ok(())
}

/// Ends the session. What is said after it goes into one with a new id.
pub async fn end() -> Result<()> {
    let incoming = incoming();
    let session = session(&incoming.session)?;
    session.cycle_id().await.map_err(failed)?;
    session.clear().await;
    Ok(())
}

fn session(session: &Option<Session>) -> Result<&Session> {
    session.as_ref().ok_or_else(|| Problem::new(ProblemKind::Internal, "there is no session here").into())
}

fn failed(error: tower_sessions::session::Error) -> Problem {
    tracing::error!(%error, "session failed");
    Problem::new(ProblemKind::Unavailable, "the session could not be kept, try again")
}
