//! From a host name to addresses that may be reached: every one passes the outbound guard, and only those that
//! passed are connected to.

use crate::clock::Clock;
use domain::net::OutboundGuard;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

const FRESH_US: u64 = 30_000_000;
/// How long the last good answer stands in while names cannot be resolved.
const STALE_US: u64 = 600_000_000;

pub type Addresses = SmallVec<[SocketAddr; 4]>;

/// Why there is no address to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    NoSuchName,
    /// Every address is one that the outbound guard refuses.
    Prohibited,
}

struct Entry {
    addresses: Vec<IpAddr>,
    resolved_us: u64,
}

/// The names that a thread has resolved.
pub struct Resolver {
    known: RefCell<HashMap<Box<str>, Entry>>,
    clock: Clock,
}

impl Resolver {
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { known: RefCell::default(), clock }
    }

    /// The addresses of `host` that `guard` lets through, in the order in which to try them.
    pub async fn resolve(
        &self,
        guard: &OutboundGuard,
        host: &str,
        port: u16,
    ) -> Result<Addresses, Unresolved> {
        let found: SmallVec<[IpAddr; 4]> = match host.parse::<IpAddr>() {
            Ok(ip) => SmallVec::from_iter([ip]),
            Err(_) => self.lookup(host, port).await?,
        };
        let mut addresses = Addresses::new();
        for ip in found {
            let address = SocketAddr::new(ip, port);
            match guard.check(address) {
                Ok(()) => addresses.push(address),
                Err(refused) => tracing::warn!(host, %refused, "an upstream address was not connected to"),
            }
        }
        if addresses.is_empty() { Err(Unresolved::Prohibited) } else { Ok(addresses) }
    }

    async fn lookup(&self, host: &str, port: u16) -> Result<SmallVec<[IpAddr; 4]>, Unresolved> {
        let now = self.clock.monotonic_us();
        if let Some(entry) = self.known.borrow().get(host)
            && now.saturating_sub(entry.resolved_us) < FRESH_US
        {
            return Ok(entry.addresses.iter().copied().collect());
        }
        let answer = tokio::net::lookup_host((host, port))
            .await
            .map(|found| found.map(|at| at.ip()).collect::<Vec<_>>());
        match answer {
            Ok(addresses) if !addresses.is_empty() => {
                let entry = Entry { addresses: addresses.clone(), resolved_us: now };
                self.known.borrow_mut().insert(host.into(), entry);
                Ok(addresses.into_iter().collect())
            }
            _ => self.last_good(host, now),
        }
    }

    fn last_good(&self, host: &str, now: u64) -> Result<SmallVec<[IpAddr; 4]>, Unresolved> {
        match self.known.borrow().get(host) {
            Some(entry) if now.saturating_sub(entry.resolved_us) < STALE_US => {
                tracing::warn!(host, "cannot resolve an upstream, its last addresses are used");
                Ok(entry.addresses.iter().copied().collect())
            }
            _ => Err(Unresolved::NoSuchName),
        }
    }
}
