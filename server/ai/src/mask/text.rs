//! A text that comes in pieces.

use super::find::Verdict;
use super::{Act, Masker, Refused};

/// Where a text stands between two pieces.
#[derive(Debug, Default)]
pub struct TextMask {
    /// From the last character that is decided on: what stands before a place may matter to it.
    buffer: String,
    /// Where the open part begins.
    open: usize,
}

impl TextMask {
    /// Takes a piece, and gives all that is decided with it.
    pub fn push(
        &mut self,
        masker: &Masker,
        piece: &str,
        act: &mut Act<'_>,
        out: &mut String,
    ) -> Result<(), Refused> {
        self.buffer.push_str(piece);
        self.decide(masker, false, act, out)
    }

    /// Whether something is held back.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.open < self.buffer.len()
    }

    /// The text ends: gives what was held back of it.
    pub fn finish(&mut self, masker: &Masker, act: &mut Act<'_>, out: &mut String) -> Result<(), Refused> {
        self.decide(masker, true, act, out)?;
        *self = Self::default();
        Ok(())
    }

    fn decide(
        &mut self,
        masker: &Masker,
        all: bool,
        act: &mut Act<'_>,
        out: &mut String,
    ) -> Result<(), Refused> {
        // of what is not masked, whole runs are copied
        let mut plain = self.open;
        while let Some(byte) = self.buffer.as_bytes().get(self.open).copied() {
            let verdict = match masker.starts_with(byte) {
                true => masker.verdict(&self.buffer, self.open, all),
                false => Verdict::Nothing,
            };
            match verdict {
                Verdict::Nothing => {
                    let rest = self.buffer.get(self.open..).unwrap_or_default();
                    self.open += rest.chars().next().map_or(1, char::len_utf8);
                }
                Verdict::Found(label, length) => {
                    out.push_str(self.buffer.get(plain..self.open).unwrap_or_default());
                    let end = self.open + length;
                    out.push_str(&act(label, self.buffer.get(self.open..end).unwrap_or_default())?);
                    (self.open, plain) = (end, end);
                }
                Verdict::Open => break,
            }
        }
        out.push_str(self.buffer.get(plain..self.open).unwrap_or_default());
        let decided = self.buffer.get(..self.open).unwrap_or_default();
        let kept = decided.chars().next_back().map_or(0, char::len_utf8);
        self.buffer.drain(..self.open - kept);
        self.open = kept;
        Ok(())
    }
}
