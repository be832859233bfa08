use super::*;
use serde_json::Value;

fn fixtures(kind: &str) -> Vec<Value> {
    let all = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/event_stream.json"));
    let mut all: Value = serde_json::from_str(all).unwrap();
    serde_json::from_value(all[kind].take()).unwrap()
}

fn bytes(case: &Value) -> Vec<u8> {
    let hex = case["hex"].as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn message(case: &Value) -> Message {
    let text = |field: &str| case[field].as_str().unwrap().to_owned();
    Message { event: text("event"), data: text("data").into_bytes() }
}

#[test]
fn messages_are_what_botocore_reads_however_they_are_cut() {
    let cases = fixtures("good");
    assert_eq!(cases.len(), 6);
    let stream: Vec<u8> = cases.iter().flat_map(bytes).collect();
    let expected: Vec<_> = cases.iter().map(message).collect();
    for size in 1..=stream.len() {
        let (mut decoder, mut messages) = (Decoder::default(), Vec::new());
        for piece in stream.chunks(size) {
            messages.extend(decoder.push(piece).unwrap());
        }
        assert_eq!(messages, expected, "pieces of {size}");
        assert_eq!(decoder.finish(), Ok(()));
    }
}

#[test]
fn what_is_written_is_what_botocore_reads() {
    let cases = fixtures("good");
    let ours: Vec<_> = cases.iter().filter(|case| case["ours"] == true).collect();
    assert_eq!(ours.len(), 3);
    for case in ours {
        let message = message(case);
        assert_eq!(encode(&message.event, &message.data), bytes(case), "{}", case["name"]);
    }
}

#[test]
fn what_botocore_refuses_is_refused_for_good() {
    let cases = fixtures("broken");
    assert_eq!(cases.len(), 5);
    let good = encode("messageStop", b"{}");
    let is_checksum = |result| matches!(result, Err(Broken::Checksum { said, counted }) if said != counted);
    for case in cases {
        let mut decoder = Decoder::default();
        let stream = [good.clone(), bytes(&case), good.clone()].concat();
        assert_eq!(decoder.push(&stream).map(|messages| messages.len()), Ok(1), "{}", case["name"]);
        assert!(is_checksum(decoder.push(&good)), "{}", case["name"]);
        assert!(is_checksum(decoder.push(b"")), "{}", case["name"]);
        assert!(is_checksum(decoder.finish().map(|()| Vec::new())), "{}", case["name"]);
        assert!(is_checksum(Decoder::default().push(&bytes(&case))), "{}", case["name"]);
    }
}

/// A message with right checksums, whatever it says of itself.
fn crafted(total: u32, headers: u32, rest: &[u8]) -> Vec<u8> {
    let mut message = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend_from_slice(rest);
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message
}

#[test]
fn lengths_and_headers_that_cannot_be_are_refused() {
    let limit = u32::try_from(MAX_MESSAGE).unwrap();
    let cases: [(&str, Vec<u8>, Broken); 7] = [
        ("too long", crafted(limit + 1, 0, b""), Broken::TooLong(MAX_MESSAGE + 1)),
        ("longest number", crafted(u32::MAX, 0, b""), Broken::TooLong(u32::MAX as usize)),
        ("shorter than its frame", crafted(15, 0, b""), Broken::Length),
        ("headers longer than it", crafted(20, 5, b"abcd"), Broken::Length),
        ("a name that is cut", crafted(18, 2, b"\x05a"), Broken::Headers),
        ("a type that is unknown", crafted(19, 3, b"\x01a\x0a"), Broken::Headers),
        ("a value that is cut", crafted(22, 6, b"\x01a\x07\x00\x09x"), Broken::Headers),
    ];
    for (name, stream, broken) in cases {
        assert_eq!(Decoder::default().push(&stream), Err(broken), "{name}");
    }
    let mut no_text = Vec::from(b"\x0b:event-type\x07\x00\x01".as_slice());
    no_text.push(0xff);
    let stream = crafted(16 + 16, 16, &no_text);
    assert_eq!(Decoder::default().push(&stream), Err(Broken::Headers), "no UTF-8");
}

#[test]
fn a_stream_that_ends_within_a_message_is_cut() {
    let stream = encode("messageStop", b"{}");
    for length in 1..stream.len() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(&stream[..length]), Ok(Vec::new()), "{length} bytes");
        assert_eq!(decoder.finish(), Err(Broken::Cut), "{length} bytes");
    }
}

#[test]
fn what_is_too_long_for_a_header_is_cut() {
    let (name, value) = ("n".repeat(300), "v".repeat(70_000));
    let stream = encode_message(&[(&name, &value), (":event-type", "x")], b"{}");
    let message = Message { event: "x".to_owned(), data: b"{}".to_vec() };
    assert_eq!(Decoder::default().push(&stream), Ok(vec![message]));
}
