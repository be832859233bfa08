//! Requests: what waits for somebody's decision, shown in the inbox.

use crate::Time;
use crate::ids::{AccountId, ApiId, RequestId, SubscriptionId, TeamId};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    RequestKind {
        /// An application wants access to an api.
        Subscription = "subscription",
        /// A person who signed up wants in.
        SignUp = "sign-up",
    }
}

wire_enum! {
    RequestState {
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
        /// Taken back by the one who asked.
        Withdrawn = "withdrawn",
    }
}

/// Something that waits, or waited, for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Request {
    pub id: RequestId,
    pub kind: RequestKind,
    pub state: RequestState,
    /// The team that decides; absent where administrators decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<SubscriptionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<ApiId>,
    /// Who asked.
    pub account: AccountId,
    pub account_name: String,
    /// What is asked for, as a line: `Weather app wants Petstore on plan Default`.
    pub title: String,
    pub reason: String,
    pub created_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Time>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
}

/// Which requests a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestFilter {
    pub state: Option<RequestState>,
    pub kind: Option<RequestKind>,
}
