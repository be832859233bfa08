//! Settings of what clients of the data plane may take: connections, calls, bytes and time.

use super::settings::Settings;
use super::values::within;
use crate::commands::Failure;
use gateway::{HeadLimits, Timers};

/// An hour: longer than any client means to wait.
const LONGEST_MS: u64 = 3_600_000;

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Intake {
    pub max_connections: usize,
    /// Behind a trusted proxy: calls at the same time for one address.
    pub max_connections_per_address: usize,
    pub max_calls: usize,
    pub max_body_bytes: u64,
    pub max_ai_body_bytes: u64,
    pub head: HeadLimits,
    pub timers: Timers,
}

impl Intake {
    pub(super) fn check(settings: &Settings) -> Result<Self, Failure> {
        let per_address = settings.max_connections_per_address;
        Ok(Self {
            max_connections: within("max_connections", settings.max_connections, 10_000, 1..=1_000_000)?,
            max_connections_per_address: within(
                "max_connections_per_address",
                per_address,
                512,
                1..=1_000_000,
            )?,
            max_calls: within("max_calls", settings.max_calls, 10_000, 1..=10_000_000)?,
            max_body_bytes: within("max_body_bytes", settings.max_body_bytes, 10 << 20, 0..=1 << 40)?,
            max_ai_body_bytes: within(
                "max_ai_body_bytes",
                settings.max_ai_body_bytes,
                32 << 20,
                0..=1 << 30,
            )?,
            head: head(settings)?,
            timers: timers(settings)?,
        })
    }

    /// What may be shown, by the names of the settings.
    #[must_use]
    pub fn shown(&self) -> [(&'static str, String); 12] {
        let timers = &self.timers;
        [
            ("max_connections", self.max_connections.to_string()),
            ("max_connections_per_address", self.max_connections_per_address.to_string()),
            ("max_calls", self.max_calls.to_string()),
            ("max_body_bytes", self.max_body_bytes.to_string()),
            ("max_ai_body_bytes", self.max_ai_body_bytes.to_string()),
            ("max_head_bytes", self.head.bytes.to_string()),
            ("max_head_fields", self.head.fields.to_string()),
            ("client_handshake_ms", timers.handshake_ms.to_string()),
            ("client_first_byte_ms", timers.first_byte_ms.to_string()),
            ("client_head_ms", timers.head_ms.to_string()),
            ("client_body_idle_ms", timers.body_idle_ms.to_string()),
            ("client_keep_alive_ms", timers.keep_alive_ms.to_string()),
        ]
    }
}

/// At least so much that ordinary clients come through.
fn head(settings: &Settings) -> Result<HeadLimits, Failure> {
    let usual = HeadLimits::default();
    Ok(HeadLimits {
        bytes: within("max_head_bytes", settings.max_head_bytes, usual.bytes, 4 << 10..=1 << 20)?,
        fields: within(
            "max_head_fields",
            settings.max_head_fields,
            usual.fields,
            20..=HeadLimits::MOST_FIELDS,
        )?,
    })
}

fn timers(settings: &Settings) -> Result<Timers, Failure> {
    let time = |name, ms, usual| within(name, ms, usual, 100..=LONGEST_MS);
    let usual = Timers::default();
    Ok(Timers {
        handshake_ms: time("client_handshake_ms", settings.client_handshake_ms, usual.handshake_ms)?,
        first_byte_ms: time("client_first_byte_ms", settings.client_first_byte_ms, usual.first_byte_ms)?,
        head_ms: time("client_head_ms", settings.client_head_ms, usual.head_ms)?,
        body_idle_ms: time("client_body_idle_ms", settings.client_body_idle_ms, usual.body_idle_ms)?,
        keep_alive_ms: time("client_keep_alive_ms", settings.client_keep_alive_ms, usual.keep_alive_ms)?,
        ..usual
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_bounds_is_named_with_its_bounds() {
        let usual = Settings::default;
        for (settings, expected) in [
            (
                Settings { max_ai_body_bytes: Some(u64::MAX), ..usual() },
                "max_ai_body_bytes: expected 0 to 1073741824",
            ),
            (
                Settings { max_connections_per_address: Some(0), ..usual() },
                "max_connections_per_address: expected 1 to 1000000, got 0",
            ),
            (
                Settings { max_head_bytes: Some(4_095), ..usual() },
                "max_head_bytes: expected 4096 to 1048576, got 4095",
            ),
            (
                Settings { max_head_fields: Some(257), ..usual() },
                "max_head_fields: expected 20 to 256, got 257",
            ),
            (
                Settings { client_handshake_ms: Some(0), ..usual() },
                "client_handshake_ms: expected 100 to 3600000",
            ),
            (Settings { client_first_byte_ms: Some(99), ..usual() }, "client_first_byte_ms: expected 100"),
            (Settings { client_head_ms: Some(0), ..usual() }, "client_head_ms: expected 100"),
            (Settings { client_body_idle_ms: Some(0), ..usual() }, "client_body_idle_ms: expected 100"),
            (
                Settings { client_keep_alive_ms: Some(3_600_001), ..usual() },
                "client_keep_alive_ms: expected 100",
            ),
        ] {
            let message =
                Intake::check(&settings).err().map(|failure| failure.to_string()).unwrap_or_default();
            assert!(message.starts_with(expected), "{message}");
            let name = expected.split(':').next().unwrap_or_default().to_uppercase();
            assert!(message.contains(&format!("GATEHOUSE_{name}")), "{message}");
        }
    }

    #[test]
    fn each_setting_arrives_where_it_is_shown() {
        let settings = Settings {
            max_connections: Some(1),
            max_connections_per_address: Some(2),
            max_calls: Some(3),
            max_body_bytes: Some(4),
            max_ai_body_bytes: Some(5),
            max_head_bytes: Some(4_096),
            max_head_fields: Some(20),
            client_handshake_ms: Some(101),
            client_first_byte_ms: Some(102),
            client_head_ms: Some(103),
            client_body_idle_ms: Some(104),
            client_keep_alive_ms: Some(105),
            ..Settings::default()
        };
        // as if all of it had come from the file
        let intake = Intake::check(&Settings::default().or(settings)).unwrap_or_else(|_| unreachable!());
        let shown = intake.shown().map(|(_, value)| value);
        assert_eq!(shown, ["1", "2", "3", "4", "5", "4096", "20", "101", "102", "103", "104", "105"]);
    }
}
