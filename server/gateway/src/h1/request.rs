//! The head of a request: request line, fields, and how its body is framed.
//!
//! Refused here is what is no HTTP/1.1 to begin with, and what only the raw bytes show: a bare LF, a fragment in the
//! target. What the fields say is judged in `intake/request.rs`, for all versions of HTTP alike.

use super::body::Framing;
use super::{has_bare_lf, parse_length};
use crate::options::HeadLimits;
use bytes::{Bytes, BytesMut};
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Uri, Version, request};
use smallvec::SmallVec;
use std::mem::MaybeUninit;
use std::ops::Range;

const LONGEST_TARGET: usize = 8 << 10;

/// A head that was taken.
#[derive(Debug)]
pub struct Head {
    pub parts: request::Parts,
    pub framing: Framing,
    /// Whether the client will send another request on the connection.
    pub keep_alive: bool,
    /// Whether the client waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
    /// Whether the client offers to go on in another protocol.
    pub offers_upgrade: bool,
}

/// Why a head is not taken; the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Malformed(&'static str),
    TooLarge,
    TargetTooLong,
    Version,
}

/// Where name and value of a field stand in the head.
type Field = (Range<usize>, Range<usize>);

/// Takes a head from `buffer`; `None` when it is not there in full.
pub fn take_head(buffer: &mut BytesMut, limits: HeadLimits) -> Result<Option<Head>, Refused> {
    let mut slots = [const { MaybeUninit::uninit() }; HeadLimits::MOST_FIELDS];
    let slots = slots.get_mut(..limits.fields).unwrap_or_default();
    let mut parsed = httparse::Request::new(&mut []);
    let outcome =
        httparse::ParserConfig::default().parse_request_with_uninit_headers(&mut parsed, buffer, slots);
    let length = match outcome {
        Ok(httparse::Status::Complete(length)) if length <= limits.bytes => length,
        Ok(httparse::Status::Partial) if buffer.len() < limits.bytes => return Ok(None),
        Ok(_) => return Err(too_large(buffer)),
        Err(httparse::Error::TooManyHeaders) => return Err(Refused::TooLarge),
        Err(httparse::Error::Version) => return Err(version(buffer)),
        Err(_) => return Err(Refused::Malformed("the head of the request cannot be parsed")),
    };
    let start = buffer.as_ptr() as usize;
    let place = |text: &[u8]| {
        let from = (text.as_ptr() as usize).saturating_sub(start);
        from..from + text.len()
    };
    let method = Method::from_bytes(parsed.method.unwrap_or_default().as_bytes())
        .map_err(|_| Refused::Malformed("the method"))?;
    let target = place(parsed.path.unwrap_or_default().as_bytes());
    let version = if parsed.version == Some(0) { Version::HTTP_10 } else { Version::HTTP_11 };
    let fields: SmallVec<[Field; 16]> =
        parsed.headers.iter().map(|field| (place(field.name.as_bytes()), place(field.value))).collect();
    let head = buffer.split_to(length).freeze();
    if has_bare_lf(&head) {
        return Err(Refused::Malformed("a line ends in a bare LF"));
    }
    build(&head, method, target, version, &fields).map(Some)
}

/// Which part of an endless head is at fault.
fn too_large(buffer: &[u8]) -> Refused {
    let line = memchr::memchr(b'\n', buffer.trim_ascii_start()).unwrap_or(buffer.len());
    if line > LONGEST_TARGET { Refused::TargetTooLong } else { Refused::TooLarge }
}

/// A version that is not spoken here, none at all, or something between it and the target.
fn version(buffer: &[u8]) -> Refused {
    let line = buffer.trim_ascii_start().split(|byte| *byte == b'\r').next().unwrap_or_default();
    let word = line.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    match word {
        b"HTTP/1.0" | b"HTTP/1.1" => Refused::Malformed("the request line"),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Refused::Version
        }
        _ => Refused::Malformed("the version of HTTP"),
    }
}

fn build(
    head: &Bytes,
    method: Method,
    target: Range<usize>,
    version: Version,
    fields: &[Field],
) -> Result<Head, Refused> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.uri = uri(head, target, &method)?;
    parts.method = method;
    parts.version = version;
    parts.headers = HeaderMap::with_capacity(fields.len() + 4);
    let mut keep_alive = version == Version::HTTP_11;
    let mut expects_continue = false;
    let mut offers_upgrade = false;
    let mut framing = Framing::Length(0);
    for (name, value) in fields {
        let name = head.get(name.clone()).and_then(|name| HeaderName::from_bytes(name).ok());
        let name = name.ok_or(Refused::Malformed("the name of a field"))?;
        let value = HeaderValue::from_maybe_shared(head.slice(value.clone()))
            .map_err(|_| Refused::Malformed("the value of a field"))?;
        match name {
            header::CONTENT_LENGTH if framing == Framing::Length(0) => {
                let length = parse_length(&value).ok_or(Refused::Malformed("Content-Length is no number"))?;
                framing = Framing::Length(length);
            }
            header::TRANSFER_ENCODING => framing = Framing::chunked(),
            header::CONNECTION if has_token(&value, b"close") => keep_alive = false,
            header::UPGRADE => offers_upgrade = true,
            header::EXPECT => expects_continue = value.as_bytes().eq_ignore_ascii_case(b"100-continue"),
            _ => {}
        }
        parts.headers.append(name, value);
    }
    expects_continue &= version == Version::HTTP_11 && !framing.is_done();
    Ok(Head { parts, framing, keep_alive, expects_continue, offers_upgrade })
}

fn uri(head: &Bytes, target: Range<usize>, method: &Method) -> Result<Uri, Refused> {
    let text = head.slice(target);
    if text.len() > LONGEST_TARGET {
        return Err(Refused::TargetTooLong);
    }
    // the type for targets would drop it
    if text.contains(&b'#') {
        return Err(Refused::Malformed("the target has a fragment"));
    }
    let uri = Uri::from_maybe_shared(text).map_err(|_| Refused::Malformed("the target"))?;
    let is_authority = uri.scheme().is_none() && uri.authority().is_some();
    if is_authority != (*method == Method::CONNECT) {
        return Err(Refused::Malformed("the form of the target"));
    }
    Ok(uri)
}

fn has_token(value: &HeaderValue, token: &[u8]) -> bool {
    value.as_bytes().split(|byte| *byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str) -> Result<Option<Head>, Refused> {
        take_head(&mut BytesMut::from(text), HeadLimits::default())
    }

    #[test]
    fn a_head_is_taken_whole_and_what_follows_stays() {
        let mut buffer = BytesMut::from(
            "\r\nPOST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\nabc",
        );
        let head = take_head(&mut buffer, HeadLimits::default()).unwrap().unwrap();
        assert_eq!((head.parts.method, head.parts.uri.path()), (Method::POST, "/a"));
        assert_eq!((head.framing, head.keep_alive), (Framing::Length(3), true));
        assert!(head.expects_continue);
        assert_eq!(&buffer[..], b"abc");
        for end in 0..60 {
            let text = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: te, Close\r\nTE: trailers\r\n\r\n";
            assert!(take(&text[..end]).unwrap().is_none(), "{end}");
        }
    }

    #[test]
    fn the_end_of_a_connection_is_told_by_version_and_field() {
        for (text, keep_alive) in [
            ("GET / HTTP/1.1\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: keep-alive, CLOSE\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false),
        ] {
            assert_eq!(take(text).unwrap().unwrap().keep_alive, keep_alive, "{text}");
        }
    }

    #[test]
    fn heads_in_doubt_are_refused() {
        let malformed = |text: &str| matches!(take(text), Err(Refused::Malformed(_)));
        for text in [
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
            "GET /a#b HTTP/1.1\r\n\r\n",
            "GET a:80 HTTP/1.1\r\n\r\n",
            "CONNECT /a HTTP/1.1\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET /  HTTP/1.1\r\n\r\n",
            "GET\t/ HTTP/1.1\r\n\r\n",
            "GET /\r\n\r\n",
            "G@T / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nA b: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nA : 1\r\n\r\n",
            "GET / HTTP/1.1\r\n: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nA: 1\r\n 2\r\n\r\n",
            "GET / HTTP/1.1\r\nA\r\n\r\n",
            "GET / HTTP/1.1\r\nA: \0\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length:\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n",
        ] {
            assert!(malformed(text), "{text:?}: {:?}", take(text).err());
        }
    }

    #[test]
    fn other_versions_and_endless_heads_are_told_apart() {
        let refused = |text: &str| take(text).unwrap_err();
        for text in ["GET / HTTP/1.9\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/0.9\r\n\r\n"] {
            assert_eq!(refused(text), Refused::Version, "{text}");
        }
        assert!(matches!(refused("GET / HTTQ/1.1\r\n\r\n"), Refused::Malformed(_)));
        let long = "a".repeat(40_000);
        assert_eq!(refused(&format!("GET /{long}")), Refused::TargetTooLong);
        assert_eq!(refused(&format!("GET /{} HTTP/1.1\r\n\r\n", &long[..9_000])), Refused::TargetTooLong);
        assert_eq!(refused(&format!("GET / HTTP/1.1\r\nA: {long}")), Refused::TooLarge);
        assert_eq!(refused(&format!("GET / HTTP/1.1\r\n{}\r\n", "A: 1\r\n".repeat(101))), Refused::TooLarge);
    }
}
