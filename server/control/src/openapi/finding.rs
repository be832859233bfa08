//! What a document is told about itself: where, how bad, and in words.

use serde::{Deserialize, Serialize};

use super::locate;

/// Longest pointer reported, in bytes; a longer one is cut, and so names an enclosing value.
const POINTER_MAX: usize = 4_096;

/// Only [`Severity::Error`] refuses a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Hint,
}

/// One remark about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// JSON pointer (RFC 6901) of the value; empty for the whole document.
    pub pointer: String,
    /// From 1, where known.
    pub line: Option<u32>,
    /// From 1, where known.
    pub column: Option<u32>,
    pub message: String,
}

impl Finding {
    /// An error about the text as a whole.
    pub(super) fn refusal(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            pointer: String::new(),
            line: None,
            column: None,
            message: message.into(),
        }
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Collects findings, at most `limit` of each severity, so that a hostile document cannot grow the answer.
pub(super) struct Findings {
    list: Vec<Finding>,
    limit: usize,
    counts: [usize; 3],
}

impl Findings {
    pub(super) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), limit: limit.max(1), counts: [0; 3] }
    }

    pub(super) fn error(&mut self, pointer: &str, message: impl Into<String>) {
        self.add(Severity::Error, pointer, message.into());
    }

    pub(super) fn warning(&mut self, pointer: &str, message: impl Into<String>) {
        self.add(Severity::Warning, pointer, message.into());
    }

    pub(super) fn hint(&mut self, pointer: &str, message: impl Into<String>) {
        self.add(Severity::Hint, pointer, message.into());
    }

    fn add(&mut self, severity: Severity, pointer: &str, message: String) {
        let Some(count) = self.counts.get_mut(severity as usize) else { return };
        *count += 1;
        if *count <= self.limit {
            let pointer = prefix(pointer, POINTER_MAX).to_owned();
            self.list.push(Finding { severity, pointer, line: None, column: None, message });
        }
    }

    /// The findings, worst first and then in the order they were made, with their places in `text`.
    pub(super) fn located(mut self, text: &str) -> Vec<Finding> {
        if !self.list.is_empty() {
            locate::places(text, &mut self.list);
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Hint] {
            let count = self.counts.get(severity as usize).copied().unwrap_or_default();
            if count > self.limit {
                let message = format!("{} more of this kind are not shown", count - self.limit);
                let pointer = String::new();
                self.list.push(Finding { severity, pointer, line: None, column: None, message });
            }
        }
        self.list.sort_by_key(|finding| finding.severity);
        self.list
    }
}

/// A name from the document as it stands in a message: quoted, and cut at 120 bytes.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", clip(name, 120))
}

/// At most `max` bytes of `text`, with an ellipsis where it was cut.
pub(super) fn clip(text: &str, max: usize) -> String {
    let kept = prefix(text, max);
    if kept.len() == text.len() { kept.to_owned() } else { format!("{kept}…") }
}

fn prefix(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}
