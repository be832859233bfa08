//! The wasm module of `frontend` and the JavaScript that loads it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::report::step;
use crate::site::{self, Files};
use crate::workspace::{Profile, Workspace, finish};

const TARGET: &str = "wasm32-unknown-unknown";

/// `gatehouse.js`, `gatehouse_bg.wasm` and the scripts they import, by name relative to the package folder.
pub fn build(workspace: &Workspace) -> Result<Files> {
    install_target(workspace)?;
    step("wasm", "about 100 s", || compile(workspace))?;
    let folder = step("wasm bindings", "3 s", || bind(workspace))?;
    let mut files = BTreeMap::new();
    site::read_folder(&folder, &mut files)?;
    Ok(files)
}

fn install_target(workspace: &Workspace) -> Result<()> {
    let sysroot = workspace
        .command("rustc")
        .args(["--print", "sysroot"])
        .output()
        .context("`rustc` could not be started")?;
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout)?.trim());
    if sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    step("rustup: wasm target", "10 s", || {
        finish(workspace.command("rustup").args(["target", "add", TARGET]))
            .with_context(|| format!("the Rust target {TARGET} is missing and rustup could not add it"))
    })
}

fn compile(workspace: &Workspace) -> Result<()> {
    let profile = match workspace.profile {
        Profile::Debug => "dev",
        Profile::Release => "wasm-release",
    };
    finish(workspace.command("cargo").args([
        "build",
        "-p",
        "frontend",
        "--target",
        TARGET,
        "--profile",
        profile,
    ]))
}

/// Writes the bindings next to the module, or leaves them when they are younger than it. Answers their folder.
fn bind(workspace: &Workspace) -> Result<PathBuf> {
    let module = workspace.wasm_output().join("frontend.wasm");
    let folder = workspace.wasm_output().join("bindings");
    let script = folder.join("gatehouse.js");
    if modified(&script).is_some_and(|script| Some(script) > modified(&module)) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    let release = workspace.profile.is_release();
    Bindgen::new()
        .input_path(&module)
        .out_name("gatehouse")
        .web(true)?
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(&folder)?;
    Ok(folder)
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).and_then(|entry| entry.modified()).ok()
}
