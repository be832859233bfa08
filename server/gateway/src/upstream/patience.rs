//! How long a call waits for what: one alarm, set anew for each thing waited for, and never past the total.

use crate::alarm::Alarm;
use crate::clock::Clock;
use crate::worker::Worker;
use domain::upstream::Timeouts;
use std::task::{Context, Poll};

pub struct Patience {
    alarm: Alarm,
    clock: Clock,
    timeouts: Timeouts,
    /// Between two pieces of a request's body, in milliseconds.
    upload_ms: u64,
    /// Monotonic microseconds.
    ends_us: u64,
}

/// Which time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RanOut {
    /// That of what was waited for.
    Step,
    /// That of the call.
    Total,
}

impl Patience {
    #[must_use]
    pub fn begin(worker: &Worker, timeouts: Timeouts) -> Self {
        let ends_us = worker.clock.monotonic_us().saturating_add(u64::from(timeouts.total_ms) * 1_000);
        let (alarm, clock) = (worker.alarms.alarm(), worker.clock.clone());
        Self { alarm, clock, timeouts, upload_ms: worker.options.timers.body_idle_ms, ends_us }
    }

    /// From now on, waits for a piece of the request to arrive or to be taken.
    pub fn for_upload(&self) {
        self.wait(self.upload_ms);
    }

    /// For the head of the answer.
    pub fn for_first_byte(&self) {
        self.wait(u64::from(self.timeouts.first_byte_ms));
    }

    /// For a piece of the answer's body.
    pub fn for_more(&self) {
        self.wait(u64::from(self.timeouts.idle_ms));
    }

    /// For nothing: the client has not asked for more.
    pub fn rest(&self) {
        self.alarm.clear();
    }

    fn wait(&self, ms: u64) {
        let left_ms = self.ends_us.saturating_sub(self.clock.monotonic_us()).div_ceil(1_000);
        self.alarm.set(ms.min(left_ms));
    }

    /// Ready when a time has run out.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<RanOut> {
        self.alarm
            .poll(cx)
            .map(|()| if self.clock.monotonic_us() >= self.ends_us { RanOut::Total } else { RanOut::Step })
    }
}
