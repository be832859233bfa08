//! The drain: the one reader.

use std::sync::Arc;

use crate::cursor::Cursor;
use crate::journal::Shared;
use crate::{Batch, DrainError, DrainTaken, lock};

/// Reads batches and acknowledges them. Dropping it lets [`crate::Journal::drain`] make another.
pub struct Drain {
    shared: Arc<Shared>,
    /// `Some` until dropped.
    cursor: Option<Cursor>,
    /// Batches read: each begins with another writer, so that a busy one does not starve the others.
    turn: usize,
}

impl Drain {
    pub(crate) fn new(shared: Arc<Shared>) -> Result<Self, DrainTaken> {
        let cursor = Some(lock(&shared.cursor).take().ok_or(DrainTaken)?);
        Ok(Self { shared, cursor, turn: 0 })
    }

    /// Reads what was appended after what was last acknowledged, in order per writer: without an acknowledgement in
    /// between, the same records again. Sees what live writers have just appended. Empty when there is nothing.
    ///
    /// `max_bytes` counts frames; a first record longer than that is returned alone.
    ///
    /// # Errors
    /// When a file cannot be read or deleted. Nothing is lost; read again later.
    pub fn read(&mut self, max_records: usize, max_bytes: usize) -> Result<Batch, DrainError> {
        self.shared.rows.reclaim().map_err(DrainError::Delete)?;
        let lanes = self.shared.rows.lanes();
        self.turn = self.turn.wrapping_add(1);
        let mut batch = Batch::new(max_records, max_bytes);
        for lane in lanes.iter().cycle().skip(self.turn % lanes.len().max(1)).take(lanes.len()) {
            if !batch.fill(lane, &self.shared)? {
                break;
            }
        }
        Ok(batch)
    }

    /// To be called once the batch is stored: its records are not read again, and spent segments are deleted.
    ///
    /// # Errors
    /// When the cursor cannot be written or a segment not deleted. The acknowledgement holds all the same while this
    /// process lives.
    pub fn acknowledge(&mut self, batch: Batch) -> Result<(), DrainError> {
        batch.acknowledge();
        let lanes = self.shared.rows.lanes();
        let positions = lanes.iter().map(|lane| (lane.writer.as_str(), lane.acknowledged()));
        let written =
            self.cursor.as_ref().map_or(Ok(()), |cursor| cursor.store(self.shared.folder(), positions));
        self.shared.rows.reclaim().map_err(DrainError::Delete).and(written.map_err(DrainError::Cursor))
    }
}

impl Drop for Drain {
    fn drop(&mut self) {
        *lock(&self.shared.cursor) = self.cursor.take();
    }
}
