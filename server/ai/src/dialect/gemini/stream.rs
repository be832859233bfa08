//! Streams of `GenerateContentResponse`s, as a vendor sends them.

use super::answer::{is_blocked, read_said};
use super::failure::read_error;
use super::finish::{no_end, read_finish};
use super::usage::read_usage;
use crate::chat::{Begun, Content, Delta, Event, Finish, ToolUse};
use crate::dialect::Frame;
use crate::failure::{Failure, FailureKind};
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// Reads a vendor's stream. Parts have no numbers: text that follows text goes on with it, a call of a function comes
/// whole.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    /// Blocks that have begun.
    count: u32,
    open: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Thinking,
}

impl Reader {
    /// Reads one frame into what it says. What was said and used before a failure in the frame is in `out` all the same.
    pub fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        if value.get("error").is_some_and(|error| !error.is_null()) {
            let garbled = || Failure::garbled("the vendor's stream has an error without a message");
            return Err(read_error(value, FailureKind::Internal).unwrap_or_else(garbled));
        }
        let wrong = |error| Failure::garbled(format!("the vendor's stream: {error}"));
        let mut chunk = Item::root(value).object().map_err(wrong)?;
        self.start(&mut chunk, out).map_err(wrong)?;
        if let Some(usage) = chunk.object("usageMetadata").map_err(wrong)? {
            out.push(Event::Usage(read_usage(usage).map_err(wrong)?));
        }
        match chunk.list("candidates").map_err(wrong)?.into_iter().next() {
            Some(candidate) => self.candidate(candidate.object().map_err(wrong)?, out),
            None => {
                if is_blocked(&mut chunk).map_err(wrong)? {
                    out.push(Event::Finish { finish: Finish::Filtered, stop_sequence: None });
                }
                Ok(())
            }
        }
    }

    fn start(&mut self, chunk: &mut Object, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if !std::mem::replace(&mut self.started, true) {
            let id = chunk.text("responseId")?.unwrap_or_default();
            out.push(Event::Start { id, model: chunk.text("modelVersion")?.unwrap_or_default() });
        }
        Ok(())
    }

    fn candidate(&mut self, mut candidate: Object, out: &mut Vec<Event>) -> Result<(), Failure> {
        let wrong = |error| Failure::garbled(format!("the vendor's stream: {error}"));
        for content in read_said(&mut candidate).map_err(wrong)? {
            self.say(content, out);
        }
        let reason = candidate.text("finishReason").map_err(wrong)?.unwrap_or_default();
        // said in every chunk by some, before there is an end
        if matches!(reason.as_str(), "" | "FINISH_REASON_UNSPECIFIED") {
            return Ok(());
        }
        match read_finish(&reason) {
            Some(finish) => out.push(Event::Finish { finish, stop_sequence: None }),
            None => {
                let message = candidate.text("finishMessage").map_err(wrong)?;
                let garbled = Failure::garbled(no_end(&reason, message));
                return Err(Failure { code: Some(reason), ..garbled });
            }
        }
        Ok(())
    }

    fn say(&mut self, content: Content, out: &mut Vec<Event>) {
        match content {
            Content::Text(text) => {
                let index = self.go_on(Kind::Text, out);
                out.push(Event::Delta { index, delta: Delta::Text(text) });
            }
            Content::Thinking { text, signature } => {
                let index = self.go_on(Kind::Thinking, out);
                if !text.is_empty() {
                    out.push(Event::Delta { index, delta: Delta::Text(text) });
                }
                if let Some(signature) = signature {
                    // the end of a thought: what comes after it is another
                    out.push(Event::Delta { index, delta: Delta::Signature(signature) });
                    self.end(out);
                }
            }
            Content::ToolUse(ToolUse { id, name, arguments, signature }) => {
                let index = self.begin(Begun::ToolUse { id, name, signature }, out);
                out.push(Event::Delta { index, delta: Delta::Arguments(arguments) });
                out.push(Event::End { index });
            }
            other => {
                let index = self.begin(Begun::Whole(other), out);
                out.push(Event::End { index });
            }
        }
    }

    /// The block of this kind that is open, or a new one.
    fn go_on(&mut self, kind: Kind, out: &mut Vec<Event>) -> u32 {
        if self.open == Some(kind) {
            return self.count.saturating_sub(1);
        }
        let block = match kind {
            Kind::Text => Begun::Text,
            Kind::Thinking => Begun::Thinking,
        };
        let index = self.begin(block, out);
        self.open = Some(kind);
        index
    }

    fn begin(&mut self, block: Begun, out: &mut Vec<Event>) -> u32 {
        self.end(out);
        let index = self.count;
        self.count = self.count.saturating_add(1);
        out.push(Event::Begin { index, block });
        index
    }

    fn end(&mut self, out: &mut Vec<Event>) {
        if self.open.take().is_some() {
            out.push(Event::End { index: self.count.saturating_sub(1) });
        }
    }
}

#[cfg(test)]
mod tests;
