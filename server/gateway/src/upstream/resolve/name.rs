//! What is known of one name: its addresses, since when, and whether they can be looked up at the moment.

use super::super::lease::Tenancy;
use smallvec::SmallVec;
use std::net::IpAddr;

/// How often the addresses of a name in use are looked up. The system's resolver does not tell their time to live;
/// caches between here and the servers keep to it.
const REFRESH_MS: u64 = 5_000;
/// How old an answer may be to be used without asking anew.
const FRESH_MS: u64 = 10_000;
/// How long the last good answer stands in while the name cannot be looked up.
const STALE_MS: u64 = 600_000;
/// How long a failure is remembered, and how soon it is tried again.
const AGAIN_MS: u64 = 1_000;
/// How long a name counts as in use after it was asked for.
const ASKED_MS: u64 = 60_000;

pub type Addresses = SmallVec<[(IpAddr, Tenancy); 4]>;

/// What is to be done about a name that was asked for.
#[derive(Debug)]
pub enum Known {
    Addresses(Addresses),
    /// It could not be looked up a moment ago.
    Nothing,
    /// To be looked up first; whether there is an older answer to fall back to.
    Unsure {
        has_older: bool,
    },
}

#[derive(Debug, Default)]
pub struct Name {
    addresses: Addresses,
    /// When the addresses were found last.
    found_ms: u64,
    /// When it could not be looked up last, unless that went well since.
    failed_ms: Option<u64>,
    asked_ms: u64,
}

impl Name {
    /// Somebody wants to connect.
    pub fn ask(&mut self, now_ms: u64) -> Known {
        self.asked_ms = now_ms;
        let last_good = self.last_good(now_ms);
        let failed = |within_ms| self.failed_ms.is_some_and(|at| now_ms.saturating_sub(at) < within_ms);
        match last_good {
            Some(addresses) if self.age_ms(now_ms) < FRESH_MS || failed(FRESH_MS) => {
                Known::Addresses(addresses)
            }
            None if failed(AGAIN_MS) => Known::Nothing,
            older => Known::Unsure { has_older: older.is_some() },
        }
    }

    /// The addresses, as long as they may be used at all.
    #[must_use]
    pub fn last_good(&self, now_ms: u64) -> Option<Addresses> {
        let usable = !self.addresses.is_empty() && self.age_ms(now_ms) < STALE_MS;
        usable.then(|| self.addresses.clone())
    }

    /// Whether it is in use and to be looked up now.
    #[must_use]
    pub fn is_due(&self, now_ms: u64) -> bool {
        let since_ms = |at| now_ms.saturating_sub(at);
        self.is_in_use(ASKED_MS, now_ms)
            && match self.failed_ms {
                Some(at) => since_ms(at) >= AGAIN_MS,
                None => self.age_ms(now_ms) >= REFRESH_MS,
            }
    }

    /// Whether nothing needs to be known of it any more.
    #[must_use]
    pub fn is_forgotten(&self, now_ms: u64) -> bool {
        !self.is_in_use(STALE_MS, now_ms)
    }

    /// It was looked up: connections to what it no longer has are given no more calls. Whether there were such addresses.
    pub fn found(&mut self, found: impl IntoIterator<Item = IpAddr>, now_ms: u64) -> bool {
        let mut addresses = Addresses::new();
        for ip in found {
            if addresses.iter().any(|(other, _)| *other == ip) {
                continue;
            }
            let known = self.addresses.iter().find(|(known, _)| *known == ip);
            addresses.push((ip, known.map(|(_, tenancy)| tenancy.clone()).unwrap_or_default()));
        }
        let before = std::mem::replace(&mut self.addresses, addresses);
        let mut changed = false;
        for (ip, tenancy) in before {
            if !self.addresses.iter().any(|(kept, _)| *kept == ip) {
                changed = true;
                tenancy.end();
            }
        }
        (self.found_ms, self.failed_ms) = (now_ms, None);
        changed
    }

    /// It could not be looked up, or has no address. Whether that is news.
    pub fn failed(&mut self, now_ms: u64) -> bool {
        self.failed_ms.replace(now_ms).is_none()
    }

    /// What has not been found for too long counts no more, for open connections neither.
    pub fn expire(&mut self, now_ms: u64) {
        if self.age_ms(now_ms) >= STALE_MS {
            self.addresses.drain(..).for_each(|(_, tenancy)| tenancy.end());
        }
    }

    /// Whether there are connections to it, or it was asked for of late.
    fn is_in_use(&self, asked_ms: u64, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.asked_ms) < asked_ms
            || self.addresses.iter().any(|(_, tenancy)| tenancy.is_watched())
    }

    fn age_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.found_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const START: u64 = 1_000_000;

    fn ip(last: u8) -> IpAddr {
        Ipv4Addr::new(10, 0, 0, last).into()
    }

    fn found() -> Name {
        let mut name = Name::default();
        assert!(matches!(name.ask(START), Known::Unsure { has_older: false }));
        assert!(!name.found([ip(1), ip(2), ip(1)], START));
        name
    }

    fn known(name: &mut Name, now_ms: u64) -> Vec<IpAddr> {
        match name.ask(now_ms) {
            Known::Addresses(addresses) => addresses.into_iter().map(|(ip, _)| ip).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn an_answer_is_used_while_it_is_fresh_or_there_can_be_no_other() {
        let mut name = found();
        assert_eq!(known(&mut name, START + 9_999), [ip(1), ip(2)]);
        assert!(matches!(name.ask(START + 10_000), Known::Unsure { has_older: true }));
        assert!(name.failed(START + 10_000) && !name.failed(START + 10_000));
        // nobody waits for what has just failed
        assert_eq!(known(&mut name, START + 19_999), [ip(1), ip(2)]);
        assert!(matches!(name.ask(START + 20_000), Known::Unsure { has_older: true }));
        name.failed(START + 599_999);
        assert_eq!(known(&mut name, START + 599_999), [ip(1), ip(2)]);
        assert!(matches!(name.ask(START + 600_000), Known::Nothing));
        assert!(matches!(name.ask(START + 600_999), Known::Unsure { has_older: false }));
    }

    #[test]
    fn a_name_is_looked_up_as_long_as_it_is_in_use() {
        let mut name = found();
        assert_eq!([START + 4_999, START + 5_000].map(|at| name.is_due(at)), [false, true]);
        name.failed(START + 5_000);
        assert_eq!([START + 5_999, START + 6_000].map(|at| name.is_due(at)), [false, true]);
        name.found([ip(1)], START + 6_000);
        assert_eq!([START + 59_999, START + 60_000].map(|at| name.is_due(at)), [true, false]);
        let connection = name.last_good(START + 6_000);
        assert!(name.is_due(START + 60_000) && !name.is_forgotten(START + 600_000));
        drop(connection);
        assert_eq!([START + 599_999, START + 600_000].map(|at| name.is_forgotten(at)), [false, true]);
    }

    #[test]
    fn tenancies_last_as_long_as_the_name_has_the_address() {
        let mut name = found();
        let before = name.last_good(START).unwrap();
        assert!(name.found([ip(3), ip(2)], START + 1), "one is gone");
        assert_eq!(before.iter().map(|(_, tenancy)| tenancy.has_ended()).collect::<Vec<_>>(), [true, false]);
        assert!(!name.found([ip(2), ip(3), ip(1)], START + 2), "none is");
        assert!(before[0].1.has_ended(), "it was gone in between");
        name.expire(START + 600_001);
        assert!(!before[1].1.has_ended());
        name.expire(START + 600_002);
        assert!(before[1].1.has_ended());
    }
}
