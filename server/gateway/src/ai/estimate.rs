//! How many tokens a request will be, before the vendor has said: counted for models whose tokens are known, reckoned
//! from bytes for all others. Whatever comes from here is an estimate, and is told as one.

mod tokens;

use serde_json::Value;

/// What an image, a sound or a document is taken for, besides a share of its bytes.
const TOKENS_OF_FILE: u64 = 1_600;
const BYTES_OF_FILE_TOKEN: u64 = 500;
/// What a message costs beside its text.
const TOKENS_OF_MESSAGE: u64 = 4;
/// Texts that have no space for so long are no words.
const LONGEST_WORD: usize = 2_048;

/// What a request says of its own size.
#[derive(Debug, Default)]
pub struct RequestSize {
    /// All that is words, one text after the other.
    text: String,
    /// Of what is no words.
    other_tokens: u64,
    /// The most tokens that the caller wants to hear; absent where it does not say.
    pub max_output: Option<u64>,
    /// How many answers it wants, at least 1.
    pub choices: u64,
    /// The service tier that it asks for.
    pub tier: Option<String>,
}

impl RequestSize {
    /// Reads a body in the dialect of any caller. What is no JSON is taken for text: a form with a sound, say.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let Ok(said) = serde_json::from_slice::<Value>(body) else {
            let other_tokens = TOKENS_OF_FILE + body.len() as u64 / BYTES_OF_FILE_TOKEN;
            return Self { other_tokens, choices: 1, ..Self::default() };
        };
        let within =
            |group: &str, field: &str| said.get(group).and_then(|group| group.get(field)).and_then(whole);
        let field = |name: &str| said.get(name).and_then(whole);
        let max_output = field("max_completion_tokens")
            .or_else(|| field("max_tokens"))
            .or_else(|| field("max_output_tokens"))
            .or_else(|| within("generationConfig", "maxOutputTokens"))
            .or_else(|| within("generation_config", "max_output_tokens"));
        let choices = field("n").or_else(|| within("generationConfig", "candidateCount")).unwrap_or(1).max(1);
        let tier = said.get("service_tier").and_then(Value::as_str).map(str::to_owned);
        let mut sized = Self { max_output, choices, tier, ..Self::default() };
        for (name, value) in said.as_object().into_iter().flatten() {
            match name.as_str() {
                "model" | "service_tier" | "stream" => {}
                // what a model is told of tools is about what the caller says
                "tools" | "functions" | "response_format" | "output_config" => {
                    sized.text.push_str(&value.to_string());
                }
                _ => sized.add(value),
            }
        }
        sized
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) if is_file(text) => {
                self.other_tokens += TOKENS_OF_FILE + text.len() as u64 / BYTES_OF_FILE_TOKEN;
            }
            Value::String(text) => {
                self.text.push_str(text);
                self.text.push('\n');
            }
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(members) => {
                self.other_tokens += TOKENS_OF_MESSAGE;
                for (_, member) in
                    members.iter().filter(|(name, _)| !matches!(name.as_str(), "role" | "type" | "id"))
                {
                    self.add(member);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The tokens that a model is given.
    #[must_use]
    pub fn input(&self, model: &str) -> u64 {
        self.other_tokens.saturating_add(tokens::count(model, &self.text))
    }
}

/// Whether a text is bytes of something in letters.
fn is_file(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    text.starts_with("data:") || (text.len() > LONGEST_WORD && text.bytes().take(LONGEST_WORD).all(letter))
}

/// A whole number, however it is written.
fn whole(value: &Value) -> Option<u64> {
    // a cast of a float keeps to the range
    value
        .as_u64()
        .or_else(|| value.as_f64().filter(|number| *number >= 0.0).map(|number| number.ceil() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sized(body: &Value) -> RequestSize {
        RequestSize::of(body.to_string().as_bytes())
    }

    #[test]
    fn every_dialect_says_how_much_it_wants() {
        for (body, max_output, choices) in [
            (json!({ "max_tokens": 7 }), Some(7), 1),
            (json!({ "max_tokens": 7, "max_completion_tokens": 9, "n": 3 }), Some(9), 3),
            (json!({ "max_output_tokens": 11.0 }), Some(11), 1),
            (json!({ "generationConfig": { "maxOutputTokens": 13, "candidateCount": 2 } }), Some(13), 2),
            (json!({ "max_tokens": null, "n": 0 }), None, 1),
            (json!({ "max_tokens": "many" }), None, 1),
        ] {
            let sized = sized(&body);
            assert_eq!((sized.max_output, sized.choices), (max_output, choices), "{body}");
        }
    }

    #[test]
    fn words_count_and_files_do_not_count_as_words() {
        let text = "word ".repeat(400);
        let plain = sized(&json!({ "messages": [{ "role": "user", "content": text }] })).input("of-nobody");
        assert!((480..=520).contains(&plain), "{plain}");
        let url = format!("data:image/png;base64,{}", "A".repeat(1_000_000));
        let image = sized(&json!({ "messages": [{ "role": "user", "content": [
            { "type": "image_url", "image_url": { "url": url } }
        ] }] }));
        assert!((3_000..5_000).contains(&image.input("of-nobody")), "{}", image.input("of-nobody"));
        let raw = sized(
            &json!({ "contents": [{ "parts": [{ "inlineData": { "data": "QUJD".repeat(1_000) } }] }] }),
        );
        assert!(raw.input("of-nobody") < 2_000);
        assert!(RequestSize::of(b"--form\r\nsound").input("of-nobody") >= TOKENS_OF_FILE);
    }

    #[test]
    fn tools_and_system_texts_are_part_of_the_input() {
        let without = sized(&json!({ "messages": [], "system": "" })).input("of-nobody");
        let with = sized(&json!({
            "messages": [],
            "system": "be kind to everybody who asks",
            "tools": [{ "name": "look_up", "parameters": { "type": "object" } }]
        }));
        assert!(with.input("of-nobody") > without + 15);
    }
}
