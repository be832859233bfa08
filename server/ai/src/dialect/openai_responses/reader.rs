//! A vendor's stream.

use super::answer::read_finish;
use super::item::SEALED;
use super::read_failure;
use super::read_input::read_picture;
use super::usage::RESPONSES;
use crate::chat::{Begun, Content, Delta, Event};
use crate::dialect::openai_chat::usage::read_usage;
use crate::dialect::{Frame, ids};
use crate::failure::Failure;
use crate::json::{Invalid, Item, Object};
use serde_json::{Value, json};

/// Reads a vendor's stream. Events of the vendor's own machinery are passed over.
#[derive(Debug, Default)]
pub struct Reader {
    /// What has begun; where it stands here is its index.
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    /// Of the item, and of the part of a message.
    place: (u64, u64),
    /// Whether anything came of it yet.
    grown: bool,
}

impl Reader {
    /// Reads one frame into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim_ascii() == b"[DONE]" {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        let garbled = |error: Invalid| Failure::garbled(format!("the vendor's stream: {error}"));
        let mut event = Item::root(value).object().map_err(garbled)?;
        match event.text("type").map_err(garbled)?.as_deref().unwrap_or(frame.event) {
            "error" => {
                let error = event.value("error").unwrap_or_else(|| event.rest().into());
                Err(failure(error))
            }
            "response.failed" => {
                let mut response = event.object("response").map_err(garbled)?;
                let error = response.as_mut().and_then(|response| response.value("error"));
                Err(failure(error.unwrap_or_default()))
            }
            kind => self.event(kind, event, out).map_err(garbled),
        }
    }

    fn event(&mut self, kind: &str, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        match kind {
            "response.created" => {
                if let Some(mut response) = event.object("response")? {
                    let id = response.text("id")?.unwrap_or_default();
                    out.push(Event::Start { id, model: response.text("model")?.unwrap_or_default() });
                }
            }
            "response.output_item.added" => self.added(event, out)?,
            "response.output_text.delta" => self.text(event, Begun::Text, out)?,
            "response.refusal.delta" => self.text(event, Begun::Refusal, out)?,
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.text(event, Begun::Thinking, out)?;
            }
            "response.reasoning_summary_part.added" => self.next_summary(event, out)?,
            "response.function_call_arguments.delta" => {
                let index = self.index(place(&mut event)?, None, out);
                if let Some((index, text)) = index.zip(event.text("delta")?) {
                    self.grow(index, Delta::Arguments(text), out);
                }
            }
            "response.output_item.done" => self.done(event, out)?,
            "response.completed" | "response.incomplete" => {
                if let Some(mut response) = event.object("response")? {
                    if let Some(usage) = response.object("usage")? {
                        out.push(Event::Usage(read_usage(usage, RESPONSES)?));
                    }
                    out.push(Event::Finish { finish: read_finish(&mut response)?, stop_sequence: None });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The index of what stands there, which begins as `block` if it has not yet.
    fn index(&mut self, place: (u64, u64), block: Option<Begun>, out: &mut Vec<Event>) -> Option<u32> {
        let begun = (0..).zip(&self.blocks).find(|(_, it)| it.place == place).map(|(index, _)| index);
        if begun.is_some() {
            return begun;
        }
        let block = block?;
        let index = u32::try_from(self.blocks.len()).ok()?;
        self.blocks.push(Block { place, grown: false });
        out.push(Event::Begin { index, block });
        Some(index)
    }

    fn grow(&mut self, index: u32, delta: Delta, out: &mut Vec<Event>) {
        if let Some(block) = self.blocks.get_mut(index as usize) {
            block.grown = true;
        }
        out.push(Event::Delta { index, delta });
    }

    /// Only calls say all that a block begins with; others begin with what comes first of them.
    fn added(&mut self, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let place = place(&mut event)?;
        if let Some(mut item) = event.object("item")?
            && item.peek("type") == Some("function_call")
        {
            self.index(place, Some(call(&mut item)?), out);
        }
        Ok(())
    }

    fn text(&mut self, mut event: Object, block: Begun, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let (item, part) = place(&mut event)?;
        // pieces of thoughts belong together, whichever part of their item they are
        let place = if block == Begun::Thinking { (item, 0) } else { (item, part) };
        let text = event.text("delta")?.filter(|text| !text.is_empty());
        if let Some(text) = text
            && let Some(index) = self.index(place, Some(block), out)
        {
            self.grow(index, Delta::Text(text), out);
        }
        Ok(())
    }

    /// Parts of a summary after the first.
    fn next_summary(&mut self, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if event.unsigned("summary_index")?.is_some_and(|index| index > 0)
            && let Some(index) = self.index(place(&mut event)?, None, out)
        {
            self.grow(index, Delta::Text("\n\n".to_owned()), out);
        }
        Ok(())
    }

    /// The whole item, of which some vendors have sent no piece before.
    fn done(&mut self, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let place = place(&mut event)?;
        let Some(mut item) = event.object("item")? else { return Ok(()) };
        let index = match item.peek("type") {
            Some("function_call") => {
                let arguments = item.text("arguments")?.unwrap_or_default();
                let index = self.index(place, Some(call(&mut item)?), out);
                let grown = |index: u32| self.blocks.get(index as usize).is_some_and(|block| block.grown);
                if let Some(index) = index.filter(|index| !grown(*index)) {
                    self.grow(index, Delta::Arguments(arguments), out);
                }
                index
            }
            Some("reasoning") => match item.text("encrypted_content")? {
                Some(encrypted) => self.encrypted(place, encrypted, out),
                None => None,
            },
            Some("image_generation_call") if item.has("result") => {
                self.index(place, Some(Begun::Whole(read_picture(&mut item)?)), out)
            }
            _ => None,
        };
        out.extend(index.map(|index| Event::End { index }));
        Ok(())
    }

    /// What came with thoughts, or all that came of them.
    fn encrypted(&mut self, place: (u64, u64), encrypted: String, out: &mut Vec<Event>) -> Option<u32> {
        if let Some(sealed) = encrypted.strip_prefix(SEALED) {
            let content = Content::SealedThinking(sealed.to_owned());
            return self.index(place, Some(Begun::Whole(content)), out);
        }
        let index = self.index(place, Some(Begun::Thinking), out)?;
        self.grow(index, Delta::Signature(encrypted), out);
        Some(index)
    }
}

fn place(event: &mut Object) -> Result<(u64, u64), Invalid> {
    let item = event.unsigned("output_index")?.unwrap_or_default();
    Ok((item, event.unsigned("content_index")?.unwrap_or_default()))
}

fn call(item: &mut Object) -> Result<Begun, Invalid> {
    let (id, signature) = ids::split_signature(&item.text("call_id")?.unwrap_or_default());
    Ok(Begun::ToolUse { id, name: item.need("name")?.text()?, signature })
}

fn failure(error: Value) -> Failure {
    read_failure(500, json!({ "error": error }).to_string().as_bytes())
}
