//! `Durability::Strict`: appends return at once, and their tickets tell when no power cut can take them any more.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use journal::{AppendError, Durability, Journal, Limits, Ticket, Writer};

use crate::bounds::append_when_healed;
use crate::faulty::FaultyDisk;
use crate::support::{Random, SMALL, drain_all, open, peek_all};

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn poll(ticket: &Ticket) -> Poll<io::Result<()>> {
    ticket.poll_safe(&Context::from_waker(Waker::noop()))
}

/// Waits to be woken; `None` when that does not happen before `until` does.
fn wait(ticket: &Ticket, until: impl Fn() -> bool) -> Option<io::Result<()>> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    while !until() {
        match ticket.poll_safe(&Context::from_waker(&waker)) {
            Poll::Ready(safe) => return Some(safe),
            Poll::Pending => thread::park_timeout(Duration::from_millis(50)),
        }
    }
    None
}

/// Waits for at most ten seconds.
fn safe(ticket: &Ticket) -> io::Result<()> {
    let started = Instant::now();
    wait(ticket, || started.elapsed() > Duration::from_secs(10)).expect("it is told in time")
}

fn append(writer: &mut Writer, record: &[u8]) -> Ticket {
    writer.append(record).unwrap();
    writer.ticket().unwrap()
}

fn strict(seed: u64) -> (tempfile::TempDir, Arc<FaultyDisk>, Journal) {
    let (dir, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new(seed));
    let journal = disk.open(dir.path(), SMALL, Durability::Strict);
    (dir, disk, journal)
}

#[test]
fn appends_return_at_once_and_their_tickets_are_safe_together_after_the_next_sync() {
    let (_dir, disk, journal) = strict(1);
    let mut writer = journal.writer("a").unwrap();
    disk.set(|state| state.syncs_block = true);
    let mut tickets = vec![append(&mut writer, b"first")];
    disk.await_blocked(1);
    tickets.extend((0..200_u8).map(|number| append(&mut writer, &[number])));
    assert!(tickets.iter().all(|ticket| poll(ticket).is_pending()));
    let synced = disk.set(|state| {
        state.syncs_block = false;
        state.synced
    });
    tickets.iter().for_each(|ticket| safe(ticket).unwrap());
    assert!(disk.set(|state| state.synced) - synced <= 2, "one for the first, one for all others");
}

#[test]
fn what_is_drained_needs_no_sync() {
    let (_dir, disk, journal) = strict(2);
    let mut writer = journal.writer("a").unwrap();
    disk.set(|state| state.syncs_block = true);
    let ticket = append(&mut writer, b"x");
    assert!(poll(&ticket).is_pending());
    assert_eq!(drain_all(&mut journal.drain().unwrap()), [b"x"]);
    assert!(poll(&ticket).is_ready());
    disk.set(|state| state.syncs_block = false);
}

#[test]
fn a_short_failure_is_waited_for_and_a_long_one_is_told() {
    let (_dir, disk, journal) = strict(3);
    let mut writer = journal.writer("a").unwrap();
    safe(&append(&mut writer, b"before")).unwrap();
    disk.set(|state| state.sync_errors = 1);
    safe(&append(&mut writer, b"short")).unwrap();
    assert_eq!(disk.set(|state| state.sync_errors), 0, "it did fail");
    append_when_healed(&mut writer);

    disk.set(|state| state.sync_errors = u32::MAX);
    let refused = safe(&append(&mut writer, b"long")).unwrap_err();
    assert_eq!(refused.raw_os_error(), Some(5));
    assert!(journal.is_failing());
    assert!(matches!(writer.append(b"not taken"), Err(AppendError::Sync(_))));
    assert!(matches!(writer.make_room(1), Err(AppendError::Sync(_))));
    disk.set(|state| state.sync_errors = 0);
    append_when_healed(&mut writer);
    safe(&writer.ticket().unwrap()).unwrap();
    let records = drain_all(&mut journal.drain().unwrap());
    assert_eq!(records, [&b"before"[..], b"short", b"healed", b"long", b"healed"]);
}

#[test]
fn nobody_waits_in_a_journal_that_is_not_strict() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path());
    let mut writer = journal.writer("a").unwrap();
    writer.append(b"x").unwrap();
    assert!(writer.ticket().is_none());
}

#[test]
fn a_strict_journal_can_be_opened_again_as_soon_as_it_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..50_u8 {
        let journal = Journal::open(dir.path(), SMALL, Durability::Strict).unwrap();
        journal.writer("a").unwrap().append(&[number]).unwrap();
        assert_eq!(drain_all(&mut journal.drain().unwrap()), [[number]]);
    }
}

/// Appends and waits until the process ends; answers what was safe by then.
fn append_until_dead(disk: &FaultyDisk, writer: &mut Writer, name: u8) -> Vec<Vec<u8>> {
    let dead = || disk.set(|state| state.dead);
    let mut promised = Vec::new();
    for number in 0_u32.. {
        let record = [&[name], &number.to_le_bytes()[..], &[9; 300]].concat();
        if dead() || writer.append(&record).is_err() {
            break;
        }
        match wait(&writer.ticket().unwrap(), dead) {
            Some(Ok(())) => promised.push(record),
            _ => break,
        }
    }
    promised
}

#[test]
fn a_power_cut_takes_nothing_whose_ticket_was_safe() {
    const LARGE: Limits = Limits { segment_bytes: 8192, total_bytes: 4 << 20 };
    let mut kept = 0;
    for seed in 0..15 {
        let (dir, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new(seed));
        let journal = disk.open(dir.path(), LARGE, Durability::Strict);
        let mut random = Random::new(seed);
        let calls = disk.set(|state| state.calls) + 20 + random.below(200) as u64;
        disk.set(|state| state.dies_at = Some(calls));
        let ended = AtomicBool::new(false);
        let promised: Vec<_> = thread::scope(|scope| {
            let writers: Vec<_> = (0..2_u8)
                .map(|name| {
                    let mut writer = journal.writer(["a", "b"][usize::from(name)]).unwrap();
                    let disk = &disk;
                    scope.spawn(move || append_until_dead(disk, &mut writer, name))
                })
                .collect();
            // a failing disk from time to time
            let failing = scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    disk.set(|state| state.sync_errors = u32::from(state.random.below(5) == 0));
                    thread::yield_now();
                }
            });
            let promised = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            ended.store(true, Ordering::Relaxed);
            failing.join().unwrap();
            promised
        });
        drop(journal);
        disk.cut_power();
        disk.set(|state| state.sync_errors = 0);
        let journal = disk.open(dir.path(), LARGE, Durability::Strict);
        let left = peek_all(&mut journal.drain().unwrap());
        for record in &promised {
            assert!(left.contains(record), "seed {seed}: lost {:?}", &record[..5]);
        }
        kept += promised.len();
    }
    assert!(kept > 100, "only {kept} were ever safe");
}
