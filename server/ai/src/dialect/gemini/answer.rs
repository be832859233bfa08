//! Whole answers.

use super::finish::{no_end, read_finish, write_finish};
use super::media::write_media;
use super::part::{join, read_part, write_block};
use super::signature;
use super::usage::{read_usage, write_usage};
use crate::chat::{Answer, Block, Content, Finish};
use crate::dialect::{Reply, ids};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Item, Object};
use serde_json::{Value, json};

/// Reads a `GenerateContentResponse`, its first candidate. One whose model came to no end is invalid.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Item::root(body).object()?;
    let id = body.text("responseId")?.unwrap_or_default();
    let model = body.text("modelVersion")?.unwrap_or_default();
    let usage = body.object("usageMetadata")?.map(read_usage).transpose()?;
    let (mut content, mut finish) = (Vec::new(), Finish::Filtered);
    match body.list("candidates")?.into_iter().next() {
        Some(candidate) => finish = read_candidate(candidate.object()?, &mut content)?,
        None if is_blocked(&mut body)? => {}
        None => return Err(body.invalid("candidates", "expected at least one candidate")),
    }
    Ok(Answer { id, model, content, finish, stop_sequence: None, usage })
}

/// Whether the prompt itself was refused.
pub(super) fn is_blocked(body: &mut Object) -> Result<bool, Invalid> {
    Ok(body.object("promptFeedback")?.is_some_and(|feedback| feedback.has("blockReason")))
}

fn read_candidate(mut candidate: Object, content: &mut Vec<Block>) -> Result<Finish, Invalid> {
    read_said(&mut candidate)?.into_iter().for_each(|said| join(content, said));
    let reason = candidate.text("finishReason")?.unwrap_or_default();
    let Some(finish) = read_finish(&reason) else {
        let message = candidate.text("finishMessage")?;
        return Err(candidate.invalid("finishReason", no_end(&reason, message)));
    };
    let is_tool = |block: &Block| matches!(block.content, Content::ToolUse(_));
    Ok(finish.with_tools(content.iter().any(is_tool)))
}

/// What a candidate says.
pub(super) fn read_said(candidate: &mut Object) -> Result<Vec<Content>, Invalid> {
    let Some(mut content) = candidate.object("content")? else { return Ok(Vec::new()) };
    let mut said = Vec::new();
    for item in content.list("parts")? {
        // nothing of an answer is anybody's wish
        said.extend(read_part(&mut item.object()?, &mut Dropped::default())?);
    }
    Ok(said)
}

/// Writes a `GenerateContentResponse`.
#[must_use]
pub fn write_answer(answer: Answer, reply: &Reply) -> Value {
    let mut parts = Vec::new();
    for (index, block) in answer.content.into_iter().enumerate() {
        match for_caller(block.content, index, reply) {
            media @ (Content::Image(_) | Content::Audio(_) | Content::Document(_)) => {
                parts.extend(write_media(media, &mut Dropped::default()));
            }
            // no word for the rest in an answer
            said => _ = write_block(said, &mut parts),
        }
    }
    let content = Fields::new().filled("parts", parts).with("role", "model");
    let candidate = json!({
        "content": Value::from(content),
        "finishReason": write_finish(answer.finish),
        "index": 0,
    });
    Fields::new()
        .with("candidates", vec![candidate])
        .some("usageMetadata", answer.usage.as_ref().map(write_usage))
        .with("modelVersion", reply.model(&answer.model))
        .with("responseId", reply.id.as_str())
        .into()
}

/// The same with an id where it needs one, and with signatures that outlive the caller's SDK.
pub(super) fn for_caller(content: Content, index: usize, reply: &Reply) -> Content {
    match content {
        Content::ToolUse(mut tool) => {
            if tool.id.is_empty() {
                tool.id = ids::mint(&reply.id, index);
            }
            tool.signature = tool.signature.map(signature::write);
            Content::ToolUse(tool)
        }
        Content::Thinking { text, signature } => {
            Content::Thinking { text, signature: signature.map(signature::write) }
        }
        Content::SealedThinking(data) => {
            Content::Thinking { text: String::new(), signature: Some(signature::write_sealed(&data)) }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
