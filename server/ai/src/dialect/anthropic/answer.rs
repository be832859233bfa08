//! Whole answers.

use super::usage::{Counted, write_usage};
use super::write_content::{input, text_block, thinking_block};
use crate::chat::{Answer, Block, Content, Finish, ToolUse};
use crate::dialect::{Reply, ids};
use crate::json::{Fields, Invalid, Item, Object};
use crate::usage::Usage;
use serde_json::{Value, json};

/// Reads a `message`.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Item::root(body).object()?;
    let id = body.text("id")?.unwrap_or_default();
    let model = body.text("model")?.unwrap_or_default();
    let mut content = Vec::new();
    for item in body.list("content")? {
        content.extend(read_block(item.object()?)?.map(Block::from));
    }
    let usage = match body.object("usage")? {
        Some(said) => {
            let mut counted = Counted::default();
            counted.read(said)?;
            Some(counted.usage())
        }
        None => None,
    };
    let tools = content.iter().any(|block: &Block| matches!(block.content, Content::ToolUse(_)));
    let finish = read_finish(&body.text("stop_reason")?.unwrap_or_default()).with_tools(tools);
    Ok(Answer { id, model, content, finish, stop_sequence: body.text("stop_sequence")?, usage })
}

/// Nothing for what the vendor's own tools did, which nobody else has a word for.
fn read_block(mut block: Object) -> Result<Option<Content>, Invalid> {
    Ok(match block.text("type")?.unwrap_or_default().as_str() {
        "text" => Some(Content::Text(block.text("text")?.unwrap_or_default())),
        "thinking" => Some(Content::Thinking {
            text: block.text("thinking")?.unwrap_or_default(),
            signature: block.text("signature")?.filter(|signature| !signature.is_empty()),
        }),
        "redacted_thinking" => block.text("data")?.map(Content::SealedThinking),
        "tool_use" => Some(Content::ToolUse(ToolUse {
            id: block.text("id")?.unwrap_or_default(),
            name: block.need("name")?.text()?,
            arguments: block.value("input").map(|input| input.to_string()).unwrap_or_default(),
            signature: None,
        })),
        _ => None,
    })
}

pub(super) fn read_finish(reason: &str) -> Finish {
    match reason {
        "stop_sequence" => Finish::StopSequence,
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "tool_use" => Finish::ToolUse,
        "refusal" => Finish::Filtered,
        "pause_turn" => Finish::Paused,
        _ => Finish::Stop,
    }
}

pub(super) fn write_finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "end_turn",
        Finish::StopSequence => "stop_sequence",
        Finish::Length => "max_tokens",
        Finish::ToolUse => "tool_use",
        Finish::Filtered => "refusal",
        Finish::Paused => "pause_turn",
    }
}

/// Writes a `message`.
#[must_use]
pub fn write_answer(answer: Answer, reply: &Reply) -> Value {
    let mut content = Vec::new();
    for block in answer.content {
        content.extend(write_block(block.content, content.len(), reply).map(Value::from));
    }
    let mut message = head(reply, &answer.model, &answer.usage.unwrap_or_default());
    if let Some(fields) = message.as_object_mut() {
        fields.insert("content".to_owned(), content.into());
        fields.insert("stop_reason".to_owned(), write_finish(answer.finish).into());
        fields.insert("stop_sequence".to_owned(), answer.stop_sequence.into());
    }
    message
}

/// A message that says nothing yet.
pub(super) fn head(reply: &Reply, model: &str, usage: &Usage) -> Value {
    json!({
        "id": format!("msg_{}", reply.id),
        "type": "message",
        "role": "assistant",
        "model": reply.model(model),
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": write_usage(usage),
    })
}

/// The `index`th block of an answer; nothing where Anthropic has no word for it: images, audio.
fn write_block(content: Content, index: usize, reply: &Reply) -> Option<Fields> {
    match content {
        Content::Text(text) | Content::Refusal(text) => text_block(text),
        Content::Thinking { text, signature } => Some(thinking_block(text, signature.unwrap_or_default())),
        Content::SealedThinking(data) => Some(sealed_block(data)),
        Content::ToolUse(ToolUse { id, name, arguments, signature }) => {
            let id = tool_id(id, signature.as_deref(), index, reply);
            let input = input(&arguments).unwrap_or_else(|| json!({ "raw_arguments": arguments }));
            Some(tool_block(id, name, input))
        }
        Content::Image(_) | Content::Audio(_) | Content::Document(_) | Content::ToolResult(_) => None,
    }
}

pub(super) fn sealed_block(data: String) -> Fields {
    Fields::new().with("type", "redacted_thinking").with("data", data)
}

pub(super) fn tool_block(id: String, name: String, input: Value) -> Fields {
    Fields::new().with("type", "tool_use").with("id", id).with("name", name).with("input", input)
}

/// A call's id, with what must come back with it.
pub(super) fn tool_id(id: String, signature: Option<&str>, index: usize, reply: &Reply) -> String {
    let id = if id.is_empty() { format!("toolu_{}_{index}", reply.id) } else { id };
    ids::with_signature(&id, signature)
}

#[cfg(test)]
mod tests;
