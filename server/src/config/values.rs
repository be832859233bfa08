//! Single settings, from text to what they stand for. Errors name the setting.

use crate::commands::Failure;
use crate::interfaces;
use ipnet::IpNet;
use journal::{Durability, Limits};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::path::Path;
use tracing_subscriber::EnvFilter;

pub(super) fn bad(field: &str, message: impl Display) -> Failure {
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

/// Ranges or single addresses with commas between them; none when nothing was set.
pub(super) fn ranges(field: &str, text: Option<String>) -> Result<Vec<IpNet>, Failure> {
    let text = text.unwrap_or_default();
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let one = || part.parse().ok().map(|ip: IpAddr| IpNet::from(ip));
            part.parse()
                .ok()
                .or_else(one)
                .ok_or_else(|| bad(field, format!("expected ranges like 10.2.0.0/16, got {part:?}")))
        })
        .collect()
}

/// A number that must lie in a range.
pub(super) fn within<N: PartialOrd + Display>(
    field: &str,
    number: Option<N>,
    default: N,
    range: RangeInclusive<N>,
) -> Result<N, Failure> {
    let number = number.unwrap_or(default);
    if range.contains(&number) {
        return Ok(number);
    }
    Err(bad(field, format!("expected {} to {}, got {number}", range.start(), range.end())))
}

/// One for each core, unless it was set; as many as the journal has room for.
pub(super) fn threads(number: Option<usize>) -> Result<usize, Failure> {
    let most = usize::try_from(Limits::default().most_writers()).unwrap_or(usize::MAX);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    within("gateway_threads", number, cores.min(most), 1..=most)
}

/// The authorities of a PEM file.
pub(super) fn certificates(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let wrong = |words: &dyn Display| bad("upstream_ca_file", format!("{}: {words}", file.display()));
    let text = std::fs::read(file).map_err(|error| wrong(&error))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| wrong(&error))?;
    if found.is_empty() {
        return Err(wrong(&"expected certificates in PEM form, found none"));
    }
    for certificate in &found {
        let taken = RootCertStore::empty().add(certificate.clone());
        taken.map_err(|error| wrong(&format!("a certificate is of no use: {error}")))?;
    }
    Ok(found)
}

pub(super) fn durability(text: Option<&str>) -> Result<Durability, Failure> {
    match text {
        None | Some("normal") => Ok(Durability::Normal),
        Some("strict") => Ok(Durability::Strict),
        Some(other) => Err(bad("journal_durability", format!("expected normal or strict, got {other:?}"))),
    }
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
