//! Who may call: credentials, and the subscriptions of their applications.

use super::{Compiler, pair};
use crate::snapshot::subscription::Subscription;
use crate::snapshot::{Credential, KeyHash, version};
use domain::gateway_config::{GatewayCredential, GatewaySubscription};
use domain::ids::{ApiId, ApplicationId};
use domain::subscriptions::SubscriptionState;
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn credential(&mut self, credential: &GatewayCredential) {
        self.next.unfit.retain(|unfit| unfit.id != credential.id);
        let Some(hash) = KeyHash::from_hex(&credential.hash) else {
            self.next.unfit.push(credential.clone());
            return;
        };
        let compiled = Credential {
            hash,
            id: credential.id.clone(),
            application: credential.application.clone(),
            expires_ms: credential.expires_at.map(version::unix_ms),
            application_number: self.interned.number(credential.application.to_string()),
        };
        self.next.credentials.insert(hash, Arc::new(compiled));
    }

    pub(super) fn no_credential(&mut self, hash: &str) {
        match KeyHash::from_hex(hash) {
            Some(hash) => drop(self.next.credentials.remove(&hash)),
            None => self.next.unfit.retain(|unfit| unfit.hash != hash),
        }
    }

    pub(super) fn no_application(&mut self, id: &ApplicationId) {
        self.next.credentials.retain(|credential| credential.application != *id);
        self.next.unfit.retain(|credential| credential.application != *id);
        let number = self.interned.number(id.to_string());
        self.next.subscriptions.retain(|subscription| subscription.application_number != number);
    }

    /// In the place of the one that the application had for the api.
    pub(super) fn subscription(&mut self, subscription: &GatewaySubscription) {
        let (key, compiled) = self.compiled_subscription(subscription);
        self.next.subscriptions.insert(key, compiled);
    }

    /// Beside others for the application and the api, which there are only in a configuration that was read
    /// mid-change: the one that lets more through counts.
    pub(super) fn add_subscription(&mut self, subscription: &GatewaySubscription) {
        let (key, compiled) = self.compiled_subscription(subscription);
        let taken = self.next.subscriptions.get(&key);
        if taken.is_none_or(|taken| rank(compiled.state) > rank(taken.state)) {
            self.next.subscriptions.insert(key, compiled);
        }
    }

    pub(super) fn no_subscription(&mut self, application: &ApplicationId, api: &ApiId) {
        let key = self.pair(application, api);
        self.next.subscriptions.remove(&key);
    }

    fn compiled_subscription(&mut self, subscription: &GatewaySubscription) -> (u64, Arc<Subscription>) {
        let (application, api) = (&subscription.application, &subscription.api);
        let cells = self.interned.cells(application.as_str(), api.as_str());
        let number = self.interned.number(application.to_string());
        (self.pair(application, api), Arc::new(Subscription::new(subscription, number, cells)))
    }

    fn pair(&mut self, application: &ApplicationId, api: &ApiId) -> u64 {
        pair(self.interned.number(application.to_string()), self.interned.number(api.to_string()))
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
