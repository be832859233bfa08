//! The journal as its owner sees it: open, hand out writers and the drain, sync on a timer, read the gauges.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::committer::Committer;
use crate::cursor::Cursor;
use crate::folder::{self, Folder};
use crate::lane::Lane;
use crate::mark::Position;
use crate::recovery::recover;
use crate::rows::Rows;
use crate::{Disk, Drain, DrainTaken, Durability, Limits, OpenError, RealDisk, Writer, WriterError};

/// An open journal; clones are the same one. Its folder stays locked until the last clone, writer and drain is gone.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

/// What was appended and not yet acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pending {
    pub records: u64,
    /// Bytes of the records' frames.
    pub bytes: u64,
}

/// What journal, writers and drain have in common.
pub(crate) struct Shared {
    pub(crate) rows: Arc<Rows>,
    /// Of a strict journal.
    pub(crate) committer: Option<Committer>,
    /// `None` while a drain has it.
    pub(crate) cursor: Mutex<Option<Cursor>>,
    pub(crate) torn: AtomicU64,
}

impl Shared {
    pub(crate) fn folder(&self) -> &Folder {
        &self.rows.folder
    }
}

impl Journal {
    /// Opens the journal in a directory, which is made if there is none, and scans what an earlier process left (a
    /// second per GiB or so).
    ///
    /// # Errors
    /// When the limits make no sense, another process has it open, a newer program wrote it, or the disk fails.
    pub fn open(path: &Path, limits: Limits, durability: Durability) -> Result<Self, OpenError> {
        Self::open_on(Arc::new(RealDisk), path, limits, durability)
    }

    /// Opens the journal on another disk than the real one.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn open_on(
        disk: Arc<dyn Disk>,
        path: &Path,
        limits: Limits,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let folder = Folder::open(disk, path, limits.checked()?)?;
        let cursor = folder.open_cursor().map(Cursor::new);
        let opened = cursor.and_then(|cursor| Ok((cursor.load()?, cursor)));
        let (positions, cursor) = opened.map_err(OpenError::io(folder.path_of("cursor")))?;
        let recovered = recover(&folder, positions)?;
        let rows = Arc::new(Rows::new(folder, recovered.lanes));
        let committer = match durability {
            Durability::Normal => None,
            Durability::Strict => Some(Committer::start(Arc::clone(&rows)).map_err(OpenError::io(path))?),
        };
        let shared = Shared {
            rows,
            committer,
            cursor: Mutex::new(Some(cursor)),
            torn: AtomicU64::new(recovered.torn),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// A writer of that name, which goes on where the last one of that name stopped. Names are for the life of the
    /// folder: use few, such as one per data-plane thread. Takes no space until the first append or sync.
    ///
    /// # Errors
    /// When the name is malformed or has a writer, or the limits have no room for another.
    pub fn writer(&self, name: &str) -> Result<Writer, WriterError> {
        if !folder::is_writer_name(name) {
            return Err(WriterError::Name { name: name.to_owned() });
        }
        let lane = self.shared.rows.with_lanes(|lanes| lane_for(lanes, name, self.shared.folder().limits))?;
        Ok(Writer::new(Arc::clone(&self.shared), lane))
    }

    /// The one reader.
    ///
    /// # Errors
    /// While another drain exists.
    pub fn drain(&self) -> Result<Drain, DrainTaken> {
        Drain::new(Arc::clone(&self.shared))
    }

    /// Makes all that was appended safe from a power cut, but for what is drained already, and does what
    /// [`Self::prepare`] does. Blocks for milliseconds, and makes a machine of few processors stand still for as long.
    ///
    /// # Errors
    /// When the disk fails; all writers' segments were tried.
    pub fn sync(&self) -> io::Result<()> {
        self.shared.rows.sync()
    }

    /// The same as [`Self::sync`], but only where something that was appended before the last call is still neither
    /// synced nor drained. Called in a rhythm, it leaves nothing unsafe for longer than twice that; and while the drain
    /// keeps up, it need not touch the disk.
    ///
    /// # Errors
    /// Those of [`Self::sync`].
    pub fn sync_waiting(&self) -> io::Result<()> {
        self.shared.rows.sync_waiting()
    }

    /// Deletes spent segments, and readies what the next appends need so that writers do not wait for it: call it every
    /// 20 ms, from a thread that may block.
    ///
    /// # Errors
    /// When a segment cannot be deleted. That there is no space for a next segment is not an error here: the writer that
    /// needs it gets it.
    pub fn prepare(&self) -> io::Result<()> {
        self.shared.rows.prepare()
    }

    /// Records appended by this process. Grows with each append and takes no lock of the writers: to be polled.
    #[must_use]
    pub fn appended(&self) -> u64 {
        self.shared.rows.lanes().iter().map(|lane| lane.appended()).sum()
    }

    /// What is still to be drained. Nothing when all that was appended before the call is acknowledged.
    #[must_use]
    pub fn pending(&self) -> Pending {
        let lanes = self.shared.rows.lanes();
        let segments = lanes.iter().flat_map(|lane| lane.segments());
        segments.fold(Pending::default(), |sum, segment| {
            let (read, end) = (segment.acknowledged(), segment.published());
            Pending {
                records: sum.records + end.records.saturating_sub(read.records),
                bytes: sum.bytes + end.offset.saturating_sub(read.offset),
            }
        })
    }

    /// Bytes that the segment files take, at most [`Limits::total_bytes`].
    #[must_use]
    pub fn occupied_bytes(&self) -> u64 {
        self.shared.folder().budget.taken()
    }

    /// Whether the last sync failed, so that a power cut would cost more than what was appended since. Ends by itself:
    /// each sync tries again, and what has been drained is safe.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.shared.rows.lanes().iter().any(|lane| lane.is_unsafe())
    }

    /// Segments whose tail was cut at a bad frame since this process opened the journal: after a power cut, what had
    /// not been synced.
    #[must_use]
    pub fn torn(&self) -> u64 {
        self.shared.torn.load(Ordering::Relaxed)
    }
}

/// The lane of that name, with a writer from now on.
fn lane_for(lanes: &mut Vec<Arc<Lane>>, name: &str, limits: Limits) -> Result<Arc<Lane>, WriterError> {
    let lane = lanes.iter().find(|lane| lane.writer == name).cloned();
    if lane.as_ref().is_some_and(|lane| lane.has_writer()) {
        return Err(WriterError::Taken { name: name.to_owned() });
    }
    let writers = 1 + lanes.iter().filter(|lane| lane.has_writer()).count() as u64;
    if !limits.suffice_for(writers) {
        return Err(WriterError::NoRoom { writers, total_bytes: limits.total_bytes });
    }
    let lane = lane.unwrap_or_else(|| {
        let lane = Arc::new(Lane::new(name.to_owned(), 0, Position::default(), [].into()));
        lanes.push(Arc::clone(&lane));
        lane
    });
    lane.attach();
    Ok(lane)
}
