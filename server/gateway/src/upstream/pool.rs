//! Idle connections of one thread, by target. The last one given back is the first one taken.

use super::wire::Wire;
use std::cell::RefCell;
use std::collections::HashMap;

/// Shorter than the 60 s or more after which most proxies close.
const IDLE_MS: u64 = 50_000;
/// How much earlier than a server says: it and what it sends may be late.
const EARLIER_MS: u64 = 1_000;
/// Shorter than the 5 s after which some servers close without a word of it before.
const FRESH_MS: u64 = 4_000;
const MOST_PER_TARGET: usize = 512;

#[derive(Default)]
pub struct Pool {
    idle: RefCell<HashMap<u32, Vec<Idle>, crate::snapshot::Spread>>,
}

struct Idle {
    wire: Wire,
    since_ms: u64,
    until_ms: u64,
}

impl Idle {
    fn is_good(&mut self, now_ms: u64) -> bool {
        now_ms < self.until_ms && !self.wire.is_over(now_ms) && self.wire.is_alive()
    }
}

impl Pool {
    /// An open connection, if one is idle. `fresh`: for a call that must not be sent twice, one that its server is not
    /// about to close at the same moment.
    #[must_use]
    pub fn take(&self, target: u32, now_ms: u64, fresh: bool) -> Option<Wire> {
        let mut pools = self.idle.borrow_mut();
        let idle = pools.get_mut(&target)?;
        while let Some(mut last) = idle.pop() {
            if fresh && now_ms.saturating_sub(last.since_ms) >= FRESH_MS {
                // those before it are older; they are left to calls that may be sent twice
                idle.push(last);
                break;
            }
            if last.is_good(now_ms) && (!fresh || last.wire.is_alive_now()) {
                last.wire.reused = true;
                return Some(last.wire);
            }
        }
        None
    }

    /// Keeps a connection whose last answer was read to its end, for as long as its server says or usual ones do, and
    /// as it may be given calls.
    pub fn give(&self, target: u32, wire: Wire, now_ms: u64, idle_s: Option<u64>) {
        if wire.is_over(now_ms) {
            return;
        }
        let idle_ms =
            idle_s.map_or(IDLE_MS, |idle_s| idle_s.saturating_mul(1_000).saturating_sub(EARLIER_MS));
        let mut pools = self.idle.borrow_mut();
        let idle = pools.entry(target).or_default();
        if idle.len() < MOST_PER_TARGET && idle_ms > 0 {
            idle.push(Idle { wire, since_ms: now_ms, until_ms: now_ms + idle_ms.min(IDLE_MS) });
        }
    }

    /// Closes what has been idle for too long, or was closed by the upstream.
    pub fn sweep(&self, now_ms: u64) {
        let mut pools = self.idle.borrow_mut();
        pools.retain(|_, idle| {
            idle.retain_mut(|idle| idle.is_good(now_ms));
            !idle.is_empty()
        });
    }
}
