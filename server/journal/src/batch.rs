//! A batch: records on their way to the consumer, and the marks to acknowledge when they have arrived.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::DrainError;
use crate::folder::Folder;
use crate::frame::{self, Frame};
use crate::journal::Shared;
use crate::lane::Lane;
use crate::mark::{Mark, Position};
use crate::segment::Segment;

/// Bytes per system call.
const CHUNK: usize = 256 << 10;

/// Records of one or more writers; those of one writer stand in the order in which it appended them.
pub struct Batch {
    /// Frames as they stand in the files.
    bytes: Vec<u8>,
    /// Where the records are in `bytes`.
    records: Vec<Range<usize>>,
    reached: Vec<Reached>,
    max_records: usize,
    max_bytes: usize,
}

struct Reached {
    lane: Arc<Lane>,
    segment: Arc<Segment>,
    mark: Mark,
}

/// Why reading stopped.
#[derive(PartialEq, Eq)]
enum Stop {
    /// Nothing more is published.
    End,
    /// The batch is full.
    Full,
    /// The next frame is not as it was written.
    Damaged,
}

impl Batch {
    pub(crate) fn new(max_records: usize, max_bytes: usize) -> Self {
        let (bytes, records, reached) = (Vec::new(), Vec::new(), Vec::new());
        Self { bytes, records, reached, max_records, max_bytes }
    }

    pub fn records(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.records.iter().map(|range| self.bytes.get(range.clone()).unwrap_or_default())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Adds what can be read from a lane. False: the batch is full. A segment that has a later one beside it is closed,
    /// so to have read to its end is to have read all that it will ever hold.
    pub(crate) fn fill(&mut self, lane: &Arc<Lane>, shared: &Shared) -> Result<bool, DrainError> {
        for segment in lane.segments() {
            let (mark, stop) = self.read(&segment, shared.folder())?;
            if stop == Stop::Damaged {
                if !segment.is_closed() {
                    return Err(DrainError::Damaged {
                        path: shared.folder().path_of(&segment.name),
                        at: mark.offset,
                    });
                }
                segment.cut(mark);
                shared.torn.fetch_add(1, Ordering::Relaxed);
            }
            self.reached.push(Reached { lane: Arc::clone(lane), segment, mark });
            if stop == Stop::Full {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds records of one segment from its acknowledged mark on, and says up to where.
    fn read(&mut self, segment: &Segment, folder: &Folder) -> Result<(Mark, Stop), DrainError> {
        let (mut at, end) = (segment.acknowledged(), segment.published());
        let mut frame = frame::HEAD;
        while at.offset < end.offset {
            let left = usize::try_from(end.offset - at.offset).unwrap_or(usize::MAX);
            if frame > left {
                return Ok((at, Stop::Damaged));
            }
            let room = self.room_for(frame);
            if room < frame {
                return Ok((at, Stop::Full));
            }
            let start = self.bytes.len();
            self.bytes.resize(start + left.min(room).min(frame.max(CHUNK)), 0);
            let read = segment.read(self.bytes.get_mut(start..).unwrap_or_default(), at.offset);
            read.map_err(|source| DrainError::Read { path: folder.path_of(&segment.name), source })?;
            match self.take_frames(start, &mut at) {
                Some(size) => frame = size,
                None => return Ok((at, Stop::Damaged)),
            }
        }
        Ok((at, Stop::End))
    }

    /// Bytes that may still be added; the first record is admitted however long it is.
    fn room_for(&self, frame: usize) -> usize {
        if self.records.len() >= self.max_records {
            return 0;
        }
        let room = self.max_bytes.saturating_sub(self.bytes.len());
        if self.records.is_empty() { room.max(frame) } else { room }
    }

    /// Finds the records in what was read to `start`, drops the rest, and says how long the frame after them is at
    /// least. `None`: it is damaged.
    fn take_frames(&mut self, start: usize, at: &mut Mark) -> Option<usize> {
        let mut end = start;
        let next = loop {
            if self.records.len() >= self.max_records {
                break Some(frame::HEAD);
            }
            match frame::parse(self.bytes.get(end..).unwrap_or_default()) {
                Frame::Whole { record, size } => {
                    let first = end + frame::HEAD;
                    self.records.push(first..first + record.len());
                    end += size;
                    *at = Mark { offset: at.offset + size as u64, records: at.records + 1 };
                }
                Frame::Partial { size } => break Some(size),
                Frame::End | Frame::Damaged => break None,
            }
        };
        self.bytes.truncate(end);
        next
    }

    /// Marks all as acknowledged, in memory.
    pub(crate) fn acknowledge(self) {
        for Reached { lane, segment, mark } in self.reached {
            segment.acknowledge(mark);
            lane.acknowledge(Position { sequence: segment.name.sequence, offset: mark.offset });
        }
    }
}
