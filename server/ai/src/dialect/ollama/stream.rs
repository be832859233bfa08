//! Streams of JSON lines, the last of which has `done: true`.

use super::answer::{read_call, read_finish, read_usage};
use crate::chat::{Begun, Delta, Event};
use crate::dialect::Frame;
use crate::failure::{Failure, FailureKind};
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

const TEXT: u32 = 0;
const THOUGHTS: u32 = 1;
const TOOLS: u32 = 2;

/// Reads a vendor's stream.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    /// The block of text or thoughts that has begun and not ended.
    open: Option<u32>,
    /// How many calls of tools there were.
    calls: u32,
}

impl Reader {
    /// Reads one line into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
            let message = error.as_str().unwrap_or("the vendor's stream has an error without a message");
            return Err(Failure::new(FailureKind::Internal, message));
        }
        self.line(value, out).map_err(|error| Failure::garbled(format!("the vendor's stream: {error}")))
    }

    fn line(&mut self, value: Value, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut line = Item::root(value).object()?;
        if !std::mem::replace(&mut self.started, true) {
            let model = line.text("model")?.unwrap_or_default();
            out.push(Event::Start { id: String::new(), model });
        }
        if let Some(message) = line.object("message")? {
            self.message(message, out)?;
        }
        if line.flag("done")?.unwrap_or_default() {
            out.extend(read_usage(&mut line)?.map(Event::Usage));
            let finish = read_finish(&line.text("done_reason")?.unwrap_or_default());
            out.push(Event::Finish { finish, stop_sequence: None });
        }
        Ok(())
    }

    fn message(&mut self, mut message: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let thoughts = message.text("thinking")?;
        self.text(THOUGHTS, Begun::Thinking, thoughts, out);
        let text = message.text("content")?;
        self.text(TEXT, Begun::Text, text, out);
        for item in message.list("tool_calls")? {
            let call = read_call(item)?;
            self.close(out);
            let index = TOOLS.saturating_add(self.calls);
            self.calls = self.calls.saturating_add(1);
            let block = Begun::ToolUse { id: call.id, name: call.name, signature: None };
            out.push(Event::Begin { index, block });
            out.push(Event::Delta { index, delta: Delta::Arguments(call.arguments) });
            out.push(Event::End { index });
        }
        Ok(())
    }

    fn text(&mut self, index: u32, block: Begun, text: Option<String>, out: &mut Vec<Event>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        if self.open != Some(index) {
            self.close(out);
            out.push(Event::Begin { index, block });
            self.open = Some(index);
        }
        out.push(Event::Delta { index, delta: Delta::Text(text) });
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        out.extend(self.open.take().map(|index| Event::End { index }));
    }
}
