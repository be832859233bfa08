//! What is known of a model.

use super::words::{Feature, Modality, Mode};
use crate::price::Price;
use std::collections::{BTreeMap, BTreeSet};

/// A model that a vendor sells. What is empty or `None` is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The vendor's id.
    pub vendor: String,
    /// The name that the vendor wants to hear.
    pub id: String,
    /// Other names of the very same model.
    pub aliases: Vec<String>,
    pub mode: Mode,
    /// Tokens of input.
    pub context: Option<u64>,
    /// Tokens of output.
    pub max_output: Option<u64>,
    /// Numbers of a vector, unless the caller asks for fewer.
    pub dimensions: Option<u64>,
    pub reads: BTreeSet<Modality>,
    pub writes: BTreeSet<Modality>,
    pub features: BTreeSet<Feature>,
    /// By region; the empty one is all that are not named. See [`Self::price`].
    pub prices: BTreeMap<String, Price>,
    /// The day on which the vendor ends it: `2027-01-14`.
    pub deprecated: Option<String>,
    /// Where the facts are from: mostly a page of the vendor.
    pub source: Option<String>,
    /// The day on which they were true.
    pub as_of: Option<String>,
    pub origin: Origin,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    Imported,
    Operator,
}

impl Model {
    /// What it costs in a region: a place (`eu-central-1`), a geography (`eu`), or `global`, as the vendor calls them.
    /// Where the region is not named, the price of `regional` holds: Google takes more for every endpoint that is not
    /// the global one. Else the price that is the same everywhere.
    #[must_use]
    pub fn price(&self, region: Option<&str>) -> Option<&Price> {
        let region = region.unwrap_or_default();
        let regional = || match region {
            "" | "global" => None,
            _ => self.prices.get("regional"),
        };
        self.prices.get(region).or_else(regional).or_else(|| self.prices.get(""))
    }

    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}
