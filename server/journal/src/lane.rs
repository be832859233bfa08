//! A lane: all segments of one writer, oldest first, those of earlier processes included.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::folder::{Folder, SegmentName};
use crate::mark::Position;
use crate::segment::{OpenSegment, Segment};
use crate::{AppendError, lock};

pub(crate) struct Lane {
    pub(crate) writer: String,
    /// Of the segment that was created last.
    last_sequence: AtomicU64,
    /// Records appended by this process.
    appended: AtomicU64,
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
        if let Spare::Ready(unused) = mem::replace(&mut *lock(&self.spare), Spare::Unneeded)
            // A file that cannot be removed now is empty, keeps its share of the space, and is removed at next opening.
            && folder.remove(&unused.segment().name).is_ok()
        {
            folder.budget.give_back(unused.segment().bytes);
        }
    }

    /// The next segment to write. From here on the drain reads it.
    pub(crate) fn next(&self, folder: &Folder) -> Result<OpenSegment, AppendError> {
        let mut spare = lock(&self.spare);
        let open = match mem::replace(&mut *spare, Spare::Missing) {
            Spare::Ready(open) => open,
            Spare::Missing | Spare::Unneeded => self.create(folder)?,
        };
        lock(&self.row).segments.push_back(Arc::clone(open.segment()));
        Ok(open)
    }

    /// Makes the appends to come cheap: readies memory, and the spare once the writer will soon want it. The lock on
    /// the spare is held meanwhile: a writer that wants it now is better served by waiting than by making another.
    pub(crate) fn prepare(&self, folder: &Folder) -> Result<(), AppendError> {
        let current = lock(&self.row).segments.back().map(Arc::clone);
        if let Some(current) = &current {
            current.warm();
        }
        let mut spare = lock(&self.spare);
        if matches!(*spare, Spare::Missing) && current.is_none_or(|current| current.is_mostly_written()) {
            *spare = Spare::Ready(self.create(folder)?);
        }
        Ok(())
    }

    fn create(&self, folder: &Folder) -> Result<OpenSegment, AppendError> {
        let bytes = folder.limits.segment_bytes;
        if !folder.budget.take(bytes) {
            return Err(AppendError::Full { total_bytes: folder.limits.total_bytes });
        }
        // Relaxed: only under the lock on the spare.
        let sequence = self.last_sequence.fetch_add(1, Ordering::Relaxed) + 1;
        OpenSegment::create(folder, SegmentName { writer: self.writer.clone(), sequence })
            .inspect_err(|_| folder.budget.give_back(bytes))
            .map_err(AppendError::Segment)
    }

    /// Makes all that was appended safe from a power cut.
    pub(crate) fn sync(&self, folder: &Folder) -> io::Result<()> {
        self.segments().iter().try_for_each(|segment| segment.sync(folder))
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
