//! The models of a provider: what the catalogue says of them, and what the operators of the connection say over it.

use ai::catalogue::{Catalogue, Model, Origin, prices};
use ai::price::Price;
use domain::models::entries::{PriceOverride, ProviderModels};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

#[derive(Debug, Default)]
pub struct Offer {
    /// The vendor's id in the catalogue.
    vendor: Box<str>,
    catalogue: Arc<Catalogue>,
    /// Models that no catalogue has.
    own: Catalogue,
    /// Ids of those that are not called.
    disabled: HashSet<Box<str>>,
    /// What was set over the catalogue, by id of the model; by start.
    set: HashMap<Box<str>, Vec<SetPrice>>,
}

/// What calls cost from a time on.
#[derive(Debug)]
struct SetPrice {
    /// Unix milliseconds.
    from_ms: u64,
    price: Price,
    as_of: Box<str>,
    source: Box<str>,
}

/// What a call costs, and who says so.
#[derive(Clone, Copy, Debug)]
pub struct Priced<'a> {
    pub price: &'a Price,
    /// The day on which the catalogue was true, or the time from which on operators have it so. Empty: not known.
    pub as_of: &'a str,
    /// A page of the vendor, or the name of an operator. Empty: not known.
    pub source: &'a str,
}

impl Priced<'_> {
    /// As records name it: its date, and whose it is.
    #[must_use]
    pub fn name(&self) -> String {
        [self.as_of, self.source].join(" ").trim().to_owned()
    }
}

impl Offer {
    /// An error says which model the operators have called by the name of another one.
    pub fn new(vendor: &str, catalogue: Arc<Catalogue>, said: &ProviderModels) -> Result<Self, String> {
        let mut own: Vec<Model> = said.own.iter().map(|facts| Model::of(facts, Origin::Operator)).collect();
        own.iter_mut().for_each(|model| model.vendor = vendor.to_owned());
        let twice = |at: usize| {
            let id = said.own.get(at).map(|facts| facts.id.clone()).unwrap_or_default();
            format!("its own model {id:?} has the name of another one")
        };
        let mut set: HashMap<Box<str>, Vec<SetPrice>> = HashMap::new();
        for price in &said.overrides {
            set.entry(price.model.as_str().into()).or_default().extend(SetPrice::of(price));
        }
        set.values_mut().for_each(|prices| prices.sort_by_key(|price| price.from_ms));
        Ok(Self {
            vendor: vendor.into(),
            catalogue,
            own: Catalogue::of(own).map_err(twice)?,
            disabled: said.disabled.iter().map(|id| id.as_str().into()).collect(),
            set,
        })
    }

    /// The model by a name of it, and the region that the name names. The very name counts more than what is left of it
    /// without a version, and what the operators made more than the catalogue.
    fn resolve<'a>(&self, name: &'a str) -> Option<(&Model, Option<&'a str>)> {
        let vendor = &self.vendor;
        let exact = [&self.own, &self.catalogue].into_iter().find_map(|all| all.exact(vendor, name));
        exact
            .map(|model| (model, None))
            .or_else(|| self.own.resolve(vendor, name))
            .or_else(|| self.catalogue.resolve(vendor, name))
    }

    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.resolve(name).map(|(model, _)| model)
    }

    /// Whether the operators let it be called. What nobody has heard of may be.
    #[must_use]
    pub fn is_enabled(&self, name: &str) -> bool {
        if self.disabled.is_empty() {
            return true;
        }
        let id = self.model(name).map_or(name, |model| model.id.as_str());
        !self.disabled.contains(id)
    }

    /// What a call costs that begins at a time (Unix milliseconds), in a region; `None` when that is not known.
    #[must_use]
    pub fn price(&self, name: &str, region: Option<&str>, at_ms: u64) -> Option<Priced<'_>> {
        let found = self.resolve(name);
        // a price outlives the model's place in a catalogue
        let id = found.map_or(name, |(model, _)| model.id.as_str());
        let set = self.set.get(id).and_then(|prices| prices.iter().rfind(|price| price.from_ms <= at_ms));
        if let Some(SetPrice { price, as_of, source, .. }) = set {
            return Some(Priced { price, as_of, source });
        }
        let (model, own_region) = found?;
        Some(Priced {
            price: model.price(own_region.or(region))?,
            as_of: model.as_of.as_deref().unwrap_or_default(),
            source: model.source.as_deref().unwrap_or_default(),
        })
    }
}

impl SetPrice {
    /// Operators name no region: a connection has one.
    fn of(set: &PriceOverride) -> Option<Self> {
        let price = prices(&set.prices).remove("")?;
        Some(Self {
            from_ms: u64::try_from(set.starts_at.timestamp_millis()).unwrap_or_default(),
            price,
            as_of: set.starts_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true).into(),
            source: format!("set by {}", set.set_by).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::models::entries::{ModelFacts, PriceRow};
    use domain::models::words::{Figure, Mode};

    fn set(model: &str, starts_ms: i64, input: u64) -> PriceOverride {
        let at = chrono::DateTime::from_timestamp_millis(starts_ms).unwrap();
        PriceOverride {
            model: model.to_owned(),
            starts_at: at,
            prices: vec![PriceRow { nano: [(Figure::Input, input)].into(), ..PriceRow::default() }],
            note: String::new(),
            set_by: "Ada".to_owned(),
            set_at: at,
        }
    }

    fn own(id: &str) -> ModelFacts {
        let text = format!(r#"{{"vendor":"x","id":"{id}","mode":"chat","context":1000}}"#);
        let facts: ModelFacts = serde_json::from_str(&text).unwrap();
        assert_eq!(facts.mode, Mode::Chat);
        facts
    }

    fn offer(said: &ProviderModels) -> Offer {
        Offer::new("openai", Arc::new(Catalogue::built_in().unwrap()), said).unwrap()
    }

    fn input(offer: &Offer, name: &str, at_ms: u64) -> Option<(u64, String)> {
        let priced = offer.price(name, None, at_ms)?;
        let (_, _, rates) = priced.price.all().next()?;
        Some((rates.own(Figure::Input)?, priced.source.to_owned()))
    }

    #[test]
    fn a_price_holds_from_its_start_on() {
        let overrides = vec![set("gpt-4o", 2_000, 7), set("gpt-4o", 1_000, 5), set("gone", 0, 3)];
        let offer = offer(&ProviderModels { overrides, ..ProviderModels::default() });
        let catalogue = input(&offer, "gpt-4o", 999).unwrap();
        assert_eq!(catalogue.0, 2_500_000_000);
        let by_ada = |nano| Some((nano, "set by Ada".to_owned()));
        assert_eq!(input(&offer, "gpt-4o", 1_000), by_ada(5));
        assert_eq!(input(&offer, "gpt-4o", 1_999), by_ada(5));
        assert_eq!(input(&offer, "gpt-4o", 2_000), by_ada(7));
        assert_eq!(input(&offer, "gpt-4o-latest", 2_000), by_ada(7), "a name of the same model");
        assert_eq!(input(&offer, "gone", 1), by_ada(3), "no catalogue has it any more");
        assert_eq!(offer.price("gpt-4o", None, 1_000).unwrap().as_of, "1970-01-01T00:00:01.000Z");
        assert_eq!(input(&offer, "unheard-of", 1), None);
    }

    #[test]
    fn own_models_stand_beside_those_of_the_catalogue() {
        let said = ProviderModels { own: vec![own("house-7b"), own("gpt")], ..ProviderModels::default() };
        let offer = offer(&said);
        assert_eq!(offer.model("house-7b-latest").unwrap().context, Some(1_000));
        assert_eq!(offer.model("gpt-4o").unwrap().origin, Origin::BuiltIn);
        let twice = ProviderModels { own: vec![own("a"), own("a")], ..ProviderModels::default() };
        assert!(Offer::new("openai", Arc::default(), &twice).unwrap_err().contains("\"a\""));
    }

    #[test]
    fn one_that_is_disabled_is_so_by_every_name() {
        let disabled = ["gpt-4o".to_owned(), "unheard-of".to_owned()].into();
        let offer = offer(&ProviderModels { disabled, ..ProviderModels::default() });
        for (name, enabled) in [
            ("gpt-4o", false),
            ("gpt-4o-latest", false),
            ("unheard-of", false),
            ("gpt-4.1", true),
            ("else", true),
        ] {
            assert_eq!(offer.is_enabled(name), enabled, "{name}");
        }
    }
}
