//! What the gateway is told to serve: the whole of it at the start, and then what changes. Read from the database and
//! compiled into a snapshot; also kept on disk (as JSON), so that the gateway starts without its database.

mod update;

pub use update::{Change, GatewayUpdate, Part};

use crate::Time;
use crate::budgets::{Subject, Unit};
use crate::ids::{
    ApiId, ApplicationId, BudgetId, CertificateId, CredentialId, PlanId, ProviderId, ProviderKeyId,
    SubscriptionId, TeamId, VersionId,
};
use crate::lifecycle::VersionState;
use crate::models::ModelAliases;
use crate::models::entries::{ModelFacts, ProviderModels};
use crate::plans::{Limits, Period};
use crate::providers::ProviderSettings;
use crate::settings::UnknownPrice;
use crate::subscriptions::SubscriptionState;
use crate::text::{Slug, VersionName};
use crate::upstream::UpstreamUrl;
use crate::versions::{Lifecycle, VersionConfig};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayConfig {
    /// The change mark up to which this is true; higher is newer.
    pub sequence: i64,
    pub apis: Vec<GatewayApi>,
    pub credentials: Vec<GatewayCredential>,
    pub subscriptions: Vec<GatewaySubscription>,
    /// Those that are enabled.
    #[serde(default)]
    pub providers: Vec<GatewayProvider>,
    #[serde(default)]
    pub budgets: Vec<GatewayBudget>,
    #[serde(default)]
    pub unknown_price: UnknownPrice,
}

/// How much may be used of models in each period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayBudget {
    pub id: BudgetId,
    pub subject: Subject,
    pub unit: Unit,
    /// Tokens, or billionths of a US dollar.
    pub amount: u64,
    pub period: Period,
}

/// A connection to an AI vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayProvider {
    pub id: ProviderId,
    /// The vendor's id.
    pub kind: String,
    /// In the place of the vendor's own.
    #[serde(default)]
    pub base_url: Option<UpstreamUrl>,
    pub settings: ProviderSettings,
    /// Those that are enabled, in their order. Expired ones stay until the next change.
    pub keys: Vec<GatewayProviderKey>,
    /// The vendor's models, where a catalogue was imported: in the place of those that come with the gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<Vec<ModelFacts>>,
    /// What the operators say of its models.
    #[serde(default)]
    pub models: ProviderModels,
}

/// A key of a provider, sealed as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayProviderKey {
    pub id: ProviderKeyId,
    pub secret: String,
    pub weight: u32,
    #[serde(default)]
    pub expires_at: Option<Time>,
}

/// An api that was published at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayApi {
    pub id: ApiId,
    pub slug: Slug,
    pub default_version: VersionName,
    pub versions: Vec<GatewayVersion>,
    /// Versions that were never published: nothing answers at their addresses.
    #[serde(default)]
    pub drafts: Vec<VersionName>,
    /// Versions whose live revision cannot be read, by this release at least.
    #[serde(default)]
    pub unreadable: Vec<UnreadableVersion>,
}

/// The live revision of a version that is not a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayVersion {
    pub id: VersionId,
    pub name: VersionName,
    pub state: VersionState,
    pub lifecycle: Lifecycle,
    pub revision: i64,
    /// `docs` is empty here.
    pub config: VersionConfig,
    /// What the configuration's upstream shows to backends; absent also when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<GatewayCertificate>,
    /// Of an ai api: what it offers, in the place of the configuration's upstream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<ModelAliases>,
}

/// A client certificate with its key, which is sealed here as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayCertificate {
    pub id: CertificateId,
    /// PEM, the client's own first.
    pub chain: String,
    /// PEM, sealed.
    pub private_key: String,
}

/// What is known of a version without its configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableVersion {
    pub name: VersionName,
    pub state: VersionState,
    pub lifecycle: Lifecycle,
}

/// A key that is not revoked. Expired keys stay for a while, so that they are refused as expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayCredential {
    pub id: CredentialId,
    pub application: ApplicationId,
    /// BLAKE3 of the key, keyed with the platform's credential key; 64 hex digits.
    pub hash: String,
    #[serde(default)]
    pub expires_at: Option<Time>,
}

/// A subscription in any state but `cancelled`; of several for one application and api, the live one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewaySubscription {
    pub id: SubscriptionId,
    pub application: ApplicationId,
    /// Of the application.
    #[serde(default)]
    pub team: Option<TeamId>,
    pub api: ApiId,
    pub plan: PlanId,
    pub state: SubscriptionState,
    #[serde(default)]
    pub expires_at: Option<Time>,
    /// The plan's limits.
    pub limits: Limits,
}
