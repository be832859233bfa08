//! The one place with `unsafe`: a writer's view of its segment file as memory.
//!
//! Readers never map: they read the file up to the mark that the writer published, and on Linux the page cache is one
//! for both. So this memory is written by one thread, and read by no Rust code at all.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use memmap2::{Advice, MmapOptions, MmapRaw};

use crate::frame::HEAD;

pub(crate) struct Mapping {
    memory: Arc<MmapRaw>,
}

impl Mapping {
    /// Maps the first `bytes` of a file whose blocks are allocated and which nobody makes shorter (the journal's lock
    /// keeps other processes of ours away): otherwise a store could raise SIGBUS.
    pub(crate) fn of(file: &File, bytes: u64) -> io::Result<Self> {
        let bytes = usize::try_from(bytes).map_err(io::Error::other)?;
        let memory = MmapOptions::new().len(bytes).map_raw(file)?;
        // A hint. At the first store Linux would bring the whole new file into memory, to the last zero: milliseconds
        // in which nothing else runs on that processor. Pages are brought as they are needed, by `Pages::warm`.
        drop(memory.advise(Advice::Random));
        Ok(Self { memory: Arc::new(memory) })
    }

    pub(crate) fn pages(&self) -> Pages {
        Pages { memory: Arc::downgrade(&self.memory) }
    }

    /// Writes `body` at `at + 8`, then `head` at `at` as one store: whenever the process ends, the file holds a head
    /// only in front of a whole body. False: no room there.
    #[expect(
        unsafe_code,
        reason = "a store that the kernel must see in order needs an atomic in mapped memory"
    )]
    pub(crate) fn put(&mut self, at: usize, head: u64, body: &[u8]) -> bool {
        let end = at.checked_add(HEAD).and_then(|start| start.checked_add(body.len()));
        if !at.is_multiple_of(HEAD) || end.is_none_or(|end| end > self.memory.len()) {
            return false;
        }
        // SAFETY: `at .. at + HEAD + body.len()` is inside the mapping (checked above), which lives as long as `self`
        // and is writable. `at` is a multiple of 8 and mappings start at a page, so the head is aligned for an atomic.
        // `&mut self` makes this thread the only one that touches the memory, and `body` cannot overlap it because no
        // reference to it is ever handed out.
        unsafe {
            let frame = self.memory.as_mut_ptr().add(at);
            std::ptr::copy_nonoverlapping(body.as_ptr(), frame.add(HEAD), body.len());
            AtomicU64::from_ptr(frame.cast()).store(head.to_le(), Ordering::Release);
        }
        true
    }
}

/// Another thread's way to a mapping's pages, not to what is in them, for as long as its writer keeps it.
#[derive(Default)]
pub(crate) struct Pages {
    memory: Weak<MmapRaw>,
}

impl Pages {
    /// Takes the page faults of the stores to come. A hint: Linux before 5.14 does not know it, and nothing depends on
    /// it.
    pub(crate) fn warm(&self, from: u64, bytes: u64) {
        let Some(memory) = self.memory.upgrade() else { return };
        let end = from.saturating_add(bytes).min(memory.len() as u64);
        drop(memory.advise_range(Advice::PopulateWrite, from as usize, end.saturating_sub(from) as usize));
    }
}
