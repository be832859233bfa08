//! The frames that go out, read for what they refuse: streams that never became requests, and connections on which
//! something was said that is no HTTP/2. Nobody else tells of those (RFC 9113 section 5.4).

const HEAD: usize = 9;
/// Head and payload of the longest frame whose payload matters.
const LONGEST: usize = HEAD + 8;

const RST_STREAM: u8 = 3;
const GOAWAY: u8 = 7;
const NO_ERROR: u32 = 0;
/// What is said of streams whose calls broke off or are not wanted any more: no fault of the client.
const OURS: [u32; 3] = [NO_ERROR, 2, 8];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Stream,
    Connection,
}

/// Where in its frames a connection stands.
#[derive(Debug, Default)]
pub struct Sent {
    /// The beginning of the frame.
    begun: [u8; LONGEST],
    seen: usize,
    /// Bytes of its payload still to come; none before the head is there.
    left: Option<usize>,
}

impl Sent {
    /// Goes on by some bytes, cut anywhere.
    pub fn follow(&mut self, mut bytes: &[u8], mut refused: impl FnMut(Refused)) {
        while let Some(count) = self.wanted(bytes.len()) {
            let Some((part, rest)) = bytes.split_at_checked(count) else { return };
            for (into, byte) in self.begun.iter_mut().skip(self.seen).zip(part) {
                *into = *byte;
            }
            self.seen = self.seen.saturating_add(count);
            bytes = rest;
            match &mut self.left {
                Some(left) => *left = left.saturating_sub(count),
                None if self.seen >= HEAD => self.left = Some(self.length()),
                None => {}
            }
            if self.left == Some(0) {
                self.refused().map(&mut refused);
                *self = Self::default();
            }
        }
    }

    /// How many of so many bytes belong to what the frame goes on with; none when there are none.
    fn wanted(&self, available: usize) -> Option<usize> {
        let wanted = self.left.unwrap_or(HEAD.saturating_sub(self.seen));
        (available > 0).then(|| wanted.min(available))
    }

    fn length(&self) -> usize {
        let [a, b, c, ..] = self.begun;
        usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)
    }

    fn refused(&self) -> Option<Refused> {
        let [_, _, _, kind, _, _, _, _, _, first @ .., e, f, g, h] = self.begun;
        match kind {
            RST_STREAM => (!OURS.contains(&u32::from_be_bytes(first))).then_some(Refused::Stream),
            GOAWAY => (u32::from_be_bytes([e, f, g, h]) != NO_ERROR).then_some(Refused::Connection),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![0, 0, payload.len() as u8, kind, 0, 0, 0, 0, 1];
        frame.extend(payload);
        frame
    }

    #[test]
    fn refusals_are_found_however_the_bytes_are_cut() {
        let bytes = [
            frame(4, &[]),
            frame(0, &[3; 200]),
            frame(RST_STREAM, &[0, 0, 0, 1]),
            frame(RST_STREAM, &[0, 0, 0, 8]),
            frame(RST_STREAM, &[0, 0, 0, 0]),
            frame(6, &[7; 8]),
            frame(GOAWAY, &[0, 0, 0, 9, 0, 0, 0, 0]),
            frame(RST_STREAM, &[0, 0, 0, 7]),
            frame(GOAWAY, &[0, 0, 0, 0, 0, 0, 0, 11, b'c', b'a', b'l', b'm']),
            frame(1, &[0x88]),
        ]
        .concat();
        for step in 1..=bytes.len() {
            let (mut sent, mut found) = (Sent::default(), Vec::new());
            for part in bytes.chunks(step) {
                sent.follow(part, |refused| found.push(refused));
            }
            assert_eq!(found, [Refused::Stream, Refused::Stream, Refused::Connection], "in steps of {step}");
        }
    }
}
