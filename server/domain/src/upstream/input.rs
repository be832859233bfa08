//! The backend as a caller gives it.

use super::{
    Balance, Breaker, Ejection, HealthCheck, HostMode, Node, Protocol, Retries, Timeouts, Upstream,
    UpstreamTls, UpstreamUrl,
};
use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// Either `url` or `nodes`; all else has defaults.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpstreamInput {
    /// The one address that all calls go to.
    pub url: String,
    /// At most 32 addresses that calls are spread over.
    pub nodes: Vec<NodeInput>,
    /// Absent: `http1`.
    pub protocol: Option<Protocol>,
    pub timeouts: Option<Timeouts>,
    pub balance: Option<Balance>,
    pub host: Option<HostMode>,
    pub retries: Option<Retries>,
    pub health: Option<HealthCheck>,
    pub ejection: Option<Ejection>,
    pub breaker: Option<Breaker>,
    pub tls: Option<UpstreamTls>,
}

/// One of several backends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NodeInput {
    pub url: String,
    /// Its share of the calls, beside the weights of the others: 1 to 100.
    pub weight: u32,
}

impl Default for NodeInput {
    fn default() -> Self {
        Self { url: String::new(), weight: 1 }
    }
}

/// As it would be given to be as it is.
impl From<Upstream> for UpstreamInput {
    fn from(upstream: Upstream) -> Self {
        let Upstream { nodes, protocol, timeouts, balance, host, retries, health, ejection, breaker, tls } =
            upstream;
        let nodes = nodes.into_iter().map(|Node { url, weight }| NodeInput { url: url.to_string(), weight });
        Self {
            url: String::new(),
            nodes: nodes.collect(),
            protocol: Some(protocol),
            timeouts: Some(timeouts),
            balance: Some(balance),
            host: Some(host),
            retries,
            health,
            ejection,
            breaker,
            tls: Some(tls),
        }
    }
}

impl UpstreamInput {
    /// One node.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// Whether any address is given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !self.url.trim().is_empty() || !self.nodes.is_empty()
    }

    pub fn check(self) -> Result<Upstream, Invalid> {
        let mut check = Check::new();
        let mut nodes = Vec::new();
        if self.nodes.is_empty() {
            nodes.extend(check.parse("url", &self.url).map(|url| Node { url, weight: 1 }));
        } else {
            check.require(self.url.trim().is_empty(), "url", "expected either one url or nodes");
            for (at, node) in self.nodes.iter().enumerate() {
                let url = check.parse::<UpstreamUrl>(&format!("nodes[{at}].url"), &node.url);
                nodes.extend(url.map(|url| Node { url, weight: node.weight }));
            }
        }
        let upstream = Upstream {
            protocol: self.protocol.unwrap_or_default(),
            timeouts: self.timeouts.unwrap_or_default(),
            balance: self.balance.unwrap_or_default(),
            host: self.host.unwrap_or_default(),
            retries: self.retries,
            health: self.health,
            ejection: self.ejection,
            breaker: self.breaker,
            tls: self.tls.map(UpstreamTls::tidied).unwrap_or_default(),
            ..Upstream::of(nodes)
        };
        if let Err(Invalid(errors)) = upstream.check() {
            // an address that was not read has been complained of, and moves those behind it
            let known = |field: &str| {
                check.has_errors() && (matches!(field, "nodes" | "tls") || field.contains("url"))
            };
            let new: Vec<_> = errors.into_iter().filter(|error| !known(&error.field)).collect();
            new.into_iter().for_each(|error| check.error(&error.field, error.message));
        }
        check.done(|| Some(upstream))
    }
}
