//! Request lines, targets, and who is asked.

use super::{H, Row, declined, head, refused};

pub fn hosts() -> Vec<Row> {
    let host = |line: &str, fields: &str| format!("{line} HTTP/1.1\r\n{fields}X-API-Key: KEY\r\n\r\n");
    vec![
        refused("no Host", host("GET /echo", ""), 400),
        refused("two hosts", host("GET /echo", "Host: a\r\nHost: b\r\n"), 400),
        refused("one host twice", host("GET /echo", "Host: a\r\nHost: a\r\n"), 400),
        refused("an empty Host", host("GET /echo", "Host:\r\n"), 400),
        refused("a host with a path", host("GET /echo", "Host: a/b?x\r\n"), 400),
        refused("a host with a user name", host("GET /echo", "Host: u@a\r\n"), 400),
        refused("a host with a port in letters", host("GET /echo", "Host: a:b\r\n"), 400),
        refused("a host with a space in it", host("GET /echo", "Host: a b\r\n"), 400),
        refused("two hosts in one field", host("GET /echo", "Host: a, b\r\n"), 400),
        refused("a bracket that stays open", host("GET /echo", "Host: [::1\r\n"), 400),
        refused("absolute form, another host", host("GET http://b/echo", "Host: a\r\n"), 400),
        refused("absolute form, another port", host("GET http://a:81/echo", "Host: a\r\n"), 400),
        refused("absolute form, no Host", host("GET http://a/echo", ""), 400),
        refused("absolute form, a user name", host("GET http://u@a/echo", "Host: u@a\r\n"), 400),
    ]
}

pub fn lines() -> Vec<Row> {
    let line = |line: &str| format!("{line}\r\n{H}\r\n");
    vec![
        refused("bare LF at the end of every line", head("GET /echo", "").replace("\r\n", "\n"), 400),
        refused("bare LF at the end of one line", head("GET /echo", "A: 1\nB: 2\r\n"), 400),
        refused("bare LF at the end of the head", head("GET /echo", "").replace("\r\n\r\n", "\r\n\n"), 400),
        refused("bare LF after the request line", head("GET /echo", "").replacen("\r\n", "\n", 1), 400),
        refused("two spaces before the target", line("GET  /echo HTTP/1.1"), 400),
        refused("two spaces before the version", line("GET /echo  HTTP/1.1"), 400),
        refused("tabs in the request line", line("GET\t/echo\tHTTP/1.1"), 400),
        refused("a space before the method", line(" GET /echo HTTP/1.1"), 400),
        refused("a space after the version", line("GET /echo HTTP/1.1 "), 400),
        refused("CR in the request line", line("GET /echo\r HTTP/1.1"), 400),
        refused("NUL in the target", line("GET /echo\0 HTTP/1.1"), 400),
        refused("a method that is no token", line("G@T /echo HTTP/1.1"), 400),
        refused("no method", line(" /echo HTTP/1.1"), 400),
        refused("the greeting of TLS", "\x16\x03\x01\x02\0\x01\0\x01\u{fc}\x03\x03\r\n\r\n", 400),
        refused("an answer instead of a request", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 400),
        refused("CONNECT", head("CONNECT a:80", ""), 405),
        refused("CONNECT with a path", head("CONNECT /echo", ""), 400),
        refused("TRACE", head("TRACE /echo", ""), 405),
        declined("a method that no route has", head("BREW /echo", ""), 405),
        declined("a method in small letters", head("get /echo", ""), 405),
    ]
}

pub fn versions() -> Vec<Row> {
    let version = |version: &str| format!("GET /echo {version}\r\n{H}\r\n");
    vec![
        refused("HTTP/0.9", "GET /echo\r\n", 400),
        refused("HTTP/0.9 by its name", version("HTTP/0.9"), 505),
        refused("HTTP/1.9", version("HTTP/1.9"), 505),
        refused("HTTP/2.0 as text", version("HTTP/2.0"), 505),
        refused("HTTP/3.0 as text", version("HTTP/3.0"), 505),
        refused("HTTP/1.10", version("HTTP/1.10"), 400),
        refused("HTTP/1", version("HTTP/1"), 400),
        refused("HTTP/1.1 in small letters", version("http/1.1"), 400),
        refused("another protocol", version("HTTQ/1.1"), 400),
    ]
}

pub fn targets() -> Vec<Row> {
    vec![
        refused("a fragment", head("GET /echo#part", ""), 400),
        refused("a fragment after a query", head("GET /echo?a#part", ""), 400),
        refused("UTF-8 in the path", head("GET /\u{e9}cho", ""), 400),
        refused("UTF-8 in the query", head("GET /echo?\u{e9}", ""), 400),
        refused("* with GET", head("GET *", ""), 400),
        declined("* with OPTIONS", head("OPTIONS *", ""), 404),
        refused("no slash at the beginning", head("GET echo", ""), 400),
        refused("a target of 9 KB", head(&format!("GET /echo/{}", "a".repeat(9_000)), ""), 414),
        refused("a query of 9 KB", head(&format!("GET /echo?{}", "a".repeat(9_000)), ""), 414),
        refused("a target of 70 KB", head(&format!("GET /echo/{}", "a".repeat(70_000)), ""), 414),
    ]
}

pub fn paths() -> Vec<Row> {
    vec![
        refused("an escaped NUL", head("GET /echo/%00", ""), 400),
        refused("an escaped line end", head("GET /echo/%0d%0a", ""), 400),
        refused("an escaped slash", head("GET /echo/a%2fb", ""), 400),
        refused("an escaped backslash", head("GET /echo/a%5Cb", ""), 400),
        refused("a backslash", head("GET /echo/a\\b", ""), 400),
        refused("escaped dots", head("GET /echo/a/%2e%2e/x", ""), 400),
        refused("one dot of two escaped", head("GET /echo/a/.%2E/x", ""), 400),
        refused("dots beyond the root", head("GET /echo/../../x", ""), 400),
        refused("over-long UTF-8", head("GET /echo/%c0%af", ""), 400),
        refused("escapes that are no UTF-8", head("GET /echo/%ff", ""), 400),
        refused("an escape of one digit", head("GET /echo/%4", ""), 400),
        refused("an escape in other letters", head("GET /echo/%zz", ""), 400),
    ]
}
