//! Random input for what reads bytes of strangers: heads of requests and answers, chunks, paths, and a whole listener.
//! For as long as `GATEHOUSE_FUZZ_SECONDS` says, else a minute each: `make test-long`.

mod chunks;
mod live;

use bytes::BytesMut;
use gateway::HeadLimits;
use gateway::h1::{request, response};
use gateway::intake::path::normalise;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const REQUESTS: [&str; 6] = [
    "GET /a/b?c=d HTTP/1.1\r\nHost: a.test\r\nX-API-Key: gk_1\r\nAccept: */*\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\nhello, world",
    "PUT http://a.test:80/%41%2f/../x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: close, x\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\nX_Y: \u{e9}\r\n\r\n",
    "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x==\r\n\r\n",
    "\r\nDELETE /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\nTE: trailers\r\n\r\n",
];
const ANSWERS: [&str; 5] = [
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nTrailer: x\r\nConnection: x-a, close\r\nX-A: 1\r\n\r\n0\r\n\r\n",
    "HTTP/1.0 204 No Content\r\nConnection: keep-alive\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: \"x\"\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
];
const PATHS: [&str; 8] = [
    "/",
    "/a/b/c",
    "//a//../b/./",
    "/%61/%7e/%e2%82%ac",
    "/a/%2e%2E/b",
    "/a%2fb",
    "/..%c0%af../etc",
    "/a;b=c/d@e:f",
];
/// What is put into texts: what means something to a parser.
const TOKENS: [&str; 22] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    " ",
    "\t",
    ":",
    "/",
    "..",
    "/../",
    "%2e",
    "%",
    "%00",
    "\\",
    "#",
    "?",
    ",",
    "chunked",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "HTTP/1.1",
    "\u{fffd}",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.below(256) as u8).collect()
    }

    /// One of the texts, changed in up to eight places.
    fn mutated(&mut self, corpus: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let mut bytes = self.pick(corpus).as_ref().to_vec();
        for _ in 0..self.below(9) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] = self.below(256) as u8,
                2 if at < bytes.len() => drop(bytes.remove(at)),
                3 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                4 => {
                    let other = self.pick(corpus).as_ref();
                    let from = self.below(other.len());
                    bytes.splice(at.., other[from..].iter().copied());
                }
                _ => {
                    let token = self.pick(&TOKENS).as_bytes();
                    bytes.splice(at..at, token.iter().copied());
                }
            }
        }
        bytes
    }
}

/// Tries inputs until the time is over; each has a seed of its own, which a failure shows.
#[expect(clippy::disallowed_methods, reason = "how long, and which input, is different for every run")]
fn for_the_time(mut check: impl FnMut(&mut Random)) {
    let seconds = std::env::var("GATEHOUSE_FUZZ_SECONDS").map_or(60, |seconds| seconds.parse().unwrap());
    let started = Instant::now();
    let first = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    println!("first seed {first}");
    let mut tried = 0_u64;
    while started.elapsed() < Duration::from_secs(seconds) {
        // printed by a failing test only
        let seed = first.wrapping_add(tried).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&mut Random(seed))));
        assert!(outcome.is_ok(), "seed {seed}");
        tried += 1;
    }
    println!("{tried} inputs");
    assert!(tried > 100);
}

/// What a parser says of the bytes when they come in two pieces: an answer to the first piece stands.
fn in_pieces<T>(
    bytes: &[u8],
    cut: usize,
    mut take: impl FnMut(&mut BytesMut) -> Option<T>,
) -> Option<(T, Vec<u8>)> {
    let mut buffer = BytesMut::from(&bytes[..cut]);
    let mut taken = take(&mut buffer);
    buffer.extend_from_slice(&bytes[cut..]);
    taken = taken.or_else(|| take(&mut buffer));
    taken.map(|taken| (taken, buffer.to_vec()))
}

/// The head, or the refusal and nothing of what is left; none when there is more to come. An error counts as one: with
/// less of the head at hand, another fault may be seen first.
fn take_request(buffer: &mut BytesMut) -> Option<Option<String>> {
    match request::take_head(buffer, HeadLimits::default()) {
        Ok(head) => head.map(|head| Some(format!("{head:?}"))),
        Err(_) => {
            buffer.clear();
            Some(None)
        }
    }
}

fn take_answer(buffer: &mut BytesMut) -> Option<Option<String>> {
    match response::take_head(buffer, false) {
        Ok(head) => head.map(|head| {
            Some(format!("{} {:?} {:?} {}", head.status, head.headers, head.framing, head.keep_alive))
        }),
        Err(_) => {
            buffer.clear();
            Some(None)
        }
    }
}

/// The same comes out wherever the bytes are cut in two.
fn assert_cuts_do_not_matter(bytes: &[u8], take: impl Fn(&mut BytesMut) -> Option<Option<String>>) {
    let whole = in_pieces(bytes, bytes.len(), &take);
    for cut in 0..bytes.len() {
        let cut_in_two = in_pieces(bytes, cut, &take);
        let same = match (&whole, &cut_in_two) {
            // what is left of a refused connection is not read
            (Some((None, _)), Some((None, _))) => true,
            (whole, cut_in_two) => whole == cut_in_two,
        };
        assert!(same, "{} cut at {cut}: {whole:?} and {cut_in_two:?}", bytes.escape_ascii());
    }
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn heads_of_requests_are_the_same_in_any_pieces_and_never_a_panic() {
    for_the_time(|random| assert_cuts_do_not_matter(&random.mutated(&REQUESTS), take_request));
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn heads_of_answers_are_the_same_in_any_pieces_and_never_a_panic() {
    for_the_time(|random| assert_cuts_do_not_matter(&random.mutated(&ANSWERS), take_answer));
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn normal_paths_stay_as_they_are_and_below_the_root() {
    for_the_time(|random| {
        let path = String::from_utf8_lossy(&random.mutated(&PATHS)).into_owned();
        let Ok(normal) = normalise(&path) else { return };
        assert!(normal.starts_with('/'), "{path:?} became {normal:?}");
        assert!(normal.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\'), "{normal:?}");
        assert_eq!(normalise(&normal).as_deref(), Ok(&*normal), "{path:?} became {normal:?}");
        let hides = |segment: &str| matches!(segment, "." | "..") || segment.to_lowercase().contains("%2e");
        assert!(!normal.split('/').any(hides), "{path:?} became {normal:?}");
        let lower = normal.to_lowercase();
        assert!(
            !normal.contains("//") && !lower.contains("%2f") && !lower.contains("%5c"),
            "{path:?}: {normal:?}"
        );
    });
}
