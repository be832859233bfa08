//! Events of an answer that is translated, between the vendor's and the caller's stream.

use super::channel::{AnswerMask, Channel, Said};
use super::{Refused, Unmasked};
use crate::chat::{Begun, Delta, Event};
use crate::failure::{Failure, FailureKind};

/// Masks what comes out of a [`crate::chat::Flow`].
#[derive(Debug)]
pub struct EventMask {
    mask: AnswerMask,
    /// Of the block that is open.
    open: Option<(Channel, Said)>,
    refused: bool,
}

impl EventMask {
    #[must_use]
    pub fn new(mask: AnswerMask) -> Self {
        Self { mask, open: None, refused: false }
    }

    /// The events as they may pass. After a refusal, which is the last of them, none does.
    pub fn pass(&mut self, events: Vec<Event>) -> Vec<Event> {
        let mut out = Vec::with_capacity(events.len() + 1);
        for event in events {
            if self.refused {
                break;
            }
            if let Err(refused) = self.one(event, &mut out) {
                self.refused = true;
                out.push(Event::Failed(refused.into()));
            }
        }
        out
    }

    /// Whether something was found that is not to pass.
    #[must_use]
    pub fn has_refused(&self) -> bool {
        self.refused
    }

    fn one(&mut self, event: Event, out: &mut Vec<Event>) -> Result<(), Refused> {
        match (event, &mut self.open) {
            (Event::Begin { index, block }, _) => {
                let said = match block {
                    Begun::ToolUse { .. } => Said::Arguments,
                    Begun::Thinking => Said::Thought,
                    Begun::Text | Begun::Refusal | Begun::Whole(_) => Said::Text,
                };
                self.open = Some((Channel::new(said), said));
                out.push(Event::Begin { index, block });
            }
            (Event::Delta { index, delta: Delta::Text(text) }, Some((channel, said))) => {
                put(index, *said, channel.push(&self.mask, &text)?, out);
            }
            (Event::Delta { index, delta: Delta::Arguments(text) }, Some((channel, said))) => {
                put(index, *said, channel.push(&self.mask, &text)?, out);
            }
            // all of a thought stands before its signature
            (event @ (Event::End { index } | Event::Delta { index, .. }), Some((channel, said))) => {
                put(index, *said, channel.finish(&self.mask)?, out);
                out.push(event);
            }
            (event, _) => out.push(event),
        }
        Ok(())
    }
}

fn put(index: u32, said: Said, text: String, out: &mut Vec<Event>) {
    if text.is_empty() {
        return;
    }
    let delta = if said == Said::Arguments { Delta::Arguments(text) } else { Delta::Text(text) };
    out.push(Event::Delta { index, delta });
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let code = Some("mask-refused".to_owned());
        Self { code, ..Self::new(FailureKind::Filtered, refused.to_string()) }
    }
}

impl From<Unmasked> for Failure {
    fn from(unmasked: Unmasked) -> Self {
        match unmasked {
            Unmasked::Refused(refused) => refused.into(),
            unreadable => Self::garbled(unreadable.to_string()),
        }
    }
}
