//! What operators say of the models of a connection.

use super::LONGEST_MODEL;
use super::amounts;
use super::entries::{ModelFacts, PriceRow};
use super::words::Figure;
use crate::Time;
use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

/// Services and lengths of input of one price.
const MOST_PRICES: usize = 40;
/// Other names of a model.
const MOST_NAMES: usize = 20;
/// More tokens than any model takes; a slip of the hand is found.
const MOST_TOKENS: u64 = 1_000_000_000;

/// Prices of a service, for inputs above a length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PriceInput {
    /// `batch`, `flex`, `priority`; empty: the standard one.
    pub service: String,
    /// Only for inputs of more tokens than this; absent or 0: for all.
    pub above: Option<u64>,
    /// Exact dollars as text, such as `0.075`: for a million tokens or characters, a thousand searches or queries, one
    /// picture or second. By `input`, `output`, `cache_read`, `cache_write`, …
    pub dollars: BTreeMap<String, String>,
}

/// Prices in the place of what the catalogue says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SetPrice {
    /// One of them for the standard service and all inputs; what it does not name is unknown.
    pub prices: Vec<PriceInput>,
    /// They hold for calls that begin at this time or later; absent: now.
    pub starts_at: Option<Time>,
    /// Why, in at most 200 characters.
    pub note: String,
}

/// Checked form of [`SetPrice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPrice {
    pub prices: Vec<PriceRow>,
    pub starts_at: Time,
    pub note: String,
}

/// A model that no catalogue has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateModel {
    /// As the vendor wants to hear it: 1 to 200 characters without spaces.
    pub id: String,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// `chat`, `embedding`, …
    pub mode: String,
    /// Tokens of input; absent: unknown.
    pub context: Option<u64>,
    /// Tokens of output.
    pub max_output: Option<u64>,
    /// Numbers of a vector.
    pub dimensions: Option<u64>,
    /// `text`, `image`, `audio`, `video`, `pdf`
    pub reads: Vec<String>,
    pub writes: Vec<String>,
    /// `tools`, `json_schema`, `reasoning`, …
    pub features: Vec<String>,
    /// Absent: unknown. They can be set later.
    pub prices: Vec<PriceInput>,
}

/// Checked form of [`CreateModel`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewModel {
    /// Without prices.
    pub facts: ModelFacts,
    /// Empty: unknown.
    pub prices: Vec<PriceRow>,
}

/// What may be changed of a model of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateModel {
    /// One that is not enabled is not called.
    pub enabled: bool,
}

impl PriceInput {
    /// Reads a line as people type it: `batch above=200000 input=1.25 output=5`. The service and the length may be
    /// left out. What the words say is checked later; an error is about their form.
    pub fn line(line: &str) -> Result<Self, String> {
        let mut price = Self::default();
        for (at, word) in line.split_whitespace().enumerate() {
            match word.split_once('=') {
                None if at == 0 => word.clone_into(&mut price.service),
                None => {
                    return Err(format!("expected a name and an amount such as input=1.25, got {word:?}"));
                }
                Some(("above", tokens)) => {
                    let wrong =
                        |_| format!("expected a number of tokens such as above=200000, got {tokens:?}");
                    price.above = Some(tokens.parse().map_err(wrong)?);
                }
                Some((name, dollars)) => drop(price.dollars.insert(name.to_owned(), dollars.to_owned())),
            }
        }
        Ok(price)
    }

    fn check(&self, check: &mut Check, field: &str) -> PriceRow {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let service = self.service.trim();
        let good = service.len() <= 40 && service.bytes().all(word);
        check.require(
            good,
            &format!("{field}.service"),
            "expected a word in small letters such as batch, or nothing",
        );
        let above = self.above.unwrap_or_default();
        let few = above <= MOST_TOKENS;
        check.require(few, &format!("{field}.above"), "expected at most 1000000000 tokens");
        let mut nano = BTreeMap::new();
        for (name, text) in &self.dollars {
            let shown: String = name.chars().take(40).collect();
            let at = format!("{field}.dollars.{shown}");
            let Ok(figure) = name.parse::<Figure>() else {
                let all: Vec<&str> = Figure::ALL.iter().map(|figure| figure.name()).collect();
                check.error(&at, format!("is no price; expected one of {}", all.join(", ")));
                continue;
            };
            match amounts::parse(text.trim(), figure) {
                Ok(price) => drop(nano.insert(figure, price)),
                Err(error) => check.error(&at, error.to_string()),
            }
        }
        check.require(!self.dollars.is_empty(), &format!("{field}.dollars"), "expected at least one price");
        PriceRow { region: String::new(), service: service.to_owned(), above, nano }
    }
}

/// Each service and length once, and one row that holds for all.
fn check_prices(check: &mut Check, prices: &[PriceInput]) -> Vec<PriceRow> {
    check.require(prices.len() <= MOST_PRICES, "prices", "expected at most 40 services and lengths");
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for (at, price) in prices.iter().take(MOST_PRICES).enumerate() {
        let field = format!("prices[{at}]");
        let row = price.check(check, &field);
        let new = seen.insert((row.service.clone(), row.above));
        check.require(new, &field, "is a service and a length that stand here twice");
        rows.push(row);
    }
    if !rows.is_empty() {
        let standard = rows.iter().any(|row| row.service.is_empty() && row.above == 0);
        check.require(standard, "prices", "expected prices of the standard service for inputs of any length");
    }
    rows
}

impl SetPrice {
    /// A price is never set for calls that were made already.
    pub fn check(&self, now: Time) -> Result<NewPrice, Invalid> {
        let mut check = Check::new();
        check.require(!self.prices.is_empty(), "prices", "is required");
        let prices = check_prices(&mut check, &self.prices);
        let starts_at = self.starts_at.unwrap_or(now);
        let to_come = starts_at >= now;
        check.require(to_come, "starts_at", "expected a time that is not over: calls before it are paid for");
        let note = check.line("note", &self.note, 0, 200);
        check.done(|| Some(NewPrice { prices, starts_at, note }))
    }
}

fn words<W: FromStr + Ord>(check: &mut Check, field: &str, words: &[String]) -> BTreeSet<W>
where
    W::Err: Display,
{
    let named = words.iter().take(50).enumerate();
    named.filter_map(|(at, word)| check.parse(&format!("{field}[{at}]"), word)).collect()
}

fn check_id(check: &mut Check, field: &str, id: &str) -> String {
    let id = check.line(field, id, 1, LONGEST_MODEL);
    check.require(!id.contains(char::is_whitespace), field, "expected a name without spaces");
    id
}

fn check_tokens(check: &mut Check, field: &str, tokens: Option<u64>) {
    let fits = tokens.is_none_or(|tokens| (1..=MOST_TOKENS).contains(&tokens));
    check.require(fits, field, "expected 1 to 1000000000");
}

impl CreateModel {
    /// `vendor` is that of the connection.
    pub fn check(&self, vendor: &str) -> Result<NewModel, Invalid> {
        let mut check = Check::new();
        let id = check_id(&mut check, "id", &self.id);
        check.require(self.aliases.len() <= MOST_NAMES, "aliases", "expected at most 20 names");
        let mut aliases: Vec<String> = Vec::new();
        for (at, alias) in self.aliases.iter().take(MOST_NAMES).enumerate() {
            let field = format!("aliases[{at}]");
            let alias = check_id(&mut check, &field, alias);
            check.require(alias != id && !aliases.contains(&alias), &field, "is a name that it has already");
            aliases.push(alias);
        }
        let mode = check.parse("mode", &self.mode);
        for (field, tokens) in
            [("context", self.context), ("max_output", self.max_output), ("dimensions", self.dimensions)]
        {
            check_tokens(&mut check, field, tokens);
        }
        let reads = words(&mut check, "reads", &self.reads);
        let writes = words(&mut check, "writes", &self.writes);
        let features = words(&mut check, "features", &self.features);
        let prices = check_prices(&mut check, &self.prices);
        let &Self { context, max_output, dimensions, .. } = self;
        check.done(|| {
            let facts = ModelFacts {
                vendor: vendor.to_owned(),
                id,
                aliases,
                mode: mode?,
                context,
                max_output,
                dimensions,
                reads,
                writes,
                features,
                prices: Vec::new(),
                deprecated: None,
                source: None,
                as_of: None,
            };
            Some(NewModel { facts, prices })
        })
    }
}

#[cfg(test)]
mod tests;
