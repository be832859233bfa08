//! How long a call waits for what: one alarm, set anew for each thing waited for, and never past the total.

use crate::alarm::Alarm;
use crate::worker::Worker;
use domain::upstream::Timeouts;
use std::task::{Context, Poll};

pub struct Patience {
    alarm: Alarm,
    timeouts: Timeouts,
    /// Between two pieces of a request's body, in milliseconds.
    upload_ms: u64,
    /// When the call as a whole ends, on the alarm's scale.
    ends_ms: u64,
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
        let alarm = worker.alarms.alarm();
        let ends_ms = alarm.now_ms().saturating_add(u64::from(timeouts.total_ms));
        Self { alarm, timeouts, upload_ms: worker.options.timers.body_idle_ms, ends_ms }
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

    /// The call is a tunnel now, which lasts for as long as bytes pass: its total no longer counts.
    pub fn without_total(&mut self) {
        self.ends_ms = u64::MAX;
    }

    /// For nothing: the client has not asked for more.
    pub fn rest(&self) {
        self.alarm.clear();
    }

    /// Until the call as a whole ends.
    #[must_use]
    pub fn left_ms(&self) -> u64 {
        self.ends_ms.saturating_sub(self.alarm.now_ms())
    }

    fn wait(&self, ms: u64) {
        self.alarm.set(ms.min(self.left_ms()));
    }

    /// Ready when a time has run out.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<RanOut> {
        self.alarm
            .poll(cx)
            .map(|()| if self.alarm.now_ms() >= self.ends_ms { RanOut::Total } else { RanOut::Step })
    }
}
