//! Google reads its JSON by protobuf's rules: a field may also be written with underscores, and a list of one thing as
//! the thing. Many callers do.

use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// What is below these is the caller's own, or a schema, and stays as it is.
const VERBATIM: [&str; 7] = [
    "args",
    "response",
    "parameters",
    "parametersJsonSchema",
    "responseSchema",
    "responseJsonSchema",
    "labels",
];

/// The same with all names as `systemInstruction`.
pub(crate) fn camel(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(camel).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let name = camel_name(name);
                let value = if VERBATIM.contains(&name.as_str()) { value } else { camel(value) };
                (name, value)
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

pub(super) fn camel_name(name: String) -> String {
    if !name.contains('_') {
        return name;
    }
    let mut camel = String::with_capacity(name.len());
    let mut raised = false;
    for letter in name.chars() {
        match letter {
            '_' if !camel.is_empty() => raised = true,
            letter if std::mem::take(&mut raised) => camel.extend(letter.to_uppercase()),
            letter => camel.push(letter),
        }
    }
    camel
}

/// The items of a list, or the one that stands for it.
pub(super) fn many(object: &mut Object, field: &str) -> Result<Vec<Item>, Invalid> {
    match object.take(field) {
        None => Ok(Vec::new()),
        Some(item) if item.value.is_object() => Ok(vec![item]),
        Some(item) => item.list(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_lose_their_underscores_but_not_the_callers() {
        let written = json!({
            "system_instruction": { "parts": { "inline_data": { "mime_type": "a_b" } } },
            "contents": [{ "parts": [{ "function_call": { "name": "f_g", "args": { "my_key": 1 } } }] }],
            "_x": 1,
        });
        let expected = json!({
            "systemInstruction": { "parts": { "inlineData": { "mimeType": "a_b" } } },
            "contents": [{ "parts": [{ "functionCall": { "name": "f_g", "args": { "my_key": 1 } } }] }],
            "_x": 1,
        });
        assert_eq!(camel(written), expected);
    }
}
