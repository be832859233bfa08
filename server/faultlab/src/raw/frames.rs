//! HTTP/2 frames by hand (RFC 9113 section 4), for upstreams and clients that do with them as they please.

use super::client::RawClient;
use super::upstream::Peer;
use std::io;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;

pub const NO_ERROR: u32 = 0;
pub const PROTOCOL_ERROR: u32 = 1;
pub const INTERNAL_ERROR: u32 = 2;
pub const FLOW_CONTROL_ERROR: u32 = 3;
pub const STREAM_CLOSED: u32 = 5;
pub const FRAME_SIZE_ERROR: u32 = 6;
pub const REFUSED_STREAM: u32 = 7;
pub const CANCEL: u32 = 8;
pub const ENHANCE_YOUR_CALM: u32 = 11;

/// What a client says first.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Of a frame, before its payload.
const HEAD: usize = 9;

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

    /// A frame without its payload, and the length of that.
    fn head(head: &[u8]) -> Option<(Self, usize)> {
        let [a, b, c, kind, flags, s0, s1, s2, s3] = *head else { return None };
        let stream = u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]);
        let length = u32::from_be_bytes([0, a, b, c]);
        Some((Self { kind, flags, stream, payload: Vec::new() }, usize::try_from(length).ok()?))
    }

    /// What goes back for it: pings and settings are answered.
    fn acknowledgement(&self) -> Option<Vec<u8>> {
        if !matches!(self.kind, SETTINGS | PING) || self.flags & ACK != 0 {
            return None;
        }
        let payload: &[u8] = if self.kind == PING { &self.payload } else { &[] };
        Some(Self::bytes(self.kind, ACK, 0, payload))
    }

    /// The reason of a RST_STREAM or GOAWAY.
    #[must_use]
    pub fn reason(&self) -> Option<u32> {
        let skipped = match self.kind {
            RST_STREAM => 0,
            GOAWAY => 4,
            _ => return None,
        };
        let reason = self.payload.get(skipped..skipped + 4)?;
        Some(u32::from_be_bytes(reason.try_into().ok()?))
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
        self.read(PREFACE.len())?;
        self.send(Frame::settings(most_streams))
    }

    /// The next frame; pings and settings are answered on the way.
    pub fn frame(&mut self) -> io::Result<Frame> {
        loop {
            let Some((mut frame, length)) = Frame::head(&self.read(HEAD)?) else { continue };
            frame.payload = self.read(length)?;
            match frame.acknowledgement() {
                Some(answer) => self.send(answer)?,
                None => return Ok(frame),
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

impl RawClient {
    /// Says the preface and SETTINGS: `window` is what each stream may be sent at first, and no field is to be written
    /// by reference to an earlier one, so that answers can be read one by one.
    pub fn begin_http2(&mut self, window: u32) -> io::Result<()> {
        let mut settings = vec![0, 1, 0, 0, 0, 0, 0, 4];
        settings.extend(window.to_be_bytes());
        self.send([PREFACE, &Frame::bytes(SETTINGS, 0, 0, &settings)].concat())
    }

    /// The next frame; pings and settings are answered on the way.
    pub fn frame(&mut self) -> io::Result<Frame> {
        loop {
            let Some((mut frame, length)) = Frame::head(&self.read(HEAD)?) else { continue };
            frame.payload = self.read(length)?;
            match frame.acknowledgement() {
                // the connection may have ended on the other side, which the next read tells
                Some(answer) => drop(self.send(answer)),
                None => return Ok(frame),
            }
        }
    }
}
