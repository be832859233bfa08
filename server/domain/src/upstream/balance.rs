//! How calls are spread over the nodes of an upstream.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// In turn, each as often as its weight says.
    #[default]
    RoundRobin,
    /// To the node with the fewest calls under way, in proportion to its weight.
    LeastRequests,
    /// The better of two nodes picked at random, by how fast they answered of late and how much they have to do.
    P2cEwma,
    /// Calls of one key to one node, for as long as it is there.
    Hash(HashKey),
}

/// What is the same of calls that belong to one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum HashKey {
    /// The value of a request header; calls without it go by their address.
    Header { name: String },
    /// The address of the client.
    Address,
    /// The credential; calls without one go by their address.
    Credential,
}

impl Balance {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        if let Self::Hash(HashKey::Header { name }) = self {
            check.require(is_token(name), "hash.name", "expected a header name like X-Tenant");
        }
        check.finish()
    }
}

/// A `token` of RFC 9110 section 5.6.2.
fn is_token(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
