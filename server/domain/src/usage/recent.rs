//! Calls of late that were sent on, and when: what rates go on from after a restart.

use crate::calls::Call;
use std::collections::HashMap;
use std::net::IpAddr;

/// Whose calls, and to what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flow {
    pub api: String,
    pub version: String,
    /// The route's label.
    pub route: String,
    /// Empty where there was none.
    pub application: String,
    /// Not known of calls that were rolled up.
    pub client: Option<IpAddr>,
}

/// Some of them that were sent on at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Unix milliseconds. No call was later than that, and none earlier by more than what it was rolled up by.
    pub at_ms: u64,
    /// The position of its flow.
    pub flow: u32,
    pub calls: u64,
}

/// Calls, in the order of time once they are [`Recent::sorted`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    pub sent: Vec<Sending>,
    flows: HashMap<Flow, u32>,
}

impl Recent {
    /// Puts calls with the others.
    pub fn add(&mut self, flow: Flow, at_ms: u64, calls: u64) {
        let next = u32::try_from(self.flows.len()).unwrap_or(u32::MAX);
        let flow = *self.flows.entry(flow).or_insert(next);
        self.sent.push(Sending { at_ms, flow, calls });
    }

    /// Puts a call with the others, if it was sent on.
    pub fn add_call(&mut self, call: &Call) {
        let at_ms = u64::try_from(call.at.timestamp_millis()).unwrap_or_default();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let flow = Flow {
            api: text(call.api.as_ref().map(|id| id.as_str())),
            version: text(call.version.as_deref()),
            route: text(call.route.as_deref()),
            application: text(call.application.as_ref().map(|id| id.as_str())),
            client: call.client_address.parse().ok(),
        };
        if call.ending().was_sent() {
            self.add(flow, at_ms, 1);
        }
    }

    /// Puts others with these.
    pub fn append(&mut self, others: Self) {
        let flows: HashMap<u32, Flow> =
            others.flows.into_iter().map(|(flow, number)| (number, flow)).collect();
        for sending in others.sent {
            if let Some(flow) = flows.get(&sending.flow) {
                self.add(flow.clone(), sending.at_ms, sending.calls);
            }
        }
    }

    /// Leaves out what was before that.
    pub fn keep_from(&mut self, at_ms: u64) {
        self.sent.retain(|sending| sending.at_ms >= at_ms);
    }

    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.sent.sort_unstable_by_key(|sending| sending.at_ms);
        self
    }

    /// The flows, in no order, and their positions.
    pub fn flows(&self) -> impl Iterator<Item = (&Flow, u32)> {
        self.flows.iter().map(|(flow, position)| (flow, *position))
    }
}

/// An api with rates that are long enough for a restart to matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatedApi {
    pub id: String,
    /// Of the slowest to come back.
    pub longest_s: u32,
    /// Whether one of them is for each client address.
    pub by_address: bool,
}
