//! One segment file: what its writer published, what the drain acknowledged, what the disk has.

use std::fs::File;
use std::io;
use std::mem;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::{Duration, Instant};

use rustix::io::Errno;

use crate::folder::{Folder, SegmentName};
use crate::frame::{self, Frame};
use crate::lock;
use crate::mapping::{Mapping, Pages};
use crate::mark::{AtomicMark, Mark};
use crate::ticket::{Ticket, enlist};

/// `GHJRNL`, then the format's version (u16).
pub(crate) const MAGIC: [u8; 6] = *b"GHJRNL";
pub(crate) const VERSION: u16 = 1;
const HEADER: u64 = u64::from_le_bytes(*b"GHJRNL\x01\x00");
/// Where the first frame stands.
pub(crate) const START: Mark = Mark { offset: 8, records: 0 };

/// How long those who wait for a sync that fails do so.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a new file may fail before a writer tries yet another: each takes space until it is drained.
const TRY_ANOTHER: Duration = Duration::from_secs(30);

/// Keeps the time short for which the kernel holds the memory map that a rolling writer changes.
const MOST_WARMED: u64 = 512 << 10;

/// Where the header is, and so in memory from the beginning.
const FIRST_PAGE: u64 = 4096;
static ZEROS: [u8; 256 << 10] = [0; 256 << 10];

/// What is known of the part of a file that is not synced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// The kernel knows that it is to be written.
    Full,
    /// Whether an earlier process's sync failed is not known.
    Unknown,
    /// A sync failed.
    Lost,
}

/// Syncs that failed, and no success since.
struct Failure {
    since: Instant,
    /// The system's number for the last one.
    errno: i32,
}

pub(crate) struct Segment {
    pub(crate) name: SegmentName,
    file: File,
    /// Size of the file.
    pub(crate) bytes: u64,
    published: AtomicMark,
    acknowledged: AtomicMark,
    synced: AtomicU64,
    /// Held during a sync: of two at once, one would not hear of the other's failure. Never by a writer.
    trust: Mutex<Trust>,
    failure: Mutex<Option<Failure>>,
    to_be_left: AtomicBool,
    /// To be woken after the next sync or acknowledgement.
    waiting: Mutex<Vec<Waker>>,
    closed: AtomicBool,
    pages: Pages,
    /// Where the writer was when its pages were last warmed.
    warmed: AtomicU64,
    /// Where the writer was when it was last looked whether anything waits to be drained.
    looked: AtomicU64,
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
        Self {
            name,
            file,
            bytes,
            published: AtomicMark::new(published),
            acknowledged: AtomicMark::new(acknowledged),
            synced: AtomicU64::new(0),
            trust: Mutex::new(Trust::Unknown),
            failure: Mutex::default(),
            to_be_left: AtomicBool::new(false),
            waiting: Mutex::default(),
            closed: AtomicBool::new(true),
            pages: Pages::default(),
            warmed: AtomicU64::new(0),
            looked: AtomicU64::new(0),
        }
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
            self.wake();
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

    /// Bytes that are safe from a power cut.
    pub(crate) fn synced(&self) -> u64 {
        self.synced.load(Ordering::Acquire)
    }

    /// Whether the last sync failed, and a writer does better to go on in another file: this one had been fine before,
    /// or has been bad for long. A new file that fails too means that the disk does; more files would not help.
    pub(crate) fn is_to_be_left(&self) -> bool {
        self.to_be_left.load(Ordering::Relaxed)
    }

    /// Makes all that is published safe from a power cut. Cheap when it is already.
    pub(crate) fn sync(&self, folder: &Folder) -> io::Result<()> {
        if self.synced() >= self.published().offset {
            return Ok(());
        }
        let mut trust = lock(&self.trust);
        let (synced, published) = (self.synced(), self.published().offset);
        if synced >= published {
            return Ok(());
        }
        let written = self.write_out(folder, *trust, synced, published);
        match &written {
            Ok(()) => {
                *trust = Trust::Full;
                self.synced.fetch_max(published, Ordering::AcqRel);
                *lock(&self.failure) = None;
                self.to_be_left.store(false, Ordering::Relaxed);
            }
            Err(error) => {
                *trust = Trust::Lost;
                let failing = self.note_failure(error);
                self.to_be_left.store(synced > 0 || failing >= TRY_ANOTHER, Ordering::Relaxed);
            }
        }
        self.wake();
        written
    }

    /// Says for how long it has been failing.
    fn note_failure(&self, error: &io::Error) -> Duration {
        let mut failure = lock(&self.failure);
        let since = failure.as_ref().map_or_else(Instant::now, |failure| failure.since);
        *failure = Some(Failure { since, errno: errno(error) });
        since.elapsed()
    }

    /// Why it cannot be synced, once it could not for so long that nobody should wait any more.
    pub(crate) fn lasting_failure(&self) -> Option<io::Error> {
        let failure = lock(&self.failure);
        let lasting = failure.as_ref().filter(|failure| failure.since.elapsed() >= PATIENCE);
        lasting.map(|failure| io::Error::from_raw_os_error(failure.errno))
    }

    /// Whether something was there at the last look and is safe nowhere yet; looks.
    pub(crate) fn has_waited(&self) -> bool {
        let looked = self.looked.swap(self.published().offset, Ordering::Relaxed);
        !self.is_safe(looked)
    }

    /// Whether what ends at that offset is safe from a power cut, here or where it was drained to.
    pub(crate) fn is_safe(&self, end: u64) -> bool {
        self.synced() >= end || self.acknowledged().offset >= end
    }

    pub(crate) fn wait(&self, waker: &Waker) {
        enlist(&mut lock(&self.waiting), waker);
    }

    fn wake(&self) {
        let waiting = mem::take(&mut *lock(&self.waiting));
        waiting.into_iter().for_each(Waker::wake);
    }

    fn write_out(&self, folder: &Folder, trust: Trust, synced: u64, published: u64) -> io::Result<()> {
        if trust != Trust::Full {
            self.rewrite(folder, synced, published)?;
        }
        folder.sync(&self.name, &self.file)?;
        if synced == 0 { folder.sync_names() } else { Ok(()) }
    }

    /// After a failed sync the kernel takes what it could not write for written, and a later sync succeeds without it.
    /// So that is written again, in place: the same bytes at the same offsets, which no writer ever touches again.
    /// Whether they are still there is known by their checksums.
    fn rewrite(&self, folder: &Folder, from: u64, to: u64) -> io::Result<()> {
        let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).map_err(io::Error::other)?];
        self.read(&mut bytes, from)?;
        let mut frames = match from {
            0 => bytes.strip_prefix(&HEADER.to_le_bytes()).ok_or_else(gone)?,
            _ => &bytes[..],
        };
        while !frames.is_empty() {
            let Frame::Whole { size, .. } = frame::parse(frames) else {
                return Err(gone());
            };
            frames = frames.get(size..).unwrap_or_default();
        }
        folder.write(&self.name, &self.file, &bytes, from)
    }

    /// Readies the pages for twice what was appended since the last time, and answers how many bytes that was. A sync
    /// makes the kernel watch every page for its next store, which then costs microseconds; better here than in the
    /// writer.
    pub(crate) fn warm(&self) -> u64 {
        let published = self.published().offset;
        let appended = published.saturating_sub(self.warmed.swap(published, Ordering::Relaxed));
        if appended > 0 && !self.is_closed() {
            self.pages.warm(published, (2 * appended).min(MOST_WARMED));
        }
        appended
    }
}

/// A segment that has a writer. Dropping it closes the segment.
pub(crate) struct OpenSegment {
    segment: Arc<Segment>,
    mapping: Mapping,
    end: Mark,
    /// Bytes that are in memory from the start.
    filled: u64,
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
        segment.trust = Mutex::new(Trust::Full);
        segment.pages = mapping.pages();
        Ok(Self { segment: Arc::new(segment), mapping, end: START, filled: FIRST_PAGE })
    }

    pub(crate) fn segment(&self) -> &Arc<Segment> {
        &self.segment
    }

    /// Brings the next of its pages, of so many bytes at most, into memory: written as zeros many at once, a page costs
    /// a tenth of what it does at its first store. Only while nothing is written to it. False: all are there.
    pub(crate) fn fill(&mut self, folder: &Folder, bytes: u64) -> io::Result<bool> {
        let Segment { name, file, bytes: end, .. } = &*self.segment;
        let until = self.filled.saturating_add(bytes).min(*end);
        while self.filled < until {
            let most = usize::try_from(until - self.filled).unwrap_or(usize::MAX);
            let (zeros, _) = ZEROS.split_at(ZEROS.len().min(most));
            folder.write(name, file, zeros, self.filled)?;
            self.filled += zeros.len() as u64;
        }
        Ok(self.filled < *end)
    }

    /// For what has been pushed.
    pub(crate) fn ticket(&self) -> Ticket {
        Ticket::new(Arc::clone(&self.segment), self.end.offset)
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

pub(crate) fn errno(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(Errno::IO.raw_os_error())
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what could not be synced is no longer in memory")
}
