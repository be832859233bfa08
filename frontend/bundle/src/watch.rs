//! `cargo bundle dev`: builds and restarts the server after every change of a source file.
//! Looks at modification times twice a second: no watcher library, and the same on every system and mounted folder.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::report;
use crate::workspace::{Workspace, finish, start};
use crate::{build, server};

const SOURCES: [&str; 7] = ["app", "frontend", "migrations", "public", "server", "style", "Cargo.toml"];
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs until the person stops it. A build that fails leaves the last server running.
pub fn rebuild_on_change(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut running: Option<Child> = None;
    loop {
        let seen = newest(workspace);
        match build(workspace) {
            Ok(()) => {
                stop(workspace, running.take())?;
                running = Some(start(&mut server::command(workspace, arguments))?);
            }
            Err(error) => report::failure(&error),
        }
        report::line("==> waiting for a change");
        while newest(workspace) == seen {
            sleep(LOOK_EVERY);
        }
    }
}

/// Asks the server to end as an operator would, so that every restart also drains, and waits for it.
fn stop(workspace: &Workspace, running: Option<Child>) -> Result<()> {
    let Some(mut child) = running else { return Ok(()) };
    if child.try_wait()?.is_none() {
        finish(workspace.command("kill").args(["-TERM", &child.id().to_string()]))?;
        child.wait()?;
    }
    Ok(())
}

/// The youngest source file and their number: either changes with an edit, a new file or a removed one.
fn newest(workspace: &Workspace) -> (Option<SystemTime>, usize) {
    let mut found = (None, 0);
    for source in SOURCES {
        look_at(&workspace.root.join(source), &mut found);
    }
    found
}

fn look_at(path: &Path, found: &mut (Option<SystemTime>, usize)) {
    // A file that vanishes between two looks is a change that the next look sees.
    let Ok(entry) = fs::metadata(path) else { return };
    if entry.is_dir() {
        for child in fs::read_dir(path).into_iter().flatten().flatten() {
            look_at(&child.path(), found);
        }
        return;
    }
    found.0 = found.0.max(entry.modified().ok());
    found.1 += 1;
}
