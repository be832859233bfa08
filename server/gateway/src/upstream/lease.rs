//! For how long a connection to an upstream may be given calls: until it is old, or until its name no longer has its
//! address. A call that is on it ends in peace.

use super::balance::mix;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Whether a name still has an address. The resolver tells; the connections to the address look.
#[derive(Clone, Debug, Default)]
pub struct Tenancy(Arc<AtomicBool>);

impl Tenancy {
    /// The name no longer has the address. If it has it again, that is another tenancy.
    pub fn end(&self) {
        self.0.store(true, Relaxed);
    }

    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// Whether anybody but the one who asks looks at it.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

#[derive(Debug)]
pub struct Lease {
    until_ms: u64,
    /// None: the address was not found by a name.
    tenancy: Option<Tenancy>,
}

impl Lease {
    /// Begins now and lasts for seven eighths of `age_ms` to all of it, so that connections that were opened together
    /// are not all replaced together.
    #[must_use]
    pub fn begin(tenancy: Option<Tenancy>, age_ms: u64, now_us: u64) -> Self {
        let earlier_ms = mix(now_us) % (age_ms / 8 + 1);
        Self { until_ms: (now_us / 1_000).saturating_add(age_ms - earlier_ms), tenancy }
    }

    #[must_use]
    pub fn is_over(&self, now_ms: u64) -> bool {
        now_ms >= self.until_ms || self.tenancy.as_ref().is_some_and(Tenancy::has_ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_between_seven_eighths_of_the_age_and_all_of_it() {
        let ends: Vec<u64> = (0..1_000)
            .map(|step| {
                let now_us = 5_000_000 + step;
                let lease = Lease::begin(None, 80_000, now_us);
                (75_000..=85_000).step_by(100).find(|at| lease.is_over(*at)).unwrap() - now_us / 1_000
            })
            .collect();
        let (first, last) = (ends.iter().min().unwrap(), ends.iter().max().unwrap());
        assert!((70_000..71_000).contains(first) && (79_000..=80_100).contains(last), "{first} to {last}");
    }

    #[test]
    fn it_ends_with_the_tenancy() {
        let tenancy = Tenancy::default();
        let lease = Lease::begin(Some(tenancy.clone()), 80_000, 0);
        assert!(!lease.is_over(1) && tenancy.is_watched());
        tenancy.end();
        assert!(lease.is_over(1));
        drop(lease);
        assert!(!tenancy.is_watched());
    }
}
