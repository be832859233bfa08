//! One segment file: what its writer published, what the drain acknowledged, what the disk has.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::folder::{Folder, SegmentName};
use crate::frame;
use crate::mapping::{Mapping, Pages};
use crate::mark::{AtomicMark, Mark};

/// `GHJRNL`, then the format's version (u16).
pub(crate) const MAGIC: [u8; 6] = *b"GHJRNL";
pub(crate) const VERSION: u16 = 1;
const HEADER: u64 = u64::from_le_bytes(*b"GHJRNL\x01\x00");
/// Where the first frame stands.
pub(crate) const START: Mark = Mark { offset: 8, records: 0 };

/// Keeps the time short for which the kernel holds the memory map that a rolling writer changes.
const MOST_WARMED: u64 = 512 << 10;

pub(crate) struct Segment {
    pub(crate) name: SegmentName,
    file: File,
    /// Size of the file.
    pub(crate) bytes: u64,
    published: AtomicMark,
    acknowledged: AtomicMark,
    /// Bytes that are safe from a power cut.
    synced: AtomicU64,
    closed: AtomicBool,
    pages: Pages,
    /// Where the writer was when its pages were last warmed.
    warmed: AtomicU64,
}

impl Segment {
    /// A segment that an earlier process wrote.
    pub(crate) fn closed(
        name: SegmentName,
        file: File,
        bytes: u64,
        acknowledged: Mark,
        published: Mark,
    ) -> Self {
        let closed = AtomicBool::new(true);
        let (published, acknowledged) = (AtomicMark::new(published), AtomicMark::new(acknowledged));
        let (synced, warmed, pages) = (AtomicU64::new(0), AtomicU64::new(0), Pages::default());
        Self { name, file, bytes, published, acknowledged, synced, closed, pages, warmed }
    }

    /// The end of what can be read.
    pub(crate) fn published(&self) -> Mark {
        self.published.load()
    }

    /// Where reading goes on.
    pub(crate) fn acknowledged(&self) -> Mark {
        self.acknowledged.load()
    }

    pub(crate) fn acknowledge(&self, mark: Mark) {
        if mark.offset > self.acknowledged().offset {
            self.acknowledged.store(mark);
        }
    }

    /// No more will be published. Ask this before [`Self::published`] to know that the mark is the last one.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Closed and all acknowledged: it can be deleted.
    pub(crate) fn is_spent(&self) -> bool {
        self.is_closed() && self.acknowledged().offset >= self.published().offset
    }

    /// More than half: its writer will soon want the next one.
    pub(crate) fn is_mostly_written(&self) -> bool {
        self.is_closed() || self.published().offset > self.bytes / 2
    }

    /// Gives up what follows a frame that went bad on disk. Only for closed segments: a writer would publish again.
    pub(crate) fn cut(&self, at: Mark) {
        self.published.store(at);
    }

    /// Reads exactly `bytes.len()` bytes from `offset`.
    pub(crate) fn read(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(bytes, offset)
    }

    /// Makes all that is published safe from a power cut. Cheap when it is already.
    pub(crate) fn sync(&self, folder: &Folder) -> io::Result<()> {
        let published = self.published().offset;
        let synced = self.synced.load(Ordering::Acquire);
        if synced >= published {
            return Ok(());
        }
        folder.sync(&self.name, &self.file)?;
        if synced == 0 {
            folder.sync_names()?;
        }
        self.synced.fetch_max(published, Ordering::AcqRel);
        Ok(())
    }

    /// Readies the pages for twice what was appended since the last time. A sync makes the kernel watch every page for
    /// its next store, which then costs microseconds; better here than in the writer.
    pub(crate) fn warm(&self) {
        let published = self.published().offset;
        let appended = published.saturating_sub(self.warmed.swap(published, Ordering::Relaxed));
        if appended > 0 && !self.is_closed() {
            self.pages.warm(published, (2 * appended).min(MOST_WARMED));
        }
    }
}

/// A segment that has a writer. Dropping it closes the segment.
pub(crate) struct OpenSegment {
    segment: Arc<Segment>,
    mapping: Mapping,
    end: Mark,
}

impl OpenSegment {
    /// Creates the file with all its blocks, or leaves nothing.
    pub(crate) fn create(folder: &Folder, name: SegmentName) -> io::Result<Self> {
        let bytes = folder.limits.segment_bytes;
        let file = folder.create(&name, bytes)?;
        // A file that cannot be removed either is empty, and is removed when the journal is next opened.
        let mut mapping = Mapping::of(&file, bytes).inspect_err(|_| drop(folder.remove(&name)))?;
        mapping.put(0, HEADER, &[]);
        let mut segment = Segment::closed(name, file, bytes, START, START);
        segment.closed = AtomicBool::new(false);
        segment.pages = mapping.pages();
        Ok(Self { segment: Arc::new(segment), mapping, end: START })
    }

    pub(crate) fn segment(&self) -> &Arc<Segment> {
        &self.segment
    }

    /// Whether a record of this length fits.
    pub(crate) fn has_room(&self, record: usize) -> bool {
        frame::size(record) as u64 <= self.segment.bytes - self.end.offset
    }

    /// Writes and publishes a record. False: it does not fit, and nothing happened.
    pub(crate) fn push(&mut self, record: &[u8]) -> bool {
        let Some(head) = frame::head(record).filter(|_| self.has_room(record.len())) else {
            return false;
        };
        if !self.mapping.put(self.end.offset as usize, head, record) {
            return false;
        }
        let offset = self.end.offset + frame::size(record.len()) as u64;
        self.end = Mark { offset, records: self.end.records + 1 };
        self.segment.published.store(self.end);
        true
    }
}

impl Drop for OpenSegment {
    fn drop(&mut self) {
        self.segment.closed.store(true, Ordering::Release);
    }
}
