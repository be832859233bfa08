//! Takes personal data out of what callers send to models, and out of what models say, as a version's policy has it.
//!
//! A [`Masker`] is a compiled policy. What it finds begins at the first place at which anything matches; of several
//! things there, the first kind of the policy's list wins. A decision about a place is made as soon as no byte that
//! may still come can change it, so that a text has the same result in whatever pieces it arrives.
//!
//! | module | does |
//! |---|---|
//! | `find`, `kinds`, `national` | what is found at one place of a text |
//! | `text` | a text in pieces: masked, and held back as far as it must be |
//! | `vault`, `restore` | placeholders, what they stand for, and how that is put back |
//! | `json`, `bodies` | texts within JSON, with everything else as it is |
//! | `arguments` | a tool's JSON in pieces |
//! | `channel` | all of that for one text of an answer |
//! | `events`, `sites` | a vendor's events that go on as they come |
//! | `flow` | events that are translated |

mod arguments;
mod bodies;
mod channel;
mod events;
mod find;
mod flow;
pub mod json;
mod kinds;
mod national;
mod restore;
mod sites;
mod text;
mod vault;

#[cfg(test)]
mod tests;

pub use bodies::{Texts, texts};
pub use channel::AnswerMask;
pub use events::Events;
pub use flow::EventMask;
pub use vault::Vault;

use domain::policies::mask::path::{Path, Step};
use domain::policies::mask::{Action, Direction, Mask};
use domain::policies::patterns;
use find::{Detector, Label};
use std::sync::Arc;
use text::TextMask;

/// A policy, ready to be applied.
#[derive(Debug)]
pub struct Masker {
    detectors: Vec<Detector>,
    /// By the first byte: whether anything can begin with it.
    starts: Box<[bool; 256]>,
    paths: Vec<Path>,
    action: Action,
    direction: Direction,
}

/// What was found is not to pass: the kind of it, never the thing itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not let through by the api's masking policy")]
pub struct Refused {
    /// `an e-mail address`, `a keyword`, `pattern 2`.
    pub what: String,
}

/// Why a body was not masked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmasked {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("expected JSON: {0}")]
    Unreadable(String),
}

impl From<json::Malformed> for Unmasked {
    fn from(malformed: json::Malformed) -> Self {
        Self::Unreadable(malformed.to_string())
    }
}

impl Masker {
    /// Compiles a policy. The error says what of it cannot be.
    pub fn new(mask: &Mask) -> Result<Self, String> {
        let mut detectors: Vec<Detector> =
            mask.kinds.iter().flat_map(|kind| kinds::detectors(*kind)).collect();
        if !mask.keywords.is_empty() {
            let table = patterns::words(&mask.keywords).map_err(|error| format!("keywords: {error}"))?;
            detectors.push(Detector::new(Label::new("KEYWORD", "a keyword"), Arc::new(table)));
        }
        for (number, pattern) in (1..).zip(&mask.patterns) {
            let table = patterns::table(pattern).map_err(|error| format!("pattern {number}: {error}"))?;
            let label = Label::new(format!("PATTERN{number}"), format!("what pattern {number} finds"));
            detectors.push(Detector::new(label, Arc::new(table)));
        }
        let paths = mask.paths.iter().map(|path| path.parse::<Path>().map_err(|error| error.to_string()));
        let paths = paths.collect::<Result<_, _>>()?;
        let mut starts = Box::new([false; 256]);
        for (byte, starts) in (0..=u8::MAX).zip(starts.iter_mut()) {
            *starts = detectors.iter().any(|detector| detector.may_start(byte));
        }
        Ok(Self { detectors, starts, paths, action: mask.action, direction: mask.direction })
    }

    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Whether the value at that place of a document is masked whatever it is.
    fn covers(&self, steps: &[Step]) -> bool {
        self.paths.iter().any(|path| path.covers(steps))
    }

    /// The body of a request to a model with its texts masked; `None` where there is nothing to mask. What placeholders
    /// stand for is kept in the vault.
    pub fn request(&self, body: &[u8], vault: &mut Vault) -> Result<Option<Vec<u8>>, Unmasked> {
        vault.avoid(body);
        let mut act = |found: &Label, text: &str| self.act(found, text, vault);
        bodies::request(self, body, &mut act)
    }

    /// The same of any JSON: every text in it is looked through.
    pub fn document(&self, body: &[u8], vault: &mut Vault) -> Result<Option<Vec<u8>>, Unmasked> {
        vault.avoid(body);
        let mut act = |found: &Label, text: &str| self.act(found, text, vault);
        bodies::document(self, body, &mut act)
    }

    /// What stands in a request in the place of what was found.
    fn act(&self, found: &Label, text: &str, vault: &mut Vault) -> Result<String, Refused> {
        match self.action {
            Action::Placeholder => Ok(vault.placeholder(&found.word, text)),
            Action::Redact => Ok(redacted(found)),
            Action::Refuse => Err(Refused { what: found.what.to_string() }),
        }
    }

    /// What stands in an answer in the place of what was found: nobody can put it back there.
    fn act_on_answer(&self, found: &Label) -> Result<String, Refused> {
        match self.action {
            Action::Placeholder | Action::Redact => Ok(redacted(found)),
            Action::Refuse => Err(Refused { what: found.what.to_string() }),
        }
    }

    /// A whole text; `None` where nothing was found.
    fn whole(&self, text: &str, act: &mut Act<'_>) -> Result<Option<String>, Refused> {
        if !text.bytes().any(|byte| self.starts_with(byte)) {
            return Ok(None);
        }
        let mut out = String::with_capacity(text.len());
        let mut mask = TextMask::default();
        mask.push(self, text, act, &mut out)?;
        mask.finish(self, act, &mut out)?;
        Ok((out != text).then_some(out))
    }

    fn starts_with(&self, byte: u8) -> bool {
        self.starts.get(usize::from(byte)).copied().unwrap_or(false)
    }
}

/// What is made of something that was found.
type Act<'a> = dyn FnMut(&Label, &str) -> Result<String, Refused> + 'a;

fn redacted(found: &Label) -> String {
    format!("[{}]", found.word)
}
