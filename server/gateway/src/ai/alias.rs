//! Names that callers use for models, and in which order the models behind a name are asked.

use super::provider::Provider;
use crate::upstream::balance::mix;
use ai::price;
use ai::usage::Usage;
use domain::models::{AliasStrategy, ModelRetries};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Bytes of a token, about: enough to compare prices by.
const BYTES_OF_TOKEN: u64 = 4;
/// Tokens of an answer, where prices are compared: nobody knows before it is there.
const USUAL_OUTPUT: u64 = 500;

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
    strategy: AliasStrategy,
    turn: AtomicU64,
}

/// What an order depends on besides the alias.
pub struct Moment<'a> {
    pub providers: &'a HashMap<Box<str>, Arc<Provider>>,
    /// Whether the answer is to come in pieces.
    pub stream: bool,
    pub request_bytes: u64,
    /// Unix milliseconds.
    pub at_ms: u64,
    /// Monotonic microseconds.
    pub now_us: u64,
}

impl Alias {
    #[must_use]
    pub fn new(mut targets: Vec<Target>, strategy: AliasStrategy) -> Self {
        targets.sort_by_key(|target| target.priority);
        Self { targets, strategy, turn: AtomicU64::new(0) }
    }

    /// The targets in the order in which this call asks them: by priority, within one as the strategy says, and at
    /// random by weight where that makes no difference.
    #[must_use]
    pub fn order(&self, moment: &Moment<'_>) -> Vec<&Target> {
        let mut order = self.by_weight();
        match self.strategy {
            AliasStrategy::Weighted => {}
            AliasStrategy::LeastLatency => {
                order.sort_by_cached_key(|target| (target.priority, moment.latency_us(target)));
            }
            AliasStrategy::LowestCost => {
                order.sort_by_cached_key(|target| (target.priority, moment.cost_nano(target)));
            }
        }
        order
    }

    /// By priority, and within one at random by weight.
    fn by_weight(&self) -> Vec<&Target> {
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

impl Moment<'_> {
    /// Of targets in an order those that do not rest; where all do, the first one, which is asked all the same.
    #[must_use]
    pub fn awake<'t>(&self, mut order: Vec<&'t Target>) -> Vec<&'t Target> {
        order.retain(|target| self.provider(target).is_some());
        if order.iter().any(|target| self.is_awake(target)) {
            order.retain(|target| self.is_awake(target));
        } else {
            order.truncate(1);
        }
        order
    }

    /// Who can be asked for the model.
    fn provider(&self, target: &Target) -> Option<&Arc<Provider>> {
        self.providers.get(&target.provider).filter(|provider| provider.face(&target.model).is_some())
    }

    fn is_awake(&self, target: &Target) -> bool {
        self.provider(target).is_some_and(|provider| provider.paces.is_awake(&target.model, self.now_us))
    }

    /// One that has not been asked comes first.
    fn latency_us(&self, target: &Target) -> u64 {
        let provider = self.providers.get(&target.provider);
        let expected =
            provider.and_then(|provider| provider.paces.expected_us(&target.model, self.stream, self.now_us));
        expected.unwrap_or(0)
    }

    /// One whose price is not known comes last.
    fn cost_nano(&self, target: &Target) -> i64 {
        let provider = self.providers.get(&target.provider);
        let Some(found) = provider.and_then(|provider| provider.price(&target.model, self.at_ms)) else {
            return i64::MAX;
        };
        let input = self.request_bytes.div_ceil(BYTES_OF_TOKEN);
        let cost = price::cost(&Usage { input, output: USUAL_OUTPUT, ..Usage::default() }, found.price);
        if cost.unknown.is_empty() { cost.nano } else { i64::MAX }
    }
}

/// What an ai api offers.
#[derive(Debug, Default)]
pub struct Models {
    pub aliases: BTreeMap<Box<str>, Alias>,
    /// A request that says what its vendor cannot be told is refused.
    pub strict: bool,
    pub retries: ModelRetries,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(alias: &Alias) -> Vec<String> {
        let moment =
            Moment { providers: &HashMap::new(), stream: false, request_bytes: 0, at_ms: 0, now_us: 0 };
        alias.order(&moment).iter().map(|target| target.model.to_string()).collect()
    }

    #[test]
    fn targets_are_asked_by_priority_and_weight() {
        let target = |model: &str, weight, priority| Target {
            provider: "p".into(),
            model: model.into(),
            weight,
            priority,
        };
        let targets = || vec![target("last", 9, 2), target("a", 3, 0), target("b", 1, 0)];
        // where nothing is known of any, no strategy changes that
        for strategy in AliasStrategy::ALL {
            let alias = Alias::new(targets(), *strategy);
            let mut first = BTreeMap::<String, u32>::new();
            for _ in 0..4_000 {
                let order = order(&alias);
                assert_eq!((order.len(), order[2].as_str()), (3, "last"));
                *first.entry(order[0].clone()).or_default() += 1;
            }
            assert!((2_800..3_200).contains(&first["a"]), "{first:?}");
        }
        assert!(order(&Alias::new(Vec::new(), AliasStrategy::Weighted)).is_empty());
    }
}
