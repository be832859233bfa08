//! Lines reach their place whole and once, also when that is full for a while, or moved away.

use super::*;
use gateway::ids::Ids;
use gateway::reject::RejectKind;
use gateway::trace::{Ratio, Trace};
use http::HeaderMap;
use serde_json::Value;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::PoisonError;

/// A call that arrived at that time, which it is known by.
fn call(at_ms: u64) -> FinishedCall {
    let ids = Ids::seeded();
    let trace = Trace::of(&HeaderMap::new(), &ids, Ratio::default());
    FinishedCall::unread(ids.next(at_ms), trace, at_ms, IpAddr::from([192, 0, 2, 1]), RejectKind::BadRequest)
}

fn lines(times: impl IntoIterator<Item = u64>) -> Lines {
    let mut lines = Lines::default();
    times.into_iter().for_each(|at| lines.add(&call(at)));
    lines
}

/// The times of the lines, each of which must be whole.
fn times(text: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(text).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    let read =
        |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(|line| read(line)["time"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_line_says_what_is_known() {
    let mut lines = Lines::default();
    let call = call(1_772_323_199_500);
    lines.add(&call);
    let line: Value = serde_json::from_slice(lines.rest()).unwrap();
    assert_eq!(
        line,
        serde_json::json!({
            "time": "2026-02-28T23:59:59.500Z",
            "request_id": call.id.hyphenated().to_string(),
            "trace_id": format!("{:032x}", call.trace.id),
            "client": "192.0.2.1",
            "status": 400,
            "outcome": "bad-request",
            "duration_ms": 0.0,
            "request_bytes": 0,
            "response_bytes": 0,
            "attempts": 0,
        })
    );
}

/// A disk with room for so many bytes.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

impl Disk {
    fn room(&self, bytes: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 += bytes;
    }

    fn content(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = bytes.len().min(disk.1);
        if count == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        disk.0.extend_from_slice(&bytes[..count]);
        disk.1 -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_heals_without_a_torn_line() {
    let disk = Disk::default();
    let mut output = Output::to(disk.clone());
    let mut lines = lines(0..3);
    let all = lines.rest().to_vec();
    output.write(&mut lines);
    // one byte after the other, with more lines to come meanwhile
    for _ in 0..all.len() + 10 {
        disk.room(1);
        output.write(&mut lines);
    }
    assert!(lines.is_empty());
    lines.add(&call(3));
    disk.room(1 << 10);
    output.write(&mut lines);
    assert_eq!(times(&disk.content()).len(), 4);
    assert!(disk.content().starts_with(&all));
}

#[test]
fn a_file_that_was_moved_away_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, old) = (folder.path().join("access.log"), folder.path().join("access.log.1"));
    let mut output = Output::open(&Target::File(path.clone())).unwrap();
    output.write(&mut lines(0..2));
    std::fs::rename(&path, &old).unwrap();
    output.write(&mut lines(2..3));
    let mut torn = lines(3..5);
    // half of a line went to the old file before it could take no more
    torn.wrote(7);
    output.follow(&mut torn);
    output.write(&mut torn);
    output.follow(&mut torn);
    output.write(&mut lines(5..6));
    assert_eq!(times(&std::fs::read(&old).unwrap()).len(), 3);
    let new = times(&std::fs::read(&path).unwrap());
    let expected: Vec<String> = (3..6).map(|ms| format!("1970-01-01T00:00:00.00{ms}Z")).collect();
    assert_eq!(new, expected);
}

#[test]
fn what_was_told_before_the_end_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let (sink, log) = start(&Target::File(path.clone())).unwrap();
    for at in 0..1_000 {
        sink.try_send(Arc::new(call(at))).unwrap();
    }
    drop(sink);
    log.end(Duration::from_secs(30));
    assert_eq!(times(&std::fs::read(&path).unwrap()).len(), 1_000);
}

#[test]
fn a_place_that_cannot_be_written_is_told_at_the_start() {
    let target = Target::File("/nowhere/access.log".into());
    let error = start(&target).err().unwrap().to_string();
    assert!(error.starts_with("access_log: cannot open /nowhere/access.log: "), "{error}");
}
