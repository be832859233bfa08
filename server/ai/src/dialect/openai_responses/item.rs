//! Items of an answer: what was thought, said, called and painted.

use crate::chat::{Begun, Content, Media, Source, ToolUse};
use crate::dialect::ids;
use crate::json::Fields;
use serde_json::{Value, json};

pub(super) const IN_PROGRESS: &str = "in_progress";
pub(super) const COMPLETED: &str = "completed";
pub(super) const INCOMPLETE: &str = "incomplete";

/// Before sealed thoughts in `encrypted_content`, to tell them from a signature: no vendor has that name.
pub(super) const SEALED: &str = "sealed:";

/// An item of an answer, as far as it has come.
#[derive(Debug)]
pub(super) enum Item {
    Message(Vec<Part>),
    Reasoning { text: String, encrypted: Option<String> },
    Call(ToolUse),
    Picture { data: String, format: String },
}

#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Refusal(String),
}

impl Item {
    /// The item that a block is, or belongs to; audio has none.
    pub(super) fn of(content: Content) -> Option<Self> {
        match content {
            Content::Text(text) => Some(Self::Message(vec![Part::Text(text)])),
            Content::Refusal(text) => Some(Self::Message(vec![Part::Refusal(text)])),
            Content::Thinking { text, signature } => Some(Self::Reasoning { text, encrypted: signature }),
            Content::SealedThinking(sealed) => {
                let encrypted = Some(format!("{SEALED}{sealed}"));
                Some(Self::Reasoning { text: String::new(), encrypted })
            }
            Content::ToolUse(tool) => Some(Self::Call(tool)),
            Content::Image(Media { source: Source::Inline { media_type, data }, .. }) => {
                let format = media_type.strip_prefix("image/").unwrap_or("png").to_owned();
                Some(Self::Picture { data, format })
            }
            Content::Image(_) | Content::Audio(_) | Content::Document(_) | Content::ToolResult(_) => None,
        }
    }

    /// The same of a block that has just begun.
    pub(super) fn begun(block: Begun) -> Option<Self> {
        let text = String::new();
        match block {
            Begun::Text => Self::of(Content::Text(text)),
            Begun::Refusal => Self::of(Content::Refusal(text)),
            Begun::Thinking => Self::of(Content::Thinking { text, signature: None }),
            Begun::ToolUse { id, name, signature } => {
                Self::of(Content::ToolUse(ToolUse { id, name, arguments: text, signature }))
            }
            Begun::Whole(content) => Self::of(content),
        }
    }

    /// What tells it apart, of the answer's `reply` and its place in that.
    pub(super) fn id(&self, reply: &str, index: usize) -> String {
        let kind = match self {
            Self::Message(_) => "msg",
            Self::Reasoning { .. } => "rs",
            Self::Call(_) => "fc",
            Self::Picture { .. } => "ig",
        };
        format!("{kind}_{reply}_{index}")
    }

    /// As on the wire.
    pub(super) fn value(&self, reply: &str, index: usize, status: &str) -> Value {
        let item = Fields::new().with("id", self.id(reply, index));
        match self {
            Self::Message(parts) => item
                .with("type", "message")
                .with("status", status)
                .with("role", "assistant")
                .with("content", parts.iter().map(Part::value).collect::<Vec<_>>()),
            Self::Reasoning { text, encrypted } => {
                let summary = if text.is_empty() { Vec::new() } else { vec![summary(text)] };
                item.with("type", "reasoning")
                    .with("status", status)
                    .with("summary", summary)
                    .some("encrypted_content", encrypted.as_deref())
            }
            Self::Call(tool) => {
                let minted = || ids::mint(reply, index);
                let id = if tool.id.is_empty() { minted() } else { tool.id.clone() };
                item.with("type", "function_call")
                    .with("status", status)
                    .with("call_id", ids::with_signature(&id, tool.signature.as_deref()))
                    .with("name", tool.name.as_str())
                    .with("arguments", tool.arguments.as_str())
            }
            Self::Picture { data, format } => {
                // it comes once, and whole
                let came = (status != IN_PROGRESS).then_some(data.as_str());
                item.with("type", "image_generation_call")
                    .with("status", if came.is_some() { COMPLETED } else { IN_PROGRESS })
                    .with("output_format", format.as_str())
                    .with("result", came)
            }
        }
        .into()
    }
}

impl Part {
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Text(text) => {
                json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
            }
            Self::Refusal(text) => json!({ "type": "refusal", "refusal": text }),
        }
    }

    pub(super) fn push(&mut self, more: &str) {
        let (Self::Text(text) | Self::Refusal(text)) = self;
        text.push_str(more);
    }
}

pub(super) fn summary(text: &str) -> Value {
    json!({ "type": "summary_text", "text": text })
}
