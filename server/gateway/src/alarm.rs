//! Coarse timers of one data-plane thread: setting one is two stores, so every call can afford several.
//!
//! A ticker looks at all of them ten times a second; an alarm goes off up to one tick late, never early.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

pub const TICK_MS: u64 = 100;
const NEVER: u64 = u64::MAX;

struct Slot {
    due_ms: u64,
    waker: Option<Waker>,
}

/// All alarms of a thread.
pub struct Alarms {
    now_ms: Cell<u64>,
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<usize>>,
}

impl Alarms {
    #[must_use]
    pub fn new(now_ms: u64) -> Rc<Self> {
        Rc::new(Self { now_ms: Cell::new(now_ms), slots: RefCell::default(), free: RefCell::default() })
    }

    /// An alarm that is not set.
    #[must_use]
    pub fn alarm(self: &Rc<Self>) -> Alarm {
        let mut slots = self.slots.borrow_mut();
        let slot = self.free.borrow_mut().pop().unwrap_or_else(|| {
            slots.push(Slot { due_ms: NEVER, waker: None });
            slots.len() - 1
        });
        Alarm { alarms: Rc::clone(self), slot }
    }

    /// The time of the last tick.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    /// Moves the time on and wakes whoever waits for an alarm that is now due.
    pub fn tick(&self, now_ms: u64) {
        self.now_ms.set(now_ms);
        for slot in self.slots.borrow_mut().iter_mut().filter(|slot| slot.due_ms <= now_ms) {
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        }
    }

    /// Wakes everybody who waits for any alarm, due or not: something else is to be looked at.
    pub fn wake_all(&self) {
        for slot in self.slots.borrow_mut().iter_mut() {
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        }
    }
}

/// One alarm; given back when dropped.
pub struct Alarm {
    alarms: Rc<Alarms>,
    slot: usize,
}

impl Alarm {
    /// Goes off after `ms`, and not later than a tick after that.
    pub fn set(&self, ms: u64) {
        self.due(self.alarms.now_ms.get().saturating_add(ms).saturating_add(TICK_MS));
    }

    /// Another one of the same thread, which is not set.
    #[must_use]
    pub fn another(&self) -> Self {
        self.alarms.alarm()
    }

    /// The time of the last tick, in the milliseconds that [`Alarms::tick`] counts.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.alarms.now_ms.get()
    }

    pub fn clear(&self) {
        self.due(NEVER);
    }

    fn due(&self, due_ms: u64) {
        if let Some(slot) = self.alarms.slots.borrow_mut().get_mut(self.slot) {
            slot.due_ms = due_ms;
        }
    }

    /// Ready once the time has come; pending registers the task for that and for [`Alarms::wake_all`].
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut slots = self.alarms.slots.borrow_mut();
        let Some(slot) = slots.get_mut(self.slot) else { return Poll::Pending };
        if slot.due_ms <= self.alarms.now_ms.get() {
            return Poll::Ready(());
        }
        if !slot.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            slot.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(slot) = self.alarms.slots.borrow_mut().get_mut(self.slot) {
            *slot = Slot { due_ms: NEVER, waker: None };
        }
        self.alarms.free.borrow_mut().push(self.slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    #[derive(Default)]
    struct Count(AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn alarms_go_off_late_by_at_most_a_tick_and_never_early() {
        let alarms = Alarms::new(1_000);
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut cx = Context::from_waker(&waker);
        let alarm = alarms.alarm();
        assert!(alarm.poll(&mut cx).is_pending(), "not set");
        alarm.set(500);
        alarms.tick(1_500);
        assert!(alarm.poll(&mut cx).is_pending());
        assert_eq!(count.0.load(Ordering::SeqCst), 0);
        alarms.tick(1_600);
        assert!(alarm.poll(&mut cx).is_ready());
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        alarm.clear();
        assert!(alarm.poll(&mut cx).is_pending());
        alarms.wake_all();
        assert_eq!(count.0.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn slots_are_used_again() {
        let alarms = Alarms::new(0);
        let first = alarms.alarm();
        first.set(0);
        drop(first);
        let second = alarms.alarm();
        alarms.tick(10_000);
        assert!(second.poll(&mut Context::from_waker(Waker::noop())).is_pending(), "a new alarm is not set");
        assert_eq!(alarms.slots.borrow().len(), 1);
    }
}
