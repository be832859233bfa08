//! A crash at every step: the same operations over and over, each time ended in another call to the disk, by a kill or
//! a power cut, and what is then found compared with a plain list.

use std::sync::Arc;

use journal::{AppendError, Drain, Durability, Journal, Limits, Writer};
use tempfile::TempDir;

use crate::faulty::FaultyDisk;
use crate::support::Random;

const LIMITS: Limits = Limits { segment_bytes: 4096, total_bytes: 12 * 4096 };
const NAMES: [&str; 2] = ["a", "b"];

/// What became of a record, as far as the test can know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Its append returned `Ok`.
    Appended,
    /// And a sync after that.
    Synced,
    /// Its acknowledgement returned `Ok`, so it may be gone; after a crash it may come again.
    Acknowledged,
    /// The process ended in the append or the acknowledgement.
    Unknown,
}

struct Entry {
    record: Vec<u8>,
    fate: Fate,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Kill,
    PowerCut,
}

/// A journal on a faulty disk beside a list of what was appended.
struct World {
    random: Random,
    dir: TempDir,
    disk: Arc<FaultyDisk>,
    lists: [Vec<Entry>; 2],
    next: u32,
    open: Option<Open>,
    what: String,
}

struct Open {
    writers: [Writer; 2],
    drain: Drain,
    journal: Journal,
    /// The total, or more when a power cut brought deleted segments back.
    most_occupied: u64,
}

impl World {
    fn new(seed: u64, what: String) -> Self {
        let (dir, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new(seed));
        let (random, lists) = (Random::new(seed), Default::default());
        let mut world = Self { random, dir, disk, lists, next: 0, open: None, what };
        world.begin();
        world
    }

    /// Starts a process. False: it ended while it opened the journal.
    fn begin(&mut self) -> bool {
        let opened = Journal::open_on(
            Arc::<FaultyDisk>::clone(&self.disk),
            self.dir.path(),
            LIMITS,
            Durability::Normal,
        );
        let Ok(journal) = opened else {
            assert!(self.is_dead(), "{}: {:?}", self.what, opened.err());
            return false;
        };
        let writers = NAMES.map(|name| journal.writer(name).unwrap());
        let most_occupied = journal.occupied_bytes().max(LIMITS.total_bytes);
        self.open = Some(Open { writers, drain: journal.drain().unwrap(), journal, most_occupied });
        true
    }

    fn is_dead(&self) -> bool {
        self.disk.set(|state| state.dead)
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..65 => self.append(),
            65..78 => self.read_and_acknowledge(),
            78..92 => self.sync(),
            92..95 => {
                let errors = 1 + self.random.below(2) as u32;
                self.disk.set(|state| state.sync_errors = errors);
            }
            95..97 => {
                self.disk.set(|state| state.full ^= true);
            }
            _ => self.restart(),
        }
        if let Some(open) = &self.open {
            assert!(open.journal.occupied_bytes() <= open.most_occupied, "{}", self.what);
        }
    }

    fn append(&mut self) {
        let Some(open) = &mut self.open else { return };
        let who = self.random.below(2);
        let longest = if self.random.below(10) == 0 { 4000 } else { 700 };
        let mut record = vec![0; 5 + self.random.below(longest)];
        record.fill_with(|| self.random.next() as u8);
        record[0] = who as u8;
        record[1..5].copy_from_slice(&self.next.to_le_bytes());
        self.next += 1;
        match open.writers[who].append(&record) {
            Ok(()) => self.lists[who].push(Entry { record, fate: Fate::Appended }),
            Err(AppendError::Full { .. } | AppendError::Segment(_)) => {}
            Err(other) => panic!("{}: {other}", self.what),
        }
    }

    fn sync(&mut self) {
        let Some(open) = &self.open else { return };
        let synced = open.journal.sync();
        assert!(synced.is_ok() || self.is_dead() || open.journal.is_failing(), "{}: {synced:?}", self.what);
        if synced.is_ok() {
            let appended = self.lists.iter_mut().flatten().filter(|entry| entry.fate == Fate::Appended);
            appended.for_each(|entry| entry.fate = Fate::Synced);
        }
    }

    fn read_and_acknowledge(&mut self) {
        let Some(open) = &mut self.open else { return };
        let (records, bytes) = (self.random.below(30), self.random.below(9_000));
        let Ok(batch) = open.drain.read(records, bytes) else {
            assert!(self.is_dead(), "{}", self.what);
            return;
        };
        let taken: Vec<Vec<u8>> = batch.records().map(<[u8]>::to_vec).collect();
        for (who, list) in self.lists.iter().enumerate() {
            let waiting =
                list.iter().filter(|entry| entry.fate != Fate::Acknowledged).map(|entry| &entry.record);
            let read: Vec<_> = taken.iter().filter(|record| record[0] == who as u8).collect();
            assert_eq!(read, waiting.take(read.len()).collect::<Vec<_>>(), "{}", self.what);
        }
        let acknowledged = open.drain.acknowledge(batch);
        let fate = if acknowledged.is_ok() { Fate::Acknowledged } else { Fate::Unknown };
        for entry in self.lists.iter_mut().flatten().filter(|entry| taken.contains(&entry.record)) {
            entry.fate = fate;
        }
    }

    fn restart(&mut self) {
        self.open = None;
        if self.is_dead() {
            return;
        }
        if self.begin() {
            let synced: Vec<_> = self.synced();
            self.compare(End::Kill, &synced);
        }
    }

    /// Ends the process, begins another, and compares.
    fn end(&mut self, end: End) {
        self.disk.set(|state| state.dead = true);
        self.open = None;
        match end {
            End::Kill => self.disk.revive(),
            End::PowerCut => self.disk.cut_power(),
        }
        self.disk.set(|state| (state.full, state.sync_errors) = (false, 0));
        assert!(self.begin(), "{}", self.what);
        let synced = match end {
            End::Kill => self.synced(),
            // what a power cut left is on the disk
            End::PowerCut => self.lists.iter().flatten().map(|entry| entry.record.clone()).collect(),
        };
        self.compare(end, &synced);
    }

    fn synced(&self) -> Vec<Vec<u8>> {
        let synced = self.lists.iter().flatten().filter(|entry| entry.fate == Fate::Synced);
        synced.map(|entry| entry.record.clone()).collect()
    }

    /// Compares what the new process finds with the list, which then is what it found.
    fn compare(&mut self, end: End, synced: &[Vec<u8>]) {
        let what = format!("{}, {end:?}", self.what);
        let Some(open) = &mut self.open else { return };
        let found: Vec<Vec<u8>> =
            open.drain.read(usize::MAX, usize::MAX).unwrap().records().map(<[u8]>::to_vec).collect();
        assert_eq!(open.journal.pending().records, found.len() as u64, "{what}");
        for (who, list) in self.lists.iter_mut().enumerate() {
            let mut rest = list.iter();
            for record in found.iter().filter(|record| record[0] == who as u8) {
                // in order, none twice, none that was not appended; and passes over none that must be there
                loop {
                    let entry = rest.next().unwrap_or_else(|| panic!("{what}: found what was not appended"));
                    if entry.record == *record {
                        break;
                    }
                    assert!(may_be_missing(entry.fate, end), "{what}: lost one that was {:?}", entry.fate);
                }
            }
            let lost = rest.find(|entry| !may_be_missing(entry.fate, end));
            assert!(lost.is_none(), "{what}: lost one that was {:?}", lost.map(|entry| entry.fate));
            // what was acknowledged may still come again, after a power cut that undoes its deletion
            list.retain(|entry| found.contains(&entry.record) || entry.fate != Fate::Appended);
            for entry in list {
                entry.fate = match (found.contains(&entry.record), synced.contains(&entry.record)) {
                    (true, true) => Fate::Synced,
                    (true, false) => Fate::Appended,
                    (false, _) => Fate::Acknowledged,
                };
            }
        }
    }
}

fn may_be_missing(fate: Fate, end: End) -> bool {
    match fate {
        Fate::Acknowledged | Fate::Unknown => true,
        Fate::Synced => false,
        Fate::Appended => matches!(end, End::PowerCut),
    }
}

/// Runs `steps` of the seed's operations, ended in the disk's call `dies_at`; false: they end before.
fn run_until(seed: u64, steps: usize, dies_at: u64, end: End) -> bool {
    let mut world = World::new(seed, format!("seed {seed}, ended in call {dies_at}"));
    world.disk.set(|state| state.dies_at = Some(dies_at));
    for _ in 0..steps {
        world.step();
        if world.is_dead() {
            world.end(end);
            // and it goes on as if nothing had been
            for _ in 0..30 {
                world.step();
            }
            world.end(End::PowerCut);
            return true;
        }
    }
    false
}

#[test]
fn a_crash_at_every_call_to_the_disk_loses_only_what_it_may() {
    let mut crashes = 0;
    for seed in 0..8 {
        for end in [End::Kill, End::PowerCut] {
            crashes += (1..).take_while(|dies_at| run_until(seed, 60, *dies_at, end)).count();
        }
    }
    assert!(crashes > 500, "only {crashes} crashes");
}

/// A long run of the seed's operations with twenty crashes, at any call to the disk or between two.
pub fn crash_at_random(seed: u64) {
    let mut world = World::new(seed, format!("seed {seed}"));
    for _ in 0..20 {
        let (calls, dies_in) = (world.disk.set(|state| state.calls), world.random.below(60) as u64);
        world.disk.set(|state| state.dies_at = Some(calls + dies_in));
        for _ in 0..100 {
            if !world.is_dead() {
                world.step();
            }
        }
        let end = if world.random.below(2) == 0 { End::Kill } else { End::PowerCut };
        world.end(end);
    }
}

#[test]
fn crashes_at_any_time_in_long_runs_lose_only_what_they_may() {
    (100..140).for_each(crash_at_random);
    // a power cut after which more is there than was ever allowed at once: it undid a deletion, but not what was
    // created in its place
    crash_at_random(1_795_807_566_900_896_418);
}
