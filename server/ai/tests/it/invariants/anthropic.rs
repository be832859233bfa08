//! One `message_start`, blocks that begin and end one after the other, `message_delta`, `message_stop`; or an `error`.

use super::{Checked, End, ensure};
use serde_json::Value;

pub fn check(events: &[Value]) -> Checked {
    let mut stream = Stream::default();
    for event in events {
        stream.event(event).map_err(|rule| format!("{rule}: {event}"))?;
    }
    stream.end.ok_or_else(|| "it does not end".to_owned())
}

#[derive(Default)]
struct Stream {
    begun: bool,
    blocks: u64,
    /// The kind of the block that is open.
    open: Option<String>,
    stopping: bool,
    end: Option<End>,
}

impl Stream {
    fn event(&mut self, event: &Value) -> Result<(), String> {
        let kind = event["type"].as_str().unwrap_or_default();
        let rule = |holds: bool, rule: &str| ensure(holds, || rule.to_owned());
        rule(self.end.is_none(), "something after the end")?;
        match kind {
            "ping" => Ok(()),
            "error" => {
                self.end = Some(End::Failed);
                rule(
                    !self.stopping && event["error"]["message"].is_string(),
                    "no error, or one after the reason",
                )
            }
            "message_start" => {
                rule(!std::mem::replace(&mut self.begun, true), "begun twice")?;
                rule(event["message"]["content"] == serde_json::json!([]), "a message that is not empty")
            }
            _ => {
                rule(self.begun && (!self.stopping || kind == "message_stop"), "out of place")?;
                self.within(kind, event)
            }
        }
    }

    fn within(&mut self, kind: &str, event: &Value) -> Result<(), String> {
        let rule = |holds: bool, rule: &str| ensure(holds, || rule.to_owned());
        match kind {
            "content_block_start" => {
                rule(self.open.is_none(), "two blocks at once")?;
                rule(event["index"] == self.blocks, "the number of the block")?;
                self.blocks += 1;
                self.open = event["content_block"]["type"].as_str().map(str::to_owned);
                rule(self.open.is_some(), "a block without a kind")
            }
            "content_block_delta" => {
                let fits = match event["delta"]["type"].as_str() {
                    Some("text_delta" | "citations_delta") => "text",
                    Some("thinking_delta" | "signature_delta") => "thinking",
                    Some("input_json_delta") => "tool_use",
                    _ => "",
                };
                rule(self.open.as_deref() == Some(fits), "a piece of another kind of block")?;
                rule(is_last(event, self.blocks), "the number of the block")
            }
            "content_block_stop" => {
                rule(is_last(event, self.blocks), "the number of the block")?;
                rule(self.open.take().is_some(), "no block to end")
            }
            "message_delta" => {
                self.stopping = true;
                rule(
                    self.open.is_none() && event["delta"]["stop_reason"].is_string(),
                    "no reason for the end",
                )?;
                rule(event["usage"].is_object(), "no usage")
            }
            "message_stop" => {
                self.end = Some(End::Well);
                rule(self.stopping, "no reason before the end")
            }
            _ => Err("an unknown event".to_owned()),
        }
    }
}

fn is_last(event: &Value, blocks: u64) -> bool {
    event["index"].as_u64().is_some_and(|index| index + 1 == blocks)
}
