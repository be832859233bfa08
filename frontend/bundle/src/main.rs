//! `cargo bundle`: builds the portal's browser assets and the server around them.
//!
//! The wasm module and its glue, the style sheet and `public/` become one folder, the *site*, in
//! `<target>/<debug|release>/site`. A release server has that folder compiled in; a debug server reads it when it starts.
//! Needs no tool but cargo and rustup, and holds no code that runs in the product.

mod arguments;
mod compress;
mod css;
mod report;
mod server;
mod site;
mod sizes;
mod wasm;
mod watch;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;

use arguments::{Arguments, Command};
use workspace::Workspace;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Arguments { command, profile, server_arguments } = Arguments::parse(std::env::args().skip(1))?;
    let workspace = Workspace::find(profile)?;
    match command {
        Command::Help => report::line(arguments::USAGE),
        Command::Site => site::build(&workspace).map(drop)?,
        Command::Sizes => sizes::check(&site::build(&workspace)?)?,
        Command::Build => build(&workspace)?,
        Command::Serve => {
            build(&workspace)?;
            server::run(&workspace, &server_arguments)?;
        }
        Command::Dev => watch::rebuild_on_change(&workspace, &server_arguments)?,
    }
    Ok(())
}

/// Site, then server: the server of a release build contains the site. A release over its size budget is refused.
fn build(workspace: &Workspace) -> Result<()> {
    let site = site::build(workspace)?;
    if workspace.profile.is_release() {
        sizes::check(&site)?;
    }
    server::build(workspace)
}
