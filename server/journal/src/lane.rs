//! A lane: all segments of one writer, oldest first, those of earlier processes included.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::folder::{Folder, SegmentName};
use crate::mark::Position;
use crate::segment::{OpenSegment, Segment, errno};
use crate::{AppendError, lock};

/// Bytes of a spare that are brought into memory in a round: each takes the writer's processor from it for as long.
const LEAST_FILLED: u64 = 64 << 10;
const MOST_FILLED: u64 = 1 << 20;

pub(crate) struct Lane {
    pub(crate) writer: String,
    /// Of the segment that was created last.
    last_sequence: AtomicU64,
    /// Records appended by this process.
    appended: AtomicU64,
    /// The system's number for why the newest segment could not be synced; 0: it could.
    failing: AtomicI32,
    /// Whether the last sync left anything behind.
    unsafe_from_power_cut: AtomicBool,
    row: Mutex<Row>,
    spare: Mutex<Spare>,
}

struct Row {
    segments: VecDeque<Arc<Segment>>,
    /// All before this is acknowledged.
    acknowledged: Position,
}

/// The segment after the current one, made ahead of time so that the writer does not wait for the file system.
enum Spare {
    /// The lane has no writer.
    Unneeded,
    Missing,
    /// Being made, without the lock: a slow disk must not keep the writer waiting here.
    Making,
    /// There, but not all of it is in memory.
    Begun(OpenSegment),
    /// The writer makes one for itself at once. A spare that comes now would have to be used after it, but be numbered
    /// before it.
    Overtaken,
    Ready(OpenSegment),
}

impl Lane {
    pub(crate) fn new(
        writer: String,
        last_sequence: u64,
        acknowledged: Position,
        segments: VecDeque<Arc<Segment>>,
    ) -> Self {
        Self {
            writer,
            last_sequence: AtomicU64::new(last_sequence),
            appended: AtomicU64::new(0),
            failing: AtomicI32::new(0),
            unsafe_from_power_cut: AtomicBool::new(false),
            row: Mutex::new(Row { segments, acknowledged }),
            spare: Mutex::new(Spare::Unneeded),
        }
    }

    pub(crate) fn segments(&self) -> Vec<Arc<Segment>> {
        lock(&self.row).segments.iter().map(Arc::clone).collect()
    }

    pub(crate) fn acknowledged(&self) -> Position {
        lock(&self.row).acknowledged
    }

    pub(crate) fn acknowledge(&self, position: Position) {
        let mut row = lock(&self.row);
        row.acknowledged = row.acknowledged.max(position);
    }

    pub(crate) fn appended(&self) -> u64 {
        self.appended.load(Ordering::Acquire)
    }

    /// Called by the lane's one writer, so a load and a store are enough.
    pub(crate) fn count_append(&self) {
        self.appended.store(self.appended.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    pub(crate) fn has_writer(&self) -> bool {
        !matches!(*lock(&self.spare), Spare::Unneeded)
    }

    /// False: it has a writer already.
    pub(crate) fn attach(&self) -> bool {
        let mut spare = lock(&self.spare);
        let free = matches!(*spare, Spare::Unneeded);
        if free {
            *spare = Spare::Missing;
        }
        free
    }

    /// The writer is gone, and its unused spare with it.
    pub(crate) fn detach(&self, folder: &Folder) {
        if let Spare::Ready(unused) | Spare::Begun(unused) =
            mem::replace(&mut *lock(&self.spare), Spare::Unneeded)
        {
            throw_away(&unused, folder);
        }
    }

    /// The next segment to write. From here on the drain reads it. A spare that is just being made is not waited for:
    /// it comes too late, and is thrown away.
    pub(crate) fn next(&self, folder: &Folder) -> Result<OpenSegment, AppendError> {
        let spare = mem::replace(&mut *lock(&self.spare), Spare::Overtaken);
        let open = match spare {
            Spare::Ready(open) | Spare::Begun(open) => Ok(open),
            _ => self.create(folder),
        };
        *lock(&self.spare) = Spare::Missing;
        let open = open?;
        lock(&self.row).segments.push_back(Arc::clone(open.segment()));
        Ok(open)
    }

    /// Makes the appends to come cheap: readies memory, and the spare once the writer will soon want it.
    pub(crate) fn prepare(&self, folder: &Folder) -> Result<(), AppendError> {
        let current = lock(&self.row).segments.back().map(Arc::clone);
        let appended = current.as_ref().map_or(0, |current| current.warm());
        let soon = current.is_none_or(|current| current.is_mostly_written());
        let (made, is_filled) = match self.begin_making(soon) {
            None => return Ok(()),
            Some(None) => (self.create(folder), false),
            Some(Some(begun)) => self.fill(folder, begun, appended),
        };
        let mut spare = lock(&self.spare);
        let wanted = matches!(*spare, Spare::Making);
        if wanted {
            *spare = Spare::Missing;
        }
        match made {
            // a writer that made its own meanwhile has gone past this one's number
            Ok(made)
                if wanted && made.segment().name.sequence == self.last_sequence.load(Ordering::Relaxed) =>
            {
                *spare = if is_filled { Spare::Ready(made) } else { Spare::Begun(made) };
            }
            Ok(unused) => {
                drop(spare);
                throw_away(&unused, folder);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// What was begun of the spare, or that it is to be begun. `None`: there is nothing to do.
    fn begin_making(&self, soon: bool) -> Option<Option<OpenSegment>> {
        let mut spare = lock(&self.spare);
        match mem::replace(&mut *spare, Spare::Making) {
            Spare::Missing if soon => Some(None),
            Spare::Begun(begun) => Some(Some(begun)),
            other => {
                *spare = other;
                None
            }
        }
    }

    /// A spare is there in time when it is filled four times as fast as the current segment.
    fn fill(
        &self,
        folder: &Folder,
        mut spare: OpenSegment,
        appended: u64,
    ) -> (Result<OpenSegment, AppendError>, bool) {
        match spare.fill(folder, (4 * appended).clamp(LEAST_FILLED, MOST_FILLED)) {
            Ok(more) => (Ok(spare), !more),
            Err(error) => {
                throw_away(&spare, folder);
                (Err(AppendError::Segment(error)), false)
            }
        }
    }

    fn create(&self, folder: &Folder) -> Result<OpenSegment, AppendError> {
        let bytes = folder.limits.segment_bytes;
        if !folder.budget.take(bytes) {
            return Err(AppendError::Full { total_bytes: folder.limits.total_bytes });
        }
        let sequence = self.last_sequence.fetch_add(1, Ordering::Relaxed) + 1;
        OpenSegment::create(folder, SegmentName { writer: self.writer.clone(), sequence })
            .inspect_err(|_| folder.budget.give_back(bytes))
            .map_err(AppendError::Segment)
    }

    /// Makes all that was appended safe from a power cut; what is stored elsewhere need not be. The first error after
    /// trying all segments.
    pub(crate) fn sync(&self, folder: &Folder) -> io::Result<()> {
        self.sync_those(folder, |_| true)
    }

    /// The same of segments with something that has waited since the last call.
    pub(crate) fn sync_waiting(&self, folder: &Folder) -> io::Result<()> {
        self.sync_those(folder, Segment::has_waited)
    }

    fn sync_those(&self, folder: &Folder, which: impl Fn(&Segment) -> bool) -> io::Result<()> {
        let (mut outcome, mut newest) = (Ok(()), 0);
        for segment in self.segments().iter().filter(|segment| !segment.is_spent() && which(segment)) {
            let synced = segment.sync(folder);
            newest = synced.as_ref().map_or_else(errno, |()| 0);
            outcome = outcome.and(synced);
        }
        self.failing.store(newest, Ordering::Relaxed);
        self.unsafe_from_power_cut.store(outcome.is_err(), Ordering::Relaxed);
        outcome
    }

    /// Why what is appended now can not be made safe from a power cut, by the last attempt to.
    pub(crate) fn failing(&self) -> Option<io::Error> {
        match self.failing.load(Ordering::Relaxed) {
            0 => None,
            errno => Some(io::Error::from_raw_os_error(errno)),
        }
    }

    pub(crate) fn is_unsafe(&self) -> bool {
        self.unsafe_from_power_cut.load(Ordering::Relaxed)
    }

    /// Deletes the spent segments. The file system is asked without the lock that a rolling writer needs; of two threads
    /// that delete the same file at once, only the one that takes it off the row gives its space back.
    pub(crate) fn reclaim(&self, folder: &Folder) -> io::Result<()> {
        let is_spent = |segment: &&Arc<Segment>| segment.is_spent();
        let spent: Vec<_> = lock(&self.row).segments.iter().take_while(is_spent).map(Arc::clone).collect();
        for segment in spent {
            folder.remove(&segment.name)?;
            let taken_off = lock(&self.row).segments.pop_front_if(|front| Arc::ptr_eq(front, &segment));
            if taken_off.is_some() {
                folder.budget.give_back(segment.bytes);
            }
        }
        Ok(())
    }
}

/// A file that cannot be removed now is empty, keeps its share of the space, and is removed at next opening.
fn throw_away(unused: &OpenSegment, folder: &Folder) {
    if folder.remove(&unused.segment().name).is_ok() {
        folder.budget.give_back(unused.segment().bytes);
    }
}
