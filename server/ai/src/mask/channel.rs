//! One text of an answer on its way to the caller: what the model says of people is masked, and what placeholders stand
//! for is put back after that.

use super::arguments::{ArgumentsMask, Texts};
use super::find::Label;
use super::json::Leaf;
use super::restore::Restore;
use super::text::TextMask;
use super::vault::Vault;
use super::{Masker, Refused, Unmasked, bodies};
use domain::policies::mask::path::Step;
use serde_json::Value;
use std::sync::Arc;

/// What is done to the texts of one answer.
#[derive(Clone, Debug)]
pub struct AnswerMask {
    /// Absent where answers are not masked: then placeholders are put back, and that is all.
    masker: Option<Arc<Masker>>,
    vault: Arc<Vault>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Text,
    /// JSON, whose texts are meant.
    Arguments,
    /// Signed by its vendor, which gets it back as it was: nothing is put back into it.
    Thought,
}

impl AnswerMask {
    /// `None` where an answer stays as it is.
    #[must_use]
    pub fn new(masker: &Arc<Masker>, vault: Vault) -> Option<Self> {
        let masks = masker.direction().has_answers();
        (masks || !vault.is_empty())
            .then(|| Self { masker: masks.then(|| Arc::clone(masker)), vault: Arc::new(vault) })
    }

    /// A whole answer in the dialect of whoever reads it; `None` where nothing changes.
    pub fn answer(&self, body: &[u8]) -> Result<Option<Vec<u8>>, Unmasked> {
        bodies::answer(self, body)
    }

    /// The same of any JSON.
    pub fn document(&self, body: &[u8]) -> Result<Option<Vec<u8>>, Unmasked> {
        bodies::answer_document(self, body)
    }

    /// Whether what a model says is looked through.
    pub(super) fn masks(&self) -> bool {
        self.masker.is_some()
    }

    pub(super) fn covers(&self, steps: &[Step]) -> bool {
        self.masker.as_ref().is_some_and(|masker| masker.covers(steps))
    }

    pub(super) fn covered(&self, leaf: &Leaf<'_>) -> Result<Option<Value>, Unmasked> {
        let Some(masker) = &self.masker else { return Ok(None) };
        if leaf.value.is_empty() || !leaf.is_text && leaf.value == "null" {
            return Ok(None);
        }
        Ok(Some(masker.act_on_answer(&Label::FIELD)?.into()))
    }

    pub(super) fn whole(&self, said: Said, text: &str) -> Result<String, Refused> {
        let mut channel = Channel::new(said);
        let mut told = channel.push(self, text)?;
        told.push_str(&channel.finish(self)?);
        Ok(told)
    }
}

/// Where one text stands between two pieces.
#[derive(Debug)]
pub struct Channel {
    said: Said,
    mask: TextMask,
    restore: Restore,
    arguments: ArgumentsMask,
}

impl Channel {
    #[must_use]
    pub fn new(said: Said) -> Self {
        let (mask, restore, arguments) = Default::default();
        Self { said, mask, restore, arguments }
    }

    /// Takes a piece, and gives all that is decided with it.
    pub fn push(&mut self, answer: &AnswerMask, piece: &str) -> Result<String, Refused> {
        let mut out = String::with_capacity(piece.len());
        let Self { said, mask, restore, arguments } = self;
        let mut texts = Through { answer, restores: *said != Said::Thought, mask, restore };
        match said {
            Said::Arguments => arguments.push(piece, &mut texts, &mut out)?,
            Said::Text | Said::Thought => texts.push(piece, &mut out)?,
        }
        Ok(out)
    }

    /// Whether something is held back.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.mask.holds() || self.restore.holds() || self.arguments.holds()
    }

    /// The text ends: what was held back of it.
    pub fn finish(&mut self, answer: &AnswerMask) -> Result<String, Refused> {
        let mut out = String::new();
        let Self { said, mask, restore, arguments } = self;
        let mut texts = Through { answer, restores: *said != Said::Thought, mask, restore };
        match said {
            Said::Arguments => arguments.finish(&mut texts, &mut out)?,
            Said::Text | Said::Thought => texts.finish(&mut out)?,
        }
        Ok(out)
    }
}

/// First the mask, then what is put back: else that would be masked again.
struct Through<'a> {
    answer: &'a AnswerMask,
    restores: bool,
    mask: &'a mut TextMask,
    restore: &'a mut Restore,
}

impl Through<'_> {
    fn put(&mut self, masked: &str, out: &mut String) {
        if self.restores {
            self.restore.push(&self.answer.vault, masked, out);
        } else {
            out.push_str(masked);
        }
    }
}

impl Texts for Through<'_> {
    fn push(&mut self, piece: &str, out: &mut String) -> Result<(), Refused> {
        let Some(masker) = &self.answer.masker else {
            self.put(piece, out);
            return Ok(());
        };
        let mut masked = String::with_capacity(piece.len());
        self.mask.push(masker, piece, &mut |label, _| masker.act_on_answer(label), &mut masked)?;
        self.put(&masked, out);
        Ok(())
    }

    fn finish(&mut self, out: &mut String) -> Result<(), Refused> {
        if let Some(masker) = &self.answer.masker {
            let mut masked = String::new();
            self.mask.finish(masker, &mut |label, _| masker.act_on_answer(label), &mut masked)?;
            self.put(&masked, out);
        }
        self.restore.finish(out);
        Ok(())
    }
}
