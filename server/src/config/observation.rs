//! Settings of what operators see of the data plane.

use super::settings::Settings;
use super::values::{bad, within};
use crate::access_log::Target;
use crate::commands::Failure;
use gateway::metrics::series::DEFAULT_BUDGET;

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Routes whose calls are counted each for itself.
    pub metrics_series: usize,
    /// `None`: there is none.
    pub access_log: Option<Target>,
}

impl Observation {
    pub(super) fn check(settings: &Settings) -> Result<Self, Failure> {
        let metrics_series = within("metrics_series", settings.metrics_series, DEFAULT_BUDGET, 1..=100_000)?;
        Ok(Self { metrics_series, access_log: access_log(settings.access_log.as_deref())? })
    }
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
