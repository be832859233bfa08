//! A statement runs to its end in a task of its own, even when whoever asked for it is gone: a driver future that is
//! dropped half-way can leave a snapshot pinned or a connection out of step.

use std::future::Future;

use crate::error::{Error, Result};

/// Runs a driver future to its end, even when the caller is dropped meanwhile.
pub(super) async fn detached<T: Send + 'static>(
    future: impl Future<Output = sqlx::Result<T>> + Send + 'static,
) -> Result<T> {
    Ok(task(future).await??)
}

/// Runs any future to its end, even when the caller is dropped meanwhile.
#[expect(clippy::disallowed_methods, reason = "ends with its statement, and reports to whoever still waits")]
pub(super) async fn task<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T> {
    tokio::spawn(future).await.map_err(|_| Error::Interrupted)
}
