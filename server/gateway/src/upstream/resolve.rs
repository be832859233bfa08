//! From a host name to addresses that may be reached: every one passes the outbound guard, and only those that passed
//! are connected to.
//!
//! All threads share what is known. The names in use are looked up again and again in the background, so that a call
//! waits for a lookup only where nothing recent is known, and an open connection learns when its name has moved.

pub mod lookup;
mod name;

use super::lease::Tenancy;
use crate::clock::Clock;
use domain::net::OutboundGuard;
use lookup::Lookup;
use name::{Known, Name};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long a lookup may take before the name counts as one that cannot be looked up. A resolver of the system asks a
/// second time after 5 s.
const LOOKUP: Duration = Duration::from_secs(6);
/// After so many times as long, nobody waits for its end any more, and another one may begin.
const MOST_LATE: usize = 5;
/// How long a call waits at most for news where there is an older answer.
const NEWS: Duration = Duration::from_secs(1);

/// An address to connect to.
pub struct Reachable {
    pub address: SocketAddr,
    /// Of its name; none when the host is an address.
    pub tenancy: Option<Tenancy>,
}

/// Why there is no address to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    NoSuchName,
    /// Every address is one that the outbound guard refuses.
    Prohibited,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Resolver(Arc<Shared>);

struct Shared {
    /// Locked for moments, by those who connect and by those who look up; never by a call on an open connection.
    names: Mutex<HashMap<Box<str>, Entry>>,
    lookup: Lookup,
    clock: Clock,
}

#[derive(Default)]
struct Entry {
    name: Name,
    /// Tells how the lookup goes that is under way; closed when none is.
    underway: Option<watch::Receiver<()>>,
}

impl Resolver {
    #[must_use]
    pub fn new(lookup: Lookup, clock: Clock) -> Self {
        Self(Arc::new(Shared { names: Mutex::default(), lookup, clock }))
    }

    /// The addresses of `host` that `guard` lets through, in the order in which to try them. Where nothing is known of
    /// the name, they are waited for so long.
    pub async fn resolve(
        &self,
        guard: &OutboundGuard,
        host: &str,
        port: u16,
        within: Duration,
    ) -> Result<SmallVec<[Reachable; 4]>, Unresolved> {
        let found: SmallVec<[(IpAddr, Option<Tenancy>); 4]> = match host.parse::<IpAddr>() {
            Ok(ip) => SmallVec::from_iter([(ip, None)]),
            Err(_) => {
                let named = self.addresses(host, within).await?;
                named.into_iter().map(|(ip, tenancy)| (ip, Some(tenancy))).collect()
            }
        };
        let mut reachable = SmallVec::new();
        for (ip, tenancy) in found {
            let address = SocketAddr::new(ip, port);
            match guard.check(address) {
                Ok(()) => reachable.push(Reachable { address, tenancy }),
                Err(refused) => tracing::warn!(host, %refused, "an upstream address was not connected to"),
            }
        }
        if reachable.is_empty() { Err(Unresolved::Prohibited) } else { Ok(reachable) }
    }

    /// Looks up the names in use whose time has come, and lets go of those that are not. To be called now and then by
    /// every thread; the first one does it.
    pub fn refresh(&self) {
        let now_ms = self.now_ms();
        let mut names = self.names();
        names.retain(|host, entry| {
            entry.name.expire(now_ms);
            if entry.name.is_due(now_ms) && !entry.is_underway() {
                entry.underway = Some(self.begin(host));
            }
            entry.is_underway() || !entry.name.is_forgotten(now_ms)
        });
    }

    async fn addresses(&self, host: &str, within: Duration) -> Result<name::Addresses, Unresolved> {
        let (mut news, within) = {
            let mut names = self.names();
            if !names.contains_key(host) {
                names.insert(host.into(), Entry::default());
            }
            let entry = names.get_mut(host).ok_or(Unresolved::NoSuchName)?;
            let within = match entry.name.ask(self.now_ms()) {
                Known::Addresses(addresses) => return Ok(addresses),
                Known::Nothing => return Err(Unresolved::NoSuchName),
                Known::Unsure { has_older: true } => NEWS.min(within / 2),
                Known::Unsure { has_older: false } => within,
            };
            let underway = entry.underway.clone().filter(|underway| underway.has_changed().is_ok());
            let news = underway.unwrap_or_else(|| self.begin(host));
            entry.underway = Some(news.clone());
            (news, within)
        };
        // whether there is news or none: what is known by then is all there is
        drop(tokio::time::timeout(within, news.changed()).await);
        let names = self.names();
        let known = names.get(host).and_then(|entry| entry.name.last_good(self.now_ms()));
        known.ok_or(Unresolved::NoSuchName)
    }

    /// Looks up a name, beside whoever wants to know.
    fn begin(&self, host: &str) -> watch::Receiver<()> {
        let (news, underway) = watch::channel(());
        let (resolver, host) = (self.clone(), Box::<str>::from(host));
        // bounded in time, and gone with the thread; a receiver learns of its end
        drop(tokio::task::spawn_local(async move { resolver.look_up(&host, &news).await }));
        underway
    }

    async fn look_up(&self, host: &str, news: &watch::Sender<()>) {
        let mut answer = pin!(self.0.lookup.addresses(host));
        for _ in 0..MOST_LATE {
            let answer = tokio::time::timeout(LOOKUP, &mut answer).await;
            let is_over = answer.is_ok();
            self.tell(host, answer.ok().and_then(Result::ok).unwrap_or_default());
            news.send_replace(());
            if is_over {
                return;
            }
        }
    }

    /// Takes the outcome of a lookup; no addresses: it failed, or the name has none.
    fn tell(&self, host: &str, addresses: Vec<IpAddr>) {
        let now_ms = self.now_ms();
        let mut names = self.names();
        let Some(entry) = names.get_mut(host) else { return };
        if addresses.is_empty() {
            if entry.name.failed(now_ms) {
                tracing::warn!(
                    host,
                    "cannot resolve an upstream, its last addresses are used if there are any"
                );
            }
        } else if entry.name.found(addresses, now_ms) {
            tracing::debug!(host, "an upstream's addresses have changed");
        }
    }

    fn names(&self) -> MutexGuard<'_, HashMap<Box<str>, Entry>> {
        self.0.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        self.0.clock.monotonic_us() / 1_000
    }
}

impl Entry {
    fn is_underway(&self) -> bool {
        self.underway.as_ref().is_some_and(|underway| underway.has_changed().is_ok())
    }
}
