//! From bytes to bytes, between a caller and a vendor who speak differently.

mod frames;
mod signatures;
mod stream;

pub use frames::{Frames, Unframed};
pub use stream::StreamTranslation;

use crate::chat::{Answer, ChatRequest, Content, Finish};
use crate::dialect::names::Names;
use crate::dialect::{CallerDialect, Reply, Target, VendorDialect, ids, openai_responses};
use crate::dropped::Dropped;
use crate::failure::Failure;
use crate::usage::Usage;
use domain::strict_json;
use serde_json::Value;

/// A caller's request, read once, to be written for as many vendors as it takes.
#[derive(Clone, Debug)]
pub struct Asked {
    pub caller: CallerDialect,
    pub request: ChatRequest,
    /// What nobody but the caller's own dialect has a word for.
    pub dropped: Dropped,
}

/// What goes to one vendor, and how to read what comes back.
#[derive(Debug)]
pub struct Written {
    pub body: Vec<u8>,
    /// All that this vendor is not told.
    pub dropped: Dropped,
    pub back: WayBack,
}

/// From one vendor to the caller.
#[derive(Debug)]
pub struct WayBack {
    caller: CallerDialect,
    vendor: VendorDialect,
    names: Names,
    /// Stands in front of the vendor's signatures.
    tag: Option<String>,
    reply: Reply,
}

/// A whole answer in the caller's dialect.
#[derive(Debug)]
pub struct Told {
    pub body: Vec<u8>,
    pub usage: Option<Usage>,

    /// As the vendor names it.
    pub model: String,
    pub finish: Finish,
    /// Bytes of text, thoughts and arguments.
    pub said: u64,
}

impl Asked {
    /// Reads a request. For Gemini, whose path says it, `model` and `stream` are the path's.
    pub fn read(caller: CallerDialect, body: &[u8], path: Option<(&str, bool)>) -> Result<Self, Failure> {
        let body = strict_json::parse(body).map_err(|error| {
            let kind = crate::failure::FailureKind::InvalidRequest;
            Failure::new(kind, format!("expected JSON: {error}"))
        })?;
        let (mut request, dropped) = caller.read_request(body)?;
        if let Some((model, stream)) = path {
            (request.model, request.stream) = (model.to_owned(), stream);
        }
        Ok(Self { caller, request, dropped })
    }

    /// Writes it for a vendor. `reply` tells the answer apart from others.
    pub fn write(
        &self,
        vendor: VendorDialect,
        target: &Target<'_>,
        reply: Reply,
    ) -> Result<Written, Failure> {
        let mut request = self.request.clone();
        let names = Names::fit(&mut request);
        let mut all = self.dropped.clone();
        signatures::strip(&mut request, self.caller, vendor, &mut all);
        let (body, dropped) = vendor.write_request(request, target)?;
        all.merge(dropped);
        let tag = signatures::tag(self.caller, vendor);
        let back = WayBack { caller: self.caller, vendor, names, tag, reply };
        Ok(Written { body: bytes(&body), dropped: all, back })
    }
}

impl WayBack {
    /// Translates a whole answer.
    pub fn answer(&self, body: &[u8]) -> Result<Told, Failure> {
        let mut answer = read_answer(self.vendor, body)?;
        self.names.restore_answer(&mut answer);
        for (index, block) in answer.content.iter_mut().enumerate() {
            if let Content::ToolUse(tool) = &mut block.content
                && tool.id.is_empty()
            {
                tool.id = ids::mint(&self.reply.id, index);
            }
        }
        if let Some(tag) = &self.tag {
            signatures::put_answer(tag, &mut answer);
        }
        let (usage, model, finish) = (answer.usage.clone(), answer.model.clone(), answer.finish);
        let said = answer.said();
        let body = self.caller.write_answer(answer, &self.reply);
        Ok(Told { body: bytes(&body), usage, model, finish, said })
    }

    /// Translates a stream.
    #[must_use]
    pub fn stream(self) -> StreamTranslation {
        StreamTranslation::new(self)
    }
}

/// Reads a whole answer that goes on to a caller as it is. Vendors who speak chat completions may speak responses as
/// well.
pub fn read_forwarded(caller: CallerDialect, vendor: VendorDialect, body: &[u8]) -> Result<Answer, Failure> {
    if caller != CallerDialect::OpenAiResponses {
        return read_answer(vendor, body);
    }
    let garbled = |error: &dyn std::fmt::Display| Failure::garbled(format!("the vendor's answer: {error}"));
    let body: Value = serde_json::from_slice(body).map_err(|error| garbled(&error))?;
    openai_responses::read_answer(body).map_err(|error| garbled(&error))
}

/// Reads a vendor's whole answer. Some say in an answer that succeeded that they failed (OpenRouter does): then it is
/// that failure.
pub fn read_answer(vendor: VendorDialect, body: &[u8]) -> Result<Answer, Failure> {
    let garbled = |error: &dyn std::fmt::Display| Failure::garbled(format!("the vendor's answer: {error}"));
    let value: Value = serde_json::from_slice(body).map_err(|error| garbled(&error))?;
    if let Some(status) = failed(&value) {
        return Err(vendor.read_failure(status, None, body));
    }
    vendor.read_answer(value).map_err(|error| garbled(&error))
}

/// The status that an answer which is nothing but an error stands for.
fn failed(body: &Value) -> Option<u16> {
    let error = body.get("error").filter(|error| error.is_object() || error.is_string())?;
    let says = |field: &&str| match body.get(field) {
        Some(Value::Array(items)) => !items.is_empty(),
        other => other.is_some_and(|value| !value.is_null()),
    };
    if ["choices", "candidates", "content", "message", "output"].iter().any(says) {
        return None;
    }
    let code = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    Some(code.filter(|code| (400..600).contains(code)).unwrap_or(500))
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;
    use serde_json::json;

    #[test]
    fn an_error_in_an_answer_that_succeeded_is_that_error() {
        let limited = json!({ "error": { "code": 429, "message": "slow down" } });
        let quota = json!({ "error": { "code": "insufficient_quota", "message": "no" }, "choices": [] });
        let google = json!({ "error": { "code": 503, "message": "busy", "status": "UNAVAILABLE" } });
        let bare = json!({ "error": "model not loaded" });
        for (vendor, body, kind) in [
            (VendorDialect::OpenAiChat, &limited, FailureKind::RateLimited),
            (VendorDialect::OpenAiChat, &quota, FailureKind::Billing),
            (VendorDialect::Mistral, &limited, FailureKind::RateLimited),
            (VendorDialect::Gemini, &google, FailureKind::Overloaded),
            (VendorDialect::Ollama, &bare, FailureKind::Internal),
        ] {
            let failure = read_answer(vendor, body.to_string().as_bytes()).unwrap_err();
            assert_eq!(failure.kind, kind, "{vendor:?}");
        }
        let answered = json!({ "error": { "code": 1 }, "choices": [{ "message": { "content": "a" } }] });
        assert!(read_answer(VendorDialect::OpenAiChat, answered.to_string().as_bytes()).is_ok());
    }
}
