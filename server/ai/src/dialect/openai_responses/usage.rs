//! Tokens as in chat completions, by other names.

use crate::dialect::openai_chat::usage::{Words, write_usage as write};
use crate::usage::Usage;
use serde_json::{Value, json};

pub(super) const RESPONSES: Words = Words {
    input: "input_tokens",
    output: "output_tokens",
    input_details: "input_tokens_details",
    output_details: "output_tokens_details",
};

pub(super) fn write_usage(usage: &Usage) -> Value {
    let mut written = write(usage, RESPONSES);
    // unlike in chat completions, never left out
    if let Some(details) = written.get_mut(RESPONSES.input_details).and_then(Value::as_object_mut) {
        details.entry("cache_write_tokens").or_insert(json!(0));
    }
    written
}
