//! How far a body reaches (RFC 9112 section 6.3) and the pieces that it comes in.

use super::Malformed;
pub use super::chunked::Chunked;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;

/// What comes next out of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Data(Bytes),
    /// The end, with trailer fields.
    Trailers(HeaderMap),
    End,
    /// Nothing before more has been read.
    More,
}

/// A body that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Bytes still to come; 0 from the beginning for an answer that has no body.
    Length(u64),
    Chunked(Chunked),
    /// Until the connection ends.
    Close,
    /// Read to its end.
    Done,
}

impl Framing {
    #[must_use]
    pub const fn chunked() -> Self {
        Self::Chunked(Chunked::Size)
    }

    /// The length of the whole body, where it is announced; ask before reading.
    #[must_use]
    pub const fn length(self) -> Option<u64> {
        match self {
            Self::Length(length) => Some(length),
            Self::Done => Some(0),
            Self::Chunked(_) | Self::Close => None,
        }
    }

    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::Length(0))
    }

    /// Takes the next piece from `buffer`; after the end it answers [`Piece::End`] for ever.
    pub fn next(&mut self, buffer: &mut BytesMut) -> Result<Piece, Malformed> {
        let piece = match self {
            Self::Done | Self::Length(0) => Piece::End,
            Self::Length(_) | Self::Close if buffer.is_empty() => Piece::More,
            Self::Length(left) => {
                let take = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
                *left = left.saturating_sub(take as u64);
                return Ok(Piece::Data(buffer.split_to(take).freeze()));
            }
            Self::Close => Piece::Data(buffer.split().freeze()),
            Self::Chunked(state) => state.next(buffer)?,
        };
        if matches!(piece, Piece::End | Piece::Trailers(_)) {
            *self = Self::Done;
        }
        Ok(piece)
    }

    /// The connection ended; whether that is the end of the body rather than a break.
    pub fn end_of_stream(&mut self) -> bool {
        let complete = matches!(self, Self::Close) || self.is_done();
        if complete {
            *self = Self::Done;
        }
        complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `bytes` in pieces of `step` and returns the body, the trailers and what was left over.
    fn read(
        mut framing: Framing,
        bytes: &[u8],
        step: usize,
    ) -> Result<(Vec<u8>, HeaderMap, Vec<u8>), Malformed> {
        let mut buffer = BytesMut::new();
        let mut body = Vec::new();
        let mut rest = bytes.chunks(step);
        loop {
            match framing.next(&mut buffer)? {
                Piece::Data(data) => body.extend_from_slice(&data),
                Piece::Trailers(trailers) => {
                    buffer.extend(rest.flatten());
                    return Ok((body, trailers, buffer.to_vec()));
                }
                Piece::End => {
                    buffer.extend(rest.flatten());
                    return Ok((body, HeaderMap::new(), buffer.to_vec()));
                }
                Piece::More => match rest.next() {
                    Some(more) => buffer.extend_from_slice(more),
                    None if framing.end_of_stream() => return Ok((body, HeaderMap::new(), Vec::new())),
                    None => return Err(Malformed("cut off")),
                },
            }
        }
    }

    #[test]
    fn bodies_are_read_alike_in_pieces_of_any_size() {
        let chunked =
            b"5;ext=\"x\"\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\ncontent-length: 3\r\n\r\nextra";
        for step in 1..=chunked.len() {
            let (body, trailers, left) = read(Framing::chunked(), chunked, step).unwrap();
            assert_eq!(
                (body.as_slice(), left.as_slice()),
                (&b"hello world"[..], &b"extra"[..]),
                "step {step}"
            );
            assert_eq!((trailers.len(), &trailers["x-sum"]), (1, &"1".parse().unwrap()));
            let (body, _, left) = read(Framing::Length(5), b"helloextra", step).unwrap();
            assert_eq!((body.as_slice(), left.as_slice()), (&b"hello"[..], &b"extra"[..]));
            assert_eq!(read(Framing::Close, b"to the end", step).unwrap().0, b"to the end");
        }
    }

    #[test]
    fn doubtful_chunks_are_refused() {
        for bad in [
            "5\nhello\r\n0\r\n\r\n",
            "5 \r\nhello\r\n0\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "\r\nhello\r\n0\r\n\r\n",
            "+5\r\nhello\r\n0\r\n\r\n",
            "4\r\nhello\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nx",
            "-1\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "5;a=\x01\r\nhello\r\n0\r\n\r\n",
            "0\r\nbad name: 1\r\n\r\n",
            "0\r\n\n\r\n",
            "0\r\na: 1\n\r\n",
            "0\r\na: 1\r\n\n",
            "5\r\nhel",
            "5\r\nhello\r\n",
            "5;\rx\r\nhello\r\n0\r\n\r\n",
        ] {
            assert!(read(Framing::chunked(), bad.as_bytes(), 3).is_err(), "{bad:?}");
        }
        assert!(
            read(Framing::chunked(), format!("1;{}\r\nx\r\n0\r\n\r\n", "a".repeat(2_000)).as_bytes(), 100)
                .is_err()
        );
        let trailers = format!("0\r\nx: {}\r\n\r\n", "a".repeat(20_000));
        for step in [1_000, trailers.len()] {
            assert!(
                read(Framing::chunked(), trailers.as_bytes(), step).is_err(),
                "however they come: {step}"
            );
        }
    }

    #[test]
    fn a_body_that_stops_short_is_a_break() {
        assert!(read(Framing::Length(9), b"hello", 2).is_err());
        assert!(read(Framing::chunked(), b"5\r\nhello\r\n0\r\n", 2).is_err());
    }
}
