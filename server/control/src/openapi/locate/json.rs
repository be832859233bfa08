//! Places in JSON text: a scanner that only skips, for text that `serde_json` has already accepted (so it recurses
//! no deeper than the limit on levels). Answers `None` rather than guess when the text is not what it expects.

use super::Place;

pub(super) fn places(text: &str) -> Option<Place> {
    Scanner { text, at: 0, line: 1, line_start: 0 }.value(None)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips white space; only here can a line end, since strings hold no raw line feeds.
    fn blank(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => {
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at + 1;
                }
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
    }

    /// Line, and column in characters, of the next byte.
    fn here(&self) -> (u32, u32) {
        let before = self.text.get(self.line_start..self.at).unwrap_or_default();
        // Past a kilobyte the line is machine-written, and counting characters in it again and again is not worth it.
        let column = if before.len() <= 1_024 { before.chars().count() } else { before.len() };
        (self.line, u32::try_from(column + 1).unwrap_or(u32::MAX))
    }

    /// Reads one value; `key` is where its key stands, if it has one.
    fn value(&mut self, key: Option<(u32, u32)>) -> Option<Place> {
        self.blank();
        let (line, column) = key.unwrap_or_else(|| self.here());
        let children = match self.peek()? {
            b'{' => self.members()?,
            b'[' => self.elements()?,
            b'"' => {
                self.string()?;
                Vec::new()
            }
            _ => {
                self.word();
                Vec::new()
            }
        };
        Some(Place { line, column, children })
    }

    fn members(&mut self) -> Option<Vec<(String, Place)>> {
        self.at += 1;
        let mut children = Vec::new();
        loop {
            self.blank();
            match self.peek()? {
                b'}' => break,
                b',' => self.at += 1,
                _ => {
                    let place = self.here();
                    let key = serde_json::from_str(self.string()?).ok()?;
                    self.blank();
                    self.at += 1;
                    children.push((key, self.value(Some(place))?));
                }
            }
        }
        self.at += 1;
        Some(children)
    }

    fn elements(&mut self) -> Option<Vec<(String, Place)>> {
        self.at += 1;
        let mut children = Vec::new();
        loop {
            self.blank();
            match self.peek()? {
                b']' => break,
                b',' => self.at += 1,
                _ => children.push((children.len().to_string(), self.value(None)?)),
            }
        }
        self.at += 1;
        Some(children)
    }

    /// The string that starts here, with its quotes.
    fn string(&mut self) -> Option<&str> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    /// Skips a number, `true`, `false` or `null`.
    fn word(&mut self) {
        self.at += 1;
        while self
            .peek()
            .is_some_and(|byte| !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n'))
        {
            self.at += 1;
        }
    }
}
