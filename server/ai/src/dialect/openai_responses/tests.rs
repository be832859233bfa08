mod answer;
mod events;
mod input;
mod reader;
mod request;
mod writer;

use super::read_request;
use crate::chat::ChatRequest;
use crate::dialect::Reply;
use serde_json::Value;

fn reply() -> Reply {
    Reply { id: "1a".into(), created: 1_700_000_000, model: "asked".into(), stream_usage: false }
}

/// A request, and the names of what was dropped.
fn read(body: Value) -> (ChatRequest, Vec<String>) {
    let (request, dropped) = read_request(body).unwrap();
    (request, dropped.names().to_vec())
}
