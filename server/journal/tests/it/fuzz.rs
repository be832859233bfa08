//! Random bytes for the reader of segments, and crashes with random seeds. For as long as `GATEHOUSE_FUZZ_SECONDS`
//! says, else a minute each: `make test-long`.

use std::collections::HashSet;
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::crashes::crash_at_random;
use crate::support::{Random, drain_all, open, peek_all, segments};

/// Seeds until the time is over.
#[expect(clippy::disallowed_methods, reason = "how long, and which input, is different for every run")]
fn for_the_time(mut check: impl FnMut(u64)) {
    let seconds = std::env::var("GATEHOUSE_FUZZ_SECONDS").map_or(60, |seconds| seconds.parse().unwrap());
    let started = Instant::now();
    let first = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let mut seed = first;
    while started.elapsed() < Duration::from_secs(seconds) {
        // shown when it is the one that fails
        println!("seed {seed}");
        check(seed);
        seed += 1;
    }
    assert!(seed > first);
}

/// Segments of random records, and the records.
fn written(random: &mut Random) -> (Vec<Vec<u8>>, HashSet<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    let mut records = HashSet::new();
    for _ in 0..random.below(40) {
        let mut record = vec![0; random.below(400)];
        record.fill_with(|| random.next() as u8);
        writer.append(&record).unwrap();
        records.insert(record);
    }
    (segments(dir.path()).iter().map(|path| fs::read(path).unwrap()).collect(), records)
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(8) {
        let at = random.below(bytes.len().max(1));
        let end = (at + random.below(200)).min(bytes.len());
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
            2 => bytes.iter_mut().take(end).skip(at).for_each(|byte| *byte = random.next() as u8),
            3 => bytes.iter_mut().take(end).skip(at).for_each(|byte| *byte = 0),
            4 => drop(bytes.drain(at.min(end)..end)),
            _ => {
                let part: Vec<u8> = bytes.iter().take(end).skip(at).copied().collect();
                let to = random.below(bytes.len().max(1)).min(bytes.len());
                bytes.splice(to..to, part);
            }
        }
    }
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn whatever_stands_in_segments_only_what_was_written_is_read() {
    for_the_time(|seed| {
        let mut random = Random::new(seed);
        let (mut files, records) = written(&mut random);
        files.push((0..random.below(9_000)).map(|_| random.next() as u8).collect());
        let dir = tempfile::tempdir().unwrap();
        for (number, bytes) in files.iter_mut().enumerate() {
            mutate(bytes, &mut random);
            // most get a head that is right, so that the frames are looked at
            if random.below(4) > 0 {
                bytes.splice(..bytes.len().min(8), *b"GHJRNL\x01\x00");
            }
            fs::write(dir.path().join(format!("a-{:012}.log", number + 1)), bytes).unwrap();
        }
        let journal =
            match journal::Journal::open(dir.path(), crate::support::SMALL, journal::Durability::Normal) {
                Ok(journal) => journal,
                Err(journal::OpenError::Version { .. }) => return,
                Err(other) => panic!("{other}"),
            };
        let mut drain = journal.drain().unwrap();
        let found = peek_all(&mut drain);
        assert!(found.iter().all(|record| record.is_empty() || records.contains(record)));
        assert_eq!(journal.pending().records, found.len() as u64);
        journal.writer("a").unwrap().append(b"goes on").unwrap();
        journal.sync().unwrap();
        assert_eq!(drain_all(&mut drain), [&found[..], &[b"goes on".to_vec()]].concat());
    });
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn crashes_with_random_seeds_lose_only_what_they_may() {
    for_the_time(crash_at_random);
}
