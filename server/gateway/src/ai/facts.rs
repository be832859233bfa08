//! What is known of a call to a model, for its record and for the headers of its answer.

use super::provider::Provider;
use crate::record::AiRecord;
use ai::chat::Finish;
use ai::failure::Failure;
use ai::price;
use ai::usage::Usage;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Bytes of a token, about, where nobody says how many there are. The count is marked as estimated.
const BYTES_OF_TOKEN: u64 = 4;

/// Shared between the call and the body of its answer, which learns of usage at the end.
pub type SharedFacts = Rc<RefCell<Facts>>;

#[derive(Debug, Default)]
pub struct Facts {
    /// Who was asked last.
    pub provider: Option<Arc<Provider>>,
    /// As the vendor was asked.
    pub model: Box<str>,
    /// As the caller said it.
    pub asked: Box<str>,
    /// As far as the vendor has told.
    pub usage: Option<Usage>,
    /// Bytes of the request's body.
    pub request_bytes: u64,
    /// Bytes of what the model said, as far as it was passed on.
    pub said: u64,
    /// Whether the vendor began to answer: then there is something to pay for.
    pub answered: bool,
    pub finish: Option<Finish>,
    pub failure: Option<Failure>,
    /// From the beginning of the call to the first piece of a streamed answer, in microseconds.
    pub first_piece_us: Option<u64>,
    /// Names of what the vendor was not told.
    pub dropped: String,
}

/// What a call used, and what that costs.
#[derive(Debug, Default)]
pub struct Reckoned {
    usage: Usage,
    cost_nano: Option<u64>,
    price: String,
}

impl Facts {
    /// The cost of what the vendor says was used, or of what it must have been.
    #[must_use]
    pub fn reckoned(&self) -> Reckoned {
        let usage = match &self.usage {
            Some(usage) => usage.clone(),
            None if self.answered => Usage {
                input: self.request_bytes.div_ceil(BYTES_OF_TOKEN),
                output: self.said.div_ceil(BYTES_OF_TOKEN),
                estimated: true,
                ..Usage::default()
            },
            None => return Reckoned { cost_nano: Some(0), ..Reckoned::default() },
        };
        let provider = self.provider.as_ref();
        let Some(found) = provider.and_then(|provider| provider.price(&self.model)) else {
            return Reckoned { usage, ..Reckoned::default() };
        };
        let cost = price::cost(&usage, found);
        let model = provider.and_then(|provider| provider.model(&self.model));
        let as_of = model.and_then(|model| model.as_of.as_deref()).unwrap_or_default();
        // a sum of which a part is not known is not known
        let known = cost.unknown.is_empty();
        let cost_nano = u64::try_from(cost.nano).ok().filter(|_| known);
        let price = if known { as_of.to_owned() } else { format!("no price of {}", cost.unknown.join(", ")) };
        Reckoned { usage, cost_nano, price }
    }

    /// For the journal.
    #[must_use]
    pub fn record<'a>(&'a self, reckoned: &'a Reckoned) -> AiRecord<'a> {
        let usage = &reckoned.usage;
        let provider = self.provider.as_deref();
        AiRecord {
            provider: provider.map_or("", |provider| &provider.id),
            vendor: provider.map_or("", |provider| &provider.vendor),
            model: &self.model,
            asked: &self.asked,
            input_tokens: usage.total_input(),
            output_tokens: usage.total_output(),
            cache_read_tokens: usage.cache_read,
            cache_write_tokens: usage.cache_write.saturating_add(usage.cache_write_1h),
            reasoning_tokens: usage.reasoning,
            estimated: usage.estimated,
            cost_nano: reckoned.cost_nano,
            price: &reckoned.price,
            finish: match (&self.failure, self.finish) {
                (Some(_), _) => "failed",
                (None, Some(finish)) => finish.word(),
                (None, None) => "",
            },
            first_token_us: self.first_piece_us,
            dropped: &self.dropped,
        }
    }
}
