//! Single settings, from text to what they stand for. Errors name the setting.

use crate::commands::Failure;
use ipnet::IpNet;
use std::net::SocketAddr;
use tracing_subscriber::EnvFilter;

pub(super) fn bad(field: &str, message: impl std::fmt::Display) -> Failure {
    Failure::new(format!(
        "{field}: {message} (flag --{}, environment GATEHOUSE_{})",
        field.replace('_', "-"),
        field.to_uppercase()
    ))
}

pub(super) fn listen(field: &str, text: Option<String>, default: &str) -> Result<SocketAddr, Failure> {
    let text = text.unwrap_or_else(|| default.to_owned());
    text.parse().map_err(|_| bad(field, format!("expected an address like {default}, got {text:?}")))
}

pub(super) fn ranges(text: &str) -> Result<Vec<IpNet>, Failure> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let one = || part.parse().ok().map(|ip: std::net::IpAddr| IpNet::from(ip));
            part.parse().ok().or_else(one).ok_or_else(|| {
                bad("outbound_allow", format!("expected ranges like 10.2.0.0/16, got {part:?}"))
            })
        })
        .collect()
}

pub(super) fn public_url(field: &str, text: Option<String>) -> Result<Option<String>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let url: domain::upstream::UpstreamUrl = text.parse().map_err(|error| bad(field, error))?;
    Ok(Some(url.to_string().trim_end_matches('/').to_owned()))
}

pub(super) fn filter(text: String) -> Result<String, Failure> {
    match EnvFilter::try_new(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(bad("log", format!("expected a filter like info or gateway=debug: {error}"))),
    }
}
