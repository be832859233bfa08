//! Answers that are none, that break off, that are odd, and that do not come.

use super::Does::{Drips, Ends, Refuses, Resets, Stays};
use super::{Row, kept, passed, refused, unclean};

const OK: &str = "HTTP/1.1 200 OK\r\n";
const TWO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";

/// No HTTP, or none that has one meaning.
fn malformed(name: &'static str, bytes: impl Into<String>) -> Row {
    refused(name, Ends(bytes.into()), (502, "upstream-broken", "http_protocol_error"))
}

pub fn malformed_heads() -> Vec<Row> {
    let field = |field: &str| format!("{OK}{field}\r\nContent-Length: 0\r\n\r\n");
    vec![
        malformed("garbage", "garbage\r\n\r\n"),
        malformed("HTTP/0.9", "<html>old</html>"),
        malformed("HTTP/9.9", "HTTP/9.9 200 OK\r\n\r\n"),
        malformed("HTTP/2 that nobody asked for", "\0\0\x12\x04\0\0\0\0\0"),
        malformed("an alert of TLS", "\x15\x03\x01\0\x02\x02\x46"),
        malformed("the greeting of another protocol", "220 mail.example.com ESMTP\r\n"),
        malformed("a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        malformed("a status of six digits", "HTTP/1.1 999999 No\r\n\r\n"),
        malformed("a status with a letter", "HTTP/1.1 2x0 OK\r\n\r\n"),
        malformed("a status below 100", "HTTP/1.1 099 OK\r\n\r\n"),
        malformed("NUL in a value", field("A: a\0b")),
        malformed("CR in a value", field("A: a\rb")),
        malformed("an empty name", field(": x")),
        malformed("a space in a name", field("A b: 1")),
        malformed("a folded line", field("A: a\r\n b")),
        malformed("half a head", format!("{OK}Content-Le")),
        malformed("101 fields", field("A: 1\r\n".repeat(100).trim_end())),
        malformed("a field of 70 KB", field(&format!("A: {}", "a".repeat(70_000)))),
        malformed("a head of 70 KB", field(format!("A: {}\r\n", "a".repeat(7_000)).repeat(10).trim_end())),
    ]
}

pub fn malformed_framing() -> Vec<Row> {
    let framed = |fields: &str| format!("{OK}{fields}\r\n\r\nok");
    let early = "HTTP/1.1 103 Early Hints\r\n\r\n";
    vec![
        malformed("two lengths", framed("Content-Length: 2\r\nContent-Length: 1")),
        malformed("a list of lengths", framed("Content-Length: 2, 2")),
        malformed("a length with a sign", framed("Content-Length: +2")),
        malformed("a coding other than chunked", framed("Transfer-Encoding: gzip")),
        malformed("gzip, then chunked", framed("Transfer-Encoding: gzip, chunked")),
        malformed("chunked twice", framed("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
        malformed("chunked in HTTP/1.0", framed("Transfer-Encoding: chunked").replace("/1.1", "/1.0")),
        malformed("101 that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        malformed(
            "101 to WebSocket that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        ),
        malformed("nothing after 100", "HTTP/1.1 100 Continue\r\n\r\n"),
        malformed("17 interim answers", early.repeat(17) + TWO),
        malformed("nothing but interim answers", early.repeat(10_000)),
    ]
}

/// The connection ends before there is an answer.
pub fn nothing() -> Vec<Row> {
    let terminated = (502, "upstream-broken", "connection_terminated");
    vec![
        refused("refused", Refuses, (502, "upstream-unreachable", "connection_refused")),
        refused("closed without a byte", Ends(String::new()), terminated),
        refused("reset without a byte", Resets, terminated),
    ]
}

pub fn late() -> Vec<Row> {
    let timeout = (504, "upstream-timeout", "http_response_timeout");
    let first = |row: Row| Row { timeouts: |times| times.first_byte_ms = 200, ..row };
    let idle = |row: Row| Row { timeouts: |times| times.idle_ms = 200, ..row };
    let total = |row: Row| Row { timeouts: |times| times.total_ms = 200, ..row };
    let continues = "HTTP/1.1 100 Continue\r\n\r\n";
    vec![
        first(refused("nothing comes", Stays(String::new()), timeout)),
        first(refused("a head comes in drips", Drips(format!("{OK}X-Long: ")), timeout)),
        first(refused("an interim answer, and nothing more", Stays(continues.into()), timeout)),
        total(refused(
            "nothing comes in all the time of the call",
            Stays(String::new()),
            (504, "call-timeout", "http_response_timeout"),
        )),
        idle(unclean("a body that stops", Stays(HALF.into()), "upstream-timeout")),
        total(unclean("a body that stops until the call is over", Stays(HALF.into()), "call-timeout")),
    ]
}

pub fn broken_off() -> Vec<Row> {
    let broken = |name, bytes: &str| unclean(name, Ends(bytes.into()), "upstream-broken");
    let chunked = |name, chunks: &str| {
        let bytes = format!("{OK}Transfer-Encoding: chunked\r\n\r\n{chunks}");
        unclean(name, Ends(bytes), "upstream-broken")
    };
    vec![
        broken("a body shorter than its length", HALF),
        chunked("no last chunk", "4\r\nhalf\r\n"),
        chunked("a last chunk without its end", "4\r\nhalf\r\n0\r\n"),
        chunked("a chunk size in other letters", "4\r\nhalf\r\nzz\r\n"),
        chunked("a chunk size that LF ends", "4\r\nhalf\r\n4\nhalf\r\n0\r\n\r\n"),
        chunked("a space after the chunk size", "4\r\nhalf\r\n4 \r\nhalf\r\n0\r\n\r\n"),
        chunked("a chunk size beyond 2^64", "4\r\nhalf\r\n10000000000000004\r\nhalf\r\n0\r\n\r\n"),
        chunked("a chunk longer than its size", "4\r\nhalfway\r\n0\r\n\r\n"),
        chunked("a trailer without a colon", "4\r\nhalf\r\n0\r\nnone\r\n\r\n"),
    ]
}

pub fn odd() -> Vec<Row> {
    let early = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    let chunks = "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n";
    vec![
        kept("an answer that is well", TWO, "ok"),
        kept("100 and 103 before the answer", format!("HTTP/1.1 100 Continue\r\n\r\n{early}{TWO}"), "ok"),
        kept("16 interim answers", early.repeat(16) + TWO, "ok"),
        kept("chunks", format!("{OK}{chunks}\r\n"), "ok"),
        kept("trailers that nobody asked for", format!("{OK}{chunks}X-Sum: 1\r\n\r\n"), "ok"),
        kept("no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok"),
        kept("bare LF at the end of every line", TWO.replace("\r\n", "\n"), "ok"),
        kept("one length twice", format!("{OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok"), "ok"),
        kept("bytes above 0x7f in a value", format!("{OK}A: caf\u{e9}\r\nContent-Length: 2\r\n\r\nok"), "ok"),
        Row { status: 500, ..kept("an error of its own", TWO.replace("200 OK", "500 Oh"), "ok") },
        Row { status: 599, ..kept("a status that nobody knows", TWO.replace("200 OK", "599 Oh"), "ok") },
        Row {
            status: 304,
            ..kept("304 with the length of another answer", "HTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n", "")
        },
        Row { status: 204, ..kept("204 with a length", "HTTP/1.1 204 N\r\nContent-Length: 0\r\n\r\n", "") },
        Row {
            line: "HEAD /echo",
            ..kept("the length alone, to HEAD", format!("{OK}Content-Length: 2\r\n\r\n"), "")
        },
    ]
}

/// What is read to its end, with something behind it or without any other mark of its end.
pub fn ended_by_the_connection() -> Vec<Row> {
    let stays = |name, bytes: &str, body| passed(name, Stays(bytes.into()), body);
    let chunks = "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    vec![
        passed("a body without a length", Ends(format!("{OK}\r\nuntil the end")), "until the end"),
        passed("HTTP/1.0 without a length", Ends("HTTP/1.0 200 OK\r\n\r\nuntil".into()), "until"),
        stays("HTTP/1.0 with a length", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        stays("Connection: close", &format!("{OK}Connection: close\r\nContent-Length: 2\r\n\r\nok"), "ok"),
        stays("length and coding", &format!("{OK}Content-Length: 9\r\n{chunks}"), "ok"),
        stays("bytes behind the length", &format!("{TWO} and more"), "ok"),
        stays("an answer behind the answer", &format!("{TWO}{TWO}"), "ok"),
        stays("bytes behind the last chunk", &format!("{OK}{chunks}more"), "ok"),
        Row { status: 204, ..stays("204 with a body", "HTTP/1.1 204 No Content\r\n\r\nbody", "") },
        Row { status: 304, ..stays("304 with a body", "HTTP/1.1 304 Not Modified\r\n\r\nbody", "") },
        Row { line: "HEAD /echo", ..stays("a body to HEAD", TWO, "") },
    ]
}
