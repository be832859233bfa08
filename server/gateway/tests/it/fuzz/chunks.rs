//! The reader of chunks: whatever comes, in whichever pieces, it takes what a simple reader of the whole takes, or
//! refuses it.

use super::{Random, for_the_time};
use bytes::BytesMut;
use gateway::h1::body::{Framing, Piece};

const BODIES: [&str; 7] = [
    "5\r\nhello\r\n0\r\n\r\n",
    "5;a=b\r\nhello\r\n00006;c=\"d\"\r\n world\r\n0;e\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "a\r\n0123456789\r\n0\r\nX-Sum: 1\r\nContent-Length: 3\r\n\r\n",
    "1\r\n\r\r\n2\r\n\r\n\r\n0\r\n\r\n0\r\n\r\n",
    "0\r\n\r\n",
    "Ff\r\nshorter than it says\r\n0\r\nTrailer: x\r\n\r\n",
    "0fffffffffffffff\r\nx\r\n0\r\n\r\n",
];

/// What came of a body: its bytes, and whether it is over, broken, or goes on.
#[derive(Debug, PartialEq, Eq)]
struct Taken {
    body: Vec<u8>,
    /// What follows the body, where that is over.
    rest: Option<Vec<u8>>,
    broken: bool,
}

/// Reads a body that comes in two pieces.
fn take(bytes: &[u8], cut: usize) -> Taken {
    let (mut framing, mut buffer) = (Framing::chunked(), BytesMut::from(&bytes[..cut]));
    let (mut taken, mut second) =
        (Taken { body: Vec::new(), rest: None, broken: false }, Some(&bytes[cut..]));
    loop {
        match framing.next(&mut buffer) {
            Ok(Piece::Data(data)) => {
                assert!(!data.is_empty(), "a piece of nothing would be asked for for ever");
                taken.body.extend_from_slice(&data);
            }
            Ok(Piece::End | Piece::Trailers(_)) => {
                buffer.extend_from_slice(second.unwrap_or_default());
                taken.rest = Some(buffer.to_vec());
                assert_eq!(framing.next(&mut buffer), Ok(Piece::End), "the end stays the end");
                return taken;
            }
            Ok(Piece::More) => match second.take() {
                Some(more) => buffer.extend_from_slice(more),
                None => return taken,
            },
            Err(_) => {
                taken.broken = true;
                return taken;
            }
        }
    }
}

/// The body and what follows it, read from the whole as the RFC has it; none where that is no body, or none yet.
fn simply(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut body, mut rest) = (Vec::new(), bytes);
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let digits = rest[..end].split(|byte| *byte == b';').next()?;
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            break;
        }
        body.extend(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
    while !rest.starts_with(b"\r\n") {
        // no line ends but with both
        let end = rest.iter().position(|byte| *byte == b'\n').filter(|end| rest[..*end].ends_with(b"\r"))?;
        rest = &rest[end + 1..];
    }
    Some((body, rest[2..].to_vec()))
}

fn written(random: &mut Random) -> (Vec<u8>, Vec<u8>) {
    let (mut body, mut chunks) = (Vec::new(), Vec::new());
    for _ in 0..random.below(5) {
        let data = random.bytes(300);
        if !data.is_empty() {
            let extension = random.pick(&["", ";a", ";a=b", ";a=\"b\""]);
            chunks.extend(format!("{:x}{extension}\r\n", data.len()).into_bytes());
            chunks.extend([&data, &b"\r\n"[..]].concat());
            body.extend(data);
        }
    }
    chunks.extend(b"0\r\n");
    chunks.extend(random.pick(&["\r\n", "X-Sum: 1\r\n\r\n"]).as_bytes());
    (body, chunks)
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn chunks_are_the_same_in_any_pieces_and_never_more_than_they_say() {
    for_the_time(|random| {
        let bytes = random.mutated(&BODIES);
        let whole = take(&bytes, bytes.len());
        for cut in 0..bytes.len() {
            assert_eq!(take(&bytes, cut), whole, "{} cut at {cut}", bytes.escape_ascii());
        }
        if let Some(rest) = whole.rest {
            assert_eq!(Some((whole.body, rest)), simply(&bytes), "{}", bytes.escape_ascii());
        }
        let (body, mut chunks) = written(random);
        let follows = random.bytes(20);
        chunks.extend(&follows);
        let taken = Taken { body, rest: Some(follows), broken: false };
        assert_eq!(take(&chunks, random.below(chunks.len())), taken, "{}", chunks.escape_ascii());
    });
}
