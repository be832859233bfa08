//! Where in the events of each dialect a text goes on, and where it ends.

use super::channel::Said;
use crate::dialect::CallerDialect;
use domain::policies::mask::path::Step;
use serde_json::Value;

/// Tells the texts of one answer apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The choice, candidate, block or item.
    pub of: u64,
    /// The tool or part of it.
    pub part: u64,
    pub field: String,
}

/// The text that goes on at that place of an event.
#[must_use]
pub fn site(caller: CallerDialect, event: &Value, steps: &[Step]) -> Option<(Key, Said)> {
    match caller {
        CallerDialect::OpenAiChat => openai(event, steps),
        CallerDialect::OpenAiResponses => responses(event, steps),
        CallerDialect::Anthropic => anthropic(event, steps),
        CallerDialect::Gemini | CallerDialect::GeminiArray => gemini(event, steps),
    }
}

/// Whether the event ends a text, before or with what it says of it.
#[must_use]
pub fn ends(caller: CallerDialect, event: &Value, key: &Key) -> bool {
    match caller {
        CallerDialect::OpenAiChat => {
            let ended = |choice: &Value| choice.get("finish_reason").is_some_and(Value::is_string);
            list(event, "choices")
                .iter()
                .enumerate()
                .any(|(at, choice)| number(choice, "index").unwrap_or(at as u64) == key.of && ended(choice))
        }
        CallerDialect::OpenAiResponses => {
            let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
            matches!(kind, "response.completed" | "response.incomplete")
                || kind.strip_suffix(".done") == Some(&key.field) && responses_key(event, &key.field) == *key
        }
        CallerDialect::Anthropic => {
            let here = number(event, "index") == Some(key.of);
            let signed = event.pointer("/delta/type").is_some_and(|kind| kind == "signature_delta");
            here && (event.get("type").is_some_and(|kind| kind == "content_block_stop") || signed)
        }
        CallerDialect::Gemini | CallerDialect::GeminiArray => {
            list(event, "candidates").iter().enumerate().any(|(at, candidate)| {
                let here = number(candidate, "index").unwrap_or(at as u64) == key.of;
                here && (candidate.get("finishReason").is_some_and(Value::is_string)
                    || parts(candidate).iter().any(|part| gemini_field(part) != key.field))
            })
        }
    }
}

fn openai(event: &Value, steps: &[Step]) -> Option<(Key, Said)> {
    let [Step::Name(root), Step::Index(at), Step::Name(delta), Step::Name(field), rest @ ..] = steps else {
        return None;
    };
    if root != "choices" || delta != "delta" {
        return None;
    }
    let choice = list(event, root).get(*at)?;
    let of = number(choice, "index").unwrap_or(*at as u64);
    match rest {
        [] if matches!(field.as_str(), "content" | "refusal" | "reasoning" | "reasoning_content") => {
            Some((Key { of, part: 0, field: field.clone() }, Said::Text))
        }
        [Step::Index(tool), .., Step::Name(last)] if field == "tool_calls" && last == "arguments" => {
            let call = choice.get("delta").and_then(|delta| list(delta, "tool_calls").get(*tool))?;
            let part = number(call, "index").unwrap_or(*tool as u64);
            Some((Key { of, part, field: field.clone() }, Said::Arguments))
        }
        _ => None,
    }
}

fn anthropic(event: &Value, steps: &[Step]) -> Option<(Key, Said)> {
    let [Step::Name(root), Step::Name(field)] = steps else { return None };
    let said = match (root.as_str(), field.as_str()) {
        ("delta", "text") => Said::Text,
        ("delta", "thinking") => Said::Thought,
        ("delta", "partial_json") => Said::Arguments,
        _ => return None,
    };
    Some((Key { of: number(event, "index")?, part: 0, field: field.clone() }, said))
}

fn gemini(event: &Value, steps: &[Step]) -> Option<(Key, Said)> {
    let [Step::Name(root), Step::Index(at), .., Step::Index(place), Step::Name(field)] = steps else {
        return None;
    };
    if root != "candidates" || field != "text" || steps.len() != 6 {
        return None;
    }
    let candidate = list(event, root).get(*at)?;
    let part = parts(candidate).get(*place)?;
    let of = number(candidate, "index").unwrap_or(*at as u64);
    Some((Key { of, part: 0, field: gemini_field(part).to_owned() }, Said::Text))
}

/// What is said, what is thought, and everything else, are texts of their own.
fn gemini_field(part: &Value) -> &'static str {
    match (part.get("text"), part.get("thought").and_then(Value::as_bool)) {
        (None, _) => "other",
        (Some(_), Some(true)) => "thought",
        (Some(_), _) => "text",
    }
}

fn parts(candidate: &Value) -> &[Value] {
    candidate.get("content").map_or(&[], |content| list(content, "parts"))
}

fn responses(event: &Value, steps: &[Step]) -> Option<(Key, Said)> {
    let [Step::Name(root)] = steps else { return None };
    let field = event.get("type").and_then(Value::as_str)?.strip_suffix(".delta")?;
    // sound, in base64
    if root != "delta" || field.ends_with("audio") {
        return None;
    }
    let said = if field.ends_with("function_call_arguments") { Said::Arguments } else { Said::Text };
    Some((responses_key(event, field), said))
}

fn responses_key(event: &Value, field: &str) -> Key {
    let part = number(event, "content_index").or_else(|| number(event, "summary_index"));
    Key {
        of: number(event, "output_index").unwrap_or_default(),
        part: part.unwrap_or_default(),
        field: field.to_owned(),
    }
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn number(value: &Value, field: &str) -> Option<u64> {
    value.get(field).and_then(Value::as_u64)
}
