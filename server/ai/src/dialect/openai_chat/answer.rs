//! Whole answers.

use super::usage::{CHAT, read_usage, write_usage};
use super::write_request::write_call;
use crate::chat::{Answer, Block, Content, Finish, ToolUse};
use crate::dialect::{Reply, ids};
use crate::json::{Fields, Invalid, Item, Object};
use serde_json::{Value, json};

/// Reads a `chat.completion`, its first choice.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Item::root(body).object()?;
    let id = body.text("id")?.unwrap_or_default();
    let model = body.text("model")?.unwrap_or_default();
    let usage = body.object("usage")?.map(|usage| read_usage(usage, CHAT)).transpose()?;
    // none at all is what some say when a filter took the answer
    let Some(choice) = body.list("choices")?.into_iter().next() else {
        let (content, finish) = (Vec::new(), Finish::Filtered);
        return Ok(Answer { id, model, content, finish, stop_sequence: None, usage });
    };
    let mut choice = choice.object()?;
    let mut content = Vec::new();
    if let Some(message) = choice.object("message")? {
        read_message(message, &mut content)?;
    }
    let tools = content.iter().any(|block: &Block| matches!(block.content, Content::ToolUse(_)));
    let finish = read_finish(&choice.text("finish_reason")?.unwrap_or_default()).with_tools(tools);
    Ok(Answer { id, model, content, finish, stop_sequence: None, usage })
}

fn read_message(mut message: Object, content: &mut Vec<Block>) -> Result<(), Invalid> {
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let thoughts = some(message.text("reasoning_content")?).or(some(message.text("reasoning")?));
    content.extend(thoughts.map(|text| Content::Thinking { text, signature: None }.into()));
    content.extend(some(message.text("content")?).map(Block::text));
    content.extend(some(message.text("refusal")?).map(|text| Content::Refusal(text).into()));
    for item in message.list("tool_calls")? {
        let mut call = item.object()?;
        let mut function = call.need("function")?.object()?;
        content.push(
            Content::ToolUse(ToolUse {
                id: call.text("id")?.unwrap_or_default(),
                name: function.need("name")?.text()?,
                arguments: arguments(&mut function)?,
                signature: None,
            })
            .into(),
        );
    }
    Ok(())
}

/// A text, as it should be, or the object itself, as some send it.
fn arguments(function: &mut Object) -> Result<String, Invalid> {
    match function.take("arguments") {
        None => Ok(String::new()),
        Some(Item { value: object @ Value::Object(_), .. }) => Ok(object.to_string()),
        Some(item) => item.text(),
    }
}

pub(super) fn read_finish(reason: &str) -> Finish {
    match reason {
        "length" | "model_length" => Finish::Length,
        "tool_calls" | "function_call" => Finish::ToolUse,
        "content_filter" => Finish::Filtered,
        _ => Finish::Stop,
    }
}

pub(super) fn write_finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::StopSequence | Finish::Paused => "stop",
        Finish::Length => "length",
        Finish::ToolUse => "tool_calls",
        Finish::Filtered => "content_filter",
    }
}

/// Writes a `chat.completion`.
#[must_use]
pub fn write_answer(answer: Answer, reply: &Reply) -> Value {
    let (mut text, mut thoughts, mut refusal) = (None::<String>, None::<String>, None::<String>);
    let mut calls = Vec::new();
    let add = |to: &mut Option<String>, more: String| to.get_or_insert_default().push_str(&more);
    for (index, block) in answer.content.into_iter().enumerate() {
        match block.content {
            Content::Text(more) => add(&mut text, more),
            Content::Thinking { text: more, .. } if !more.is_empty() => add(&mut thoughts, more),
            Content::Refusal(more) => add(&mut refusal, more),
            Content::ToolUse(mut tool) => {
                if tool.id.is_empty() {
                    tool.id = ids::mint(&reply.id, index);
                }
                calls.push(write_call(tool));
            }
            // no word for it in an answer
            _ => {}
        }
    }
    let message = Fields::new()
        .with("role", "assistant")
        .with("content", text.map_or(Value::Null, Value::from))
        .some("reasoning_content", thoughts)
        .with("refusal", refusal.map_or(Value::Null, Value::from))
        .filled("tool_calls", calls);
    let choice = json!({
        "index": 0,
        "message": Value::from(message),
        "logprobs": null,
        "finish_reason": write_finish(answer.finish),
    });
    Fields::new()
        .with("id", format!("chatcmpl-{}", reply.id))
        .with("object", "chat.completion")
        .with("created", reply.created)
        .with("model", reply.model(&answer.model))
        .with("choices", vec![choice])
        .some("usage", answer.usage.as_ref().map(|usage| write_usage(usage, CHAT)))
        .into()
}
