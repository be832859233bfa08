//! Whole answers, and what is the same in their pieces.

use crate::chat::{Answer, Block, Content, Finish, ToolUse};
use crate::json::{Invalid, Item, Object};
use crate::usage::Usage;
use serde_json::Value;

/// Reads an answer. It has no id, and its calls of tools have none.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Item::root(body).object()?;
    let model = body.text("model")?.unwrap_or_default();
    let mut content = Vec::new();
    if let Some(mut message) = body.object("message")? {
        let some = |text: &String| !text.is_empty();
        let thoughts = message.text("thinking")?.filter(some);
        content.extend(thoughts.map(|text| Content::Thinking { text, signature: None }.into()));
        content.extend(message.text("content")?.filter(some).map(Block::text));
        for item in message.list("tool_calls")? {
            content.push(Content::ToolUse(read_call(item)?).into());
        }
    }
    let tools = content.iter().any(|block: &Block| matches!(block.content, Content::ToolUse(_)));
    let finish = read_finish(&body.text("done_reason")?.unwrap_or_default()).with_tools(tools);
    let usage = read_usage(&mut body)?;
    Ok(Answer { id: String::new(), model, content, finish, stop_sequence: None, usage })
}

/// Arguments are an object, always whole.
pub(super) fn read_call(call: Item) -> Result<ToolUse, Invalid> {
    let mut function = call.object()?.need("function")?.object()?;
    let name = function.need("name")?.text()?;
    let arguments = match function.take("arguments") {
        Some(Item { value: Value::String(text), .. }) => text,
        Some(item) => item.value.to_string(),
        None => String::new(),
    };
    Ok(ToolUse { id: String::new(), name, arguments, signature: None })
}

/// `load` and `unload` are what is said when there was nothing to answer.
pub(super) fn read_finish(reason: &str) -> Finish {
    if reason == "length" { Finish::Length } else { Finish::Stop }
}

/// The prompt's count may be missing when it was all in the cache.
pub(super) fn read_usage(body: &mut Object) -> Result<Option<Usage>, Invalid> {
    let (input, output) = (body.unsigned("prompt_eval_count")?, body.unsigned("eval_count")?);
    if input.is_none() && output.is_none() {
        return Ok(None);
    }
    let (input, output) = (input.unwrap_or_default(), output.unwrap_or_default());
    Ok(Some(Usage { input, output, ..Usage::default() }))
}
