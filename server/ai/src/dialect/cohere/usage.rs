//! Tokens as Cohere counts them: `billed_units` and `tokens` differ, the latter having what Cohere itself adds to a
//! prompt. What is billed counts.

use crate::json::Object;
use crate::usage::{Usage, split};

/// Reads what there is: figures that make no sense are none, an answer is not lost by them.
pub(super) fn read_usage(mut usage: Object) -> Usage {
    let counted = |object: &Object| object.has("input_tokens") || object.has("output_tokens");
    let mut part = |field: &str| usage.object(field).ok().flatten().filter(counted);
    let (billed, tokens) = (part("billed_units"), part("tokens"));
    let mut read = Usage::default();
    if let Some(mut counts) = billed.or(tokens) {
        read.input = figure(&mut counts, "input_tokens");
        read.output = figure(&mut counts, "output_tokens");
    }
    read.cache_read = split(&mut read.input, figure(&mut usage, "cached_tokens"));
    read
}

/// Cohere's figures are floats. No answer has a thousand million tokens: what says so says nothing.
fn figure(object: &mut Object, field: &str) -> u64 {
    let figure = object.value(field).and_then(|value| value.as_f64()).filter(|figure| *figure < 1e9);
    // a cast of a float keeps to the range: below 0 it is 0
    figure.map_or(0, |figure| figure as u64)
}
