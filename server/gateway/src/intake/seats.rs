//! How many connections there may be, in total and from one address, over all threads. Behind a proxy of ours, where
//! connections are nobody's in particular, an address holds its calls instead.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const SHARDS: u64 = 64;

#[derive(Debug)]
pub struct Seats {
    taken: AtomicUsize,
    most: usize,
    most_per_address: usize,
    /// What each address holds. One is locked once when a connection opens and once when it closes; by calls only
    /// behind a proxy.
    by_address: Box<[Mutex<HashMap<IpAddr, usize>>]>,
    /// Seeded by chance: nobody can choose addresses of one shard.
    hasher: RandomState,
}

/// The right to one connection; free again when dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    _share: Option<Share>,
}

/// What an address holds of that which it may have: a connection, or a call through a proxy. Free again when dropped.
#[derive(Debug)]
pub struct Share {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Seats {
    #[must_use]
    pub fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            taken: AtomicUsize::new(0),
            most,
            most_per_address,
            by_address: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        })
    }

    /// `None` when a cap is reached.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        self.seat(Some(self.share(address)?))
    }

    /// For a peer that speaks for others: `None` when there are too many connections in all.
    #[must_use]
    pub fn take_for_many(self: &Arc<Self>) -> Option<Seat> {
        self.seat(None)
    }

    fn seat(self: &Arc<Self>, share: Option<Share>) -> Option<Seat> {
        if self.taken.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.taken.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Seat { seats: Arc::clone(self), _share: share })
    }

    /// `None` when the address has all that one may have.
    #[must_use]
    pub fn share(self: &Arc<Self>, address: IpAddr) -> Option<Share> {
        let mut by_address = self.shard(address)?;
        let held = by_address.entry(address).or_default();
        if *held >= self.most_per_address {
            return None;
        }
        *held += 1;
        Some(Share { seats: Arc::clone(self), address })
    }

    /// Never `None`.
    fn shard(&self, address: IpAddr) -> Option<MutexGuard<'_, HashMap<IpAddr, usize>>> {
        let place = usize::try_from(self.hasher.hash_one(address) % SHARDS).ok()?;
        Some(self.by_address.get(place)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(mut by_address) = self.seats.shard(self.address) else { return };
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

    #[test]
    fn what_a_proxy_carries_is_counted_by_whom_it_is_for() {
        let seats = Seats::new(3, 1);
        let (proxy, client) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([192, 0, 2, 1]));
        let connections: Vec<_> = (0..3).filter_map(|_| seats.take_for_many()).collect();
        assert!(connections.len() == 3 && seats.take_for_many().is_none(), "three in all");
        let call = seats.share(client);
        assert!(call.is_some() && seats.share(client).is_none() && seats.share(proxy).is_some());
        drop(call);
        assert!(seats.share(client).is_some());
        drop(connections);
        assert!(
            seats.by_address.iter().all(|shard| shard.lock().unwrap().is_empty()),
            "nothing is left behind"
        );
    }
}
