//! Where the addresses of names come from: the system's resolver, or a function that a test gives.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

/// The addresses of a name, as soon as they are known.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Cheap to clone.
#[derive(Clone)]
pub enum Lookup {
    /// As `getaddrinfo` does it: files, caches and servers as the machine is set up. It tells no time to live.
    System,
    Told(Arc<dyn Fn(&str) -> Found + Send + Sync>),
}

impl Lookup {
    #[must_use]
    pub fn told(lookup: impl Fn(&str) -> Found + Send + Sync + 'static) -> Self {
        Self::Told(Arc::new(lookup))
    }

    pub async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((host, 0)).await?.map(|found| found.ip()).collect()),
            Self::Told(lookup) => lookup(host).await,
        }
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Told(_) => "Told",
        })
    }
}
