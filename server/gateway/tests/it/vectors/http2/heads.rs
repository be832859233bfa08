//! Pseudo-fields: who is asked, for what, and how.

use super::{Ends, Field, Row, broken, fields, good, refused, served as ok, whole, with};
use crate::lab::api_key;
use faultlab::raw::frames::PROTOCOL_ERROR;

const ROOT: &str = "GET / HTTP/1.1\r\n\r\n";
const RESET: Ends = Ends::Reset(PROTOCOL_ERROR);
const GO_AWAY: Ends = Ends::GoAway(PROTOCOL_ERROR);

/// A good request that has another value in a pseudo-field, or, without one, not that field.
fn changed(name: &str, value: Option<&str>) -> Vec<Field> {
    let fields = good("GET", "/echo").into_iter();
    let changed = fields.map(|(field, old)| match value {
        Some(value) if field == name.as_bytes() => (field, value.as_bytes().to_vec()),
        _ => (field, old),
    });
    changed.filter(|(field, _)| value.is_some() || field != name.as_bytes()).collect()
}

fn authority(value: &str) -> Vec<u8> {
    whole(&changed(":authority", Some(value)))
}

pub fn hosts() -> Vec<Row> {
    let without = |more: &[(&str, &str)]| {
        let mut all = changed(":authority", None);
        all.extend(fields(more));
        whole(&all)
    };
    let bad = |name, frames| refused(name, frames, 400, "bad-request");
    vec![
        bad("neither :authority nor Host", without(&[])),
        bad(":authority and another Host", whole(&with("GET", "/echo", &[("host", "b")]))),
        bad(":authority and Host with another port", whole(&with("GET", "/echo", &[("host", "a:80")]))),
        bad("two hosts", without(&[("host", "a"), ("host", "b")])),
        bad("one host twice", without(&[("host", "a"), ("host", "a")])),
        bad("an empty Host", without(&[("host", "")])),
        bad("a Host with a path", without(&[("host", "a/b?x")])),
        bad("a Host with a user name", without(&[("host", "u@a")])),
        bad("an authority with a user name", authority("u@a")),
        bad("an authority with a user name and a word", authority("u:p@a")),
        bad("an authority with a port in letters", authority("a:b")),
        bad("two authorities in one", authority("a,b")),
        broken("an empty authority", authority(""), RESET),
        broken("an authority with a path", authority("a/b"), RESET),
        broken("an authority with a space", authority("a b"), RESET),
        broken("a bracket that stays open", authority("[::1"), RESET),
        broken("NUL in the authority", authority("a\0"), RESET),
    ]
}

pub fn pseudo() -> Vec<Row> {
    let missing = |name: &str| whole(&changed(name, None));
    let twice = |name: &str, value: &str| {
        let mut all = fields(&[(name, value)]);
        all.extend(good("GET", "/echo"));
        whole(&all)
    };
    let mut late = changed(":path", None);
    late.extend(fields(&[(":path", "/echo")]));
    vec![
        broken("no method", missing(":method"), RESET),
        broken("no scheme", missing(":scheme"), RESET),
        broken("no path", missing(":path"), RESET),
        broken("an empty path", whole(&changed(":path", Some(""))), RESET),
        broken("two methods", twice(":method", "POST"), RESET),
        broken("one method twice", twice(":method", "GET"), RESET),
        broken("two schemes", twice(":scheme", "https"), RESET),
        broken("two paths", twice(":path", "/none"), RESET),
        broken("two authorities", twice(":authority", "b"), RESET),
        broken("a pseudo-field after an ordinary one", whole(&late), RESET),
        broken("an unknown pseudo-field", twice(":color", "red"), GO_AWAY),
        broken("a pseudo-field of answers", twice(":status", "200"), RESET),
        broken("a protocol for GET", twice(":protocol", "websocket"), RESET),
        broken("nothing but a method", whole(&fields(&[(":method", "GET")])), RESET),
        broken("no field at all", whole(&[]), RESET),
    ]
}

pub fn methods() -> Vec<Row> {
    let key = api_key(1);
    let connect = fields(&[(":method", "CONNECT"), (":authority", "a:80"), ("x-api-key", &key)]);
    let tunnel = fields(&[
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        (":scheme", "http"),
        (":authority", "a"),
        (":path", "/echo"),
        ("x-api-key", &key),
    ]);
    let method = |method: &str| whole(&good(method, "/echo"));
    let declined = |name, frames| refused(name, frames, 405, "method-not-allowed");
    vec![
        declined("CONNECT", whole(&connect)),
        declined("TRACE", method("TRACE")),
        declined("a method that no route has", method("BREW")),
        declined("a method in small letters", method("get")),
        broken("CONNECT with a path", method("CONNECT"), RESET),
        broken("CONNECT to another protocol, which was not offered", whole(&tunnel), RESET),
        broken("a method that is no token", method("G@T"), GO_AWAY),
        broken("an empty method", method(""), GO_AWAY),
        broken("a line end in the method", method("GET / HTTP/1.1\r\n"), GO_AWAY),
    ]
}

pub fn targets() -> Vec<Row> {
    let path = |path: &str| whole(&good("GET", path));
    let bad = |name, target: &str| refused(name, path(target), 400, "bad-request");
    let long = "a".repeat(9_000);
    vec![
        bad("an escaped NUL", "/echo/%00"),
        bad("an escaped line end", "/echo/%0d%0a"),
        bad("an escaped slash", "/echo/a%2fb"),
        bad("an escaped backslash", "/echo/a%5Cb"),
        bad("a backslash", "/echo/a\\b"),
        bad("escaped dots", "/echo/a/%2e%2e/x"),
        bad("one dot of two escaped", "/echo/a/.%2E/x"),
        bad("dots beyond the root", "/echo/../../x"),
        bad("over-long UTF-8", "/echo/%c0%af"),
        bad("escapes that are no UTF-8", "/echo/%ff"),
        bad("an escape of one digit", "/echo/%4"),
        bad("UTF-8 in the path", "/\u{e9}cho"),
        bad("UTF-8 in the query", "/echo?\u{e9}"),
        bad("* with GET", "*"),
        refused("* with OPTIONS", whole(&good("OPTIONS", "*")), 404, "no-route"),
        refused("a target of 9 KB", path(&format!("/echo/{long}")), 414, "uri-too-long"),
        refused("a query of 9 KB", path(&format!("/echo?{long}")), 414, "uri-too-long"),
        broken("no slash at the beginning", path("echo"), RESET),
        broken("absolute form", path("http://a/echo"), RESET),
        broken("NUL in the path", path("/echo/\0"), RESET),
        broken("a space in the path", path("/echo/a b"), RESET),
        broken("a line end in the path", path("/echo HTTP/1.1\r\nX: 1"), RESET),
    ]
}

pub fn served() -> Vec<Row> {
    let path = |name, path: &str, sees| ok(name, whole(&good("GET", path)), sees);
    let mut host = changed(":authority", None);
    host.extend(fields(&[("host", "a")]));
    vec![
        ok("a good call", whole(&good("GET", "/echo")), ROOT),
        ok("Host alone", whole(&host), ROOT),
        ok(":authority and the same Host", whole(&with("GET", "/echo", &[("host", "A")])), ROOT),
        ok("an authority that is an IPv6 address", authority("[::1]:8080"), ROOT),
        ok(
            "another scheme, which is only what the client believes",
            whole(&changed(":scheme", Some("https"))),
            ROOT,
        ),
        // HTTP/1.1 refuses it; here it is gone before a request is there, and nothing of it goes on
        path("a fragment", "/echo#part", ROOT),
        path("two slashes", "//echo//x", "GET /x HTTP/1.1\r\n\r\n"),
        path("a dot segment", "/echo/./x", "GET /x HTTP/1.1\r\n\r\n"),
        path("two dots that stay below", "/echo/a/../x", "GET /x HTTP/1.1\r\n\r\n"),
        path("a letter escaped", "/echo/%78%7e", "GET /x~ HTTP/1.1\r\n\r\n"),
        path("an escape that is escaped", "/echo/%252e%252e/x", "GET /%252e%252e/x HTTP/1.1\r\n\r\n"),
        path("escapes and brackets in a query", "/echo?a=%2F&b[]=1", "GET /?a=%2F&b[]=1 HTTP/1.1\r\n\r\n"),
    ]
}
