//! Idle connections of one thread, by target. The last one given back is the first one taken.

use super::wire::Wire;
use std::cell::RefCell;
use std::collections::HashMap;

/// Shorter than the 60 s or more after which servers usually close.
const IDLE_MS: u64 = 50_000;
const MOST_PER_TARGET: usize = 512;

#[derive(Default)]
pub struct Pool {
    idle: RefCell<HashMap<u32, Vec<Idle>, crate::snapshot::Spread>>,
}

struct Idle {
    wire: Wire,
    since_ms: u64,
}

impl Pool {
    /// An open connection, if one is idle.
    #[must_use]
    pub fn take(&self, target: u32) -> Option<Wire> {
        let mut pools = self.idle.borrow_mut();
        let idle = pools.get_mut(&target)?;
        while let Some(Idle { mut wire, .. }) = idle.pop() {
            if wire.is_alive() {
                wire.reused = true;
                return Some(wire);
            }
        }
        None
    }

    /// Keeps a connection whose last answer was read to its end.
    pub fn give(&self, target: u32, wire: Wire, now_ms: u64) {
        let mut pools = self.idle.borrow_mut();
        let idle = pools.entry(target).or_default();
        if idle.len() < MOST_PER_TARGET {
            idle.push(Idle { wire, since_ms: now_ms });
        }
    }

    /// Closes what has been idle for too long, or was closed by the upstream.
    pub fn sweep(&self, now_ms: u64) {
        let mut pools = self.idle.borrow_mut();
        pools.retain(|_, idle| {
            idle.retain_mut(|idle| now_ms.saturating_sub(idle.since_ms) < IDLE_MS && idle.wire.is_alive());
            !idle.is_empty()
        });
    }
}
