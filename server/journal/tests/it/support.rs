//! What the tests share: short ways to open and drain, a seeded generator, and a reader of segment files of its own.

use std::fs;
use std::path::{Path, PathBuf};

use journal::{Drain, Durability, Journal, Limits};

/// The smallest segments there are, so that tests roll often.
pub const SMALL: Limits = Limits { segment_bytes: 4096, total_bytes: 1 << 20 };

pub fn open(path: &Path) -> Journal {
    Journal::open(path, SMALL, Durability::Normal).unwrap()
}

/// Everything unacknowledged, in batches of all sizes, acknowledged as it is read.
pub fn drain_all(drain: &mut Drain) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let batch = drain.read(1 + all.len() % 7, 100_000).unwrap();
        if batch.is_empty() {
            return all;
        }
        all.extend(batch.records().map(<[u8]>::to_vec));
        drain.acknowledge(batch).unwrap();
    }
}

/// Everything unacknowledged, left unacknowledged.
pub fn peek_all(drain: &mut Drain) -> Vec<Vec<u8>> {
    drain.read(usize::MAX, usize::MAX).unwrap().records().map(<[u8]>::to_vec).collect()
}

pub fn segments(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "log")).collect();
    logs.sort();
    logs
}

/// Where the frames of a segment file stand: offset, size, record. Written from the format's description, and trusting
/// lengths: only for files that nobody damaged yet.
pub fn frames(segment: &Path) -> Vec<(usize, usize, Vec<u8>)> {
    let bytes = fs::read(segment).unwrap();
    let mut frames = Vec::new();
    let mut at = 8;
    while at + 8 <= bytes.len() {
        let length = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        if length == 0 {
            break;
        }
        let size = length.next_multiple_of(8);
        frames.push((at, size, bytes[at + 8..at + length].to_vec()));
        at += size;
    }
    frames
}

/// xorshift64*: the same seed, the same test.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }
}
