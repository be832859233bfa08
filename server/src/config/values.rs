//! Single settings, from text to what they stand for. Errors name the setting.

use crate::commands::Failure;
use crate::interfaces;
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

/// The address that was set, or that of a listener on every address, which is guessed.
pub(super) fn url_or_guess(
    field: &str,
    text: Option<String>,
    listener: SocketAddr,
    warnings: &mut Vec<String>,
) -> Result<Option<String>, Failure> {
    if text.is_some() || !listener.ip().is_unspecified() {
        return public_url(field, text);
    }
    let guess = interfaces::url_from_outside(listener, &interfaces::addresses());
    let shown = guess.clone().unwrap_or_else(|| format!("http://{listener}"));
    warnings.push(format!(
        "{field} is not set and {listener} is every address of this machine: links say {shown}; set GATEHOUSE_{} to \
         what people type",
        field.to_uppercase()
    ));
    Ok(guess)
}

fn public_url(field: &str, text: Option<String>) -> Result<Option<String>, Failure> {
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
