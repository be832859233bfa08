//! Streams of ConverseStream, which end in `metadata`.

#[cfg(test)]
mod tests;

use super::answer::{SERVER_TOOL, image_of, read_finish, read_usage, stop_sequence};
use super::failure::read_exception;
use crate::chat::{Begun, Content, Delta, Event};
use crate::dialect::Frame;
use crate::failure::Failure;
use crate::json::{Invalid, Item, Object};
use serde_json::Value;
use std::collections::BTreeMap;
use std::mem::discriminant;

/// What is read; more may come, and is passed over.
const EVENTS: [&str; 6] =
    ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];

/// Reads a vendor's stream.
#[derive(Debug, Default)]
pub struct Reader {
    /// Blocks that have begun, by the vendor's index.
    open: BTreeMap<u32, Open>,
    /// The reason to stop that says that the answer makes no sense. Its tokens are still to come.
    malformed: Option<String>,
}

/// A block that has begun. What has to come in one piece is gathered until its end.
#[derive(Debug)]
enum Open {
    Text,
    /// Its signature.
    Thinking(String),
    Sealed(String),
    Tool,
    Image {
        format: String,
        data: String,
    },
    /// Not for the caller: tools of the vendor's own.
    Passed,
}

impl Reader {
    /// Reads one frame into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        if let Some(name) = frame.event.strip_prefix("exception:") {
            return Err(read_exception(name, frame.data));
        }
        if !EVENTS.contains(&frame.event) {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        self.event(frame.event, value, out)
            .map_err(|error| Failure::garbled(format!("the vendor's stream: {error}")))?;
        match &self.malformed {
            Some(reason) if frame.event == "metadata" => {
                Err(Failure::garbled(format!("the vendor's answer ended in {reason}")))
            }
            _ => Ok(()),
        }
    }

    fn event(&mut self, event: &str, value: Value, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut body = Item::root(value).object()?;
        match event {
            "messageStart" => out.push(Event::Start { id: String::new(), model: String::new() }),
            "contentBlockStart" => self.start(body, out)?,
            "contentBlockDelta" => self.deltas(body, out)?,
            "contentBlockStop" => self.stop(index(&mut body)?, out),
            "messageStop" => self.finish(body, out)?,
            "metadata" => out.extend(read_usage(&mut body)?.map(Event::Usage)),
            _ => {}
        }
        Ok(())
    }

    /// Blocks of text and thoughts begin with their first delta.
    fn start(&mut self, mut body: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = index(&mut body)?;
        let Some(mut start) = body.object("start")? else { return Ok(()) };
        if let Some(mut tool) = start.object("toolUse")? {
            if tool.peek("type") == Some(SERVER_TOOL) {
                self.begin(index, Open::Passed, None, out);
                return Ok(());
            }
            let id = tool.text("toolUseId")?.unwrap_or_default();
            let name = tool.need("name")?.text()?;
            let begun = Begun::ToolUse { id, name, signature: None };
            self.begin(index, Open::Tool, Some(begun), out);
        } else if let Some(mut image) = start.object("image")? {
            let format = image.text("format")?.unwrap_or_default();
            self.begin(index, Open::Image { format, data: String::new() }, None, out);
        } else if start.has("toolResult") {
            self.begin(index, Open::Passed, None, out);
        }
        Ok(())
    }

    /// Ends what stands at the index, unless it is the same.
    fn begin(&mut self, index: u32, open: Open, begun: Option<Begun>, out: &mut Vec<Event>) {
        if self.open.get(&index).is_some_and(|before| discriminant(before) == discriminant(&open)) {
            return;
        }
        self.stop(index, out);
        self.open.insert(index, open);
        out.extend(begun.map(|block| Event::Begin { index, block }));
    }

    fn deltas(&mut self, mut body: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = index(&mut body)?;
        let Some(mut delta) = body.object("delta")? else { return Ok(()) };
        if let Some(text) = delta.text("text")? {
            self.begin(index, Open::Text, Some(Begun::Text), out);
            out.push(Event::Delta { index, delta: Delta::Text(text) });
        }
        if let Some(mut tool) = delta.object("toolUse")? {
            let input = tool.text("input")?.unwrap_or_default();
            match self.open.get(&index) {
                Some(Open::Tool) => out.push(Event::Delta { index, delta: Delta::Arguments(input) }),
                Some(Open::Passed) => {}
                _ => return Err(tool.invalid("input", "expected the start of a tool before")),
            }
        }
        if let Some(reasoning) = delta.object("reasoningContent")? {
            self.reasoning(index, reasoning, out)?;
        }
        if let Some(mut image) = delta.object("image")?
            && let Some(mut source) = image.object("source")?
            && let Some(more) = source.text("bytes")?
            && let Some(Open::Image { data, .. }) = self.open.get_mut(&index)
        {
            data.push_str(&more);
        }
        Ok(())
    }

    fn reasoning(&mut self, index: u32, mut delta: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let (text, signature) = (delta.text("text")?, delta.text("signature")?);
        if text.is_some() || signature.is_some() {
            self.begin(index, Open::Thinking(String::new()), Some(Begun::Thinking), out);
        }
        out.extend(text.map(|text| Event::Delta { index, delta: Delta::Text(text) }));
        if let (Some(more), Some(Open::Thinking(signature))) = (signature, self.open.get_mut(&index)) {
            signature.push_str(&more);
        }
        if let Some(more) = delta.text("redactedContent")? {
            self.begin(index, Open::Sealed(String::new()), None, out);
            if let Some(Open::Sealed(sealed)) = self.open.get_mut(&index) {
                sealed.push_str(&more);
            }
        }
        Ok(())
    }

    fn stop(&mut self, index: u32, out: &mut Vec<Event>) {
        let whole = |content| Event::Begin { index, block: Begun::Whole(content) };
        match self.open.remove(&index) {
            None | Some(Open::Passed) => return,
            Some(Open::Text | Open::Tool) => {}
            Some(Open::Thinking(signature)) if signature.is_empty() => {}
            Some(Open::Thinking(signature)) => {
                out.push(Event::Delta { index, delta: Delta::Signature(signature) });
            }
            Some(Open::Sealed(sealed)) => out.push(whole(Content::SealedThinking(sealed))),
            Some(Open::Image { format, data }) => out.push(whole(image_of(&format, data))),
        }
        out.push(Event::End { index });
    }

    fn finish(&mut self, mut body: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        while let Some(index) = self.open.keys().next().copied() {
            self.stop(index, out);
        }
        let reason = body.text("stopReason")?.unwrap_or_default();
        match read_finish(&reason) {
            Some(finish) => {
                out.push(Event::Finish { finish, stop_sequence: stop_sequence(&mut body) });
            }
            None => self.malformed = Some(reason),
        }
        Ok(())
    }
}

fn index(body: &mut Object) -> Result<u32, Invalid> {
    let index = body.unsigned("contentBlockIndex")?.unwrap_or_default();
    u32::try_from(index).map_err(|_| body.invalid("contentBlockIndex", "expected a number of 32 bits"))
}
