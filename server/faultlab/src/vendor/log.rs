//! What the vendor remembers: calls, requests, and clients that left before the end.

use super::tokens::Tokens;
use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many requests are kept for each path, and in all.
const KEPT_PER_PATH: usize = 32;
const KEPT: usize = 512;
/// How many bytes of a body are kept.
const KEPT_OF_BODY: usize = 1 << 20;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: Method,
    /// With its query.
    pub path: String,
    pub headers: HeaderMap,
    /// Its first MiB.
    pub body: Bytes,
}

impl Seen {
    /// The body as JSON; null when it is not.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A client that left before it had the whole answer.
#[derive(Clone, Debug)]
pub struct Abort {
    pub path: String,
    /// When the vendor noticed.
    pub noticed: Instant,
    /// How many pieces of the answer had been handed over; none when its head was still to come.
    pub pieces: usize,
}

impl Abort {
    /// How long after `left` it was noticed.
    #[must_use]
    pub fn after(&self, left: Instant) -> Duration {
        self.noticed.saturating_duration_since(left)
    }
}

#[derive(Default)]
pub(super) struct Log {
    pub tokens: Tokens,
    calls: AtomicU64,
    seen: Mutex<VecDeque<Seen>>,
    aborts: Mutex<VecDeque<Abort>>,
}

impl Log {
    /// Counts a call; its number, from 1.
    pub fn count(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    pub fn keep(&self, mut request: Seen) {
        if request.body.len() > KEPT_OF_BODY {
            request.body = request.body.iter().take(KEPT_OF_BODY).copied().collect();
        }
        let mut seen = held(&self.seen);
        let mut same = seen.iter().enumerate().filter(|(_, other)| other.path == request.path);
        let oldest = same.next().map(|(at, _)| at);
        if let (Some(oldest), true) = (oldest, same.count() + 1 >= KEPT_PER_PATH) {
            seen.remove(oldest);
        }
        if seen.len() >= KEPT {
            seen.pop_front();
        }
        seen.push_back(request);
    }

    pub fn requests(&self) -> Vec<Seen> {
        held(&self.seen).iter().cloned().collect()
    }

    pub fn aborted(&self) -> Vec<Abort> {
        held(&self.aborts).iter().cloned().collect()
    }

    pub fn forget(&self) {
        held(&self.seen).clear();
        held(&self.aborts).clear();
    }
}

/// A panic elsewhere leaves nothing half done here.
fn held<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Dropped before it is finished, it notes an abort.
pub(super) struct Watch {
    log: Arc<Log>,
    path: String,
    pieces: usize,
    finished: bool,
}

impl Watch {
    pub fn new(log: Arc<Log>, path: String) -> Self {
        Self { log, path, pieces: 0, finished: false }
    }

    pub fn sent(&mut self, pieces: usize) {
        self.pieces = pieces;
    }

    pub fn finish(&mut self) {
        self.finished = true;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let path = std::mem::take(&mut self.path);
        let mut aborts = held(&self.log.aborts);
        if aborts.len() >= KEPT {
            aborts.pop_front();
        }
        aborts.push_back(Abort { path, noticed: Instant::now(), pieces: self.pieces });
    }
}
