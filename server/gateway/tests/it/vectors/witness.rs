//! An upstream that answers everything, and keeps what it saw: all but the fields that the gateway itself adds.

use crate::forwarding::OURS;
use faultlab::raw::{Peer, RawUpstream};
use std::io;
use std::sync::{Arc, Mutex};

/// What stands at the end of a request that did not come to its end.
pub const CUT_OFF: &str = "[cut off]";

pub struct Witness {
    upstream: RawUpstream,
    seen: Arc<Mutex<Vec<String>>>,
    /// One for each connection that is there.
    connections: Arc<()>,
}

impl Witness {
    pub fn start() -> Self {
        let (seen, connections) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(()));
        let (into, held) = (Arc::clone(&seen), Arc::clone(&connections));
        let script = move |mut peer: Peer| {
            let _held = Arc::clone(&held);
            while let Some(request) = read(&mut peer)? {
                let whole = !request.ends_with(CUT_OFF);
                into.lock().unwrap().push(request);
                if !whole {
                    return Ok(());
                }
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
            }
            Ok(())
        };
        Self { upstream: RawUpstream::start(script).unwrap(), seen, connections }
    }

    pub fn url(&self) -> String {
        self.upstream.url()
    }

    /// Every request in its turn, once all connections have ended.
    pub fn seen(&self) -> Vec<String> {
        // the script itself holds one
        crate::lab::eventually("the connections end", || Arc::strong_count(&self.connections) == 2);
        self.seen.lock().unwrap().clone()
    }
}

/// The next request; `None` at the end of the connection.
fn read(peer: &mut Peer) -> io::Result<Option<String>> {
    let head = peer.head()?;
    if head.is_empty() {
        return Ok(None);
    }
    let is_ours = |line: &str| line.split_once(':').is_some_and(|(name, _)| OURS.contains(&name));
    let mut request: String = head.split_inclusive("\r\n").filter(|line| !is_ours(line)).collect();
    let lower = head.to_lowercase();
    let length = lower.split_once("\r\ncontent-length: ").and_then(|(_, rest)| rest.split_once("\r\n"));
    let length = length.map_or(0, |(digits, _)| digits.parse::<usize>().unwrap());
    let chunked = lower.contains("\r\ntransfer-encoding: chunked\r\n");
    let mut body = String::new();
    while body.len() < length || (chunked && !is_last_chunk(&body)) {
        let Ok(byte) = peer.read(1) else {
            body.push_str(CUT_OFF);
            break;
        };
        body.extend(byte.into_iter().map(char::from));
    }
    request.push_str(&body);
    Ok(Some(request))
}

fn is_last_chunk(body: &str) -> bool {
    body.ends_with("\r\n\r\n") && (body.starts_with("0\r\n") || body.contains("\r\n0\r\n"))
}
