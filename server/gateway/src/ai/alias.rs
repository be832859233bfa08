//! Names that callers use for models, and in which order the models behind a name are asked.

use crate::upstream::balance::mix;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A model of a provider.
#[derive(Debug)]
pub struct Target {
    /// Its id: which it is at the moment, the snapshot says.
    pub provider: Box<str>,
    /// The vendor's name of it.
    pub model: Box<str>,
    /// Among those of the same priority.
    pub weight: u32,
    /// Lower ones are asked first; the others when those fail.
    pub priority: u32,
}

#[derive(Debug)]
pub struct Alias {
    pub targets: Vec<Target>,
    turn: AtomicU64,
}

impl Alias {
    #[must_use]
    pub fn new(mut targets: Vec<Target>) -> Self {
        targets.sort_by_key(|target| target.priority);
        Self { targets, turn: AtomicU64::new(0) }
    }

    /// The targets in the order in which this call asks them: by priority, and within one at random by weight.
    #[must_use]
    pub fn order(&self) -> Vec<&Target> {
        let mut rest: Vec<&Target> = self.targets.iter().collect();
        let mut order = Vec::with_capacity(rest.len());
        while let Some(first) = rest.first() {
            let group = rest.iter().take_while(|target| target.priority == first.priority).count();
            let total: u64 = rest.iter().take(group).map(|target| u64::from(target.weight.max(1))).sum();
            let mut drawn = mix(self.turn.fetch_add(1, Relaxed)) % total.max(1);
            let place = rest.iter().take(group).position(|target| {
                let weight = u64::from(target.weight.max(1));
                let here = drawn < weight;
                drawn = drawn.saturating_sub(weight);
                here
            });
            order.push(rest.remove(place.unwrap_or(0)));
        }
        order
    }
}

/// What an ai api offers.
#[derive(Debug, Default)]
pub struct Models {
    pub aliases: BTreeMap<Box<str>, Alias>,
    /// A request that says what its vendor cannot be told is refused.
    pub strict: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_asked_by_priority_and_weight() {
        let target = |model: &str, weight, priority| Target {
            provider: "p".into(),
            model: model.into(),
            weight,
            priority,
        };
        let alias = Alias::new(vec![target("last", 9, 2), target("a", 3, 0), target("b", 1, 0)]);
        let mut first = BTreeMap::<String, u32>::new();
        for _ in 0..4_000 {
            let order: Vec<_> = alias.order().iter().map(|target| target.model.to_string()).collect();
            assert_eq!((order.len(), order[2].as_str()), (3, "last"));
            *first.entry(order[0].clone()).or_default() += 1;
        }
        assert!((2_800..3_200).contains(&first["a"]), "{first:?}");
        assert!(Alias::new(Vec::new()).order().is_empty());
    }
}
