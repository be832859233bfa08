//! HTTP/2 frames by hand (RFC 9113 section 4), for upstreams that do with them as they please.

use super::upstream::Peer;
use std::io;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;

pub const REFUSED_STREAM: u32 = 7;
pub const CANCEL: u32 = 8;
pub const INTERNAL_ERROR: u32 = 2;

const PREFACE: usize = 24;

/// `:status: 200` in HPACK.
pub const STATUS_200: &[u8] = &[0x88];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    #[must_use]
    pub fn bytes(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
        let mut bytes: Vec<u8> = length.into_iter().skip(1).collect();
        bytes.extend([kind, flags]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    /// SETTINGS that allow so many streams at once.
    #[must_use]
    pub fn settings(most_streams: u32) -> Vec<u8> {
        let mut payload = vec![0, 3];
        payload.extend(most_streams.to_be_bytes());
        Self::bytes(SETTINGS, 0, 0, &payload)
    }

    #[must_use]
    pub fn reset(stream: u32, reason: u32) -> Vec<u8> {
        Self::bytes(RST_STREAM, 0, stream, &reason.to_be_bytes())
    }

    /// GOAWAY without an error: streams above `last` were not and will not be processed.
    #[must_use]
    pub fn go_away(last: u32) -> Vec<u8> {
        let mut payload = last.to_be_bytes().to_vec();
        payload.extend([0; 4]);
        Self::bytes(GOAWAY, 0, 0, &payload)
    }

    /// The head of an answer with status 200, and its whole body.
    #[must_use]
    pub fn ok(stream: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = Self::bytes(HEADERS, END_HEADERS, stream, STATUS_200);
        bytes.extend(Self::bytes(DATA, END_STREAM, stream, body));
        bytes
    }
}

impl Peer {
    /// Reads the preface and says SETTINGS; the frames that follow are the script's.
    pub fn begin_http2(&mut self, most_streams: u32) -> io::Result<()> {
        self.read(PREFACE)?;
        self.send(Frame::settings(most_streams))
    }

    /// The next frame; pings and settings are answered on the way.
    pub fn frame(&mut self) -> io::Result<Frame> {
        loop {
            let head = self.read(9)?;
            let [a, b, c, kind, flags, s0, s1, s2, s3] = head.as_slice() else { continue };
            let length = u32::from_be_bytes([0, *a, *b, *c]);
            let stream = u32::from_be_bytes([*s0 & 0x7f, *s1, *s2, *s3]);
            let payload = self.read(usize::try_from(length).unwrap_or_default())?;
            match *kind {
                SETTINGS | PING if *flags & ACK == 0 => {
                    let answer: &[u8] = if *kind == PING { &payload } else { &[] };
                    self.send(Frame::bytes(*kind, ACK, 0, answer))?;
                }
                _ => return Ok(Frame { kind: *kind, flags: *flags, stream, payload }),
            }
        }
    }

    /// Reads on to the next frame of that kind.
    pub fn frame_of(&mut self, kind: u8) -> io::Result<Frame> {
        loop {
            let frame = self.frame()?;
            if frame.kind == kind {
                return Ok(frame);
            }
        }
    }
}
