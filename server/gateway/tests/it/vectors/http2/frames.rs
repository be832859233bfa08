//! Frames: which of them may come where, and how large they may be (RFC 9113 sections 4 to 6).

use super::{Ends, Field, Row, begun, broken, data, good, served as ok, whole};
use faultlab::raw::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, Frame, GOAWAY,
    HEADERS, PADDED, PING, PRIORITY, PROTOCOL_ERROR, PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use faultlab::raw::hpack;

const ROOT: &str = "GET / HTTP/1.1\r\n\r\n";
const GO_AWAY: Ends = Ends::GoAway(PROTOCOL_ERROR);

/// The head of the first stream in several frames.
pub fn continued(fields: &[Field]) -> Vec<u8> {
    let block = hpack::literals(fields);
    let mut frames = Vec::new();
    for (number, part) in block.chunks(16_000).enumerate() {
        let kind = if number == 0 { HEADERS } else { CONTINUATION };
        let stream = if number == 0 { END_STREAM } else { 0 };
        let last = if (number + 1) * 16_000 >= block.len() { END_HEADERS } else { 0 };
        frames.extend(Frame::bytes(kind, stream | last, 1, part));
    }
    frames
}

/// Something by itself, with a good call before it that is not answered any more or not begun.
fn alone(name: &'static str, kind: u8, flags: u8, stream: u32, payload: &[u8], ends: Ends) -> Row {
    broken(name, Frame::bytes(kind, flags, stream, payload), ends)
}

pub fn streams() -> Vec<Row> {
    let block = hpack::literals(&good("GET", "/echo"));
    let head = |stream: u32| Frame::bytes(HEADERS, END_HEADERS | END_STREAM, stream, &block);
    vec![
        alone("DATA for the connection", DATA, 0, 0, b"hi", GO_AWAY),
        alone("DATA of a stream that is not there", DATA, 0, 1, b"hi", GO_AWAY),
        broken("HEADERS for the connection", head(0), GO_AWAY),
        broken("a stream of an even number", head(2), GO_AWAY),
        alone("RST_STREAM of a stream that is not there", RST_STREAM, 0, 1, &[0, 0, 0, 8], GO_AWAY),
        alone("a promise by a client", PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x82], GO_AWAY),
        alone("CONTINUATION of nothing", CONTINUATION, END_HEADERS, 1, &[0x82], GO_AWAY),
        broken(
            "something between HEADERS and CONTINUATION",
            [Frame::bytes(HEADERS, END_STREAM, 1, &block), Frame::bytes(PING, 0, 0, &[0; 8])].concat(),
            GO_AWAY,
        ),
        broken(
            "CONTINUATION of another stream",
            [Frame::bytes(HEADERS, END_STREAM, 1, &block), Frame::bytes(CONTINUATION, END_HEADERS, 3, &[])]
                .concat(),
            GO_AWAY,
        ),
        ok("a frame that nobody knows", [Frame::bytes(0xbe, 0xff, 1, b"?"), head(1)].concat(), ROOT),
        ok("a priority", [Frame::bytes(PRIORITY, 0, 1, &[0, 0, 0, 0, 9]), head(1)].concat(), ROOT),
    ]
}

pub fn sizes() -> Vec<Row> {
    let size = Ends::GoAway(FRAME_SIZE_ERROR);
    let window = |stream: u32, by: u32| Frame::bytes(WINDOW_UPDATE, 0, stream, &by.to_be_bytes());
    let flow = FLOW_CONTROL_ERROR;
    let setting = |id: u8, value: u32| {
        let [a, b, c, d] = value.to_be_bytes();
        Frame::bytes(SETTINGS, 0, 0, &[0, id, a, b, c, d])
    };
    vec![
        alone("a frame beyond the size that was allowed", DATA, 0, 1, &[0; 20_000], size),
        alone("a ping of seven bytes", PING, 0, 0, &[0; 7], GO_AWAY),
        alone("a ping of a stream", PING, 0, 1, &[0; 8], GO_AWAY),
        alone("SETTINGS of a stream", SETTINGS, 0, 1, &[], GO_AWAY),
        alone("SETTINGS that are cut off", SETTINGS, 0, 0, &[0; 5], GO_AWAY),
        alone("an acknowledgement with something in it", SETTINGS, ACK, 0, &[0; 6], GO_AWAY),
        alone("GOAWAY that is cut off", GOAWAY, 0, 0, &[0; 4], GO_AWAY),
        alone("RST_STREAM that is cut off", RST_STREAM, 0, 1, &[0; 3], GO_AWAY),
        broken("a window beyond 2^31 in SETTINGS", setting(4, 1 << 31), GO_AWAY),
        broken("frames below 16 KB in SETTINGS", setting(5, 100), GO_AWAY),
        broken("a window that opens by nothing", window(0, 0), GO_AWAY),
        broken(
            "a window that overflows",
            [window(0, i32::MAX as u32), window(0, 1)].concat(),
            Ends::GoAway(flow),
        ),
        broken(
            "more padding than there is of a frame",
            [begun(&good("POST", "/echo")), Frame::bytes(DATA, PADDED, 1, &[9, 0, 0])].concat(),
            GO_AWAY,
        ),
    ]
}

pub fn heads() -> Vec<Row> {
    let block = |bytes: &[u8]| Frame::bytes(HEADERS, END_HEADERS | END_STREAM, 1, bytes);
    vec![
        broken("a field by a number that is not there", block(&[0xfe]), GO_AWAY),
        broken("a number beyond all bounds", block(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), GO_AWAY),
        broken("a value that is cut off", block(&[0, 1, b'a', 9, b'b']), GO_AWAY),
        broken("a table beyond the size that was allowed", block(&[0x3f, 0xff, 0xff, 0x03]), GO_AWAY),
        broken("a code that is none", block(&[0, 1, b'a', 0x84, 0xff, 0xff, 0xff, 0xff]), GO_AWAY),
        broken("a stream after its end", [whole(&good("GET", "/none")), data("more")].concat(), GO_AWAY),
        ok("a head in two frames", continued(&super::with("GET", "/echo", &[])), ROOT),
    ]
}
