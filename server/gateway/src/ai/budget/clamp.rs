//! Writes into a request how much the model may say, where the caller did not. The rest of the body stays byte by byte
//! as it is.

use ai::dialect::VendorDialect;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// The field that bounds an answer, from the top of the body.
#[must_use]
pub fn field(dialect: VendorDialect, completion: bool) -> &'static [&'static str] {
    match dialect {
        VendorDialect::OpenAiChat if completion => &["max_completion_tokens"],
        VendorDialect::OpenAiChat
        | VendorDialect::Mistral
        | VendorDialect::Cohere
        | VendorDialect::Anthropic => &["max_tokens"],
        VendorDialect::Gemini => &["generationConfig", "maxOutputTokens"],
        VendorDialect::Bedrock => &["inferenceConfig", "maxTokens"],
        VendorDialect::Ollama => &["options", "num_predict"],
    }
}

/// The members of an object, each once.
#[derive(Deserialize)]
struct Members<'a>(#[serde(borrow)] HashMap<Cow<'a, str>, &'a RawValue>);

/// The body with the field set to a number, in the place of what stood there. As it was, if it is no JSON object.
#[must_use]
pub fn set(body: &[u8], path: &[&str], number: u64) -> Vec<u8> {
    let written = std::str::from_utf8(body).ok().and_then(|text| put(text, path, number));
    written.map_or_else(|| body.to_vec(), String::into_bytes)
}

fn put(text: &str, path: &[&str], number: u64) -> Option<String> {
    let (name, deeper) = path.split_first()?;
    let Members(members) = serde_json::from_str(text).ok()?;
    let start = text.find('{')? + 1;
    let inner = |old: Option<&str>| match (deeper.is_empty(), old) {
        (true, _) => Some(number.to_string()),
        (false, Some(old)) => put(old, deeper, number).or_else(|| put("{}", deeper, number)),
        (false, None) => put("{}", deeper, number),
    };
    let Some(old) = members.get(*name) else {
        let comma = if members.is_empty() { "" } else { "," };
        let (before, after) = text.split_at_checked(start)?;
        return Some(format!("{before}\"{name}\":{}{comma}{after}", inner(None)?));
    };
    let at = (old.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let (before, after) = (text.get(..at)?, text.get(at + old.get().len()..)?);
    Some(format!("{before}{}{after}", inner(Some(old.get()))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bound_is_written() {
        for (body, path, expected) in [
            (r#"{ "a" : [1, 2.50] }"#, &["m"][..], r#"{"m":7, "a" : [1, 2.50] }"#),
            (r#"{"m":null,"a":1}"#, &["m"], r#"{"m":7,"a":1}"#),
            (r#" {"a":1,"m" : 90 }"#, &["m"], r#" {"a":1,"m" : 7 }"#),
            ("{}", &["m"], r#"{"m":7}"#),
            (r#"{"a":1}"#, &["g", "m"], r#"{"g":{"m":7},"a":1}"#),
            (r#"{"g":{"t":0.5},"a":1}"#, &["g", "m"], r#"{"g":{"m":7,"t":0.5},"a":1}"#),
            (r#"{"g":null}"#, &["g", "m"], r#"{"g":{"m":7}}"#),
            ("no object", &["m"], "no object"),
        ] {
            let written = String::from_utf8(set(body.as_bytes(), path, 7)).unwrap();
            assert_eq!(written, expected, "{body}");
        }
    }
}
