//! `gatehouse verify-audit`: reads the database as it is. It creates nothing, so that a wrong folder is told from a trail
//! that is whole.

use super::Failure;
use crate::config::Config;
use std::io::Write as _;
use store::Store;

pub async fn run(config: &Config) -> Result<(), Failure> {
    let store = Store::open_to_read(&config.database).await.map_err(|error| match error {
        store::Error::Absent => {
            let shown = &config.database_shown;
            Failure::new(format!("there is no Gatehouse database at {shown}; name it with --data-dir"))
        }
        other => other.into(),
    })?;
    let verified = control::audit::verify_in(&store).await?;
    store.close().await;
    match verified.broken_at {
        None => {
            writeln!(std::io::stdout(), "the audit trail is whole: {} rows", verified.rows)?;
            Ok(())
        }
        Some(row) => Err(Failure::new(format!(
            "the audit trail is broken at row {row}: it, or a row before it, was changed or removed"
        ))),
    }
}
