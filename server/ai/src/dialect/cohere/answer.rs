//! Whole answers.

use super::usage::read_usage;
use crate::chat::{Answer, Block, Content, Finish, ToolUse};
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// Reads an answer. One that Cohere itself calls an error is invalid.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Item::root(body).object()?;
    let id = body.text("id")?.unwrap_or_default();
    let reason = body.text("finish_reason")?.unwrap_or_default();
    let Some(finish) = read_finish(&reason) else {
        return Err(body.invalid("finish_reason", format!("expected an answer without error, got {reason}")));
    };
    let mut content = Vec::new();
    if let Some(message) = body.object("message")? {
        read_message(message, &mut content)?;
    }
    let tools = content.iter().any(|block: &Block| matches!(block.content, Content::ToolUse(_)));
    let usage = body.object("usage")?.map(read_usage);
    let finish = finish.with_tools(tools);
    Ok(Answer { id, model: String::new(), content, finish, stop_sequence: None, usage })
}

fn read_message(mut message: Object, content: &mut Vec<Block>) -> Result<(), Invalid> {
    let thought = |text: String| Content::Thinking { text, signature: None }.into();
    let some = |text: &String| !text.is_empty();
    content.extend(message.text("tool_plan")?.filter(some).map(thought));
    for item in message.list("content")? {
        let mut part = item.object()?;
        match part.text("type")?.as_deref() {
            Some("text") => content.extend(part.text("text")?.filter(some).map(Block::text)),
            Some("thinking") => content.extend(part.text("thinking")?.filter(some).map(thought)),
            _ => {}
        }
    }
    for item in message.list("tool_calls")? {
        let mut call = item.object()?;
        let id = call.text("id")?.unwrap_or_default();
        let mut function = call.need("function")?.object()?;
        let name = function.need("name")?.text()?;
        let arguments = function.text("arguments")?.unwrap_or_default();
        content.push(Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into());
    }
    Ok(())
}

/// None for what is an error.
pub(super) fn read_finish(reason: &str) -> Option<Finish> {
    match reason {
        "ERROR" | "TIMEOUT" => None,
        "STOP_SEQUENCE" => Some(Finish::StopSequence),
        "MAX_TOKENS" | "ERROR_LIMIT" => Some(Finish::Length),
        "TOOL_CALL" => Some(Finish::ToolUse),
        "ERROR_TOXIC" => Some(Finish::Filtered),
        _ => Some(Finish::Stop),
    }
}
