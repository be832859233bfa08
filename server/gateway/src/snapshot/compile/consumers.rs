//! Who may call: credentials, and the subscriptions of their applications.

use super::{Compiler, LeftOut, pair};
use crate::snapshot::subscription::Subscription;
use crate::snapshot::{Credential, KeyHash, Spread, version};
use domain::gateway_config::GatewayConfig;
use domain::subscriptions::SubscriptionState;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn credentials(
        &mut self,
        config: &GatewayConfig,
    ) -> HashMap<KeyHash, Arc<Credential>, Spread> {
        let mut credentials = HashMap::with_capacity_and_hasher(config.credentials.len(), Spread);
        for credential in &config.credentials {
            let Some(hash) = KeyHash::from_hex(&credential.hash) else {
                self.left_out.push(LeftOut::Credential(credential.id.to_string()));
                continue;
            };
            let compiled = Credential {
                id: credential.id.clone(),
                application: credential.application.clone(),
                expires_ms: credential.expires_at.map(version::unix_ms),
                application_number: self.interned.number(credential.application.to_string()),
            };
            credentials.insert(hash, Arc::new(compiled));
        }
        credentials
    }

    pub(super) fn subscriptions(
        &mut self,
        config: &GatewayConfig,
    ) -> HashMap<u64, Arc<Subscription>, Spread> {
        let mut subscriptions: HashMap<u64, Arc<Subscription>, Spread> =
            HashMap::with_capacity_and_hasher(config.subscriptions.len(), Spread);
        for subscription in &config.subscriptions {
            let key = pair(
                self.interned.number(subscription.application.to_string()),
                self.interned.number(subscription.api.to_string()),
            );
            let cells = self.interned.cells(subscription.application.as_str(), subscription.api.as_str());
            let compiled = Arc::new(Subscription::new(subscription, cells));
            match subscriptions.entry(key) {
                // a rejected one stands beside its successor only in a configuration that was read mid-change
                Entry::Occupied(mut taken) if rank(compiled.state) > rank(taken.get().state) => {
                    drop(taken.insert(compiled))
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(slot) => drop(slot.insert(compiled)),
            }
        }
        subscriptions
    }
}

/// Which of two subscriptions for one application and api counts.
fn rank(state: SubscriptionState) -> u8 {
    match state {
        SubscriptionState::Active => 4,
        SubscriptionState::Paused => 3,
        SubscriptionState::Pending => 2,
        SubscriptionState::Expired => 1,
        SubscriptionState::Rejected | SubscriptionState::Cancelled => 0,
    }
}
