//! What can go wrong, per operation.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("segments must be a multiple of 4096 bytes and at most 1 GiB, not {segment_bytes}")]
    SegmentBytes { segment_bytes: u64 },
    #[error("a total of {total_bytes} bytes is less than two segments of {segment_bytes}")]
    TotalBytes { segment_bytes: u64, total_bytes: u64 },
    #[error("journal {path} is in use by another process")]
    InUse { path: PathBuf },
    #[error("segment {path} has format {found}, this program knows up to {known}")]
    Version { path: PathBuf, found: u16, known: u16 },
    #[error("cannot open {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
}

impl OpenError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.into(), source }
    }
}

#[derive(Debug, Error)]
pub enum WriterError {
    #[error("a writer's name has 1 to 32 lower-case letters, digits or hyphens, unlike {name:?}")]
    Name { name: String },
    #[error("writer {name} exists already")]
    Taken { name: String },
    #[error("a total of {total_bytes} bytes has no room for two segments for each of {writers} writers")]
    NoRoom { writers: u64, total_bytes: u64 },
}

#[derive(Debug, Error)]
pub enum AppendError {
    #[error("a record of {bytes} bytes is longer than a segment can hold ({limit} bytes)")]
    TooLong { bytes: usize, limit: usize },
    #[error("the journal is full: all of its {total_bytes} bytes wait to be drained")]
    Full { total_bytes: u64 },
    /// Usually a full disk. Tried again by a later append.
    #[error("cannot create a segment: {0}")]
    Segment(#[source] io::Error),
    /// Only with `Durability::Strict`: the disk has just failed, so that the record might not survive a power cut.
    #[error("cannot sync segments: {0}")]
    Sync(#[source] io::Error),
}

#[derive(Debug, Error)]
pub enum DrainError {
    #[error("cannot read segment {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    /// Cut, and no error any more, once its writer has gone on to another.
    #[error("segment {path} is damaged at byte {at} while it is being written")]
    Damaged { path: PathBuf, at: u64 },
    /// The acknowledgement holds in this process; after a restart the batch may come again.
    #[error("cannot write the cursor: {0}")]
    Cursor(#[source] io::Error),
    /// Tried again by the next read, acknowledgement or sync.
    #[error("cannot delete a spent segment: {0}")]
    Delete(#[source] io::Error),
}

#[derive(Debug, Error)]
#[error("the journal is being drained already")]
pub struct DrainTaken;
