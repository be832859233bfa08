//! Which of the nodes that may be called is called.

use domain::upstream::{Balance, HashKey};
use http::HeaderName;

/// A set of nodes by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nodes(u32);

impl Nodes {
    #[must_use]
    pub fn with(self, node: usize) -> Self {
        Self(self.0 | bit(node))
    }

    #[must_use]
    pub fn without(self, node: usize) -> Self {
        Self(self.0 & !bit(node))
    }

    #[must_use]
    pub fn has(self, node: usize) -> bool {
        self.0 & bit(node) != 0
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..32).filter(move |node| self.has(*node))
    }
}

fn bit(node: usize) -> u32 {
    u32::try_from(node).ok().and_then(|node| 1_u32.checked_shl(node)).unwrap_or(0)
}

/// How it is chosen.
#[derive(Debug)]
pub enum Choice {
    /// Numbers of nodes, each as often as its weight says and spread as evenly as can be.
    Turns(Box<[u8]>),
    LeastRequests,
    P2cEwma,
    Hash(Key),
}

#[derive(Debug)]
pub enum Key {
    Header(HeaderName),
    Address,
    Credential,
}

impl Choice {
    pub fn new(balance: &Balance, weights: &[u32]) -> Result<Self, String> {
        Ok(match balance {
            Balance::RoundRobin => Self::Turns(turns(weights)),
            Balance::LeastRequests => Self::LeastRequests,
            Balance::P2cEwma => Self::P2cEwma,
            Balance::Hash(HashKey::Address) => Self::Hash(Key::Address),
            Balance::Hash(HashKey::Credential) => Self::Hash(Key::Credential),
            Balance::Hash(HashKey::Header { name }) => {
                let name = HeaderName::try_from(name.as_str());
                Self::Hash(Key::Header(name.map_err(|_| "upstream: no header has the name to hash by")?))
            }
        })
    }
}

/// Smooth weighted round robin, as nginx does it: each turn, every node gains its weight, and the one that has most
/// pays what all have gained.
fn turns(weights: &[u32]) -> Box<[u8]> {
    let shared = weights.iter().fold(0, |a, b| gcd(a, *b)).max(1);
    let weights: Vec<i64> = weights.iter().map(|weight| i64::from(weight / shared)).collect();
    let total: i64 = weights.iter().sum();
    let mut gained = vec![0_i64; weights.len()];
    let mut turns = Vec::new();
    for _ in 0..total {
        gained.iter_mut().zip(&weights).for_each(|(gained, weight)| *gained += weight);
        // the first of those that have most
        let next = gained.iter().enumerate().rev().max_by_key(|(_, gained)| **gained).map(|(node, _)| node);
        let Some(next) = next else { break };
        if let Some(paid) = gained.get_mut(next) {
            *paid -= total;
        }
        turns.extend(u8::try_from(next).ok());
    }
    turns.into()
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// SplitMix64's finish: every bit of the answer depends on every bit of the number.
#[must_use]
pub fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Weighted rendezvous hashing (Schindelhauer and Schomaker, "Weighted distributed hash tables"): the node with the
/// highest score has the key. When one goes, only its keys move.
#[must_use]
pub fn score(key: u64, seed: u64, weight: u32) -> f64 {
    // 53 bits, which a float holds exactly
    let spread = (mix(key ^ seed) >> 11) as f64 + 0.5;
    let fraction = spread / (1_u64 << 53) as f64;
    -f64::from(weight) / fraction.ln()
}

/// 64 bits that stand for a text, the same in every process.
#[must_use]
pub fn hash(text: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(text).as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_as_many_as_the_weight_and_spread_out() {
        assert_eq!(*turns(&[5, 1, 1]), [0, 0, 1, 0, 2, 0, 0]);
        assert_eq!(*turns(&[10, 10]), [0, 1]);
        assert_eq!(*turns(&[7]), [0]);
        assert_eq!(turns(&[100; 32]).len(), 32);
        assert_eq!(turns(&[100, 99]).iter().filter(|node| **node == 1).count(), 99);
    }

    #[test]
    fn keys_spread_by_weight_and_only_those_of_a_lost_node_move() {
        let nodes = [("a", 1), ("b", 1), ("c", 2)].map(|(name, weight)| (hash(name.as_bytes()), weight));
        let best = |key: u64, without: usize| {
            let scores = nodes.iter().enumerate().filter(|(node, _)| *node != without);
            let scored = scores.map(|(node, (seed, weight))| (node, score(key, *seed, *weight)));
            scored.max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap().0
        };
        let mut counts = [0; 3];
        for key in (0..10_000).map(|number: u32| hash(&number.to_le_bytes())) {
            let home = best(key, usize::MAX);
            counts[home] += 1;
            assert!(home == 0 || best(key, 0) == home, "a key moved that need not");
        }
        assert!((2_300..2_700).contains(&counts[0]) && (4_700..5_300).contains(&counts[2]), "{counts:?}");
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set = Nodes::default().with(0).with(31).with(7).without(0);
        assert_eq!((set.iter().collect::<Vec<_>>(), set.len(), set.has(32)), (vec![7, 31], 2, false));
    }
}
