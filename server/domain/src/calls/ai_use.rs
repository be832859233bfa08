//! What a model read, wrote and cost in a call.

use serde::{Deserialize, Serialize};

/// Bytes of the texts that are kept: longer ones are cut.
pub const LONGEST_PROVIDER: usize = 64;
pub const LONGEST_VENDOR: usize = 64;
pub const LONGEST_MODEL: usize = 256;
pub const LONGEST_PRICE: usize = 384;
pub const LONGEST_FINISH: usize = 32;
pub const LONGEST_DROPPED: usize = 256;
/// More tokens than any call has: a vendor that says more is not believed, so that sums stay within their columns.
pub const MOST_TOKENS: u64 = 1 << 40;
/// A million dollars, in billionths of one: as above.
pub const MOST_NANO: u64 = 1_000_000_000_000_000;

/// Attempts that are kept of a call.
pub const MOST_TRIED: usize = 8;
pub const LONGEST_FAILURE: usize = 32;
/// Of a model in an attempt.
pub const LONGEST_TRIED_MODEL: usize = 128;

/// A time that a model was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// The id of the provider.
    pub provider: String,
    /// As the vendor was asked for it.
    pub model: String,
    /// Of the vendor's answer; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer, or none that was of use: `connection_refused`, `token_refused`, `garbled`, `client_gone`
    /// and the like. Empty where the status says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failure: String,
    /// Until the vendor began to answer, or the attempt was given up.
    pub ms: u32,
}

/// What a model read, wrote and cost. Tokens are totals with their parts: those read from and written to the vendor's
/// cache are input, those of reasoning are output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AiUse {
    /// The id of the provider that was asked; empty where that is not known.
    pub provider: String,
    /// `openai`
    pub vendor: String,
    /// The model as the vendor was asked for it: what prices are of.
    pub model: String,
    /// The model as the caller said it: an alias, or the same.
    pub asked: String,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// Of the input tokens, those that the vendor had in its cache.
    pub cache_read_tokens: i64,
    /// Of the input tokens, those that the vendor put into its cache.
    pub cache_write_tokens: i64,
    /// Of the output tokens, those that the model spent thinking.
    pub reasoning_tokens: i64,
    /// Whether the gateway counted the tokens, because the vendor did not say how many there were.
    pub estimated: bool,
    /// In billionths of a US dollar; absent where the price is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_nano: Option<i64>,
    /// What the cost was reckoned with: the price's date, where it comes from, and what each part costs. Empty without
    /// one.
    pub price: String,
    /// Why the model ended: `stop`, `length`, `tool_use`, `filtered`, `failed`, …
    pub finish: String,
    /// From sending the call on to the first token of the answer, in microseconds; absent without one, and where the
    /// answer came in one piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_us: Option<i64>,
    /// Names of what the caller asked for and the vendor was not told, with commas.
    pub dropped: String,
    /// The first 8 times that a model was asked, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Attempt>,
}

impl AiUse {
    /// Tokens that were read and written.
    #[must_use]
    pub fn tokens(&self) -> i64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}
