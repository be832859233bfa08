//! Tokens as Google counts them: the prompt includes what came from the cache; thoughts are not among the candidates'
//! tokens, nor what its own tools brought among the prompt's.

use crate::json::{Fields, Invalid, Object};
use crate::usage::{Usage, split};
use serde_json::{Value, json};

/// Reads a `usageMetadata`.
pub(super) fn read_usage(mut usage: Object) -> Result<Usage, Invalid> {
    let mut count = |field: &str| usage.unsigned(field);
    let prompt = count("promptTokenCount")?.unwrap_or_default();
    let cached = count("cachedContentTokenCount")?.unwrap_or_default();
    let reasoning = count("thoughtsTokenCount")?.unwrap_or_default();
    let tool_prompt = count("toolUsePromptTokenCount")?.unwrap_or_default();
    let said = count("candidatesTokenCount")?;
    // left out where nothing was said, and by some where something was
    let rest = count("totalTokenCount")?.unwrap_or_default();
    let rest = [prompt, reasoning, tool_prompt].into_iter().fold(rest, u64::saturating_sub);
    let mut read =
        Usage { input: prompt, output: said.unwrap_or(rest), reasoning, tool_prompt, ..Usage::default() };
    let given = modalities(&mut usage, "promptTokensDetails")?;
    let from_cache = modalities(&mut usage, "cacheTokensDetails")?;
    let made = modalities(&mut usage, "candidatesTokensDetails")?;
    read.cache_read = split(&mut read.input, cached);
    read.input_audio = split(&mut read.input, given.audio.saturating_sub(from_cache.audio));
    read.input_image = split(&mut read.input, given.image.saturating_sub(from_cache.image));
    read.output_audio = split(&mut read.output, made.audio);
    read.tier = match usage.text("trafficType")?.as_deref() {
        Some("ON_DEMAND_PRIORITY") => Some("priority".to_owned()),
        Some("ON_DEMAND_FLEX") => Some("flex".to_owned()),
        _ => None,
    };
    Ok(read)
}

#[derive(Default)]
struct Modalities {
    audio: u64,
    image: u64,
}

fn modalities(usage: &mut Object, field: &str) -> Result<Modalities, Invalid> {
    let mut found = Modalities::default();
    for item in usage.list(field)? {
        let mut detail = item.object()?;
        let count = detail.unsigned("tokenCount")?.unwrap_or_default();
        match detail.text("modality")?.as_deref() {
            Some("AUDIO") => found.audio = found.audio.saturating_add(count),
            Some("IMAGE") => found.image = found.image.saturating_add(count),
            _ => {}
        }
    }
    Ok(found)
}

/// Writes a `usageMetadata`.
pub(super) fn write_usage(usage: &Usage) -> Value {
    let some = |count: u64| (count > 0).then_some(count);
    let prompt = usage.total_input().saturating_sub(usage.tool_prompt);
    let media = usage.input_audio.saturating_add(usage.input_image);
    let modality =
        |word: &str, count: u64| some(count).map(|count| json!({ "modality": word, "tokenCount": count }));
    let details = [
        modality("TEXT", prompt.saturating_sub(media)),
        modality("AUDIO", usage.input_audio),
        modality("IMAGE", usage.input_image),
    ];
    let details: Vec<Value> = details.into_iter().flatten().collect();
    Fields::new()
        .with("promptTokenCount", prompt)
        .with("candidatesTokenCount", usage.output.saturating_add(usage.output_audio))
        .with("totalTokenCount", usage.total())
        .some("cachedContentTokenCount", some(usage.cache_read))
        .some("thoughtsTokenCount", some(usage.reasoning))
        .some("toolUsePromptTokenCount", some(usage.tool_prompt))
        .filled("promptTokensDetails", if media > 0 { details } else { Vec::new() })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Item;

    fn read(usage: Value) -> Usage {
        read_usage(Item::root(usage).object().unwrap()).unwrap()
    }

    #[test]
    fn every_token_is_counted_once() {
        let metadata = json!({
            "promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 20,
            "thoughtsTokenCount": 30, "toolUsePromptTokenCount": 7, "totalTokenCount": 157,
            "promptTokensDetails": [
                { "modality": "TEXT", "tokenCount": 60 }, { "modality": "AUDIO", "tokenCount": 30 },
                { "modality": "IMAGE", "tokenCount": 10 },
            ],
            "cacheTokensDetails": [{ "modality": "AUDIO", "tokenCount": 25 }],
            "candidatesTokensDetails": [{ "modality": "AUDIO", "tokenCount": 5 }],
            "trafficType": "ON_DEMAND_FLEX",
        });
        let usage = read(metadata);
        let expected = Usage {
            input: 45,
            input_audio: 5,
            input_image: 10,
            cache_read: 40,
            tool_prompt: 7,
            output: 15,
            output_audio: 5,
            reasoning: 30,
            tier: Some("flex".to_owned()),
            ..Usage::default()
        };
        assert_eq!(usage, expected);
        assert_eq!(usage.total(), 157);
        let written = json!({
            "promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 157,
            "cachedContentTokenCount": 40, "thoughtsTokenCount": 30, "toolUsePromptTokenCount": 7,
            "promptTokensDetails": [
                { "modality": "TEXT", "tokenCount": 85 }, { "modality": "AUDIO", "tokenCount": 5 },
                { "modality": "IMAGE", "tokenCount": 10 },
            ],
        });
        assert_eq!(write_usage(&usage), written);
    }

    #[test]
    fn figures_that_do_not_fit_stay_above_zero() {
        for (metadata, input, cache_read, output) in [
            (json!({ "promptTokenCount": 5, "cachedContentTokenCount": 9 }), 0, 5, 0),
            (json!({ "promptTokenCount": 5, "totalTokenCount": 12, "thoughtsTokenCount": 3 }), 5, 0, 4),
            (json!({ "promptTokenCount": 5, "totalTokenCount": 3 }), 5, 0, 0),
            (json!({}), 0, 0, 0),
        ] {
            let usage = read(metadata.clone());
            assert_eq!(
                (usage.input, usage.cache_read, usage.output),
                (input, cache_read, output),
                "{metadata}"
            );
        }
    }

    #[test]
    fn writes_to_a_cache_are_part_of_the_prompt() {
        let usage = Usage { input: 1, cache_write: 2, cache_write_1h: 3, output: 4, ..Usage::default() };
        let expected = json!({ "promptTokenCount": 6, "candidatesTokenCount": 4, "totalTokenCount": 10 });
        assert_eq!(write_usage(&usage), expected);
    }
}
