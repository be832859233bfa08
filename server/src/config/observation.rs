//! Settings of what operators see of the data plane.

use super::settings::Settings;
use super::values::{bad, within};
use crate::access_log::Target;
use crate::commands::Failure;
use crate::spans::Collector;
use gateway::metrics::series::DEFAULT_BUDGET;
use gateway::trace::Ratio;

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Routes whose calls are counted each for itself.
    pub metrics_series: usize,
    /// `None`: there is none.
    pub access_log: Option<Target>,
    /// `None`: there is none, and no trace that begins here is sampled.
    pub collector: Option<Collector>,
}

impl Observation {
    pub(super) fn check(settings: &Settings, service: Option<String>) -> Result<Self, Failure> {
        let metrics_series = within("metrics_series", settings.metrics_series, DEFAULT_BUDGET, 1..=100_000)?;
        let sampled = Ratio::new(settings.trace_ratio.unwrap_or(0.01))
            .ok_or_else(|| bad("trace_ratio", "expected a number from 0 to 1"))?;
        let service = service.filter(|name| !name.is_empty()).unwrap_or_else(|| "gatehouse".to_owned());
        let endpoint = settings.otlp_endpoint.as_deref().map(otlp_endpoint).transpose()?;
        Ok(Self {
            metrics_series,
            access_log: access_log(settings.access_log.as_deref())?,
            collector: endpoint.map(|endpoint| Collector { endpoint, service, sampled }),
        })
    }
}

/// An address that may be shown and logged.
fn otlp_endpoint(text: &str) -> Result<String, Failure> {
    let wrong = |message: &str| bad("otlp_endpoint", message);
    let uri: http::Uri = text.parse().map_err(|_| wrong("expected an address like http://collector:4318"))?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if !matches!(uri.scheme_str(), Some("http" | "https")) || authority.is_empty() || uri.query().is_some() {
        return Err(wrong("expected an address like http://collector:4318"));
    }
    if authority.contains('@') {
        return Err(wrong("expected an address without credentials; OTEL_EXPORTER_OTLP_HEADERS holds those"));
    }
    Ok(text.to_owned())
}

fn access_log(text: Option<&str>) -> Result<Option<Target>, Failure> {
    match text {
        None | Some("off") => Ok(None),
        Some("stdout") => Ok(Some(Target::Stdout)),
        Some(path) if path.is_empty() || path.ends_with('/') => {
            Err(bad("access_log", format!("expected off, stdout or the path of a file, got {path:?}")))
        }
        Some(path) => Ok(Some(Target::File(path.into()))),
    }
}
