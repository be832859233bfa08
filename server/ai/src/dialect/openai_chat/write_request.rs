//! A request to the vendor.

use crate::chat::{
    Block, ChatRequest, Content, Document, Effort, Media, Message, OutputFormat, Role, Source, Tool,
    ToolChoice, ToolResult, ToolUse,
};
use crate::dialect::{Target, ids};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Value, json};

/// Writes a request. Usage is always asked for.
pub fn write_request(request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let mut messages = Vec::new();
    for message in request.messages {
        write_message(message, &mut messages, &mut dropped);
    }
    let limit = if target.max_completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    let tools: Vec<Value> = request.tools.into_iter().map(|tool| write_tool(tool, &mut dropped)).collect();
    let has_tools = !tools.is_empty();
    let reasoning = request.reasoning.unwrap_or_default();
    let effort = reasoning.effort.or(reasoning.budget.map(crate::chat::Reasoning::effort_for));
    if request.top_k.is_some() {
        dropped.field("top_k");
    }
    let body = Fields::new()
        .with("model", target.model)
        .with("messages", messages)
        .filled("tools", tools)
        // neither means anything without tools, and vendors refuse them then
        .some("tool_choice", request.tool_choice.filter(|_| has_tools).map(write_choice))
        .some("parallel_tool_calls", request.parallel_tools.filter(|_| has_tools))
        .some(limit, request.max_tokens)
        .some("temperature", request.temperature)
        .some("top_p", request.top_p)
        .filled("stop", request.stop.into_iter().map(Value::from).collect())
        .some("seed", request.seed)
        .some("presence_penalty", request.presence_penalty)
        .some("frequency_penalty", request.frequency_penalty)
        .some("response_format", request.format.map(write_format))
        .some("reasoning_effort", effort.map(effort_word))
        .some("user", request.user)
        .some("stream", request.stream.then_some(true))
        .some("stream_options", request.stream.then(|| json!({ "include_usage": true })));
    Ok((body.into(), dropped))
}

fn write_message(message: Message, messages: &mut Vec<Value>, dropped: &mut Dropped) {
    match message.role {
        Role::System => {
            let content = write_content(message.content, dropped);
            messages.push(json!({ "role": "system", "content": content }));
        }
        Role::User => write_user(message.content, messages, dropped),
        Role::Assistant => messages.push(write_assistant(message.content, dropped)),
    }
}

/// Results are messages of their own, and come first.
fn write_user(content: Vec<Block>, messages: &mut Vec<Value>, dropped: &mut Dropped) {
    let mut said = Vec::new();
    for block in content {
        match block.content {
            Content::ToolResult(result) => write_result(result, messages, &mut said, dropped),
            _ => said.push(block),
        }
    }
    if !said.is_empty() {
        let content = write_content(said, dropped);
        messages.push(json!({ "role": "user", "content": content }));
    }
}

/// Only text may stand in a result; what else there is goes into the user's words after it.
fn write_result(result: ToolResult, messages: &mut Vec<Value>, said: &mut Vec<Block>, dropped: &mut Dropped) {
    let is_text = |block: &Block| matches!(block.content, Content::Text(_));
    let (texts, others): (Vec<_>, Vec<_>) = result.content.into_iter().partition(is_text);
    said.extend(others);
    if result.is_error {
        dropped.field("messages.content.is_error");
    }
    let content = write_content(texts, dropped);
    messages.push(json!({ "role": "tool", "tool_call_id": result.id, "content": content }));
}

fn write_assistant(content: Vec<Block>, dropped: &mut Dropped) -> Value {
    let (mut said, mut calls, mut refusal, mut thoughts) = (Vec::new(), Vec::new(), None, None);
    for block in content {
        match block.content {
            // the signature is no business of a vendor who speaks like this
            Content::ToolUse(tool) => calls.push(write_call(ToolUse { signature: None, ..tool })),
            Content::Refusal(text) => refusal = Some(text),
            Content::Thinking { text, .. } if !text.is_empty() => thoughts = Some(text),
            Content::Thinking { .. } | Content::SealedThinking(_) => {
                dropped.field("messages.content.thinking")
            }
            _ => said.push(block),
        }
    }
    if thoughts.is_some() {
        // nobody who speaks like this takes another's thoughts back
        dropped.field("messages.content.thinking");
    }
    let content = if said.is_empty() { Value::Null } else { write_content(said, dropped) };
    Fields::new()
        .with("role", "assistant")
        .with("content", content)
        .some("refusal", refusal)
        .filled("tool_calls", calls)
        .into()
}

/// A call of a function, with its signature in the id.
pub(super) fn write_call(tool: ToolUse) -> Value {
    let arguments = if tool.arguments.trim().is_empty() { "{}".to_owned() } else { tool.arguments };
    json!({
        "id": ids::with_signature(&tool.id, tool.signature.as_deref()),
        "type": "function",
        "function": { "name": tool.name, "arguments": arguments },
    })
}

/// Text alone stands for itself, all else is a list of parts.
fn write_content(content: Vec<Block>, dropped: &mut Dropped) -> Value {
    let mut parts = Vec::new();
    for block in content {
        if block.cache.is_some() {
            // such vendors cache on their own
            dropped.field("messages.content.cache_control");
        }
        parts.extend(write_part(block.content, dropped));
    }
    match parts.as_mut_slice() {
        [Value::Object(part)] if part.get("type").is_some_and(|kind| kind == "text") => {
            part.remove("text").unwrap_or_default()
        }
        [] => "".into(),
        _ => parts.into(),
    }
}

fn write_part(content: Content, dropped: &mut Dropped) -> Option<Value> {
    match content {
        Content::Text(text) => Some(json!({ "type": "text", "text": text })),
        Content::Refusal(text) => Some(json!({ "type": "refusal", "refusal": text })),
        Content::Image(Media { source, detail }) => {
            let Some(url) = url(source) else {
                dropped.field("messages.content.image.file_id");
                return None;
            };
            let image = Fields::new().with("url", url).some("detail", detail);
            Some(json!({ "type": "image_url", "image_url": Value::from(image) }))
        }
        Content::Audio(Media { source: Source::Inline { media_type, data }, .. }) => {
            let format = media_type.rsplit('/').next().unwrap_or_default();
            Some(json!({ "type": "input_audio", "input_audio": { "data": data, "format": format } }))
        }
        Content::Document(document) => write_file(document, dropped),
        Content::Audio(_) => {
            dropped.field("messages.content.audio");
            None
        }
        Content::ToolUse(_)
        | Content::ToolResult(_)
        | Content::Thinking { .. }
        | Content::SealedThinking(_) => {
            dropped.field("messages.content");
            None
        }
    }
}

/// A URL of what it is: its own, or one that holds it all.
pub(in crate::dialect) fn url(source: Source) -> Option<String> {
    match source {
        Source::Inline { media_type, data } => Some(format!("data:{media_type};base64,{data}")),
        Source::Url { url, .. } => Some(url),
        Source::File(_) => None,
    }
}

fn write_file(document: Document, dropped: &mut Dropped) -> Option<Value> {
    let name = document.name;
    let file = match document.source {
        Source::File(id) => Fields::new().with("file_id", id),
        inline @ Source::Inline { .. } => {
            // with its data, a file must have a name
            let name = name.unwrap_or_else(|| "document.pdf".to_owned());
            Fields::new().with("filename", name).some("file_data", url(inline))
        }
        Source::Url { .. } => {
            dropped.field("messages.content.document.url");
            return None;
        }
    };
    Some(json!({ "type": "file", "file": Value::from(file) }))
}

fn write_tool(tool: Tool, dropped: &mut Dropped) -> Value {
    if tool.cache.is_some() {
        dropped.field("tools.cache_control");
    }
    let function = Fields::new()
        .with("name", tool.name)
        .some("description", tool.description)
        .with("parameters", tool.schema)
        .some("strict", tool.strict);
    json!({ "type": "function", "function": Value::from(function) })
}

fn write_choice(choice: ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => "auto".into(),
        ToolChoice::Required => "required".into(),
        ToolChoice::None => "none".into(),
        ToolChoice::Named(name) => json!({ "type": "function", "function": { "name": name } }),
    }
}

fn write_format(format: OutputFormat) -> Value {
    match format {
        OutputFormat::Text => json!({ "type": "text" }),
        OutputFormat::Json => json!({ "type": "json_object" }),
        OutputFormat::Schema { name, description, schema, strict } => {
            let schema = Fields::new()
                .with("name", name)
                .some("description", description)
                .with("schema", schema)
                .some("strict", strict);
            json!({ "type": "json_schema", "json_schema": Value::from(schema) })
        }
    }
}

/// OpenAI's word for an effort.
pub(in crate::dialect) fn effort_word(effort: Effort) -> &'static str {
    match effort {
        Effort::None => "none",
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::Highest => "xhigh",
    }
}
