//! What snapshots are compiled with: what they must know of the configuration and of the master key.

use crate::commands::Failure;
use crate::config::Config;
use crate::vendors;
use control::certificates::CertificateKeys;
use control::keys::MasterKey;
use control::providers::ProviderSecrets;
use domain::text::HostName;
use gateway::SnapshotHandle;

/// Serves nothing yet.
pub fn prepared(
    config: &Config,
    master_key: &MasterKey,
    portal_url: &str,
) -> Result<SnapshotHandle, Failure> {
    let keys = CertificateKeys::of(master_key);
    let secrets = ProviderSecrets::of(master_key);
    let (vendors, models) = vendors::known()?;
    let prepared = SnapshotHandle::new(master_key.credential_key(), portal_url)
        .keeping(own_hosts(config))
        .with_series(config.observation.metrics_series)
        .unsealing(move |certificate, sealed| keys.open(certificate, sealed))
        .with_models(vendors, models, move |key, sealed| secrets.open(key, sealed))
        .trusting(&config.upstream_roots);
    prepared.map_err(|error| Failure::new(format!("authorities of upstreams: {error}")))
}

/// Names that no api may take.
fn own_hosts(config: &Config) -> Vec<HostName> {
    let own = [config.portal_url.as_deref(), config.gateway_url.as_deref()];
    own.into_iter().flatten().filter_map(HostName::of_address).collect()
}
