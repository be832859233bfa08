//! Streams for the caller: each chunk is a whole `GenerateContentResponse`, the last one has finish and usage.

use super::answer::for_caller;
use super::failure::write_failure;
use super::finish::write_finish;
use super::media::write_media;
use super::part;
use super::usage::write_usage;
use crate::chat::{Begun, Content, Delta, Event, Finish, ToolUse};
use crate::dialect::Reply;
use crate::dropped::Dropped;
use crate::json::Fields;
use crate::sse;
use serde_json::{Map, Value, json};

/// Writes a stream for the caller.
#[derive(Debug)]
pub struct Writer {
    reply: Reply,
    model: String,
    usage: Option<Value>,
    thinking: bool,
    /// A call of a function, until all its arguments are there: they are an object here.
    tool: Option<ToolUse>,
    form: Form,
}

/// How chunks stand in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Server-sent events: `alt=sse`.
    Events,
    /// A list of which nothing is written yet.
    List,
    /// A list with something in it.
    Begun,
}

impl Writer {
    /// For a caller who asked with `alt=sse`.
    #[must_use]
    pub fn new(reply: Reply) -> Self {
        let model = reply.model.clone();
        Self { reply, model, usage: None, thinking: false, tool: None, form: Form::Events }
    }

    /// For one who did not, and gets a JSON list.
    #[must_use]
    pub fn array(reply: Reply) -> Self {
        Self { form: Form::List, ..Self::new(reply) }
    }

    /// Writes what an event of a [`crate::chat::Flow`] is in this dialect.
    pub fn write(&mut self, event: Event, out: &mut Vec<u8>) {
        match event {
            Event::Start { model, .. } => self.model = self.reply.model(&model).to_owned(),
            Event::Begin { index, block } => self.begin(index as usize, block, out),
            Event::Delta { delta, .. } => self.delta(delta, out),
            Event::End { .. } => {
                if let Some(tool) = self.tool.take() {
                    self.part(part::call(tool), out);
                }
            }
            Event::Usage(usage) => self.usage = Some(write_usage(&usage)),
            Event::Finish { finish, .. } => self.finish(finish, out),
            // a comment would be right between events, but Google's SDK takes it for an answer that is no JSON; a blank
            // line says nothing there, and between two values of a list any space may stand
            Event::Ping => out.push(b'\n'),
            Event::Failed(failure) => {
                self.value(&write_failure(&failure), out);
                self.close(out);
            }
        }
    }

    fn begin(&mut self, index: usize, block: Begun, out: &mut Vec<u8>) {
        self.thinking = matches!(block, Begun::Thinking);
        match block {
            Begun::Text | Begun::Thinking | Begun::Refusal => {}
            Begun::ToolUse { id, name, signature } => {
                let tool = ToolUse { id, name, arguments: String::new(), signature };
                if let Content::ToolUse(tool) = for_caller(Content::ToolUse(tool), index, &self.reply) {
                    self.tool = Some(tool);
                }
            }
            Begun::Whole(content) => match for_caller(content, index, &self.reply) {
                Content::Thinking { text, signature } => self.part(part::thought(text, signature), out),
                media => {
                    if let Some(part) = write_media(media, &mut Dropped::default()) {
                        self.part(part, out);
                    }
                }
            },
        }
    }

    fn delta(&mut self, delta: Delta, out: &mut Vec<u8>) {
        match delta {
            Delta::Text(text) if self.thinking => self.part(part::thought(text, None), out),
            Delta::Text(text) => self.part(part::text(text), out),
            Delta::Signature(signature) => {
                let thought = Content::Thinking { text: String::new(), signature: Some(signature) };
                if let Content::Thinking { text, signature } = for_caller(thought, 0, &self.reply) {
                    self.part(part::thought(text, signature), out);
                }
            }
            Delta::Arguments(text) => {
                if let Some(tool) = &mut self.tool {
                    tool.arguments.push_str(&text);
                }
            }
        }
    }

    fn finish(&mut self, finish: Finish, out: &mut Vec<u8>) {
        // an empty text, as Google's last chunk has it: SDKs make `None` of no parts, which callers print
        let mut candidate = candidate(part::text(String::new()));
        candidate.insert("finishReason".to_owned(), write_finish(finish).into());
        let usage = self.usage.take();
        self.chunk(candidate, usage, out);
        self.close(out);
    }

    fn part(&mut self, part: Value, out: &mut Vec<u8>) {
        self.chunk(candidate(part), None, out);
    }

    fn chunk(&mut self, candidate: Map<String, Value>, usage: Option<Value>, out: &mut Vec<u8>) {
        let chunk = Fields::new()
            .with("candidates", vec![Value::Object(candidate)])
            .some("usageMetadata", usage)
            .with("modelVersion", self.model.as_str())
            .with("responseId", self.reply.id.as_str());
        self.value(&chunk.into(), out);
    }

    fn value(&mut self, value: &Value, out: &mut Vec<u8>) {
        match self.form {
            Form::Events => return sse::write("", value, out),
            Form::List => out.push(b'['),
            Form::Begun => out.extend_from_slice(b",\n"),
        }
        self.form = Form::Begun;
        out.extend_from_slice(value.to_string().as_bytes());
    }

    fn close(&self, out: &mut Vec<u8>) {
        if self.form == Form::Begun {
            out.push(b']');
        }
    }
}

fn candidate(part: Value) -> Map<String, Value> {
    let fields =
        [("content".to_owned(), json!({ "parts": [part], "role": "model" })), ("index".to_owned(), json!(0))];
    fields.into_iter().collect()
}

#[cfg(test)]
mod tests;
