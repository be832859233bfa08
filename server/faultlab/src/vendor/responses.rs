//! OpenAI responses.

use super::asked::{Asked, Choice, Part, Tool, Turn, Who};
use super::body;
use super::dialect::{Call, Dialect};
use super::fields;
use super::openai::{CREATED, image};
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply, Usage};
use bytes::Bytes;
use serde_json::{Value, json};

pub(super) struct Responses;

impl Dialect for Responses {
    fn speaker(&self) -> Speaker {
        Speaker::OpenAi
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let body = &call.body;
        let mut turns = Vec::new();
        if let Some(instructions) = fields::optional_text(body, "instructions")? {
            turns.push(Turn::text(Who::System, instructions));
        }
        match fields::present(body, "input") {
            Some(Value::String(text)) => turns.push(Turn::text(Who::User, text)),
            Some(Value::Array(_)) => {
                let items = fields::list(body, "input")?.iter().filter_map(|of| item(of).transpose());
                turns.extend(joined(items.collect::<Result<_, _>>()?));
            }
            Some(_) => return Err(fields::wrong("input", "a string or an array")),
            None => return Err(fields::missing("input")),
        }
        let schema = body.pointer("/text/format").filter(|format| {
            matches!(format.get("type").and_then(Value::as_str), Some("json_schema" | "json_object"))
        });
        let asked = Asked {
            model: fields::text(body, "model")?.to_owned(),
            turns,
            tools: fields::optional_list(body, "tools")?.iter().filter_map(tool).collect::<Result<_, _>>()?,
            choice: choice(fields::present(body, "tool_choice"))?,
            format: schema.map(|format| format.get("schema").cloned().unwrap_or_else(|| json!({}))),
            limit: fields::count(body, "max_output_tokens")?,
            stream: fields::flag(body, "stream")?,
            include_usage: true,
        };
        asked.check_results()?;
        asked.check_choice()?;
        Ok(asked)
    }

    fn whole(&self, reply: &Reply) -> Value {
        let status = if reply.finish == Finish::Length { "incomplete" } else { "completed" };
        response(reply, status, items(reply))
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let mut events = Events::default();
        let begun = response(reply, "in_progress", Vec::new());
        events.push("response.created", json!({ "response": begun }));
        events.push("response.in_progress", json!({ "response": begun }));
        for (index, item) in items(reply).iter().enumerate() {
            events.item(index, item);
        }
        let last = if reply.finish == Finish::Length { "response.incomplete" } else { "response.completed" };
        events.push(last, json!({ "response": self.whole(reply) }));
        events.frames
    }

    fn broken(&self) -> Bytes {
        let error = json!({
            "type": "error", "code": "server_error", "message": "the simulated stream failed", "param": null,
        });
        body::event("error", &error)
    }
}

/// Numbered events.
#[derive(Default)]
struct Events {
    frames: Vec<Bytes>,
}

impl Events {
    fn push(&mut self, kind: &str, mut event: Value) {
        if let Some(event) = event.as_object_mut() {
            event.insert("type".to_owned(), Value::from(kind));
            event.insert("sequence_number".to_owned(), Value::from(self.frames.len()));
        }
        self.frames.push(body::event(kind, &event));
    }

    /// Added, in pieces, done.
    fn item(&mut self, index: usize, item: &Value) {
        let text = |at: &str| item.pointer(at).and_then(Value::as_str).unwrap_or_default();
        let (kind, id) = (text("/type"), text("/id"));
        let mut bare = item.clone();
        if let Some(bare) = bare.as_object_mut() {
            bare.insert("status".to_owned(), Value::from("in_progress"));
            for (name, empty) in [("content", json!([])), ("summary", json!([])), ("arguments", json!(""))] {
                bare.entry(name).and_modify(|value| *value = empty);
            }
        }
        self.push("response.output_item.added", json!({ "output_index": index, "item": bare }));
        match kind {
            "function_call" => self.arguments(index, id, text("/arguments")),
            "reasoning" => {
                let part = |text: &str| json!({ "type": "summary_text", "text": text });
                self.part(index, id, "response.reasoning_summary", text("/summary/0/text"), "text", part);
            }
            _ if text("/content/0/type") == "refusal" => {
                let part = |text: &str| json!({ "type": "refusal", "refusal": text });
                self.part(index, id, "response.refusal", text("/content/0/refusal"), "refusal", part);
            }
            _ => {
                let part = |text: &str| json!({ "type": "output_text", "text": text, "annotations": [] });
                self.part(index, id, "response.output_text", text("/content/0/text"), "text", part);
            }
        }
        self.push("response.output_item.done", json!({ "output_index": index, "item": item }));
    }

    fn arguments(&mut self, index: usize, id: &str, arguments: &str) {
        for piece in reply::pieces(arguments) {
            let delta = json!({ "item_id": id, "output_index": index, "delta": piece });
            self.push("response.function_call_arguments.delta", delta);
        }
        let done = json!({ "item_id": id, "output_index": index, "arguments": arguments });
        self.push("response.function_call_arguments.done", done);
    }

    fn part(
        &mut self,
        index: usize,
        id: &str,
        family: &str,
        text: &str,
        field: &str,
        part: impl Fn(&str) -> Value,
    ) {
        let is_summary = family == "response.reasoning_summary";
        let (frame, deltas, at) = if is_summary {
            ("response.reasoning_summary_part", "response.reasoning_summary_text", "summary_index")
        } else {
            ("response.content_part", family, "content_index")
        };
        let place =
            |name: &str, value: Value| json!({ "item_id": id, "output_index": index, at: 0, name: value });
        self.push(&format!("{frame}.added"), place("part", part("")));
        for piece in reply::pieces(text) {
            self.push(&format!("{deltas}.delta"), place("delta", Value::from(piece)));
        }
        self.push(&format!("{deltas}.done"), place(field, Value::from(text)));
        self.push(&format!("{frame}.done"), place("part", part(text)));
    }
}

fn items(reply: &Reply) -> Vec<Value> {
    let id = |prefix: &str, at: usize| format!("{prefix}_sim{:06}{at}", reply.number);
    let mut items = Vec::new();
    if reply.empty {
        return items;
    }
    items.extend(reply.thought.map(|thought| {
        let summary = json!([{ "type": "summary_text", "text": thought }]);
        json!({ "type": "reasoning", "id": id("rs", 0), "summary": summary, "status": "completed" })
    }));
    if !reply.text.is_empty() {
        let status = if reply.finish == Finish::Length { "incomplete" } else { "completed" };
        let part = match reply.finish {
            Finish::Refused => json!({ "type": "refusal", "refusal": reply.text }),
            _ => json!({ "type": "output_text", "text": reply.text, "annotations": [] }),
        };
        items.push(json!({
            "type": "message", "id": id("msg", 0), "role": "assistant", "status": status, "content": [part],
        }));
    }
    items.extend(reply.calls.iter().enumerate().map(|(at, call)| {
        json!({
            "type": "function_call", "id": id("fc", at), "call_id": format!("call_{}", call.id),
            "name": call.name, "arguments": call.arguments.to_string(), "status": "completed",
        })
    }));
    items
}

fn response(reply: &Reply, status: &str, output: Vec<Value>) -> Value {
    let is_over = status != "in_progress";
    let why = (status == "incomplete").then(|| json!({ "reason": "max_output_tokens" }));
    json!({
        "id": format!("resp_sim{:06}", reply.number),
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "error": null,
        "incomplete_details": why,
        "model": reply.model,
        "output": output,
        "parallel_tool_calls": true,
        "tool_choice": "auto",
        "tools": [],
        "usage": reply.usage.filter(|_| is_over).map(|usage| usage_of(&usage)),
    })
}

/// Items that follow each other and are of the same speaker are one turn.
fn joined(items: Vec<Turn>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for item in items {
        match turns.last_mut() {
            Some(last) if last.who == item.who && item.who == Who::Assistant => last.parts.extend(item.parts),
            _ => turns.push(item),
        }
    }
    turns
}

/// `None` for items that say nothing, such as reasoning.
fn item(item: &Value) -> Result<Option<Turn>, Refusal> {
    let of = |who, parts| Ok(Some(Turn { who, parts }));
    match fields::optional_text(item, "type")?.unwrap_or("message") {
        "message" => message(item).map(Some),
        "function_call" => {
            fields::tool_name(item, "name")?;
            fields::text(item, "arguments")?;
            of(Who::Assistant, vec![Part::Call(fields::text(item, "call_id")?.to_owned())])
        }
        "function_call_output" => {
            let output = fields::present(item, "output").ok_or_else(|| fields::missing("output"))?;
            let text = output.as_str().map_or_else(|| output.to_string(), str::to_owned);
            of(Who::Tool, vec![Part::Result { id: fields::text(item, "call_id")?.to_owned(), text }])
        }
        "reasoning" | "item_reference" => Ok(None),
        other => Err(Refusal::bad(format!("input.type: {other:?} is not known"))),
    }
}

fn message(item: &Value) -> Result<Turn, Refusal> {
    let who = match fields::text(item, "role")? {
        "user" => Who::User,
        "assistant" => Who::Assistant,
        "system" | "developer" => Who::System,
        other => return Err(Refusal::bad(format!("input.role: {other:?} is not a role"))),
    };
    if let Some(text) = item.get("content").and_then(Value::as_str) {
        return Ok(Turn::text(who, text));
    }
    let part = |part: &Value| match (who, fields::text(part, "type")?) {
        (Who::Assistant, "output_text") | (Who::User | Who::System, "input_text") => {
            Ok(Part::Text(fields::text(part, "text")?.to_owned()))
        }
        (Who::Assistant, "refusal") => Ok(Part::Text(fields::text(part, "refusal")?.to_owned())),
        (Who::User, "input_image") => {
            fields::optional_text(part, "image_url")?.map_or(Ok(Part::Image), image)
        }
        (Who::User, "input_file" | "input_audio") => Ok(Part::Other),
        (_, other) => Err(Refusal::bad(format!("input.content.type: {other:?} is not of this role"))),
    };
    let parts = fields::list(item, "content")?.iter().map(part).collect::<Result<_, _>>()?;
    Ok(Turn { who, parts })
}

/// `None` for tools that the vendor runs itself.
fn tool(tool: &Value) -> Option<Result<Tool, Refusal>> {
    if tool.get("type").and_then(Value::as_str) != Some("function") {
        return None;
    }
    let schema = tool.get("parameters").cloned().unwrap_or_else(|| json!({}));
    Some(fields::tool_name(tool, "name").map(|name| Tool { name: name.to_owned(), schema }))
}

fn choice(choice: Option<&Value>) -> Result<Choice, Refusal> {
    match choice {
        None => Ok(Choice::Auto),
        Some(Value::String(word)) => match word.as_str() {
            "auto" => Ok(Choice::Auto),
            "none" => Ok(Choice::Never),
            "required" => Ok(Choice::Any),
            other => Err(Refusal::bad(format!("tool_choice: {other:?} is not known"))),
        },
        Some(named) => Ok(Choice::Named(fields::text(named, "name")?.to_owned())),
    }
}

fn usage_of(usage: &Usage) -> Value {
    json!({
        "input_tokens": usage.prompt,
        "input_tokens_details": { "cached_tokens": usage.cached },
        "output_tokens": usage.output,
        "output_tokens_details": { "reasoning_tokens": usage.reasoning },
        "total_tokens": usage.total(),
    })
}
