//! Splits a stream of server-sent events (the HTML standard, section 9.2) into events, however it was cut into pieces
//! on the way. Keeps each event's bytes as they came.

/// Bytes of one event at the most; a vendor's largest (an image in base64) stays below.
pub const MAX_EVENT: usize = 16 << 20;

/// An event that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected events of at most {MAX_EVENT} bytes")]
pub struct TooLong;

/// Where the stream stands between two pieces. Lines end in LF, CR LF or CR.
#[derive(Debug, Default)]
pub struct Splitter {
    event: Vec<u8>,
    /// Whether the current line has no byte yet.
    blank: bool,
    /// Whether the last byte was a CR, so that a LF belongs to it.
    after_cr: bool,
    /// Whether the event ended with that CR and waits for its LF.
    ended: bool,
}

impl Splitter {
    #[must_use]
    pub fn new() -> Self {
        Self { blank: true, ..Self::default() }
    }

    /// Takes a piece and gives the events that are complete with it, each with the blank line that ends it.
    ///
    /// A blank line that ends in a lone CR is only known to have ended with the byte after it.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        let mut events = Vec::new();
        for byte in piece {
            let completes_cr = self.after_cr && *byte == b'\n';
            if self.ended && !completes_cr {
                events.push(std::mem::take(&mut self.event));
                self.ended = false;
            }
            self.event.push(*byte);
            if completes_cr {
                self.after_cr = false;
                if std::mem::take(&mut self.ended) {
                    events.push(std::mem::take(&mut self.event));
                }
                continue;
            }
            self.after_cr = *byte == b'\r';
            match byte {
                b'\n' if self.blank => events.push(std::mem::take(&mut self.event)),
                b'\r' if self.blank => self.ended = true,
                _ => {}
            }
            self.blank = matches!(byte, b'\n' | b'\r');
        }
        if self.event.len() > MAX_EVENT { Err(TooLong) } else { Ok(events) }
    }

    /// What is left when the stream ends: an event that was broken off, or nothing.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.event
    }
}

/// Whether a stream stands between two events, as far as it has gone by: only there something else may be said.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The last bytes. A stream begins as after a blank line.
    last: [u8; 3],
}

impl Default for Standing {
    fn default() -> Self {
        Self { last: [b'\n'; 3] }
    }
}

impl Standing {
    /// Looks at a piece that goes by.
    pub fn push(&mut self, piece: &[u8]) {
        for byte in piece.iter().skip(piece.len().saturating_sub(self.last.len())) {
            let [_, second, third] = self.last;
            self.last = [second, third, *byte];
        }
    }

    /// After a blank line that ended in a lone CR its LF may still follow, which then is one more blank line.
    #[must_use]
    pub fn is_between(self) -> bool {
        matches!(self.last, [_, b'\n', b'\n'] | [_, b'\r', b'\r'] | [b'\n', b'\r', b'\n'])
    }
}

/// The name and the data of a complete event; `None` when it has no data: a comment, or a name alone.
#[must_use]
pub fn parse(event: &[u8]) -> Option<(String, Vec<u8>)> {
    let (mut name, mut data) = (String::new(), None::<Vec<u8>>);
    for line in event.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"event" => name = String::from_utf8_lossy(value).into_owned(),
            b"data" => match &mut data {
                None => data = Some(value.to_vec()),
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
            },
            _ => {}
        }
    }
    data.map(|data| (name, data))
}

/// Writes an event of JSON; one without a name when that is empty.
pub fn write(name: &str, data: &serde_json::Value, out: &mut Vec<u8>) {
    // JSON on one line has no line ends: they are escaped in texts
    write_text(name, &data.to_string(), out);
}

/// The same of a text on one line.
pub fn write_text(name: &str, data: &str, out: &mut Vec<u8>) {
    for (field, value) in [("event: ", name), ("data: ", data)] {
        if !value.is_empty() {
            out.extend_from_slice(field.as_bytes());
            out.extend_from_slice(value.as_bytes());
            out.push(b'\n');
        }
    }
    out.push(b'\n');
}

/// Writes a comment, which clients pass over.
pub fn comment(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(format!(": {text}\n\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b"data: a\n\nevent: x\r\ndata: b\r\n\r\n: keep-alive\r\rdata: c\ndata: d\n\ndata: cut";
    const EVENTS: [&[u8]; 4] =
        [b"data: a\n\n", b"event: x\r\ndata: b\r\n\r\n", b": keep-alive\r\r", b"data: c\ndata: d\n\n"];

    #[test]
    fn events_are_the_same_however_the_stream_is_cut() {
        for size in 1..=STREAM.len() {
            let mut splitter = Splitter::new();
            let events: Vec<Vec<u8>> =
                STREAM.chunks(size).flat_map(|piece| splitter.push(piece).unwrap()).collect();
            assert_eq!(events, EVENTS, "pieces of {size}");
            assert_eq!(splitter.finish(), b"data: cut");
        }
    }

    #[test]
    fn a_stream_stands_between_events_only_where_one_has_ended() {
        let between = |pieces: &[&str]| {
            let mut standing = Standing::default();
            pieces.iter().for_each(|piece| standing.push(piece.as_bytes()));
            standing.is_between()
        };
        for ended in ["", ": a\n\n", "data: a\r\n\r\n", "data: a\r\r", "\n"] {
            assert!(between(&[ended]), "{ended:?}");
            let bytes: Vec<String> = ended.chars().map(String::from).collect();
            assert!(between(&bytes.iter().map(String::as_str).collect::<Vec<_>>()), "{ended:?}");
            for begun in ["d", "data: b", "data: b\n", "data: b\r\n", "data: b\r\n\r"] {
                assert!(!between(&[ended, begun]), "{ended:?} {begun:?}");
            }
        }
    }

    #[test]
    fn events_are_parsed_as_browsers_do() {
        let parsed: Vec<_> = EVENTS.iter().map(|event| parse(event)).collect();
        let some = |name: &str, data: &str| Some((name.to_owned(), data.as_bytes().to_vec()));
        assert_eq!(parsed, [some("", "a"), some("x", "b"), None, some("", "c\nd")]);
        let mut out = Vec::new();
        write("x", &serde_json::json!({ "a": "\n" }), &mut out);
        comment("still here", &mut out);
        assert_eq!(out, b"event: x\ndata: {\"a\":\"\\n\"}\n\n: still here\n\n");
        assert_eq!(parse(&out[..out.len() - 14]), some("x", "{\"a\":\"\\n\"}"));
    }

    #[test]
    fn an_event_without_an_end_is_refused() {
        let mut splitter = Splitter::new();
        let piece = vec![b'x'; 1 << 20];
        let refused = (0..17).find_map(|_| splitter.push(&piece).err());
        assert_eq!(refused, Some(TooLong));
    }
}
