//! Cohere's `/v2/chat`.

use super::asked::{Asked, Choice};
use super::body;
use super::dialect::{Call, Dialect};
use super::fields;
use super::openai;
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply, Usage};
use bytes::Bytes;
use serde_json::{Value, json};

/// What the vendor adds to a prompt, and does not bill.
const PREAMBLE: usize = 5;

pub(super) struct Cohere;

impl Dialect for Cohere {
    fn speaker(&self) -> Speaker {
        Speaker::Cohere
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let body = &call.body;
        let choice = match fields::optional_text(body, "tool_choice")? {
            None => Choice::Auto,
            Some("REQUIRED") => Choice::Any,
            Some("NONE") => Choice::Never,
            Some(_) => return Err(fields::wrong("tool_choice", "REQUIRED or NONE")),
        };
        let format = fields::present(body, "response_format");
        let format = format.filter(|format| format.get("type").is_some_and(|kind| kind == "json_object"));
        let asked = Asked {
            model: fields::text(body, "model")?.to_owned(),
            turns: fields::list(body, "messages")?.iter().map(openai::turn).collect::<Result<_, _>>()?,
            tools: fields::optional_list(body, "tools")?
                .iter()
                .map(openai::tool)
                .collect::<Result<_, _>>()?,
            choice,
            format: format.map(|format| format.get("json_schema").cloned().unwrap_or_else(|| json!({}))),
            limit: fields::count(body, "max_tokens")?,
            stream: fields::flag(body, "stream")?,
            include_usage: true,
        };
        asked.check_results()?;
        asked.check_choice()?;
        Ok(asked)
    }

    fn whole(&self, reply: &Reply) -> Value {
        let mut content = Vec::new();
        if !reply.empty {
            content.extend(reply.thought.map(|thought| json!({ "type": "thinking", "thinking": thought })));
            content.extend((!reply.text.is_empty()).then(|| json!({ "type": "text", "text": reply.text })));
        }
        let mut message = json!({ "role": "assistant", "content": content });
        if let (false, Some(message)) = (reply.calls.is_empty(), message.as_object_mut()) {
            let calls = reply.calls.iter().map(|call| called(call, &call.arguments.to_string()));
            message.insert("tool_calls".to_owned(), calls.collect());
            message.insert("tool_plan".to_owned(), Value::from("I will call a tool."));
        }
        let mut whole = json!({
            "id": format!("sim{:06}", reply.number), "finish_reason": finish(reply.finish), "message": message,
        });
        if let (Some(usage), Some(whole)) = (reply.usage, whole.as_object_mut()) {
            whole.insert("usage".to_owned(), usage_of(&usage));
        }
        whole
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let message = json!({ "role": "assistant", "content": [], "tool_plan": "", "tool_calls": [] });
        let id = format!("sim{:06}", reply.number);
        let start = json!({ "type": "message-start", "id": id, "delta": { "message": message } });
        let mut events = vec![body::event("message-start", &start)];
        if !reply.empty {
            events.extend(reply.thought.into_iter().flat_map(|thought| content(0, "thinking", thought)));
            let index = usize::from(reply.thought.is_some());
            if !reply.text.is_empty() {
                events.extend(content(index, "text", &reply.text));
            }
            events.extend(calls(reply));
        }
        let mut delta = json!({ "finish_reason": finish(reply.finish) });
        if let (Some(usage), Some(delta)) = (reply.usage, delta.as_object_mut()) {
            delta.insert("usage".to_owned(), usage_of(&usage));
        }
        events.push(body::event("message-end", &json!({ "type": "message-end", "delta": delta })));
        events
    }

    fn garbage(&self) -> Bytes {
        Bytes::from_static(b"event: content-delta\ndata: {\"broken\": \n\n")
    }

    fn broken(&self) -> Bytes {
        let delta = json!({ "finish_reason": "ERROR", "error": "the simulated stream failed" });
        body::event("message-end", &json!({ "type": "message-end", "delta": delta }))
    }
}

fn delta(kind: &str, index: usize, message: &Value) -> Bytes {
    body::event(kind, &json!({ "type": kind, "index": index, "delta": { "message": message } }))
}

fn end(kind: &str, index: usize) -> Bytes {
    body::event(kind, &json!({ "type": kind, "index": index }))
}

fn content(index: usize, kind: &str, text: &str) -> Vec<Bytes> {
    let start = delta("content-start", index, &json!({ "content": { "type": kind, kind: "" } }));
    let pieces = reply::pieces(text).into_iter();
    let deltas = pieces.map(|piece| delta("content-delta", index, &json!({ "content": { kind: piece } })));
    [start].into_iter().chain(deltas).chain([end("content-end", index)]).collect()
}

fn calls(reply: &Reply) -> Vec<Bytes> {
    let mut events = Vec::new();
    if !reply.calls.is_empty() {
        let plan = json!({ "tool_plan": "I will call a tool." });
        events.push(body::event(
            "tool-plan-delta",
            &json!({ "type": "tool-plan-delta", "delta": { "message": plan } }),
        ));
    }
    for (index, call) in reply.calls.iter().enumerate() {
        events.push(delta("tool-call-start", index, &json!({ "tool_calls": called(call, "") })));
        for piece in reply::pieces(&call.arguments.to_string()) {
            let more = json!({ "tool_calls": { "function": { "arguments": piece } } });
            events.push(delta("tool-call-delta", index, &more));
        }
        events.push(end("tool-call-end", index));
    }
    events
}

fn called(call: &reply::Call, arguments: &str) -> Value {
    let function = json!({ "name": call.name, "arguments": arguments });
    json!({ "id": format!("{}_{}", call.name, call.id), "type": "function", "function": function })
}

fn finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "COMPLETE",
        Finish::Length => "MAX_TOKENS",
        Finish::Tools => "TOOL_CALL",
        Finish::Refused => "ERROR",
    }
}

fn usage_of(usage: &Usage) -> Value {
    json!({
        "billed_units": { "input_tokens": usage.prompt, "output_tokens": usage.output },
        "tokens": { "input_tokens": usage.prompt + PREAMBLE, "output_tokens": usage.output },
        "cached_tokens": usage.cached,
    })
}
