//! How many connections there may be, in total and from one address, over all threads.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug)]
pub struct Seats {
    taken: AtomicUsize,
    most: usize,
    most_per_address: usize,
    /// Locked once when a connection opens and once when it closes, never by calls.
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// The right to one connection; free again when dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Seats {
    #[must_use]
    pub fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self { taken: AtomicUsize::new(0), most, most_per_address, by_address: Mutex::default() })
    }

    /// `None` when a cap is reached.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        if self.taken.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.taken.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let held = by_address.entry(address).or_default();
        if *held >= self.most_per_address {
            self.taken.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        *held += 1;
        Some(Seat { seats: Arc::clone(self), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.fetch_sub(1, Ordering::Relaxed);
        let mut by_address = self.seats.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = by_address.get_mut(&self.address) {
            *held -= 1;
            if *held == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_hold_and_seats_come_back() {
        let seats = Seats::new(3, 2);
        let (one, two) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let first = seats.take(one);
        let second = seats.take(one);
        assert!(first.is_some() && second.is_some());
        assert!(seats.take(one).is_none(), "two for an address");
        let third = seats.take(two);
        assert!(third.is_some() && seats.take(two).is_none(), "three in all");
        drop((first, third));
        assert!(seats.take(two).is_some() && seats.take(one).is_some());
    }
}
