//! What became different in a [`GatewayConfig`](super::GatewayConfig): named in the database by whoever changed it,
//! and read from there by every node that serves it.

use super::{GatewayApi, GatewayBudget, GatewayCredential, GatewayProvider, GatewaySubscription};
use crate::ids::{ApiId, ApplicationId, BudgetId, CertificateId, CredentialId, PlanId, ProviderId};
use crate::settings::UnknownPrice;
use serde::{Deserialize, Serialize};

/// Something that the gateway serves otherwise, or no longer, or for the first time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// One of its versions, or its default version; or it is gone.
    Api(ApiId),
    /// It is gone, with all of its credentials and subscriptions.
    Application(ApplicationId),
    /// How much it is; or it is gone.
    Budget(BudgetId),
    /// Its chain and key, in every version that shows it.
    Certificate(CertificateId),
    Credential(CredentialId),
    /// Its limits, which are those of every subscription to it.
    Plan(PlanId),
    /// Its address, its settings or its keys; or it is gone.
    Provider(ProviderId),
    /// What of them the gateway goes by.
    Settings,
    Subscription(ApplicationId, ApiId),
}

/// A piece of a configuration as it is now. It takes the place of what there was, or says that there is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Api(GatewayApi),
    /// Nothing answers at its addresses, whoever is subscribed to it.
    NoApi(ApiId),
    /// Nor are there credentials or subscriptions of it.
    NoApplication(ApplicationId),
    Credential(GatewayCredential),
    /// The hash of a key that opens nothing any more.
    NoCredential(String),
    Subscription(GatewaySubscription),
    NoSubscription(ApplicationId, ApiId),
    Provider(GatewayProvider),
    /// It is gone, or not enabled.
    NoProvider(ProviderId),
    Budget(GatewayBudget),
    NoBudget(BudgetId),
    UnknownPrice(UnknownPrice),
}

/// Brings a configuration up to a later change mark.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayUpdate {
    /// The change mark up to which the configuration is true with these parts.
    pub sequence: i64,
    /// In their order: a later one takes the place of an earlier one.
    pub parts: Vec<Part>,
}
