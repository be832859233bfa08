//! The head of an answer: status line, fields, and how its body is framed.

use super::body::Framing;
use super::{Malformed, parse_length};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use smallvec::SmallVec;
use std::mem::MaybeUninit;

pub const LARGEST_HEAD: usize = 64 << 10;
const MOST_FIELDS: usize = 100;

/// What came before the body, without the fields that concern only this connection (RFC 9110 section 7.6.1).
#[derive(Debug)]
pub struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub framing: Framing,
    /// Whether the connection may carry another call after the body.
    pub keep_alive: bool,
    /// Seconds for which the server says that it keeps the connection when it is idle (`Keep-Alive: timeout=5`).
    pub idle_s: Option<u64>,
    /// Whether it names WebSocket, and nothing else, as what is spoken from here on; of weight with status 101 only.
    pub to_websocket: bool,
}

/// Takes a head from `buffer`; `None` when it is not there in full. `bodiless`: the answer to a HEAD.
pub fn take_head(buffer: &mut BytesMut, bodiless: bool) -> Result<Option<Head>, Malformed> {
    let mut slots = [const { MaybeUninit::uninit() }; MOST_FIELDS];
    let mut parsed = httparse::Response::new(&mut []);
    let mut fields: SmallVec<[(usize, usize, usize, usize); 24]> = SmallVec::new();
    let outcome =
        httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut parsed, buffer, &mut slots);
    let length = match outcome {
        Ok(httparse::Status::Complete(length)) if length <= LARGEST_HEAD => length,
        Ok(httparse::Status::Partial) if buffer.len() < LARGEST_HEAD => return Ok(None),
        Ok(_) => return Err(Malformed("a head too large")),
        Err(httparse::Error::TooManyHeaders) => return Err(Malformed("too many header fields")),
        Err(httparse::Error::Version) => return Err(Malformed("the version")),
        Err(httparse::Error::Status) => return Err(Malformed("the status line")),
        Err(_) => return Err(Malformed("a header field")),
    };
    let status =
        parsed.code.and_then(|code| StatusCode::from_u16(code).ok()).ok_or(Malformed("the status"))?;
    let is_http_10 = parsed.version == Some(0);
    let start = buffer.as_ptr() as usize;
    for field in parsed.headers.iter() {
        let name = field.name.as_ptr() as usize - start;
        let value = field.value.as_ptr() as usize - start;
        fields.push((name, name + field.name.len(), value, value + field.value.len()));
    }
    let head = buffer.split_to(length).freeze();
    build(&head, &fields, status, is_http_10, bodiless).map(Some)
}

fn build(
    head: &Bytes,
    fields: &[(usize, usize, usize, usize)],
    status: StatusCode,
    is_http_10: bool,
    bodiless: bool,
) -> Result<Head, Malformed> {
    let mut headers = HeaderMap::with_capacity(fields.len() + 4);
    let mut hop = Hop { keep_alive: !is_http_10, ..Hop::default() };
    for (name_start, name_end, value_start, value_end) in fields {
        let name = head.get(*name_start..*name_end).ok_or(Malformed("a header name"))?;
        let name = HeaderName::from_bytes(name).map_err(|_| Malformed("a header name"))?;
        let value = HeaderValue::from_maybe_shared(head.slice(*value_start..*value_end))
            .map_err(|_| Malformed("a header value"))?;
        if !hop.take(&name, &value)? {
            headers.append(name, value);
        }
    }
    for name in &hop.named {
        headers.remove(name);
    }
    if hop.chunked && is_http_10 {
        return Err(Malformed("a transfer coding in HTTP/1.0"));
    }
    let has_body = !bodiless
        && !status.is_informational()
        && !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let framing = match (has_body, hop.chunked, hop.length) {
        (false, ..) => Framing::Length(0),
        (true, true, length) => {
            // RFC 9112 section 6.3: the length is dropped, and the connection not used again
            headers.remove(header::CONTENT_LENGTH);
            hop.keep_alive &= length.is_none();
            Framing::chunked()
        }
        (true, false, Some(length)) => Framing::Length(length),
        (true, false, None) => Framing::Close,
    };
    let keep_alive = hop.keep_alive && framing != Framing::Close;
    let to_websocket = hop.upgrades && hop.to_websocket;
    Ok(Head { status, headers, framing, keep_alive, idle_s: hop.idle_s, to_websocket })
}

/// What the fields of this hop said.
#[derive(Default)]
struct Hop {
    keep_alive: bool,
    idle_s: Option<u64>,
    chunked: bool,
    length: Option<u64>,
    /// Whether `Connection` names `upgrade`.
    upgrades: bool,
    to_websocket: bool,
    /// Fields that `Connection` names.
    named: SmallVec<[HeaderName; 2]>,
}

impl Hop {
    /// Reads the field when it concerns this hop; whether it ends here.
    fn take(&mut self, name: &HeaderName, value: &HeaderValue) -> Result<bool, Malformed> {
        match *name {
            header::CONTENT_LENGTH => {
                let length = parse_length(value).ok_or(Malformed("the content length"))?;
                match self.length.replace(length) {
                    Some(before) if before != length => return Err(Malformed("two content lengths")),
                    // an equal second one is dropped, one goes on
                    before => return Ok(before.is_some()),
                }
            }
            header::TRANSFER_ENCODING => {
                if self.chunked || !value.as_bytes().eq_ignore_ascii_case(b"chunked") {
                    return Err(Malformed("a transfer coding other than chunked"));
                }
                self.chunked = true;
            }
            header::CONNECTION => self.connection(value),
            header::UPGRADE => self.to_websocket = value.as_bytes().eq_ignore_ascii_case(b"websocket"),
            header::TE | header::PROXY_AUTHENTICATE => {}
            _ if name == "keep-alive" => self.idle_s = idle_s(value),
            _ => return Ok(name == "proxy-connection"),
        }
        Ok(true)
    }

    fn connection(&mut self, value: &HeaderValue) {
        for token in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if token.eq_ignore_ascii_case(b"close") {
                self.keep_alive = false;
            } else if token.eq_ignore_ascii_case(b"upgrade") {
                self.upgrades = true;
            } else if !token.eq_ignore_ascii_case(b"keep-alive")
                && let Ok(name) = HeaderName::from_bytes(token)
            {
                self.named.push(name);
            }
        }
    }
}

/// `timeout=5, max=100`
fn idle_s(value: &HeaderValue) -> Option<u64> {
    let mut parameters = value.to_str().ok()?.split(',').map(str::trim);
    parameters.find_map(|parameter| parameter.strip_prefix("timeout="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str) -> Result<Option<Head>, Malformed> {
        take_head(&mut BytesMut::from(text), false)
    }

    #[test]
    fn framing_follows_the_fields() {
        let cases = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Framing::Length(5), true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n", Framing::Length(5), true),
            ("HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n", Framing::chunked(), true),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                Framing::chunked(),
                false,
            ),
            ("HTTP/1.1 200 OK\r\n\r\n", Framing::Close, false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", Framing::Length(5), false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", Framing::Length(5), false),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", Framing::Length(0), true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", Framing::Length(0), true),
        ];
        for (text, framing, keep_alive) in cases {
            let head = take(text).unwrap().unwrap();
            assert_eq!((head.framing, head.keep_alive), (framing, keep_alive), "{text:?}");
            assert!(
                !head.headers.contains_key("transfer-encoding") && !head.headers.contains_key("connection")
            );
        }
        let head = take_head(&mut BytesMut::from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), true)
            .unwrap()
            .unwrap();
        assert_eq!(
            (head.framing, head.headers["content-length"].as_bytes()),
            (Framing::Length(0), &b"5"[..])
        );
    }

    #[test]
    fn a_server_says_how_long_it_keeps_an_idle_connection() {
        for (value, idle_s) in [
            ("timeout=5", Some(5)),
            ("max=100, timeout=72", Some(72)),
            ("timeout=0", Some(0)),
            ("max=100", None),
            ("timeout=soon", None),
            ("", None),
        ] {
            let head =
                take(&format!("HTTP/1.1 204 No Content\r\nKeep-Alive: {value}\r\n\r\n")).unwrap().unwrap();
            assert_eq!(head.idle_s, idle_s, "{value}");
        }
    }

    #[test]
    fn fields_of_the_hop_and_those_it_names_end_here() {
        let text = "HTTP/1.1 200 OK\r\nConnection: X-Secret, keep-alive\r\nKeep-Alive: timeout=5\r\nX-Secret: 1\r\n\
                    Upgrade: h2c\r\nX-Kept: caf\u{e9}\r\n\r\n";
        let head = take(text).unwrap().unwrap();
        let names: Vec<_> = head.headers.keys().map(HeaderName::as_str).collect();
        assert_eq!((names.as_slice(), head.idle_s), (&["x-kept"][..], Some(5)));
        assert_eq!(head.headers["x-kept"].as_bytes(), "caf\u{e9}".as_bytes());
    }

    #[test]
    fn a_switch_to_websocket_is_told_by_both_fields() {
        for (fields, switches) in [
            ("Connection: Upgrade\r\nUpgrade: WebSocket\r\n", true),
            ("Upgrade: websocket\r\nConnection: keep-alive, upgrade\r\n", true),
            ("Upgrade: websocket\r\n", false),
            ("Connection: upgrade\r\n", false),
            ("Connection: upgrade\r\nUpgrade: h2c\r\n", false),
            ("Connection: upgrade\r\nUpgrade: websocket, h2c\r\n", false),
        ] {
            let head = take(&format!("HTTP/1.1 101 Switching Protocols\r\n{fields}\r\n")).unwrap().unwrap();
            assert_eq!((head.to_websocket, head.headers.len()), (switches, 0), "{fields}");
        }
    }

    #[test]
    fn malformed_heads_are_refused() {
        for bad in [
            "garbage\r\n\r\n",
            "HTTP/9.9 200 OK\r\n\r\n",
            "<html>",
            "HTTP/1.1 2x0 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA B: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: a\0b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: a\rb\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert!(take(bad).is_err(), "{bad:?}");
        }
        let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: 1\r\n".repeat(101));
        assert!(take(&many).is_err());
        let large = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "a".repeat(LARGEST_HEAD));
        assert!(take(&large).is_err());
        assert!(take(&large[..LARGEST_HEAD + 1]).is_err(), "refused without waiting for its end");
        assert!(take("HTTP/1.1 200 OK\r\nA: 1\r\n").unwrap().is_none());
    }
}
