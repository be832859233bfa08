//! What a model did in a call, as it is written down after the call.

use super::{capped, count, whole};
use crate::calls::{
    AiUse, LONGEST_DROPPED, LONGEST_FINISH, LONGEST_MODEL, LONGEST_PRICE, LONGEST_PROVIDER, LONGEST_VENDOR,
    MOST_NANO, MOST_TOKENS,
};
use serde::{Deserialize, Serialize};

/// What [`AiUse`] says, in borrowed text. It is cut to its bounds when it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiRecord<'a> {
    /// The provider's id.
    pub provider: &'a str,
    pub vendor: &'a str,
    /// As the vendor was asked for it.
    pub model: &'a str,
    /// As the caller said it.
    pub asked: &'a str,
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cache_read_tokens: u64,
    pub cache_write_tokens: u64,
    pub reasoning_tokens: u64,
    pub estimated: bool,
    /// Billionths of a US dollar; `None` where the price is not known.
    pub cost_nano: Option<u64>,
    pub price: &'a str,
    pub finish: &'a str,
    pub first_token_us: Option<u64>,
    pub dropped: &'a str,
}

impl<'a> AiRecord<'a> {
    pub(super) fn of(ai: &'a AiUse) -> Self {
        Self {
            provider: &ai.provider,
            vendor: &ai.vendor,
            model: &ai.model,
            asked: &ai.asked,
            input_tokens: count(ai.input_tokens),
            output_tokens: count(ai.output_tokens),
            cache_read_tokens: count(ai.cache_read_tokens),
            cache_write_tokens: count(ai.cache_write_tokens),
            reasoning_tokens: count(ai.reasoning_tokens),
            estimated: ai.estimated,
            cost_nano: ai.cost_nano.map(count),
            price: &ai.price,
            finish: &ai.finish,
            first_token_us: ai.first_token_us.map(count),
            dropped: &ai.dropped,
        }
    }

    pub(super) fn capped(&self) -> Self {
        Self {
            provider: capped(self.provider, LONGEST_PROVIDER),
            vendor: capped(self.vendor, LONGEST_VENDOR),
            model: capped(self.model, LONGEST_MODEL),
            asked: capped(self.asked, LONGEST_MODEL),
            price: capped(self.price, LONGEST_PRICE),
            finish: capped(self.finish, LONGEST_FINISH),
            dropped: capped(self.dropped, LONGEST_DROPPED),
            ..*self
        }
    }

    /// The same, with no count beyond what is believed.
    pub(super) fn believed(self) -> Self {
        let tokens = |count: u64| count.min(MOST_TOKENS);
        Self {
            input_tokens: tokens(self.input_tokens),
            output_tokens: tokens(self.output_tokens),
            cache_read_tokens: tokens(self.cache_read_tokens),
            cache_write_tokens: tokens(self.cache_write_tokens),
            reasoning_tokens: tokens(self.reasoning_tokens),
            cost_nano: self.cost_nano.map(|nano| nano.min(MOST_NANO)),
            ..self
        }
    }

    pub(super) fn told(&self) -> AiUse {
        AiUse {
            provider: self.provider.to_owned(),
            vendor: self.vendor.to_owned(),
            model: self.model.to_owned(),
            asked: self.asked.to_owned(),
            input_tokens: whole(self.input_tokens),
            output_tokens: whole(self.output_tokens),
            cache_read_tokens: whole(self.cache_read_tokens),
            cache_write_tokens: whole(self.cache_write_tokens),
            reasoning_tokens: whole(self.reasoning_tokens),
            estimated: self.estimated,
            cost_nano: self.cost_nano.map(whole),
            price: self.price.to_owned(),
            finish: self.finish.to_owned(),
            first_token_us: self.first_token_us.map(whole),
            dropped: self.dropped.to_owned(),
            tried: Vec::new(),
        }
    }
}
