//! All lanes and the folder they are in: what the committer needs to know of a journal.

use std::io;
use std::sync::{Arc, Mutex};

use crate::folder::Folder;
use crate::lane::Lane;
use crate::lock;

pub(crate) struct Rows {
    pub(crate) folder: Folder,
    lanes: Mutex<Vec<Arc<Lane>>>,
}

impl Rows {
    pub(crate) fn new(folder: Folder, lanes: Vec<Arc<Lane>>) -> Self {
        Self { folder, lanes: Mutex::new(lanes) }
    }

    pub(crate) fn lanes(&self) -> Vec<Arc<Lane>> {
        lock(&self.lanes).clone()
    }

    /// Hands the list to a function that may add to it.
    pub(crate) fn with_lanes<T>(&self, change: impl FnOnce(&mut Vec<Arc<Lane>>) -> T) -> T {
        change(&mut lock(&self.lanes))
    }

    /// Makes safe what was appended, deletes what is spent, readies what is next. The first error after trying all.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let synced = self.lanes().iter().map(|lane| lane.sync(&self.folder)).fold(Ok(()), Result::and);
        let prepared = self.prepare();
        synced.and(prepared)
    }

    /// The same, but makes only those segments safe in which something has waited since the last call.
    pub(crate) fn sync_waiting(&self) -> io::Result<()> {
        let synced =
            self.lanes().iter().map(|lane| lane.sync_waiting(&self.folder)).fold(Ok(()), Result::and);
        let prepared = self.prepare();
        synced.and(prepared)
    }

    /// Deletes what is spent, readies what is next.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        let reclaimed = self.reclaim();
        for lane in self.lanes() {
            drop(lane.prepare(&self.folder));
        }
        reclaimed
    }

    /// Deletes the spent segments of every lane; the first error after trying all.
    pub(crate) fn reclaim(&self) -> io::Result<()> {
        self.lanes().iter().map(|lane| lane.reclaim(&self.folder)).fold(Ok(()), Result::and)
    }
}
