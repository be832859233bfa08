//! The nodes of all upstreams as people see them: in the portal and in `/metrics`.

use super::cluster::{Cluster, Node};
use crate::metrics::text;
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

/// In the Prometheus text exposition format.
pub fn write(text: &mut String, nodes: &[NodeStatus]) {
    let shown = nodes.get(..MOST_SERIES).unwrap_or(nodes);
    type Value = fn(&NodeStatus) -> u64;
    let series: [(&str, &str, &str, Value); 5] = [
        ("up", "gauge", "1 unless the node fails its checks or is ejected.", |node| u64::from(node.healthy)),
        ("breaker_state", "gauge", "0 closed, 1 half open, 2 open.", |node| match node.breaker {
            BreakerState::Closed => 0,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 2,
        }),
        ("in_flight", "gauge", "Calls under way at the node.", |node| u64::from(node.in_flight)),
        ("ejections_total", "counter", "How often the node was given no more calls.", |node| node.ejections),
        ("retries_total", "counter", "Calls sent to the node after an attempt had failed.", |node| {
            node.retries
        }),
    ];
    for (name, kind, help, value) in series {
        let name = format!("gatehouse_upstream_node_{name}");
        text::describe(text, &name, kind, help);
        for node in shown {
            let (upstream, number) = (format!("{}/{}", node.api, node.version), node.number.to_string());
            let labels =
                text::labels(&[("upstream", &upstream), ("node", &number), ("address", &node.address)]);
            // writing to a string cannot fail
            let _ = writeln!(text, "{name}{{{labels}}} {}", value(node));
        }
    }
    let left_out = (nodes.len() - shown.len()) as u64;
    let help = "Nodes that are not told of here, because there are too many.";
    text::single(text, "gatehouse_upstream_nodes_left_out", "gauge", help, left_out);
}
