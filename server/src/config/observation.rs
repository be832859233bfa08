//! Settings of what operators see of the data plane.

use super::settings::Settings;
use super::values::within;
use crate::commands::Failure;
use gateway::metrics::series::DEFAULT_BUDGET;

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Routes whose calls are counted each for itself.
    pub metrics_series: usize,
}

impl Observation {
    pub(super) fn check(settings: &Settings) -> Result<Self, Failure> {
        let metrics_series = within("metrics_series", settings.metrics_series, DEFAULT_BUDGET, 1..=100_000)?;
        Ok(Self { metrics_series })
    }
}
