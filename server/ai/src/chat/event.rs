//! An answer in pieces.

use super::{Content, Finish};
use crate::failure::Failure;
use crate::usage::Usage;

/// A piece of an answer. Out of a [`super::Flow`] they always come as
/// `Start (Begin Delta* End)* Usage? Finish`, with any number of `Ping`s and `Usage`s after `Start`; a `Failed` may
/// stand anywhere and is the last.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Start {
        id: String,
        model: String,
    },
    /// A block begins. From a vendor: `index` is the vendor's. Out of a `Flow`: 0, 1, 2 ...
    Begin {
        index: u32,
        block: Begun,
    },
    Delta {
        index: u32,
        delta: Delta,
    },
    End {
        index: u32,
    },
    /// All that is known so far; each replaces the one before.
    Usage(Usage),
    Finish {
        finish: Finish,
        stop_sequence: Option<String>,
    },
    /// Still there.
    Ping,
    Failed(Failure),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    Text,
    Thinking,
    Refusal,
    /// `signature` as in [`super::ToolUse`].
    ToolUse {
        id: String,
        name: String,
        signature: Option<String>,
    },
    /// A block that comes in one piece and has no deltas: sealed thinking, an image, audio.
    Whole(Content),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Of text, thinking or a refusal.
    Text(String),
    /// Of thinking; comes once, at its end.
    Signature(String),
    /// A piece of a tool's JSON.
    Arguments(String),
}

impl Delta {
    /// Its bytes of what a model says; signatures are not said.
    #[must_use]
    pub fn length(&self) -> u64 {
        match self {
            Self::Text(text) | Self::Arguments(text) => text.len() as u64,
            Self::Signature(_) => 0,
        }
    }
}
