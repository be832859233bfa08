//! A request to the vendor.

use crate::chat::{Block, ChatRequest, Content, Document, Media, Message, Role, Source, ToolResult, ToolUse};
use crate::dialect::openai_chat::write_request::url;
use crate::dialect::{Target, ids, openai_chat};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Item};
use serde_json::{Value, json};

/// Writes a request: of what OpenAI would be told, the fields that Mistral knows, and messages of its own.
pub fn write_request(mut request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let messages = write_messages(std::mem::take(&mut request.messages), &mut dropped);
    let top_k = request.top_k.take();
    if request.seed.is_some_and(|seed| seed < 0) {
        request.seed = None;
        dropped.field("seed");
    }
    let target = Target { max_completion_tokens: false, ..*target };
    let (body, more) = openai_chat::write_request(request, &target)?;
    dropped.merge(more);
    let mut body = Item::root(body).object()?;
    // ours is written below; and usage always comes at the end of a stream
    body.value("messages");
    body.value("stream_options");
    let choice = body.value("tool_choice");
    let fields = Fields::new()
        .some("model", body.value("model"))
        .with("messages", messages)
        .some("tools", body.value("tools"))
        .some("tool_choice", choice.map(|word| if word == "required" { "any".into() } else { word }))
        .some("parallel_tool_calls", body.value("parallel_tool_calls"))
        .some("max_tokens", body.value("max_tokens"))
        .some("temperature", body.value("temperature"))
        .some("top_p", body.value("top_p"))
        .some("top_k", top_k)
        .some("stop", body.value("stop"))
        .some("random_seed", body.value("seed"))
        .some("presence_penalty", body.value("presence_penalty"))
        .some("frequency_penalty", body.value("frequency_penalty"))
        .some("response_format", body.value("response_format"))
        .some("reasoning_effort", body.value("reasoning_effort"))
        .some("stream", body.value("stream"));
    body.drop_rest(&mut dropped);
    Ok((fields.into(), dropped))
}

/// After results only the assistant may speak, and the last word is not the assistant's, unless it is a beginning for
/// the answer.
fn write_messages(messages: Vec<Message>, dropped: &mut Dropped) -> Vec<Value> {
    let mut written = Vec::new();
    for message in messages {
        match message.role {
            Role::System => say("system", message.content, &mut written, dropped),
            Role::User => write_user(message.content, &mut written, dropped),
            Role::Assistant => written.extend(write_assistant(message.content, dropped)),
        }
    }
    if let Some(Value::Object(last)) = written.last_mut()
        && last.get("role").is_some_and(|role| role == "assistant")
        && !last.contains_key("tool_calls")
    {
        last.insert("prefix".to_owned(), true.into());
    }
    written
}

fn say(role: &str, content: Vec<Block>, messages: &mut Vec<Value>, dropped: &mut Dropped) {
    if messages.last().and_then(|last| last.get("role")).is_some_and(|role| role == "tool") {
        messages.push(json!({ "role": "assistant", "content": "OK." }));
    }
    messages.push(json!({ "role": role, "content": write_content(content, dropped) }));
}

/// Results are messages of their own, and come first.
fn write_user(content: Vec<Block>, messages: &mut Vec<Value>, dropped: &mut Dropped) {
    let mut said = Vec::new();
    for block in content {
        note_cache(&block, dropped);
        match block.content {
            Content::ToolResult(result) => messages.push(write_result(result, dropped)),
            _ => said.push(block),
        }
    }
    if !said.is_empty() {
        say("user", said, messages, dropped);
    }
}

fn write_result(result: ToolResult, dropped: &mut Dropped) -> Value {
    if result.is_error {
        dropped.field("messages.content.is_error");
    }
    Fields::new()
        .with("role", "tool")
        .with("tool_call_id", ids::of_nine(&result.id))
        .some("name", result.name)
        .with("content", write_content(result.content, dropped))
        .into()
}

/// Nothing when there is nothing left of it.
fn write_assistant(content: Vec<Block>, dropped: &mut Dropped) -> Option<Value> {
    let (mut said, mut calls) = (Vec::new(), Vec::new());
    for block in content {
        note_cache(&block, dropped);
        match block.content {
            Content::ToolUse(tool) => calls.push(write_call(tool)),
            _ => said.push(block),
        }
    }
    let content = write_parts(said, dropped);
    if content.is_empty() && calls.is_empty() {
        return None;
    }
    let content = (!content.is_empty()).then(|| text_or_parts(content));
    let message = Fields::new().with("role", "assistant").some("content", content);
    Some(message.filled("tool_calls", calls).into())
}

fn write_call(tool: ToolUse) -> Value {
    let arguments = if tool.arguments.trim().is_empty() { "{}".to_owned() } else { tool.arguments };
    json!({
        "id": ids::of_nine(&tool.id),
        "type": "function",
        "function": { "name": tool.name, "arguments": arguments },
    })
}

fn write_content(content: Vec<Block>, dropped: &mut Dropped) -> Value {
    text_or_parts(write_parts(content, dropped))
}

fn write_parts(content: Vec<Block>, dropped: &mut Dropped) -> Vec<Value> {
    let mut parts = Vec::new();
    for block in content {
        note_cache(&block, dropped);
        match write_part(block.content) {
            Ok(part) => parts.push(part),
            Err(name) => dropped.field(name),
        }
    }
    parts
}

/// Text alone stands for itself, all else is a list of parts.
fn text_or_parts(mut parts: Vec<Value>) -> Value {
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
        // Mistral caches on its own
        dropped.field("messages.content.cache_control");
    }
}

/// Or the name of what there is no word for.
fn write_part(content: Content) -> Result<Value, &'static str> {
    match content {
        Content::Text(text) | Content::Refusal(text) => Ok(json!({ "type": "text", "text": text })),
        Content::Image(Media { source, detail }) => {
            let url = url(source).ok_or("messages.content.image.file_id")?;
            let image = Fields::new().with("url", url).some("detail", detail);
            Ok(json!({ "type": "image_url", "image_url": Value::from(image) }))
        }
        Content::Audio(Media { source, .. }) => match source {
            Source::Inline { data, .. } => Ok(json!({ "type": "input_audio", "input_audio": data })),
            Source::Url { url, .. } => Ok(json!({ "type": "input_audio", "input_audio": url })),
            Source::File(_) => Err("messages.content.audio"),
        },
        Content::Document(document) => Ok(write_document(document)),
        Content::Thinking { text, signature } => {
            let signature = signature.ok_or("messages.content.thinking")?;
            let thoughts = json!([{ "type": "text", "text": text }]);
            Ok(json!({ "type": "thinking", "thinking": thoughts, "signature": signature }))
        }
        Content::SealedThinking(_) => Err("messages.content.thinking"),
        Content::ToolUse(_) | Content::ToolResult(_) => Err("messages.content"),
    }
}

fn write_document(document: Document) -> Value {
    match document.source {
        Source::File(id) => json!({ "type": "file", "file_id": id }),
        source => Fields::new()
            .with("type", "document_url")
            .some("document_url", url(source))
            .some("document_name", document.name)
            .into(),
    }
}
