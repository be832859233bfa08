//! Counters of the data plane: each thread has its own and is the only one to write them, anybody may read.

mod histogram;
pub mod route;
pub mod series;
pub mod text;

use crate::reject::RejectKind;
use route::Ended;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that one thread writes and any thread reads.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// A plain load and store: there is one writer, so no call waits for another core's cache line.
    pub fn add(&self, by: u64) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
    }

    pub fn sub(&self, by: u64) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_sub(by), Ordering::Relaxed);
    }

    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters of one thread.
#[derive(Debug)]
pub struct Counters {
    /// Calls by the first digit of their status; `[0]` those that ended without one.
    pub calls: [Counter; 6],
    pub rejects: Vec<Counter>,
    pub in_flight: Counter,
    pub connections: Counter,
    pub open_connections: Counter,
    /// Connections turned away by a cap.
    pub refused_connections: Counter,
    /// Of TLS with clients.
    pub failed_handshakes: Counter,
    /// Streams of HTTP/2 that were reset for what the client said on them.
    pub refused_streams: Counter,
    /// Connections of HTTP/2 that were ended for what the client said on them.
    pub refused_http2: Counter,
    pub upstream_connections: Counter,
    /// Calls that could not be recorded.
    pub unrecorded: Counter,
    /// Lines for which the access log had no room.
    pub access_log_dropped: Counter,
    /// Calls for whose spans there was no room.
    pub spans_dropped: Counter,
    pub request_bytes: Counter,
    pub response_bytes: Counter,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            calls: Default::default(),
            rejects: RejectKind::ALL.iter().map(|_| Counter::default()).collect(),
            in_flight: Counter::default(),
            connections: Counter::default(),
            open_connections: Counter::default(),
            refused_connections: Counter::default(),
            failed_handshakes: Counter::default(),
            refused_streams: Counter::default(),
            refused_http2: Counter::default(),
            upstream_connections: Counter::default(),
            unrecorded: Counter::default(),
            access_log_dropped: Counter::default(),
            spans_dropped: Counter::default(),
            request_bytes: Counter::default(),
            response_bytes: Counter::default(),
        }
    }
}

impl Counters {
    pub fn count(&self, call: &Ended) {
        if let Some(class) = self.calls.get(usize::from(call.status / 100)) {
            class.add(1);
        }
        if let Some(counter) = call.reject.and_then(|kind| self.rejects.get(kind as usize)) {
            counter.add(1);
        }
        self.request_bytes.add(call.request_bytes);
        self.response_bytes.add(call.response_bytes);
    }
}

/// The sum over all threads at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// By the first digit of the status.
    pub calls: [u64; 6],
    /// Name of the refusal and how often.
    pub rejects: Vec<(&'static str, u64)>,
    pub in_flight: u64,
    pub connections: u64,
    pub open_connections: u64,
    pub refused_connections: u64,
    pub failed_handshakes: u64,
    pub refused_streams: u64,
    pub refused_http2: u64,
    pub upstream_connections: u64,
    pub unrecorded: u64,
    pub access_log_dropped: u64,
    pub spans_dropped: u64,
    pub request_bytes: u64,
    pub response_bytes: u64,
}

impl Figures {
    #[must_use]
    pub fn of(threads: &[Arc<Counters>]) -> Self {
        let sum = |read: fn(&Counters) -> &Counter| threads.iter().map(|counters| read(counters).get()).sum();
        let at = |index: usize| threads.iter().filter_map(|c| c.calls.get(index)).map(Counter::get).sum();
        let rejected = |kind: RejectKind| {
            threads.iter().filter_map(|counters| counters.rejects.get(kind as usize)).map(Counter::get).sum()
        };
        Self {
            calls: std::array::from_fn(at),
            rejects: RejectKind::ALL.iter().map(|kind| (kind.rule().name, rejected(*kind))).collect(),
            in_flight: sum(|c| &c.in_flight),
            connections: sum(|c| &c.connections),
            open_connections: sum(|c| &c.open_connections),
            refused_connections: sum(|c| &c.refused_connections),
            failed_handshakes: sum(|c| &c.failed_handshakes),
            refused_streams: sum(|c| &c.refused_streams),
            refused_http2: sum(|c| &c.refused_http2),
            upstream_connections: sum(|c| &c.upstream_connections),
            unrecorded: sum(|c| &c.unrecorded),
            access_log_dropped: sum(|c| &c.access_log_dropped),
            spans_dropped: sum(|c| &c.spans_dropped),
            request_bytes: sum(|c| &c.request_bytes),
            response_bytes: sum(|c| &c.response_bytes),
        }
    }

    /// How often calls were refused for that reason.
    #[must_use]
    pub fn rejected(&self, name: &str) -> u64 {
        self.rejects.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count)
    }

    /// In the Prometheus text exposition format.
    pub fn write(&self, text: &mut String) {
        let name = "gatehouse_calls_total";
        text::describe(text, name, "counter", "Calls that ended, by the class of their status.");
        for (class, count) in self.calls.iter().enumerate() {
            let class = if class == 0 { "none".to_owned() } else { format!("{class}xx") };
            // writing to a string cannot fail
            let _ = writeln!(text, "{name}{{status=\"{class}\"}} {count}");
        }
        let name = "gatehouse_refusals_total";
        text::describe(text, name, "counter", "Calls that the gateway refused or broke off, by reason.");
        for (reason, count) in &self.rejects {
            let _ = writeln!(text, "{name}{{name=\"{reason}\"}} {count}");
        }
        for (name, kind, help, value) in self.without_labels() {
            text::single(text, &format!("gatehouse_{name}"), kind, help, value);
        }
    }

    /// Name, kind, help and value.
    fn without_labels(&self) -> [(&'static str, &'static str, &'static str, u64); 13] {
        [
            ("calls_in_flight", "gauge", "Calls under way.", self.in_flight),
            ("connections_open", "gauge", "Connections of clients.", self.open_connections),
            ("connections_total", "counter", "Connections that clients made.", self.connections),
            (
                "connections_refused_total",
                "counter",
                "Connections turned away because there were too many.",
                self.refused_connections,
            ),
            (
                "tls_handshakes_failed_total",
                "counter",
                "TLS handshakes with clients that failed.",
                self.failed_handshakes,
            ),
            (
                "http2_streams_refused_total",
                "counter",
                "Streams of HTTP/2 that were no requests, or that broke its rules.",
                self.refused_streams,
            ),
            (
                "http2_connections_refused_total",
                "counter",
                "Connections of HTTP/2 that were ended because they broke its rules.",
                self.refused_http2,
            ),
            (
                "upstream_connections_total",
                "counter",
                "Connections made to backends.",
                self.upstream_connections,
            ),
            ("calls_unrecorded_total", "counter", "Calls that could not be recorded.", self.unrecorded),
            (
                "access_log_dropped_total",
                "counter",
                "Lines that the access log had no room for.",
                self.access_log_dropped,
            ),
            (
                "spans_dropped_total",
                "counter",
                "Sampled calls for whose spans there was no room.",
                self.spans_dropped,
            ),
            ("request_bytes_total", "counter", "Bytes of request bodies.", self.request_bytes),
            ("response_bytes_total", "counter", "Bytes of bodies of answers.", self.response_bytes),
        ]
    }
}
