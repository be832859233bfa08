//! Streams of `chat.completion.chunk`s that end in `[DONE]`.

use super::answer::{read_finish, write_finish};
use super::failure::{read_error, write_failure};
use super::usage::{CHAT, read_usage, write_usage};
use crate::chat::{Begun, Delta, Event, Finish};
use crate::dialect::{Frame, Reply, ids};
use crate::failure::{Failure, FailureKind};
use crate::json::{Fields, Invalid, Item, Object};
use crate::sse;
use serde_json::{Value, json};

/// Indices of blocks: of text, and of what else there is one of; calls of tools come after them.
const TEXT: u32 = 0;
const THOUGHTS: u32 = 1;
const REFUSAL: u32 = 2;
const TOOLS: u32 = 3;

/// Reads a vendor's stream.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    begun: Vec<Call>,
    open: Option<u32>,
}

/// A call of a tool that has begun.
#[derive(Debug)]
struct Call {
    /// As the vendor says.
    place: u32,
    id: String,
    index: u32,
}

impl Reader {
    /// Reads one frame into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim_ascii() == b"[DONE]" {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        if value.get("error").is_some_and(|error| !error.is_null()) {
            let garbled = || Failure::garbled("the vendor's stream has an error without a message");
            return Err(read_error(value, FailureKind::Internal).unwrap_or_else(garbled));
        }
        self.chunk(value, out).map_err(|error| Failure::garbled(format!("the vendor's stream: {error}")))
    }

    fn chunk(&mut self, value: Value, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut chunk = Item::root(value).object()?;
        if !std::mem::replace(&mut self.started, true) {
            let id = chunk.text("id")?.unwrap_or_default();
            out.push(Event::Start { id, model: chunk.text("model")?.unwrap_or_default() });
        }
        // empty in the chunk of usage, and where a filter reports on the prompt
        for item in chunk.list("choices")?.into_iter().take(1) {
            let mut choice = item.object()?;
            if let Some(delta) = choice.object("delta")? {
                self.delta(delta, out)?;
            }
            if let Some(reason) = choice.text("finish_reason")?.filter(|reason| !reason.is_empty()) {
                out.push(Event::Finish { finish: read_finish(&reason), stop_sequence: None });
            }
        }
        if let Some(usage) = chunk.object("usage")? {
            out.push(Event::Usage(read_usage(usage, CHAT)?));
        }
        Ok(())
    }

    fn delta(&mut self, mut delta: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let thoughts = delta.text("reasoning_content")?.or(delta.text("reasoning")?);
        self.text(THOUGHTS, Begun::Thinking, thoughts, out);
        let text = delta.text("content")?;
        self.text(TEXT, Begun::Text, text, out);
        let refusal = delta.text("refusal")?;
        self.text(REFUSAL, Begun::Refusal, refusal, out);
        for (place, item) in (0..).zip(delta.list("tool_calls")?) {
            self.tool(place, item.object()?, out)?;
        }
        Ok(())
    }

    fn text(&mut self, index: u32, block: Begun, text: Option<String>, out: &mut Vec<Event>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        if self.open != Some(index) {
            out.extend(self.open.take().filter(|open| *open < TOOLS).map(|index| Event::End { index }));
            out.push(Event::Begin { index, block });
            self.open = Some(index);
        }
        out.push(Event::Delta { index, delta: Delta::Text(text) });
    }

    fn tool(&mut self, place: u32, mut call: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        // left out by some who send whole calls
        let place = call.unsigned("index")?.and_then(|index| u32::try_from(index).ok()).unwrap_or(place);
        let id = call.text("id")?.unwrap_or_default();
        let mut function = call.object("function")?;
        let name = function.as_mut().map(|function| function.text("name")).transpose()?.flatten();
        let name = name.filter(|name| !name.is_empty());
        let index = self.place(place, &id, name.is_some());
        if let Some(name) = name
            && !self.begun.iter().any(|call| call.index == index)
        {
            out.extend(self.open.take().filter(|open| *open < TOOLS).map(|index| Event::End { index }));
            self.begun.push(Call { place, id: id.clone(), index });
            out.push(Event::Begin { index, block: Begun::ToolUse { id, name, signature: None } });
        }
        let arguments = match function.as_mut().and_then(|function| function.take("arguments")) {
            Some(Item { value: object @ Value::Object(_), .. }) => object.to_string(),
            Some(item) => item.text()?,
            None => String::new(),
        };
        out.push(Event::Delta { index, delta: Delta::Arguments(arguments) });
        Ok(())
    }

    /// The index of the call that a piece belongs to. Some say the same place for all calls, which then differ in their
    /// ids.
    fn place(&self, place: u32, id: &str, named: bool) -> u32 {
        let last = self.begun.iter().rev().find(|call| call.place == place);
        match last {
            Some(call) if !(named && !id.is_empty() && call.id != id) => call.index,
            _ => u32::try_from(self.begun.len()).unwrap_or(u32::MAX).saturating_add(TOOLS),
        }
    }
}

/// Writes a stream for the caller.
#[derive(Debug)]
pub struct Writer {
    reply: Reply,
    model: String,
    usage: Option<Value>,
    /// How many calls of tools have begun.
    tools: u32,
    block: Option<&'static str>,
}

impl Writer {
    #[must_use]
    pub fn new(reply: Reply) -> Self {
        Self { model: reply.model.clone(), reply, usage: None, tools: 0, block: None }
    }

    /// Writes what an event of a [`crate::chat::Flow`] is in this dialect.
    pub fn write(&mut self, event: Event, out: &mut Vec<u8>) {
        match event {
            Event::Start { model, .. } => {
                self.model = self.reply.model(&model).to_owned();
                self.chunk(json!({ "role": "assistant", "content": "", "refusal": null }), None, out);
            }
            Event::Begin { block, .. } => self.begin(block, out),
            Event::Delta { delta, .. } => self.delta(delta, out),
            Event::End { .. } => {}
            Event::Usage(usage) => self.usage = Some(write_usage(&usage, CHAT)),
            Event::Finish { finish, .. } => self.finish(finish, out),
            Event::Ping => sse::comment("keep-alive", out),
            Event::Failed(failure) => sse::write("", &write_failure(&failure), out),
        }
    }

    fn begin(&mut self, block: Begun, out: &mut Vec<u8>) {
        self.block = match block {
            Begun::Text => Some("content"),
            Begun::Thinking => Some("reasoning_content"),
            Begun::Refusal => Some("refusal"),
            Begun::Whole(_) => None,
            Begun::ToolUse { mut id, name, signature } => {
                if id.is_empty() {
                    id = ids::mint(&self.reply.id, self.tools as usize);
                }
                let id = ids::with_signature(&id, signature.as_deref());
                let function = json!({ "name": name, "arguments": "" });
                let call = json!({ "index": self.tools, "id": id, "type": "function", "function": function });
                self.chunk(json!({ "tool_calls": [call] }), None, out);
                self.tools += 1;
                None
            }
        };
    }

    fn delta(&mut self, delta: Delta, out: &mut Vec<u8>) {
        match delta {
            Delta::Text(text) => {
                if let Some(field) = self.block {
                    self.chunk(json!({ field: text }), None, out);
                }
            }
            Delta::Arguments(text) => {
                let index = self.tools.saturating_sub(1);
                let call = json!({ "index": index, "function": { "arguments": text } });
                self.chunk(json!({ "tool_calls": [call] }), None, out);
            }
            Delta::Signature(_) => {}
        }
    }

    fn finish(&mut self, finish: Finish, out: &mut Vec<u8>) {
        self.chunk(json!({}), Some(write_finish(finish)), out);
        // a chunk without a choice says nothing but usage: where that is not known, there is none
        if let Some(usage) = self.usage.take().filter(|_| self.reply.stream_usage) {
            let last = self.head().with("choices", Vec::<Value>::new()).with("usage", usage);
            sse::write("", &last.into(), out);
        }
        sse::write_text("", "[DONE]", out);
    }

    fn chunk(&self, delta: Value, finish: Option<&str>, out: &mut Vec<u8>) {
        let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
        let chunk = self.head().with("choices", vec![choice]);
        // every chunk has the field where it was asked for
        let chunk = chunk.some("usage", self.reply.stream_usage.then_some(Value::Null));
        sse::write("", &chunk.into(), out);
    }

    fn head(&self) -> Fields {
        Fields::new()
            .with("id", format!("chatcmpl-{}", self.reply.id))
            .with("object", "chat.completion.chunk")
            .with("created", self.reply.created)
            .with("model", self.model.as_str())
    }
}
