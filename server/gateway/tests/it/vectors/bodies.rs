//! Chunks, and what follows a request on its connection.

use super::{Row, Sees, declined, head, refused, served};

const BEGUN: &str = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

/// The client is told, and what was begun at the upstream is broken off.
fn broken(name: &'static str, chunks: &str) -> Row {
    let bytes = head("POST /echo", "Transfer-Encoding: chunked\r\n") + chunks;
    Row { sees: Sees::CutOff(BEGUN), ..refused(name, bytes, 400) }
}

pub fn chunks() -> Vec<Row> {
    vec![
        broken("a chunk size that LF ends", "5\nhello\r\n0\r\n\r\n"),
        broken("a last chunk that LF ends", "5\r\nhello\r\n0\n\n"),
        broken("an end that LF ends", "5\r\nhello\r\n0\r\n\n\r\n"),
        broken("a trailer that LF ends", "5\r\nhello\r\n0\r\nX: 1\nY: 2\r\n\r\n"),
        broken("a space after the chunk size", "5 \r\nhello\r\n0\r\n\r\n"),
        broken("a space before the chunk size", " 5\r\nhello\r\n0\r\n\r\n"),
        broken("a chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        broken("a chunk size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        broken("a chunk size below zero", "-5\r\nhello\r\n0\r\n\r\n"),
        broken("a chunk size beyond 2^64", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        broken("no chunk size", "\r\nhello\r\n0\r\n\r\n"),
        broken("a chunk size in other letters", "5\r\nhello\r\nzz\r\n"),
        broken("an extension without a size", ";a=b\r\nhello\r\n0\r\n\r\n"),
        broken("LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
        broken("CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        broken("a control character in an extension", "5;a=\x01\r\nhello\r\n0\r\n\r\n"),
        broken("an extension of 2 KB", &format!("5;{}\r\nhello\r\n0\r\n\r\n", "a".repeat(2_000))),
        broken("a chunk longer than its size", "5\r\nhelloo\r\n0\r\n\r\n"),
        Row {
            // what follows it is taken for its end
            sees: Sees::CutOff("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhell\r\r\n0"),
            ..broken("a chunk shorter than its size", "5\r\nhell\r\n0\r\n\r\n")
        },
        broken("a chunk that LF ends", "5\r\nhello\n0\r\n\r\n"),
        broken("a trailer whose name has a space", "5\r\nhello\r\n0\r\nbad name: 1\r\n\r\n"),
        broken("a trailer without a colon", "5\r\nhello\r\n0\r\nnone\r\n\r\n"),
        broken("trailers of 20 KB", &format!("5\r\nhello\r\n0\r\nX: {}\r\n\r\n", "a".repeat(20_000))),
    ]
}

pub fn pipelined() -> Vec<Row> {
    let get = |path: &str| head(&format!("GET /echo/{path}"), "");
    let post = |length: u8| head("POST /echo", &format!("Content-Length: {length}\r\n"));
    let post_hi = "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi";
    let (a, b) = ("GET /a HTTP/1.1\r\n\r\n", "GET /b HTTP/1.1\r\n\r\n");
    let all = |sees: &[&'static str]| Sees::Exactly(sees.to_vec());
    vec![
        Row { answers: vec![200, 200], sees: all(&[a, b]), ..served("two calls", get("a") + &get("b"), "") },
        Row {
            answers: vec![200, 200],
            sees: all(&[post_hi, a]),
            ..served("a body, and the call behind it", post(2) + "hi" + &get("a"), "")
        },
        Row {
            answers: vec![200, 400],
            open: false,
            ..served("rubbish behind a call", get("a") + "rubbish\r\n\r\n" + &get("b"), a)
        },
        Row {
            answers: vec![200, 400],
            open: false,
            ..served("HTTP/0.9 behind a call", get("a") + "GET /echo/b\r\n\r\n", a)
        },
        Row {
            answers: vec![200, 400],
            open: false,
            ..served("a body longer than its length", post(2) + "hi\0" + &get("b"), post_hi)
        },
        Row {
            answers: vec![200, 400],
            open: false,
            sees: all(&["POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"]),
            ..served(
                "rubbish behind the last chunk",
                head("POST /echo", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                "",
            )
        },
        Row {
            open: false,
            ..served(
                "a call behind the last one",
                get("a").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n") + &get("b"),
                a,
            )
        },
        refused("a call behind a refused one", head("GET /echo", ": 1\r\n") + &get("b"), 400),
        Row {
            answers: vec![404, 200],
            sees: all(&[a]),
            ..declined("a call behind one for nobody", head("GET /none", "") + &get("a"), 404)
        },
        declined(
            "a short body that nobody wants",
            "POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            404,
        ),
    ]
}
