//! Where a connection stands between requests, and how long it may stay there.

use crate::alarm::Alarm;
use crate::options::Timers;
use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Poll};

/// How long a client has to hear that its connection ends, in milliseconds.
const PARTING_MS: u64 = 1_000;

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its first byte.
    First,
    /// The rest of a head.
    Head,
    /// Nothing: calls are under way.
    Call,
    /// The client to take what was written.
    Stalled,
    /// The next request.
    Idle,
}

/// The state of one connection, shared by its stream, its task and its calls.
pub struct Phase {
    stage: Cell<Stage>,
    calls: Cell<usize>,
    alarm: Alarm,
    timers: Timers,
    reset: Cell<bool>,
    /// Whether bytes between calls are the head of the next one: not so in HTTP/2.
    times_heads: Cell<bool>,
}

impl Phase {
    #[must_use]
    pub fn begin(alarm: Alarm, timers: Timers) -> Rc<Self> {
        alarm.set(timers.first_byte_ms);
        Rc::new(Self {
            stage: Cell::new(Stage::First),
            calls: Cell::new(0),
            alarm,
            timers,
            reset: Cell::new(false),
            times_heads: Cell::new(true),
        })
    }

    #[must_use]
    pub fn timers(&self) -> &Timers {
        &self.timers
    }

    /// For what a call waits for beside the connection.
    #[must_use]
    pub fn another_alarm(&self) -> Alarm {
        self.alarm.another()
    }

    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage.get()
    }

    /// A TLS handshake begins.
    pub fn shake_hands(&self) {
        self.enter(Stage::First, Some(self.timers.handshake_ms));
    }

    /// Waits for the first byte of a request.
    pub fn wait_first(&self) {
        self.enter(Stage::First, Some(self.timers.first_byte_ms));
    }

    /// The connection turned out to carry many calls at once, whose heads the protocol itself keeps apart.
    pub fn multiplex(&self) {
        self.times_heads.set(false);
        self.enter(Stage::Idle, Some(self.timers.keep_alive_ms));
    }

    /// Bytes came in.
    pub fn read(&self) {
        if self.times_heads.get() && matches!(self.stage.get(), Stage::First | Stage::Idle) {
            self.enter(Stage::Head, Some(self.timers.head_ms));
        }
    }

    /// The client does not take what is written to it.
    pub fn write_blocked(&self) {
        if self.stage.get() == Stage::Call {
            self.enter(Stage::Stalled, Some(self.timers.body_idle_ms));
        }
    }

    /// It does.
    pub fn written(&self) {
        if self.stage.get() == Stage::Stalled {
            self.enter(Stage::Call, None);
        }
    }

    /// A call begins.
    #[must_use]
    pub fn call(self: &Rc<Self>) -> Busy {
        self.calls.set(self.calls.get() + 1);
        self.enter(Stage::Call, None);
        Busy(Rc::clone(self))
    }

    /// The connection was told to end, and gets a little time for that.
    pub fn part(&self) {
        self.alarm.set(PARTING_MS);
    }

    /// Ready when the stage has lasted too long.
    pub fn poll_overdue(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.alarm.poll(cx)
    }

    /// Whether the connection has to end with a reset.
    #[must_use]
    pub fn is_reset(&self) -> bool {
        self.reset.get()
    }

    fn enter(&self, stage: Stage, within_ms: Option<u64>) {
        self.stage.set(stage);
        match within_ms {
            Some(ms) => self.alarm.set(ms),
            None => self.alarm.clear(),
        }
    }
}

/// Held by a call for as long as it lasts.
pub struct Busy(Rc<Phase>);

impl Busy {
    /// The connection is to end so that nobody takes it for the end of an answer.
    pub fn reset_connection(&self) {
        self.0.reset.set(true);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let phase = &self.0;
        phase.calls.set(phase.calls.get().saturating_sub(1));
        if phase.calls.get() == 0 {
            phase.enter(Stage::Idle, Some(phase.timers.keep_alive_ms));
        }
    }
}
