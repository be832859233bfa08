//! A request to the vendor.

use crate::chat::{
    Block, ChatRequest, Content, Effort, Media, Message, OutputFormat, Reasoning, Role, Tool, ToolChoice,
    ToolResult, ToolUse,
};
use crate::dialect::Target;
use crate::dialect::openai_chat::write_request::url;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Map, Value, json};

/// Writes a request.
pub fn write_request(request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let mut messages = Vec::new();
    for message in request.messages {
        write_message(message, &mut messages, &mut dropped);
    }
    let (tools, choice) = choose(request.tools, request.tool_choice)?;
    if request.parallel_tools == Some(false) && !tools.is_empty() {
        dropped.field("parallel_tool_calls");
    }
    if request.user.is_some() {
        dropped.field("user");
    }
    let seed = request.seed.and_then(|seed| u64::try_from(seed).ok());
    if seed.is_none() && request.seed.is_some() {
        dropped.field("seed");
    }
    let strict = strict(&tools, &mut dropped);
    let tools = tools.into_iter().map(|tool| write_tool(tool, &mut dropped)).collect();
    let body = Fields::new()
        .with("model", target.model)
        .with("messages", messages)
        .filled("tools", tools)
        .some("strict_tools", strict)
        .some("tool_choice", choice)
        .some("max_tokens", request.max_tokens)
        .some("temperature", request.temperature)
        .some("p", request.top_p)
        .some("k", request.top_k)
        .filled("stop_sequences", request.stop.into_iter().map(Value::from).collect())
        .some("seed", seed)
        .some("presence_penalty", request.presence_penalty)
        .some("frequency_penalty", request.frequency_penalty)
        .some("response_format", request.format.map(|format| write_format(format, &mut dropped)))
        .some("thinking", request.reasoning.map(write_thinking))
        .some("stream", request.stream.then_some(true));
    Ok((body.into(), dropped))
}

/// A tool cannot be named: it is the only one then.
fn choose(
    mut tools: Vec<Tool>,
    choice: Option<ToolChoice>,
) -> Result<(Vec<Tool>, Option<&'static str>), Invalid> {
    let word = match choice {
        None | Some(ToolChoice::Auto) => None,
        Some(ToolChoice::Required) => Some("REQUIRED"),
        Some(ToolChoice::None) => Some("NONE"),
        Some(ToolChoice::Named(name)) => {
            tools.retain(|tool| tool.name == name);
            if tools.is_empty() {
                return Err(Invalid::new("tool_choice", format!("expected the name of a tool, got {name}")));
            }
            Some("REQUIRED")
        }
    };
    // means nothing without tools
    let word = word.filter(|_| !tools.is_empty());
    Ok((tools, word))
}

/// Said of all tools together.
fn strict(tools: &[Tool], dropped: &mut Dropped) -> Option<bool> {
    let strict = tools.iter().filter(|tool| tool.strict == Some(true)).count();
    if strict > 0 && strict < tools.len() {
        dropped.field("tools.function.strict");
    }
    (strict > 0 && strict == tools.len()).then_some(true)
}

fn write_tool(tool: Tool, dropped: &mut Dropped) -> Value {
    if tool.cache.is_some() {
        dropped.field("tools.cache_control");
    }
    let function = Fields::new()
        .with("name", tool.name)
        .some("description", tool.description)
        .with("parameters", tool.schema);
    json!({ "type": "function", "function": Value::from(function) })
}

/// A schema's name is a label that Cohere does without.
fn write_format(format: OutputFormat, dropped: &mut Dropped) -> Value {
    match format {
        OutputFormat::Text => json!({ "type": "text" }),
        OutputFormat::Json => json!({ "type": "json_object" }),
        OutputFormat::Schema { schema, description, .. } => {
            if description.is_some() {
                dropped.field("response_format.json_schema.description");
            }
            json!({ "type": "json_object", "json_schema": schema })
        }
    }
}

fn write_thinking(reasoning: Reasoning) -> Value {
    let budget = reasoning.budget.or(reasoning.effort.map(Reasoning::budget_for));
    if reasoning.effort == Some(Effort::None) || budget == Some(0) {
        return json!({ "type": "disabled" });
    }
    Fields::new().with("type", "enabled").some("token_budget", budget).into()
}

fn write_message(message: Message, messages: &mut Vec<Value>, dropped: &mut Dropped) {
    match message.role {
        Role::System => {
            let content = write_content(message.content, dropped);
            messages.push(json!({ "role": "system", "content": content }));
        }
        Role::User => write_user(message.content, messages, dropped),
        Role::Assistant => messages.extend(write_assistant(message.content, dropped)),
    }
}

/// Results are messages of their own, and come first.
fn write_user(content: Vec<Block>, messages: &mut Vec<Value>, dropped: &mut Dropped) {
    let mut said = Vec::new();
    for block in content {
        note_cache(&block, dropped);
        match block.content {
            Content::ToolResult(result) => messages.push(write_result(result, &mut said, dropped)),
            _ => said.push(block),
        }
    }
    if !said.is_empty() {
        let content = write_content(said, dropped);
        messages.push(json!({ "role": "user", "content": content }));
    }
}

/// Objects are documents, which can be cited, and so is an error; other texts are texts. What is no text goes into the
/// user's words after it.
fn write_result(result: ToolResult, said: &mut Vec<Block>, dropped: &mut Dropped) -> Value {
    let mut parts = Vec::new();
    for block in result.content {
        note_cache(&block, dropped);
        match block.content {
            Content::Text(text) if result.is_error => parts.push(document(json!({ "error": text }))),
            Content::Text(text) => parts.push(match serde_json::from_str::<Map<String, Value>>(&text) {
                Ok(object) => document(object.into()),
                Err(_) => json!({ "type": "text", "text": text }),
            }),
            other => said.push(other.into()),
        }
    }
    if parts.is_empty() {
        parts.push(json!({ "type": "text", "text": "" }));
    }
    json!({ "role": "tool", "tool_call_id": result.id, "content": parts })
}

fn document(data: Value) -> Value {
    json!({ "type": "document", "document": { "data": data } })
}

/// Nothing when there is nothing left of it. Thoughts before calls are what Cohere calls a plan; others do not go back.
fn write_assistant(content: Vec<Block>, dropped: &mut Dropped) -> Option<Value> {
    let (mut said, mut calls, mut plan) = (Vec::new(), Vec::new(), Vec::new());
    for block in content {
        note_cache(&block, dropped);
        match block.content {
            Content::ToolUse(tool) => calls.push(write_call(tool)),
            Content::Thinking { text, signature: None } if !text.is_empty() => plan.push(text),
            Content::Thinking { .. } | Content::SealedThinking(_) => {
                dropped.field("messages.content.thinking")
            }
            _ => said.push(block),
        }
    }
    if calls.is_empty() && !plan.is_empty() {
        plan.clear();
        dropped.field("messages.content.thinking");
    }
    if said.is_empty() && calls.is_empty() {
        return None;
    }
    let content = (!said.is_empty()).then(|| write_content(said, dropped));
    let message = Fields::new()
        .with("role", "assistant")
        .some("tool_plan", (!plan.is_empty()).then(|| plan.join("\n")))
        .some("content", content)
        .filled("tool_calls", calls);
    Some(message.into())
}

fn write_call(tool: ToolUse) -> Value {
    let arguments = if tool.arguments.trim().is_empty() { "{}".to_owned() } else { tool.arguments };
    json!({
        "id": tool.id,
        "type": "function",
        "function": { "name": tool.name, "arguments": arguments },
    })
}

/// Text alone stands for itself, all else is a list of parts.
fn write_content(content: Vec<Block>, dropped: &mut Dropped) -> Value {
    let mut parts = Vec::new();
    for block in content {
        note_cache(&block, dropped);
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

fn note_cache(block: &Block, dropped: &mut Dropped) {
    if block.cache.is_some() {
        dropped.field("messages.content.cache_control");
    }
}

fn write_part(content: Content, dropped: &mut Dropped) -> Option<Value> {
    let name = match content {
        Content::Text(text) | Content::Refusal(text) => {
            return Some(json!({ "type": "text", "text": text }));
        }
        Content::Image(Media { source, detail }) => match url(source) {
            Some(url) => {
                let image = Fields::new().with("url", url).some("detail", detail);
                return Some(json!({ "type": "image_url", "image_url": Value::from(image) }));
            }
            None => "messages.content.image.file_id",
        },
        // documents are cited from, they are no part of what is said
        Content::Document(_) => "messages.content.document",
        Content::Audio(_) => "messages.content.audio",
        Content::Thinking { .. } | Content::SealedThinking(_) => "messages.content.thinking",
        Content::ToolUse(_) | Content::ToolResult(_) => "messages.content",
    };
    dropped.field(name);
    None
}
