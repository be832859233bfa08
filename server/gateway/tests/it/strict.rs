//! Calls that must survive a power cut: the last byte is held until the disk has the record, and nobody else waits.

use crate::lab::{self, eventually};
use faultlab::echo::Echo;
use faultlab::raw::{Answer, RawClient};
use gateway::{Gateway, SnapshotHandle};
use journal::{Disk, Durability, Journal, Limits, RealDisk};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Syncs {
    #[default]
    Succeed,
    Hang,
    Fail,
}

/// A real disk whose syncs can hang or fail.
#[derive(Default)]
struct SlowDisk {
    syncs: Mutex<Syncs>,
    changed: Condvar,
}

impl SlowDisk {
    fn set(&self, syncs: Syncs) {
        *self.syncs.lock().unwrap() = syncs;
        self.changed.notify_all();
    }
}

impl Disk for SlowDisk {
    fn create(&self, path: &Path, bytes: u64) -> io::Result<File> {
        RealDisk.create(path, bytes)
    }

    fn sync(&self, path: &Path, file: &File) -> io::Result<()> {
        let syncs =
            self.changed.wait_while(self.syncs.lock().unwrap(), |syncs| *syncs == Syncs::Hang).unwrap();
        match *syncs {
            Syncs::Fail => Err(io::Error::from_raw_os_error(5)),
            _ => RealDisk.sync(path, file),
        }
    }

    fn sync_folder(&self, folder: &File) -> io::Result<()> {
        RealDisk.sync_folder(folder)
    }

    fn write(&self, path: &Path, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        RealDisk.write(path, file, bytes, offset)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
}

/// A gateway of one thread on a strict journal.
struct Strict {
    disk: Arc<SlowDisk>,
    gateway: Gateway,
    journal: Journal,
    _folder: TempDir,
}

impl Strict {
    fn start(echo: &Echo) -> Self {
        let (folder, disk) = (tempfile::tempdir().unwrap(), Arc::<SlowDisk>::default());
        let on = Arc::<SlowDisk>::clone(&disk);
        let journal = Journal::open_on(on, folder.path(), Limits::default(), Durability::Strict).unwrap();
        let snapshots = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL);
        assert_eq!(snapshots.publish(&lab::config(&echo.url())), []);
        let writers = vec![journal.writer("one").unwrap()];
        let gateway = Gateway::start(lab::options(), snapshots, writers).unwrap();
        Self { disk, gateway, journal, _folder: folder }
    }

    /// Sends a request; its answer is still to be read.
    fn send(&self, line: &str) -> RawClient {
        let mut client = RawClient::connect(self.gateway.addr()).unwrap();
        client.send(lab::request(line, "")).unwrap();
        client
    }

    fn call(&self, line: &str) -> Answer {
        self.send(line).answer(line.starts_with("HEAD ")).unwrap()
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        self.disk.set(Syncs::Succeed);
    }
}

/// Whether the answer is all there within a fifth of a second.
fn has_all(client: &mut RawClient, bodiless: bool) -> bool {
    client.stream().set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let answered = client.answer(bodiless).is_ok_and(|answer| answer.complete);
    client.stream().set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    answered
}

#[test]
fn the_last_byte_waits_for_the_disk_and_nobody_else_does() {
    let echo = Echo::start().unwrap();
    let strict = Strict::start(&echo);
    for line in [
        "GET /echo/json",
        "GET /echo/chunks/3",
        "GET /echo/late/10",
        "HEAD /echo/json",
        "GET /echo/status/204",
    ] {
        let bodiless = line.starts_with("HEAD ");
        assert!(strict.call(line).complete, "{line} on a disk that is well");
        strict.disk.set(Syncs::Hang);
        let before = strict.journal.appended();
        let (mut held, mut later) = (strict.send(line), strict.send(line));
        eventually("both calls are on record", || strict.journal.appended() == before + 2);
        assert!(!has_all(&mut held, bodiless), "{line} is answered though its record is not safe");
        // the thread is not blocked: what is refused is told at once
        assert_eq!(strict.call("GET /none").status, 404);
        strict.disk.set(Syncs::Succeed);
        let answer = later.answer(bodiless).unwrap();
        assert!(answer.complete && answer.status < 300, "{line}: {answer:?}");
    }
}

#[test]
fn calls_are_refused_while_the_disk_fails_and_served_again_when_it_is_well() {
    let echo = Echo::start().unwrap();
    let strict = Strict::start(&echo);
    strict.disk.set(Syncs::Fail);
    let (mut whole, mut stream) = (strict.send("GET /echo/json"), strict.send("GET /echo/late/10"));
    let answer = whole.answer(false).unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    let broken = stream.answer(false);
    assert!(broken.is_err() || broken.is_ok_and(|answer| answer.status == 503 || !answer.complete));
    let seen = echo.calls();
    assert_eq!(strict.call("GET /echo/json").status, 503);
    assert_eq!(echo.calls(), seen, "what cannot be made safe is not sent on");
    strict.disk.set(Syncs::Succeed);
    let healing = Instant::now();
    eventually("calls are served again", || strict.call("GET /echo/json").status == 200);
    assert!(healing.elapsed() < Duration::from_secs(5));
}
