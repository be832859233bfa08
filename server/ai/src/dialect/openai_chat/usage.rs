//! Tokens as OpenAI counts them: the prompt includes what came from the cache, the completion what was thought.

use crate::json::{Fields, Invalid, Object};
use crate::usage::{Usage, split};
use serde_json::{Value, json};

/// The names of the same figures in chat completions and in responses.
#[derive(Clone, Copy, Debug)]
pub(in crate::dialect) struct Words {
    pub input: &'static str,
    pub output: &'static str,
    pub input_details: &'static str,
    pub output_details: &'static str,
}

pub(in crate::dialect) const CHAT: Words = Words {
    input: "prompt_tokens",
    output: "completion_tokens",
    input_details: "prompt_tokens_details",
    output_details: "completion_tokens_details",
};

pub(in crate::dialect) fn read_usage(mut usage: Object, words: Words) -> Result<Usage, Invalid> {
    let mut read = Usage {
        input: usage.unsigned(words.input)?.unwrap_or_default(),
        output: usage.unsigned(words.output)?.unwrap_or_default(),
        ..Usage::default()
    };
    if let Some(mut details) = usage.object(words.input_details)? {
        let mut part = |field: &str| details.unsigned(field).map(Option::unwrap_or_default);
        read.cache_read = split(&mut read.input, part("cached_tokens")?);
        read.cache_write = split(&mut read.input, part("cache_write_tokens")?);
        read.input_audio = split(&mut read.input, part("audio_tokens")?);
        read.input_image = split(&mut read.input, part("image_tokens")?);
    }
    if let Some(mut details) = usage.object(words.output_details)? {
        let mut part = |field: &str| details.unsigned(field).map(Option::unwrap_or_default);
        read.reasoning = split(&mut read.output, part("reasoning_tokens")?);
        read.output_audio = split(&mut read.output, part("audio_tokens")?);
    }
    Ok(read)
}

pub(in crate::dialect) fn write_usage(usage: &Usage, words: Words) -> Value {
    let written = usage.cache_write.saturating_add(usage.cache_write_1h);
    let input = Fields::new()
        .with("cached_tokens", usage.cache_read)
        .some("cache_write_tokens", (written > 0).then_some(written))
        .some("audio_tokens", (usage.input_audio > 0).then_some(usage.input_audio));
    let output = json!({ "reasoning_tokens": usage.reasoning });
    json!({
        words.input: usage.total_input(),
        words.output: usage.total_output(),
        "total_tokens": usage.total(),
        words.input_details: Value::from(input),
        words.output_details: output,
    })
}
