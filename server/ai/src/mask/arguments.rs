//! The JSON of a tool's arguments, in pieces: its texts go through a mask, everything else stays as it is.

use super::Refused;

/// Where the JSON stands between two pieces.
#[derive(Debug, Default)]
pub struct ArgumentsMask {
    in_text: bool,
    /// An escape that is not complete, or the first half of a pair of them.
    escape: String,
}

/// What the texts go through.
pub trait Texts {
    fn push(&mut self, piece: &str, out: &mut String) -> Result<(), Refused>;
    /// A text ends.
    fn finish(&mut self, out: &mut String) -> Result<(), Refused>;
}

impl ArgumentsMask {
    pub fn push(&mut self, piece: &str, texts: &mut dyn Texts, out: &mut String) -> Result<(), Refused> {
        let mut said = String::new();
        for c in piece.chars() {
            if !self.in_text {
                self.in_text = c == '"';
                out.push(c);
            } else if !self.escape.is_empty() && !self.is_pair_broken(c) {
                self.escape.push(c);
                self.unescape(&mut said);
            } else if c == '\\' {
                self.escape.push(c);
            } else if c == '"' {
                self.in_text = false;
                write(texts, &std::mem::take(&mut said), out)?;
                let mut last = String::new();
                texts.finish(&mut last)?;
                escape(&last, out);
                out.push(c);
            } else {
                said.push(c);
            }
        }
        write(texts, &said, out)
    }

    /// Whether half an escape is held back.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.escape.is_empty()
    }

    /// The JSON ends, though perhaps in the middle of a text.
    pub fn finish(&mut self, texts: &mut dyn Texts, out: &mut String) -> Result<(), Refused> {
        let mut last = String::new();
        texts.finish(&mut last)?;
        escape(&last, out);
        out.push_str(&std::mem::take(&mut self.escape));
        self.in_text = false;
        Ok(())
    }

    /// Half a pair that is not followed by another escape is no character: it is dropped.
    fn is_pair_broken(&mut self, next: char) -> bool {
        let broken = self.escape.len() == 6 && next != '\\';
        if broken {
            self.escape.clear();
        }
        broken
    }

    /// Reads the escape, if it is complete.
    fn unescape(&mut self, said: &mut String) {
        let complete = match (self.escape.as_bytes().get(1), self.escape.len()) {
            (Some(b'u'), length) => length == 6 || length >= 12,
            (_, length) => length >= 2,
        };
        if !complete {
            return;
        }
        match serde_json::from_str::<String>(&format!("\"{}\"", self.escape)) {
            Ok(text) => said.push_str(&text),
            // the second half follows
            Err(_) if self.escape.len() == 6 => return,
            Err(_) => {}
        }
        self.escape.clear();
    }
}

fn write(texts: &mut dyn Texts, said: &str, out: &mut String) -> Result<(), Refused> {
    if said.is_empty() {
        return Ok(());
    }
    let mut masked = String::new();
    texts.push(said, &mut masked)?;
    escape(&masked, out);
    Ok(())
}

/// The text as it stands between the quotes of JSON.
fn escape(text: &str, out: &mut String) {
    let quoted = serde_json::Value::from(text).to_string();
    out.push_str(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default());
}
