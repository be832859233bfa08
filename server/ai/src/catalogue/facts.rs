//! Models as the domain keeps them, in files and in the database, and back.

use super::{Model, Origin};
use crate::price::{Price, Rates};
use domain::models::entries::{ModelFacts, PriceRow};
use std::collections::BTreeMap;

impl Model {
    /// All that is known of it, but for who says so.
    #[must_use]
    pub fn facts(&self) -> ModelFacts {
        ModelFacts {
            vendor: self.vendor.clone(),
            id: self.id.clone(),
            aliases: self.aliases.clone(),
            mode: self.mode,
            context: self.context,
            max_output: self.max_output,
            dimensions: self.dimensions,
            reads: self.reads.clone(),
            writes: self.writes.clone(),
            features: self.features.clone(),
            prices: self.prices.iter().flat_map(|(region, price)| rows(region, price)).collect(),
            deprecated: self.deprecated.clone(),
            source: self.source.clone(),
            as_of: self.as_of.clone(),
        }
    }

    #[must_use]
    pub fn of(facts: &ModelFacts, origin: Origin) -> Self {
        Self {
            vendor: facts.vendor.clone(),
            id: facts.id.clone(),
            aliases: facts.aliases.clone(),
            mode: facts.mode,
            context: facts.context,
            max_output: facts.max_output,
            dimensions: facts.dimensions,
            reads: facts.reads.clone(),
            writes: facts.writes.clone(),
            features: facts.features.clone(),
            prices: prices(&facts.prices),
            deprecated: facts.deprecated.clone(),
            source: facts.source.clone(),
            as_of: facts.as_of.clone(),
            origin,
        }
    }
}

fn rows<'a>(region: &'a str, price: &'a Price) -> impl Iterator<Item = PriceRow> + 'a {
    let filled = price.all().filter(|(_, _, rates)| !rates.is_empty());
    filled.map(|(service, above, rates)| PriceRow {
        region: region.to_owned(),
        service: service.to_owned(),
        above,
        nano: rates.all().collect(),
    })
}

/// Prices by region, as [`Model::price`] looks them up.
#[must_use]
pub fn prices(rows: &[PriceRow]) -> BTreeMap<String, Price> {
    let mut prices: BTreeMap<String, Price> = BTreeMap::new();
    for row in rows {
        let rates: Rates = row.nano.iter().map(|(figure, nano)| (*figure, *nano)).collect();
        prices.entry(row.region.clone()).or_default().set(&row.service, row.above, rates);
    }
    prices
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::*;
    use crate::price::cost;
    use crate::usage::Usage;

    #[test]
    fn every_model_comes_back_as_it_was() {
        let catalogue = Catalogue::built_in().unwrap();
        for model in catalogue.models() {
            let facts = model.facts();
            let text = serde_json::to_string(&facts).unwrap();
            let read: ModelFacts = serde_json::from_str(&text).unwrap();
            assert_eq!(read, facts);
            let again = Model::of(&read, Origin::Imported);
            assert_eq!(again.facts(), facts);
            for region in [None, Some("global"), Some("eu"), Some("us-east-1")] {
                for tier in [None, Some("batch"), Some("priority")] {
                    let usage = Usage {
                        input: 300_000,
                        output: 7,
                        cache_read: 5,
                        tier: tier.map(str::to_owned),
                        ..Usage::default()
                    };
                    let cost =
                        |model: &Model| cost(&usage, model.price(region).unwrap_or(&Price::default())).nano;
                    assert_eq!(
                        cost(&again),
                        cost(model),
                        "{} {} {region:?} {tier:?}",
                        model.vendor,
                        model.id
                    );
                }
            }
        }
    }
}
