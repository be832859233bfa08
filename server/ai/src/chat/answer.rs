//! What a model says.

use super::Block;
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
