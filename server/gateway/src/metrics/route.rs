//! What is counted of the calls of one route.

use super::histogram::{Histogram, Observed};
use super::{Counter, text};
use crate::reject::RejectKind;
use std::fmt::Write;

/// One call that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub status: u16,
    pub reject: Option<RejectKind>,
    pub duration_us: u64,
    /// `None`: it was not sent on.
    pub upstream_us: Option<u64>,
    /// Of bodies.
    pub request_bytes: u64,
    pub response_bytes: u64,
}

/// The counters of one thread for one label set. On cache lines of their own: another thread's are beside them.
#[derive(Debug)]
#[repr(align(128))]
pub struct RouteCounters {
    /// By the first digit of the status.
    calls: [Counter; 6],
    duration: Histogram,
    upstream: Histogram,
    request_bytes: Counter,
    response_bytes: Counter,
    rejects: Box<[Counter]>,
}

impl Default for RouteCounters {
    fn default() -> Self {
        Self {
            calls: Default::default(),
            duration: Histogram::default(),
            upstream: Histogram::default(),
            request_bytes: Counter::default(),
            response_bytes: Counter::default(),
            rejects: RejectKind::ALL.iter().map(|_| Counter::default()).collect(),
        }
    }
}

impl RouteCounters {
    /// A few stores into memory of this thread.
    pub fn count(&self, call: &Ended) {
        if let Some(class) = self.calls.get(usize::from(call.status / 100)) {
            class.add(1);
        }
        self.duration.observe(call.duration_us);
        if let Some(us) = call.upstream_us {
            self.upstream.observe(us);
        }
        self.request_bytes.add(call.request_bytes);
        self.response_bytes.add(call.response_bytes);
        if let Some(counter) = call.reject.and_then(|kind| self.rejects.get(kind as usize)) {
            counter.add(1);
        }
    }
}

/// The sum over all threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteFigures {
    calls: [u64; 6],
    duration: Observed,
    upstream: Observed,
    request_bytes: u64,
    response_bytes: u64,
    rejects: Vec<u64>,
}

impl RouteFigures {
    #[must_use]
    pub fn of<'a>(threads: impl Iterator<Item = &'a RouteCounters>) -> Self {
        let mut sum = Self { rejects: vec![0; RejectKind::ALL.len()], ..Self::default() };
        for counters in threads {
            add(&mut sum.calls, &counters.calls);
            sum.duration.add(&counters.duration);
            sum.upstream.add(&counters.upstream);
            sum.request_bytes = sum.request_bytes.wrapping_add(counters.request_bytes.get());
            sum.response_bytes = sum.response_bytes.wrapping_add(counters.response_bytes.get());
            add(&mut sum.rejects, &counters.rejects);
        }
        sum
    }
}

fn add(sums: &mut [u64], counters: &[Counter]) {
    for (sum, counter) in sums.iter_mut().zip(counters) {
        *sum = sum.wrapping_add(counter.get());
    }
}

/// One label set and its figures.
pub struct Shown<'a> {
    /// As they stand between the braces.
    pub labels: &'a str,
    pub figures: RouteFigures,
}

/// Writes all metrics of all label sets. Statuses and reasons that never came have no sample.
pub fn write(text: &mut String, shown: &[Shown<'_>]) {
    statuses(text, shown);
    reasons(text, shown);
    type Count = fn(&RouteFigures) -> u64;
    let counts: [(&str, &str, Count); 2] = [
        ("gatehouse_gateway_request_bytes_total", "Bytes of request bodies.", |f| f.request_bytes),
        ("gatehouse_gateway_response_bytes_total", "Bytes of bodies of answers.", |f| f.response_bytes),
    ];
    for (name, help, count) in counts {
        text::describe(text, name, "counter", help);
        for Shown { labels, figures } in shown {
            // writing to a string cannot fail
            let _ = writeln!(text, "{name}{{{labels}}} {}", count(figures));
        }
    }
    type Durations = fn(&RouteFigures) -> &Observed;
    let durations: [(&str, &str, Durations); 2] = [
        (
            "gatehouse_gateway_request_duration_seconds",
            "From the head of the request to the end of the answer.",
            |f| &f.duration,
        ),
        (
            "gatehouse_gateway_upstream_duration_seconds",
            "From sending the call on to the end of the backend's answer, all attempts together.",
            |f| &f.upstream,
        ),
    ];
    for (name, help, durations) in durations {
        text::describe(text, name, "histogram", help);
        for Shown { labels, figures } in shown.iter().filter(|shown| durations(&shown.figures).count() > 0) {
            durations(figures).write(text, name, labels);
        }
    }
}

fn statuses(text: &mut String, shown: &[Shown<'_>]) {
    let name = "gatehouse_gateway_requests_total";
    text::describe(text, name, "counter", "Calls that ended, by the class of their status.");
    for Shown { labels, figures } in shown {
        for (class, count) in figures.calls.iter().enumerate().filter(|(_, count)| **count > 0) {
            let _ = writeln!(text, "{name}{{{labels},status=\"{class}xx\"}} {count}");
        }
    }
}

fn reasons(text: &mut String, shown: &[Shown<'_>]) {
    let name = "gatehouse_gateway_refusals_total";
    text::describe(text, name, "counter", "Calls that the gateway refused or broke off, by reason.");
    for Shown { labels, figures } in shown {
        let reasons = RejectKind::ALL.iter().zip(&figures.rejects).filter(|(_, count)| **count > 0);
        for (kind, count) in reasons {
            let _ = writeln!(text, "{name}{{{labels},reason=\"{}\"}} {count}", kind.rule().name);
        }
    }
}
