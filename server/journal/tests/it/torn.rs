//! What a power cut can leave: segments cut short, zeroed or scribbled over. Never an error, never garbage.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use journal::DrainError;

use crate::support::{Random, drain_all, frames, open, peek_all, segments};

/// A folder with one segment of three records; the last one's frame has no padding and no zero byte in its record.
fn three_records(path: &Path) -> Vec<Vec<u8>> {
    let records: Vec<Vec<u8>> = vec![vec![1; 30], vec![2; 200], (100..148).collect()];
    let journal = open(path);
    let mut writer = journal.writer("a").unwrap();
    for record in &records {
        writer.append(record).unwrap();
    }
    records
}

/// Reads what is left of the segment `bytes`, then goes on: appends, drains, and opens again.
fn assert_recovers(bytes: &[u8], expected: &[Vec<u8>], what: &str) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a-000000000001.log"), bytes).unwrap();
    let journal = open(dir.path());
    let mut drain = journal.drain().unwrap();
    assert_eq!(journal.pending().records, expected.len() as u64, "{what}");
    assert_eq!(peek_all(&mut drain), expected, "{what}");
    let mut writer = journal.writer("a").unwrap();
    writer.append(b"after").unwrap();
    assert_eq!(drain_all(&mut drain), [expected, &[b"after".to_vec()]].concat(), "{what}");
    drop((writer, drain, journal));
    assert_eq!(open(dir.path()).pending().records, 0, "{what}");
}

#[test]
fn opening_cuts_a_tail_torn_at_any_byte() {
    let dir = tempfile::tempdir().unwrap();
    let records = three_records(dir.path());
    let segment = &segments(dir.path())[0];
    let good = fs::read(segment).unwrap();
    let (start, size, _) = frames(segment).pop().unwrap();
    assert_eq!(size, 56);
    let mut random = Random::new(1);
    assert_recovers(&good[..start + size], &records, "whole");
    for at in start..start + size {
        assert_recovers(&good[..at], &records[..2], &format!("truncated at {at}"));
        let mut zeroed = good.clone();
        zeroed[at..].fill(0);
        assert_recovers(&zeroed, &records[..2], &format!("zeros from {at}"));
        let mut flipped = good.clone();
        flipped[at] ^= 1 << random.below(8);
        assert_recovers(&flipped, &records[..2], &format!("a bit of byte {at}"));
        let mut scribbled = good.clone();
        scribbled[at..].fill_with(|| random.next() as u8 | 1);
        assert_recovers(&scribbled, &records[..2], &format!("noise from {at}"));
    }
}

#[test]
fn opening_removes_a_segment_torn_in_its_first_bytes() {
    let dir = tempfile::tempdir().unwrap();
    three_records(dir.path());
    let good = fs::read(&segments(dir.path())[0]).unwrap();
    for at in 0..7 {
        let mut torn = good.clone();
        torn[at..].fill(0);
        assert_recovers(&torn, &[], &format!("zeros from {at}"));
    }
}

#[test]
fn opening_counts_a_torn_tail_and_keeps_later_segments() {
    let dir = tempfile::tempdir().unwrap();
    three_records(dir.path());
    let first = &segments(dir.path())[0];
    let mut bytes = fs::read(first).unwrap();
    let (middle, ..) = frames(first)[1];
    bytes[middle + 10] ^= 1;
    let journal = open(dir.path());
    journal.writer("a").unwrap().append(b"later").unwrap();
    drop(journal);
    fs::write(first, bytes).unwrap();
    let journal = open(dir.path());
    assert_eq!(journal.torn(), 1);
    assert_eq!(drain_all(&mut journal.drain().unwrap()), [vec![1; 30], b"later".to_vec()]);
}

#[test]
fn reading_cuts_a_closed_segment_that_goes_bad_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    for number in 0..50_u8 {
        writer.append(&[number; 100]).unwrap();
    }
    let first = &segments(dir.path())[0];
    let (tenth, ..) = frames(first)[10];
    let mut bytes = fs::read(first).unwrap();
    bytes[tenth + 50] ^= 4;
    fs::write(first, bytes).unwrap();
    let numbers: Vec<u8> = drain_all(&mut journal.drain().unwrap()).iter().map(|record| record[0]).collect();
    assert_eq!(numbers, (0..10).chain(36..50).collect::<Vec<_>>());
    assert_eq!(journal.torn(), 1);
    assert_eq!(journal.pending().records, 0);
    assert_eq!(segments(dir.path()).len(), 1);
}

#[test]
fn reading_refuses_damage_in_a_live_segment_until_its_writer_has_left_it() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    for number in 0..10_u8 {
        writer.append(&[number; 100]).unwrap();
    }
    let live = &segments(dir.path())[0];
    let (sixth, ..) = frames(live)[6];
    File::options().write(true).open(live).unwrap().write_all_at(b"~", sixth as u64 + 20).unwrap();
    let mut drain = journal.drain().unwrap();
    let refused = drain.read(100, 10_000);
    assert!(matches!(refused, Err(DrainError::Damaged { at, .. }) if at == sixth as u64));
    assert_eq!(drain.read(6, 10_000).unwrap().len(), 6);
    drop(writer);
    assert_eq!(drain_all(&mut drain).len(), 6);
    assert_eq!((journal.pending().records, journal.torn()), (0, 1));
}

#[test]
fn opening_removes_empty_files_and_sets_foreign_ones_aside() {
    let dir = tempfile::tempdir().unwrap();
    let named = |sequence: u32| dir.path().join(format!("a-{sequence:012}.log"));
    fs::write(named(1), b"").unwrap();
    fs::write(named(2), [0; 4096]).unwrap();
    fs::write(named(3), b"GHJR").unwrap();
    fs::write(named(4), b"something else entirely").unwrap();
    fs::write(dir.path().join("notes.txt"), b"mine").unwrap();
    let journal = open(dir.path());
    assert_eq!(segments(dir.path()).len(), 0);
    assert_eq!(fs::read(named(4).with_extension("log.bad")).unwrap(), b"something else entirely");
    assert!(dir.path().join("notes.txt").exists());
    journal.writer("a").unwrap().append(b"x").unwrap();
    assert_eq!(segments(dir.path()), [named(5)]);
}

#[test]
fn opening_refuses_a_newer_format_and_leaves_it_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a-000000000001.log");
    fs::write(&path, b"GHJRNL\x02\x00________").unwrap();
    let refused = journal::Journal::open(dir.path(), crate::support::SMALL, journal::Durability::Normal);
    assert!(matches!(refused, Err(journal::OpenError::Version { found: 2, known: 1, .. })));
    assert_eq!(fs::read(&path).unwrap(), b"GHJRNL\x02\x00________");
}

#[test]
fn a_lost_or_torn_cursor_only_makes_records_come_again() {
    for damage in [&b""[..], b"00000000 00000005\na 1 8", b"garbage that is longer than the head of a cursor"]
    {
        let dir = tempfile::tempdir().unwrap();
        let records = three_records(dir.path());
        let journal = open(dir.path());
        let mut drain = journal.drain().unwrap();
        let batch = drain.read(2, 10_000).unwrap();
        drain.acknowledge(batch).unwrap();
        assert_eq!(peek_all(&mut drain), records[2..]);
        drop((drain, journal));
        fs::write(dir.path().join("cursor"), damage).unwrap();
        assert_eq!(peek_all(&mut open(dir.path()).drain().unwrap()), records);
    }
}
