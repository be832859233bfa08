//! Ordinary fields: what may stand in them, what belongs to a connection, and how much there may be.

use super::frames::continued;
use super::{Ends, Field, Row, begun, broken, good, last_data, refused, served as ok, whole, with};
use faultlab::raw::frames::{ENHANCE_YOUR_CALM, PROTOCOL_ERROR};

const ROOT: &str = "GET / HTTP/1.1\r\n\r\n";
const RESET: Ends = Ends::Reset(PROTOCOL_ERROR);
const GO_AWAY: Ends = Ends::GoAway(PROTOCOL_ERROR);

fn get(name: &str, value: &str) -> Vec<u8> {
    whole(&with("GET", "/echo", &[(name, value)]))
}

/// With a field whose bytes are no text.
fn bytes(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut all: Vec<Field> = good("GET", "/echo");
    all.push((name.to_vec(), value.to_vec()));
    whole(&all)
}

/// Names and values that no field may have: the block of fields cannot be trusted, and so not those that build on it.
pub fn syntax() -> Vec<Row> {
    let spaced = |name, value| refused(name, get("a", value), 400, "bad-request");
    vec![
        broken("CR in a value", get("a", "a\rb"), GO_AWAY),
        broken("LF in a value", get("a", "a\nb"), GO_AWAY),
        broken("a second field in a value", get("a", "a\r\nX-Forwarded-For: 1.2.3.4"), GO_AWAY),
        broken("NUL in a value", get("a", "a\0b"), GO_AWAY),
        broken("a control character in a value", get("a", "a\x01b"), GO_AWAY),
        broken("DEL in a value", get("a", "a\x7fb"), GO_AWAY),
        broken("a name with upper case", get("X-Upper", "1"), GO_AWAY),
        broken("an empty name", get("", "1"), GO_AWAY),
        broken("a space in a name", get("a b", "1"), GO_AWAY),
        broken("a colon in a name", get("a:", "1"), GO_AWAY),
        broken("a line end in a name", get("a\r\nb", "1"), GO_AWAY),
        broken("NUL in a name", get("a\0", "1"), GO_AWAY),
        broken("bytes above 0x7f in a name", bytes(b"\xe9", b"1"), GO_AWAY),
        spaced("a space before a value", " 1"),
        spaced("a tab after a value", "1\t"),
        spaced("nothing but a space", " "),
    ]
}

/// What is about a connection of HTTP/1.1.
pub fn hop() -> Vec<Row> {
    let bad = |name, field| refused(name, get(field, "1.2.3.4"), 400, "bad-request");
    vec![
        broken("Connection", get("connection", "close"), RESET),
        broken("Connection that names a field", get("connection", "x-api-key"), RESET),
        broken("Keep-Alive", get("keep-alive", "timeout=5"), RESET),
        broken("Proxy-Connection", get("proxy-connection", "keep-alive"), RESET),
        broken("Transfer-Encoding", get("transfer-encoding", "chunked"), RESET),
        broken("Upgrade", get("upgrade", "websocket"), RESET),
        broken("TE that asks for gzip", get("te", "gzip"), RESET),
        broken("TE that asks for more than trailers", get("te", "trailers, deflate"), RESET),
        bad("x_forwarded_for", "x_forwarded_for"),
        bad("x-forwarded_for", "x-forwarded_for"),
        bad("x_api_key", "x_api_key"),
        bad("content_length", "content_length"),
        bad("transfer_encoding", "transfer_encoding"),
        refused("an expectation that nobody meets", get("expect", "miracles"), 417, "expectation-failed"),
        ok("Proxy-Authorization", get("proxy-authorization", "Basic eDp5"), ROOT),
        ok("HTTP2-Settings", get("http2-settings", "AAMAAABk"), ROOT),
        ok("Trailer", get("trailer", "x-sum"), ROOT),
        ok(
            "TE that asks for trailers",
            get("te", "trailers"),
            "GET / HTTP/1.1\r\nte: trailers\r\nconnection: te\r\n\r\n",
        ),
        ok("who somebody claims to be", get("x-consumer-id", "root"), ROOT),
        ok("where somebody claims to come from", get("x-forwarded-for", "1.2.3.4"), ROOT),
    ]
}

pub fn lengths() -> Vec<Row> {
    let post = |fields: &[(&str, &str)]| [begun(&with("POST", "/echo", fields)), last_data("a")].concat();
    let length = |value: &str| post(&[("content-length", value)]);
    vec![
        refused(
            "one length twice",
            post(&[("content-length", "1"), ("content-length", "1")]),
            400,
            "bad-request",
        ),
        broken("two lengths", post(&[("content-length", "1"), ("content-length", "0")]), RESET),
        broken("a list of lengths", length("1, 1"), RESET),
        broken("a length with a sign", length("+1"), RESET),
        broken("a length below zero", length("-1"), RESET),
        refused("an empty length", get("content-length", ""), 400, "bad-request"),
        broken("a length in hex", length("0x1"), RESET),
        broken("a length of 2^64", length("18446744073709551616"), RESET),
        broken("a length without a body", get("content-length", "1"), RESET),
        refused(
            "a length over the cap",
            begun(&with("POST", "/echo", &[("content-length", "99999999")])),
            413,
            "body-too-large",
        ),
    ]
}

pub fn sizes() -> Vec<Row> {
    let many = |count: usize, length: usize| {
        let value = "a".repeat(length);
        continued(&with("GET", "/echo", &vec![("a", value.as_str()); count]))
    };
    let too_large = |name, frames| refused(name, frames, 431, "headers-too-large");
    vec![
        // the key is a field too
        too_large("101 fields", many(100, 1)),
        too_large("a field of 17 KB", many(1, 17_000)),
        too_large("a name of 17 KB", continued(&with("GET", "/echo", &[(&"a".repeat(17_000), "1")]))),
        too_large("fields of 20 KB together", many(10, 2_000)),
        // refused before there is a request, and so neither told nor counted
        Row { ends: Ends::Answer(431), ..broken("fields of 40 KB together", many(20, 2_000), RESET) },
        Row { ends: Ends::Answer(431), ..broken("a field of 40 KB", many(1, 40_000), RESET) },
        broken("fields of 140 KB together", many(70, 2_000), Ends::GoAway(ENHANCE_YOUR_CALM)),
    ]
}

pub fn served() -> Vec<Row> {
    vec![
        ok("x_y", get("x_y", "1"), "GET / HTTP/1.1\r\nx_y: 1\r\n\r\n"),
        ok("an empty value", get("a", ""), "GET / HTTP/1.1\r\na: \r\n\r\n"),
        ok(
            "bytes above 0x7f in a value",
            bytes(b"x-latin", b"caf\xc3\xa9"),
            "GET / HTTP/1.1\r\nx-latin: caf\u{e9}\r\n\r\n",
        ),
        ok(
            "cookies one by one",
            whole(&with("GET", "/echo", &[("cookie", "a=1"), ("b", "2"), ("cookie", "c=3; d=4")])),
            "GET / HTTP/1.1\r\ncookie: a=1; c=3; d=4\r\nb: 2\r\n\r\n",
        ),
    ]
}
