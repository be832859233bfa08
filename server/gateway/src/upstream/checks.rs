//! Active checks of upstreams' nodes, made by one thread for all: a GET now and then, through the same guard and with
//! the same TLS as the calls.

use super::cluster::{Cluster, Node};
use super::exchange::{Awaited, Exchange};
use super::forward::HeadSink;
use super::http2::message::Fields;
use super::outgoing::Outgoing;
use super::patience::Patience;
use super::target::Target;
use super::wire::Wire;
use super::{Failure, http2};
use crate::alarm::TICK_MS;
use crate::h1::Malformed;
use crate::worker::Worker;
use domain::upstream::{HealthCheck, Protocol};
use http::Method;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Checks whatever is due, for as long as the thread runs.
pub async fn run(worker: Rc<Worker>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(TICK_MS));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        let snapshot = Arc::clone(&worker.snapshots.get());
        for cluster in snapshot.checked.iter() {
            begin_due(&worker, cluster);
        }
    }
}

fn begin_due(worker: &Rc<Worker>, cluster: &Arc<Cluster>) {
    let Some(rules) = &cluster.health else { return };
    for (number, node) in cluster.nodes.iter().enumerate() {
        if node.state.is_check_due(rules, node.seed, worker.now_ms()) {
            let (worker, cluster) = (Rc::clone(worker), Arc::clone(cluster));
            // bounded by its timeout, and gone with the thread
            drop(tokio::task::spawn_local(async move { check(&worker, &cluster, number).await }));
        }
    }
}

async fn check(worker: &Rc<Worker>, cluster: &Cluster, number: usize) {
    let (Some(rules), Some(node)) = (&cluster.health, cluster.nodes.get(number)) else { return };
    let within = Duration::from_millis(u64::from(rules.timeout_ms));
    let asked = tokio::time::timeout(within, ask(worker, node, rules)).await;
    let wrong = match asked.unwrap_or(Err(Failure::FirstByteTimeout)) {
        Ok(status) if rules.expects(status) => None,
        Ok(_) => Some("check_status"),
        Err(failure) => Some(failure.word()),
    };
    if let Some(word) = wrong {
        node.state.last_error.set(word);
    }
    if node.state.checked(rules, wrong.is_none()) {
        match wrong {
            Some(word) => tracing::warn!(node = %node.url, word, "a node of an upstream fails its checks"),
            None => tracing::info!(node = %node.url, "a node of an upstream passes its checks again"),
        }
    }
}

async fn ask(worker: &Rc<Worker>, node: &Node, rules: &HealthCheck) -> Result<u16, Failure> {
    let patience = Patience::begin(worker, node.target.timeouts);
    match node.target.protocol {
        Protocol::Http1 => ask_http1(worker, &node.target, &rules.path, patience).await,
        Protocol::Http2 => ask_http2(worker, &node.target, &rules.path, patience).await,
    }
}

async fn ask_http1(worker: &Worker, target: &Target, path: &str, patience: Patience) -> Result<u16, Failure> {
    let wire = Wire::connect(worker, target).await?;
    let mut head = format!("GET {}{path} HTTP/1.1\r\nhost: ", target.base_path).into_bytes();
    head.extend_from_slice(target.authority.as_bytes());
    head.extend_from_slice(b"\r\nuser-agent: gatehouse-check\r\naccept: */*\r\nconnection: close\r\n\r\n");
    let mut exchange = Exchange::new(wire, Outgoing::new(head, None, false), patience, Awaited::Answer, None);
    Ok(exchange.head().await?.status.as_u16())
}

/// Over the connections of the calls: opening one is what costs.
async fn ask_http2(
    worker: &Rc<Worker>,
    target: &Target,
    path: &str,
    patience: Patience,
) -> Result<u16, Failure> {
    let mut fields = Fields::default();
    fields.field("user-agent", b"gatehouse-check");
    fields.field("accept", b"*/*");
    let address = format!("{}{path}", target.base_path).into_bytes();
    let head = fields.into_request(Method::GET, target.tls.is_some(), target.authority.as_bytes(), address);
    let head = head.ok_or(Failure::Malformed(Malformed("the path of the check")))?;
    let seat = worker.http2.seat(worker, target).await?;
    let outgoing = Box::new(http2::outgoing::Outgoing::new(head, None));
    let begun = http2::exchange::Exchange::begin(seat, outgoing, patience, None);
    let mut exchange = begun.map_err(|unsent| unsent.failure)?;
    Ok(exchange.head().await?.status().as_u16())
}
