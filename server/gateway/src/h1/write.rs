//! The head of an answer as bytes, and the framing of its body.

use http::{HeaderMap, StatusCode, header};

/// How the end of an answer's body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// There is no body, whatever the fields say of one: the answer to a HEAD, a 101, a 204, a 304.
    Bodiless,
    Length(u64),
    Chunked,
    /// By the end of the connection: for HTTP/1.0.
    Close,
}

impl Ending {
    /// `length` is the body's, where it is known.
    #[must_use]
    pub fn of(status: StatusCode, is_head: bool, is_http_10: bool, length: Option<u64>) -> Self {
        if is_head || is_bodiless(status) {
            return Self::Bodiless;
        }
        match length {
            Some(length) => Self::Length(length),
            None if is_http_10 => Self::Close,
            None => Self::Chunked,
        }
    }
}

/// RFC 9110 section 8.6.
fn is_never_sized(status: StatusCode) -> bool {
    matches!(status, StatusCode::SWITCHING_PROTOCOLS | StatusCode::NO_CONTENT)
}

fn is_bodiless(status: StatusCode) -> bool {
    matches!(status, StatusCode::SWITCHING_PROTOCOLS | StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Writes a head. `close`: the connection ends after the answer. `date` stands in where there is none.
pub fn head(
    out: &mut Vec<u8>,
    status: StatusCode,
    headers: &HeaderMap,
    ending: Ending,
    close: bool,
    date: &[u8],
) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    out.extend_from_slice(b"\r\n");
    let mut dated = false;
    for (name, value) in headers {
        match *name {
            header::CONNECTION | header::TRANSFER_ENCODING => continue,
            // of a body that is not sent, the fields still tell the length
            header::CONTENT_LENGTH if ending != Ending::Bodiless || is_never_sized(status) => continue,
            header::DATE => dated = true,
            _ => {}
        }
        field(out, name.as_str().as_bytes(), value.as_bytes());
    }
    match ending {
        Ending::Length(length) => {
            out.extend_from_slice(b"content-length: ");
            out.extend_from_slice(itoa::Buffer::new().format(length).as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        Ending::Chunked => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Ending::Bodiless | Ending::Close => {}
    }
    if !dated {
        field(out, b"date", date);
    }
    if status == StatusCode::SWITCHING_PROTOCOLS {
        out.extend_from_slice(b"connection: upgrade\r\n");
    } else if close {
        out.extend_from_slice(b"connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

pub fn field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// The line before a chunk (RFC 9112 section 7.1).
pub fn chunk_size(out: &mut Vec<u8>, size: usize) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = (usize::BITS - size.leading_zeros()).div_ceil(4).max(1);
    for place in (0..digits).rev() {
        out.extend(DIGITS.get(size >> (place * 4) & 15));
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn written(status: u16, fields: &[(&'static str, &'static str)], ending: Ending, close: bool) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let mut out = Vec::new();
        head(&mut out, StatusCode::from_u16(status).unwrap(), &headers, ending, close, b"now");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn heads_frame_their_body_in_one_way() {
        let upstream = [("content-length", "7"), ("a", "1")];
        assert_eq!(
            written(200, &upstream, Ending::Length(120), false),
            "HTTP/1.1 200 OK\r\na: 1\r\ncontent-length: 120\r\ndate: now\r\n\r\n"
        );
        assert_eq!(
            written(200, &upstream, Ending::Chunked, true),
            "HTTP/1.1 200 OK\r\na: 1\r\ntransfer-encoding: chunked\r\ndate: now\r\nconnection: close\r\n\r\n"
        );
        assert_eq!(
            written(304, &upstream, Ending::Bodiless, false),
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\na: 1\r\ndate: now\r\n\r\n"
        );
        assert_eq!(
            written(204, &[("content-length", "7"), ("date", "then")], Ending::Bodiless, false),
            "HTTP/1.1 204 No Content\r\ndate: then\r\n\r\n"
        );
        let switch = [("content-length", "0"), ("upgrade", "websocket")];
        assert_eq!(
            written(101, &switch, Ending::Bodiless, true),
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\ndate: now\r\nconnection: upgrade\r\n\r\n"
        );
    }

    #[test]
    fn endings_follow_status_method_and_version() {
        let ok = StatusCode::OK;
        assert_eq!(Ending::of(ok, false, false, Some(3)), Ending::Length(3));
        assert_eq!(Ending::of(ok, false, false, None), Ending::Chunked);
        assert_eq!(Ending::of(ok, false, true, None), Ending::Close);
        assert_eq!(Ending::of(ok, true, false, Some(3)), Ending::Bodiless);
        for status in [StatusCode::NO_CONTENT, StatusCode::SWITCHING_PROTOCOLS] {
            assert_eq!(Ending::of(status, false, false, Some(0)), Ending::Bodiless);
        }
    }

    #[test]
    fn sizes_of_chunks_are_hex() {
        for size in [0, 1, 15, 16, 255, 4_096, 1 << 20, usize::MAX] {
            let mut out = Vec::new();
            chunk_size(&mut out, size);
            assert_eq!(out, format!("{size:x}\r\n").into_bytes());
        }
    }
}
