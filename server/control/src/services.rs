//! What use cases work with.

use crate::certificates::CertificateKeys;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::gateway::Gateway;
use crate::keys::MasterKey;
use crate::models::{Catalogue, Shelves};
use crate::outbound::Outbound;
use crate::passwords::Passwords;
use crate::providers::{CloudKeys, ProviderSecrets};
use crate::signal::ChangeSignal;
use domain::Time;
use domain::net::OutboundGuard;
use domain::providers::VendorForm;
use rand::RngExt as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::{Store, Tx};

/// What a [`Control`] is made of.
pub struct Parts {
    pub store: Store,
    pub clock: Clock,
    pub master_key: MasterKey,
    /// Which addresses people may make this installation call.
    pub outbound: OutboundGuard,
    /// How people reach the portal and the gateway, without a slash at the end.
    pub portal_url: String,
    pub gateway_url: String,
    pub signal: ChangeSignal,
    /// The AI vendors that can be connected to, each once.
    pub vendors: Arc<[VendorForm]>,
    /// The models of those vendors.
    pub models: Catalogue,
}

/// The use cases' services. Cheap to clone.
#[derive(Clone)]
pub struct Control(Arc<Services>);

struct Services {
    store: Store,
    clock: Clock,
    credential_key: [u8; 32],
    token_key: [u8; 32],
    certificate_keys: CertificateKeys,
    provider_secrets: ProviderSecrets,
    run_key: [u8; 32],
    passwords: Passwords,
    outbound: Outbound,
    portal_url: String,
    gateway_url: String,
    signal: ChangeSignal,
    vendors: Arc<[VendorForm]>,
    models: Shelves,
    notice: OnceLock<String>,
    gateway: OnceLock<Arc<dyn Gateway>>,
    cloud_keys: OnceLock<Arc<dyn CloudKeys>>,
}

/// How long a use case waits for the gateway to serve what it changed.
const PATIENCE: Duration = Duration::from_secs(5);

impl Control {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Services {
            store: parts.store,
            clock: parts.clock,
            credential_key: parts.master_key.credential_key(),
            token_key: parts.master_key.token_key(),
            certificate_keys: CertificateKeys::of(&parts.master_key),
            provider_secrets: ProviderSecrets::of(&parts.master_key),
            run_key: parts.master_key.run_key(),
            passwords: Passwords::new(),
            outbound: Outbound::new(parts.outbound),
            portal_url: parts.portal_url,
            gateway_url: parts.gateway_url,
            signal: parts.signal,
            vendors: parts.vendors,
            models: Shelves::new(parts.models),
            notice: OnceLock::new(),
            gateway: OnceLock::new(),
            cloud_keys: OnceLock::new(),
        }))
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    #[must_use]
    pub fn now(&self) -> Time {
        self.0.clock.now()
    }

    #[must_use]
    pub fn portal_url(&self) -> &str {
        &self.0.portal_url
    }

    #[must_use]
    pub fn gateway_url(&self) -> &str {
        &self.0.gateway_url
    }

    /// Says something on every page from now on. The first that is said stays.
    pub fn announce(&self, notice: &str) {
        self.0.notice.get_or_init(|| notice.to_owned());
    }

    /// What every page says.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.0.notice.get().map(String::as_str)
    }

    /// Makes the running gateway known. The first stays.
    pub fn observe(&self, gateway: Arc<dyn Gateway>) {
        self.0.gateway.get_or_init(|| gateway);
    }

    /// None in a process that only runs a command.
    pub(crate) fn gateway(&self) -> Option<&Arc<dyn Gateway>> {
        self.0.gateway.get()
    }

    /// Makes known what shows keys of clouds. The first stays.
    pub fn show_with(&self, cloud_keys: Arc<dyn CloudKeys>) {
        self.0.cloud_keys.get_or_init(|| cloud_keys);
    }

    /// None in a process that calls no vendor.
    pub(crate) fn cloud_keys(&self) -> Option<&Arc<dyn CloudKeys>> {
        self.0.cloud_keys.get()
    }

    /// The key under which the gateway looks credentials up.
    #[must_use]
    pub fn credential_key(&self) -> [u8; 32] {
        self.0.credential_key
    }

    pub(crate) fn certificate_keys(&self) -> &CertificateKeys {
        &self.0.certificate_keys
    }

    pub(crate) fn provider_secrets(&self) -> &ProviderSecrets {
        &self.0.provider_secrets
    }

    /// The key that runs of the playground are sealed with.
    pub(crate) fn run_key(&self) -> &[u8; 32] {
        &self.0.run_key
    }

    /// The AI vendors that can be connected to.
    pub(crate) fn vendors(&self) -> &[VendorForm] {
        &self.0.vendors
    }

    /// The models that catalogues have.
    pub(crate) fn models(&self) -> &Shelves {
        &self.0.models
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn outbound(&self) -> &Outbound {
        &self.0.outbound
    }

    /// The form in which a credential's key is stored.
    pub(crate) fn credential_hash(&self, key: &str) -> String {
        blake3::keyed_hash(&self.0.credential_key, key.as_bytes()).to_hex().to_string()
    }

    /// The form in which tokens, invitation secrets and the set-up secret are stored.
    pub(crate) fn secret_hash(&self, secret: &str) -> String {
        blake3::keyed_hash(&self.0.token_key, secret.as_bytes()).to_hex().to_string()
    }

    /// A new identifier: `control.new_id(TeamId::from_parts)`.
    pub(crate) fn new_id<Id>(&self, from_parts: impl Fn(u64, u128) -> Id) -> Id {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        from_parts(millis, rand::rng().random())
    }

    /// Commits, and waits until the gateway serves what was changed, if the change was marked for it. A change that
    /// is not in effect when patience is over is kept, and the caller is told so: who revoked a key must not be left
    /// to believe that it opens nothing.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<()> {
        if self.take_up(tx).await? { Ok(()) } else { Err(Error::not_in_effect()) }
    }

    /// As [`Control::commit`], for what hands out a secret: it is answered also when the gateway is late, as nobody
    /// could ever ask for it again. Not for what takes something away.
    pub(crate) async fn commit_with_secret(&self, tx: Tx) -> Result<()> {
        self.take_up(tx).await.map(drop)
    }

    /// Waits until the gateway serves what is committed, whoever committed it.
    pub(crate) async fn in_effect(&self) -> Result<()> {
        if self.0.signal.catch_up(PATIENCE).await { Ok(()) } else { Err(Error::not_in_effect()) }
    }

    /// Commits; says whether the gateway serves it.
    async fn take_up(&self, tx: Tx) -> Result<bool> {
        let served = tx.commit().await?.is_none() || self.0.signal.catch_up(PATIENCE).await;
        if !served {
            tracing::error!("a change is committed, but the gateway did not take it up in time");
        }
        Ok(served)
    }
}
