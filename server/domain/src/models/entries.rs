//! What is known of models: what a catalogue says, what the operators of a connection say, and what people are shown.

use super::amounts;
use super::words::{Feature, Figure, Modality, Mode};
use crate::Time;
use crate::ids::ProviderId;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a catalogue knows of a model. What is empty or absent is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// A vendor's id: `openai`.
    pub vendor: String,
    /// The name that the vendor wants to hear.
    pub id: String,
    /// Other names of the very same model.
    #[serde(default)]
    pub aliases: Vec<String>,
    pub mode: Mode,
    /// Tokens of input.
    #[serde(default)]
    pub context: Option<u64>,
    /// Tokens of output.
    #[serde(default)]
    pub max_output: Option<u64>,
    /// Numbers of a vector, unless the caller asks for fewer.
    #[serde(default)]
    pub dimensions: Option<u64>,
    #[serde(default)]
    pub reads: BTreeSet<Modality>,
    #[serde(default)]
    pub writes: BTreeSet<Modality>,
    #[serde(default)]
    pub features: BTreeSet<Feature>,
    /// Each region, service and length of input once; none of them empty.
    #[serde(default)]
    pub prices: Vec<PriceRow>,
    /// The day on which the vendor ends it: `2027-01-14`.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// Where the facts are from: mostly a page of the vendor.
    #[serde(default)]
    pub source: Option<String>,
    /// The day on which they were true.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// Prices of one region and service, for inputs above a length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRow {
    /// Empty: all that have no prices of their own.
    #[serde(default)]
    pub region: String,
    /// Empty: the standard one.
    #[serde(default)]
    pub service: String,
    /// Tokens that the input must exceed.
    #[serde(default)]
    pub above: u64,
    /// Nano-dollars for a million of each.
    pub nano: BTreeMap<Figure, u64>,
}

/// Prices that the operators of a connection put in the place of what the catalogue says, for calls that begin at a
/// time or later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceOverride {
    /// As the vendor calls it.
    pub model: String,
    pub starts_at: Time,
    /// Without regions: a connection has one.
    pub prices: Vec<PriceRow>,
    /// Why: a contract, a discount.
    pub note: String,
    /// The name of whoever set it.
    pub set_by: String,
    pub set_at: Time,
}

/// What the operators of a connection say of its models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderModels {
    /// Models that no catalogue has, by id.
    pub own: Vec<ModelFacts>,
    /// The ids of those that are not called.
    pub disabled: BTreeSet<String>,
    /// By model and start.
    pub overrides: Vec<PriceOverride>,
}

impl ProviderModels {
    /// The prices that hold for calls made at a time, where the operators have set any.
    #[must_use]
    pub fn price(&self, model: &str, at: Time) -> Option<&PriceOverride> {
        let of_model = self.overrides.iter().filter(|price| price.model == model && price.starts_at <= at);
        of_model.max_by_key(|price| price.starts_at)
    }
}

wire_enum! {
    /// Who says what a model costs.
    PriceFrom {
        /// Nobody: what calls cost is not known.
        Unknown = "unknown",
        /// The catalogue that comes with the gateway.
        BuiltIn = "built_in",
        /// A catalogue that was imported.
        Imported = "imported",
        /// The operators of the connection.
        Operator = "operator",
    }
}

/// Where a price is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PriceOrigin {
    pub from: PriceFrom,
    /// Of a catalogue: the day on which it was true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Of a catalogue: mostly a page of the vendor. Of operators: their note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of operators: who set it; told only to those who may read connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_at: Option<Time>,
    /// It holds for calls that begin at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
}

impl PriceOrigin {
    #[must_use]
    pub fn unknown() -> Self {
        let from = PriceFrom::Unknown;
        Self { from, as_of: None, source: None, set_by: None, set_at: None, starts_at: None }
    }

    /// What a catalogue says of a model; `from` is which one.
    #[must_use]
    pub fn of_catalogue(facts: &ModelFacts, from: PriceFrom) -> Self {
        if facts.prices.is_empty() {
            return Self::unknown();
        }
        Self { from, as_of: facts.as_of.clone(), source: facts.source.clone(), ..Self::unknown() }
    }

    /// `named`: whether it is told who set it.
    #[must_use]
    pub fn of_operators(price: &PriceOverride, named: bool) -> Self {
        Self {
            from: PriceFrom::Operator,
            as_of: None,
            source: Some(price.note.clone()).filter(|note| !note.is_empty()),
            set_by: named.then(|| price.set_by.clone()),
            set_at: Some(price.set_at),
            starts_at: Some(price.starts_at),
        }
    }
}

/// Prices as people read them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownPrice {
    /// Absent: everywhere that no other prices are named for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// `batch`, `flex`, `priority`; absent: the standard one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// Only for inputs of more tokens than this.
    #[serde(default)]
    pub above: u64,
    /// Exact dollars: for a million tokens or characters, a thousand searches or queries, one picture or second.
    pub dollars: BTreeMap<Figure, String>,
}

impl From<&PriceRow> for ShownPrice {
    fn from(row: &PriceRow) -> Self {
        let dollars = row.nano.iter().map(|(figure, nano)| (*figure, amounts::dollars(*nano, *figure)));
        let (region, service) = (row.region.clone(), row.service.clone());
        Self { region, service, above: row.above, dollars: dollars.collect() }
    }
}

/// A model: of a vendor as the catalogue has it, or of a connection with what its operators say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Model {
    /// As the vendor calls it.
    pub id: String,
    /// A vendor's id, or the id of the connection whose model it is.
    pub provider: String,
    pub vendor: String,
    pub mode: Mode,
    /// Tokens of input; null where that is not known.
    pub context: Option<u64>,
    /// Tokens of output.
    pub max_output: Option<u64>,
    /// Numbers of a vector.
    pub dimensions: Option<u64>,
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Modality>"))]
    pub reads: BTreeSet<Modality>,
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Modality>"))]
    pub writes: BTreeSet<Modality>,
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Feature>"))]
    pub features: BTreeSet<Feature>,
    /// Empty: not known.
    pub prices: Vec<ShownPrice>,
    pub price_origin: PriceOrigin,
    /// Whether calls are made to it.
    pub enabled: bool,
    /// Whether the operators of the connection made it.
    pub own: bool,
    /// The day on which the vendor ends it.
    pub deprecated: Option<String>,
}

impl Model {
    /// The model of a vendor.
    #[must_use]
    pub fn of_vendor(facts: &ModelFacts, from: PriceFrom) -> Self {
        Self {
            id: facts.id.clone(),
            provider: facts.vendor.clone(),
            vendor: facts.vendor.clone(),
            mode: facts.mode,
            context: facts.context,
            max_output: facts.max_output,
            dimensions: facts.dimensions,
            reads: facts.reads.clone(),
            writes: facts.writes.clone(),
            features: facts.features.clone(),
            prices: facts.prices.iter().map(ShownPrice::from).collect(),
            price_origin: PriceOrigin::of_catalogue(facts, from),
            enabled: true,
            own: false,
            deprecated: facts.deprecated.clone(),
        }
    }

    /// The same model at a connection; `named`: whether it is told who set prices.
    #[must_use]
    pub fn at(self, provider: &ProviderId, said: &ProviderModels, now: Time, named: bool) -> Self {
        let enabled = !said.disabled.contains(&self.id);
        let set = said.price(&self.id, now);
        let (prices, price_origin) = match set {
            Some(set) => {
                (set.prices.iter().map(ShownPrice::from).collect(), PriceOrigin::of_operators(set, named))
            }
            None => (self.prices, self.price_origin),
        };
        Self { provider: provider.to_string(), prices, price_origin, enabled, ..self }
    }

    #[must_use]
    pub fn is_priced(&self) -> bool {
        !self.prices.is_empty()
    }
}

/// Prices that the operators of a connection have set, or that are still to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownOverride {
    pub prices: Vec<ShownPrice>,
    pub origin: PriceOrigin,
    /// Whether it holds now; false: it is still to come.
    pub current: bool,
}

/// All that is known of one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelDetail {
    #[serde(flatten)]
    pub model: Model,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// What the catalogue says it costs, whatever is set over it.
    pub catalogue_prices: Vec<ShownPrice>,
    pub catalogue_origin: PriceOrigin,
    /// What was set over it, by start.
    pub overrides: Vec<ShownOverride>,
}

/// Whose models there are: a vendor, or a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelShelf {
    /// A vendor's id, or the id of a connection.
    pub provider: String,
    pub name: String,
    pub vendor: String,
    /// Whether it is a connection.
    pub connected: bool,
}

/// What is looked for; what is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFilter {
    /// A vendor's id, or the id of a connection.
    pub provider: Option<String>,
    pub mode: Option<Mode>,
    pub feature: Option<Feature>,
    /// Whether the price is known.
    pub priced: Option<bool>,
    /// A part of the model's id or the vendor's, in any case.
    pub search: String,
}

impl ModelFilter {
    /// Whether a model is looked for. Whose it is is decided elsewhere.
    #[must_use]
    pub fn matches(&self, model: &Model) -> bool {
        let search = self.search.trim().to_lowercase();
        let found = |text: &str| text.to_lowercase().contains(&search);
        self.mode.is_none_or(|mode| model.mode == mode)
            && self.feature.is_none_or(|feature| model.features.contains(&feature))
            && self.priced.is_none_or(|priced| model.is_priced() == priced)
            && (search.is_empty() || found(&model.id) || found(&model.vendor))
    }
}
