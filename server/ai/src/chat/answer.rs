//! What a model says.

use super::{Block, Content};
use crate::usage::Usage;

/// One whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The vendor's id of it; empty where there is none.
    pub id: String,
    /// The model that the vendor says it asked.
    pub model: String,
    /// Text, thinking, refusals, calls of tools, audio, in their order.
    pub content: Vec<Block>,
    pub finish: Finish,
    /// The caller's stop sequence that was met.
    pub stop_sequence: Option<String>,
    /// Absent when the vendor says nothing.
    pub usage: Option<Usage>,
}

impl Answer {
    /// Bytes of text, thoughts and arguments: of what tokens are counted by.
    #[must_use]
    pub fn said(&self) -> u64 {
        let length = |block: &Block| match &block.content {
            Content::Text(text) | Content::Thinking { text, .. } | Content::Refusal(text) => text.len(),
            Content::ToolUse(tool) => tool.name.len() + tool.arguments.len(),
            _ => 0,
        };
        self.content.iter().map(length).sum::<usize>() as u64
    }
}

/// Why the model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Stop,
    /// A sequence that the caller gave.
    StopSequence,
    /// As many tokens as allowed, or as the model can hold.
    Length,
    ToolUse,
    /// Refused or cut off by a filter.
    Filtered,
    /// The vendor's own tool takes long: the caller is to ask again.
    Paused,
}

impl Finish {
    /// Its word in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop | Self::StopSequence => "stop",
            Self::Length => "length",
            Self::ToolUse => "tool_use",
            Self::Filtered => "filtered",
            Self::Paused => "paused",
        }
    }
}
