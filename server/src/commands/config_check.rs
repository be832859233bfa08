//! `gatehouse config check`

use super::Failure;
use crate::config::Config;
use journal::Durability;
use std::io::Write as _;

pub fn run(config: &Config) -> Result<(), Failure> {
    let allow: Vec<String> = config.outbound_allow.iter().map(ToString::to_string).collect();
    let key = if config.master_key.is_some() { "*** (given)" } else { "*** (from the data folder)" };
    let durability = match config.durability {
        Durability::Normal => "normal",
        Durability::Strict => "strict",
    };
    let from_listener = || "(from the listener)".to_owned();
    let mut out = std::io::stdout();
    for (name, value) in [
        ("data_dir", config.data_dir.display().to_string()),
        ("database_url", config.database_shown.clone()),
        ("portal_listen", config.portal_listen.to_string()),
        ("gateway_listen", config.gateway_listen.to_string()),
        ("admin_listen", config.admin_listen.to_string()),
        ("gateway_threads", config.gateway_threads.to_string()),
        ("durability", durability.to_owned()),
        ("portal_url", config.portal_url.clone().unwrap_or_else(from_listener)),
        ("gateway_url", config.gateway_url.clone().unwrap_or_else(from_listener)),
        ("master_key", key.to_owned()),
        ("outbound_allow", allow.join(",")),
        ("log", config.log.clone()),
    ] {
        writeln!(out, "{name} = {value}")?;
    }
    Ok(())
}
