//! Tokens as Anthropic counts them: `input_tokens` is without what was read from or written to the cache, and what a
//! stream says is the sum so far.

use crate::json::{Fields, Invalid, Object};
use crate::usage::{Usage, split};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What was said so far. Figures only grow, so that a vendor who has a figure only at the start or only at the end of a
/// stream, and 0 elsewhere, is understood as well.
#[derive(Debug, Default)]
pub(super) struct Counted {
    input: u64,
    cache_read: u64,
    cache_write: u64,
    minutes: u64,
    hour: u64,
    output: u64,
    thinking: u64,
    server_tools: BTreeMap<String, u64>,
    tier: Option<String>,
}

impl Counted {
    pub(super) fn read(&mut self, mut usage: Object) -> Result<(), Invalid> {
        grow(&mut self.input, &mut usage, "input_tokens");
        grow(&mut self.cache_read, &mut usage, "cache_read_input_tokens");
        grow(&mut self.cache_write, &mut usage, "cache_creation_input_tokens");
        grow(&mut self.output, &mut usage, "output_tokens");
        if let Some(mut written) = usage.object("cache_creation")? {
            grow(&mut self.minutes, &mut written, "ephemeral_5m_input_tokens");
            grow(&mut self.hour, &mut written, "ephemeral_1h_input_tokens");
        }
        if let Some(mut details) = usage.object("output_tokens_details")? {
            grow(&mut self.thinking, &mut details, "thinking_tokens");
        }
        for (name, count) in usage.object("server_tool_use")?.map(Object::rest).unwrap_or_default() {
            if let Some(count) = count.as_u64().filter(|count| *count > 0) {
                self.server_tools.insert(name, count);
            }
        }
        // the fast mode has a price of its own, the standard tier has none
        let fast = usage.text("speed")?.filter(|speed| speed == "fast");
        let tier = usage.text("service_tier")?.filter(|tier| tier != "standard");
        if let Some(tier) = fast.or(tier) {
            self.tier = Some(tier);
        }
        Ok(())
    }

    pub(super) fn usage(&self) -> Usage {
        let mut cache_write = self.cache_write.max(self.minutes.saturating_add(self.hour));
        let cache_write_1h = split(&mut cache_write, self.hour);
        let mut output = self.output;
        let reasoning = split(&mut output, self.thinking);
        Usage {
            input: self.input,
            cache_read: self.cache_read,
            cache_write,
            cache_write_1h,
            output,
            reasoning,
            server_tools: self.server_tools.clone(),
            tier: self.tier.clone(),
            ..Usage::default()
        }
    }
}

/// What is no count says nothing: an answer is not lost over it.
fn grow(figure: &mut u64, usage: &mut Object, field: &str) {
    let said = usage.take(field).and_then(|item| item.unsigned().ok());
    *figure = (*figure).max(said.unwrap_or_default());
}

pub(super) fn write_usage(usage: &Usage) -> Value {
    let written = usage.cache_write.saturating_add(usage.cache_write_1h);
    let cached = written.saturating_add(usage.cache_read);
    let tools: Map<String, Value> =
        usage.server_tools.iter().map(|(name, count)| (name.clone(), (*count).into())).collect();
    // other vendors have other tiers
    let tier = usage.tier.as_deref().filter(|tier| matches!(*tier, "priority" | "batch"));
    let thought = (usage.reasoning > 0).then(|| json!({ "thinking_tokens": usage.reasoning }));
    Fields::new()
        .with("input_tokens", usage.total_input().saturating_sub(cached))
        .with("cache_creation_input_tokens", written)
        .with("cache_read_input_tokens", usage.cache_read)
        .with(
            "cache_creation",
            json!({
                "ephemeral_5m_input_tokens": usage.cache_write,
                "ephemeral_1h_input_tokens": usage.cache_write_1h,
            }),
        )
        .with("output_tokens", usage.total_output())
        .some("output_tokens_details", thought)
        .some("server_tool_use", (!tools.is_empty()).then_some(tools))
        .some("service_tier", tier)
        .into()
}

/// Writes the answer of `count_tokens`.
#[must_use]
pub fn write_count(tokens: u64) -> Value {
    json!({ "input_tokens": tokens })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Item;

    fn counted(said: impl IntoIterator<Item = Value>) -> Usage {
        let mut counted = Counted::default();
        for usage in said {
            counted.read(Item::root(usage).object().unwrap()).unwrap();
        }
        counted.usage()
    }

    #[test]
    fn every_token_is_counted_once() {
        let said = json!({
            "input_tokens": 10,
            "cache_read_input_tokens": 100,
            "cache_creation_input_tokens": 50,
            "cache_creation": { "ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30 },
            "output_tokens": 40,
            "output_tokens_details": { "thinking_tokens": 25 },
            "server_tool_use": { "web_search_requests": 3, "web_fetch_requests": 0 },
            "service_tier": "priority",
        });
        let usage = counted([said]);
        let expected = Usage {
            input: 10,
            cache_read: 100,
            cache_write: 20,
            cache_write_1h: 30,
            output: 15,
            reasoning: 25,
            server_tools: BTreeMap::from([("web_search_requests".to_owned(), 3)]),
            tier: Some("priority".to_owned()),
            ..Usage::default()
        };
        assert_eq!(usage, expected);
        assert_eq!((usage.total_input(), usage.total_output()), (160, 40));
        let written = json!({
            "input_tokens": 10,
            "cache_creation_input_tokens": 50,
            "cache_read_input_tokens": 100,
            "cache_creation": { "ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30 },
            "output_tokens": 40,
            "output_tokens_details": { "thinking_tokens": 25 },
            "server_tool_use": { "web_search_requests": 3 },
            "service_tier": "priority",
        });
        assert_eq!(write_usage(&usage), written);
    }

    #[test]
    fn figures_of_a_stream_are_sums_so_far() {
        let start = json!({ "input_tokens": 25, "cache_read_input_tokens": 7, "output_tokens": 1 });
        let usage = counted([start.clone(), json!({ "output_tokens": 15 })]);
        assert_eq!(usage, Usage { input: 25, cache_read: 7, output: 15, ..Usage::default() });
        let usage = counted([start, json!({ "input_tokens": 0, "output_tokens": 9 })]);
        assert_eq!(usage.input, 25);
        let zero = json!({ "input_tokens": 0, "output_tokens": 0 });
        let usage = counted([zero, json!({ "input_tokens": 12, "output_tokens": 3 })]);
        assert_eq!((usage.input, usage.output), (12, 3), "said only at the end");
    }

    #[test]
    fn nonsense_is_neither_negative_nor_more_than_its_whole() {
        let said = json!({
            "input_tokens": -5,
            "cache_creation_input_tokens": null,
            "cache_creation": { "ephemeral_1h_input_tokens": 8 },
            "output_tokens": 4,
            "output_tokens_details": { "thinking_tokens": 9 },
            "service_tier": "standard",
            "speed": "fast",
        });
        let tier = Some("fast".to_owned());
        let expected = Usage { cache_write_1h: 8, reasoning: 4, tier, ..Usage::default() };
        assert_eq!(counted([said]), expected);
        let foreign = Usage { input: 1, input_audio: 2, input_image: 3, tool_prompt: 4, ..Usage::default() };
        let written = write_usage(&Usage { tier: Some("flex".to_owned()), output_audio: 5, ..foreign });
        let expected = json!({
            "input_tokens": 10,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation": { "ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0 },
            "output_tokens": 5,
        });
        assert_eq!(written, expected);
        assert_eq!(write_count(7), json!({ "input_tokens": 7 }));
    }
}
