//! The cursor file: how far each writer's records are acknowledged, so that a restart does not read them all again.
//!
//! It is written in place, by one system call, and never synced: a cursor that a power cut took back or tore (its
//! checksum tells) only makes the drain read some batches again. What it must never do is name a place in a segment
//! that is created later; for that, [`crate::recovery`] numbers new segments above it, and no writer is ever dropped
//! from it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::folder::Folder;
use crate::mark::Position;

/// Eight hexadecimal digits of CRC-32, the length of the text in as many, and two separators; then a line
/// `{writer} {sequence} {offset}` for each writer.
const HEAD: usize = 18;

pub(crate) struct Cursor {
    file: File,
}

impl Cursor {
    pub(crate) fn new(file: File) -> Self {
        Self { file }
    }

    /// Empty when the file is new or torn.
    pub(crate) fn load(&self) -> io::Result<BTreeMap<String, Position>> {
        let mut bytes = vec![0; usize::try_from(self.file.metadata()?.len()).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(parse(&bytes).unwrap_or_default())
    }

    pub(crate) fn store<'a>(
        &self,
        folder: &Folder,
        positions: impl Iterator<Item = (&'a str, Position)>,
    ) -> io::Result<()> {
        let lines = positions.map(|(writer, at)| format!("{writer} {} {}\n", at.sequence, at.offset));
        let text: String = lines.collect();
        let sum = crc32fast::hash(text.as_bytes());
        folder.write_cursor(&self.file, format!("{sum:08x} {:08x}\n{text}", text.len()).as_bytes())
    }
}

/// What follows the text is a rest of a longer one.
fn parse(bytes: &[u8]) -> Option<BTreeMap<String, Position>> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (sum, length) = std::str::from_utf8(head).ok()?.trim_end().split_once(' ')?;
    let text = rest.get(..usize::from_str_radix(length, 16).ok()?)?;
    if u32::from_str_radix(sum, 16).ok()? != crc32fast::hash(text) {
        return None;
    }
    std::str::from_utf8(text).ok()?.lines().map(line).collect()
}

fn line(line: &str) -> Option<(String, Position)> {
    let mut fields = line.split(' ');
    let writer = fields.next()?.to_owned();
    let position = Position { sequence: fields.next()?.parse().ok()?, offset: fields.next()?.parse().ok()? };
    Some((writer, position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, RealDisk};
    use std::sync::Arc;

    fn at(sequence: u64, offset: u64) -> Position {
        Position { sequence, offset }
    }

    #[test]
    fn load_returns_the_last_stored_and_nothing_when_torn() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(Arc::new(RealDisk), dir.path(), Limits::default()).unwrap();
        let file = folder.open_cursor().unwrap();
        let cursor = Cursor::new(file.try_clone().unwrap());
        assert!(cursor.load().unwrap().is_empty());
        cursor.store(&folder, [("a", at(10, 123_456)), ("b-2", at(1, 8))].into_iter()).unwrap();
        cursor.store(&folder, [("a", at(11, 8)), ("b-2", at(1, 8))].into_iter()).unwrap();
        let expected = BTreeMap::from([("a".to_owned(), at(11, 8)), ("b-2".to_owned(), at(1, 8))]);
        assert_eq!(cursor.load().unwrap(), expected);
        for byte in 0..HEAD as u64 + 10 {
            let mut good = [0];
            file.read_exact_at(&mut good, byte).unwrap();
            file.write_all_at(b"~", byte).unwrap();
            assert!(cursor.load().unwrap_or_default().is_empty() || byte == 17, "byte {byte}");
            file.write_all_at(&good, byte).unwrap();
        }
    }
}
