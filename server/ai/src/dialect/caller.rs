//! Dialects that callers speak.

use super::{Reply, anthropic, gemini, openai_chat, openai_responses};
use crate::chat::{Answer, ChatRequest, Event};
use crate::dropped::Dropped;
use crate::failure::Failure;
use crate::json::Invalid;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallerDialect {
    OpenAiChat,
    OpenAiResponses,
    Anthropic,
    Gemini,
    /// Gemini's stream as one JSON list, which its clients get who do not ask for events.
    GeminiArray,
}

/// Writes a stream for a caller, from what comes out of a [`crate::chat::Flow`].
pub trait WriteStream: Send {
    fn write(&mut self, event: Event, out: &mut Vec<u8>);
}

macro_rules! writers {
    ($($writer:path),*) => {
        $(impl WriteStream for $writer {
            fn write(&mut self, event: Event, out: &mut Vec<u8>) {
                self.write(event, out);
            }
        })*
    };
}

writers!(openai_chat::Writer, openai_responses::Writer, anthropic::Writer, gemini::Writer);

impl CallerDialect {
    pub const ALL: &'static [Self] =
        &[Self::OpenAiChat, Self::OpenAiResponses, Self::Anthropic, Self::Gemini, Self::GeminiArray];

    /// Its name in records and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai_chat",
            Self::OpenAiResponses => "openai_responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::GeminiArray => "gemini_array",
        }
    }

    /// Reads a request. Of Gemini's, the model and whether it streams stand in the path, not here.
    pub fn read_request(self, body: Value) -> Result<(ChatRequest, Dropped), Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::read_request(body),
            Self::OpenAiResponses => openai_responses::read_request(body),
            Self::Anthropic => anthropic::read_request(body),
            Self::Gemini | Self::GeminiArray => gemini::read_request(body),
        }
    }

    #[must_use]
    pub fn write_answer(self, answer: Answer, reply: &Reply) -> Value {
        match self {
            Self::OpenAiChat => openai_chat::write_answer(answer, reply),
            Self::OpenAiResponses => openai_responses::write_answer(answer, reply),
            Self::Anthropic => anthropic::write_answer(answer, reply),
            Self::Gemini | Self::GeminiArray => gemini::write_answer(answer, reply),
        }
    }

    #[must_use]
    pub fn writer(self, reply: Reply) -> Box<dyn WriteStream> {
        match self {
            Self::OpenAiChat => Box::new(openai_chat::Writer::new(reply)),
            Self::OpenAiResponses => Box::new(openai_responses::Writer::new(reply)),
            Self::Anthropic => Box::new(anthropic::Writer::new(reply)),
            Self::Gemini => Box::new(gemini::Writer::new(reply)),
            Self::GeminiArray => Box::new(gemini::Writer::array(reply)),
        }
    }

    #[must_use]
    pub fn write_failure(self, failure: &Failure) -> Value {
        match self {
            Self::OpenAiChat => openai_chat::write_failure(failure),
            Self::OpenAiResponses => openai_responses::write_failure(failure),
            Self::Anthropic => anthropic::write_failure(failure),
            Self::Gemini | Self::GeminiArray => gemini::write_failure(failure),
        }
    }

    /// The same, with when a call is worth another try, where the dialect says that in the body.
    #[must_use]
    pub fn write_failure_until(self, failure: &Failure, retry_after_ms: Option<u64>) -> Value {
        let mut told = self.write_failure(failure);
        if let (Self::Gemini | Self::GeminiArray, Some(ms)) = (self, retry_after_ms) {
            gemini::write_retry_ms(&mut told, ms);
        }
        told
    }

    /// The status that goes with a failure.
    #[must_use]
    pub fn status(self, failure: &Failure) -> u16 {
        match self {
            Self::Anthropic => anthropic::status(failure.kind),
            _ => failure.kind.status(),
        }
    }

    /// The content type of a stream.
    #[must_use]
    pub fn stream_type(self) -> &'static str {
        match self {
            Self::GeminiArray => "application/json",
            _ => "text/event-stream",
        }
    }
}
