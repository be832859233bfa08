//! Where the calls of a version go, as its form says it. What the form does not show stays as it is.

use super::draft::change;
use crate::api::typed::number_in;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::text::VersionName;
use domain::upstream::{self, Balance, HashKey, HealthCheck, NodeInput, Retries, Timeouts, UpstreamInput};
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Waiting times in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpstreamFields {
    /// One node a line: its address, and its weight where that is not 1.
    pub url: String,
    /// Empty: as it is.
    pub protocol: String,
    /// As [`balance_word`] says it; empty: as it is.
    pub balance: String,
    /// How often a call is sent in all; empty or 1: once.
    pub attempts: String,
    /// Empty: no active checks.
    pub health_path: String,
    /// Not empty: there is a breaker.
    pub breaker: String,
    pub connect_ms: String,
    pub first_byte_ms: String,
    pub idle_ms: String,
    pub total_ms: String,
}

impl UpstreamFields {
    /// Lays the form over what is stored.
    fn over(self, stored: upstream::Upstream) -> Result<UpstreamInput, Invalid> {
        let mut check = Check::new();
        let timeouts = self.timeouts(&mut check);
        let nodes = nodes(&mut check, &self.url);
        let protocol = match self.protocol.as_str() {
            "" => Some(stored.protocol),
            word => check.parse("upstream.protocol", word),
        };
        let balance = balance(&mut check, &self.balance, &stored.balance);
        let attempts = match self.attempts.trim() {
            "" => Some(1),
            typed => number_in::<u8>(&mut check, "upstream.retries.attempts", typed),
        };
        let retries = attempts.filter(|attempts| *attempts != 1);
        let path = self.health_path.trim().to_owned();
        check.done(|| {
            let mut input = UpstreamInput {
                protocol: Some(protocol?),
                timeouts: Some(timeouts?),
                balance: Some(balance?),
                host: Some(stored.host),
                retries: retries.map(|attempts| Retries { attempts, ..stored.retries.unwrap_or_default() }),
                health: (!path.is_empty()).then(|| HealthCheck { path, ..stored.health.unwrap_or_default() }),
                ejection: stored.ejection,
                tls: Some(stored.tls),
                breaker: (!self.breaker.is_empty()).then(|| stored.breaker.unwrap_or_default()),
                ..UpstreamInput::default()
            };
            match nodes.as_slice() {
                // so that what is wrong with it is told at the one address
                [NodeInput { url, weight: 1 }] => input.url.clone_from(url),
                _ => input.nodes = nodes,
            }
            Some(input)
        })
    }

    fn timeouts(&self, check: &mut Check) -> Option<Timeouts> {
        let mut wait =
            |name: &str, typed: &str| number_in(check, &format!("upstream.timeouts.{name}"), typed);
        let (connect_ms, first_byte_ms) =
            (wait("connect_ms", &self.connect_ms), wait("first_byte_ms", &self.first_byte_ms));
        let (idle_ms, total_ms) = (wait("idle_ms", &self.idle_ms), wait("total_ms", &self.total_ms));
        Some(Timeouts {
            connect_ms: connect_ms?,
            first_byte_ms: first_byte_ms?,
            idle_ms: idle_ms?,
            total_ms: total_ms?,
        })
    }
}

fn nodes(check: &mut Check, text: &str) -> Vec<NodeInput> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let node = |(at, line): (usize, &str)| {
        let (url, weight) = line.split_once(char::is_whitespace).unwrap_or((line, "1"));
        let weight = number_in(check, &format!("upstream.nodes[{at}].weight"), weight).unwrap_or(1);
        NodeInput { url: url.to_owned(), weight }
    };
    lines.enumerate().map(node).collect()
}

/// The nodes as the form shows them.
#[must_use]
pub fn lines(upstream: &upstream::Upstream) -> String {
    let line = |node: &upstream::Node| match node.weight {
        1 => node.url.to_string(),
        weight => format!("{} {weight}", node.url),
    };
    upstream.nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The word that stands for it in the form.
#[must_use]
pub fn balance_word(balance: &Balance) -> &'static str {
    match balance {
        Balance::RoundRobin => "round_robin",
        Balance::LeastRequests => "least_requests",
        Balance::P2cEwma => "p2c_ewma",
        Balance::Hash(HashKey::Address) => "hash_address",
        Balance::Hash(HashKey::Credential) => "hash_credential",
        Balance::Hash(HashKey::Header { .. }) => "hash_header",
    }
}

fn balance(check: &mut Check, word: &str, stored: &Balance) -> Option<Balance> {
    Some(match word {
        "" => stored.clone(),
        // the header's name is not in the form
        word if word == balance_word(stored) => stored.clone(),
        "round_robin" => Balance::RoundRobin,
        "least_requests" => Balance::LeastRequests,
        "p2c_ewma" => Balance::P2cEwma,
        "hash_address" => Balance::Hash(HashKey::Address),
        "hash_credential" => Balance::Hash(HashKey::Credential),
        _ => {
            check.error("upstream.balance", "expected one of those in the list");
            return None;
        }
    })
}

#[server(prefix = "/api", endpoint = "versions/upstream")]
pub async fn upstream(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: UpstreamFields,
) -> Result<Done, AppError> {
    let stored = versions::get(&control(), &actor(), &api, &version).await?.draft.upstream;
    let input = fields.over(stored)?;
    change(&api, &version, UpdateDraft { upstream: Some(input), ..UpdateDraft::default() }).await
}
