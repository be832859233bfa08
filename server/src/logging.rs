//! Log lines on stderr: for people on a terminal, as JSON elsewhere.

use crate::commands::Failure;
use crate::config::Config;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

pub fn init(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| Failure::new(format!("log: {error}")))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = if std::io::stderr().is_terminal() { lines.try_init() } else { lines.json().try_init() };
    set.map_err(|error| Failure::new(format!("log: {error}")))
}
