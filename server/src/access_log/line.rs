//! Calls as lines of JSON. Never a query, a credential or a header but the user agent.

use chrono::{DateTime, SecondsFormat};
use gateway::FinishedCall;
use serde::Serialize;
use std::net::IpAddr;

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    request_id: String,
    trace_id: String,
    client: IpAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<&'a str>,
    status: u16,
    outcome: &'static str,
    duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_ms: Option<f64>,
    request_bytes: u64,
    response_bytes: u64,
    attempts: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(call: &'a FinishedCall) -> Self {
        let at = i64::try_from(call.at_ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
        let ms = |us: u64| us as f64 / 1_000.0;
        Self {
            time: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            request_id: call.id.hyphenated().to_string(),
            trace_id: format!("{:032x}", call.trace.id),
            client: call.client,
            method: call.method(),
            path: call.path(),
            api: call.api(),
            version: call.version(),
            route: call.route(),
            application: call.application(),
            status: call.status,
            outcome: call.outcome.name(),
            duration_ms: ms(call.duration_us),
            upstream_ms: call.upstream_us.map(ms),
            request_bytes: call.request_bytes,
            response_bytes: call.response_bytes,
            attempts: call.attempts,
            user_agent: call.user_agent(),
        }
    }
}

/// Lines that are not written yet.
#[derive(Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Of the first line.
    written: usize,
}

impl Lines {
    pub fn add(&mut self, call: &FinishedCall) {
        // text and numbers always are JSON
        if serde_json::to_writer(&mut self.bytes, &Line::of(call)).is_ok() {
            self.bytes.push(b'\n');
        }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What is still to be written.
    pub fn rest(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// So much of the rest has been written. A line is let go of when all of it has.
    pub fn wrote(&mut self, count: usize) {
        let written = (self.written + count).min(self.bytes.len());
        let whole = self.bytes.get(..written).and_then(|bytes| bytes.iter().rposition(|byte| *byte == b'\n'));
        let whole = whole.map_or(0, |at| at + 1);
        self.bytes.drain(..whole);
        self.written = written - whole;
    }

    /// The line that was begun is to be written from its beginning, somewhere else.
    pub fn begin_again(&mut self) {
        self.written = 0;
    }
}
