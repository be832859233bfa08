//! A caller's request, read once, and as it is written for each target.

use super::beside::{Beside, BesideBack};
use super::operation::Operation;
use super::peek::{Peek, members};
use super::provider::{self, Face, Provider};
use super::splice::Spliced;
use ai::dialect::{self, CallerDialect, Reply, VendorDialect};
use ai::failure::Failure;
use ai::operations::{self, Most, Task, Unwritten};
use ai::translate::{Asked, WayBack};
use bytes::Bytes;
use http::HeaderMap;
use std::sync::Arc;

/// What it is called with.
const JSON: &str = "application/json";

/// A request whose body is there.
pub struct AiRequest {
    pub caller: CallerDialect,
    body: Bytes,
    said: Said,
    /// As the caller says it.
    pub model: String,
    pub stream: bool,
}

enum Said {
    Chat {
        peek: Option<Peek>,
        /// Read when the first target speaks another dialect.
        asked: Option<Box<Asked>>,
    },
    Beside(Box<Beside>),
}

/// A target whose provider there is.
pub struct Reached<'a> {
    pub provider: &'a Arc<Provider>,
    pub face: &'a Face,
    pub model: &'a str,
}

/// The same for one target.
pub struct ForTarget {
    /// Below the base of the vendor's URLs.
    pub path: String,
    pub content_type: Box<str>,
    pub body: Spliced,
    pub back: Back,
    /// Names of what the vendor is not told.
    pub dropped: String,
}

impl ForTarget {
    /// Whether the vendor is told the caller's own words.
    #[must_use]
    pub fn is_forwarded(&self) -> bool {
        matches!(self.back, Back::Forwarded | Back::Beside(BesideBack::Forwarded { .. }))
    }
}

/// From the vendor's answer to the caller's.
pub enum Back {
    /// Bytes are forwarded.
    Forwarded,
    Translated(WayBack),
    Beside(BesideBack),
    /// The answer: nobody has to be asked.
    Counted(Vec<u8>),
}

impl Reached<'_> {
    /// As it shapes the words of a request.
    #[must_use]
    pub fn as_target(&self) -> dialect::Target<'_> {
        dialect::Target {
            model: self.model,
            max_output: self.provider.model(self.model).and_then(|model| model.max_output),
            max_completion_tokens: self.provider.max_completion_tokens,
        }
    }

    /// Whether bytes of a chat can be forwarded.
    fn speaks(&self, caller: CallerDialect) -> bool {
        let vendor = self.face.dialect;
        let responses = (VendorDialect::OpenAiChat, CallerDialect::OpenAiResponses);
        vendor.is(caller)
            || (vendor, caller) == responses && operations::speaks_responses(&self.provider.vendor)
    }
}

impl AiRequest {
    pub fn read(operation: &Operation, headers: &HeaderMap, body: Bytes) -> Result<Self, Failure> {
        let caller = operation.dialect();
        let (said, model, stream) = match operation {
            Operation::Beside { task, model, .. } => {
                let (beside, model, stream) = Beside::read(*task, model.as_deref(), headers, &body)?;
                (Said::Beside(Box::new(beside)), model, stream)
            }
            Operation::GeminiChat { model, stream, .. } => {
                // what is forwarded is looked at by nobody else
                members(&body, |_| {})?;
                (Said::Chat { peek: None, asked: None }, model.clone(), *stream)
            }
            _ => {
                let peek = Peek::of(&body)?;
                let (model, stream) = (peek.model.clone(), peek.stream);
                (Said::Chat { peek: Some(peek), asked: None }, model, stream)
            }
        };
        Ok(Self { caller, body, said, model, stream })
    }

    /// Whether an answer has to be paid for.
    #[must_use]
    pub fn costs(&self) -> bool {
        !matches!(&self.said, Said::Beside(beside) if beside.task == Task::Counting)
    }

    /// What it may use at most, where it is no conversation.
    #[must_use]
    pub fn most(&self) -> Option<Most> {
        match &self.said {
            Said::Beside(beside) => Some(beside.most(&self.body)),
            Said::Chat { .. } => None,
        }
    }

    #[must_use]
    pub fn reply(&self, id: String, created: i64) -> Reply {
        // whether the caller wants usage at the end of its stream
        let wants_usage = matches!(&self.said, Said::Chat { peek: Some(peek), .. } if peek.usage);
        Reply { id, created, model: self.model.clone(), stream_usage: wants_usage }
    }

    /// Writes it for a target.
    pub fn write(&mut self, target: &Reached<'_>, reply: Reply) -> Result<ForTarget, Unwritten> {
        let (vendor, caller) = (target.face.dialect, self.caller);
        let (peek, asked) = match &mut self.said {
            Said::Beside(beside) => return beside.write(caller, &self.body, target),
            Said::Chat { peek, asked } => (peek, asked),
        };
        let path = match caller {
            CallerDialect::OpenAiResponses if target.speaks(caller) => "/responses".to_owned(),
            _ => provider::path(vendor, target.model, self.stream),
        };
        let content_type = JSON.into();
        if target.speaks(caller) {
            let chat = (vendor, caller) == (VendorDialect::OpenAiChat, CallerDialect::OpenAiChat);
            let edits = peek.as_ref().map(|peek| peek.edits(target.model, chat)).unwrap_or_default();
            let body = Spliced::new(self.body.clone(), edits);
            return Ok(ForTarget { path, content_type, body, back: Back::Forwarded, dropped: String::new() });
        }
        let asked = match asked {
            Some(asked) => asked,
            empty => {
                let path = peek.is_none().then_some((self.model.as_str(), self.stream));
                let asked = Asked::read(caller, &self.body, path).map_err(Unwritten::Invalid)?;
                empty.insert(Box::new(asked))
            }
        };
        let written = asked.write(vendor, &target.as_target(), reply).map_err(Unwritten::Invalid)?;
        let (back, dropped) = (Back::Translated(written.back), written.dropped.line(1_024));
        Ok(ForTarget { path, content_type, body: written.body.into(), back, dropped })
    }
}
