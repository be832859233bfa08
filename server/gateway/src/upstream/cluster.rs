//! The nodes of a version's upstream and the rules by which they are called, compiled once per snapshot. What is known
//! of the nodes lives on from one snapshot to the next.

use super::balance::{self, Choice, Key, Nodes};
use super::budget::Budget;
use super::node::NodeState;
use super::target::Target;
use super::tls::ClientTls;
use crate::ctx::Ctx;
use domain::upstream::{Breaker, Ejection, HealthCheck, Retries, Upstream};
use http::HeaderMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[derive(Debug)]
pub struct Node {
    pub target: Target,
    /// For people.
    pub url: Box<str>,
    pub state: Arc<NodeState>,
    weight: u32,
    /// Its place among hashed keys.
    pub seed: u64,
}

#[derive(Debug)]
pub struct Cluster {
    pub nodes: Box<[Node]>,
    pub retries: Option<Retries>,
    pub health: Option<HealthCheck>,
    ejection: Option<Ejection>,
    breaker: Option<Breaker>,
    choice: Choice,
    pub shared: Arc<Shared>,
    /// Whether anything depends on how calls to the nodes go. Where nothing does, nothing is counted.
    tracked: bool,
}

/// What lives on of a cluster besides its nodes' states.
#[derive(Debug, Default)]
pub struct Shared {
    turn: AtomicUsize,
    pub budget: Budget,
}

/// The node that a call goes to.
#[derive(Debug)]
pub struct Picked {
    pub node: usize,
    pub flight: Option<Flight>,
}

/// A call under way to a node, where that is followed. It ends when this is dropped.
#[derive(Debug)]
pub struct Flight {
    cluster: Arc<Cluster>,
    node: usize,
    began_us: u64,
    /// It tries out a node whose breaker is half-open, and has not told how that went.
    probe: bool,
}

impl Cluster {
    /// `pool` and `state` give what belongs to a node in every snapshot.
    pub fn new(
        upstream: &Upstream,
        client: Option<&Arc<ClientTls>>,
        shared: Arc<Shared>,
        mut pool: impl FnMut(&domain::upstream::Node) -> u32,
        mut state: impl FnMut(&domain::upstream::Node) -> Arc<NodeState>,
    ) -> Result<Self, String> {
        let mut nodes = Vec::with_capacity(upstream.nodes.len());
        for node in upstream.nodes.iter().take(domain::upstream::MOST_NODES) {
            let url = node.url.to_string();
            nodes.push(Node {
                target: Target::new(&node.url, upstream, client, pool(node))?,
                state: state(node),
                weight: node.weight.clamp(1, domain::upstream::LARGEST_WEIGHT),
                seed: balance::hash(url.as_bytes()),
                url: url.into(),
            });
        }
        if nodes.is_empty() {
            return Err("upstream: it has no node".to_owned());
        }
        let weights: Vec<u32> = nodes.iter().map(|node| node.weight).collect();
        Ok(Self {
            tracked: nodes.len() > 1
                || upstream.health.is_some()
                || upstream.ejection.is_some()
                || upstream.breaker.is_some()
                || upstream.retries.is_some(),
            nodes: nodes.into(),
            retries: upstream.retries.clone(),
            health: upstream.health.clone(),
            ejection: upstream.ejection.clone(),
            breaker: upstream.breaker.clone(),
            choice: Choice::new(&upstream.balance, &weights)?,
            shared,
        })
    }

    /// Of an ai api, which calls providers: no node, and none is ever picked.
    #[must_use]
    pub fn nowhere() -> Self {
        Self {
            tracked: true,
            nodes: Box::default(),
            retries: None,
            health: None,
            ejection: None,
            breaker: None,
            choice: Choice::Turns(Box::default()),
            shared: Arc::default(),
        }
    }

    /// What calls that belong together have in common; anything where that does not matter.
    #[must_use]
    pub fn key(&self, ctx: &Ctx, headers: &HeaderMap) -> u64 {
        let Choice::Hash(key) = &self.choice else { return 0 };
        let said = match key {
            Key::Header(name) => headers.get(name).map(|value| balance::hash(value.as_bytes())),
            Key::Credential => {
                ctx.credential.as_ref().map(|known| balance::hash(known.id.as_str().as_bytes()))
            }
            Key::Address => None,
        };
        said.unwrap_or_else(|| {
            let mut text = String::with_capacity(48);
            // writing to a string cannot fail
            let _written = write!(text, "{}", ctx.client);
            balance::hash(text.as_bytes())
        })
    }

    /// A node for a call, but none of `tried`.
    #[must_use]
    pub fn pick(self: &Arc<Self>, tried: Nodes, key: u64, now_us: u64) -> Option<Picked> {
        if !self.tracked {
            return tried.is_empty().then_some(Picked { node: 0, flight: None });
        }
        let now_ms = now_us / 1_000;
        let mut fit = self.fit(tried, now_ms);
        while !fit.is_empty() {
            let node = self.choose(fit, key, now_ms)?;
            let state = &self.nodes.get(node)?.state;
            let entered = match &self.breaker {
                Some(rules) => state.breaker.enter(rules, now_ms),
                None => Some(false),
            };
            if let Some(probe) = entered {
                state.in_flight.fetch_add(1, Relaxed);
                let flight = Flight { cluster: Arc::clone(self), node, began_us: now_us, probe };
                return Some(Picked { node, flight: Some(flight) });
            }
            fit = fit.without(node);
        }
        None
    }

    /// The nodes that may be called: those that are ejected only when there is no other.
    fn fit(&self, tried: Nodes, now_ms: u64) -> Nodes {
        let (mut fit, mut ejected) = (Nodes::default(), Nodes::default());
        for (number, node) in self.nodes.iter().enumerate().filter(|(number, _)| !tried.has(*number)) {
            let shut = self.breaker.as_ref().is_some_and(|rules| !node.state.breaker.lets(rules, now_ms));
            if shut || self.is_down(node) {
                continue;
            }
            if self.is_ejected(node, now_ms) {
                ejected = ejected.with(number);
            } else {
                fit = fit.with(number);
            }
        }
        if fit.is_empty() { ejected } else { fit }
    }

    #[must_use]
    pub fn has_breaker(&self) -> bool {
        self.breaker.is_some()
    }

    /// By its active checks.
    #[must_use]
    pub fn is_down(&self, node: &Node) -> bool {
        self.health.is_some() && node.state.is_down()
    }

    fn is_ejected(&self, node: &Node, now_ms: u64) -> bool {
        self.ejection.is_some() && node.state.is_ejected(now_ms)
    }

    /// Whether a node is called in its turn.
    #[must_use]
    pub fn is_healthy(&self, node: &Node, now_ms: u64) -> bool {
        !self.is_down(node) && !self.is_ejected(node, now_ms)
    }

    fn choose(&self, fit: Nodes, key: u64, now_ms: u64) -> Option<usize> {
        if fit.len() == 1 {
            return fit.iter().next();
        }
        match &self.choice {
            Choice::Turns(turns) => self.next_turn(turns, fit),
            Choice::LeastRequests => {
                self.least(fit, |node| u64::from(node.state.in_flight.load(Relaxed)) + 1)
            }
            Choice::P2cEwma => self.least(self.two_of(fit), |node| {
                let calls = u64::from(node.state.in_flight.load(Relaxed)) + 1;
                node.state.ewma_us(now_ms).max(1).saturating_mul(calls)
            }),
            Choice::Hash(_) => {
                let scored = fit.iter().filter_map(|number| {
                    let node = self.nodes.get(number)?;
                    Some((number, balance::score(key, node.seed, node.weight)))
                });
                scored.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(number, _)| number)
            }
        }
    }

    fn turn(&self) -> usize {
        self.shared.turn.fetch_add(1, Relaxed)
    }

    /// A node that may not be called loses its turn to nobody in particular: the others keep their shares.
    fn next_turn(&self, turns: &[u8], fit: Nodes) -> Option<usize> {
        for _ in 0..turns.len() {
            let node = usize::from(*turns.get(self.turn() % turns.len())?);
            if fit.has(node) {
                return Some(node);
            }
        }
        // others took the turns of the node that is left
        fit.iter().next()
    }

    /// The node with the least to do for its weight; of equals, each in turn.
    fn least(&self, among: Nodes, load: impl Fn(&Node) -> u64) -> Option<usize> {
        let from = self.turn();
        let count = self.nodes.len();
        let in_turn = (0..count).map(|step| (from + step) % count).filter(|number| among.has(*number));
        let loaded = in_turn.filter_map(|number| {
            let node = self.nodes.get(number)?;
            // in hundredths, so that weights count also where there is little to do
            Some((number, load(node).saturating_mul(100) / u64::from(node.weight)))
        });
        loaded.min_by_key(|(_, load)| *load).map(|(number, _)| number)
    }

    /// Two different ones at random.
    fn two_of(&self, fit: Nodes) -> Nodes {
        let random = balance::mix(self.turn() as u64);
        let count = u64::from(fit.len());
        let first = random % count;
        let second = (first + 1 + (random >> 32) % (count - 1).max(1)) % count;
        let at = |place: u64| usize::try_from(place).ok().and_then(|place| fit.iter().nth(place));
        [first, second].into_iter().filter_map(at).fold(Nodes::default(), Nodes::with)
    }

    /// When a call is worth another try, all nodes being out of reach: in whole seconds, at least 1.
    #[must_use]
    pub fn wait_s(&self, now_us: u64) -> u64 {
        let now_ms = now_us / 1_000;
        let interval_ms = self.health.as_ref().map_or(0, |health| u64::from(health.interval_ms));
        let waits = self.nodes.iter().map(|node| {
            let checked_ms = if self.is_down(node) { interval_ms } else { 0 };
            let shut_ms = if self.breaker.is_some() { node.state.breaker.wait_ms(now_ms) } else { 0 };
            checked_ms.max(shut_ms)
        });
        waits.min().unwrap_or(0).div_ceil(1_000).max(1)
    }
}

impl Flight {
    /// How it went, as soon as that is known.
    pub fn tell(&mut self, failed: bool, now_us: u64) {
        let Some(node) = self.cluster.nodes.get(self.node) else { return };
        let now_ms = now_us / 1_000;
        node.state.took(now_us.saturating_sub(self.began_us), failed, now_ms);
        if let Some(rules) = &self.cluster.ejection {
            node.state.ended(rules, failed, now_ms);
        }
        if let Some(rules) = &self.cluster.breaker
            && node.state.breaker.tell(rules, std::mem::take(&mut self.probe), failed, now_ms)
        {
            node.state.ejections.fetch_add(1, Relaxed);
            tracing::warn!(node = %node.url, "too many calls failed: the breaker of an upstream's node is open");
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let Some(node) = self.cluster.nodes.get(self.node) else { return };
        node.state.in_flight.fetch_sub(1, Relaxed);
        if self.probe {
            node.state.breaker.leave();
        }
    }
}
