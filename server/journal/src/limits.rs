//! How large the journal may become, and when an append counts as safe.

use crate::OpenError;
use crate::frame::HEAD;
use crate::segment::START;

/// Segments are whole pages, so that a frame's head never straddles the end of a mapping.
const PAGE: u64 = 4096;
const LARGEST_SEGMENT: u64 = 1 << 30;

/// Sizes in bytes of file space, taken when a segment is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of each new segment file: a multiple of 4096, at most 1 GiB. A record must fit into one.
    pub segment_bytes: u64,
    /// Size of all segment files together. Each writer needs room for two.
    pub total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { segment_bytes: 4 << 20, total_bytes: 1 << 30 }
    }
}

impl Limits {
    pub(crate) fn checked(self) -> Result<Self, OpenError> {
        let Self { segment_bytes, total_bytes } = self;
        let whole_pages = segment_bytes > 0 && segment_bytes.is_multiple_of(PAGE);
        if !whole_pages || segment_bytes > LARGEST_SEGMENT {
            return Err(OpenError::SegmentBytes { segment_bytes });
        }
        if total_bytes / 2 < segment_bytes {
            return Err(OpenError::TotalBytes { segment_bytes, total_bytes });
        }
        Ok(self)
    }

    /// Bytes of the longest record that a segment holds.
    pub(crate) fn longest_record(self) -> usize {
        usize::try_from(self.segment_bytes).unwrap_or(usize::MAX).saturating_sub(START.offset as usize + HEAD)
    }

    /// Whether so many writers can each have a segment to write and one to be drained.
    pub(crate) fn suffice_for(self, writers: u64) -> bool {
        writers <= self.most_writers()
    }

    /// How many writers have room beside each other.
    #[must_use]
    pub fn most_writers(self) -> u64 {
        self.total_bytes.checked_div(self.segment_bytes.saturating_mul(2)).unwrap_or_default()
    }
}

/// What an append that returned `Ok` survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The end of the process at any moment; a power cut once [`crate::Journal::sync`] has run.
    #[default]
    Normal,
    /// A power cut too, once its [`crate::Ticket`] is safe, which takes milliseconds: a thread of the journal's own
    /// syncs what is appended, many records at once.
    Strict,
}
