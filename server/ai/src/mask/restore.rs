//! Puts back what placeholders stand for, in a text that comes in pieces.

use super::vault::{LONGEST_PLACEHOLDER, Vault};

/// What may be the beginning of a placeholder.
#[derive(Debug, Default)]
pub struct Restore {
    held: String,
}

impl Restore {
    /// Takes a piece, and gives all that is no beginning of a placeholder.
    pub fn push(&mut self, vault: &Vault, piece: &str, out: &mut String) {
        if vault.is_empty() {
            out.push_str(piece);
            return;
        }
        self.held.push_str(piece);
        let held = std::mem::take(&mut self.held);
        let mut rest = held.as_str();
        while let Some(bracket) = rest.find('[') {
            let (before, from) = rest.split_at(bracket);
            out.push_str(before);
            match from.bytes().take(LONGEST_PLACEHOLDER).position(|byte| byte == b']') {
                Some(end) => {
                    let (name, after) = from.split_at(end + 1);
                    match vault.value(name) {
                        Some(value) => {
                            out.push_str(value);
                            rest = after;
                        }
                        None => rest = one(from, out),
                    }
                }
                None if vault.begins(from) => {
                    from.clone_into(&mut self.held);
                    return;
                }
                None => rest = one(from, out),
            }
        }
        out.push_str(rest);
    }

    /// Whether something is held back.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// The text ends: what was held back was no placeholder.
    pub fn finish(&mut self, out: &mut String) {
        out.push_str(&std::mem::take(&mut self.held));
    }
}

/// Passes the bracket on.
fn one<'a>(from: &'a str, out: &mut String) -> &'a str {
    let (bracket, rest) = from.split_at(1);
    out.push_str(bracket);
    rest
}
