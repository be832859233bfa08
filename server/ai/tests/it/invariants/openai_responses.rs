//! Numbered events: items that are added, grow part by part and are done, one after the other; and how the response ends.

use super::{Checked, End, ensure};
use serde_json::Value;

pub fn check(events: &[Value]) -> Checked {
    let mut stream = Stream::default();
    for (number, event) in events.iter().enumerate() {
        let rule = |rule: String| format!("{rule}: {event}");
        ensure(event["sequence_number"] == number, || rule(format!("not number {number}")))?;
        stream.event(number, event).map_err(rule)?;
    }
    stream.end.ok_or_else(|| "it does not end".to_owned())
}

#[derive(Default)]
struct Stream {
    /// The ids of items that were added.
    items: Vec<Value>,
    /// Those that are done.
    done: usize,
    /// Parts of the open item that were added and are done.
    parts: (u64, u64),
    /// What the open part, or item, has said.
    said: String,
    failing: bool,
    end: Option<End>,
}

fn rule(holds: bool, rule: &str) -> Result<(), String> {
    ensure(holds, || rule.to_owned())
}

impl Stream {
    fn event(&mut self, number: usize, event: &Value) -> Result<(), String> {
        let kind = event["type"].as_str().unwrap_or_default();
        rule(self.end.is_none(), "something after the end")?;
        match (number, kind) {
            (0, "response.created") | (1, "response.in_progress") => {
                return rule(event["response"]["status"] == "in_progress", "another status");
            }
            (0 | 1, "error" | "response.failed") => {}
            (0 | 1, _) | (_, "response.created" | "response.in_progress") => {
                return Err("out of place".to_owned());
            }
            _ => {}
        }
        rule(!self.failing || kind == "response.failed", "something after an error")?;
        match kind {
            "error" => {
                self.failing = true;
                rule(event["message"].is_string(), "no error")
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                self.ends(kind, &event["response"])
            }
            "response.output_item.added" => {
                rule(self.done == self.items.len(), "two items at once")?;
                rule(event["output_index"] == self.items.len(), "the number of the item")?;
                self.items.push(event["item"]["id"].clone());
                (self.parts, self.said) = ((0, 0), String::new());
                rule(event["item"]["id"].is_string(), "an item without an id")
            }
            _ => self.within(kind, event),
        }
    }

    fn ends(&mut self, kind: &str, response: &Value) -> Result<(), String> {
        let failed = kind == "response.failed";
        self.end = Some(if failed { End::Failed } else { End::Well });
        rule(response["status"] == kind.trim_start_matches("response."), "another status")?;
        rule(failed != response["error"].is_null(), "an error where none was, or none")?;
        if failed {
            return Ok(());
        }
        rule(self.done == self.items.len(), "an item is not done")?;
        let told = response["output"].as_array().map(Vec::as_slice).unwrap_or_default();
        rule(told.iter().map(|item| &item["id"]).eq(&self.items), "other items than were added")
    }

    fn within(&mut self, kind: &str, event: &Value) -> Result<(), String> {
        let id = if kind == "response.output_item.done" { &event["item"]["id"] } else { &event["item_id"] };
        rule(
            self.items.last() == Some(id) && self.done + 1 == self.items.len(),
            "no item of that id is open",
        )?;
        rule(event["output_index"] == self.done, "the number of the item")?;
        let part = event.get("content_index").or_else(|| event.get("summary_index"));
        let kind = kind.trim_start_matches("response.");
        if kind == "output_item.done" {
            self.done += 1;
            return rule(self.parts.0 == self.parts.1, "a part is not done");
        }
        if kind.ends_with("part.added") {
            rule(
                part == Some(&self.parts.0.into()) && self.parts.0 == self.parts.1,
                "the number of the part",
            )?;
            self.parts.0 += 1;
            self.said.clear();
            return Ok(());
        }
        let open = self.parts.0.checked_sub(1).map(Value::from);
        rule(
            part.is_none() || (part == open.as_ref() && self.parts.0 > self.parts.1),
            "no such part is open",
        )?;
        match (kind, kind.rsplit_once('.')) {
            (_, Some((_, "delta"))) => {
                self.said.push_str(event["delta"].as_str().ok_or("a piece of nothing")?);
                Ok(())
            }
            ("content_part.done" | "reasoning_summary_part.done", _) => {
                self.parts.1 += 1;
                Ok(())
            }
            (_, Some((_, "done"))) => {
                let whole = ["text", "arguments", "refusal"].iter().find_map(|field| event[*field].as_str());
                rule(whole == Some(&*self.said), "the whole is not its pieces")
            }
            _ => Err("an unknown event".to_owned()),
        }
    }
}
