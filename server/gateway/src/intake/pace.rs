//! How fast the body of a request has to arrive: a client may think for a while, but not hold a call with a byte now
//! and then. Only the time counts in which the client is waited for, so that a backend that takes its time costs the
//! client nothing; the rule is that of Kestrel (`MinRequestBodyDataRate`).

use super::phase::Phase;
use crate::alarm::Alarm;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Of one body.
pub struct Pace {
    /// None: the client may take its time.
    phase: Option<Rc<Phase>>,
    received: u64,
    /// None as long as all of it was there when it was asked for.
    waits: Option<Box<Waits>>,
}

struct Waits {
    alarm: Alarm,
    /// Milliseconds that the client was waited for, as far as they are over.
    waited_ms: u64,
    since_ms: Option<u64>,
}

impl Pace {
    #[must_use]
    pub fn new(phase: Rc<Phase>) -> Self {
        Self { phase: Some(phase), received: 0, waits: None }
    }

    /// The client may take its time from now on.
    pub fn rest(&mut self) {
        self.phase = None;
        self.waits = None;
    }

    /// A piece came.
    pub fn took(&mut self, bytes: usize) {
        self.received = self.received.saturating_add(bytes as u64);
        if let Some(waits) = &mut self.waits
            && let Some(since_ms) = waits.since_ms.take()
        {
            waits.waited_ms = waits.waited_ms.saturating_add(waits.alarm.now_ms().saturating_sub(since_ms));
        }
    }

    /// Nothing is there. Ready when the body has been waited for longer than what has come of it allows.
    pub fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(phase) = &self.phase else { return Poll::Pending };
        let waits = self.waits.get_or_insert_with(|| {
            Box::new(Waits { alarm: phase.another_alarm(), waited_ms: 0, since_ms: None })
        });
        if waits.since_ms.is_none() {
            waits.since_ms = Some(waits.alarm.now_ms());
            waits.alarm.set(phase.timers().body_ms(self.received).saturating_sub(waits.waited_ms));
        }
        waits.alarm.poll(cx)
    }
}
