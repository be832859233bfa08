//! What the running gateway tells of itself: where it listens, what it serves, how its backends are.

use crate::Time;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

/// The process at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GatewayStatus {
    pub listeners: Vec<Listener>,
    /// The change mark of what is being served; higher is newer.
    pub sequence: i64,
    /// What keeps the gateway from serving what it should, a line each.
    pub troubles: Vec<String>,
    pub traffic: Traffic,
    pub journal: JournalStatus,
    pub certificates: Vec<CertificateStatus>,
}

/// An address that the process listens at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listener {
    /// `gateway`, `gateway-tls`, `portal` or `admin`
    pub name: String,
    /// `127.0.0.1:8080`
    pub address: String,
}

/// Of the gateway's threads together, since the start where it is a count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Traffic {
    pub threads: u64,
    pub calls: u64,
    /// Of the calls, those that the gateway itself answered with a refusal.
    pub refused: u64,
    pub calls_in_flight: u64,
    pub open_connections: u64,
    /// Connections turned away by a cap.
    pub refused_connections: u64,
    pub failed_handshakes: u64,
}

/// What is written down of calls and not yet in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JournalStatus {
    pub pending_records: u64,
    pub bytes_on_disk: u64,
    /// Whether it cannot be synced to disk, so that a power cut would lose calls.
    pub failing: bool,
    /// Calls that could not be written down since the start.
    pub unrecorded: u64,
}

/// A certificate that clients are served with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CertificateStatus {
    /// Host names; `*.example.com` stands for one label.
    pub hosts: Vec<String>,
    pub issuer: String,
    pub not_before: Time,
    pub not_after: Time,
}

wire_enum! {
    /// Whether calls go through to a node.
    BreakerState {
        Closed = "closed",
        /// No call gets through.
        Open = "open",
        /// A few calls try the node out.
        HalfOpen = "half-open",
    }
}

/// A node of a version's upstream at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeStatus {
    /// The api's slug.
    pub api: String,
    pub version: String,
    pub url: String,
    /// `host:port`
    pub address: String,
    /// From 1, in the order of the configuration.
    pub number: usize,
    /// Neither failing its checks nor ejected.
    pub healthy: bool,
    pub breaker: BreakerState,
    /// 0 where the upstream has one node and no rules.
    pub in_flight: u32,
    /// Milliseconds to the head of an answer, of late; absent while there is none to go by.
    pub ewma_ms: Option<u64>,
    pub ejections: u64,
    pub retries: u64,
    /// A word for the last thing that went wrong; empty: nothing yet.
    pub last_error: String,
}

impl NodeStatus {
    /// Whether calls go to it as a matter of course.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.healthy && self.breaker == BreakerState::Closed
    }
}
