//! What a call costs, in whole nano-dollars (billionths of a US dollar). Integers only, and nothing guessed: what has
//! no price is said, not counted as 0.

mod arithmetic;
mod cost;

pub use cost::{Cost, Line, cost, cost_of, maximum, most_of_tokens};
pub use domain::models::amounts::{AmountError, parse};
pub use domain::models::words::Figure;

use std::collections::BTreeMap;

/// What is billed at the price of something else when it has none of its own. Thoughts are output and pictures are
/// input everywhere that no other price is named; sound and the cache never cost the same as text.
fn instead(figure: Figure) -> Option<Figure> {
    match figure {
        Figure::Reasoning => Some(Figure::Output),
        Figure::InputImage => Some(Figure::Input),
        _ => None,
    }
}

/// Nano-dollars for a million of each figure. What is not in it is unknown; 0 is free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rates(BTreeMap<Figure, u64>);

impl Rates {
    pub fn set(&mut self, figure: Figure, nano_per_million: u64) {
        self.0.insert(figure, nano_per_million);
    }

    /// The price that is named for the figure itself.
    #[must_use]
    pub fn own(&self, figure: Figure) -> Option<u64> {
        self.0.get(&figure).copied()
    }

    /// The price that the figure is billed at.
    #[must_use]
    pub fn of(&self, figure: Figure) -> Option<u64> {
        self.own(figure).or_else(|| instead(figure).and_then(|other| self.own(other)))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that is known.
    pub fn all(&self) -> impl Iterator<Item = (Figure, u64)> {
        self.0.iter().map(|(figure, nano)| (*figure, *nano))
    }

    /// Every price in percent of what it was, rounded half up; `None` when one gets too large.
    fn times(&self, percent: u64) -> Option<Self> {
        let times = |nano: u64| u64::try_from((u128::from(nano) * u128::from(percent) + 50) / 100).ok();
        self.0.iter().map(|(figure, nano)| Some((*figure, times(*nano)?))).collect::<Option<_>>().map(Self)
    }
}

impl FromIterator<(Figure, u64)> for Rates {
    fn from_iter<I: IntoIterator<Item = (Figure, u64)>>(rates: I) -> Self {
        Self(rates.into_iter().collect())
    }
}

/// All prices of a model in one region: the standard ones, and those of other services (`batch`, `flex`, `priority`)
/// and of long inputs. By the service, and by the tokens that the input must exceed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Price(BTreeMap<(String, u64), Rates>);

/// The service that has no name.
const STANDARD: &str = "";

impl Price {
    /// Prices that are the same for all calls.
    #[must_use]
    pub fn flat(rates: Rates) -> Self {
        Self(BTreeMap::from([((STANDARD.to_owned(), 0), rates)]))
    }

    /// Adds the prices of a service for inputs of more than `above` tokens; gives back what stood there.
    pub fn set(&mut self, service: &str, above: u64, rates: Rates) -> Option<Rates> {
        self.0.insert((service.to_owned(), above), rates)
    }

    /// Everything that is known, in order: service, tokens that the input must exceed, prices.
    pub fn all(&self) -> impl Iterator<Item = (&str, u64, &Rates)> {
        self.0.iter().map(|((service, above), rates)| (service.as_str(), *above, rates))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Rates::is_empty)
    }

    /// Every price in percent of what it was; `None` when one gets too large.
    #[must_use]
    pub fn times(&self, percent: u64) -> Option<Self> {
        let times = |(key, rates): (&(String, u64), &Rates)| Some((key.clone(), rates.times(percent)?));
        self.0.iter().map(times).collect::<Option<_>>().map(Self)
    }

    /// The prices of a call: a long input makes the whole call dearer, not only the tokens above the mark (so Google
    /// and Anthropic do it). And whether they are those of that very service and length: if not, they are the nearest ones.
    fn rates(&self, tier: Option<&str>, input: u64) -> (Option<&Rates>, bool) {
        let service = tier.map(service).unwrap_or_default();
        let standard = self.last(STANDARD, input);
        if service == STANDARD {
            return (standard.map(|(_, rates)| rates), true);
        }
        match (self.last(&service, input), standard) {
            (Some((above, rates)), Some((mark, _))) => (Some(rates), above >= mark),
            (Some((_, rates)), None) => (Some(rates), true),
            (None, standard) => (standard.map(|(_, rates)| rates), false),
        }
    }

    /// The highest mark that the input exceeds; 0 is always exceeded.
    fn last(&self, service: &str, input: u64) -> Option<(u64, &Rates)> {
        let marks = (service.to_owned(), 0)..=(service.to_owned(), input.saturating_sub(1));
        self.0.range(marks).next_back().map(|((_, above), rates)| (*above, rates))
    }

    /// The price of what is not counted in tokens: one for all services and lengths unless there is another.
    fn unit(&self, rates: Option<&Rates>, figure: Figure) -> Option<u64> {
        let standard = || self.last(STANDARD, 0).and_then(|(_, rates)| rates.own(figure));
        rates.and_then(|rates| rates.own(figure)).or_else(standard)
    }
}

/// The service as the catalogue calls it, from the vendor's word: OpenAI says `flex`, Google `ON_DEMAND_FLEX`.
fn service(tier: &str) -> String {
    let tier = tier.to_ascii_lowercase();
    match tier.strip_prefix("on_demand_").unwrap_or(&tier) {
        "default" | "standard" | "auto" | "on_demand" => STANDARD.to_owned(),
        other => other.to_owned(),
    }
}
