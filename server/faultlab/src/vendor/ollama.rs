//! Ollama's `/api/chat`: lines of JSON, streamed unless told otherwise.

use super::asked::{Asked, Part, Tool, Turn, Who};
use super::dialect::{Call, Dialect};
use super::fields;
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply};
use bytes::Bytes;
use serde_json::{Value, json};

const CREATED: &str = "2026-01-01T00:00:00Z";

pub(super) struct Ollama;

impl Dialect for Ollama {
    fn speaker(&self) -> Speaker {
        Speaker::Ollama
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let body = &call.body;
        let options = body.get("options").unwrap_or(&Value::Null);
        let format = fields::present(body, "format");
        if format.is_some_and(|format| !format.is_object() && format != "json") {
            return Err(fields::wrong("format", "json or a schema"));
        }
        let format = format.map(|format| if format.is_object() { format.clone() } else { json!({}) });
        Ok(Asked {
            model: fields::text(body, "model")?.to_owned(),
            turns: fields::list(body, "messages")?.iter().map(turn).collect::<Result<_, _>>()?,
            tools: fields::optional_list(body, "tools")?.iter().map(tool).collect::<Result<_, _>>()?,
            format,
            limit: fields::count(options, "num_predict")?,
            stream: fields::present(body, "stream").is_none() || fields::flag(body, "stream")?,
            include_usage: true,
            ..Asked::default()
        })
    }

    fn whole(&self, reply: &Reply) -> Value {
        let mut message =
            json!({ "role": "assistant", "content": if reply.empty { "" } else { &reply.text } });
        if let Some(message) = message.as_object_mut() {
            message.extend(reply.thought.map(|thought| ("thinking".to_owned(), Value::from(thought))));
            message.extend(calls(reply).map(|calls| ("tool_calls".to_owned(), calls)));
        }
        line(reply, message, true)
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let message = |name: &str, value: Value| {
            let mut message = json!({ "role": "assistant", "content": "" });
            if let Some(message) = message.as_object_mut() {
                message.insert(name.to_owned(), value);
            }
            written(&line(reply, message, false))
        };
        let mut lines = Vec::new();
        if !reply.empty {
            let thought = reply::pieces(reply.thought.unwrap_or_default());
            lines.extend(thought.into_iter().map(|piece| message("thinking", Value::from(piece))));
            let text = reply::pieces(&reply.text).into_iter();
            lines.extend(text.map(|piece| message("content", Value::from(piece))));
            lines.extend(calls(reply).map(|calls| message("tool_calls", calls)));
        }
        lines.push(written(&line(reply, json!({ "role": "assistant", "content": "" }), true)));
        lines
    }

    fn stream_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn garbage(&self) -> Bytes {
        Bytes::from_static(b"{\"broken\": \n")
    }

    fn broken(&self) -> Bytes {
        written(&json!({ "error": "the simulated stream failed" }))
    }
}

fn written(line: &Value) -> Bytes {
    Bytes::from(format!("{line}\n"))
}

fn line(reply: &Reply, message: Value, done: bool) -> Value {
    let mut line = json!({ "model": reply.model, "created_at": CREATED, "message": message, "done": done });
    if let (true, Some(line)) = (done, line.as_object_mut()) {
        let reason = if reply.finish == Finish::Length { "length" } else { "stop" };
        line.insert("done_reason".to_owned(), Value::from(reason));
        line.insert("total_duration".to_owned(), Value::from(1_000_000));
        if let Some(usage) = reply.usage {
            line.insert("prompt_eval_count".to_owned(), Value::from(usage.prompt));
            line.insert("eval_count".to_owned(), Value::from(usage.output));
        }
    }
    line
}

/// Whole, without ids, their arguments as objects.
fn calls(reply: &Reply) -> Option<Value> {
    let call = |call: &reply::Call| json!({ "function": { "name": call.name, "arguments": call.arguments } });
    (!reply.calls.is_empty()).then(|| reply.calls.iter().map(call).collect())
}

fn turn(message: &Value) -> Result<Turn, Refusal> {
    let text = fields::optional_text(message, "content")?.unwrap_or_default().to_owned();
    let who = match fields::text(message, "role")? {
        "system" => Who::System,
        "user" => Who::User,
        "assistant" => Who::Assistant,
        "tool" => {
            let id = fields::optional_text(message, "tool_name")?.unwrap_or_default().to_owned();
            return Ok(Turn { who: Who::Tool, parts: vec![Part::Result { id, text }] });
        }
        other => return Err(Refusal::bad(format!("role: {other:?} is not a role"))),
    };
    let mut parts = vec![Part::Text(text)];
    for image in fields::optional_list(message, "images")? {
        match image.as_str() {
            Some(data) if !data.starts_with("data:") && !data.starts_with("http") => parts.push(Part::Image),
            _ => return Err(fields::wrong("images", "bare base64")),
        }
    }
    for call in fields::optional_list(message, "tool_calls")? {
        let function = fields::object(call, "function")?;
        fields::object(function, "arguments")?;
        parts.push(Part::Call(fields::text(function, "name")?.to_owned()));
    }
    Ok(Turn { who, parts })
}

fn tool(tool: &Value) -> Result<Tool, Refusal> {
    let function = fields::object(tool, "function")?;
    let schema = function.get("parameters").cloned().unwrap_or_else(|| json!({}));
    Ok(Tool { name: fields::text(function, "name")?.to_owned(), schema })
}
