//! A disk that hangs: appends go on all the same.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use journal::{Durability, Journal, Limits, Writer};

use crate::faulty::FaultyDisk;
use crate::support::{SMALL, drain_all, frames, segments};

/// Runs `appends` while a sync hangs; it must end on its own.
fn while_a_sync_hangs(disk: &FaultyDisk, journal: &Journal, appends: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let syncing = scope.spawn(|| journal.sync());
        disk.await_blocked(1);
        let (done, is_done) = mpsc::channel();
        scope.spawn(move || {
            appends();
            done.send(()).unwrap();
        });
        let appended = is_done.recv_timeout(Duration::from_secs(5));
        disk.set(|state| (state.syncs_block, state.create_blocks) = (false, false));
        appended.expect("the appends do not wait for the disk");
        syncing.join().unwrap().unwrap();
    });
}

fn append_numbers(writer: &mut Writer, numbers: std::ops::Range<u16>) {
    for number in numbers {
        writer.append(&[&number.to_le_bytes()[..], &[7; 500]].concat()).unwrap();
    }
}

fn numbers(records: &[Vec<u8>]) -> Vec<u16> {
    records.iter().map(|record| u16::from_le_bytes([record[0], record[1]])).collect()
}

#[test]
fn appends_and_reads_do_not_wait_for_a_sync_that_hangs() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::new(1);
    let journal = disk.open(dir.path(), SMALL, Durability::Normal);
    let (mut writer, mut drain) = (journal.writer("a").unwrap(), journal.drain().unwrap());
    append_numbers(&mut writer, 0..10);
    disk.set(|state| state.syncs_block = true);
    let drained = &mut Vec::new();
    while_a_sync_hangs(&disk, &journal, || {
        append_numbers(&mut writer, 10..100);
        *drained = drain_all(&mut drain);
    });
    assert_eq!(numbers(drained), (0..100).collect::<Vec<_>>());
}

#[test]
fn appends_do_not_wait_for_a_spare_segment_and_stay_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::new(2);
    let journal = disk.open(dir.path(), SMALL, Durability::Normal);
    let mut writer = journal.writer("a").unwrap();
    append_numbers(&mut writer, 0..7);
    disk.set(|state| state.create_blocks = true);
    while_a_sync_hangs(&disk, &journal, || append_numbers(&mut writer, 7..50));
    append_numbers(&mut writer, 50..100);
    // what comes after a restart goes by the names of the files
    let files = segments(dir.path());
    let on_disk: Vec<_> = files.iter().flat_map(|file| frames(file)).map(|(.., record)| record).collect();
    assert_eq!(numbers(&on_disk), (0..100).collect::<Vec<_>>());
    assert_eq!(journal.occupied_bytes(), files.len() as u64 * 4096, "the spare that came too late is gone");
    assert_eq!(numbers(&drain_all(&mut journal.drain().unwrap())), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_is_an_error_until_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::new(3);
    let journal = disk.open(dir.path(), SMALL, Durability::Normal);
    let mut writer = journal.writer("a").unwrap();
    append_numbers(&mut writer, 0..3);
    disk.set(|state| state.full = true);
    let mut appended = 3;
    let refusal = loop {
        match writer.append(&[&(appended as u16).to_le_bytes()[..], &[7; 500]].concat()) {
            Ok(()) => appended += 1,
            Err(refusal) => break refusal,
        }
        journal.sync().unwrap();
    };
    assert!(
        matches!(refusal, journal::AppendError::Segment(error) if error.kind() == std::io::ErrorKind::StorageFull)
    );
    assert_eq!(journal.occupied_bytes(), 4096);
    disk.set(|state| state.full = false);
    crate::bounds::append_when_healed(&mut writer);
    assert_eq!(drain_all(&mut journal.drain().unwrap()).len(), appended + 1);
}

/// Of many pages, so that they are brought into memory piece by piece.
const LARGE: Limits = Limits { segment_bytes: 256 << 10, total_bytes: 16 << 20 };

#[test]
fn a_spare_is_brought_into_memory_and_nothing_of_it_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::new(5);
    let journal = disk.open(dir.path(), LARGE, Durability::Normal);
    let (mut writer, mut drain) = (journal.writer("a").unwrap(), journal.drain().unwrap());
    // now and then the writer is faster than the spare is ready
    for number in 0..4_000 {
        append_numbers(&mut writer, number..number + 1);
        if number % 3 == 0 || number % 1_000 < 500 {
            journal.prepare().unwrap();
        }
    }
    assert_eq!(numbers(&drain_all(&mut drain)), (0..4_000).collect::<Vec<_>>());
}

#[test]
fn a_spare_that_cannot_be_brought_into_memory_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::new(6);
    let journal = disk.open(dir.path(), LARGE, Durability::Normal);
    let (mut writer, mut drain) = (journal.writer("a").unwrap(), journal.drain().unwrap());
    append_numbers(&mut writer, 0..300);
    journal.prepare().unwrap();
    assert_eq!(segments(dir.path()).len(), 2, "the current one and its spare");
    disk.set(|state| state.write_errors = 1);
    journal.prepare().unwrap();
    assert_eq!((segments(dir.path()).len(), journal.occupied_bytes()), (1, LARGE.segment_bytes));
    append_numbers(&mut writer, 300..1_000);
    assert_eq!(numbers(&drain_all(&mut drain)), (0..1_000).collect::<Vec<_>>());
}
