//! Subscriptions: an application's use of a plan, with one state machine.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, ApplicationId, PlanId, SubscriptionId, TeamId};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    SubscriptionState {
        Pending = "pending",
        Active = "active",
        Paused = "paused",
        Rejected = "rejected",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

wire_enum! {
    SubscriptionEvent {
        /// By the provider, or by an automatic plan.
        Approve = "approve",
        Reject = "reject",
        /// By the provider or the consumer, which is recorded.
        Pause = "pause",
        Resume = "resume",
        Cancel = "cancel",
        /// At its end date.
        Expire = "expire",
        /// A new end date, or none any more.
        Renew = "renew",
        /// A new request after a rejection.
        Request = "request",
    }
}

wire_enum! {
    /// Which side of a subscription acted.
    Side {
        Provider = "provider",
        Consumer = "consumer",
    }
}

/// The event does not apply in the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {event} a subscription that is {state}")]
pub struct NotAllowed {
    pub state: SubscriptionState,
    pub event: SubscriptionEvent,
}

impl SubscriptionState {
    /// `pending -> active | rejected | cancelled`; `active <-> paused`; `active | paused | expired -> cancelled`;
    /// `active -> expired`, `active | expired -> active` by renewal; `rejected -> pending`.
    pub fn next(self, event: SubscriptionEvent) -> Result<Self, NotAllowed> {
        use SubscriptionEvent as E;
        use SubscriptionState as S;
        match (self, event) {
            (S::Pending, E::Approve) => Ok(S::Active),
            (S::Pending, E::Reject) => Ok(S::Rejected),
            (S::Active, E::Pause) => Ok(S::Paused),
            (S::Paused, E::Resume) => Ok(S::Active),
            // a request that is taken back, and a subscription that ends; an expired one makes room for another
            (S::Pending | S::Active | S::Paused | S::Expired, E::Cancel) => Ok(S::Cancelled),
            (S::Active, E::Expire) => Ok(S::Expired),
            (S::Active | S::Expired, E::Renew) => Ok(S::Active),
            (S::Rejected, E::Request) => Ok(S::Pending),
            (state, event) => Err(NotAllowed { state, event }),
        }
    }

    /// Whether it takes the one place that an application has at an api.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Paused | Self::Expired)
    }
}

/// An application's use of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subscription {
    pub id: SubscriptionId,
    pub application: ApplicationId,
    pub api: ApiId,
    pub plan: PlanId,
    pub state: SubscriptionState,
    /// Why access is wanted, in the consumer's words.
    pub reason: String,
    /// Who paused it: only that side, or an administrator, resumes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_by: Option<Side>,
    /// What the provider said with the last decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
    /// When access ends by itself; absent: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// A subscription with the names that a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubscriptionSummary {
    #[serde(flatten)]
    pub subscription: Subscription,
    pub api_name: String,
    pub api_slug: String,
    pub plan_name: String,
    pub application_name: String,
    /// The team that owns the application.
    pub consumer_team: TeamId,
    pub consumer_team_name: String,
    /// The team that owns the api.
    pub provider_team: TeamId,
}

/// Asks for access to an api.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RequestSubscription {
    pub plan: String,
    pub reason: String,
}

impl RequestSubscription {
    pub fn check(self) -> Result<(PlanId, String), Invalid> {
        let mut check = Check::new();
        let plan = check.parse::<PlanId>("plan", &self.plan);
        let reason = check.text("reason", &self.reason, 1_000);
        check.done(|| Some((plan?, reason)))
    }
}

/// A decision or change with an optional reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Decision {
    /// At most 1,000 characters.
    pub reason: String,
}

impl Decision {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1_000);
        check.done(|| Some(Self { reason }))
    }
}

/// Access that is given or renewed, with an optional end and reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Grant {
    /// At most 1,000 characters.
    pub reason: String,
    /// When access ends by itself, a time to come; absent: it does not.
    pub expires_at: Option<Time>,
}

impl Grant {
    pub fn check(self, now: Time) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1_000);
        check.require(
            self.expires_at.is_none_or(|at| at > now),
            "expires_at",
            "expected a time that is still to come",
        );
        check.done(|| Some(Self { reason, expires_at: self.expires_at }))
    }
}

impl From<Decision> for Grant {
    fn from(Decision { reason }: Decision) -> Self {
        Self { reason, expires_at: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row a state, one column an event, in the order of `ALL`; `-` is refused.
    const TABLE: &str = "
        pending    active  rejected  -       -       cancelled  -        -       -
        active     -       -         paused  -       cancelled  expired  active  -
        paused     -       -         -       active  cancelled  -        -       -
        rejected   -       -         -       -       -          -        -       pending
        cancelled  -       -         -       -       -          -        -       -
        expired    -       -         -       -       cancelled  -        active  -
    ";

    #[test]
    fn subscriptions_move_as_in_the_table() {
        let mut cells = 0;
        for line in TABLE.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let state: SubscriptionState = words[0].parse().unwrap();
            for (event, expected) in SubscriptionEvent::ALL.iter().zip(&words[1..]) {
                let got = state.next(*event).map_or("-", SubscriptionState::as_str);
                assert_eq!(got, *expected, "{state} {event}");
                cells += 1;
            }
        }
        assert_eq!(cells, SubscriptionState::ALL.len() * SubscriptionEvent::ALL.len());
    }
}
