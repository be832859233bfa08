//! The shape of a JSON text (RFC 8259), read once and without making anything of it: that it is one object, that no object
//! in it names a member twice, and where the members of the outermost one stand.
//!
//! A member that stands twice is refused because two readers might take different ones: what the gateway reckons with has
//! to be what the vendor reads.

use super::{Failure, invalid};
use memchr::memchr2;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// Levels of objects and lists.
const DEEPEST: usize = 128;
/// Of so many names, looking at each is quicker than a table.
const FEW: usize = 32;

/// A member of the outermost object.
#[derive(Debug)]
pub struct Member<'b> {
    pub name: Cow<'b, str>,
    /// With its name.
    pub at: Range<usize>,
    pub value: Range<usize>,
}

/// Reads a body, and tells of its members in their order. Answers where the object begins: just after its brace.
pub fn members<'b>(body: &'b [u8], mut tell: impl FnMut(Member<'b>)) -> Result<usize, Failure> {
    let text = std::str::from_utf8(body).map_err(|_| invalid("expected JSON: UTF-8"))?;
    let mut scan = Scan { text, at: 0, names: Vec::new() };
    scan.space();
    if scan.peek() != Some(b'{') {
        return Err(invalid("expected JSON: an object"));
    }
    let start = scan.at + 1;
    scan.object(0, &mut tell)?;
    scan.space();
    if scan.at < text.len() { Err(scan.wrong("nothing more: trailing characters")) } else { Ok(start) }
}

struct Scan<'b> {
    text: &'b str,
    at: usize,
    /// Of all objects that are open, from the outermost on.
    names: Vec<Cow<'b, str>>,
}

impl<'b> Scan<'b> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong(&self, expected: &str) -> Failure {
        invalid(format!("expected JSON: {expected} at byte {}", self.at))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a byte, if it stands here.
    fn takes(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self, depth: usize) -> Result<(), Failure> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => self.object(depth, &mut |_| {}),
            Some(b'[') => self.list(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize, tell: &mut impl FnMut(Member<'b>)) -> Result<(), Failure> {
        self.check_depth(depth)?;
        let (first, mut table) = (self.names.len(), HashSet::new());
        self.at += 1;
        self.space();
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            let start = self.at;
            let name = self.name()?;
            self.once(name.clone(), first, &mut table)?;
            self.names.push(name.clone());
            self.space();
            if !self.takes(b':') {
                return Err(self.wrong("`:`"));
            }
            self.space();
            let value = self.at;
            self.value(depth + 1)?;
            tell(Member { name, at: start..self.at, value: value..self.at });
            self.space();
            if self.takes(b'}') {
                self.names.truncate(first);
                return Ok(());
            }
            if !self.takes(b',') {
                return Err(self.wrong("`,` or `}`"));
            }
        }
    }

    /// Refuses a name that the object, whose names stand from `first` on, has already.
    fn once(
        &self,
        name: Cow<'b, str>,
        first: usize,
        table: &mut HashSet<Cow<'b, str>>,
    ) -> Result<(), Failure> {
        let before = self.names.get(first..).unwrap_or_default();
        let twice = if before.len() < FEW {
            before.contains(&name)
        } else {
            if table.is_empty() {
                table.extend(before.iter().cloned());
            }
            table.contains(&name)
        };
        if twice {
            let shown: String = name.chars().take(80).collect();
            return Err(invalid(format!("expected JSON: the member `{shown}` stands more than once")));
        }
        if !table.is_empty() {
            table.insert(name);
        }
        Ok(())
    }

    fn name(&mut self) -> Result<Cow<'b, str>, Failure> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong("the name of a member"));
        }
        let start = self.at;
        let plain = self.string()?;
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        if plain {
            return Ok(Cow::Borrowed(quoted.trim_matches('"')));
        }
        let name = serde_json::from_str(quoted);
        name.map(Cow::Owned).map_err(|_| self.wrong("a name in Unicode"))
    }

    fn list(&mut self, depth: usize) -> Result<(), Failure> {
        self.check_depth(depth)?;
        self.at += 1;
        self.space();
        if self.takes(b']') {
            return Ok(());
        }
        loop {
            self.space();
            self.value(depth + 1)?;
            self.space();
            if self.takes(b']') {
                return Ok(());
            }
            if !self.takes(b',') {
                return Err(self.wrong("`,` or `]`"));
            }
        }
    }

    fn check_depth(&self, depth: usize) -> Result<(), Failure> {
        if depth < DEEPEST { Ok(()) } else { Err(self.wrong("no more than 128 levels")) }
    }

    /// Whether it has no escapes.
    fn string(&mut self) -> Result<bool, Failure> {
        self.at += 1;
        let mut plain = true;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let length = memchr2(b'"', b'\\', rest).ok_or_else(|| self.wrong("the end of a text"))?;
            // all are looked at: quicker than stopping at the first
            let controls = rest.iter().take(length).fold(false, |found, byte| found | (*byte < 0x20));
            if controls {
                return Err(self.wrong("no control character in a text"));
            }
            self.at += length;
            if self.takes(b'"') {
                return Ok(plain);
            }
            plain = false;
            self.escape()?;
        }
    }

    fn escape(&mut self) -> Result<(), Failure> {
        self.at += 1;
        let length = match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 1,
            Some(b'u') => {
                let digits = self.text.as_bytes().get(self.at + 1..self.at + 5);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(self.wrong("four digits"));
                }
                5
            }
            _ => return Err(self.wrong("an escape")),
        };
        self.at += length;
        Ok(())
    }

    fn number(&mut self) -> Result<(), Failure> {
        self.takes(b'-');
        if !self.takes(b'0') {
            self.digits()?;
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _signed = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
        }
        Ok(())
    }

    /// At least one.
    fn digits(&mut self) -> Result<(), Failure> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.wrong("a digit")) }
    }

    fn word(&mut self) -> Result<(), Failure> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word.as_bytes()));
        let word = word.ok_or_else(|| self.wrong("a value"))?;
        self.at += word.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
