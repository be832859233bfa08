//! Splits a stream of JSON lines (NDJSON) into lines, however it was cut into pieces on the way.

/// Bytes of one line at the most; a vendor's largest stays below.
pub const MAX_LINE: usize = 16 << 20;

/// A line that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected lines of at most {MAX_LINE} bytes")]
pub struct TooLong;

/// Where the stream stands between two pieces. Lines end in LF or CR LF.
#[derive(Debug, Default)]
pub struct Lines {
    line: Vec<u8>,
}

impl Lines {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a piece and gives the lines that are complete with it, without their ends. Blank lines are passed over.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        let mut lines = Vec::new();
        let mut parts = piece.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            if self.line.len() + part.len() > MAX_LINE {
                return Err(TooLong);
            }
            self.line.extend_from_slice(part);
            if parts.peek().is_some() {
                lines.extend(self.finish_line());
            }
        }
        Ok(lines)
    }

    /// What is left when the stream ends: a last line without an end, which may have been broken off, or nothing.
    #[must_use]
    pub fn finish(mut self) -> Option<Vec<u8>> {
        self.finish_line()
    }

    fn finish_line(&mut self) -> Option<Vec<u8>> {
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        (!line.trim_ascii().is_empty()).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = b"{\"a\":1}\n{\"b\":\"\xc3\xa4\"}\r\n\n  \r\n{\"c\":\"\r\"}\n{\"cut\"";
    const LINES: [&[u8]; 3] = [b"{\"a\":1}", b"{\"b\":\"\xc3\xa4\"}", b"{\"c\":\"\r\"}"];

    #[test]
    fn lines_are_the_same_however_the_stream_is_cut() {
        for size in 1..=STREAM.len() {
            let mut stream = Lines::new();
            let lines: Vec<Vec<u8>> =
                STREAM.chunks(size).flat_map(|piece| stream.push(piece).unwrap()).collect();
            assert_eq!(lines, LINES, "pieces of {size}");
            assert_eq!(stream.finish().as_deref(), Some(b"{\"cut\"".as_slice()));
        }
    }

    #[test]
    fn nothing_is_left_after_a_line_that_ended() {
        let mut stream = Lines::new();
        assert_eq!(stream.push(b"").unwrap(), Vec::<Vec<u8>>::new());
        assert_eq!(stream.push(b"{}\r\n\r").unwrap(), [b"{}"]);
        assert_eq!(stream.finish(), None);
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let mut stream = Lines::new();
        let piece = vec![b'x'; 1 << 20];
        let lengths: Vec<bool> = (0..17).map(|_| stream.push(&piece).is_ok()).collect();
        assert_eq!(lengths, [[true; 16].as_slice(), &[false]].concat());
        // also when the end comes in the same piece
        let mut whole = vec![b'x'; MAX_LINE + 1];
        whole.push(b'\n');
        assert_eq!(Lines::new().push(&whole), Err(TooLong));
        whole.remove(0);
        assert_eq!(Lines::new().push(&whole).unwrap().concat().len(), MAX_LINE);
    }
}
