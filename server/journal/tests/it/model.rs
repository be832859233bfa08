//! Random operations against a plain list: append, read, acknowledge, sync, reopen, kill and power cut.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use journal::{AppendError, Batch, Drain, Durability, Journal, Limits, Writer};
use tempfile::TempDir;

use crate::support::{Random, frames, segments};

const LIMITS: Limits = Limits { segment_bytes: 4096, total_bytes: 16 * 4096 };
const NAMES: [&str; 3] = ["a", "b", "c"];

/// A record that was appended, and what became of it.
struct Entry {
    record: Vec<u8>,
    synced: bool,
    acknowledged: bool,
}

struct World {
    random: Random,
    dir: TempDir,
    /// Per writer, all that can still be on disk.
    model: [Vec<Entry>; 3],
    next: u32,
    /// File names of damaged segments, which are not damaged twice: `frames` could not read them.
    torn: HashSet<OsString>,
    open: Option<Open>,
}

/// Dropped as one: writers and drain keep the folder locked.
struct Open {
    writers: [Option<Writer>; 3],
    drain: Drain,
    journal: Journal,
}

impl Open {
    fn new(path: &Path) -> Self {
        let journal = Journal::open(path, LIMITS, Durability::Normal).unwrap();
        let writers = NAMES.map(|name| Some(journal.writer(name).unwrap()));
        Self { writers, drain: journal.drain().unwrap(), journal }
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let open = Some(Open::new(dir.path()));
        Self {
            random: Random::new(seed),
            dir,
            model: Default::default(),
            next: 0,
            torn: HashSet::new(),
            open,
        }
    }

    fn open(&mut self) -> &mut Open {
        self.open.as_mut().unwrap()
    }

    fn append(&mut self) {
        let who = self.random.below(3);
        let longest = if self.random.below(10) == 0 { 4000 } else { 300 };
        let length = 5 + self.random.below(longest);
        let mut record = vec![0; length];
        record.fill_with(|| self.random.next() as u8);
        record[0] = who as u8;
        record[1..5].copy_from_slice(&self.next.to_le_bytes());
        self.next += 1;
        let open = self.open();
        match open.writers[who].as_mut().unwrap().append(&record) {
            Ok(()) => self.model[who].push(Entry { record, synced: false, acknowledged: false }),
            Err(AppendError::Full { .. }) => {
                assert!(open.journal.occupied_bytes() + LIMITS.segment_bytes > LIMITS.total_bytes);
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Reads a batch of random size, which must be the oldest unacknowledged of each writer.
    fn read(&mut self) -> Batch {
        let (records, bytes) = (self.random.below(60), self.random.below(10_000));
        let batch = self.open().drain.read(records, bytes).unwrap();
        assert!(batch.len() <= records);
        for (who, entries) in self.model.iter().enumerate() {
            let expected = entries.iter().filter(|entry| !entry.acknowledged).map(|entry| &entry.record[..]);
            let read: Vec<_> = batch.records().filter(|record| record[0] == who as u8).collect();
            assert_eq!(read, expected.take(read.len()).collect::<Vec<_>>());
        }
        batch
    }

    fn read_and_acknowledge(&mut self) {
        let batch = self.read();
        for record in batch.records() {
            let entries = self.model[record[0] as usize].iter_mut();
            entries.filter(|entry| entry.record == record).for_each(|entry| entry.acknowledged = true);
        }
        self.open().drain.acknowledge(batch).unwrap();
    }

    fn sync(&mut self) {
        self.open().journal.sync().unwrap();
        self.model.iter_mut().flatten().for_each(|entry| entry.synced = true);
    }

    fn replace_writer(&mut self) {
        let who = self.random.below(3);
        let open = self.open();
        open.writers[who] = None;
        open.writers[who] = Some(open.journal.writer(NAMES[who]).unwrap());
    }

    fn reopen(&mut self) {
        self.open = None;
        self.open = Some(Open::new(self.dir.path()));
    }

    /// The files as a killed process leaves them: those of a journal still open.
    fn kill(&mut self) {
        let after = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, after.path().join(path.file_name().unwrap())).unwrap();
        }
        self.open = None;
        self.dir = after;
    }

    fn cut_power(&mut self) {
        self.kill();
        for segment in segments(self.dir.path()) {
            self.tear(&segment);
        }
        if self.random.below(2) == 0 {
            self.lose_cursor();
        }
    }

    /// Damages a segment at a random byte of a frame that was not synced, if it has one; that and what follows is gone.
    fn tear(&mut self, segment: &Path) {
        let name = segment.file_name().unwrap().to_owned();
        if self.torn.contains(&name) {
            return;
        }
        let frames = frames(segment);
        let Some((_, _, first)) = frames.first() else { return };
        let model = &mut self.model[first[0] as usize];
        let synced = |record: &Vec<u8>| model.iter().any(|entry| entry.synced && entry.record == *record);
        let unsynced: Vec<_> = frames.iter().skip_while(|(_, _, record)| synced(record)).collect();
        if unsynced.is_empty() {
            return;
        }
        self.torn.insert(name);
        let (at, _, record) = unsynced[self.random.below(unsynced.len())];
        let byte = at + self.random.below(8 + record.len());
        let mut bytes = fs::read(segment).unwrap();
        match self.random.below(3) {
            0 => bytes.truncate(byte),
            1 => bytes[byte] ^= 1 << self.random.below(8),
            _ => bytes[*at..].fill(0),
        }
        fs::write(segment, bytes).unwrap();
        let lost =
            |entry: &Entry| unsynced.iter().any(|(from, _, record)| from >= at && *record == entry.record);
        model.retain(|entry| !lost(entry));
    }

    /// Without the cursor, acknowledged records come again, if their segment still exists.
    fn lose_cursor(&mut self) {
        fs::remove_file(self.dir.path().join("cursor")).unwrap();
        let left: Vec<_> =
            segments(self.dir.path()).iter().flat_map(|segment| whole_records(segment)).collect();
        for entry in self.model.iter_mut().flatten() {
            entry.acknowledged &= !left.contains(&entry.record);
        }
    }

    fn pending(&self) -> u64 {
        self.model.iter().flatten().filter(|entry| !entry.acknowledged).count() as u64
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..70 => self.append(),
            70..75 => drop(self.read()),
            75..88 => self.read_and_acknowledge(),
            88..92 => self.sync(),
            92..94 => self.replace_writer(),
            94..96 => self.reopen(),
            96..98 => {
                self.kill();
                self.reopen();
            }
            _ => {
                self.cut_power();
                self.reopen();
            }
        }
        let pending = self.open().journal.pending().records;
        assert_eq!(pending, self.pending());
    }
}

/// The records before the damage, by the journal itself: in a folder of their own, without a cursor.
fn whole_records(segment: &Path) -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(segment, dir.path().join(segment.file_name().unwrap())).unwrap();
    let journal = Journal::open(dir.path(), LIMITS, Durability::Normal).unwrap();
    crate::support::peek_all(&mut journal.drain().unwrap())
}

#[test]
fn random_operations_agree_with_a_list() {
    for seed in 0..60 {
        println!("seed {seed}");
        let mut world = World::new(seed);
        for _ in 0..300 {
            world.step();
        }
        while world.pending() > 0 {
            world.read_and_acknowledge();
        }
        world.reopen();
        assert_eq!(world.open().journal.pending().records, 0);
    }
}
