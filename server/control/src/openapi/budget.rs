//! What may be copied out of a document for one page. References let a short document say the same long text many
//! times over, so everything copied through them is paid for here.

use serde_json::Value;

use super::finding::clip;

/// Longest single text copied, in bytes.
const MAX_TEXT: usize = 16 * 1024;

/// What a value costs beside its text, in bytes.
const VALUE_COST: usize = 64;

/// Counts down while a page is built; when it is spent, texts and examples are left out and schemas are cut.
pub(super) struct Budget {
    rows: usize,
    bytes: usize,
}

impl Budget {
    /// For the reference page of one operation.
    pub(super) const fn of_page() -> Self {
        Self { rows: 1_500, bytes: 1024 * 1024 }
    }

    /// How many of at most `max` rows may be made now.
    pub(super) fn rows(&self, max: usize) -> usize {
        self.rows.min(max)
    }

    /// Takes the rows that were made.
    pub(super) fn spend_rows(&mut self, made: usize) {
        self.rows = self.rows.saturating_sub(made);
    }

    /// A copy of `text`, cut if it is long.
    pub(super) fn text(&mut self, text: &str) -> Option<String> {
        let left = self.bytes.checked_sub(text.len().min(MAX_TEXT))?;
        self.bytes = left;
        (!text.is_empty()).then(|| clip(text, MAX_TEXT))
    }

    /// A copy of the text under `key`, if there is one.
    pub(super) fn field(&mut self, value: &Value, key: &str) -> Option<String> {
        self.text(value.get(key)?.as_str()?)
    }

    /// A copy of `value`, if all of it is affordable.
    pub(super) fn value(&mut self, value: &Value) -> Option<Value> {
        self.bytes = remaining(value, self.bytes)?;
        Some(value.clone())
    }
}

/// What is left of `bytes` after `value`; stops looking as soon as nothing is.
fn remaining(value: &Value, bytes: usize) -> Option<usize> {
    let bytes = bytes.checked_sub(VALUE_COST)?;
    match value {
        Value::String(text) => bytes.checked_sub(text.len()),
        Value::Array(list) => list.iter().try_fold(bytes, |left, value| remaining(value, left)),
        Value::Object(map) => {
            map.iter().try_fold(bytes, |left, (key, value)| remaining(value, left.checked_sub(key.len())?))
        }
        _ => Some(bytes),
    }
}
