//! Where a version's calls go: nodes with weights, how calls are spread over them, how long they may take, and what
//! happens when a node fails.

mod balance;
mod breaker;
mod health;
mod input;
mod protocol;
mod retries;
mod timeouts;
mod tls;
mod url;

pub use balance::{Balance, HashKey};
pub use breaker::Breaker;
pub use health::{Ejection, HealthCheck};
pub use input::{NodeInput, UpstreamInput};
pub use protocol::Protocol;
pub use retries::{Retries, RetryOn};
pub use timeouts::Timeouts;
pub use tls::UpstreamTls;
pub use url::UpstreamUrl;

use crate::check::{Check, Invalid};
use crate::text::HostName;
use serde::{Deserialize, Serialize};

/// The gateway keeps what it knows of a call's nodes in so many bits.
pub const MOST_NODES: usize = 32;
pub const LARGEST_WEIGHT: u32 = 100;

/// One backend of several that answer alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Node {
    pub url: UpstreamUrl,
    /// Its share of the calls, beside the weights of the others: 1 to 100.
    #[serde(default = "one")]
    pub weight: u32,
}

const fn one() -> u32 {
    1
}

/// What a backend is told in `Host`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HostMode {
    /// The host of its own address.
    #[default]
    Upstream,
    /// The host that the caller asked for.
    Preserve,
    /// Always this name.
    Fixed(HostName),
}

/// The backend of a version. It has at least one node, but for that of an ai api, which has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Stored", into = "Stored")]
#[cfg_attr(feature = "schema", schemars(with = "Stored"))]
pub struct Upstream {
    pub nodes: Vec<Node>,
    pub protocol: Protocol,
    pub timeouts: Timeouts,
    pub balance: Balance,
    pub host: HostMode,
    /// Absent: only what never left is sent again, to another node.
    pub retries: Option<Retries>,
    pub health: Option<HealthCheck>,
    pub ejection: Option<Ejection>,
    pub breaker: Option<Breaker>,
    pub tls: UpstreamTls,
}

impl Upstream {
    /// One node, and nothing said of how it is used.
    #[must_use]
    pub fn at(url: UpstreamUrl) -> Self {
        Self::of(vec![Node { url, weight: 1 }])
    }

    #[must_use]
    pub fn of(nodes: Vec<Node>) -> Self {
        Self {
            nodes,
            protocol: Protocol::default(),
            timeouts: Timeouts::default(),
            balance: Balance::default(),
            host: HostMode::default(),
            retries: None,
            health: None,
            ejection: None,
            breaker: None,
            tls: UpstreamTls::default(),
        }
    }

    /// Of an ai api, which calls providers: no node. It is not written.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::of(Vec::new())
    }

    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every address with the name of its field: `url`, or `nodes[1].url` where there are several.
    pub fn addresses(&self) -> impl Iterator<Item = (String, &UpstreamUrl)> {
        let alone = self.nodes.len() == 1;
        let field = move |at| if alone { "url".to_owned() } else { format!("nodes[{at}].url") };
        self.nodes.iter().enumerate().map(move |(at, node)| (field(at), &node.url))
    }

    /// What must hold of an upstream before it is used. What was kept was checked when it was saved, but perhaps
    /// before a rule was made.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let count = self.nodes.len();
        check.require((1..=MOST_NODES).contains(&count), "nodes", "expected 1 to 32 nodes");
        for (field, url) in self.addresses() {
            check.parse::<UpstreamUrl>(&field, &url.to_string());
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let before = self.nodes.iter().take(at).any(|other| other.url == node.url);
            check.require(!before, &format!("nodes[{at}].url"), "stands twice; give it a larger weight");
            let weighs = (1..=LARGEST_WEIGHT).contains(&node.weight);
            check.require(weighs, &format!("nodes[{at}].weight"), "expected a weight of 1 to 100");
        }
        check.part("timeouts", self.timeouts.check());
        check.part("balance", self.balance.check());
        if let HostMode::Fixed(name) = &self.host {
            check.parse::<HostName>("host.fixed", name.as_str());
        }
        if let Some(retries) = &self.retries {
            check.part("retries", retries.check());
        }
        if let Some(health) = &self.health {
            check.part("health", health.check());
        }
        if let Some(ejection) = &self.ejection {
            check.part("ejection", ejection.check());
        }
        if let Some(breaker) = &self.breaker {
            check.part("breaker", breaker.check());
        }
        check.part("tls", self.tls.check());
        let speaks_tls = self.nodes.iter().any(|node| node.url.is_tls());
        check.require(
            speaks_tls || is_default(&self.tls),
            "tls",
            "expected an https address; http has no TLS",
        );
        check.finish()
    }
}

/// An upstream as it is written: a single node of weight 1 as `url`, several as `nodes`; what is as it would be
/// anyway is left out.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Upstream"))]
struct Stored {
    /// Where all calls go, when that is one address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<UpstreamUrl>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    nodes: Vec<Node>,
    #[serde(default, skip_serializing_if = "is_default")]
    protocol: Protocol,
    #[serde(default)]
    timeouts: Timeouts,
    #[serde(default, skip_serializing_if = "is_default")]
    balance: Balance,
    #[serde(default, skip_serializing_if = "is_default")]
    host: HostMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retries: Option<Retries>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    health: Option<HealthCheck>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ejection: Option<Ejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    breaker: Option<Breaker>,
    #[serde(default, skip_serializing_if = "is_default")]
    tls: UpstreamTls,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl TryFrom<Stored> for Upstream {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored {
            url,
            mut nodes,
            protocol,
            timeouts,
            balance,
            host,
            retries,
            health,
            ejection,
            breaker,
            tls,
        } = stored;
        nodes.extend(url.map(|url| Node { url, weight: 1 }));
        if nodes.is_empty() {
            return Err("missing field `url`");
        }
        Ok(Self { nodes, protocol, timeouts, balance, host, retries, health, ejection, breaker, tls })
    }
}

impl From<Upstream> for Stored {
    fn from(upstream: Upstream) -> Self {
        let Upstream {
            mut nodes,
            protocol,
            timeouts,
            balance,
            host,
            retries,
            health,
            ejection,
            breaker,
            tls,
        } = upstream;
        let url = match nodes.as_slice() {
            [node] if node.weight == 1 => nodes.pop().map(|node| node.url),
            _ => None,
        };
        Self { url, nodes, protocol, timeouts, balance, host, retries, health, ejection, breaker, tls }
    }
}

#[cfg(test)]
mod tests;
