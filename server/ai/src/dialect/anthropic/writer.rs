//! The caller's stream: one `message_start`, blocks that begin and end one after the other, `message_delta`,
//! `message_stop`; or an `error` as the last.

use super::answer::{head, sealed_block, tool_block, tool_id, write_finish};
use super::failure::write_failure;
use super::usage::write_usage;
use super::write_content::thinking_block;
use crate::chat::{Begun, Content, Delta, Event, Finish};
use crate::dialect::Reply;
use crate::json::Fields;
use crate::sse;
use crate::usage::Usage;
use serde_json::{Map, Value, json};

/// Writes a stream for the caller.
#[derive(Debug)]
pub struct Writer {
    reply: Reply,
    /// The model, until `message_start` is written: with the usage that some vendors say right after their start.
    held: Option<String>,
    usage: Usage,
    /// How many blocks have begun.
    count: u32,
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// No block, or one that Anthropic has no word for.
    Nothing,
    Text,
    Thinking,
    Other,
}

impl Writer {
    #[must_use]
    pub fn new(reply: Reply) -> Self {
        Self { reply, held: None, usage: Usage::default(), count: 0, open: Open::Nothing }
    }

    /// Writes what a piece of the answer is in this dialect, if anything.
    pub fn write(&mut self, event: Event, out: &mut Vec<u8>) {
        match event {
            Event::Start { model, .. } => self.held = Some(model),
            Event::Usage(usage) => {
                self.usage = usage;
                self.start(out);
            }
            Event::Failed(failure) => sse::write("error", &write_failure(&failure), out),
            Event::Begin { block, .. } => {
                self.start(out);
                self.begin(block, out);
            }
            Event::Delta { delta, .. } => self.delta(delta, out),
            Event::End { .. } => self.end(out),
            Event::Finish { finish, stop_sequence } => {
                self.start(out);
                self.finish(finish, stop_sequence, out);
            }
            Event::Ping => {
                self.start(out);
                frame("ping", Fields::new(), out);
            }
        }
    }

    fn start(&mut self, out: &mut Vec<u8>) {
        if let Some(model) = self.held.take() {
            let message = head(&self.reply, &model, &self.usage);
            frame("message_start", Fields::new().with("message", message), out);
        }
    }

    fn begin(&mut self, block: Begun, out: &mut Vec<u8>) {
        let text = || Fields::new().with("type", "text").with("text", "");
        let (open, block) = match block {
            Begun::Text | Begun::Refusal => (Open::Text, text()),
            Begun::Thinking => (Open::Thinking, thinking_block(String::new(), String::new())),
            Begun::ToolUse { id, name, signature } => {
                let id = tool_id(id, signature.as_deref(), self.count as usize, &self.reply);
                (Open::Other, tool_block(id, name, Map::new().into()))
            }
            Begun::Whole(Content::SealedThinking(data)) => (Open::Other, sealed_block(data)),
            Begun::Whole(_) => return,
        };
        self.open = open;
        let begun = Fields::new().with("index", self.count).with("content_block", block);
        frame("content_block_start", begun, out);
        self.count += 1;
    }

    fn delta(&self, delta: Delta, out: &mut Vec<u8>) {
        let delta = match (delta, self.open) {
            (Delta::Text(text), Open::Text) => json!({ "type": "text_delta", "text": text }),
            (Delta::Text(text), Open::Thinking) => json!({ "type": "thinking_delta", "thinking": text }),
            (Delta::Signature(signature), Open::Thinking) => {
                json!({ "type": "signature_delta", "signature": signature })
            }
            (Delta::Arguments(text), Open::Other) => {
                json!({ "type": "input_json_delta", "partial_json": text })
            }
            _ => return,
        };
        let index = self.count.saturating_sub(1);
        frame("content_block_delta", Fields::new().with("index", index).with("delta", delta), out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.open, Open::Nothing) != Open::Nothing {
            let index = self.count.saturating_sub(1);
            frame("content_block_stop", Fields::new().with("index", index), out);
        }
    }

    fn finish(&self, finish: Finish, stop_sequence: Option<String>, out: &mut Vec<u8>) {
        let delta = json!({ "stop_reason": write_finish(finish), "stop_sequence": stop_sequence });
        let last = Fields::new().with("delta", delta).with("usage", write_usage(&self.usage));
        frame("message_delta", last, out);
        frame("message_stop", Fields::new(), out);
    }
}

/// The name of an event stands in its data as well.
fn frame(name: &str, fields: Fields, out: &mut Vec<u8>) {
    let mut data = Map::from_iter([("type".to_owned(), Value::from(name))]);
    if let Value::Object(fields) = fields.into() {
        data.extend(fields);
    }
    sse::write(name, &data.into(), out);
}

#[cfg(test)]
mod tests;
