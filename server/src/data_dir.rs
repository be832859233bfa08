//! The data folder: made private, with the master key in a file that only we read.

use crate::commands::Failure;
use crate::config::Config;
use control::keys::MasterKey;
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use store::Conn;

const KEY_FILE: &str = "master.key";

/// Makes the folder, readable by this user alone, if it is not there.
pub fn prepare(path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("cannot make the data folder {}: {error}", path.display()))
    };
    if !path.is_dir() {
        fs::create_dir_all(path).map_err(failed)?;
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

#[must_use]
pub fn journal(config: &Config) -> PathBuf {
    config.data_dir.join("journal")
}

#[must_use]
pub fn snapshot(config: &Config) -> PathBuf {
    config.data_dir.join("snapshot.json")
}

/// The master key of the configuration, or of the data folder. A new one is made only for an installation that has
/// no accounts: with another key, every credential and token would be dead.
pub async fn master_key(config: &Config, conn: &mut Conn) -> Result<MasterKey, Failure> {
    if let Some(key) = &config.master_key {
        return Ok(key.clone());
    }
    let path = config.data_dir.join(KEY_FILE);
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("master key {}: {error}", path.display()));
    match fs::read_to_string(&path) {
        Ok(text) => {
            let mode = fs::metadata(&path).map_err(|error| failed(&error))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(failed(&"others can read it; expected mode 0600"));
            }
            MasterKey::parse(&text).map_err(|error| failed(&error))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if store::accounts::count(conn).await? > 0 {
                return Err(failed(
                    &"is missing, but the database was made with one; restore it or set GATEHOUSE_MASTER_KEY",
                ));
            }
            let key = MasterKey::generate();
            write_private(&path, key.to_text().as_bytes()).map_err(|error| failed(&error))?;
            Ok(key)
        }
        Err(error) => Err(failed(&error)),
    }
}

/// Writes a file that only this user reads, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
