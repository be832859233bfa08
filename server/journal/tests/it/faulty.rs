//! A disk for tests, on real files: full, slow, failing, and able to lose power at any call.
//!
//! It keeps beside each file what would be left of it after a power cut. As on Linux, a failed sync loses what it was
//! to write: those pages count as written from then on, until something is written to them again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use journal::{Disk, Durability, Journal, Limits, RealDisk};

use crate::support::Random;

const PAGE: usize = 4096;
const SECTOR: usize = 512;

pub struct FaultyDisk {
    state: Mutex<State>,
    changed: Condvar,
}

/// What can go wrong, to be set by a test.
pub struct State {
    pub random: Random,
    /// Calls so far.
    pub calls: u64,
    /// The call in which the process ends, before or after it takes effect.
    pub dies_at: Option<u64>,
    pub dead: bool,
    /// So many syncs fail.
    pub sync_errors: u32,
    /// So many writes into files fail.
    pub write_errors: u32,
    /// No file can be created.
    pub full: bool,
    /// Syncs wait until this is taken back.
    pub syncs_block: bool,
    /// The next file to be created waits until this is taken back.
    pub create_blocks: bool,
    /// Calls that wait.
    pub blocked: u32,
    /// Successful syncs of files.
    pub synced: u64,
    files: BTreeMap<PathBuf, Shadow>,
    /// Files whose deletion a power cut may undo.
    removed: BTreeMap<PathBuf, Vec<u8>>,
}

/// One file beside what the test sees of it.
#[derive(Default)]
struct Shadow {
    durable: Vec<u8>,
    /// What the kernel takes to be on disk.
    clean: Vec<u8>,
    /// Pages written again, perhaps with the same bytes.
    rewritten: BTreeSet<usize>,
    /// Whether its name survives.
    named: bool,
}

impl Shadow {
    fn dirty_pages(&self, now: &[u8]) -> Vec<usize> {
        let page = |bytes: &[u8], page: usize| {
            let start = (page * PAGE).min(bytes.len());
            bytes[start..(start + PAGE).min(bytes.len())].to_vec()
        };
        let differs = |number: &usize| {
            page(now, *number) != page(&self.clean, *number) || self.rewritten.contains(number)
        };
        (0..now.len().div_ceil(PAGE)).filter(differs).collect()
    }

    fn write_out(&mut self, now: &[u8], pages: impl IntoIterator<Item = usize>) {
        self.durable.resize(now.len(), 0);
        for page in pages {
            let range = page * PAGE..((page + 1) * PAGE).min(now.len());
            self.durable[range.clone()].copy_from_slice(&now[range]);
        }
    }

    fn is_clean(&mut self, now: Vec<u8>) {
        self.clean = now;
        self.rewritten.clear();
    }
}

fn gone() -> io::Error {
    io::Error::other("the process has ended")
}

impl FaultyDisk {
    pub fn new(seed: u64) -> Arc<Self> {
        let state = State {
            random: Random::new(seed),
            calls: 0,
            dies_at: None,
            dead: false,
            sync_errors: 0,
            write_errors: 0,
            full: false,
            syncs_block: false,
            create_blocks: false,
            blocked: 0,
            synced: 0,
            files: BTreeMap::new(),
            removed: BTreeMap::new(),
        };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    pub fn open(self: &Arc<Self>, path: &Path, limits: Limits, durability: Durability) -> Journal {
        Journal::open_on(Arc::<Self>::clone(self), path, limits, durability).unwrap()
    }

    pub fn set<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
        changed
    }

    /// Returns once so many calls are blocked.
    pub fn await_blocked(&self, calls: u32) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |state| state.blocked < calls).unwrap());
    }

    fn wait(&self, state: MutexGuard<'_, State>, while_true: impl Fn(&State) -> bool) {
        let mut state = state;
        state.blocked += 1;
        self.changed.notify_all();
        let mut state = self.changed.wait_while(state, |state| while_true(state) && !state.dead).unwrap();
        state.blocked -= 1;
    }

    fn call<T>(&self, act: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.state.lock().unwrap();
        if state.dead {
            return Err(gone());
        }
        state.calls += 1;
        if state.dies_at == Some(state.calls) {
            state.dead = true;
            if state.random.below(2) == 1 {
                drop(act(&mut state));
            }
            return Err(gone());
        }
        act(&mut state)
    }

    /// Begins the next process, on the files as a killed one leaves them.
    pub fn revive(&self) {
        self.set(|state| (state.dead, state.dies_at) = (false, None));
    }

    /// Leaves of the files what a power cut may leave, and begins the next process.
    pub fn cut_power(&self) {
        self.set(State::lose_power);
        self.revive();
    }
}

impl State {
    fn lose_power(&mut self) {
        for (path, mut shadow) in std::mem::take(&mut self.files) {
            let now = fs::read(&path).unwrap();
            if !shadow.named && self.random.below(2) == 0 {
                fs::remove_file(&path).unwrap();
                continue;
            }
            let left = self.left_of(&shadow, &now);
            fs::write(&path, &left).unwrap();
            (shadow.durable, shadow.named) = (left.clone(), true);
            shadow.is_clean(left);
            self.files.insert(path, shadow);
        }
        for (path, durable) in std::mem::take(&mut self.removed) {
            if self.random.below(2) == 0 {
                fs::write(&path, &durable).unwrap();
                let shadow =
                    Shadow { clean: durable.clone(), durable, named: true, rewritten: BTreeSet::new() };
                self.files.insert(path, shadow);
            }
        }
    }

    /// Of each sector that was not synced the old or the new, and of one of them a part.
    fn left_of(&mut self, shadow: &Shadow, now: &[u8]) -> Vec<u8> {
        let mut left = shadow.durable.clone();
        left.resize(now.len(), 0);
        let sectors: Vec<usize> = shadow
            .dirty_pages(now)
            .into_iter()
            .flat_map(|page| (page * PAGE..((page + 1) * PAGE).min(now.len())).step_by(SECTOR))
            .filter(|start| {
                let end = (start + SECTOR).min(now.len());
                left[*start..end] != now[*start..end]
            })
            .collect();
        let written = self.random.below(4);
        let torn = (!sectors.is_empty()).then(|| sectors[self.random.below(sectors.len())]);
        for start in sectors {
            let end = (start + SECTOR).min(now.len());
            if torn == Some(start) {
                let middle = start + self.random.below(end - start);
                left[start..middle].copy_from_slice(&now[start..middle]);
            } else if self.random.below(4) < written {
                left[start..end].copy_from_slice(&now[start..end]);
            }
        }
        left
    }
}

impl Disk for FaultyDisk {
    fn create(&self, path: &Path, bytes: u64) -> io::Result<File> {
        let state = self.state.lock().unwrap();
        // only the first: others pass
        if state.create_blocks && state.blocked == 0 {
            self.wait(state, |state| state.create_blocks);
        } else {
            drop(state);
        }
        self.call(|state| {
            if state.full {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let file = RealDisk.create(path, bytes)?;
            let zeros = vec![0; bytes as usize];
            let shadow = Shadow { durable: zeros.clone(), clean: zeros, ..Shadow::default() };
            state.files.insert(path.to_owned(), shadow);
            Ok(file)
        })
    }

    fn sync(&self, path: &Path, file: &File) -> io::Result<()> {
        let state = self.state.lock().unwrap();
        if state.syncs_block {
            self.wait(state, |state| state.syncs_block);
        } else {
            drop(state);
        }
        self.call(|state| {
            let mut now = vec![0; file.metadata()?.len() as usize];
            file.read_exact_at(&mut now, 0)?;
            // deleted meanwhile: there is nothing that could be lost
            let Some(shadow) = state.files.get_mut(path) else { return Ok(()) };
            let dirty = shadow.dirty_pages(&now);
            if state.sync_errors > 0 {
                state.sync_errors -= 1;
                let some: Vec<usize> = dirty.into_iter().filter(|_| state.random.below(2) == 0).collect();
                shadow.write_out(&now, some);
                shadow.is_clean(now);
                return Err(io::Error::from_raw_os_error(5));
            }
            shadow.write_out(&now, dirty);
            shadow.is_clean(now);
            state.synced += 1;
            Ok(())
        })
    }

    fn sync_folder(&self, _: &File) -> io::Result<()> {
        self.call(|state| {
            state.files.values_mut().for_each(|shadow| shadow.named = true);
            state.removed.clear();
            Ok(())
        })
    }

    fn write(&self, path: &Path, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.call(|state| {
            if state.write_errors > 0 {
                state.write_errors -= 1;
                return Err(io::Error::from_raw_os_error(5));
            }
            RealDisk.write(path, file, bytes, offset)?;
            let shadow = state.files.entry(path.to_owned()).or_default();
            let (start, end) = (offset as usize, offset as usize + bytes.len());
            shadow.rewritten.extend(start / PAGE..end.div_ceil(PAGE));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(|state| {
            RealDisk.remove(path)?;
            if let Some(shadow) = state.files.remove(path).filter(|shadow| shadow.named) {
                state.removed.insert(path.to_owned(), shadow.durable);
            }
            Ok(())
        })
    }
}
