//! The audit trail: who did what to which object, before and after, in a chain of hashes.

use crate::Time;
use crate::ids::{AccountId, AuditId, TeamId};
use serde::{Deserialize, Serialize};

/// What is written with an action, in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Time,
    /// Who acted; absent for the system and for people who are not signed in.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Their name at the time, or `system`.
    pub actor: String,
    /// The address that the request came from, empty for the system.
    pub address: String,
    /// `teams.create`, `subscriptions.approve`, …
    pub action: String,
    /// `team`, `api`, `subscription`, …
    pub object_kind: String,
    pub object_id: String,
    /// The name of the object for people.
    pub object_name: String,
    /// The team whose object it is, where there is one.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// The object before and after as JSON text, without secrets; absent where there was none.
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub after: Option<String>,
}

/// A row of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRow {
    /// 1, 2, 3, … without gaps.
    pub sequence: i64,
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// SHA-256 in hex over the previous row's hash, the sequence and the entry.
    pub hash: String,
}

/// The hash that the first row continues.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl AuditEntry {
    /// The bytes that the hash covers. Every field is preceded by its length, so that no two entries give the same.
    #[must_use]
    pub fn hashed_bytes(&self, previous: &str, sequence: i64) -> Vec<u8> {
        let at = self.at.timestamp_millis().to_string();
        let sequence = sequence.to_string();
        let fields = [
            Some(previous),
            Some(sequence.as_str()),
            Some(self.id.as_str()),
            Some(at.as_str()),
            self.account.as_ref().map(AccountId::as_str),
            Some(self.actor.as_str()),
            Some(self.address.as_str()),
            Some(self.action.as_str()),
            Some(self.object_kind.as_str()),
            Some(self.object_id.as_str()),
            Some(self.object_name.as_str()),
            self.team.as_ref().map(TeamId::as_str),
            self.before.as_deref(),
            self.after.as_deref(),
        ];
        let mut bytes = Vec::new();
        for field in fields {
            match field {
                None => bytes.extend_from_slice(b"-;"),
                Some(text) => {
                    bytes.extend_from_slice(text.len().to_string().as_bytes());
                    bytes.push(b':');
                    bytes.extend_from_slice(text.as_bytes());
                    bytes.push(b';');
                }
            }
        }
        bytes
    }
}

/// Which rows a list shows; empty fields do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub account: Option<AccountId>,
    pub team: Option<TeamId>,
    pub since: Option<Time>,
    pub until: Option<Time>,
}
