//! Where things are, and how cargo is called for them.

use std::path::PathBuf;
use std::process::{Child, Command};

use anyhow::{Context, Result, bail};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

impl Profile {
    pub fn is_release(self) -> bool {
        self == Self::Release
    }

    /// The folder below the target folder that cargo uses for native code.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

pub struct Workspace {
    pub root: PathBuf,
    pub profile: Profile,
    /// Cargo's target folder, wherever the environment or a configuration file put it.
    target: PathBuf,
}

impl Workspace {
    /// The checkout that this program is run in, and the target folder it stands in. Not the checkout that it was
    /// built from: several may share a target folder.
    pub fn find(profile: Profile) -> Result<Self> {
        let here = std::env::current_dir().context("no current folder")?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("frontend/bundle/Cargo.toml").is_file())
            .context("expected to be run inside a checkout")?;
        let program = std::env::current_exe().context("this program has no path")?;
        let target =
            program.ancestors().nth(2).context("expected to be run by cargo, from its target folder")?;
        Ok(Self { root: root.to_path_buf(), profile, target: target.to_path_buf() })
    }

    /// `<target>/<debug|release>`.
    pub fn output(&self) -> PathBuf {
        self.target.join(self.profile.folder())
    }

    /// `<target>/wasm32-unknown-unknown/<profile>`.
    pub fn wasm_output(&self) -> PathBuf {
        let profile = if self.profile.is_release() { "wasm-release" } else { "debug" };
        self.target.join("wasm32-unknown-unknown").join(profile)
    }

    /// Where the browser assets go; `server/build.rs` looks here.
    pub fn site(&self) -> PathBuf {
        self.output().join("site")
    }

    /// A tool to be run in the checkout, without the variables that `cargo run` set for this program: build scripts
    /// watch some of them, and every switch between `cargo bundle` and plain cargo would compile half the server anew.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_set_by_cargo_run) {
                command.env_remove(name);
            }
        }
        command
    }
}

fn is_set_by_cargo_run(name: &str) -> bool {
    name == "CARGO"
        || ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Runs a command to its end. Fails when it cannot start or ends with anything but success, naming it.
pub fn finish(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("`{name}` could not be started"))?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// Starts a command and leaves it running.
pub fn start(command: &mut Command) -> Result<Child> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.spawn().with_context(|| format!("`{name}` could not be started"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_of_cargo_run_are_removed() {
        assert!(is_set_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(is_set_by_cargo_run("CARGO_PKG_VERSION"));
        assert!(!is_set_by_cargo_run("CARGO_TARGET_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_HOME"));
        assert!(!is_set_by_cargo_run("CARGO_PROFILE_DEV_DEBUG"));
    }
}
