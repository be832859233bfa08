//! What is odd but clear: passed on, in one spelling.

use super::{H, Row, head, served};

const ROOT: &str = "GET / HTTP/1.1\r\n\r\n";

pub fn odd() -> Vec<Row> {
    let upgrade =
        |protocol: &str| head("GET /echo", &format!("Connection: Upgrade\r\nUpgrade: {protocol}\r\n"));
    vec![
        served(
            "absolute form, the same host",
            "GET http://A:80/echo HTTP/1.1\r\nHost: a:80\r\nX-API-Key: KEY\r\n\r\n",
            ROOT,
        ),
        served("a host that is an IPv6 address", head("GET /echo", "").replace(": a", ": [::1]:8080"), ROOT),
        served("an empty line first", format!("\r\n{}", head("GET /echo", "")), ROOT),
        served("X_Y", head("GET /echo", "X_Y: 1\r\n"), "GET / HTTP/1.1\r\nx_y: 1\r\n\r\n"),
        served(
            "bytes above 0x7f in a value",
            head("GET /echo", "X-Latin: caf\u{e9}\r\n"),
            "GET / HTTP/1.1\r\nx-latin: caf\u{e9}\r\n\r\n",
        ),
        served("no space after the colon", head("GET /echo", "A:1\r\n"), "GET / HTTP/1.1\r\na: 1\r\n\r\n"),
        served("spaces around a value", head("GET /echo", "A: \t1 \t\r\n"), "GET / HTTP/1.1\r\na: 1\r\n\r\n"),
        served("an empty value", head("GET /echo", "A:\r\n"), "GET / HTTP/1.1\r\na: \r\n\r\n"),
        served("an upgrade to h2c", upgrade("h2c"), ROOT),
        served("an upgrade to WebSocket without its key", upgrade("websocket"), ROOT),
        Row { open: false, ..served("HTTP/1.0", format!("GET /echo HTTP/1.0\r\n{H}\r\n"), ROOT) },
        Row {
            open: false,
            ..served("HTTP/1.0 without a host", "GET /echo HTTP/1.0\r\nX-API-Key: KEY\r\n\r\n", ROOT)
        },
        Row {
            open: false,
            ..served(
                "HTTP/1.0 that would go on",
                format!("GET /echo HTTP/1.0\r\n{H}Connection: keep-alive\r\n\r\n"),
                ROOT,
            )
        },
    ]
}

pub fn spelled() -> Vec<Row> {
    let path = |name: &'static str, path: &str, sees: &'static str| {
        served(name, head(&format!("GET {path}"), ""), sees)
    };
    vec![
        path("two slashes", "//echo//x", "GET /x HTTP/1.1\r\n\r\n"),
        path("a dot segment", "/echo/./x", "GET /x HTTP/1.1\r\n\r\n"),
        path("two dots that stay below", "/echo/a/../x", "GET /x HTTP/1.1\r\n\r\n"),
        path("two dots to another api and back", "/none/../echo/x", "GET /x HTTP/1.1\r\n\r\n"),
        path("a letter escaped", "/echo/%78%7e", "GET /x~ HTTP/1.1\r\n\r\n"),
        path("an escape in small letters", "/echo/%c3%a9", "GET /%C3%A9 HTTP/1.1\r\n\r\n"),
        path("an escape that is escaped", "/echo/%252e%252e/x", "GET /%252e%252e/x HTTP/1.1\r\n\r\n"),
        path("a slash at the end", "/echo/x/", "GET /x/ HTTP/1.1\r\n\r\n"),
        path("escapes and brackets in a query", "/echo?a=%2F&b[]=1", "GET /?a=%2F&b[]=1 HTTP/1.1\r\n\r\n"),
        path("an empty query", "/echo?", "GET /? HTTP/1.1\r\n\r\n"),
    ]
}

pub fn framed() -> Vec<Row> {
    let chunked =
        |coding: &str, chunks: &str| head("POST /echo", &format!("Transfer-Encoding:{coding}\r\n")) + chunks;
    let x = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    vec![
        served(
            "a GET with a body",
            head("GET /echo", "Content-Length: 2\r\n") + "hi",
            "GET / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi",
        ),
        served(
            "a POST of nothing",
            head("POST /echo", "Content-Length: 0\r\n"),
            "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
        ),
        served("a tab before chunked", chunked("\tChunked", "1\r\nx\r\n0\r\n\r\n"), x),
        served("an extension of a chunk", chunked(" chunked", "1;a=b\r\nx\r\n0;c\r\n\r\n"), x),
        served("zeros before a chunk size", chunked(" chunked", "0001\r\nx\r\n000\r\n\r\n"), x),
        served("a length as a trailer", chunked(" chunked", "1\r\nx\r\n0\r\nContent-Length: 7\r\n\r\n"), x),
        served(
            "an expectation with nothing behind it",
            head("POST /echo", "Expect: 100-Continue\r\nContent-Length: 0\r\n"),
            "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
        ),
    ]
}
