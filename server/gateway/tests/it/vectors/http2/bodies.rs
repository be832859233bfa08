//! Bodies and trailers.

use super::{Ends, Row, Sees, begun, broken, data, fields, good, last_data, refused, served as ok, with};
use faultlab::raw::frames::{END_HEADERS, END_STREAM, Frame, HEADERS, PROTOCOL_ERROR};
use faultlab::raw::hpack;

const RESET: Ends = Ends::Reset(PROTOCOL_ERROR);
const BEGUN: &str = "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello";
const SUMMED: &str = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nte: trailers\r\nconnection: te\r\n\r\n2\r\nhi\r\n0\r\nx-sum: 1\r\n\r\n";
const PLAIN: &str = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nte: trailers\r\nconnection: te\r\n\r\n2\r\nhi\r\n0\r\n\r\n";

/// The call has begun by the time that its body turns out to be another one: it is on record as one that its client
/// broke off.
fn lied(name: &'static str, rest: Vec<u8>) -> Row {
    let head = begun(&with("POST", "/echo", &[("content-length", "5")]));
    let frames = [head, data("he"), rest].concat();
    Row { recorded: vec![499], sees: Sees::CutOff(BEGUN), ..broken(name, frames, RESET) }
}

pub fn lengths() -> Vec<Row> {
    let post = |length: &str| begun(&with("POST", "/echo", &[("content-length", length)]));
    vec![
        lied("a body longer than its length", last_data("llo, world")),
        lied("a body shorter than its length", last_data("l")),
        lied("a body that ends without a byte more", last_data("")),
        ok(
            "a body of its length",
            [post("2"), last_data("hi")].concat(),
            "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi",
        ),
        ok(
            "a body without a length",
            [begun(&good("POST", "/echo")), data("h"), last_data("i")].concat(),
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n",
        ),
        ok(
            "a GET with a body",
            [begun(&with("GET", "/echo", &[("content-length", "2")])), last_data("hi")].concat(),
            "GET / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi",
        ),
        ok(
            "a POST of nothing",
            super::whole(&good("POST", "/echo")),
            "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
        ),
        refused(
            "a body that nobody wants",
            [begun(&good("POST", "/none")), last_data("hi")].concat(),
            404,
            "no-route",
        ),
    ]
}

fn trailing(flags: u8, trailers: &[(&str, &str)]) -> Vec<u8> {
    let block = hpack::literals(&fields(trailers));
    let trailers = Frame::bytes(HEADERS, flags, 1, &block);
    [begun(&with("POST", "/echo", &[("te", "trailers")])), data("hi"), trailers].concat()
}

pub fn trailers() -> Vec<Row> {
    let last = |trailers: &[(&str, &str)]| trailing(END_HEADERS | END_STREAM, trailers);
    let cut =
        |name, frames| Row { recorded: vec![499], sees: Sees::CutOff(PLAIN), ..broken(name, frames, RESET) };
    vec![
        ok("a trailer", last(&[("x-sum", "1")]), SUMMED),
        ok("a length as a trailer", last(&[("content-length", "7"), ("x-sum", "1")]), SUMMED),
        ok("a key as a trailer", last(&[("x-api-key", "gk_1"), ("authorization", "Bearer x")]), PLAIN),
        ok("a host as a trailer", last(&[("host", "b"), ("x-sum", "1")]), SUMMED),
        // malformed, strictly; nothing of it goes on
        ok("a pseudo-field as a trailer", last(&[(":path", "/none")]), PLAIN),
        cut("Connection as a trailer", last(&[("connection", "close")])),
        cut("Transfer-Encoding as a trailer", last(&[("transfer-encoding", "chunked")])),
        cut("trailers that are not the end", trailing(END_HEADERS, &[("x-sum", "1")])),
    ]
}
