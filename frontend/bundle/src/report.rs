//! What a person sees while the build runs: each step's heading before it, its seconds after it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a build tool speaks on the terminal")]

use std::time::Instant;

use anyhow::Result;

/// Runs one step. `first` says what a first build of it takes on two cores, so that silence is not taken for a hang.
pub fn step<T>(title: &str, first: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {title} (first time: {first})");
    let start = Instant::now();
    let outcome = work()?;
    println!("    {title}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(outcome)
}

pub fn line(text: &str) {
    println!("{text}");
}

pub fn failure(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
