//! The chunked transfer coding (RFC 9112 section 7.1), read strictly: sizes are bare hex digits, lines end in CRLF,
//! extensions are dropped.

use super::body::Piece;
use super::{Malformed, has_bare_lf};
use crate::trailers::is_never_trailer;
use bytes::{Buf, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};

const LONGEST_LINE: usize = 1 << 10;
const LARGEST_TRAILERS: usize = 16 << 10;
const MOST_TRAILERS: usize = 32;

/// Where in the coding the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunked {
    Size,
    Chunk(u64),
    /// The CRLF after a chunk.
    ChunkEnd,
    Trailers,
}

impl Chunked {
    /// Takes the next piece from `buffer`. [`Piece::End`] leaves whatever follows the body there.
    pub fn next(&mut self, buffer: &mut BytesMut) -> Result<Piece, Malformed> {
        loop {
            match *self {
                Self::Size => {
                    let Some(line) = take_line(buffer, LONGEST_LINE)? else { return Ok(Piece::More) };
                    *self = match parse_size(&line)? {
                        0 => Self::Trailers,
                        size => Self::Chunk(size),
                    };
                }
                Self::Chunk(left) => {
                    if buffer.is_empty() {
                        return Ok(Piece::More);
                    }
                    let take = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
                    let rest = left.saturating_sub(take as u64);
                    *self = if rest == 0 { Self::ChunkEnd } else { Self::Chunk(rest) };
                    return Ok(Piece::Data(buffer.split_to(take).freeze()));
                }
                Self::ChunkEnd => match buffer.get(..2) {
                    Some(b"\r\n") => {
                        buffer.advance(2);
                        *self = Self::Size;
                    }
                    Some(_) => return Err(Malformed("a chunk longer than its size")),
                    None => return Ok(Piece::More),
                },
                Self::Trailers => return take_trailers(buffer),
            }
        }
    }
}

/// One line without its CRLF.
fn take_line(buffer: &mut BytesMut, longest: usize) -> Result<Option<BytesMut>, Malformed> {
    let Some(end) = buffer.iter().take(longest).position(|byte| *byte == b'\n') else {
        return if buffer.len() >= longest { Err(Malformed("a chunk size line too long")) } else { Ok(None) };
    };
    let mut line = buffer.split_to(end + 1);
    if !line.ends_with(b"\r\n") {
        return Err(Malformed("a chunk size line ended by a bare LF"));
    }
    line.truncate(line.len() - 2);
    Ok(Some(line))
}

fn parse_size(line: &[u8]) -> Result<u64, Malformed> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    if digits.is_empty() || digits.len() > 15 || line.iter().any(|byte| *byte < 0x20 && *byte != b'\t') {
        return Err(Malformed("a chunk size"));
    }
    digits.iter().try_fold(0_u64, |size, digit| {
        let value = char::from(*digit).to_digit(16).ok_or(Malformed("a chunk size"))?;
        Ok(size * 16 + u64::from(value))
    })
}

/// Trailer fields up to the empty line. Fields that frame or authenticate never come as trailers (RFC 9110 6.5.1).
fn take_trailers(buffer: &mut BytesMut) -> Result<Piece, Malformed> {
    if buffer.starts_with(b"\r\n") {
        buffer.advance(2);
        return Ok(Piece::End);
    }
    let mut slots = [httparse::EMPTY_HEADER; MOST_TRAILERS];
    let parsed = httparse::parse_headers(buffer, &mut slots);
    let (length, fields) = match parsed {
        Ok(httparse::Status::Complete(done)) if done.0 <= LARGEST_TRAILERS => done,
        Ok(httparse::Status::Partial) if buffer.len() < LARGEST_TRAILERS => return Ok(Piece::More),
        Ok(_) => return Err(Malformed("trailers too large")),
        Err(_) => return Err(Malformed("a trailer field")),
    };
    if buffer.get(..length).is_none_or(has_bare_lf) {
        return Err(Malformed("a trailer ended by a bare LF"));
    }
    let mut trailers = HeaderMap::with_capacity(fields.len());
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| Malformed("a trailer name"))?;
        let value = HeaderValue::from_bytes(field.value).map_err(|_| Malformed("a trailer value"))?;
        if !is_never_trailer(&name) {
            trailers.append(name, value);
        }
    }
    buffer.advance(length);
    Ok(if trailers.is_empty() { Piece::End } else { Piece::Trailers(trailers) })
}
