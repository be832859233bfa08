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
    config.data_dir.join("snapshot.jsonl")
}

/// The master key of the configuration, or of the data folder, or a new one.
pub async fn master_key(config: &Config, conn: &mut Conn) -> Result<MasterKey, Failure> {
    match kept_master_key(config)? {
        Some(key) => Ok(key),
        None => new_master_key(config, conn).await,
    }
}

/// The master key of the configuration, or of the data folder, if there is one. Needs no database.
pub fn kept_master_key(config: &Config) -> Result<Option<MasterKey>, Failure> {
    if let Some(key) = &config.master_key {
        return Ok(Some(key.clone()));
    }
    let path = config.data_dir.join(KEY_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let mode = fs::metadata(&path).map_err(|error| key_failed(&path, &error))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(key_failed(&path, &"others can read it; expected mode 0600"));
            }
            MasterKey::parse(&text).map(Some).map_err(|error| key_failed(&path, &error))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(key_failed(&path, &error)),
    }
}

/// Makes the master key, only for an installation that has no accounts: with another key, every credential and token
/// would be dead.
pub async fn new_master_key(config: &Config, conn: &mut Conn) -> Result<MasterKey, Failure> {
    let path = config.data_dir.join(KEY_FILE);
    if store::accounts::count(conn).await? > 0 {
        let why = "is missing, but the database was made with one; restore it or set GATEHOUSE_MASTER_KEY";
        return Err(key_failed(&path, &why));
    }
    let key = MasterKey::generate();
    write_private(&path, key.to_text().as_bytes()).map_err(|error| key_failed(&path, &error))?;
    Ok(key)
}

fn key_failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("master key {}: {error}", path.display()))
}

/// An empty file that only this user reads.
pub fn create_private(path: &Path) -> std::io::Result<fs::File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Writes a file that only this user reads, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = create_private(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
