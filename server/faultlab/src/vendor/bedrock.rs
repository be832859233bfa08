//! Bedrock Converse and ConverseStream.

use super::asked::{Asked, Choice, Part, Tool, Turn, Who};
use super::dialect::{Call, Dialect};
use super::eventstream;
use super::fields;
use super::openai::texts;
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply, Usage};
use bytes::Bytes;
use serde_json::{Value, json};

const FIELDS: &[&str] = &[
    "messages",
    "system",
    "inferenceConfig",
    "toolConfig",
    "guardrailConfig",
    "additionalModelRequestFields",
    "promptVariables",
    "additionalModelResponseFieldPaths",
    "requestMetadata",
    "performanceConfig",
    "serviceTier",
    "outputConfig",
];

pub(super) struct Bedrock {
    pub stream: bool,
}

impl Dialect for Bedrock {
    fn speaker(&self) -> Speaker {
        Speaker::Bedrock
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let body = &call.body;
        fields::only(body, FIELDS)?;
        let mut turns = Vec::new();
        for system in fields::optional_list(body, "system")? {
            turns.push(Turn { who: Who::System, parts: vec![block(system)?] });
        }
        for message in fields::list(body, "messages")? {
            turns.push(turn(message)?);
        }
        let settings = body.get("inferenceConfig").unwrap_or(&Value::Null);
        fields::at_most(settings, "temperature", 1.0)?;
        let (tools, choice) = tools(fields::present(body, "toolConfig"))?;
        let asked = Asked {
            model: call.model.clone(),
            turns,
            tools,
            choice,
            format: format(body.pointer("/outputConfig/textFormat"))?,
            limit: fields::count(settings, "maxTokens")?,
            stream: self.stream,
            include_usage: true,
        };
        asked.check_alternation()?;
        let mut parts = asked.turns.iter().flat_map(|turn| &turn.parts);
        let has_calls = parts.any(|part| matches!(part, Part::Call(_) | Part::Result { .. }));
        if has_calls && fields::present(body, "toolConfig").is_none() {
            let message =
                "The toolConfig field must be defined when using toolUse and toolResult content blocks.";
            return Err(Refusal::bad(message));
        }
        asked.check_results()?;
        asked.check_thoughts()?;
        asked.check_choice()?;
        Ok(asked)
    }

    fn whole(&self, reply: &Reply) -> Value {
        let mut content = Vec::new();
        if !reply.empty {
            content.extend(reply.thought.map(|thought| {
                let text = json!({ "text": thought, "signature": reply::signature(thought) });
                json!({ "reasoningContent": { "reasoningText": text } })
            }));
            content.extend((!reply.text.is_empty()).then(|| json!({ "text": reply.text })));
            content.extend(reply.calls.iter().map(|call| {
                json!({ "toolUse": { "toolUseId": id(call), "name": call.name, "input": call.arguments } })
            }));
        }
        let mut whole = json!({
            "output": { "message": { "role": "assistant", "content": content } },
            "stopReason": finish(reply.finish),
            "metrics": { "latencyMs": 1 },
        });
        if let (Some(usage), Some(whole)) = (reply.usage, whole.as_object_mut()) {
            whole.insert("usage".to_owned(), usage_of(&usage));
        }
        whole
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let mut frames = vec![eventstream::event("messageStart", &json!({ "role": "assistant" }))];
        if !reply.empty {
            blocks(&mut frames, reply);
        }
        frames.push(eventstream::event("messageStop", &json!({ "stopReason": finish(reply.finish) })));
        let mut last = json!({ "metrics": { "latencyMs": 1 } });
        if let (Some(usage), Some(last)) = (reply.usage, last.as_object_mut()) {
            last.insert("usage".to_owned(), usage_of(&usage));
        }
        frames.push(eventstream::event("metadata", &last));
        frames
    }

    fn stream_type(&self) -> &'static str {
        "application/vnd.amazon.eventstream"
    }

    fn garbage(&self) -> Bytes {
        eventstream::garbage()
    }

    fn broken(&self) -> Bytes {
        let message = json!({ "message": "the simulated stream failed" });
        eventstream::exception("modelStreamErrorException", &message)
    }
}

/// Only calls are announced: the others begin with their first delta.
fn blocks(frames: &mut Vec<Bytes>, reply: &Reply) {
    let mut index = 0;
    let mut block = |start: Option<Value>, deltas: Vec<Value>| {
        frames.extend(start.map(|start| {
            eventstream::event("contentBlockStart", &json!({ "contentBlockIndex": index, "start": start }))
        }));
        frames.extend(deltas.iter().map(|delta| {
            eventstream::event("contentBlockDelta", &json!({ "contentBlockIndex": index, "delta": delta }))
        }));
        frames.push(eventstream::event("contentBlockStop", &json!({ "contentBlockIndex": index })));
        index += 1;
    };
    if let Some(thought) = reply.thought {
        let reasoning = |delta: Value| json!({ "reasoningContent": delta });
        let mut deltas: Vec<Value> =
            reply::pieces(thought).iter().map(|piece| reasoning(json!({ "text": piece }))).collect();
        deltas.push(reasoning(json!({ "signature": reply::signature(thought) })));
        block(None, deltas);
    }
    if !reply.text.is_empty() {
        block(None, reply::pieces(&reply.text).iter().map(|piece| json!({ "text": piece })).collect());
    }
    for call in &reply.calls {
        let start = json!({ "toolUse": { "toolUseId": id(call), "name": call.name } });
        let pieces = reply::pieces(&call.arguments.to_string());
        block(Some(start), pieces.iter().map(|piece| json!({ "toolUse": { "input": piece } })).collect());
    }
}

fn id(call: &reply::Call) -> String {
    format!("tooluse_sim{}", call.id)
}

fn turn(message: &Value) -> Result<Turn, Refusal> {
    let who = match fields::text(message, "role")? {
        "user" => Who::User,
        "assistant" => Who::Assistant,
        other => return Err(Refusal::bad(format!("role: expected user or assistant, not {other:?}"))),
    };
    let parts: Vec<Part> = fields::list(message, "content")?.iter().map(block).collect::<Result<_, _>>()?;
    let misplaced = parts.iter().any(|part| match who {
        Who::User => matches!(part, Part::Call(_) | Part::Thought),
        _ => matches!(part, Part::Result { .. }),
    });
    if misplaced {
        Err(Refusal::bad("content: a block that this role may not have"))
    } else {
        Ok(Turn { who, parts })
    }
}

fn block(block: &Value) -> Result<Part, Refusal> {
    let Some((kind, inner)) =
        block.as_object().filter(|block| block.len() == 1).and_then(|block| block.iter().next())
    else {
        return Err(fields::wrong("content", "blocks of one member each"));
    };
    match kind.as_str() {
        "text" => match inner.as_str() {
            None | Some("") => Err(fields::wrong("content.text", "a text that is not empty")),
            Some(text) => Ok(Part::Text(text.to_owned())),
        },
        "image" => image(inner),
        "reasoningContent" => thought(inner),
        "toolUse" => {
            fields::tool_name(inner, "name")?;
            fields::present(inner, "input").ok_or_else(|| fields::missing("toolUse.input"))?;
            Ok(Part::Call(call_id(inner)?))
        }
        "toolResult" => {
            let content = fields::optional_list(inner, "content")?;
            let said = content.iter().map(|part| match part.get("json") {
                Some(json) => Ok(Part::Text(json.to_string())),
                None => self::block(part),
            });
            let said = said.collect::<Result<Vec<_>, _>>()?;
            Ok(Part::Result { id: call_id(inner)?, text: texts(&said) })
        }
        "document" | "video" | "audio" | "cachePoint" | "guardContent" | "citationsContent"
        | "searchResult" => Ok(Part::Other),
        other => Err(Refusal::bad(format!("content: {other:?} is not known"))),
    }
}

fn call_id(of: &Value) -> Result<String, Refusal> {
    let id = fields::text(of, "toolUseId")?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    if (1..=64).contains(&id.len()) && id.chars().all(good) {
        Ok(id.to_owned())
    } else {
        Err(fields::wrong("toolUseId", "1 to 64 of [a-zA-Z0-9_.:-]"))
    }
}

fn image(image: &Value) -> Result<Part, Refusal> {
    if !matches!(fields::text(image, "format")?, "png" | "jpeg" | "gif" | "webp") {
        return Err(fields::wrong("image.format", "png, jpeg, gif or webp"));
    }
    let source = fields::object(image, "source")?;
    let has = |name: &str| fields::present(source, name).is_some();
    if has("bytes") || has("s3Location") {
        Ok(Part::Image)
    } else {
        Err(fields::missing("image.source.bytes"))
    }
}

fn thought(content: &Value) -> Result<Part, Refusal> {
    let Some(thought) = fields::present(content, "reasoningText") else {
        return fields::text(content, "redactedContent").map(|_| Part::Thought);
    };
    if fields::text(thought, "signature")? == reply::signature(fields::text(thought, "text")?) {
        Ok(Part::Thought)
    } else {
        Err(Refusal::bad("reasoningContent: the signature does not fit the text"))
    }
}

fn tools(settings: Option<&Value>) -> Result<(Vec<Tool>, Choice), Refusal> {
    let Some(settings) = settings else { return Ok((Vec::new(), Choice::Auto)) };
    let mut tools = Vec::new();
    for offered in fields::list(settings, "tools")? {
        if offered.get("cachePoint").is_some() || offered.get("systemTool").is_some() {
            continue;
        }
        let spec = fields::object(offered, "toolSpec")?;
        let schema = fields::object(fields::object(spec, "inputSchema")?, "json")?.clone();
        tools.push(Tool { name: fields::tool_name(spec, "name")?.to_owned(), schema });
    }
    let Some(choice) = fields::present(settings, "toolChoice") else { return Ok((tools, Choice::Auto)) };
    let choice = match choice.as_object().and_then(|choice| choice.iter().next()) {
        Some((kind, _)) if kind == "auto" => Choice::Auto,
        Some((kind, _)) if kind == "any" => Choice::Any,
        Some((kind, named)) if kind == "tool" => Choice::Named(fields::text(named, "name")?.to_owned()),
        _ => return Err(fields::wrong("toolChoice", "auto, any or tool")),
    };
    Ok((tools, choice))
}

/// The schema comes as text.
fn format(format: Option<&Value>) -> Result<Option<Value>, Refusal> {
    let Some(format) = format else { return Ok(None) };
    let Some(schema) = format.pointer("/structure/jsonSchema/schema").and_then(Value::as_str) else {
        return Err(fields::missing("outputConfig.textFormat.structure.jsonSchema.schema"));
    };
    let schema = serde_json::from_str(schema);
    schema.map(Some).map_err(|_| fields::wrong("jsonSchema.schema", "JSON as a string"))
}

fn finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "end_turn",
        Finish::Length => "max_tokens",
        Finish::Tools => "tool_use",
        Finish::Refused => "content_filtered",
    }
}

fn usage_of(usage: &Usage) -> Value {
    json!({
        "inputTokens": usage.uncached(),
        "outputTokens": usage.output,
        "totalTokens": usage.total(),
        "cacheReadInputTokens": usage.cached,
        "cacheWriteInputTokens": 0,
    })
}
