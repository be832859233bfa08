//! Anthropic messages.

use super::asked::{Asked, Choice, Part, Tool, Turn, Who};
use super::body;
use super::dialect::{Call, Dialect};
use super::fields;
use super::openai::texts;
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply, Usage};
use bytes::Bytes;
use serde_json::{Value, json};

/// `counting` reads what is to be counted, which needs no `max_tokens`.
pub(super) struct Anthropic {
    pub counting: bool,
}

impl Dialect for Anthropic {
    fn speaker(&self) -> Speaker {
        Speaker::Anthropic
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        if !call.headers.contains_key("anthropic-version") {
            return Err(Refusal::bad("anthropic-version: header is required"));
        }
        let body = &call.body;
        let limit = fields::count(body, "max_tokens")?;
        if limit.is_none() && !self.counting {
            return Err(fields::missing("max_tokens"));
        }
        check_thinking(body, limit)?;
        fields::at_most(body, "temperature", 1.0)?;
        let mut turns = Vec::new();
        if let Some(system) = fields::present(body, "system") {
            turns.push(Turn { who: Who::System, parts: content(system)? });
        }
        for message in fields::list(body, "messages")? {
            turns.push(turn(message)?);
        }
        let format = body.pointer("/output_config/format").or_else(|| body.get("output_format"));
        let format = format.map(|format| fields::object(format, "schema").cloned()).transpose()?;
        let asked = Asked {
            model: fields::text(body, "model")?.to_owned(),
            turns,
            tools: fields::optional_list(body, "tools")?.iter().filter_map(tool).collect::<Result<_, _>>()?,
            choice: choice(fields::present(body, "tool_choice"))?,
            format,
            limit,
            stream: fields::flag(body, "stream")?,
            include_usage: true,
        };
        asked.check_alternation()?;
        asked.check_results()?;
        asked.check_thoughts()?;
        asked.check_choice()?;
        Ok(asked)
    }

    fn whole(&self, reply: &Reply) -> Value {
        let mut content = Vec::new();
        if let (Some(thought), false) = (reply.thought, reply.empty) {
            let signature = reply::signature(thought);
            content.push(json!({ "type": "thinking", "thinking": thought, "signature": signature }));
        }
        if !reply.text.is_empty() && !reply.empty {
            content.push(json!({ "type": "text", "text": reply.text }));
        }
        let calls = reply.calls.iter().filter(|_| !reply.empty);
        content.extend(calls.map(
            |call| json!({ "type": "tool_use", "id": id(call), "name": call.name, "input": call.arguments }),
        ));
        let mut message = message(reply, Value::Array(content), Some(finish(reply.finish)));
        if let (Some(usage), Some(message)) = (reply.usage, message.as_object_mut()) {
            message.insert("usage".to_owned(), usage_of(&usage, usage.output));
        }
        message
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let mut first = message(reply, json!([]), None);
        if let (Some(usage), Some(first)) = (reply.usage, first.as_object_mut()) {
            first.insert("usage".to_owned(), usage_of(&usage, usage.output.min(1)));
        }
        let mut events = Events::default();
        events.push("message_start", json!({ "message": first }));
        events.push("ping", json!({}));
        if !reply.empty {
            blocks(&mut events, reply);
        }
        let delta = json!({ "stop_reason": finish(reply.finish), "stop_sequence": null });
        let mut last = json!({ "delta": delta });
        if let (Some(usage), Some(last)) = (reply.usage, last.as_object_mut()) {
            last.insert("usage".to_owned(), usage_of(&usage, usage.output));
        }
        events.push("message_delta", last);
        events.push("message_stop", json!({}));
        events.frames
    }

    fn garbage(&self) -> Bytes {
        Bytes::from_static(b"event: content_block_delta\ndata: {\"broken\": \n\n")
    }

    fn broken(&self) -> Bytes {
        let refusal = Refusal::new(529, "the simulated stream failed");
        body::event("error", &refusal.body(Speaker::Anthropic, "req_sim"))
    }
}

/// Events, each with its type within and without.
#[derive(Default)]
struct Events {
    frames: Vec<Bytes>,
    blocks: usize,
}

impl Events {
    fn push(&mut self, kind: &str, mut event: Value) {
        if let Some(event) = event.as_object_mut() {
            event.insert("type".to_owned(), Value::from(kind));
        }
        self.frames.push(body::event(kind, &event));
    }

    fn block(&mut self, start: Value, deltas: impl IntoIterator<Item = Value>) {
        let index = self.blocks;
        self.push("content_block_start", json!({ "index": index, "content_block": start }));
        for delta in deltas {
            self.push("content_block_delta", json!({ "index": index, "delta": delta }));
        }
        self.push("content_block_stop", json!({ "index": index }));
        self.blocks += 1;
    }
}

fn blocks(events: &mut Events, reply: &Reply) {
    if let Some(thought) = reply.thought {
        let pieces = reply::pieces(thought).into_iter();
        let deltas = pieces.map(|piece| json!({ "type": "thinking_delta", "thinking": piece }));
        let signed = json!({ "type": "signature_delta", "signature": reply::signature(thought) });
        let start = json!({ "type": "thinking", "thinking": "", "signature": "" });
        events.block(start, deltas.chain([signed]));
    }
    if !reply.text.is_empty() {
        let pieces = reply::pieces(&reply.text).into_iter();
        let deltas = pieces.map(|piece| json!({ "type": "text_delta", "text": piece }));
        events.block(json!({ "type": "text", "text": "" }), deltas);
    }
    for call in &reply.calls {
        let pieces = reply::pieces(&call.arguments.to_string()).into_iter();
        let deltas = pieces.map(|piece| json!({ "type": "input_json_delta", "partial_json": piece }));
        let start = json!({ "type": "tool_use", "id": id(call), "name": call.name, "input": {} });
        events.block(start, deltas);
    }
}

fn id(call: &reply::Call) -> String {
    format!("toolu_sim{}", call.id)
}

fn message(reply: &Reply, content: Value, stop: Option<&str>) -> Value {
    json!({
        "id": format!("msg_sim{:06}", reply.number),
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": content,
        "stop_reason": stop,
        "stop_sequence": null,
    })
}

fn turn(message: &Value) -> Result<Turn, Refusal> {
    let who = match fields::text(message, "role")? {
        "user" => Who::User,
        "assistant" => Who::Assistant,
        other => {
            return Err(Refusal::bad(format!("messages.role: expected user or assistant, not {other:?}")));
        }
    };
    let content = message.get("content").ok_or_else(|| fields::missing("messages.content"))?;
    let parts = self::content(content)?;
    let at = |is: fn(&Part) -> bool| parts.iter().position(is);
    let misplaced = match who {
        Who::User => at(|part| matches!(part, Part::Call(_) | Part::Thought)).is_some(),
        _ => at(|part| matches!(part, Part::Result { .. })).is_some(),
    };
    if misplaced {
        return Err(Refusal::bad("messages.content: a block that this role may not have"));
    }
    let results = parts.iter().filter(|part| matches!(part, Part::Result { .. })).count();
    if parts.iter().take(results).any(|part| !matches!(part, Part::Result { .. })) {
        return Err(Refusal::bad("messages.content: tool_result blocks must come first"));
    }
    Ok(Turn { who, parts })
}

fn content(content: &Value) -> Result<Vec<Part>, Refusal> {
    match content {
        Value::String(text) if text.is_empty() => Err(Refusal::bad("messages.content: must not be empty")),
        Value::String(text) => Ok(vec![Part::Text(text.clone())]),
        Value::Array(blocks) if blocks.is_empty() => Err(Refusal::bad("messages.content: must not be empty")),
        Value::Array(blocks) => blocks.iter().map(block).collect(),
        _ => Err(fields::wrong("messages.content", "a string or an array")),
    }
}

fn block(block: &Value) -> Result<Part, Refusal> {
    match fields::text(block, "type")? {
        "text" => match fields::text(block, "text")? {
            "" => Err(Refusal::bad("messages.content.text: must not be empty")),
            text => Ok(Part::Text(text.to_owned())),
        },
        "image" => image(fields::object(block, "source")?),
        "thinking" => {
            let (thought, signature) = (fields::text(block, "thinking")?, fields::text(block, "signature")?);
            if signature != reply::signature(thought) {
                return Err(Refusal::bad("messages.content: invalid signature in thinking block"));
            }
            Ok(Part::Thought)
        }
        "redacted_thinking" => fields::text(block, "data").map(|_| Part::Thought),
        "tool_use" => {
            fields::tool_name(block, "name")?;
            fields::object(block, "input")?;
            Ok(Part::Call(fields::tool_name(block, "id")?.to_owned()))
        }
        "tool_result" => {
            let text = fields::present(block, "content").map(content).transpose()?.unwrap_or_default();
            let id = fields::text(block, "tool_use_id")?.to_owned();
            Ok(Part::Result { id, text: texts(&text) })
        }
        "document" | "search_result" | "server_tool_use" | "web_search_tool_result" => Ok(Part::Other),
        other => Err(Refusal::bad(format!("messages.content.type: {other:?} is not known"))),
    }
}

fn image(source: &Value) -> Result<Part, Refusal> {
    match fields::text(source, "type")? {
        "base64" => {
            fields::text(source, "data")?;
            match fields::text(source, "media_type")? {
                "image/png" | "image/jpeg" | "image/gif" | "image/webp" => Ok(Part::Image),
                other => Err(Refusal::bad(format!("source.media_type: {other:?} is not an image we know"))),
            }
        }
        "url" => fields::text(source, "url").map(|_| Part::Image),
        "file" => fields::text(source, "file_id").map(|_| Part::Image),
        other => Err(Refusal::bad(format!("source.type: {other:?} is not known"))),
    }
}

/// `None` for tools that the vendor runs itself.
fn tool(tool: &Value) -> Option<Result<Tool, Refusal>> {
    if tool.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "custom") {
        return None;
    }
    let read = || {
        let schema = fields::object(tool, "input_schema")?;
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            return Err(fields::wrong("tools.input_schema.type", "object"));
        }
        Ok(Tool { name: fields::tool_name(tool, "name")?.to_owned(), schema: schema.clone() })
    };
    Some(read())
}

fn choice(choice: Option<&Value>) -> Result<Choice, Refusal> {
    let Some(choice) = choice else { return Ok(Choice::Auto) };
    match fields::text(choice, "type")? {
        "auto" => Ok(Choice::Auto),
        "any" => Ok(Choice::Any),
        "none" => Ok(Choice::Never),
        "tool" => Ok(Choice::Named(fields::text(choice, "name")?.to_owned())),
        other => Err(Refusal::bad(format!("tool_choice.type: {other:?} is not known"))),
    }
}

fn check_thinking(body: &Value, limit: Option<usize>) -> Result<(), Refusal> {
    let Some(thinking) = fields::present(body, "thinking") else { return Ok(()) };
    if fields::text(thinking, "type")? != "enabled" {
        return Ok(());
    }
    let budget =
        fields::count(thinking, "budget_tokens")?.ok_or_else(|| fields::missing("thinking.budget_tokens"))?;
    if budget < 1024 || limit.is_some_and(|limit| budget >= limit) {
        return Err(fields::wrong("thinking.budget_tokens", "at least 1024 and less than max_tokens"));
    }
    Ok(())
}

fn finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "end_turn",
        Finish::Length => "max_tokens",
        Finish::Tools => "tool_use",
        Finish::Refused => "refusal",
    }
}

fn usage_of(usage: &Usage, output: usize) -> Value {
    json!({
        "input_tokens": usage.uncached(),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": output,
        "service_tier": "standard",
    })
}
