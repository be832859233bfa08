//! Whole answers.

use super::item::{COMPLETED, INCOMPLETE, Item};
use super::read_input::{read_call, read_picture, read_reasoning};
use super::usage::{RESPONSES, write_usage};
use crate::chat::{Answer, Block, Content, Finish};
use crate::dialect::Reply;
use crate::dialect::openai_chat::usage::read_usage;
use crate::json::{Invalid, Item as Place, Object};
use serde_json::{Value, json};

/// How far an answer has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Status<'a> {
    pub status: &'static str,
    /// Why it is not complete.
    pub reason: Option<&'static str>,
    pub error: Option<&'a Value>,
}

impl From<Finish> for Status<'_> {
    fn from(finish: Finish) -> Self {
        let (status, reason) = match finish {
            Finish::Length => (INCOMPLETE, Some("max_output_tokens")),
            Finish::Filtered => (INCOMPLETE, Some("content_filter")),
            Finish::Stop | Finish::StopSequence | Finish::ToolUse | Finish::Paused => (COMPLETED, None),
        };
        Self { status, reason, error: None }
    }
}

/// Writes a `response`. What the caller asked for is not said back: it is not known here.
#[must_use]
pub fn write_answer(answer: Answer, reply: &Reply) -> Value {
    let mut items: Vec<Item> = Vec::new();
    for item in answer.content.into_iter().filter_map(|block| Item::of(block.content)) {
        match (items.last_mut(), item) {
            (Some(Item::Message(parts)), Item::Message(more)) => parts.extend(more),
            (_, Item::Call(mut tool)) => {
                if tool.arguments.trim().is_empty() {
                    tool.arguments = "{}".to_owned();
                }
                items.push(Item::Call(tool));
            }
            (_, item) => items.push(item),
        }
    }
    let status = Status::from(answer.finish);
    let count = items.len();
    let value = |(index, item): (usize, &Item)| {
        // only the last can have been cut off
        let status = if index + 1 == count { status.status } else { COMPLETED };
        item.value(&reply.id, index, status)
    };
    let output = items.iter().enumerate().map(value).collect();
    let usage = answer.usage.as_ref().map(write_usage).unwrap_or_default();
    response(reply, reply.model(&answer.model), status, output, usage)
}

pub(super) fn response(
    reply: &Reply,
    model: &str,
    status: Status<'_>,
    output: Vec<Value>,
    usage: Value,
) -> Value {
    json!({
        "id": format!("resp_{}", reply.id),
        "object": "response",
        "created_at": reply.created,
        "status": status.status,
        "background": false,
        "error": status.error,
        "incomplete_details": status.reason.map(|reason| json!({ "reason": reason })),
        "instructions": null,
        "max_output_tokens": null,
        "metadata": {},
        "model": model,
        "output": output,
        "parallel_tool_calls": true,
        "previous_response_id": null,
        "reasoning": { "effort": null, "summary": null },
        "store": false,
        "temperature": null,
        "text": { "format": { "type": "text" } },
        "tool_choice": "auto",
        "tools": [],
        "top_p": null,
        "truncation": "disabled",
        "usage": usage,
        "user": null,
    })
}

/// Reads a `response`. Items of the vendor's own machinery are passed over.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Place::root(body).object()?;
    if let Some(mut error) = body.object("error")? {
        let message = error.text("message")?.unwrap_or_default();
        return Err(body.invalid("error", format!("expected an answer, got an error: {message}")));
    }
    let mut content = Vec::new();
    for item in body.list("output")? {
        read_item(item.object()?, &mut content)?;
    }
    let tools = content.iter().any(|block| matches!(block.content, Content::ToolUse(_)));
    Ok(Answer {
        id: body.text("id")?.unwrap_or_default(),
        model: body.text("model")?.unwrap_or_default(),
        content,
        finish: read_finish(&mut body)?.with_tools(tools),
        stop_sequence: None,
        usage: body.object("usage")?.map(|usage| read_usage(usage, RESPONSES)).transpose()?,
    })
}

fn read_item(mut item: Object, content: &mut Vec<Block>) -> Result<(), Invalid> {
    match item.text("type")?.as_deref() {
        Some("message") => {
            for part in item.list("content")? {
                content.extend(read_part(part.object()?)?);
            }
        }
        Some("reasoning") => content.extend(read_reasoning(&mut item)?.map(Block::from)),
        Some("function_call") => content.push(read_call(&mut item)?.into()),
        Some("image_generation_call") if item.has("result") => content.push(read_picture(&mut item)?.into()),
        _ => {}
    }
    Ok(())
}

fn read_part(mut part: Object) -> Result<Option<Block>, Invalid> {
    Ok(match part.text("type")?.as_deref() {
        Some("output_text") => part.text("text")?.map(Block::text),
        Some("refusal") => part.text("refusal")?.map(|text| Content::Refusal(text).into()),
        _ => None,
    })
}

/// Why a `response` ended.
pub(super) fn read_finish(response: &mut Object) -> Result<Finish, Invalid> {
    let reason = match response.object("incomplete_details")? {
        Some(mut details) => details.text("reason")?,
        None => None,
    };
    let incomplete = response.text("status")?.is_some_and(|status| status == INCOMPLETE);
    Ok(match reason.as_deref() {
        Some("content_filter") => Finish::Filtered,
        Some("max_output_tokens") => Finish::Length,
        _ if incomplete => Finish::Length,
        _ => Finish::Stop,
    })
}
