//! The access log: one JSON line for each call, written by a thread of its own in batches. Never in the way of calls:
//! what it has no room for is dropped, and counted. The record that loses nothing is the journal.

mod line;
mod output;

pub use output::Target;

use crate::commands::Failure;
use crate::observers::Observer;
use gateway::{FinishedCall, Sink};
use line::Lines;
use output::Output;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// Calls that wait to be written: what a busy gateway answers in a quarter of a second.
const WAITING: usize = 16_384;
/// Bytes of lines that are held at most, while they cannot be written too.
const FULL: usize = 1 << 20;
/// After the first line of a batch, so that others can join it.
const GATHERING: Duration = Duration::from_millis(20);
/// How often the file is looked after, and lines that could not be written are tried again.
const LOOKING: Duration = Duration::from_secs(1);

/// Opens the log, and answers where to send calls.
pub fn start(target: &Target) -> Result<(Sink, Observer), Failure> {
    let output = Output::open(target)
        .map_err(|error| Failure::new(format!("access_log: cannot open {target}: {error}")))?;
    let (sink, calls) = sync_channel(WAITING);
    Ok((sink, Observer::spawn("access-log", move || run(&calls, output))?))
}

fn run(calls: &Receiver<Arc<FinishedCall>>, mut output: Output) {
    let mut lines = Lines::default();
    let mut looked = Instant::now();
    loop {
        let ended = gather(calls, &mut lines);
        if looked.elapsed() >= LOOKING {
            looked = Instant::now();
            output.follow(&mut lines);
        }
        output.write(&mut lines);
        if ended {
            if !lines.is_empty() {
                tracing::error!(bytes = lines.len(), "the end of the access log could not be written");
            }
            return;
        }
    }
}

/// Takes what there is, or waits for it a while. True at the end.
fn gather(calls: &Receiver<Arc<FinishedCall>>, lines: &mut Lines) -> bool {
    if lines.len() >= FULL {
        // nothing of it can be written: calls wait in the channel, and beyond that are dropped there
        std::thread::sleep(LOOKING);
        return false;
    }
    match calls.recv_timeout(LOOKING) {
        Ok(call) => lines.add(&call),
        Err(RecvTimeoutError::Timeout) => return false,
        Err(RecvTimeoutError::Disconnected) => return true,
    }
    std::thread::sleep(GATHERING);
    while lines.len() < FULL
        && let Ok(call) = calls.try_recv()
    {
        lines.add(&call);
    }
    false
}

#[cfg(test)]
mod tests;
