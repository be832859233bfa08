//! Builds and starts the `gatehouse` binary.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::report::{self, step};
use crate::workspace::{Workspace, finish};

/// A release server gets the site compiled in (`server/build.rs` reads the variable); a debug server reads it from disk.
pub fn build(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.command("cargo");
    cargo.args(["build", "-p", "server"]);
    if workspace.profile.is_release() {
        cargo.arg("--release").env("GATEHOUSE_SITE_DIR", workspace.site());
    }
    let first = if workspace.profile.is_release() { "about 6 minutes" } else { "about 3 minutes" };
    step("server", first, || finish(&mut cargo))
}

/// The binary, ready to be started in the checkout, where its `./data` then is.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Command {
    let mut command = workspace.command(binary(workspace));
    command.args(arguments);
    command
}

/// Becomes the server, so that a signal sent to this process is the server's. Returns only when it could not.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let binary = binary(workspace);
    report::line(&format!("==> {} {}", binary.display(), arguments.join(" ")));
    let error = command(workspace, arguments).exec();
    Err(error).with_context(|| format!("{} could not be started", binary.display()))
}

fn binary(workspace: &Workspace) -> PathBuf {
    workspace.output().join("gatehouse")
}
