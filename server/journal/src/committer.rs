//! The committer of a strict journal: a thread that syncs whatever has been appended, in groups. A group is what was
//! appended while the one before it was synced, so that a slow disk has larger groups and a fast one does not wait.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::rows::Rows;

/// How long the disk is left alone after a sync failed.
const RETRY: Duration = Duration::from_millis(100);

/// Ends, and waits for a sync under way, when dropped.
pub(crate) struct Committer {
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
}

impl Committer {
    pub(crate) fn start(rows: Arc<Rows>) -> io::Result<Self> {
        let stop = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("journal-sync".to_owned());
        let thread = thread.spawn(move || {
            while !stopped.load(Ordering::Acquire) {
                match rows.sync() {
                    Ok(()) => thread::park(),
                    // is to be seen in the journal's figures, and by those who wait
                    Err(_) => thread::park_timeout(RETRY),
                }
            }
        })?;
        Ok(Self { thread: Some(thread), stop })
    }

    /// Something was appended. A system call at most, and only when the committer has nothing to do.
    pub(crate) fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
        // it does not panic, and nobody is left to hear of it if it did
        drop(self.thread.take().map(JoinHandle::join));
    }
}
