//! A caller's request, read once, and as it is written for each target.

use super::operation::Operation;
use super::peek::Peek;
use super::provider::{Face, Provider};
use ai::dialect::{self, CallerDialect, Reply, VendorDialect};
use ai::failure::Failure;
use ai::translate::{Asked, WayBack};
use bytes::Bytes;
use std::sync::Arc;

/// A request whose body is there.
pub struct AiRequest {
    pub caller: CallerDialect,
    body: Bytes,
    peek: Option<Peek>,
    /// As the caller says it.
    pub model: String,
    pub stream: bool,
    /// Read when the first target speaks another dialect.
    asked: Option<Asked>,
}

/// A target whose provider there is.
pub struct Reached<'a> {
    pub provider: &'a Arc<Provider>,
    pub face: &'a Face,
    pub model: &'a str,
}

/// The same for one target.
pub struct ForTarget {
    pub body: Vec<u8>,
    /// None: bytes are forwarded.
    pub back: Option<WayBack>,
    /// Names of what the vendor is not told.
    pub dropped: String,
}

impl AiRequest {
    pub fn read(operation: &Operation, body: Bytes) -> Result<Self, Failure> {
        let caller = operation.dialect();
        if let Operation::GeminiChat { model, stream, .. } = operation {
            return Ok(Self { caller, body, peek: None, model: model.clone(), stream: *stream, asked: None });
        }
        let peek = Peek::of(&body)?;
        let (model, stream) = (peek.model.clone(), peek.stream);
        Ok(Self { caller, body, peek: Some(peek), model, stream, asked: None })
    }

    /// Whether the caller wants usage at the end of its stream.
    fn wants_usage(&self) -> bool {
        self.peek.as_ref().is_some_and(|peek| peek.usage)
    }

    #[must_use]
    pub fn reply(&self, id: String, created: i64) -> Reply {
        Reply { id, created, model: self.model.clone(), stream_usage: self.wants_usage() }
    }

    /// Writes it for a target.
    pub fn write(&mut self, target: &Reached<'_>, reply: Reply) -> Result<ForTarget, Failure> {
        let vendor = target.face.dialect;
        if vendor.is(self.caller) {
            let body = match &self.peek {
                Some(peek) => peek.rewritten(&self.body, target.model, vendor == VendorDialect::OpenAiChat),
                None => self.body.to_vec(),
            };
            return Ok(ForTarget { body, back: None, dropped: String::new() });
        }
        let asked = match &mut self.asked {
            Some(asked) => asked,
            empty => {
                let path = self.peek.is_none().then_some((self.model.as_str(), self.stream));
                empty.insert(Asked::read(self.caller, &self.body, path)?)
            }
        };
        let as_target = dialect::Target {
            model: target.model,
            max_output: target.provider.model(target.model).and_then(|model| model.max_output),
            max_completion_tokens: target.provider.max_completion_tokens,
        };
        let written = asked.write(vendor, &as_target, reply)?;
        Ok(ForTarget { body: written.body, back: Some(written.back), dropped: written.dropped.line(1_024) })
    }
}
