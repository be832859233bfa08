//! What is found at one place of a text, or whether that is still open.

use super::Masker;
use domain::policies::patterns::Table;
use regex_automata::dfa::Automaton;
use regex_automata::{Anchored, Input};
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of the longest thing that is found: no more of a text is ever held back.
pub const LONGEST: usize = 256;

/// What something that was found is called.
#[derive(Clone, Debug)]
pub struct Label {
    /// Within brackets it stands in the place of what is found: `EMAIL`.
    pub word: Cow<'static, str>,
    /// `an e-mail address`
    pub what: Cow<'static, str>,
}

/// Finds one form of one kind.
#[derive(Clone, Debug)]
pub struct Detector {
    pub label: Label,
    table: Arc<Table>,
    /// By a byte: whether anything that it finds can begin with it, whatever stands before.
    starts: Box<[bool; 256]>,
    /// How many bytes of a match it really is, if any: what a pattern cannot tell.
    check: fn(&str) -> Option<usize>,
}

/// What a text has at a place.
pub enum Verdict<'a> {
    Nothing,
    /// So many bytes of it.
    Found(&'a Label, usize),
    /// What comes after the text decides.
    Open,
}

impl Label {
    /// Of a value whose place the policy names.
    pub const FIELD: Self =
        Self { word: Cow::Borrowed("FIELD"), what: Cow::Borrowed("a field that the policy names") };

    #[must_use]
    pub fn new(word: impl Into<Cow<'static, str>>, what: impl Into<Cow<'static, str>>) -> Self {
        Self { word: word.into(), what: what.into() }
    }
}

impl Detector {
    #[must_use]
    pub fn new(label: Label, table: Arc<Table>) -> Self {
        let mut starts = Box::new([false; 256]);
        for (byte, starts) in (0..=u8::MAX).zip(starts.iter_mut()) {
            *starts = begins(&table, byte);
        }
        Self { label, table, starts, check: |text| Some(text.len()) }
    }

    #[must_use]
    pub fn checked(self, check: fn(&str) -> Option<usize>) -> Self {
        Self { check, ..self }
    }

    /// Whether anything that it finds can begin with the byte.
    #[must_use]
    pub fn may_start(&self, byte: u8) -> bool {
        self.starts.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// Looks at one place. `all`: nothing comes after the text.
    fn look(&self, text: &str, at: usize, all: bool) -> Look {
        let table = &self.table;
        let input = Input::new(text).range(at..).anchored(Anchored::Yes);
        let Ok(mut state) = table.start_state_forward(&input) else { return Look::Decided(None) };
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let mut matched = None;
        for (length, byte) in rest.iter().take(LONGEST).enumerate() {
            state = table.next_state(state, *byte);
            if table.is_special_state(state) {
                // a table tells of a match one byte after it
                if table.is_match_state(state) {
                    matched = Some(length);
                } else if table.is_dead_state(state) || table.is_quit_state(state) {
                    return self.decided(text, at, matched);
                }
            }
        }
        if rest.len() < LONGEST {
            if !all {
                return Look::Open;
            }
            if table.is_match_state(table.next_eoi_state(state)) {
                matched = Some(rest.len());
            }
        }
        self.decided(text, at, matched)
    }

    fn decided(&self, text: &str, at: usize, matched: Option<usize>) -> Look {
        let found = matched.filter(|length| *length > 0).and_then(|length| text.get(at..at + length));
        Look::Decided(found.and_then(self.check))
    }
}

fn begins(table: &Table, byte: u8) -> bool {
    ["", "a", " ", "\n", "\r"].iter().any(|before| {
        let input = Input::new(*before).range(before.len()..).anchored(Anchored::Yes);
        let start = table.start_state_forward(&input);
        start.is_ok_and(|start| !table.is_dead_state(table.next_state(start, byte)))
    })
}

enum Look {
    Decided(Option<usize>),
    Open,
}

impl Masker {
    /// What the text has at a place, which is the beginning of a character.
    pub(super) fn verdict(&self, text: &str, at: usize, all: bool) -> Verdict<'_> {
        let byte = text.as_bytes().get(at).copied().unwrap_or_default();
        for detector in self.detectors.iter().filter(|detector| detector.may_start(byte)) {
            match detector.look(text, at, all) {
                Look::Decided(None) => {}
                Look::Decided(Some(length)) => return Verdict::Found(&detector.label, length),
                Look::Open => return Verdict::Open,
            }
        }
        Verdict::Nothing
    }
}
