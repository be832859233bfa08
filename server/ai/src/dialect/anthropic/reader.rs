//! The vendor's stream.

use super::answer::read_finish;
use super::failure::read_error;
use super::usage::Counted;
use crate::chat::{Begun, Content, Delta, Event, Finish};
use crate::dialect::Frame;
use crate::failure::{Failure, FailureKind};
use crate::json::{Invalid, Item, Object};
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads a vendor's stream.
#[derive(Debug, Default)]
pub struct Reader {
    counted: Counted,
    /// Blocks that have begun and not ended.
    blocks: BTreeMap<u32, Kind>,
    /// All of a tool's arguments, where they came with its beginning and not in pieces yet.
    input: Option<(u32, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Thinking,
    Tool,
    /// Has no pieces, or none that anybody else has a word for.
    Other,
}

impl Reader {
    /// Reads one frame into what it says.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        let data = frame.data.trim_ascii();
        // not Anthropic's, but of some who speak like it
        if data.is_empty() || data == b"[DONE]" {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        let kind = value.get("type").and_then(Value::as_str).unwrap_or(frame.event).to_owned();
        if kind == "error" {
            let garbled = || Failure::garbled("the vendor's stream has an error without a message");
            return Err(read_error(value, FailureKind::Internal).unwrap_or_else(garbled));
        }
        let read = Item::root(value).object().and_then(|event| self.event(&kind, event, out));
        read.map_err(|error| Failure::garbled(format!("the vendor's stream: {error}")))
    }

    fn event(&mut self, kind: &str, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        match kind {
            "message_start" => {
                let Some(mut message) = event.object("message")? else { return Ok(()) };
                let id = message.text("id")?.unwrap_or_default();
                out.push(Event::Start { id, model: message.text("model")?.unwrap_or_default() });
                self.usage(message.object("usage")?, out)
            }
            "content_block_start" => self.begin(event, out),
            "content_block_delta" => self.delta(event, out),
            "content_block_stop" => {
                let index = index(&mut event)?;
                if let Some((_, input)) = self.input.take_if(|(at, _)| *at == index) {
                    out.push(Event::Delta { index, delta: Delta::Arguments(input) });
                }
                self.blocks.remove(&index);
                out.push(Event::End { index });
                Ok(())
            }
            "message_delta" => {
                self.usage(event.object("usage")?, out)?;
                let Some(mut delta) = event.object("delta")? else { return Ok(()) };
                if let Some(reason) = delta.text("stop_reason")? {
                    let finish = read_finish(&reason);
                    out.push(Event::Finish { finish, stop_sequence: delta.text("stop_sequence")? });
                }
                Ok(())
            }
            "message_stop" => {
                // for those who have not said why before: the first counts
                out.push(Event::Finish { finish: Finish::Stop, stop_sequence: None });
                Ok(())
            }
            "ping" => {
                out.push(Event::Ping);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn usage(&mut self, usage: Option<Object>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let Some(usage) = usage else { return Ok(()) };
        self.counted.read(usage)?;
        out.push(Event::Usage(self.counted.usage()));
        Ok(())
    }

    fn begin(&mut self, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = index(&mut event)?;
        let Some(mut block) = event.object("content_block")? else { return Ok(()) };
        match block.text("type")?.unwrap_or_default().as_str() {
            "text" => {
                self.fit(index, Kind::Text, out);
                self.text(index, Kind::Text, block.text("text")?, out);
            }
            "thinking" => {
                self.fit(index, Kind::Thinking, out);
                self.text(index, Kind::Thinking, block.text("thinking")?, out);
                self.signature(index, block.text("signature")?, out);
            }
            "tool_use" => {
                let id = block.text("id")?.unwrap_or_default();
                let name = block.need("name")?.text()?;
                let input = block.value("input");
                let some = input.filter(|input| input.as_object().is_some_and(|input| !input.is_empty()));
                self.input = some.map(|input| (index, input.to_string()));
                self.blocks.insert(index, Kind::Tool);
                out.push(Event::Begin { index, block: Begun::ToolUse { id, name, signature: None } });
            }
            kind => {
                self.blocks.insert(index, Kind::Other);
                if kind == "redacted_thinking"
                    && let Some(data) = block.text("data")?
                {
                    let block = Begun::Whole(Content::SealedThinking(data));
                    out.push(Event::Begin { index, block });
                }
            }
        }
        Ok(())
    }

    fn delta(&mut self, mut event: Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = index(&mut event)?;
        let Some(mut delta) = event.object("delta")? else { return Ok(()) };
        let known = self.blocks.get(&index).copied();
        if known == Some(Kind::Other) {
            return Ok(());
        }
        match delta.text("type")?.unwrap_or_default().as_str() {
            "text_delta" => self.text(index, Kind::Text, delta.text("text")?, out),
            "thinking_delta" => self.text(index, Kind::Thinking, delta.text("thinking")?, out),
            "signature_delta" => self.signature(index, delta.text("signature")?, out),
            "input_json_delta" if known == Some(Kind::Tool) => {
                let piece = delta.text("partial_json")?.unwrap_or_default();
                if !piece.is_empty() {
                    self.input.take_if(|(at, _)| *at == index);
                    out.push(Event::Delta { index, delta: Delta::Arguments(piece) });
                }
            }
            "input_json_delta" => {
                return Err(delta.invalid("type", "expected arguments of a tool that has begun"));
            }
            // citations
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, index: u32, kind: Kind, text: Option<String>, out: &mut Vec<Event>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        self.fit(index, kind, out);
        out.push(Event::Delta { index, delta: Delta::Text(text) });
    }

    fn signature(&mut self, index: u32, signature: Option<String>, out: &mut Vec<Event>) {
        let Some(signature) = signature.filter(|signature| !signature.is_empty()) else { return };
        self.fit(index, Kind::Thinking, out);
        out.push(Event::Delta { index, delta: Delta::Signature(signature) });
    }

    /// Thoughts and text never share a block, also where the vendor mixes them.
    fn fit(&mut self, index: u32, kind: Kind, out: &mut Vec<Event>) {
        let before = self.blocks.insert(index, kind);
        if before == Some(kind) {
            return;
        }
        out.extend(before.map(|_| Event::End { index }));
        let block = if kind == Kind::Thinking { Begun::Thinking } else { Begun::Text };
        out.push(Event::Begin { index, block });
    }
}

fn index(event: &mut Object) -> Result<u32, Invalid> {
    let index = event.unsigned("index")?.unwrap_or_default();
    u32::try_from(index).map_err(|_| event.invalid("index", "expected a smaller number"))
}

#[cfg(test)]
mod tests;
