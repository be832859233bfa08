//! Placeholders of one call, and what they stand for.

use std::collections::{HashMap, HashSet};

/// Lives as long as its call, and is never written anywhere.
#[derive(Default)]
pub struct Vault {
    /// By what they stand for.
    placeholders: HashMap<String, String>,
    /// By placeholder.
    values: HashMap<String, String>,
    /// By label, the number that was given last.
    last: HashMap<String, u32>,
    /// What the body says that looks like a placeholder: none of ours may be the same.
    taken: HashSet<String>,
}

/// Of a placeholder, with its brackets: more is none.
pub const LONGEST_PLACEHOLDER: usize = 32;

impl Vault {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Keeps away from what looks like a placeholder and was said by the caller.
    pub(super) fn avoid(&mut self, body: &[u8]) {
        let pieces = body.split(|byte| *byte == b'[').skip(1);
        let named = pieces.filter_map(|piece| {
            let end = piece.iter().take(LONGEST_PLACEHOLDER).position(|byte| *byte == b']')?;
            let name = std::str::from_utf8(piece.get(..end)?).ok()?;
            name.bytes().all(is_name).then(|| format!("[{name}]"))
        });
        self.taken.extend(named);
    }

    /// What stands for the value from now on; the same for the same value.
    pub(super) fn placeholder(&mut self, label: &str, value: &str) -> String {
        if let Some(known) = self.placeholders.get(value) {
            return known.clone();
        }
        let last = self.last.entry(label.to_owned()).or_default();
        let placeholder = loop {
            *last += 1;
            let placeholder = format!("[{label}_{last}]");
            if !self.taken.contains(&placeholder) {
                break placeholder;
            }
        };
        self.placeholders.insert(value.to_owned(), placeholder.clone());
        self.values.insert(placeholder.clone(), value.to_owned());
        placeholder
    }

    /// What a placeholder stands for.
    pub(super) fn value(&self, placeholder: &str) -> Option<&str> {
        self.values.get(placeholder).map(String::as_str)
    }

    /// Whether a placeholder can begin so.
    pub(super) fn begins(&self, text: &str) -> bool {
        text.len() < LONGEST_PLACEHOLDER
            && self.values.keys().any(|placeholder| placeholder.starts_with(text))
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

impl std::fmt::Debug for Vault {
    /// Without what is kept.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Vault").field("values", &self.values.len()).finish_non_exhaustive()
    }
}
