//! The conversation, to the vendor: turns of `user` and `model` by turns.

use super::media::write_media;
use super::part;
use crate::chat::{Content, Message, Role, ToolResult};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Put in the place of the signature that another vendor's call of a function does not have: Gemini 3 refuses calls
/// without one, and takes this for it (Google's page on thought signatures).
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// A conversation being written.
#[derive(Debug, Default)]
pub(super) struct Contents {
    system: Vec<Value>,
    /// Those that are complete.
    turns: Vec<Turn>,
    turn: Turn,
    /// Of the functions that were called, by the call's id.
    names: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct Turn {
    model: bool,
    /// Results of functions, which come first.
    results: Vec<Value>,
    parts: Vec<Value>,
}

impl Contents {
    pub(super) fn push(&mut self, at: usize, message: Message, dropped: &mut Dropped) -> Result<(), Invalid> {
        for (index, block) in message.content.into_iter().enumerate() {
            if block.cache.is_some() {
                // Google caches on its own, or by a resource of its own
                dropped.field("messages.content.cache_control");
            }
            match message.role {
                Role::System => self.system(block.content, dropped),
                Role::User => self.user((at, index), block.content, dropped)?,
                Role::Assistant => self.model(block.content, dropped),
            }
        }
        Ok(())
    }

    /// All that the operator says stands in one place, before the conversation.
    fn system(&mut self, content: Content, dropped: &mut Dropped) {
        match content {
            Content::Text(text) if text.is_empty() => {}
            Content::Text(text) => self.system.push(part::text(text)),
            _ => dropped.field("messages.content"),
        }
    }

    /// What is said now; when it is the other side that speaks, in a turn of its own.
    fn turn(&mut self, model: bool) -> &mut Turn {
        if self.turn.model != model {
            let turn = std::mem::replace(&mut self.turn, Turn { model, ..Turn::default() });
            self.turns.push(turn);
        }
        &mut self.turn
    }

    fn user(&mut self, at: (usize, usize), content: Content, dropped: &mut Dropped) -> Result<(), Invalid> {
        match content {
            Content::ToolResult(result) => self.result(at, result, dropped)?,
            Content::Text(text) if text.is_empty() => {}
            Content::Text(text) => self.turn(false).parts.push(part::text(text)),
            other => {
                let part = write_media(other, dropped);
                if part.is_some() {
                    self.turn(false).parts.extend(part);
                }
            }
        }
        Ok(())
    }

    fn result(
        &mut self,
        at: (usize, usize),
        result: ToolResult,
        dropped: &mut Dropped,
    ) -> Result<(), Invalid> {
        let Some(name) = result.name.or_else(|| self.names.get(&result.id).cloned()) else {
            let at = format!("messages[{}].content[{}]", at.0, at.1);
            return Err(Invalid::new(at, "expected the call of a tool before its result"));
        };
        let (mut text, mut others) = (String::new(), Vec::new());
        for block in result.content {
            match block.content {
                Content::Text(more) => text.push_str(&more),
                other => others.extend(write_media(other, dropped)),
            }
        }
        let response = Fields::new()
            .some("id", (!result.id.is_empty()).then_some(result.id))
            .with("name", name)
            .with("response", response(text, result.is_error));
        let turn = self.turn(false);
        turn.results.push(json!({ "functionResponse": Value::from(response) }));
        // older models only see what is not text outside of a result
        turn.parts.extend(others);
        Ok(())
    }

    fn model(&mut self, content: Content, dropped: &mut Dropped) {
        let content = match content {
            Content::Text(text) | Content::Refusal(text) if text.is_empty() => return,
            // a thought that nobody signed is none that the vendor takes back
            Content::Thinking { signature: None, .. } | Content::SealedThinking(_) => {
                dropped.field("messages.content.thinking");
                return;
            }
            Content::ToolUse(tool) => {
                self.names.insert(tool.id.clone(), tool.name.clone());
                Content::ToolUse(tool)
            }
            other => other,
        };
        if matches!(content, Content::Image(_) | Content::Audio(_) | Content::Document(_)) {
            let part = write_media(content, dropped);
            if part.is_some() {
                self.turn(true).parts.extend(part);
            }
        } else if !part::write_block(content, &mut self.turn(true).parts) {
            dropped.field("messages.content");
        }
    }

    /// `systemInstruction` and `contents`. `sign`: calls without a signature get one that says so.
    pub(super) fn finish(mut self, sign: bool) -> Result<(Option<Value>, Vec<Value>), Invalid> {
        self.turns.push(self.turn);
        self.turns.retain(|turn| !turn.results.is_empty() || !turn.parts.is_empty());
        if self.turns.is_empty() && !self.system.is_empty() {
            // someone has to speak: words of the operator alone are what the model is to answer
            let parts = std::mem::take(&mut self.system);
            self.turns.push(Turn { parts, ..Turn::default() });
        }
        if self.turns.is_empty() {
            return Err(Invalid::new("messages", "expected at least one message with content"));
        }
        let contents = self.turns.into_iter().map(|turn| turn.finish(sign)).collect();
        let system = (!self.system.is_empty()).then(|| json!({ "parts": self.system }));
        Ok((system, contents))
    }
}

impl Turn {
    fn finish(mut self, sign: bool) -> Value {
        if sign {
            self.sign();
        }
        self.results.append(&mut self.parts);
        json!({ "role": if self.model { "model" } else { "user" }, "parts": self.results })
    }

    /// Of calls that stand side by side only the first has a signature.
    fn sign(&mut self) {
        let mut calls = self.parts.iter_mut().filter(|part| part.get("functionCall").is_some());
        let Some(Value::Object(first)) = calls.next() else { return };
        if !first.contains_key("thoughtSignature") {
            first.insert("thoughtSignature".to_owned(), NO_SIGNATURE.into());
        }
    }
}

/// An object that is itself the result, or one that holds it.
fn response(text: String, is_error: bool) -> Value {
    if is_error {
        return json!({ "error": text });
    }
    match serde_json::from_str(&text) {
        Ok(Value::Object(object)) if !object.contains_key("output") && !object.contains_key("error") => {
            Value::Object(object)
        }
        Ok(object @ Value::Object(_)) => json!({ "output": object }),
        _ => json!({ "output": text }),
    }
}

#[cfg(test)]
mod tests;
