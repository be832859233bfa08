//! What an append costs: `cargo test -p journal --release --test it cost -- --ignored --nocapture --test-threads 1`

use std::time::{Duration, Instant};
use std::{hint, thread};

use journal::{Durability, Journal, Limits, Writer};

const RECORD: [u8; 200] = [0x5a; 200];

/// Runs `appends` beside a timer that syncs, as the server does, in a folder on the disk of the current one.
fn beside_a_timer(appends: impl FnOnce(Writer) + Send) -> (tempfile::TempDir, Journal) {
    let dir = tempfile::tempdir_in(".").unwrap();
    let journal = Journal::open(dir.path(), Limits::default(), Durability::Normal).unwrap();
    let writer = journal.writer("a").unwrap();
    thread::scope(|scope| {
        let appending = scope.spawn(|| {
            thread::sleep(Duration::from_millis(50));
            appends(writer);
        });
        while !appending.is_finished() {
            journal.sync().unwrap();
            thread::sleep(Duration::from_millis(20));
        }
    });
    (dir, journal)
}

#[test]
#[ignore = "a measurement: run in release on a quiet machine"]
fn append_and_read_as_fast_as_can_be() {
    const RECORDS: u32 = 1_000_000;
    let mut elapsed = Duration::ZERO;
    let (_dir, journal) = beside_a_timer(|mut writer| {
        let started = Instant::now();
        for _ in 0..RECORDS {
            writer.append(hint::black_box(&RECORD)).unwrap();
        }
        elapsed = started.elapsed();
    });
    let mut drain = journal.drain().unwrap();
    let started = Instant::now();
    let mut read = 0;
    while read < RECORDS as usize {
        let batch = drain.read(10_000, 1 << 20).unwrap();
        read += batch.records().map(hint::black_box).count();
        drain.acknowledge(batch).unwrap();
    }
    println!("append {:?}, read {:?} per record", elapsed / RECORDS, started.elapsed() / RECORDS);
    assert!(elapsed / RECORDS < Duration::from_micros(1), "so fast that the disk sets the pace");
}

#[test]
#[ignore = "a measurement: run in release on a quiet machine"]
fn append_at_20_000_a_second() {
    const RECORDS: usize = 60_000;
    let mut took = Vec::with_capacity(RECORDS);
    beside_a_timer(|mut writer| {
        let mut due = Instant::now();
        for _ in 0..RECORDS {
            due += Duration::from_micros(50);
            while Instant::now() < due {
                hint::spin_loop();
            }
            let started = Instant::now();
            writer.append(hint::black_box(&RECORD)).unwrap();
            took.push(started.elapsed());
        }
    });
    let mean = took.iter().sum::<Duration>() / RECORDS as u32;
    took.sort();
    let [p50, p99, p999, worst] =
        [500, 990, 999, 1000].map(|permille| took[(RECORDS * permille / 1000).min(RECORDS - 1)]);
    println!("mean {mean:?}, p50 {p50:?}, p99 {p99:?}, p99.9 {p999:?}, worst {worst:?}");
    assert!(p50 < Duration::from_nanos(300) && mean < Duration::from_micros(1));
}

#[test]
#[ignore = "a measurement: run in release on a quiet machine"]
fn open_what_a_day_without_a_drain_left() {
    let dir = tempfile::tempdir_in(".").unwrap();
    let open = || Journal::open(dir.path(), Limits::default(), Durability::Normal).unwrap();
    let journal = open();
    let mut writer = journal.writer("a").unwrap();
    while writer.append(&RECORD).is_ok() {}
    drop((writer, journal));
    let started = Instant::now();
    let records = open().pending().records;
    println!("opened a full journal of {records} records in {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(5));
}
