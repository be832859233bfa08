//! The certificates of the gateway: pairs of `name.pem` (or `name.crt`) and `name.key` in a folder, in the order of
//! their names, read again when something in the folder changes. What cannot be read leaves the last ones in place.

use crate::commands::Failure;
use crate::tasks::every;
use crate::trouble::Trouble;
use gateway::tls::{Certificate, Certificates};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

const LOOKED_AT: Duration = Duration::from_secs(5);

/// What is in the folder, as far as it can be told without reading: names, sizes, times of the last change.
type Listing = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// A folder and what was read from it.
#[derive(Clone)]
pub struct CertificateFolder {
    path: PathBuf,
    pub certificates: Certificates,
    /// Absent before the first reading.
    read: Arc<Mutex<Option<Listing>>>,
}

impl CertificateFolder {
    /// Reads the folder; one without certificates is an error.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let folder =
            Self { path: path.to_owned(), certificates: Certificates::default(), read: Arc::default() };
        folder.refresh()?;
        Ok(folder)
    }

    /// Keeps up with the folder until told to stop.
    pub async fn watch(self, trouble: Trouble, stop: CancellationToken) {
        every(LOOKED_AT, stop, || async {
            let folder = self.clone();
            let refreshed = tokio::task::spawn_blocking(move || folder.refresh()).await;
            let failed = match refreshed {
                Ok(refreshed) => refreshed.err().map(|failure| failure.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(reason) = &failed {
                tracing::error!(%reason, "the last certificates stay in use");
            }
            trouble.keep_certificates(failed);
        })
        .await;
    }

    /// Serves what is in the folder now, if that is something else than before.
    fn refresh(&self) -> Result<(), Failure> {
        let listing = list(&self.path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.as_ref() == Some(&listing) {
            return Ok(());
        }
        let certificates = load(&self.path, &listing)?;
        tracing::info!(count = certificates.len(), folder = %self.path.display(), "certificates are in use");
        self.certificates.replace(certificates);
        *read = Some(listing);
        Ok(())
    }
}

fn list(folder: &Path) -> Result<Listing, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("certificates: cannot read {}: {error}", folder.display()))
    };
    let mut listing = Listing::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // through links, which is how certificate tools change files
        let facts = std::fs::metadata(&path).map_err(failed)?;
        listing.push((path, facts.len(), facts.modified().ok()));
    }
    listing.sort();
    Ok(listing)
}

fn load(folder: &Path, listing: &Listing) -> Result<Vec<Certificate>, Failure> {
    let is_chain = |path: &&Path| matches!(path.extension().and_then(OsStr::to_str), Some("pem" | "crt"));
    let chains = listing.iter().map(|(path, ..)| path.as_path()).filter(is_chain);
    let certificates: Vec<Certificate> = chains.map(pair).collect::<Result<_, _>>()?;
    if certificates.is_empty() {
        let expected = "expected pairs of name.pem and name.key";
        return Err(Failure::new(format!("certificates: none in {}: {expected}", folder.display())));
    }
    Ok(certificates)
}

fn pair(chain: &Path) -> Result<Certificate, Failure> {
    let read = |path: &Path| {
        std::fs::read(path)
            .map_err(|error| Failure::new(format!("certificates: cannot read {}: {error}", path.display())))
    };
    Certificate::from_pem(&read(chain)?, &read(&chain.with_extension("key"))?)
        .map_err(|error| Failure::new(format!("certificates: {}: {error}", chain.display())))
}
