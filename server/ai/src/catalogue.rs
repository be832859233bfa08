//! Vendors and their models as data: limits, features and list prices, and where they are looked up.
//!
//! The gateway comes with [`vendors`] and [`Catalogue::built_in`]; operators put their own prices and models over them,
//! or a newer file ([`Catalogue::merged`]). An empty figure is unknown, never 0.

mod facts;
mod model;
mod names;
mod read;
mod row;
mod vendor;
mod words;

pub use facts::prices;
pub use model::{Model, Origin};
pub use vendor::{Field, KeyIn, Speaks, Vendor, parse_vendors, vendors};
pub use words::{Feature, Modality, Mode, Quirk, Word};

use crate::price::Price;
use std::collections::BTreeMap;

/// Facts about the models that vendors sell, made by `end2end/ai/catalogue.py`.
const MODELS: &str = include_str!("../catalogue/models.csv");

/// Models by vendor and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    vendors: BTreeMap<String, Shelf>,
}

/// The models of a vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shelf {
    models: BTreeMap<String, Model>,
    /// The model's name by its other names.
    aliases: BTreeMap<String, String>,
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column:?}: {expected}, got {got:?}")]
pub struct CatalogueError {
    /// Counted from 1, which is the line with the names of the columns.
    pub line: u64,
    /// Empty when it is the whole line.
    pub column: String,
    /// `expected dollars such as 0.075`.
    pub expected: String,
    pub got: String,
}

impl Catalogue {
    /// What comes with the gateway. Reading it takes some milliseconds: keep it.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::parse(MODELS, Origin::BuiltIn)
    }

    /// Reads a file: comma-separated values, the first line with the names of the columns, in any order. A model has a
    /// row with what is known of it, and further rows with the prices of a region, a service or a long input:
    ///
    /// | column | |
    /// |---|---|
    /// | `vendor`, `model` | needed; the model as the vendor says it |
    /// | `region`, `service`, `above` | only in further rows, what they are for: `eu`, `batch`, more than `200000` tokens |
    /// | `percent` | instead of prices: the model's prices times this, for a `region` |
    /// | `mode` | needed in the model's own row, which the others follow: a [`Mode`] |
    /// | `aliases`, `reads`, `writes`, `features` | words and spaces: other names, [`Modality`]s, [`Feature`]s |
    /// | `context`, `max_output`, `dimensions` | tokens in, tokens out, numbers of a vector |
    /// | `deprecated`, `as_of` | days, `2026-11-27`: when the vendor ends it, when the facts were true |
    /// | `source` | where the facts are from |
    /// | a [`Figure`](crate::price::Figure) | dollars, for as many as [`Figure::per`](crate::price::Figure::per) says |
    ///
    /// Strict: an unknown column or word, two rows for the same, or a name that two models have is an error.
    pub fn parse(text: &str, origin: Origin) -> Result<Self, CatalogueError> {
        read::read(text, origin)
    }

    /// One of models that do not come from a file. An error is the index of a model that has the name of an earlier
    /// one.
    pub fn of(models: impl IntoIterator<Item = Model>) -> Result<Self, usize> {
        let mut catalogue = Self::default();
        for (index, model) in models.into_iter().enumerate() {
            catalogue.insert(model).map_err(|_| index)?;
        }
        Ok(catalogue)
    }

    /// Adds a model; an error is the name that another one has.
    fn insert(&mut self, model: Model) -> Result<(), String> {
        let shelf = self.vendors.entry(model.vendor.clone()).or_default();
        for (index, name) in std::iter::once(&model.id).chain(&model.aliases).enumerate() {
            let again = index > 0
                && (*name == model.id || model.aliases.iter().take(index - 1).any(|other| other == name));
            if again || shelf.models.contains_key(name) || shelf.aliases.contains_key(name) {
                return Err(name.clone());
            }
        }
        shelf.aliases.extend(model.aliases.iter().map(|alias| (alias.clone(), model.id.clone())));
        shelf.models.insert(model.id.clone(), model);
        Ok(())
    }

    /// The model by a name of it; the first of these that is known:
    ///
    /// 1. the very name, or an alias;
    /// 2. without what stands around it: an ARN or the region's prefix of Bedrock (`us.`, `eu.`, `global.`), `models/`
    ///    of Gemini;
    /// 3. that without a date or another word for a version: `-2025-08-07`, `-20250929`, `@20250929`, `@default`,
    ///    `-latest`. So a snapshot that is newer than the catalogue has the price of its model.
    #[must_use]
    pub fn find(&self, vendor: &str, model: &str) -> Option<&Model> {
        self.resolve(vendor, model).map(|(model, _)| model)
    }

    /// What the model costs in a region, by a name of it. A region in the name itself counts more than the one given.
    #[must_use]
    pub fn price(&self, vendor: &str, model: &str, region: Option<&str>) -> Option<&Price> {
        let (model, own) = self.resolve(vendor, model)?;
        model.price(own.or(region))
    }

    /// The model by its very name, or an alias.
    #[must_use]
    pub fn exact(&self, vendor: &str, name: &str) -> Option<&Model> {
        self.vendors.get(vendor)?.get(name)
    }

    /// The model that [`Self::find`] finds, and the region that its name names.
    #[must_use]
    pub fn resolve<'a>(&self, vendor: &str, name: &'a str) -> Option<(&Model, Option<&'a str>)> {
        if let Some(model) = self.exact(vendor, name) {
            return Some((model, None));
        }
        let shelf = self.vendors.get(vendor)?;
        let (region, bare) = names::bare(vendor, name);
        let model = shelf.get(bare).or_else(|| names::undated(bare).and_then(|name| shelf.get(name)))?;
        Some((model, region))
    }

    /// All models, by vendor and name.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.vendors.values().flat_map(|shelf| shelf.models.values())
    }

    /// This with others put over it. An entry of `overrides` takes the place of the whole entry of the same vendor and
    /// name: what it does not say is unknown. Only the aliases of what it replaces stay. An alias that is claimed anew
    /// moves; the name of a model is never the alias of another. Every entry keeps its [`Origin`].
    #[must_use]
    pub fn merged(&self, overrides: &Self) -> Self {
        let mut merged = self.clone();
        for (vendor, over) in &overrides.vendors {
            let shelf = merged.vendors.entry(vendor.clone()).or_default();
            for (id, model) in &over.models {
                shelf.put(id, model);
            }
        }
        merged
    }
}

impl Shelf {
    fn get(&self, name: &str) -> Option<&Model> {
        self.models.get(name).or_else(|| self.models.get(self.aliases.get(name)?))
    }

    fn put(&mut self, id: &str, model: &Model) {
        self.unalias(id);
        for alias in &model.aliases {
            self.unalias(alias);
            self.aliases.insert(alias.clone(), id.to_owned());
        }
        let mut model = model.clone();
        if let Some(before) = self.models.remove(id) {
            let stay =
                before.aliases.into_iter().filter(|alias| self.aliases.get(alias).is_some_and(|of| of == id));
            let stay: Vec<_> = stay.filter(|alias| !model.aliases.contains(alias)).collect();
            model.aliases.extend(stay);
        }
        self.models.insert(id.to_owned(), model);
    }

    /// Takes an alias from the model that has it.
    fn unalias(&mut self, alias: &str) {
        let Some(of) = self.aliases.remove(alias) else { return };
        if let Some(model) = self.models.get_mut(&of) {
            model.aliases.retain(|other| other != alias);
        }
    }
}

#[cfg(test)]
mod tests;
