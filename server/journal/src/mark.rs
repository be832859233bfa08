//! Places in a segment and in a writer's row of segments.

use std::cmp;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place between two frames of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Bytes from the start of the file.
    pub(crate) offset: u64,
    /// Records before it.
    pub(crate) records: u64,
}

/// A mark that one thread moves and others read.
pub(crate) struct AtomicMark {
    offset: AtomicU64,
    records: AtomicU64,
}

impl AtomicMark {
    pub(crate) fn new(mark: Mark) -> Self {
        Self { offset: AtomicU64::new(mark.offset), records: AtomicU64::new(mark.records) }
    }

    /// Whoever loads this mark sees what was written before it.
    pub(crate) fn store(&self, mark: Mark) {
        self.records.store(mark.records, Ordering::Relaxed);
        self.offset.store(mark.offset, Ordering::Release);
    }

    /// The number of records may be ahead of the offset while the mark moves, never behind.
    pub(crate) fn load(&self) -> Mark {
        let offset = self.offset.load(Ordering::Acquire);
        Mark { offset, records: self.records.load(Ordering::Relaxed) }
    }
}

/// A place in all that one writer ever wrote; later places compare greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    /// Number of the segment; the first is 1.
    pub(crate) sequence: u64,
    /// Bytes from the start of its file.
    pub(crate) offset: u64,
}

impl Position {
    /// The offset up to which the segment of that number lies before this position.
    pub(crate) fn within(self, sequence: u64) -> u64 {
        match sequence.cmp(&self.sequence) {
            cmp::Ordering::Less => u64::MAX,
            cmp::Ordering::Equal => self.offset,
            cmp::Ordering::Greater => 0,
        }
    }
}
