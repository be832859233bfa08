//! What a caller waits for that must not lose a record to a power cut.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::segment::Segment;

/// The place of a record, to ask whether it is safe from a power cut yet.
pub struct Ticket {
    segment: Arc<Segment>,
    /// Where its frame ends.
    end: u64,
}

impl Ticket {
    pub(crate) fn new(segment: Arc<Segment>, end: u64) -> Self {
        Self { segment, end }
    }

    /// Ready when the record is synced, or stored elsewhere and acknowledged. Takes no lock that is held during a
    /// system call. The one whom `cx` wakes is woken after each sync until then.
    ///
    /// # Errors
    /// When syncs have been failing for two seconds. The record will be drained all the same, unless the power is cut.
    pub fn poll_safe(&self, cx: &Context<'_>) -> Poll<io::Result<()>> {
        if self.segment.is_safe(self.end) {
            return Poll::Ready(Ok(()));
        }
        self.segment.wait(cx.waker());
        // it may have become safe before the segment knew whom to wake
        if self.segment.is_safe(self.end) {
            return Poll::Ready(Ok(()));
        }
        self.segment.lasting_failure().map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
    }
}

/// Adds a waker that is not there yet: a future is polled for many reasons.
pub(crate) fn enlist(waiting: &mut Vec<Waker>, waker: &Waker) {
    if !waiting.iter().any(|other| other.will_wake(waker)) {
        waiting.push(waker.clone());
    }
}
