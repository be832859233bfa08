//! Models as callers see them: names of an api's own, behind each of which stand models of providers.

pub mod wire;

pub mod amounts;
pub mod entries;
pub mod imports;
pub mod inputs;
mod retries;
pub mod words;

pub use retries::{LONGEST_WAIT_S, MOST_ATTEMPTS, ModelRetries};

use crate::check::{Check, Invalid};
use crate::ids::ProviderId;
use crate::routes::{Method, Route};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

pub const MOST_ALIASES: usize = 100;
pub const MOST_TARGETS: usize = 10;
pub const LARGEST_WEIGHT: u32 = 100;
pub const LARGEST_PRIORITY: u32 = 100;
/// Characters of an alias.
const LONGEST_ALIAS: usize = 120;
/// Characters of a vendor's name for a model.
const LONGEST_MODEL: usize = 200;

/// What an ai api offers: 1 to 100 names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelAliases {
    pub aliases: Vec<ModelAlias>,
    /// A request is refused when it says what the model's vendor cannot be told.
    #[serde(default)]
    pub strict: bool,
    /// What one call may try.
    #[serde(default, skip_serializing_if = "ModelRetries::is_none")]
    pub retries: ModelRetries,
}

wire_enum! {
    /// Which of an alias's models of the same priority is asked first.
    #[derive(Default)]
    AliasStrategy {
        /// At random, by weight.
        #[default]
        Weighted = "weighted",
        /// The one that has begun to answer soonest of late. One that has not been asked yet is tried first.
        LeastLatency = "least_latency",
        /// The one that costs least for a request of the size; those without a price last.
        LowestCost = "lowest_cost",
    }
}

/// A name that callers use, and the models behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelAlias {
    /// 1 to 120 visible ASCII characters without spaces.
    #[serde(rename = "alias")]
    pub name: String,
    /// 1 to 10.
    pub targets: Vec<ModelTarget>,
    /// Which of those of the same priority is asked first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategy: AliasStrategy,
}

/// A model of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelTarget {
    pub provider: ProviderId,
    /// As the vendor calls it: 1 to 200 characters.
    pub model: String,
    /// Its share among those of the same priority: 1 to 100.
    #[serde(default = "one")]
    pub weight: u32,
    /// Lower ones are asked first; the others when those fail. 0 to 100.
    #[serde(default)]
    pub priority: u32,
}

fn one() -> u32 {
    1
}

fn is_default(strategy: &AliasStrategy) -> bool {
    *strategy == AliasStrategy::default()
}

impl ModelAliases {
    /// What must hold of names and models. Fields are named from the top: `models[0].targets[1].weight`. That the
    /// providers exist is checked in `control`.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let count = self.aliases.len();
        check.require((1..=MOST_ALIASES).contains(&count), "models", "expected 1 to 100 models");
        let mut seen = HashSet::new();
        for (at, alias) in self.aliases.iter().take(MOST_ALIASES).enumerate() {
            let field = format!("models[{at}]");
            alias.check(&mut check, &field);
            let new = seen.insert(alias.name.as_str());
            check.require(new, &format!("{field}.alias"), "stands twice; put its targets together");
        }
        self.retries.check(&mut check);
        check.finish()
    }

    /// Every target with the name of its field.
    pub fn targets(&self) -> impl Iterator<Item = (String, &ModelTarget)> {
        self.aliases.iter().enumerate().flat_map(|(at, alias)| {
            let field = move |number| format!("models[{at}].targets[{number}]");
            alias.targets.iter().enumerate().map(move |(number, target)| (field(number), target))
        })
    }

    /// Whether a model of the provider stands behind any name.
    #[must_use]
    pub fn names(&self, provider: &ProviderId) -> bool {
        self.aliases.iter().flat_map(|alias| &alias.targets).any(|target| target.provider == *provider)
    }
}

impl ModelAlias {
    fn check(&self, check: &mut Check, field: &str) {
        let name = format!("{field}.alias");
        let length = self.name.chars().count();
        if self.name.is_empty() {
            check.error(&name, "is required");
        } else if length > LONGEST_ALIAS {
            check.error(&name, format!("expected 1 to {LONGEST_ALIAS} characters, got {length}"));
        }
        let visible = self.name.bytes().all(|byte| byte.is_ascii_graphic());
        check.require(visible, &name, "expected visible ASCII characters without spaces");
        let count = self.targets.len();
        let many = (1..=MOST_TARGETS).contains(&count);
        check.require(many, &format!("{field}.targets"), "expected 1 to 10 targets");
        for (at, target) in self.targets.iter().take(MOST_TARGETS).enumerate() {
            target.check(check, &format!("{field}.targets[{at}]"));
        }
    }
}

impl ModelTarget {
    pub(crate) fn check(&self, check: &mut Check, field: &str) {
        check.line(&format!("{field}.model"), &self.model, 1, LONGEST_MODEL);
        check.within(&format!("{field}.weight"), self.weight, 1, LARGEST_WEIGHT);
        check.within(&format!("{field}.priority"), self.priority, 0, LARGEST_PRIORITY);
    }
}

/// The routes of every ai api: what clients of OpenAI, Anthropic and Gemini call below their base address.
#[must_use]
pub fn routes() -> Vec<Route> {
    const TABLE: [(Method, &str, &str); 16] = [
        (Method::Post, "/chat/completions", "Chat completions, as OpenAI has them"),
        (Method::Post, "/responses", "Responses, as OpenAI has them"),
        (Method::Post, "/messages", "Messages, as Anthropic has them"),
        (Method::Post, "/messages/count_tokens", "Counts the tokens of a message, as Anthropic does"),
        (Method::Post, "/embeddings", "Embeddings, as OpenAI has them"),
        (Method::Post, "/rerank", "Ranks documents, as Cohere does"),
        (Method::Post, "/images/generations", "Makes pictures, as OpenAI does"),
        (Method::Post, "/audio/speech", "Speaks a text, as OpenAI does"),
        (Method::Post, "/audio/transcriptions", "Writes down what is said, as OpenAI does"),
        (Method::Post, "/moderations", "Judges what is harmful, as OpenAI does"),
        (Method::Get, "/models", "Lists the models"),
        (Method::Get, "/models/*", "Tells of a model"),
        (Method::Get, "/v1beta/models", "Lists the models, as Gemini does"),
        (Method::Get, "/v1beta/models/*", "Tells of a model, as Gemini does"),
        (Method::Post, "/models/{call}", "Calls a model, as Gemini has it"),
        (Method::Post, "/v1beta/models/{call}", "Calls a model, as Gemini's clients address it"),
    ];
    let route = |(method, path, summary): (Method, &str, &str)| {
        Some(Route { methods: vec![method], path: path.parse().ok()?, summary: summary.to_owned() })
    };
    TABLE.into_iter().filter_map(route).collect()
}

#[cfg(test)]
mod tests;
