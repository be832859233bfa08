//! From what was used, and prices, to a sum.

use super::{Figure, Price, Rates};
use crate::usage::Usage;

/// What something cost. Nothing is negative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Nano-dollars: the sum of the lines. Stops at `i64::MAX`, nine billion dollars.
    pub nano: i64,
    pub lines: Vec<Line>,
    /// What was used and has no price. When it is not empty the sum is only what is known of the cost. `service_tier`
    /// says that the vendor served on a tier whose prices are not known, and that those of the nearest one were taken.
    pub unknown: Vec<&'static str>,
}

/// One figure of a cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As in [`Usage`]: `input`, `cache_read`.
    pub what: &'static str,
    /// How many tokens, or searches, pictures, seconds.
    pub count: u64,
    pub nano_per_million: u64,
    /// Rounded half up, each line once.
    pub nano: i64,
}

impl Cost {
    fn add(&mut self, what: &'static str, count: u64, nano_per_million: Option<u64>) {
        if count == 0 {
            return;
        }
        let Some(nano_per_million) = nano_per_million else {
            if !self.unknown.contains(&what) {
                self.unknown.push(what);
            }
            return;
        };
        let nano = nano(count, nano_per_million);
        self.nano = self.nano.saturating_add(nano);
        self.lines.push(Line { what, count, nano_per_million, nano });
    }
}

/// `count` at a price, rounded half up to a nano-dollar. The product of two u64 and half a million is a u128.
fn nano(count: u64, nano_per_million: u64) -> i64 {
    let exact = u128::from(count) * u128::from(nano_per_million);
    i64::try_from((exact + 500_000) / 1_000_000).unwrap_or(i64::MAX)
}

/// What an answer cost. The tier and the length of the input choose the prices; figures without a price are in
/// [`Cost::unknown`], where nothing was used nothing is said. What stands in for a price that is not named: thoughts
/// are billed as output, pictures and what the vendor's tools put into the prompt as input.
#[must_use]
pub fn cost(usage: &Usage, price: &Price) -> Cost {
    let (rates, exact) = price.rates(usage.tier.as_deref(), usage.total_input());
    let of = |figure| rates.and_then(|rates| rates.of(figure));
    let mut cost = Cost::default();
    if let Some((figure, count)) = usage.pieces {
        if let Some(nano) = price.unit(rates, figure) {
            cost.add(figure.name(), count, Some(nano));
            // nobody said how many there were
            if count == 0 {
                cost.unknown.push(figure.name());
            }
            return cost;
        }
        // tokens that nobody counted are no measure of it either
        if usage.estimated {
            cost.unknown.push(figure.name());
        }
    }
    for (what, count, figure) in [
        ("input", usage.input, Figure::Input),
        ("input_audio", usage.input_audio, Figure::InputAudio),
        ("input_image", usage.input_image, Figure::InputImage),
        ("cache_read", usage.cache_read, Figure::CacheRead),
        ("cache_write", usage.cache_write, Figure::CacheWrite),
        ("cache_write_1h", usage.cache_write_1h, Figure::CacheWrite1h),
        ("tool_prompt", usage.tool_prompt, Figure::Input),
        ("output", usage.output, Figure::Output),
        ("reasoning", usage.reasoning, Figure::Reasoning),
        ("output_audio", usage.output_audio, Figure::OutputAudio),
        ("output_image", usage.output_image, Figure::OutputImage),
    ] {
        cost.add(what, count, of(figure));
    }
    for (tool, calls) in &usage.server_tools {
        match tool.as_str() {
            tool if tool.contains("search") && !tool.contains("file") => {
                cost.add("search", *calls, price.unit(rates, Figure::Search));
            }
            // Anthropic takes nothing for fetching a page but the tokens of it
            tool if tool.contains("web_fetch") => {}
            _ => cost.add("server_tools", *calls, None),
        }
    }
    let used = !cost.lines.is_empty() || !cost.unknown.is_empty();
    if used && !exact {
        cost.unknown.push("service_tier");
    }
    cost
}

/// What is not counted in tokens: pictures made, seconds heard (whole ones, as vendors bill them), characters spoken,
/// questions to a reranker.
#[must_use]
pub fn cost_of(figure: Figure, count: u64, price: &Price) -> Cost {
    let mut cost = Cost::default();
    cost.add(figure.name(), count, price.unit(None, figure));
    cost
}

/// What a call may cost at most, to set it aside before it is made: every token of the input at the dearest way to give
/// it (sound, written to a cache for an hour), every token of the output at the dearest way to say it. Searches are not
/// in it. `None` when there is no price for input, or for output that there may be. An estimate just below the mark of
/// a long input is taken at its word.
#[must_use]
pub fn maximum(input: u64, max_output: u64, tier: Option<&str>, price: &Price) -> Option<i64> {
    const GIVEN: [Figure; 4] =
        [Figure::CacheWrite, Figure::CacheWrite1h, Figure::InputAudio, Figure::InputImage];
    const SAID: [Figure; 3] = [Figure::Reasoning, Figure::OutputAudio, Figure::OutputImage];
    let (rates, _) = price.rates(tier, input);
    let rates = rates?;
    let given = dearest(input, rates, Figure::Input, &GIVEN)?;
    let said = dearest(max_output, rates, Figure::Output, &SAID)?;
    Some(given.saturating_add(said))
}

fn dearest(count: u64, rates: &Rates, plain: Figure, others: &[Figure]) -> Option<i64> {
    if count == 0 {
        return Some(0);
    }
    let plain = rates.own(plain)?;
    let dearest = others.iter().filter_map(|figure| rates.own(*figure)).fold(plain, u64::max);
    Some(nano(count, dearest))
}

/// The same of what is no conversation, of which only pictures or sounds may have a price: each token at the dearest way
/// to give or to say it that has one. What has none is not in it.
#[must_use]
pub fn most_of_tokens(input: u64, output: u64, price: &Price) -> i64 {
    const GIVEN: [Figure; 6] = [
        Figure::Input,
        Figure::InputAudio,
        Figure::InputImage,
        Figure::CacheRead,
        Figure::CacheWrite,
        Figure::CacheWrite1h,
    ];
    const SAID: [Figure; 4] = [Figure::Output, Figure::Reasoning, Figure::OutputAudio, Figure::OutputImage];
    let (rates, _) = price.rates(None, input);
    let most = |count: u64, figures: &[Figure]| {
        let known = figures.iter().filter_map(|figure| rates.and_then(|rates| rates.own(*figure)));
        known.max().map_or(0, |dearest| nano(count, dearest))
    };
    most(input, &GIVEN).saturating_add(most(output, &SAID))
}

#[cfg(test)]
mod tests;
