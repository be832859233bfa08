//! A writer: one thread's way into the journal.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::journal::Shared;
use crate::lane::Lane;
use crate::segment::OpenSegment;
use crate::{AppendError, Ticket};

/// After a segment could not be created, appends fail at once for so long instead of asking the file system each time.
const RETRY: Duration = Duration::from_millis(100);

/// Appends records in order. Dropping it closes its segment; the name is then free for another writer.
pub struct Writer {
    shared: Arc<Shared>,
    lane: Arc<Lane>,
    open: Option<OpenSegment>,
    outage: Option<Outage>,
}

struct Outage {
    kind: io::ErrorKind,
    retry: Instant,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, lane: Arc<Lane>) -> Self {
        Self { shared, lane, open: None, outage: None }
    }

    /// Appends a record. After `Ok` it will be drained, whatever becomes of the process (see [`Durability`]).
    ///
    /// # Errors
    /// After an error nothing was written, and a later append may succeed: once the drain has caught up, or the disk has
    /// space again, or can be synced again.
    #[inline]
    pub fn append(&mut self, record: &[u8]) -> Result<(), AppendError> {
        self.leave_bad_segment();
        self.refuse_while_failing()?;
        if !self.open.as_mut().is_some_and(|open| open.push(record)) {
            self.roll(record.len())?;
            if !self.open.as_mut().is_some_and(|open| open.push(record)) {
                return Err(self.too_long(record.len()));
            }
        }
        self.lane.count_append();
        if let Some(committer) = &self.shared.committer {
            committer.wake();
        }
        Ok(())
    }

    /// In `Durability::Strict`, what to wait for until the last record appended is safe from a power cut; in
    /// `Durability::Normal` nobody waits.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        self.shared.committer.as_ref()?;
        self.open.as_ref().map(OpenSegment::ticket)
    }

    /// Makes sure that this writer's next append of at most so many bytes finds room: what a caller asks before work
    /// that must not be done unless it can be written down. For several appends, ask for the sum of their sizes and 16
    /// bytes for each.
    ///
    /// # Errors
    /// Those of [`Self::append`].
    pub fn make_room(&mut self, bytes: usize) -> Result<(), AppendError> {
        self.leave_bad_segment();
        self.refuse_while_failing()?;
        if self.open.as_ref().is_some_and(|open| open.has_room(bytes)) { Ok(()) } else { self.roll(bytes) }
    }

    /// Waits until all that this writer appended is safe from a power cut.
    ///
    /// # Errors
    /// Those of the disk. What could not be synced is still in memory and will be drained.
    pub fn sync(&self) -> io::Result<()> {
        self.lane.sync(self.shared.folder())
    }

    /// Goes on in a new segment. The old one is closed even if there is no new one to be had: only a closed segment
    /// can be deleted, and its space may be just what is missing.
    #[cold]
    fn roll(&mut self, record: usize) -> Result<(), AppendError> {
        if record > self.shared.folder().limits.longest_record() {
            return Err(self.too_long(record));
        }
        if let Some(outage) = self.outage.as_ref().filter(|outage| Instant::now() < outage.retry) {
            return Err(AppendError::Segment(outage.kind.into()));
        }
        self.open = None;
        self.open = Some(self.next()?);
        Ok(())
    }

    /// Goes on in a new segment, if there is one to be had, when the current one cannot be made safe from a power cut.
    #[inline]
    fn leave_bad_segment(&mut self) {
        if self.open.as_ref().is_some_and(|open| open.segment().is_to_be_left()) {
            self.leave();
        }
    }

    #[cold]
    fn leave(&mut self) {
        if self.outage.as_ref().is_some_and(|outage| Instant::now() < outage.retry) {
            return;
        }
        if let Ok(next) = self.next() {
            self.open = Some(next);
        }
    }

    /// A promise that cannot be kept is not given.
    #[inline]
    fn refuse_while_failing(&self) -> Result<(), AppendError> {
        let failing = self.shared.committer.as_ref().and_then(|_| self.lane.failing());
        failing.map_or(Ok(()), |error| Err(AppendError::Sync(error)))
    }

    fn next(&mut self) -> Result<OpenSegment, AppendError> {
        let next = self.lane.next(self.shared.folder());
        self.outage = match &next {
            Err(AppendError::Segment(error)) => {
                Some(Outage { kind: error.kind(), retry: Instant::now() + RETRY })
            }
            _ => None,
        };
        next
    }

    fn too_long(&self, bytes: usize) -> AppendError {
        AppendError::TooLong { bytes, limit: self.shared.folder().limits.longest_record() }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.open = None;
        self.lane.detach(self.shared.folder());
    }
}
