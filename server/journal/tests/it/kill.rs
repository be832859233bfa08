//! kill -9: what `append` returned `Ok` for is read again, whenever the process died.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, io, thread};

use journal::{Durability, Journal, Limits};

use crate::support::{Random, drain_all};

const LIMITS: Limits = Limits { segment_bytes: 16 << 10, total_bytes: 1 << 30 };
const WRITERS: [&str; 2] = ["a", "b"];

/// Runs in a process of its own, its folder being the current one, until it is killed.
#[test]
#[ignore = "run by append_survives_kill_9"]
fn child_appends_until_killed() {
    let journal = Journal::open(Path::new("journal"), LIMITS, Durability::Normal).unwrap();
    thread::scope(|scope| {
        for name in WRITERS {
            let mut writer = journal.writer(name).unwrap();
            scope.spawn(move || {
                for number in 0_u64.. {
                    let mut record = format!("{name} {number} ").into_bytes();
                    record.resize(record.len() + number as usize % 500, b'.');
                    writer.append(&record).unwrap();
                    writeln!(io::stdout(), "ok {name} {number} .").unwrap();
                }
            });
        }
        scope.spawn(|| {
            loop {
                journal.sync().unwrap();
                thread::sleep(Duration::from_millis(2));
            }
        });
    });
}

/// Per writer, how many appends the child reported before it was killed.
fn run_and_kill(folder: &Path, after: Duration) -> BTreeMap<String, u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::child_appends_until_killed", "--ignored", "--nocapture"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let reader = thread::spawn(move || {
        let mut reported = BTreeMap::new();
        for line in stdout.lines() {
            // The last line may be cut short; whole ones end in a dot.
            if let ["ok", name, number, "."] = line.unwrap().split(' ').collect::<Vec<_>>()[..] {
                reported.insert(name.to_owned(), number.parse::<u64>().unwrap() + 1);
            }
        }
        reported
    });
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Per writer, how many records there are; they must be whole, and numbered from 0 without a gap.
fn count(records: &[Vec<u8>]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for record in records {
        let text = std::str::from_utf8(record).unwrap();
        let [name, number, filler] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
        let expected = counts.entry(name.to_owned()).or_insert(0);
        assert_eq!(number.parse::<u64>().unwrap(), *expected);
        assert_eq!(filler, ".".repeat(*expected as usize % 500));
        *expected += 1;
    }
    counts
}

#[test]
fn append_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random::new(20);
    let mut total = 0;
    for round in 0..20 {
        let reported = run_and_kill(dir.path(), Duration::from_millis(15 + random.below(80) as u64));
        let journal = Journal::open(&dir.path().join("journal"), LIMITS, Durability::Normal).unwrap();
        let found = count(&drain_all(&mut journal.drain().unwrap()));
        for (name, appended) in &reported {
            assert!(found.get(name) >= Some(appended), "round {round}: {found:?} of {reported:?}");
            assert!(found.get(name) <= Some(&(appended + 1)), "round {round}: {found:?} of {reported:?}");
            total += appended;
        }
        assert_eq!(journal.torn(), 0, "round {round}");
    }
    assert!(total > 1000, "the children appended only {total}");
}
