//! What is added up for each roll-up, and the statement texts that name its many columns.

use std::sync::LazyLock;

use domain::calls::record::{CallRecord, whole};
use domain::usage::latency::{BUCKETS, Histogram};
use domain::usage::{AiFigures, Figures};

use super::answer::Rolled;
use crate::error::Result;
use crate::exec::{Row, Rows, Value};

const KEY: &str = "grain, at, api, version, route, application, subscription, status";
const COUNTS: [&str; 7] =
    ["calls", "errors", "refused", "sent", "request_bytes", "response_bytes", "duration_us"];

/// The counts and the histogram of one roll-up, or of several added up.
#[derive(Debug, Default)]
pub(super) struct Sums {
    calls: i64,
    errors: i64,
    refused: i64,
    sent: i64,
    request_bytes: i64,
    response_bytes: i64,
    duration_us: i64,
    latency: Histogram,
}

impl Sums {
    pub fn record(&mut self, record: &CallRecord<'_>) {
        let (ending, duration_us) = (record.ending(), whole(record.duration_us));
        self.calls += 1;
        self.errors += i64::from(ending.is_error());
        self.refused += i64::from(ending.is_refused());
        self.sent += i64::from(ending.was_sent());
        self.request_bytes += whole(record.request_bytes);
        self.response_bytes += whole(record.response_bytes);
        self.duration_us += duration_us;
        self.latency.record(duration_us);
    }

    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.refused += other.refused;
        self.sent += other.sent;
        self.request_bytes += other.request_bytes;
        self.response_bytes += other.response_bytes;
        self.duration_us += other.duration_us;
        self.latency.merge(&other.latency);
    }

    /// In the order of the columns of [`Texts::add`].
    pub fn values(&self) -> impl Iterator<Item = Value> {
        let counts = [
            self.calls,
            self.errors,
            self.refused,
            self.sent,
            self.request_bytes,
            self.response_bytes,
            self.duration_us,
        ];
        counts.into_iter().chain(self.latency.0).map(Value::from)
    }
}

impl Rolled for Sums {
    const FROM: &'static str = " FROM usage";
    const LARGEST: &'static str = "sum(calls)";

    fn sums() -> &'static str {
        &TEXTS.sums
    }

    fn read(row: &Row) -> Result<Self> {
        let mut latency = Histogram::default();
        for (count, column) in latency.0.iter_mut().zip(&TEXTS.latency) {
            *count = row.get(column)?;
        }
        Ok(Self {
            calls: row.get("calls")?,
            errors: row.get("errors")?,
            refused: row.get("refused")?,
            sent: row.get("sent")?,
            request_bytes: row.get("request_bytes")?,
            response_bytes: row.get("response_bytes")?,
            duration_us: row.get("duration_us")?,
            latency,
        })
    }

    fn figures(&self) -> Figures {
        Figures {
            calls: self.calls,
            errors: self.errors,
            refused: self.refused,
            request_bytes: self.request_bytes,
            response_bytes: self.response_bytes,
            p50: self.latency.percentile(0.50),
            p95: self.latency.percentile(0.95),
            p99: self.latency.percentile(0.99),
            ai: AiFigures::default(),
        }
    }
}

/// Statement texts over all columns, written once.
pub(super) struct Texts {
    /// `latency_00` to `latency_31`.
    latency: Vec<String>,
    /// `INSERT INTO usage (...) VALUES ... ON CONFLICT (...) DO UPDATE SET calls = usage.calls + excluded.calls, ...`.
    pub add: Rows,
    /// Every count added up, none as 0. `sum` alone would be NUMERIC on PostgreSQL.
    pub sums: String,
}

pub(super) static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let latency: Vec<String> = (0..BUCKETS).map(|bucket| format!("latency_{bucket:02}")).collect();
    let columns: Vec<&str> = COUNTS.into_iter().chain(latency.iter().map(String::as_str)).collect();
    let each =
        |text: fn(&str) -> String| columns.iter().map(|column| text(column)).collect::<Vec<_>>().join(", ");
    let add = each(|column| format!("{column} = usage.{column} + excluded.{column}"));
    let sums = each(|column| format!("coalesce(CAST(sum({column}) AS BIGINT), 0) AS {column}"));
    Texts {
        add: Rows::new(
            format!("INSERT INTO usage ({KEY}, {}) VALUES ", columns.join(", ")).into(),
            KEY.split(',').count() + columns.len(),
            format!(" ON CONFLICT ({KEY}) DO UPDATE SET {add}").into(),
        ),
        sums,
        latency,
    }
});
