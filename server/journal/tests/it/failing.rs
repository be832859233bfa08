//! A disk whose syncs fail, and which then claims that all is well: what it did not write must not be lost.

use std::path::Path;
use std::sync::Arc;

use journal::{Durability, Journal};
use tempfile::TempDir;

use crate::faulty::FaultyDisk;
use crate::support::{SMALL, drain_all, peek_all, segments};

struct Lab {
    dir: TempDir,
    disk: Arc<FaultyDisk>,
}

impl Lab {
    fn new(seed: u64) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), disk: FaultyDisk::new(seed) }
    }

    fn open(&self) -> Journal {
        self.disk.open(self.dir.path(), SMALL, Durability::Normal)
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn fail_syncs(&self, count: u32) {
        self.disk.set(|state| state.sync_errors = count);
    }

    /// Ends the process at once: nothing more reaches the disk.
    fn kill<T>(&self, process: T) {
        self.disk.set(|state| state.dead = true);
        drop(process);
    }

    fn left_after_a_power_cut(&self) -> Vec<Vec<u8>> {
        self.disk.cut_power();
        peek_all(&mut self.open().drain().unwrap())
    }
}

fn record(number: u8) -> Vec<u8> {
    vec![number; 600]
}

#[test]
fn what_a_failed_sync_lost_is_written_again() {
    for seed in 0..20 {
        let lab = Lab::new(seed);
        let journal = lab.open();
        let mut writer = journal.writer("a").unwrap();
        for number in 0..20 {
            writer.append(&record(number)).unwrap();
            if number % 7 == 3 {
                lab.fail_syncs(1);
                journal.sync().unwrap_err();
                assert!(journal.is_failing());
            }
        }
        journal.sync().unwrap();
        assert!(!journal.is_failing());
        lab.kill((journal, writer));
        let left = lab.left_after_a_power_cut();
        assert_eq!(left, (0..20).map(record).collect::<Vec<_>>(), "seed {seed}");
    }
}

#[test]
fn a_restart_does_not_trust_what_the_kernel_says_of_earlier_syncs() {
    for seed in 0..20 {
        let lab = Lab::new(seed);
        let journal = lab.open();
        let mut writer = journal.writer("a").unwrap();
        for number in 0..20 {
            writer.append(&record(number)).unwrap();
        }
        lab.fail_syncs(100);
        journal.sync().unwrap_err();
        lab.kill((journal, writer));
        lab.fail_syncs(0);
        lab.disk.revive();
        let journal = lab.open();
        journal.sync().unwrap();
        lab.kill(journal);
        let left = lab.left_after_a_power_cut();
        assert_eq!(left, (0..20).map(record).collect::<Vec<_>>(), "seed {seed}");
    }
}

#[test]
fn a_writer_leaves_a_file_that_cannot_be_synced_but_only_for_one_other() {
    let lab = Lab::new(1);
    let journal = lab.open();
    let mut writer = journal.writer("a").unwrap();
    writer.append(&[0]).unwrap();
    journal.sync().unwrap();
    assert_eq!(segments(lab.path()).len(), 1);
    lab.fail_syncs(u32::MAX);
    for number in 1..100 {
        writer.append(&[number]).unwrap();
        journal.sync().unwrap_err();
        assert_eq!(segments(lab.path()).len(), if number == 1 { 1 } else { 2 }, "after {number}");
    }
    // what is drained need not be synced any more
    assert_eq!(drain_all(&mut journal.drain().unwrap()), (0..100).map(|n| vec![n]).collect::<Vec<_>>());
    assert_eq!(segments(lab.path()).len(), 1);
    lab.fail_syncs(0);
    journal.sync().unwrap();
    assert!(!journal.is_failing());
}

#[test]
fn what_is_drained_is_safe_though_its_file_cannot_be_synced() {
    let lab = Lab::new(2);
    let journal = lab.open();
    let mut writer = journal.writer("a").unwrap();
    writer.append(&[0]).unwrap();
    lab.fail_syncs(u32::MAX);
    journal.sync().unwrap_err();
    drop(writer);
    drain_all(&mut journal.drain().unwrap());
    journal.sync().unwrap();
    assert!(!journal.is_failing());
}
