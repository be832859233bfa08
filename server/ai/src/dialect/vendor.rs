//! Dialects that vendors speak.

use super::{
    CallerDialect, Frame, Target, anthropic, bedrock, cohere, gemini, mistral, ollama, openai_chat,
    openai_responses,
};
use crate::chat::{Answer, ChatRequest, Event};
use crate::dropped::Dropped;
use crate::failure::Failure;
use crate::json::Invalid;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VendorDialect {
    OpenAiChat,
    Anthropic,
    Gemini,
    Bedrock,
    Cohere,
    Mistral,
    Ollama,
}

/// Reads a vendor's stream.
pub trait ReadStream: Send {
    /// What one frame says.
    fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure>;
}

/// How a stream's bytes are cut into frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Events,
    /// One JSON text on each line.
    Lines,
    /// `application/vnd.amazon.eventstream`.
    Amazon,
}

macro_rules! readers {
    ($($reader:path),*) => {
        $(impl ReadStream for $reader {
            fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
                self.read(frame, out)
            }
        })*
    };
}

readers!(
    openai_chat::Reader,
    openai_responses::Reader,
    anthropic::Reader,
    gemini::Reader,
    bedrock::Reader,
    cohere::Reader,
    mistral::Reader,
    ollama::Reader
);

impl VendorDialect {
    pub const ALL: &'static [Self] = &[
        Self::OpenAiChat,
        Self::Anthropic,
        Self::Gemini,
        Self::Bedrock,
        Self::Cohere,
        Self::Mistral,
        Self::Ollama,
    ];

    /// Its name in records, metrics and the table of vendors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai_chat",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Bedrock => "bedrock",
            Self::Cohere => "cohere",
            Self::Mistral => "mistral",
            Self::Ollama => "ollama",
        }
    }

    /// Whether bytes can be forwarded as they are. Gemini is always asked for events, and so cannot answer in a list.
    #[must_use]
    pub fn is(self, caller: CallerDialect) -> bool {
        matches!(
            (self, caller),
            (Self::OpenAiChat, CallerDialect::OpenAiChat)
                | (Self::Anthropic, CallerDialect::Anthropic)
                | (Self::Gemini, CallerDialect::Gemini)
        )
    }

    pub fn write_request(
        self,
        request: ChatRequest,
        target: &Target<'_>,
    ) -> Result<(Value, Dropped), Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::write_request(request, target),
            Self::Anthropic => anthropic::write_request(request, target),
            Self::Gemini => gemini::write_request(request, target),
            Self::Bedrock => bedrock::write_request(request, target),
            Self::Cohere => cohere::write_request(request, target),
            Self::Mistral => mistral::write_request(request, target),
            Self::Ollama => ollama::write_request(request, target),
        }
    }

    pub fn read_answer(self, body: Value) -> Result<Answer, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::read_answer(body),
            Self::Anthropic => anthropic::read_answer(body),
            Self::Gemini => gemini::read_answer(body),
            Self::Bedrock => bedrock::read_answer(body),
            Self::Cohere => cohere::read_answer(body),
            Self::Mistral => mistral::read_answer(body),
            Self::Ollama => ollama::read_answer(body),
        }
    }

    #[must_use]
    pub fn reader(self) -> Box<dyn ReadStream> {
        match self {
            Self::OpenAiChat => Box::new(openai_chat::Reader::default()),
            Self::Anthropic => Box::new(anthropic::Reader::default()),
            Self::Gemini => Box::new(gemini::Reader::default()),
            Self::Bedrock => Box::new(bedrock::Reader::default()),
            Self::Cohere => Box::new(cohere::Reader::default()),
            Self::Mistral => Box::new(mistral::Reader::default()),
            Self::Ollama => Box::new(ollama::Reader::default()),
        }
    }

    /// Reads a stream that goes on to a caller as it is. Vendors who speak chat completions may speak responses as well.
    #[must_use]
    pub fn forwarded_reader(self, caller: CallerDialect) -> Box<dyn ReadStream> {
        match caller {
            CallerDialect::OpenAiResponses => Box::new(openai_responses::Reader::default()),
            _ => self.reader(),
        }
    }

    #[must_use]
    pub fn framing(self) -> Framing {
        match self {
            Self::OpenAiChat | Self::Anthropic | Self::Gemini | Self::Cohere | Self::Mistral => {
                Framing::Events
            }
            Self::Ollama => Framing::Lines,
            Self::Bedrock => Framing::Amazon,
        }
    }

    /// Reads an error answer. `error_type` is Amazon's `x-amzn-ErrorType`, where there is one.
    #[must_use]
    pub fn read_failure(self, status: u16, error_type: Option<&str>, body: &[u8]) -> Failure {
        match self {
            Self::OpenAiChat => openai_chat::read_failure(status, body),
            Self::Anthropic => anthropic::read_failure(status, body),
            Self::Gemini => gemini::read_failure(status, body),
            Self::Bedrock => match error_type {
                Some(error_type) => bedrock::read_typed_failure(status, error_type, body),
                None => bedrock::read_failure(status, body),
            },
            Self::Cohere => cohere::read_failure(status, body),
            Self::Mistral => mistral::read_failure(status, body),
            Self::Ollama => ollama::read_failure(status, body),
        }
    }

    /// In how many milliseconds the vendor may be asked again, where an error answer says so and not its head.
    #[must_use]
    pub fn read_retry_ms(self, body: &[u8]) -> Option<u64> {
        match self {
            Self::Gemini => gemini::read_retry_ms(body),
            _ => None,
        }
    }
}
