//! The nodes of all upstreams as people see them: in the portal and in `/metrics`.

use super::cluster::{Cluster, Node};
use domain::gateway_status::{BreakerState, NodeStatus};
use std::fmt::Write;
use std::sync::atomic::Ordering::Relaxed;

/// So many nodes are told of in `/metrics`; the rest is a number.
const MOST_SERIES: usize = 1_000;

impl Cluster {
    /// Its nodes as they are at that time.
    pub fn status<'a>(
        &'a self,
        api: &'a str,
        version: &'a str,
        now_ms: u64,
    ) -> impl Iterator<Item = NodeStatus> + 'a {
        let status = move |(at, node): (usize, &Node)| {
            let state = &node.state;
            let ewma_us = state.ewma_us(now_ms);
            let breaker = if self.has_breaker() { state.breaker.state(now_ms) } else { BreakerState::Closed };
            NodeStatus {
                api: api.to_owned(),
                version: version.to_owned(),
                url: node.url.to_string(),
                address: format!("{}:{}", node.target.host, node.target.port),
                number: at + 1,
                healthy: self.is_healthy(node, now_ms),
                breaker,
                in_flight: state.in_flight.load(Relaxed),
                ewma_ms: (ewma_us > 0).then(|| ewma_us.div_ceil(1_000)),
                ejections: state.ejections.load(Relaxed),
                retries: state.retries.load(Relaxed),
                last_error: state.last_error.get().to_owned(),
            }
        };
        self.nodes.iter().enumerate().map(status)
    }
}

/// The Prometheus text exposition format, version 0.0.4.
#[must_use]
pub fn prometheus(nodes: &[NodeStatus]) -> String {
    let shown = nodes.get(..MOST_SERIES).unwrap_or(nodes);
    let mut text = String::new();
    type Value = fn(&NodeStatus) -> u64;
    let series: [(&str, &str, Value); 5] = [
        ("up", "gauge", |node| u64::from(node.healthy)),
        ("breaker_state", "gauge", |node| match node.breaker {
            BreakerState::Closed => 0,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 2,
        }),
        ("in_flight", "gauge", |node| u64::from(node.in_flight)),
        ("ejections_total", "counter", |node| node.ejections),
        ("retries_total", "counter", |node| node.retries),
    ];
    for (name, kind, value) in series {
        // writing to a string cannot fail
        let _ = writeln!(text, "# TYPE gatehouse_upstream_node_{name} {kind}");
        for node in shown {
            let NodeStatus { api, version, number, address, .. } = node;
            let labels = format!("upstream=\"{api}/{version}\",node=\"{number}\",address=\"{address}\"");
            let _ = writeln!(text, "gatehouse_upstream_node_{name}{{{labels}}} {}", value(node));
        }
    }
    let left_out = nodes.len() - shown.len();
    let name = "gatehouse_upstream_nodes_left_out";
    let _ = writeln!(text, "# TYPE {name} gauge\n{name} {left_out}");
    text
}
