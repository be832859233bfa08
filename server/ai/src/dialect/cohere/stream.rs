//! Streams of events from `message-start` to `message-end`, each with its `type`.

use super::answer::read_finish;
use super::failure::message;
use super::usage::read_usage;
use crate::chat::{Begun, Delta, Event};
use crate::dialect::Frame;
use crate::failure::{Failure, FailureKind};
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// The plan has no number at Cohere, and texts and tools are numbered each from 0: so that none is another's, a block's
/// number is three times Cohere's and one of these more.
const PLAN: u32 = 0;
const THOUGHTS: u32 = 1;
const TEXT: u32 = 2;
const TOOLS: u32 = 3;

/// Reads a vendor's stream.
#[derive(Debug, Default)]
pub struct Reader {
    /// The block of text or thoughts that has begun and not ended.
    open: Option<u32>,
}

impl Reader {
    /// Reads one frame into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim_ascii() == b"[DONE]" {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        if let (None, Some(message)) = (value.get("type"), message(&value)) {
            return Err(Failure::new(FailureKind::Internal, message));
        }
        let garbled = |error: Invalid| Failure::garbled(format!("the vendor's stream: {error}"));
        let mut event = Item::root(value).object().map_err(garbled)?;
        let kind = event.text("type").map_err(garbled)?.unwrap_or_else(|| frame.event.to_owned());
        if kind == "message-end" {
            return end(event, out);
        }
        self.event(&kind, event, out).map_err(garbled)
    }

    fn event(&mut self, kind: &str, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if kind == "message-start" {
            let id = event.text("id")?.unwrap_or_default();
            out.push(Event::Start { id, model: String::new() });
            return Ok(());
        }
        let number = event.unsigned("index")?.and_then(|number| u32::try_from(number).ok());
        let number = number.unwrap_or_default().saturating_mul(3);
        let delta = event.object("delta")?;
        let mut message = delta.map(|mut delta| delta.object("message")).transpose()?.flatten();
        let Some(message) = &mut message else {
            self.ended(kind, number, out);
            return Ok(());
        };
        match kind {
            "content-start" | "content-delta" => self.content(number, message, out)?,
            "tool-plan-delta" => self.text(PLAN, Begun::Thinking, message.text("tool_plan")?, out),
            "tool-call-start" => self.call(number.saturating_add(TOOLS), message, out)?,
            "tool-call-delta" => {
                if let Some(arguments) = arguments(message)? {
                    let index = number.saturating_add(TOOLS);
                    out.push(Event::Delta { index, delta: Delta::Arguments(arguments) });
                }
            }
            _ => self.ended(kind, number, out),
        }
        Ok(())
    }

    fn content(&mut self, number: u32, message: &mut Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let Some(mut content) = message.object("content")? else { return Ok(()) };
        let thoughts = content.text("thinking")?;
        self.text(number.saturating_add(THOUGHTS), Begun::Thinking, thoughts, out);
        let text = content.text("text")?;
        self.text(number.saturating_add(TEXT), Begun::Text, text, out);
        Ok(())
    }

    /// A block begins with its first text: empty ones are none.
    fn text(&mut self, index: u32, block: Begun, text: Option<String>, out: &mut Vec<Event>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        if self.open != Some(index) {
            self.close(out);
            out.push(Event::Begin { index, block });
            self.open = Some(index);
        }
        out.push(Event::Delta { index, delta: Delta::Text(text) });
    }

    fn call(&mut self, index: u32, message: &mut Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut call = message.need("tool_calls")?.object()?;
        let id = call.text("id")?.unwrap_or_default();
        let mut function = call.need("function")?.object()?;
        let name = function.need("name")?.text()?;
        self.close(out);
        out.push(Event::Begin { index, block: Begun::ToolUse { id, name, signature: None } });
        let arguments = function.text("arguments")?.unwrap_or_default();
        out.push(Event::Delta { index, delta: Delta::Arguments(arguments) });
        Ok(())
    }

    fn ended(&mut self, kind: &str, number: u32, out: &mut Vec<Event>) {
        match kind {
            "content-end" => self.close(out),
            "tool-call-end" => out.push(Event::End { index: number.saturating_add(TOOLS) }),
            // citations, and what is not known
            _ => {}
        }
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        out.extend(self.open.take().map(|index| Event::End { index }));
    }
}

fn arguments(message: &mut Object) -> Result<Option<String>, Invalid> {
    let Some(mut call) = message.object("tool_calls")? else { return Ok(None) };
    let Some(mut function) = call.object("function")? else { return Ok(None) };
    function.text("arguments")
}

/// Usage counts also where the answer failed.
fn end(mut event: Object, out: &mut Vec<Event>) -> Result<(), Failure> {
    let Some(mut delta) = event.object("delta").ok().flatten() else {
        return Err(Failure::garbled("the vendor's stream ended without a reason"));
    };
    out.extend(delta.object("usage").ok().flatten().map(|usage| Event::Usage(read_usage(usage))));
    let error = delta.text("error").ok().flatten();
    let reason = delta.text("finish_reason").ok().flatten().unwrap_or_default();
    match read_finish(&reason) {
        Some(finish) if error.is_none() => {
            out.push(Event::Finish { finish, stop_sequence: None });
            Ok(())
        }
        _ => {
            let kind = if reason == "TIMEOUT" { FailureKind::Timeout } else { FailureKind::Internal };
            let message = error.unwrap_or_else(|| format!("the vendor ended its answer with {reason}"));
            Err(Failure::new(kind, message))
        }
    }
}
