//! A prompt with its variables filled in, as a request for a chat completion.

use super::Prompt;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::prompts::compiled::{Filled, Piece};
use domain::prompts::parameters::Parameters;
use domain::prompts::{ALIAS, Media};
use serde_json::{Map, Value, json};

/// What goes to the model; it grows when the model is told of a mistake.
#[derive(Debug)]
pub struct Chat {
    members: Map<String, Value>,
    messages: Vec<Value>,
}

impl Chat {
    /// `newer`: tokens are limited by the newer of OpenAI's two names.
    pub fn new(prompt: &Prompt, filled: Vec<Filled>, stream: bool, newer: bool) -> Self {
        let mut members = parameters(&prompt.parameters, newer);
        members.insert("model".to_owned(), ALIAS.into());
        if stream {
            members.insert("stream".to_owned(), true.into());
        }
        if let Some(schema) = &prompt.compiled.schema {
            let format = json!({ "name": "output", "schema": schema.schema, "strict": schema.strict });
            let format = json!({ "type": "json_schema", "json_schema": format });
            members.insert("response_format".to_owned(), format);
        }
        Self { members, messages: filled.into_iter().map(message).collect() }
    }

    /// Shows the model its answer, and what is wrong with it.
    pub fn mend(&mut self, said: &str, why: &str) {
        self.messages.push(json!({ "role": "assistant", "content": said }));
        let asked = format!(
            "Your answer does not fit the JSON schema: {why}. Answer again, with nothing but the mended JSON object."
        );
        self.messages.push(json!({ "role": "user", "content": asked }));
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut body = self.members.clone();
        body.insert("messages".to_owned(), Value::Array(self.messages.clone()));
        Value::Object(body).to_string().into_bytes()
    }
}

fn parameters(given: &Parameters, newer: bool) -> Map<String, Value> {
    let longest = if newer { "max_completion_tokens" } else { "max_tokens" };
    let number = |number: &Option<serde_json::Number>| number.clone().map(Value::Number);
    let members = [
        ("temperature", number(&given.temperature)),
        ("top_p", number(&given.top_p)),
        (longest, given.max_tokens.map(Value::from)),
        ("stop", (!given.stop.is_empty()).then(|| given.stop.clone().into())),
        ("seed", given.seed.map(Value::from)),
        ("presence_penalty", number(&given.presence_penalty)),
        ("frequency_penalty", number(&given.frequency_penalty)),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn message(filled: Filled) -> Value {
    let role = filled.role.as_str();
    match filled.pieces.as_slice() {
        [Piece::Text(text)] => json!({ "role": role, "content": text }),
        pieces => json!({ "role": role, "content": pieces.iter().map(part).collect::<Vec<_>>() }),
    }
}

fn part(piece: &Piece) -> Value {
    let media = match piece {
        Piece::Text(text) => return json!({ "type": "text", "text": text }),
        Piece::Media(media) => media,
    };
    let Media { media_type, data } = media;
    let url = format!("data:{media_type};base64,{data}");
    match media_type.as_str() {
        "application/pdf" => {
            json!({ "type": "file", "file": { "filename": "document.pdf", "file_data": url } })
        }
        // plain text is what every model reads
        "text/plain" => {
            let bytes = STANDARD.decode(data).unwrap_or_default();
            json!({ "type": "text", "text": String::from_utf8_lossy(&bytes) })
        }
        _ => json!({ "type": "image_url", "image_url": { "url": url } }),
    }
}
