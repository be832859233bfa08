//! Streams of chunks that end in `[DONE]`.

use super::answer::{read_chunks, read_finish, read_id, read_usage};
use super::failure::read_error;
use crate::chat::{Begun, Content, Delta, Event};
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
    /// Calls of tools that have begun, by the vendor's index and id.
    calls: Vec<(u64, String)>,
}

impl Reader {
    /// Reads one frame into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim_ascii() == b"[DONE]" {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        if value.get("choices").is_none()
            && let Some(failure) = read_error(value.clone(), FailureKind::Internal)
        {
            return Err(failure);
        }
        let failed = value.pointer("/choices/0/finish_reason").is_some_and(|reason| reason == "error");
        self.chunk(value, out).map_err(|error| Failure::garbled(format!("the vendor's stream: {error}")))?;
        if failed {
            return Err(Failure::new(FailureKind::Internal, "the vendor ended its answer with an error"));
        }
        Ok(())
    }

    fn chunk(&mut self, value: Value, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut chunk = Item::root(value).object()?;
        if !std::mem::replace(&mut self.started, true) {
            let id = chunk.text("id")?.unwrap_or_default();
            out.push(Event::Start { id, model: chunk.text("model")?.unwrap_or_default() });
        }
        for item in chunk.list("choices")?.into_iter().take(1) {
            let mut choice = item.object()?;
            if let Some(delta) = choice.object("delta")? {
                self.delta(delta, out)?;
            }
            match choice.text("finish_reason")?.as_deref() {
                None | Some("" | "error") => {}
                Some(reason) => {
                    out.push(Event::Finish { finish: read_finish(reason), stop_sequence: None });
                }
            }
        }
        out.extend(chunk.object("usage")?.map(read_usage).transpose()?.map(Event::Usage));
        Ok(())
    }

    fn delta(&mut self, mut delta: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        match delta.take("content") {
            Some(Item { value: Value::String(text), .. }) => self.text(TEXT, Begun::Text, text, out),
            Some(chunks) => {
                for content in read_chunks(chunks)? {
                    self.content(content, out);
                }
            }
            None => {}
        }
        for (place, item) in (0..).zip(delta.list("tool_calls")?) {
            self.call(place, item.object()?, out)?;
        }
        Ok(())
    }

    fn content(&mut self, content: Content, out: &mut Vec<Event>) {
        match content {
            Content::Text(text) => self.text(TEXT, Begun::Text, text, out),
            Content::Thinking { text, signature } => {
                self.begin(THOUGHTS, Begun::Thinking, out);
                out.push(Event::Delta { index: THOUGHTS, delta: Delta::Text(text) });
                if let Some(signature) = signature {
                    out.push(Event::Delta { index: THOUGHTS, delta: Delta::Signature(signature) });
                    // what is thought after it has a signature of its own
                    self.close(out);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, index: u32, block: Begun, text: String, out: &mut Vec<Event>) {
        if !text.is_empty() {
            self.begin(index, block, out);
            out.push(Event::Delta { index, delta: Delta::Text(text) });
        }
    }

    fn begin(&mut self, index: u32, block: Begun, out: &mut Vec<Event>) {
        if self.open != Some(index) {
            self.close(out);
            out.push(Event::Begin { index, block });
            self.open = Some(index);
        }
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        out.extend(self.open.take().map(|index| Event::End { index }));
    }

    /// Mostly whole in one chunk. The index is 0 for all of them where Mistral leaves it out, but ids tell them apart.
    fn call(&mut self, place: u64, mut call: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let number = call.unsigned("index")?.unwrap_or(place);
        let id = read_id(call.text("id")?.unwrap_or_default());
        let mut function = call.need("function")?.object()?;
        let name = function.text("name")?.filter(|name| !name.is_empty());
        let is_same = |begun: &(u64, String)| begun.0 == number && (id.is_empty() || begun.1 == id);
        let known = self.calls.iter().rposition(is_same);
        let block = known.unwrap_or(self.calls.len());
        let index = u32::try_from(block).unwrap_or(u32::MAX).saturating_add(TOOLS);
        if let (None, Some(name)) = (known, name) {
            self.close(out);
            self.calls.push((number, id.clone()));
            out.push(Event::Begin { index, block: Begun::ToolUse { id, name, signature: None } });
        }
        let arguments = match function.take("arguments") {
            Some(Item { value: object @ Value::Object(_), .. }) => object.to_string(),
            Some(item) => item.text()?,
            None => String::new(),
        };
        out.push(Event::Delta { index, delta: Delta::Arguments(arguments) });
        Ok(())
    }
}
