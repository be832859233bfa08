//! What is known of a call to a model, for its record and for the headers of its answer.

use super::attempts::Tried;
use super::budget::Reservation;
use super::estimate::Words;
use super::provider::Provider;
use ai::chat::Finish;
use ai::failure::Failure;
use ai::price;
use ai::usage::Usage;
use domain::budgets::Amount;
use domain::calls::record::AiRecord;
use domain::calls::{MOST_NANO, MOST_TOKENS};
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
    /// When the call began, in Unix milliseconds: prices have a time from which on they hold.
    pub at_ms: u64,
    /// Bytes of the request's body.
    pub request_bytes: u64,
    /// The body, unless it is so long that it is not kept until the end of the answer. A copy: what it was read into
    /// is much larger.
    pub request: Option<Box<[u8]>>,
    /// Tokens of the request, where a budget needed to know.
    pub input_estimate: Option<u64>,
    /// What is set aside for the call.
    pub reservation: Reservation,
    /// Bytes of what the model said, as far as it was passed on.
    pub said: u64,
    /// Whether the vendor began to answer what has to be paid for.
    pub answered: bool,
    /// Whether the caller was given a whole answer: of one that breaks off before, nothing is charged.
    pub delivered: bool,
    /// Whether the answer was given before, and costs nothing.
    pub cached: bool,
    pub finish: Option<Finish>,
    pub failure: Option<Failure>,
    /// From the beginning of the call to the first piece of a streamed answer, in microseconds.
    pub first_piece_us: Option<u64>,
    /// Names of what the vendor was not told.
    pub dropped: String,
    /// Who was asked, in order.
    pub tried: Vec<Tried>,
}

/// What a call used, and what that costs.
#[derive(Debug, Default)]
pub struct Reckoned {
    usage: Usage,
    cost_nano: Option<u64>,
    price: String,
}

impl Reckoned {
    /// What budgets count of it: no more than records hold.
    #[must_use]
    pub fn spent(&self) -> Amount {
        let tokens = |count: u64| count.min(MOST_TOKENS);
        Amount {
            tokens: tokens(self.usage.total_input()).saturating_add(tokens(self.usage.total_output())),
            nano: self.cost_nano.unwrap_or_default().min(MOST_NANO),
        }
    }
}

impl Facts {
    /// The cost of what the vendor says was used, or of what it must have been.
    #[must_use]
    pub fn reckoned(&self) -> Reckoned {
        let began = self.delivered || self.first_piece_us.is_some();
        let usage = match &self.usage {
            Some(usage) => self.not_less_than_said(usage.clone()),
            None if self.answered && began => Usage {
                input: self.input(),
                output: self.said.div_ceil(BYTES_OF_TOKEN),
                estimated: true,
                ..Usage::default()
            },
            None => {
                let price = if self.cached { "from the cache" } else { "" };
                return Reckoned { cost_nano: Some(0), price: price.to_owned(), ..Reckoned::default() };
            }
        };
        let provider = self.provider.as_ref();
        let Some(found) = provider.and_then(|provider| provider.price(&self.model, self.at_ms)) else {
            return Reckoned { usage, ..Reckoned::default() };
        };
        let cost = price::cost(&usage, found.price);
        // a sum of which a part is not known is not known
        let known = cost.unknown.is_empty();
        let cost_nano = u64::try_from(cost.nano).ok().filter(|_| known);
        let price = if known {
            priced(&found.name(), &cost)
        } else {
            format!("no price of {}", cost.unknown.join(", "))
        };
        Reckoned { usage, cost_nano, price }
    }

    /// Tokens of the request, where the vendor does not say.
    fn input(&self) -> u64 {
        match (self.input_estimate, &self.request) {
            (Some(tokens), _) => tokens,
            (None, Some(request)) => Words::of(request).tokens(&self.model),
            (None, None) => self.request_bytes.div_ceil(BYTES_OF_TOKEN),
        }
    }

    /// Some vendors say at the beginning of a stream what is true then. Where it was broken off, what was said since
    /// counts.
    fn not_less_than_said(&self, usage: Usage) -> Usage {
        let said = self.said.div_ceil(BYTES_OF_TOKEN);
        // bytes tell tokens only about: what the vendor says is believed unless it is far less
        if self.finish.is_some() || usage.total_output() >= said / 2 {
            return usage;
        }
        Usage { output: said.saturating_sub(usage.reasoning), estimated: true, ..usage }
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

/// Which price it was, and how the cost comes from it.
fn priced(name: &str, cost: &price::Cost) -> String {
    let arithmetic = cost.arithmetic();
    let between = if name.is_empty() || arithmetic.is_empty() { "" } else { "; " };
    format!("{name}{between}{arithmetic}")
}
