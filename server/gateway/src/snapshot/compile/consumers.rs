//! Who may call: credentials, and the subscriptions of their applications.

use super::{Compiler, Interned};
use crate::snapshot::id::InlineId;
use crate::snapshot::lookup::Pair;
use crate::snapshot::subscription::Subscription;
use crate::snapshot::{Credential, KeyHash, version};
use domain::gateway_config::{GatewayCredential, GatewaySubscription};
use domain::ids::{ApiId, ApplicationId};
use domain::subscriptions::SubscriptionState;

impl Compiler<'_> {
    pub(super) fn credential(&mut self, credential: &GatewayCredential) {
        self.next.unfit.retain(|unfit| unfit.id != credential.id);
        let Some(hash) = KeyHash::from_hex(&credential.hash) else {
            self.next.unfit.push(credential.clone());
            return;
        };
        let (application, application_number) = self.interned.named(credential.application.as_str());
        self.next.credentials.insert(Credential {
            hash,
            application_number,
            expires_ms: credential.expires_at.map(version::unix_ms),
            id: InlineId::from(&credential.id),
            application,
        });
    }

    pub(super) fn no_credential(&mut self, hash: &str) {
        match KeyHash::from_hex(hash) {
            Some(hash) => self.next.credentials.remove(&hash),
            None => self.next.unfit.retain(|unfit| unfit.hash != hash),
        }
    }

    pub(super) fn no_application(&mut self, id: &ApplicationId) {
        let number = self.interned.number(id.as_str());
        self.next.credentials.retain(|credential| credential.application_number != number);
        self.next.unfit.retain(|credential| credential.application != *id);
        self.next.subscriptions.retain(|subscription| !subscription.pair.is_of(number));
    }

    /// In the place of the one that the application had for the api.
    pub(super) fn subscription(&mut self, subscription: &GatewaySubscription) {
        let compiled = self.interned.subscription(subscription);
        self.next.subscriptions.insert(compiled);
    }

    /// Beside others for the application and the api, which there are only in a configuration that was read
    /// mid-change: the one that lets more through counts.
    pub(super) fn add_subscription(&mut self, subscription: &GatewaySubscription) {
        let compiled = self.interned.subscription(subscription);
        let taken = self.next.subscriptions.get(&compiled.pair);
        if taken.is_none_or(|taken| rank(compiled.state) > rank(taken.state)) {
            self.next.subscriptions.insert(compiled);
        }
    }

    pub(super) fn no_subscription(&mut self, application: &ApplicationId, api: &ApiId) {
        let pair = self.interned.pair(application.as_str(), api.as_str());
        self.next.subscriptions.remove(&pair);
    }
}

impl Interned {
    fn subscription(&mut self, subscription: &GatewaySubscription) -> Subscription {
        let pair = self.pair(subscription.application.as_str(), subscription.api.as_str());
        Subscription {
            pair,
            state: subscription.state,
            expires_ms: subscription.expires_at.map(version::unix_ms),
            allowance: self.allowance(&subscription.limits),
            cells: self.cells(pair),
            id: InlineId::from(&subscription.id),
            plan: self.named(subscription.plan.as_str()).0,
            team: subscription.team.as_ref().map(|team| self.named(team.as_str()).0),
        }
    }

    pub fn pair(&mut self, application: &str, api: &str) -> Pair {
        Pair::of(self.number(application), self.number(api))
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
