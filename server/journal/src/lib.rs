//! The call journal: what the data plane writes down about each call before the caller has its last byte.
//!
//! Records are opaque bytes. Each data-plane thread owns a [`Writer`] and appends to memory-mapped segment files of its
//! own, without a lock or a system call; one [`Drain`] reads all of them in order per writer and, once its batches are
//! stored elsewhere, acknowledges them, upon which spent segments are deleted. It knows nothing of calls, SQL, clocks
//! or async run times.
//!
//! # What is promised
//!
//! - **A killed process loses nothing.** A record whose append returned `Ok` is in the page cache and is read again
//!   after a restart, until it is acknowledged.
//! - **A power cut loses what was not yet synced.** With [`Durability::Normal`] that is what was appended since the last
//!   [`Journal::sync`]; with [`Durability::Strict`] nothing whose [`Ticket`] was safe. A torn tail is cut at its first bad frame: never an error,
//!   never garbage.
//! - **A failed sync costs nothing once one succeeds.** What the kernel could not write it forgets, and calls the next
//!   sync a success; so it is written again before that ([`Journal::is_failing`] meanwhile), and writers go on in
//!   another file.
//! - **A slow disk is not waited for.** While a sync hangs, appends and reads go on.
//! - **At least once.** The place that was read to is written after the consumer has stored the batch, so after a crash
//!   the last batch may come again. Consumers recognise a record by an id inside it.
//! - **Bounded.** At most [`Limits::total_bytes`] on disk; then [`AppendError::Full`] until the drain has caught up. (A
//!   power cut may bring deleted segments back, on top of those made since; while that is too much, none is made.) A
//!   full disk is an error when a segment is created, not a signal when it is written. (A copy-on-write file system
//!   cannot promise the latter: keep the folder on ext4, XFS or tmpfs, or switch copy-on-write off for it.)
//!
//! # The folder
//!
//! | file | holds |
//! |---|---|
//! | `lock` | locked while a process has the journal open |
//! | `cursor` | per writer, the position up to which all is acknowledged |
//! | `{writer}-{sequence}.log` | a segment: 8 bytes `GHJRNL` and format version (u16), then frames, then zeros |
//! | `*.log.bad` | a file with a segment's name that is none, set aside |
//!
//! A frame is a u32 length (of head and record together, so it is never 0), a u32 CRC-32 of these four bytes and the
//! record, and the record, padded to 8 bytes. All numbers are little-endian. A length of 0 ends the segment. Segments
//! are never written again after a restart, so what follows a torn tail can never be taken for a frame.

mod batch;
mod budget;
mod committer;
mod cursor;
mod disk;
mod drain;
mod error;
mod folder;
mod frame;
mod journal;
mod lane;
mod limits;
mod mapping;
mod mark;
mod recovery;
mod rows;
mod segment;
mod ticket;
mod writer;

pub use batch::Batch;
pub use disk::{Disk, RealDisk};
pub use drain::Drain;
pub use error::{AppendError, DrainError, DrainTaken, OpenError, WriterError};
pub use journal::{Journal, Pending};
pub use limits::{Durability, Limits};
pub use ticket::Ticket;
pub use writer::Writer;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a panic of another holder: every change under these locks is one assignment or one push.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
