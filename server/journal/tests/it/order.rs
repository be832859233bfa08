//! Records come back once and in order: over segments, restarts, writers and threads.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;

use journal::{Durability, Journal, Limits, OpenError, WriterError};

use crate::support::{SMALL, drain_all, open, peek_all, segments};

#[test]
fn read_returns_what_was_appended_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    let mut drain = journal.drain().unwrap();
    assert!(drain.read(10, 10_000).unwrap().is_empty());
    for record in [&b""[..], b"x", &[7; 4000]] {
        writer.append(record).unwrap();
        let batch = drain.read(10, 10_000).unwrap();
        assert_eq!(batch.records().collect::<Vec<_>>(), [record]);
        assert_eq!(journal.pending().records, 1);
        drain.acknowledge(batch).unwrap();
        assert_eq!(journal.pending(), journal::Pending::default());
    }
    assert_eq!(journal.appended(), 3);
}

#[test]
fn read_without_acknowledge_returns_the_same_again() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    let mut drain = journal.drain().unwrap();
    for number in 0..5_u8 {
        writer.append(&[number]).unwrap();
    }
    let first = drain.read(3, 10_000).unwrap();
    let again = drain.read(2, 10_000).unwrap();
    assert_eq!(first.records().collect::<Vec<_>>(), [[0], [1], [2]]);
    assert_eq!(again.records().collect::<Vec<_>>(), [[0], [1]]);
    drain.acknowledge(first).unwrap();
    drain.acknowledge(again).unwrap();
    assert_eq!(peek_all(&mut drain), [[3], [4]]);
}

#[test]
fn read_keeps_to_its_limits_and_still_returns_a_long_record() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    let mut drain = journal.drain().unwrap();
    for _ in 0..20 {
        writer.append(&[1; 100]).unwrap();
    }
    assert_eq!(drain.read(7, 10_000).unwrap().len(), 7);
    assert_eq!(drain.read(100, 112 * 3 + 50).unwrap().len(), 3);
    assert_eq!(drain.read(100, 10).unwrap().len(), 1);
    assert_eq!(drain.read(0, 10_000).unwrap().len(), 0);
}

#[test]
fn append_rolls_over_and_acknowledge_deletes_what_is_spent() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    let mut drain = journal.drain().unwrap();
    let records: Vec<_> = (0..200_u32).map(|number| number.to_le_bytes().repeat(25)).collect();
    for record in &records {
        writer.append(record).unwrap();
    }
    let before = segments(dir.path()).len();
    assert_eq!(before, 6, "36 frames of 112 bytes in each");
    assert_eq!(journal.occupied_bytes(), 6 * 4096);
    assert_eq!(peek_all(&mut drain), records);
    assert_eq!(segments(dir.path()).len(), before, "read is not acknowledged");
    assert_eq!(drain_all(&mut drain), records);
    assert_eq!(segments(dir.path()).len(), 1, "the one being written stays");
    drop(writer);
    assert!(drain.read(1, 1).unwrap().is_empty());
    assert_eq!(segments(dir.path()).len(), 0);
    assert_eq!(journal.occupied_bytes(), 0);
}

#[test]
fn reopening_returns_the_unacknowledged_exactly_and_goes_on_numbering() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = String::new();
    for round in 0..6_u8 {
        let journal = open(dir.path());
        let mut drain = journal.drain().unwrap();
        let left = if round == 0 { 0 } else { 50 };
        assert_eq!(journal.pending().records, left);
        let expected: Vec<_> =
            (50..50 + left as u8).map(|number| vec![round - u8::from(left > 0), number]).collect();
        assert_eq!(peek_all(&mut drain), expected);
        let mut writer = journal.writer("a").unwrap();
        for number in 0..100 {
            writer.append(&[round, number]).unwrap();
        }
        let batch = drain.read(left as usize + 50, 100_000).unwrap();
        drain.acknowledge(batch).unwrap();
        let newest = segments(dir.path()).pop().unwrap().display().to_string();
        assert!(newest > last, "{newest} after {last}");
        last = newest;
    }
}

#[test]
fn sequences_go_on_although_all_segments_were_deleted() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..3_u8 {
        let journal = open(dir.path());
        let mut writer = journal.writer("a").unwrap();
        let mut drain = journal.drain().unwrap();
        writer.append(&[round; 9]).unwrap();
        assert_eq!(drain_all(&mut drain), [[round; 9]]);
        drop(writer);
        journal.sync().unwrap();
        assert_eq!(segments(dir.path()).len(), 0);
    }
    let journal = open(dir.path());
    journal.writer("a").unwrap().append(b"x").unwrap();
    assert!(segments(dir.path())[0].ends_with("a-000000000004.log"));
}

#[test]
fn sync_prepares_the_next_segment_which_vanishes_with_its_writer() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    assert_eq!(segments(dir.path()).len(), 0);
    journal.sync().unwrap();
    assert_eq!(segments(dir.path()).len(), 1);
    writer.append(&[1; 1000]).unwrap();
    journal.sync().unwrap();
    assert_eq!(segments(dir.path()).len(), 1, "less than half written");
    writer.append(&[2; 1500]).unwrap();
    journal.sync().unwrap();
    assert_eq!(segments(dir.path()).len(), 2);
    writer.append(&[3; 3000]).unwrap();
    assert_eq!(segments(dir.path()).len(), 2, "took the one prepared");
    assert_eq!(peek_all(&mut journal.drain().unwrap()).len(), 3);
    journal.sync().unwrap();
    drop(writer);
    assert_eq!(segments(dir.path()).len(), 2);
    assert_eq!(journal.occupied_bytes(), 2 * 4096);
}

#[test]
fn names_folder_and_drain_are_exclusive() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    assert!(matches!(Journal::open(dir.path(), SMALL, Durability::Normal), Err(OpenError::InUse { .. })));
    let drain = journal.drain().unwrap();
    assert!(journal.drain().is_err());
    drop(drain);
    assert!(journal.drain().is_ok());
    let writer = journal.writer("a").unwrap();
    assert!(matches!(journal.writer("a"), Err(WriterError::Taken { .. })));
    for name in ["", "A", "a/b", "a b", "..", &"a".repeat(33)] {
        assert!(matches!(journal.writer(name), Err(WriterError::Name { .. })), "{name}");
    }
    drop(journal);
    assert!(Journal::open(dir.path(), SMALL, Durability::Normal).is_err(), "the writer still has the folder");
    drop(writer);
    let journal = open(dir.path());
    assert!(journal.writer("a").is_ok());
}

#[test]
fn reopening_succeeds_while_processes_are_being_started() {
    let dir = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        let starting = scope.spawn(|| {
            for _ in 0..200 {
                assert!(Command::new("true").status().unwrap().success());
            }
        });
        while !starting.is_finished() {
            drop(open(dir.path()));
        }
    });
}

#[test]
fn open_refuses_limits_that_cannot_work() {
    let dir = tempfile::tempdir().unwrap();
    for (segment_bytes, total_bytes) in [(0, 9999), (1000, 9999), (4096, 8191), (1 << 31, 1 << 40)] {
        let limits = Limits { segment_bytes, total_bytes };
        assert!(Journal::open(dir.path(), limits, Durability::Normal).is_err(), "{limits:?}");
    }
}

#[test]
fn a_live_drain_sees_each_record_of_two_threads_once_and_in_order() {
    const EACH: u32 = 30_000;
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { segment_bytes: 64 << 10, total_bytes: 1 << 30 };
    let journal = Journal::open(dir.path(), limits, Durability::Normal).unwrap();
    let mut drain = journal.drain().unwrap();
    let mut next = BTreeMap::from([(b'a', 0), (b'b', 0)]);
    thread::scope(|scope| {
        for name in ["a", "b"] {
            let mut writer = journal.writer(name).unwrap();
            scope.spawn(move || {
                for number in 0..EACH {
                    let mut record = vec![name.as_bytes()[0]; 5 + number as usize % 300];
                    record[1..5].copy_from_slice(&number.to_le_bytes());
                    writer.append(&record).unwrap();
                }
            });
        }
        scope.spawn(|| {
            while journal.appended() < u64::from(2 * EACH) {
                journal.sync().unwrap();
            }
        });
        while next.values().any(|number| *number < EACH) {
            let batch = drain.read(1000, 1 << 20).unwrap();
            for record in batch.records() {
                let expected = next.get_mut(&record[0]).unwrap();
                assert_eq!(record[1..5], expected.to_le_bytes());
                assert_eq!(record.len(), 5 + *expected as usize % 300);
                *expected += 1;
            }
            drain.acknowledge(batch).unwrap();
        }
    });
    assert_eq!(journal.pending().records, 0);
    journal.sync().unwrap();
    assert_eq!(segments(dir.path()).len(), 0);
    assert_eq!(journal.torn(), 0);
}

#[test]
fn a_busy_writer_does_not_starve_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let (mut busy, mut quiet) = (journal.writer("a").unwrap(), journal.writer("b").unwrap());
    let mut drain = journal.drain().unwrap();
    for _ in 0..100 {
        busy.append(b"busy").unwrap();
    }
    quiet.append(b"quiet").unwrap();
    let mut batches = (0..2).map(|_| drain.read(10, 1000).unwrap());
    assert!(batches.any(|batch| batch.records().any(|record| record == b"quiet")));
}
