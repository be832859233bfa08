//! Header fields: how long the body is, who is believed, and how much there may be of them.

use super::{H, Row, head, refused};

pub fn lengths() -> Vec<Row> {
    let post = |fields: &str| head("POST /echo", fields) + "a";
    let smuggled = head("GET /echo/smuggled", "");
    let chunked = head("POST /echo", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n");
    vec![
        refused("length, then coding", chunked + "0\r\n\r\n" + &smuggled, 400),
        refused(
            "coding, then length",
            head("POST /echo", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n") + &smuggled,
            400,
        ),
        refused("one length twice", post("Content-Length: 1\r\nContent-Length: 1\r\n"), 400),
        refused("two lengths", post("Content-Length: 1\r\nContent-Length: 0\r\n") + &smuggled, 400),
        refused("a length that is 0 at first", post("Content-Length: 0\r\nContent-Length: 1\r\n"), 400),
        refused("a list of lengths", post("Content-Length: 1, 1\r\n"), 400),
        refused("a length with a sign", post("Content-Length: +1\r\n"), 400),
        refused("a length below zero", post("Content-Length: -1\r\n"), 400),
        refused("a length with a point", post("Content-Length: 1.0\r\n"), 400),
        refused("an empty length", post("Content-Length:\r\n"), 400),
        refused("a length in hex", post("Content-Length: 0x1\r\n"), 400),
        refused("a length of 2^64", post("Content-Length: 18446744073709551616\r\n"), 400),
        refused("a space before the colon of the length", post("Content-Length : 1\r\n"), 400),
        refused("Content_Length", post("Content_Length: 1\r\n"), 400),
    ]
}

pub fn codings() -> Vec<Row> {
    let post = |fields: &str| head("POST /echo", fields) + "0\r\n\r\n";
    let coding = |value: &str| post(&format!("Transfer-Encoding:{value}\r\n"));
    vec![
        refused("xchunked", coding(" xchunked"), 400),
        refused("identity", coding(" identity"), 400),
        refused("chunked, then identity", coding(" chunked, identity"), 400),
        refused("chunked, then nothing", coding(" chunked,"), 400),
        refused("chunked twice in one field", coding(" chunked, chunked"), 400),
        refused("chunked in quotes", coding(" \"chunked\""), 400),
        refused("chunked with a parameter", coding(" chunked;q=1"), 400),
        refused("an empty coding", coding(""), 400),
        refused("a vertical tab before chunked", coding("\x0bchunked"), 400),
        refused("gzip, then chunked", coding(" gzip, chunked"), 501),
        refused("an unknown coding, then chunked", coding(" foo, chunked"), 400),
        refused(
            "chunked on two lines",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            400,
        ),
        refused(
            "identity and chunked on two lines",
            post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
            400,
        ),
        refused("a space before the colon of the coding", post("Transfer-Encoding : chunked\r\n"), 400),
        refused("Transfer_Encoding", post("Transfer_Encoding: chunked\r\n"), 400),
        refused(
            "chunked in HTTP/1.0",
            format!("POST /echo HTTP/1.0\r\n{H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
    ]
}

pub fn syntax() -> Vec<Row> {
    let field = |field: &str| head("GET /echo", &format!("{field}\r\n"));
    vec![
        refused("CR in a value", field("A: a\rb"), 400),
        refused("NUL in a value", field("A: a\0b"), 400),
        refused("a control character in a value", field("A: a\x01b"), 400),
        refused("DEL in a value", field("A: a\x7fb"), 400),
        refused("NUL in a name", field("A\0: 1"), 400),
        refused("UTF-8 in a name", field("\u{e9}: 1"), 400),
        refused("a folded line", field("A: a\r\n b"), 400),
        refused("a line folded by a tab", field("A: a\r\n\tb"), 400),
        refused("a first field that is folded", format!("GET /echo HTTP/1.1\r\n A: 1\r\n{H}\r\n"), 400),
        refused("an empty name", field(": a"), 400),
        refused("a space in a name", field("A b: 1"), 400),
        refused("a space before the colon", field("A : 1"), 400),
        refused("a line without a colon", field("no colon"), 400),
    ]
}

pub fn sizes() -> Vec<Row> {
    let get = |fields: &str| head("GET /echo", fields);
    vec![
        refused("101 fields", get(&"A: 1\r\n".repeat(101)), 431),
        refused("a field of 17 KB", get(&format!("A: {}\r\n", "a".repeat(17_000))), 431),
        refused("a field of 20 KB", get(&format!("A: {}\r\n", "a".repeat(20_000))), 431),
        refused("a field of 400 KB", get(&format!("A: {}\r\n", "a".repeat(400_000))), 431),
        refused("a name of 20 KB", get(&format!("{}: 1\r\n", "a".repeat(20_000))), 431),
        refused("fields of 40 KB together", get(&format!("A: {}\r\n", "a".repeat(4_000)).repeat(10)), 431),
        refused("a length over the cap", head("POST /echo", "Content-Length: 99999999\r\n"), 413),
    ]
}

pub fn trust() -> Vec<Row> {
    let get = |fields: &str| head("GET /echo", fields);
    vec![
        refused("Connection names Host", get("Connection: close, x-hop, host\r\n"), 400),
        refused("Connection names the key", get("Connection: X-API-Key\r\n"), 400),
        refused("Connection names the length", get("Connection: content-length\r\n"), 400),
        refused("Connection names what we add", get("Connection: x-forwarded-for\r\n"), 400),
        refused("X_Forwarded_For", get("X_Forwarded_For: 1.2.3.4\r\n"), 400),
        refused("X-Forwarded_For", get("X-Forwarded_For: 1.2.3.4\r\n"), 400),
        refused("X_API_Key", get("X_API_Key: 1\r\n"), 400),
        refused("an expectation that nobody meets", get("Expect: miracles\r\n"), 417),
        refused("two expectations", get("Expect: 100-continue, miracles\r\n"), 417),
        refused(
            "an upgrade with a body",
            head("POST /echo", "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n") + "a",
            400,
        ),
    ]
}
