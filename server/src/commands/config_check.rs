//! `gatehouse config check`

use super::Failure;
use crate::config::Config;
use ipnet::IpNet;
use std::io::Write as _;

pub fn run(config: &Config) -> Result<(), Failure> {
    let ranges = |ranges: &[IpNet]| ranges.iter().map(IpNet::to_string).collect::<Vec<_>>().join(",");
    let ca_file = config.upstream_ca_file.as_ref().map(|file| file.display().to_string());
    let key = if config.master_key.is_some() { "*** (given)" } else { "*** (from the data folder)" };
    let tls = config.gateway_tls_listen.map_or_else(|| "(none)".to_owned(), |address| address.to_string());
    let access_log = config.observation.access_log.as_ref().map(ToString::to_string);
    let otlp_endpoint = config.observation.collector.as_ref();
    let from_listener = || "(from the listener)".to_owned();
    let mut out = std::io::stdout();
    for (name, value) in [
        ("data_dir", config.data_dir.display().to_string()),
        ("database_url", config.database_shown.clone()),
        ("portal_listen", config.portal_listen.to_string()),
        ("gateway_listen", config.gateway_listen.to_string()),
        ("gateway_tls_listen", tls),
        ("gateway_tls_dir", config.gateway_tls_dir.display().to_string()),
        ("admin_listen", config.admin_listen.to_string()),
        ("gateway_threads", config.gateway_threads.to_string()),
        ("portal_url", config.portal_url.clone().unwrap_or_else(from_listener)),
        ("gateway_url", config.gateway_url.clone().unwrap_or_else(from_listener)),
        ("master_key", key.to_owned()),
        ("outbound_allow", ranges(&config.outbound_allow)),
        ("trusted_proxies", ranges(&config.trusted_proxies)),
        ("upstream_ca_file", ca_file.unwrap_or_else(|| "(public authorities alone)".to_owned())),
    ]
    .into_iter()
    .chain(config.intake.shown())
    .chain([
        ("journal_durability", format!("{:?}", config.journal_durability).to_lowercase()),
        ("metrics_series", config.observation.metrics_series.to_string()),
        ("access_log", access_log.unwrap_or_else(|| "off".to_owned())),
        ("otlp_endpoint", otlp_endpoint.map_or_else(|| "(none)".to_owned(), |c| c.endpoint.clone())),
        ("log", config.log.clone()),
    ]) {
        writeln!(out, "{name} = {value}")?;
    }
    for warning in &config.warnings {
        writeln!(std::io::stderr(), "warning: {warning}")?;
    }
    Ok(())
}
