//! What the portal is told of a gateway that stands still.

use control::gateway::{Gateway, Trying};
use domain::Time;
use domain::calls::AiUse;
use domain::gateway_status::{BreakerState, GatewayStatus, JournalStatus, Listener, NodeStatus, Traffic};
use domain::ids::ProviderId;
use domain::prompts::trial::{PromptCall, Trial, TrialProblem};
use domain::providers::{KeyFailure, KeyHealth, KeyState};

pub struct Still {
    pub status: GatewayStatus,
    pub nodes: Vec<NodeStatus>,
}

/// One that has served nothing yet, but for one node in trouble.
impl Default for Still {
    fn default() -> Self {
        let status = GatewayStatus {
            listeners: vec![listener("gateway", "127.0.0.1:8080")],
            sequence: 7,
            troubles: Vec::new(),
            traffic: Traffic::default(),
            journal: JournalStatus::default(),
            certificates: Vec::new(),
        };
        let mut nodes: Vec<NodeStatus> = (1..=3).map(|number| well("tides", number)).collect();
        nodes[1].healthy = false;
        Self { status, nodes }
    }
}

impl Gateway for Still {
    fn status(&self) -> GatewayStatus {
        self.status.clone()
    }

    fn nodes(&self) -> Vec<NodeStatus> {
        self.nodes.clone()
    }

    fn keys(&self, _: &ProviderId) -> Vec<KeyHealth> {
        vec![cooling()]
    }

    fn try_prompt(&self, call: PromptCall) -> Trying {
        Box::pin(std::future::ready(Ok(played(&call))))
    }
}

/// Says which model was asked, and what; the model `down` is.
fn played(call: &PromptCall) -> Trial {
    let target = call.version.models.iter().flat_map(|models| models.targets()).next();
    let model = target.map(|(_, target)| target.model.clone()).unwrap_or_default();
    if model == "down" {
        let (name, detail) = ("upstream-unreachable".to_owned(), "the model does not answer".to_owned());
        return Trial { problem: Some(TrialProblem { status: 502, name, detail }), ..Trial::default() };
    }
    let output = Some(format!("{model} was told {}", serde_json::Value::from(call.variables.clone())).into());
    let cost_nano = Some(if model == "dear" { 3_200_000 } else { 1_000_000 });
    let ai = AiUse { model, input_tokens: 1_200, output_tokens: 34, cost_nano, ..AiUse::default() };
    Trial { call: "call_1".to_owned(), ms: 1_500, output, ai: Some(ai), ..Trial::default() }
}

pub fn listener(name: &str, address: &str) -> Listener {
    Listener { name: name.to_owned(), address: address.to_owned() }
}

/// A node of the first version of an api that has done nothing yet and has no trouble.
pub fn well(api: &str, number: usize) -> NodeStatus {
    NodeStatus {
        api: api.to_owned(),
        version: "v1".to_owned(),
        url: format!("http://10.0.0.{number}"),
        address: format!("10.0.0.{number}:80"),
        number,
        healthy: true,
        breaker: BreakerState::Closed,
        in_flight: 0,
        ewma_ms: None,
        ejections: 0,
        retries: 0,
        last_error: String::new(),
    }
}

/// A key that had its share a moment ago.
pub fn cooling() -> KeyHealth {
    let at = |seconds: i64| Time::from_timestamp(1_795_435_200 + seconds, 0).unwrap();
    let last_failure = Some(KeyFailure { status: 429, at: at(0) });
    let key = "pkey_00000000000000000000000007".parse().unwrap();
    KeyHealth { key, state: KeyState::Cooling, until: Some(at(90)), last_failure }
}
