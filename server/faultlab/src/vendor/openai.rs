//! OpenAI chat completions.

use super::asked::{Asked, Choice, Part, Tool, Turn, Who};
use super::body;
use super::dialect::{Call, Dialect};
use super::fields;
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply, Usage};
use bytes::Bytes;
use serde_json::{Value, json};

/// When everything was made that OpenAI dates.
pub(super) const CREATED: u64 = 1_767_225_600;

/// `mistral` refuses what Mistral refuses: fields it does not know and ids that are not nine letters or digits.
pub(super) struct OpenAi {
    pub mistral: bool,
}

impl Dialect for OpenAi {
    fn speaker(&self) -> Speaker {
        Speaker::OpenAi
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let body = &call.body;
        if self.mistral {
            fields::only(body, MISTRAL).map_err(|refusal| Refusal::new(422, refusal.message))?;
        }
        let model = if call.model.is_empty() { fields::text(body, "model")? } else { &call.model };
        let turns = fields::list(body, "messages")?.iter().map(turn).collect::<Result<Vec<_>, _>>()?;
        fields::at_most(body, "temperature", 2.0)?;
        let stream = fields::flag(body, "stream")?;
        let options = fields::present(body, "stream_options");
        if options.is_some() && !stream {
            return Err(Refusal::bad("stream_options: only allowed when stream is true"));
        }
        let include_usage = options.map_or(Ok(false), |options| fields::flag(options, "include_usage"))?;
        let limit = fields::count(body, "max_completion_tokens")?.or(fields::count(body, "max_tokens")?);
        let asked = Asked {
            model: model.to_owned(),
            turns,
            tools: fields::optional_list(body, "tools")?.iter().map(tool).collect::<Result<_, _>>()?,
            choice: choice(fields::present(body, "tool_choice"))?,
            format: format(fields::present(body, "response_format"))?,
            limit,
            stream,
            include_usage: include_usage || self.mistral,
        };
        asked.check_results()?;
        asked.check_choice()?;
        if self.mistral {
            check_ids(&asked)?
        }
        Ok(asked)
    }

    fn whole(&self, reply: &Reply) -> Value {
        let mut message = json!({ "role": "assistant", "content": reply.text, "refusal": null });
        if reply.finish == Finish::Refused {
            message = json!({ "role": "assistant", "content": null, "refusal": reply.text });
        }
        if let Some(message) = message.as_object_mut() {
            if let Some(thought) = reply.thought {
                message.insert("reasoning_content".to_owned(), Value::from(thought));
            }
            if !reply.calls.is_empty() {
                let calls = reply.calls.iter().map(|call| self.call(call)).collect();
                message.insert("tool_calls".to_owned(), Value::Array(calls));
                message.insert("content".to_owned(), Value::Null);
            }
        }
        let choice = json!({
            "index": 0, "message": message, "logprobs": null, "finish_reason": finish(reply.finish),
        });
        let choices = if reply.empty { json!([]) } else { json!([choice]) };
        let mut whole = self.envelope(reply, "chat.completion", choices);
        if let (Some(usage), Some(whole)) = (reply.usage, whole.as_object_mut()) {
            whole.insert("usage".to_owned(), usage_of(&usage));
        }
        whole
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let mut chunks = if reply.empty { vec![self.chunk(reply, json!([]))] } else { self.deltas(reply) };
        if let (true, Some(usage)) = (reply.include_usage, reply.usage) {
            let mut last = self.envelope(reply, "chat.completion.chunk", json!([]));
            if let Some(last) = last.as_object_mut() {
                last.insert("usage".to_owned(), usage_of(&usage));
            }
            chunks.push(body::data(&last));
        }
        chunks.push(Bytes::from_static(b"data: [DONE]\n\n"));
        chunks
    }

    fn broken(&self) -> Bytes {
        body::data(&Refusal::new(500, "the simulated stream failed").body(Speaker::OpenAi, ""))
    }
}

impl OpenAi {
    fn envelope(&self, reply: &Reply, object: &str, choices: Value) -> Value {
        json!({
            "id": format!("chatcmpl-sim{:06}", reply.number),
            "object": object,
            "created": CREATED,
            "model": reply.model,
            "system_fingerprint": "fp_sim",
            "choices": choices,
        })
    }

    fn chunk(&self, reply: &Reply, choices: Value) -> Bytes {
        let mut chunk = self.envelope(reply, "chat.completion.chunk", choices);
        if let (true, Some(chunk)) = (reply.include_usage, chunk.as_object_mut()) {
            chunk.insert("usage".to_owned(), Value::Null);
        }
        body::data(&chunk)
    }

    fn deltas(&self, reply: &Reply) -> Vec<Bytes> {
        let delta = |delta: Value, finish: Option<&str>| {
            let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
            self.chunk(reply, json!([choice]))
        };
        let mut chunks = vec![delta(json!({ "role": "assistant", "content": "" }), None)];
        let thought = reply::pieces(reply.thought.unwrap_or_default());
        chunks.extend(thought.iter().map(|piece| delta(json!({ "reasoning_content": piece }), None)));
        let said = if reply.finish == Finish::Refused { "refusal" } else { "content" };
        chunks.extend(reply::pieces(&reply.text).iter().map(|piece| delta(json!({ said: piece }), None)));
        for (index, call) in reply.calls.iter().enumerate() {
            let function = json!({ "name": call.name, "arguments": "" });
            let begun =
                json!({ "index": index, "id": self.id(&call.id), "type": "function", "function": function });
            chunks.push(delta(json!({ "tool_calls": [begun] }), None));
            for piece in reply::pieces(&call.arguments.to_string()) {
                let more = json!({ "index": index, "function": { "arguments": piece } });
                chunks.push(delta(json!({ "tool_calls": [more] }), None));
            }
        }
        chunks.push(delta(json!({}), Some(finish(reply.finish))));
        chunks
    }

    fn call(&self, call: &reply::Call) -> Value {
        let function = json!({ "name": call.name, "arguments": call.arguments.to_string() });
        json!({ "id": self.id(&call.id), "type": "function", "function": function })
    }

    fn id(&self, id: &str) -> String {
        if self.mistral { format!("{id:0>9}") } else { format!("call_{id}") }
    }
}

const MISTRAL: &[&str] = &[
    "model",
    "messages",
    "stream",
    "max_tokens",
    "temperature",
    "top_p",
    "tools",
    "tool_choice",
    "stop",
    "response_format",
    "random_seed",
    "safe_prompt",
    "n",
    "presence_penalty",
    "frequency_penalty",
    "prediction",
    "parallel_tool_calls",
    "prompt_mode",
    "metadata",
    "reasoning_effort",
    "prompt_cache_key",
    "guardrails",
];

/// Nine letters or digits, as Mistral wants them.
fn check_ids(asked: &Asked) -> Result<(), Refusal> {
    let good = |id: &str| id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let parts = asked.turns.iter().flat_map(|turn| &turn.parts);
    let bad = parts.into_iter().find_map(|part| match part {
        Part::Call(id) if !good(id) => Some(id),
        _ => None,
    });
    let refused = |id| Refusal::bad(format!("tool call id {id:?} must be 9 of a-z, A-Z, 0-9"));
    bad.map_or(Ok(()), |id| Err(refused(id)))
}

pub(super) fn turn(message: &Value) -> Result<Turn, Refusal> {
    let role = fields::text(message, "role")?;
    let calls = fields::optional_list(message, "tool_calls")?;
    let may_be_silent =
        role == "assistant" && (!calls.is_empty() || fields::present(message, "refusal").is_some());
    let mut parts = match fields::present(message, "content") {
        None if may_be_silent => Vec::new(),
        None => return Err(fields::missing("messages.content")),
        Some(Value::String(text)) => vec![Part::Text(text.clone())],
        Some(Value::Array(parts)) => parts.iter().map(part).collect::<Result<_, _>>()?,
        Some(_) => return Err(fields::wrong("messages.content", "a string or an array")),
    };
    let who = match role {
        "system" | "developer" => Who::System,
        "user" => Who::User,
        "assistant" => {
            parts.extend(calls.iter().map(returned_call).collect::<Result<Vec<_>, _>>()?);
            Who::Assistant
        }
        "tool" => {
            let id = fields::text(message, "tool_call_id")?.to_owned();
            parts = vec![Part::Result { id, text: texts(&parts) }];
            Who::Tool
        }
        other => return Err(Refusal::bad(format!("messages.role: {other:?} is not a role"))),
    };
    Ok(Turn { who, parts })
}

/// All texts among the parts, one after another.
pub(super) fn texts(parts: &[Part]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn part(part: &Value) -> Result<Part, Refusal> {
    match fields::text(part, "type")? {
        "text" => Ok(Part::Text(fields::text(part, "text")?.to_owned())),
        "refusal" => Ok(Part::Text(fields::text(part, "refusal")?.to_owned())),
        "image_url" => match fields::present(part, "image_url") {
            Some(Value::String(url)) => image(url),
            Some(image_url) => image(fields::text(image_url, "url")?),
            None => Err(fields::missing("image_url")),
        },
        "input_audio" => fields::object(part, "input_audio").map(|_| Part::Other),
        "file" => fields::object(part, "file").map(|_| Part::Other),
        // Cohere's results
        "document" => {
            let data = fields::object(part, "document")?.get("data").cloned().unwrap_or_default();
            Ok(Part::Text(data.as_str().map_or_else(|| data.to_string(), str::to_owned)))
        }
        // Mistral's and Cohere's
        "thinking" | "document_url" | "reference" => Ok(Part::Other),
        other => Err(Refusal::bad(format!("messages.content.type: {other:?} is not known"))),
    }
}

/// An address of an image, at a server or within itself.
pub(super) fn image(url: &str) -> Result<Part, Refusal> {
    let within = url.starts_with("data:image/") && url.contains(";base64,");
    if within || url.starts_with("https://") || url.starts_with("http://") {
        Ok(Part::Image)
    } else {
        Err(fields::wrong("image_url.url", "an http address or data:image/...;base64,..."))
    }
}

fn returned_call(call: &Value) -> Result<Part, Refusal> {
    let function = fields::object(call, "function")?;
    fields::tool_name(function, "name")?;
    // a string, even where it holds no good JSON
    if function.get("arguments").and_then(Value::as_str).is_none() {
        return Err(fields::wrong("tool_calls.function.arguments", "a string"));
    }
    Ok(Part::Call(fields::text(call, "id")?.to_owned()))
}

pub(super) fn tool(tool: &Value) -> Result<Tool, Refusal> {
    if fields::text(tool, "type")? != "function" {
        return Err(fields::wrong("tools.type", "function"));
    }
    let function = fields::object(tool, "function")?;
    let schema = function.get("parameters").cloned().unwrap_or_else(|| json!({}));
    Ok(Tool { name: fields::tool_name(function, "name")?.to_owned(), schema })
}

fn choice(choice: Option<&Value>) -> Result<Choice, Refusal> {
    match choice {
        None => Ok(Choice::Auto),
        Some(Value::String(word)) => match word.as_str() {
            "auto" => Ok(Choice::Auto),
            "none" => Ok(Choice::Never),
            "required" | "any" => Ok(Choice::Any),
            other => Err(Refusal::bad(format!("tool_choice: {other:?} is not known"))),
        },
        Some(named) => {
            Ok(Choice::Named(fields::text(fields::object(named, "function")?, "name")?.to_owned()))
        }
    }
}

fn format(format: Option<&Value>) -> Result<Option<Value>, Refusal> {
    let Some(format) = format else { return Ok(None) };
    match fields::text(format, "type")? {
        "text" => Ok(None),
        "json_object" => Ok(Some(json!({}))),
        "json_schema" => {
            let described = fields::object(format, "json_schema")?;
            fields::tool_name(described, "name")?;
            Ok(Some(fields::object(described, "schema")?.clone()))
        }
        other => Err(Refusal::bad(format!("response_format.type: {other:?} is not known"))),
    }
}

fn finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
        Finish::Tools => "tool_calls",
        Finish::Refused => "content_filter",
    }
}

fn usage_of(usage: &Usage) -> Value {
    json!({
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.output,
        "total_tokens": usage.total(),
        "prompt_tokens_details": { "cached_tokens": usage.cached, "audio_tokens": 0 },
        "completion_tokens_details": { "reasoning_tokens": usage.reasoning, "audio_tokens": 0 },
    })
}
