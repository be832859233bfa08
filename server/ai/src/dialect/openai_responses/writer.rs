//! The caller's stream: every item and every part of one is added, grows and is done, each event with its number.

use super::answer::{Status, response};
use super::item::{COMPLETED, IN_PROGRESS, INCOMPLETE, Item, Part, summary};
use super::usage::write_usage;
use super::write_failure;
use crate::chat::{Begun, Delta, Event, Finish, ToolUse};
use crate::dialect::Reply;
use crate::failure::{Failure, FailureKind};
use crate::json::Fields;
use crate::sse;
use serde_json::{Value, json};

/// Writes a stream for the caller. Usage is always in its last event.
#[derive(Debug)]
pub struct Writer {
    reply: Reply,
    model: String,
    usage: Value,
    /// Of the next event.
    sequence: u64,
    /// Items that are complete; the open one comes after them.
    done: Vec<Value>,
    open: Option<Item>,
}

impl Writer {
    #[must_use]
    pub fn new(reply: Reply) -> Self {
        let model = reply.model.clone();
        Self { reply, model, usage: Value::Null, sequence: 0, done: Vec::new(), open: None }
    }

    /// Writes what an event of a [`crate::chat::Flow`] is in this dialect.
    pub fn write(&mut self, event: Event, out: &mut Vec<u8>) {
        match event {
            Event::Start { model, .. } => {
                self.model = self.reply.model(&model).to_owned();
                self.start("response.created", out);
                self.start("response.in_progress", out);
            }
            Event::Begin { block, .. } => self.begin(block, out),
            Event::Delta { delta, .. } => self.delta(delta, out),
            // what comes next says whether it is complete, and whether its message goes on
            Event::End { .. } => {}
            Event::Usage(usage) => self.usage = write_usage(&usage),
            Event::Finish { finish, .. } => self.finish(finish, out),
            Event::Ping => sse::comment("keep-alive", out),
            Event::Failed(failure) => self.fail(failure, out),
        }
    }

    fn start(&mut self, kind: &str, out: &mut Vec<u8>) {
        let status = Status { status: IN_PROGRESS, reason: None, error: None };
        let response = response(&self.reply, &self.model, status, Vec::new(), Value::Null);
        self.emit(kind, |event| event.with("response", response), out);
    }

    fn begin(&mut self, block: Begun, out: &mut Vec<u8>) {
        let Some(item) = Item::begun(block) else { return };
        match (self.open.take(), item) {
            (Some(Item::Message(mut parts)), Item::Message(more)) => {
                self.end_part(&parts, out);
                parts.extend(more);
                self.begin_part(&parts, out);
                self.open = Some(Item::Message(parts));
            }
            (before, item) => {
                self.open = before;
                self.close(COMPLETED, out);
                self.add(item, out);
            }
        }
    }

    fn add(&mut self, item: Item, out: &mut Vec<u8>) {
        let index = self.done.len();
        match item {
            Item::Message(parts) => {
                let empty = Item::Message(Vec::new()).value(&self.reply.id, index, IN_PROGRESS);
                self.added(empty, out);
                self.begin_part(&parts, out);
                self.open = Some(Item::Message(parts));
            }
            item => {
                self.added(item.value(&self.reply.id, index, IN_PROGRESS), out);
                self.open = Some(item);
            }
        }
    }

    fn added(&mut self, item: Value, out: &mut Vec<u8>) {
        let index = self.done.len();
        let fill = |event: Fields| event.with("output_index", index).with("item", item);
        self.emit("response.output_item.added", fill, out);
    }

    fn begin_part(&mut self, parts: &[Part], out: &mut Vec<u8>) {
        let Some(part) = parts.last() else { return };
        let fill = |event: Fields| event.with("content_index", parts.len() - 1).with("part", part.value());
        self.emit_of("msg", "response.content_part.added", fill, out);
    }

    fn end_part(&mut self, parts: &[Part], out: &mut Vec<u8>) {
        let Some(part) = parts.last() else { return };
        let index = parts.len() - 1;
        match part {
            Part::Text(text) => {
                let fill = |event: Fields| event.with("content_index", index).with("text", text.as_str());
                self.emit_of(
                    "msg",
                    "response.output_text.done",
                    |event| fill(event).with("logprobs", json!([])),
                    out,
                );
            }
            Part::Refusal(text) => {
                let fill = |event: Fields| event.with("content_index", index).with("refusal", text.as_str());
                self.emit_of("msg", "response.refusal.done", fill, out);
            }
        }
        let fill = |event: Fields| event.with("content_index", index).with("part", part.value());
        self.emit_of("msg", "response.content_part.done", fill, out);
    }

    fn delta(&mut self, delta: Delta, out: &mut Vec<u8>) {
        let Some(mut item) = self.open.take() else { return };
        match (&mut item, delta) {
            (Item::Message(parts), Delta::Text(text)) => self.say(parts, &text, out),
            (Item::Reasoning { text: whole, .. }, Delta::Text(text)) => self.think(whole, &text, out),
            (Item::Reasoning { encrypted, .. }, Delta::Signature(signature)) => *encrypted = Some(signature),
            (Item::Call(tool), Delta::Arguments(text)) => {
                tool.arguments.push_str(&text);
                self.arguments(&text, out);
            }
            _ => {}
        }
        self.open = Some(item);
    }

    fn say(&mut self, parts: &mut [Part], text: &str, out: &mut Vec<u8>) {
        let index = parts.len().saturating_sub(1);
        let Some(part) = parts.last_mut() else { return };
        part.push(text);
        let fill = |event: Fields| event.with("content_index", index).with("delta", text);
        match part {
            Part::Text(_) => {
                let fill = |event| fill(event).with("logprobs", json!([]));
                self.emit_of("msg", "response.output_text.delta", fill, out);
            }
            Part::Refusal(_) => self.emit_of("msg", "response.refusal.delta", fill, out),
        }
    }

    /// A piece of the summary of thoughts, which begins with the first.
    fn think(&mut self, whole: &mut String, text: &str, out: &mut Vec<u8>) {
        if whole.is_empty() {
            let fill = |event: Fields| event.with("summary_index", 0).with("part", summary(""));
            self.emit_of("rs", "response.reasoning_summary_part.added", fill, out);
        }
        whole.push_str(text);
        let fill = |event: Fields| event.with("summary_index", 0).with("delta", text);
        self.emit_of("rs", "response.reasoning_summary_text.delta", fill, out);
    }

    fn arguments(&mut self, piece: &str, out: &mut Vec<u8>) {
        self.emit_of("fc", "response.function_call_arguments.delta", |event| event.with("delta", piece), out);
    }

    /// Ends the open item, if there is one.
    fn close(&mut self, status: &str, out: &mut Vec<u8>) {
        let Some(mut item) = self.open.take() else { return };
        match &mut item {
            Item::Message(parts) => self.end_part(parts, out),
            Item::Reasoning { text, .. } => self.end_thoughts(text, out),
            Item::Call(tool) => self.end_call(tool, out),
            Item::Picture { .. } => {}
        }
        let index = self.done.len();
        let item = item.value(&self.reply.id, index, status);
        self.done.push(item.clone());
        let fill = |event: Fields| event.with("output_index", index).with("item", item);
        self.emit("response.output_item.done", fill, out);
    }

    fn end_thoughts(&mut self, text: &str, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        let fill = |event: Fields| event.with("summary_index", 0).with("text", text);
        self.emit_of("rs", "response.reasoning_summary_text.done", fill, out);
        let fill = |event: Fields| event.with("summary_index", 0).with("part", summary(text));
        self.emit_of("rs", "response.reasoning_summary_part.done", fill, out);
    }

    fn end_call(&mut self, tool: &mut ToolUse, out: &mut Vec<u8>) {
        if tool.arguments.trim().is_empty() {
            "{}".clone_into(&mut tool.arguments);
            self.arguments("{}", out);
        }
        let fill = |event: Fields| event.with("arguments", tool.arguments.as_str());
        self.emit_of("fc", "response.function_call_arguments.done", fill, out);
    }

    fn finish(&mut self, finish: Finish, out: &mut Vec<u8>) {
        let status = Status::from(finish);
        self.close(status.status, out);
        let kind = if status.status == COMPLETED { "response.completed" } else { "response.incomplete" };
        self.end(kind, status, out);
    }

    /// Two events, as at OpenAI: SDKs throw at the `error` inside the first, others wait for a response that ended.
    fn fail(&mut self, mut failure: Failure, out: &mut Vec<u8>) {
        failure.code.get_or_insert_with(|| code(failure.kind).to_owned());
        let error = write_failure(&failure).get_mut("error").map(Value::take).unwrap_or_default();
        let fill = |event: Fields| {
            event
                .with("code", failure.code)
                .with("message", failure.message)
                .with("param", failure.param)
                .with("error", error.clone())
        };
        self.emit("error", fill, out);
        if let Some(item) = self.open.take() {
            self.done.push(item.value(&self.reply.id, self.done.len(), INCOMPLETE));
        }
        self.end("response.failed", Status { status: "failed", reason: None, error: Some(&error) }, out);
    }

    fn end(&mut self, kind: &str, status: Status<'_>, out: &mut Vec<u8>) {
        let (output, usage) = (std::mem::take(&mut self.done), self.usage.take());
        let response = response(&self.reply, &self.model, status, output, usage);
        self.emit(kind, |event| event.with("response", response), out);
    }

    /// An event of the open item, whose id begins with `prefix`.
    fn emit_of(&mut self, prefix: &str, kind: &str, fill: impl FnOnce(Fields) -> Fields, out: &mut Vec<u8>) {
        let index = self.done.len();
        let id = format!("{prefix}_{}_{index}", self.reply.id);
        self.emit(kind, |event| fill(event.with("item_id", id).with("output_index", index)), out);
    }

    fn emit(&mut self, kind: &str, fill: impl FnOnce(Fields) -> Fields, out: &mut Vec<u8>) {
        let event = Fields::new().with("type", kind).with("sequence_number", self.sequence);
        self.sequence += 1;
        sse::write(kind, &fill(event).into(), out);
    }
}

/// A code for a failure that has none of its own, of those that OpenAI names.
fn code(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::InvalidRequest | FailureKind::TooLarge | FailureKind::Filtered => "invalid_prompt",
        FailureKind::RateLimited => "rate_limit_exceeded",
        _ => "server_error",
    }
}
