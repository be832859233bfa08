//! The journal is bounded, says so, and heals.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use journal::{AppendError, Durability, Journal, Limits, Writer, WriterError};

use crate::support::{SMALL, drain_all, open};

const LONGEST: usize = 4096 - 8 - 8;

fn append_until_refused(writer: &mut Writer, bytes: usize) -> (u64, AppendError) {
    let mut appended = 0;
    loop {
        match writer.append(&vec![1; bytes]) {
            Ok(()) => appended += 1,
            Err(refusal) => return (appended, refusal),
        }
    }
}

/// Until it is `Ok`, for at most five seconds.
pub fn append_when_healed(writer: &mut Writer) {
    let started = Instant::now();
    while let Err(refusal) = writer.append(b"healed") {
        assert!(started.elapsed() < Duration::from_secs(5), "{refusal}");
        thread::yield_now();
    }
}

#[test]
fn append_refuses_a_record_longer_than_a_segment() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    writer.append(&[1; LONGEST]).unwrap();
    let refusal = writer.append(&[1; LONGEST + 1]).unwrap_err();
    assert!(matches!(refusal, AppendError::TooLong { bytes, limit: LONGEST } if bytes == LONGEST + 1));
    assert!(matches!(writer.make_room(LONGEST + 1), Err(AppendError::TooLong { .. })));
    writer.append(b"x").unwrap();
    assert_eq!(drain_all(&mut journal.drain().unwrap()).len(), 2);
}

#[test]
fn append_is_full_at_the_total_and_goes_on_after_a_drain() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { segment_bytes: 4096, total_bytes: 5 * 4096 };
    let journal = Journal::open(dir.path(), limits, Durability::Normal).unwrap();
    let (mut a, mut b) = (journal.writer("a").unwrap(), journal.writer("b").unwrap());
    let mut drain = journal.drain().unwrap();
    for _ in 0..4 {
        b.append(b"first").unwrap();
        let (appended, refusal) = append_until_refused(&mut a, 1000);
        assert!(matches!(refusal, AppendError::Full { total_bytes: 20480 }), "{refusal}");
        assert_eq!(journal.occupied_bytes(), 5 * 4096);
        assert_eq!(appended, 16, "four segments of four");
        b.append(b"b has a segment with room").unwrap();
        assert!(matches!(a.make_room(1), Err(AppendError::Full { .. })));
        assert_eq!(drain_all(&mut drain).len(), 18);
        a.make_room(1000).unwrap();
        drop(a);
        journal.sync().unwrap();
        a = journal.writer("a").unwrap();
    }
}

#[test]
fn a_drained_segment_frees_its_space_for_the_writer_that_filled_it() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { segment_bytes: 4096, total_bytes: 2 * 4096 };
    let journal = Journal::open(dir.path(), limits, Durability::Normal).unwrap();
    let mut writer = journal.writer("a").unwrap();
    let mut drain = journal.drain().unwrap();
    append_until_refused(&mut writer, LONGEST);
    assert_eq!(drain_all(&mut drain).len(), 2);
    for _ in 0..100 {
        writer.append(&[1; LONGEST]).unwrap();
        assert_eq!(drain_all(&mut drain).len(), 1);
    }
}

#[test]
fn a_journal_left_full_opens_and_drains() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let (appended, _) = append_until_refused(&mut journal.writer("a").unwrap(), 500);
    drop(journal);
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    assert!(matches!(writer.append(b"x"), Err(AppendError::Full { .. })));
    journal.sync().unwrap();
    assert_eq!(drain_all(&mut journal.drain().unwrap()).len() as u64, appended);
    writer.append(b"x").unwrap();
}

#[test]
fn writers_are_refused_beyond_two_segments_each() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { segment_bytes: 4096, total_bytes: 4 * 4096 + 100 };
    let journal = Journal::open(dir.path(), limits, Durability::Normal).unwrap();
    let _writers = (journal.writer("a").unwrap(), journal.writer("b").unwrap());
    assert!(matches!(journal.writer("c"), Err(WriterError::NoRoom { writers: 3, .. })));
}

#[test]
fn append_heals_by_itself_after_segments_could_not_be_created() {
    let dir = tempfile::tempdir().unwrap();
    let (here, away) = (dir.path().join("journal"), dir.path().join("away"));
    let journal = open(&here);
    let mut writer = journal.writer("a").unwrap();
    let mut drain = journal.drain().unwrap();
    writer.append(b"before").unwrap();
    fs::rename(&here, &away).unwrap();
    let (appended, refusal) = append_until_refused(&mut writer, 1000);
    assert!(matches!(&refusal, AppendError::Segment(error) if error.kind() == io::ErrorKind::NotFound));
    assert!(matches!(writer.append(b"x"), Err(AppendError::Segment(_))));
    assert_eq!(journal.occupied_bytes(), 4096, "what could not be created takes no space");
    fs::rename(&away, &here).unwrap();
    append_when_healed(&mut writer);
    assert_eq!(drain_all(&mut drain).len() as u64, appended + 2);
}

#[test]
fn strict_appends_and_syncs_succeed() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path(), SMALL, Durability::Strict).unwrap();
    let mut writer = journal.writer("a").unwrap();
    for number in 0..20_u8 {
        writer.append(&[number; 500]).unwrap();
    }
    writer.sync().unwrap();
    journal.sync().unwrap();
    assert_eq!(drain_all(&mut journal.drain().unwrap()).len(), 20);
}

#[test]
#[ignore = "mounts a small file system: run as root"]
fn a_full_disk_is_an_error_and_heals() {
    let dir = tempfile::tempdir().unwrap();
    let mount = |verb: &str, args: &[&str]| {
        assert!(Command::new(verb).args(args).arg(dir.path()).status().unwrap().success());
    };
    mount("mount", &["-t", "tmpfs", "-o", "size=64k", "tmpfs"]);
    let outcome = thread::scope(|scope| scope.spawn(|| fill_and_heal(dir.path())).join());
    mount("umount", &[]);
    outcome.unwrap();
}

fn fill_and_heal(path: &Path) {
    let journal = open(path);
    let mut writer = journal.writer("a").unwrap();
    let ballast = path.join("ballast");
    fs::write(&ballast, vec![1; 32 << 10]).unwrap();
    let (appended, refusal) = append_until_refused(&mut writer, 1000);
    assert!(matches!(&refusal, AppendError::Segment(error) if error.kind() == io::ErrorKind::StorageFull));
    assert!((1..=32).contains(&appended), "{appended} fit into 32 KiB");
    fs::remove_file(ballast).unwrap();
    append_when_healed(&mut writer);
    assert_eq!(drain_all(&mut journal.drain().unwrap()).len() as u64, appended + 1);
}
