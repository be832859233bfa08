//! What the figures of a chart are.

use crate::format;

/// The unit of a chart's values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Whole things: calls, tokens.
    #[default]
    Count,
    Bytes,
    Milliseconds,
    /// A share of 1.
    Percent,
    /// Billionths of a dollar.
    Money,
    PerSecond,
}

impl Unit {
    /// A value with its unit.
    pub fn format(self, value: f64) -> String {
        match self {
            Self::Count => format::short(value, ""),
            Self::Bytes => format::bytes(value.max(0.0) as u64),
            Self::Milliseconds => format::millis(value),
            Self::Percent => format::percent(value),
            Self::Money => format::money(value as i64),
            Self::PerSecond => format!("{}/s", format::short(value, "")),
        }
    }

    /// The smallest step between two marks of the axis.
    pub(super) fn least_step(self) -> f64 {
        match self {
            Self::Count | Self::Bytes | Self::Money => 1.0,
            Self::Milliseconds | Self::PerSecond => 0.1,
            Self::Percent => 0.0001,
        }
    }

    /// Whether values of several times, or of several series, may be summed.
    pub(super) fn adds_up(self) -> bool {
        matches!(self, Self::Count | Self::Bytes | Self::Money)
    }
}
