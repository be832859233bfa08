//! How many tokens a request will be, before the vendor has said: at most, which costs nothing to know, or as counted
//! for models whose tokens are known, and reckoned from bytes for all others. Whatever comes from here is an estimate,
//! and is told as one.

mod bounds;
mod tokens;

pub use bounds::Bounds;

use memchr::memmem;
use serde_json::Value;

/// What an image, a sound or a document is taken for, besides a share of its bytes.
const TOKENS_OF_FILE: u64 = 1_600;
const BYTES_OF_FILE_TOKEN: u64 = 500;
/// What a message costs beside its text.
const TOKENS_OF_MESSAGE: u64 = 4;
/// Texts that have no space for so long are no words.
const LONGEST_WORD: usize = 2_048;
/// What stands in every request with something that may be more tokens than bytes: an image that is named, say.
const FILES: [&str; 6] = ["image", "data", "file", "document", "audio", "video"];

/// The most tokens that a request can be, if there is nothing in it but words: no model makes more than one of a byte.
#[must_use]
pub fn at_most(body: &[u8]) -> Option<u64> {
    let has_file = FILES.iter().any(|name| memmem::find(body, name.as_bytes()).is_some());
    (!has_file).then_some(body.len() as u64)
}

/// What a request is about.
#[derive(Debug, Default)]
pub struct Words {
    /// One text after the other.
    text: String,
    /// Of what is no words.
    other_tokens: u64,
}

impl Words {
    /// Reads a body in the dialect of any caller. What is no JSON is taken for a file: a form with a sound, say.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let Ok(said) = serde_json::from_slice::<Value>(body) else {
            let other_tokens = TOKENS_OF_FILE + body.len() as u64 / BYTES_OF_FILE_TOKEN;
            return Self { other_tokens, ..Self::default() };
        };
        let mut words = Self::default();
        for (name, value) in said.as_object().into_iter().flatten() {
            match name.as_str() {
                "model" | "service_tier" | "stream" => {}
                // what a model is told of tools is about what the caller says
                "tools" | "functions" | "response_format" | "output_config" => {
                    words.text.push_str(&value.to_string());
                }
                _ => words.add(value),
            }
        }
        words
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
    pub fn tokens(&self, model: &str) -> u64 {
        self.other_tokens.saturating_add(tokens::count(model, &self.text))
    }
}

/// Whether a text is bytes of something in letters.
fn is_file(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    text.starts_with("data:") || (text.len() > LONGEST_WORD && text.bytes().take(LONGEST_WORD).all(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(body: &Value) -> Words {
        Words::of(body.to_string().as_bytes())
    }

    #[test]
    fn requests_of_words_alone_have_a_bound() {
        let of = |body: &Value| at_most(body.to_string().as_bytes());
        let plain = json!({ "messages": [{ "role": "user", "content": "how are you?" }] });
        assert_eq!(of(&plain), Some(plain.to_string().len() as u64));
        assert!(words(&plain).tokens("of-nobody") < 20);
        for part in [
            json!({ "type": "image_url", "image_url": { "url": "https://example.com/1" } }),
            json!({ "type": "image", "source": { "type": "url" } }),
            json!({ "type": "file", "file": { "file_id": "1" } }),
            json!({ "fileData": { "fileUri": "1" } }),
            json!({ "type": "input_audio" }),
        ] {
            assert_eq!(of(&json!({ "messages": [{ "role": "user", "content": [part] }] })), None);
        }
    }

    #[test]
    fn words_count_and_files_do_not_count_as_words() {
        let text = "word ".repeat(400);
        let plain = words(&json!({ "messages": [{ "role": "user", "content": text }] })).tokens("of-nobody");
        assert!((480..=520).contains(&plain), "{plain}");
        let url = format!("data:image/png;base64,{}", "A".repeat(1_000_000));
        let image = words(&json!({ "messages": [{ "role": "user", "content": [
            { "type": "image_url", "image_url": { "url": url } }
        ] }] }));
        assert!((3_000..5_000).contains(&image.tokens("of-nobody")), "{}", image.tokens("of-nobody"));
        let raw = words(
            &json!({ "contents": [{ "parts": [{ "inlineData": { "data": "QUJD".repeat(1_000) } }] }] }),
        );
        assert!(raw.tokens("of-nobody") < 2_000);
        assert!(Words::of(b"--form\r\nsound").tokens("of-nobody") >= TOKENS_OF_FILE);
    }

    #[test]
    fn tools_and_system_texts_are_part_of_the_input() {
        let without = words(&json!({ "messages": [], "system": "" })).tokens("of-nobody");
        let with = words(&json!({
            "messages": [],
            "system": "be kind to everybody who asks",
            "tools": [{ "name": "look_up", "parameters": { "type": "object" } }]
        }));
        assert!(with.tokens("of-nobody") > without + 15);
    }
}
