//! What a model did in a call, as it stands in the journal after the call.

use super::{capped, whole};
use domain::calls::{
    AiUse, LONGEST_DROPPED, LONGEST_FINISH, LONGEST_MODEL, LONGEST_PRICE, LONGEST_PROVIDER, LONGEST_VENDOR,
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

impl AiRecord<'_> {
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

    /// In the words of the domain.
    pub(super) fn told(self) -> AiUse {
        let told = AiUse {
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
        };
        told.believed()
    }
}
