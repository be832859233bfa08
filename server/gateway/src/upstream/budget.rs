//! How many calls may be sent again: a share of all calls, and a few in reserve. Without it, retries multiply the load
//! of an upstream that fails because of its load.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// One retry, in the hundredths that are counted.
const ONE: u32 = 100;
const RESERVE: u32 = 10 * ONE;

/// What was spent of the reserve and not yet earned back; 0 at the beginning.
#[derive(Debug, Default)]
pub struct Budget(AtomicU32);

impl Budget {
    /// A call has come, of 100 of which so many may be sent again.
    pub fn earn(&self, percent: u8) {
        if self.0.load(Relaxed) > 0 {
            let earned = |spent: u32| Some(spent.saturating_sub(u32::from(percent)));
            let _earned = self.0.fetch_update(Relaxed, Relaxed, earned);
        }
    }

    /// Whether one more call may be sent again.
    #[must_use]
    pub fn spend(&self) -> bool {
        let more = |spent: u32| spent.checked_add(ONE).filter(|spent| *spent <= RESERVE);
        self.0.fetch_update(Relaxed, Relaxed, more).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_gets_its_share_and_the_reserve() {
        let budget = Budget::default();
        let mut again = 0;
        for _ in 0..1_000 {
            budget.earn(20);
            again += u32::from(budget.spend());
        }
        assert!((200..=210).contains(&again), "{again}");
    }
}
