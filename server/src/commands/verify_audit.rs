//! `gatehouse verify-audit`

use super::{Failure, offline};
use crate::config::Config;
use std::io::Write as _;

pub async fn run(config: &Config) -> Result<(), Failure> {
    let control = offline::open(config).await?;
    let verified = control::audit::verify(&control).await?;
    control.store().close().await;
    match verified.broken_at {
        None => {
            writeln!(std::io::stdout(), "the audit trail is whole: {} rows", verified.rows)?;
            Ok(())
        }
        Some(row) => Err(Failure::new(format!(
            "the audit trail is broken at row {row}; {} rows before it are whole",
            row - 1
        ))),
    }
}
