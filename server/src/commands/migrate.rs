//! `gatehouse migrate`

use super::Failure;
use crate::config::Config;
use crate::serve;
use std::io::Write as _;

pub async fn run(config: &Config) -> Result<(), Failure> {
    let store = serve::open_store(config).await?;
    store.close().await;
    writeln!(std::io::stdout(), "{} is up to date", config.database_shown)?;
    Ok(())
}
