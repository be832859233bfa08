//! Parts: what a turn is made of. A signature may stand on any of them, not on thoughts alone.

use super::media::read_media;
use crate::chat::{Block, Content, ToolUse};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Object};
use serde_json::{Map, Value};

/// Reads what a model says in a part; signatures as they came.
///
/// The form in the middle knows no signature of a text: that becomes a thought without words right after it, and
/// [`write_block`] puts it back.
pub(super) fn read_part(part: &mut Object, dropped: &mut Dropped) -> Result<Vec<Content>, Invalid> {
    let signature = part.text("thoughtSignature")?.filter(|signature| !signature.is_empty());
    let thought = part.flag("thought")?.unwrap_or_default();
    if let Some(call) = part.object("functionCall")? {
        return Ok(vec![Content::ToolUse(read_call(call, signature, dropped)?)]);
    }
    let text = part.text("text")?.unwrap_or_default();
    if thought {
        let is_something = signature.is_some() || !text.is_empty();
        return Ok(Vec::from_iter(is_something.then_some(Content::Thinking { text, signature })));
    }
    let mut read = Vec::new();
    if !text.is_empty() {
        read.push(Content::Text(text));
    }
    read.extend(read_media(part, dropped)?);
    if signature.is_some() {
        read.push(Content::Thinking { text: String::new(), signature });
    }
    Ok(read)
}

fn read_call(mut call: Object, signature: Option<String>, dropped: &mut Dropped) -> Result<ToolUse, Invalid> {
    let arguments = call.object("args")?.map(|args| Value::Object(args.rest()).to_string());
    let tool = ToolUse {
        id: call.text("id")?.unwrap_or_default(),
        name: call.need("name")?.text()?,
        arguments: arguments.unwrap_or_else(|| "{}".to_owned()),
        signature,
    };
    call.drop_rest(dropped);
    Ok(tool)
}

/// Adds what a model said to a turn's parts. True if it could be said.
pub(super) fn write_block(content: Content, parts: &mut Vec<Value>) -> bool {
    match content {
        // refused as an empty part
        Content::Text(text) | Content::Refusal(text) if text.is_empty() => {}
        Content::Text(said) | Content::Refusal(said) => parts.push(text(said)),
        Content::Thinking { text, signature: Some(signature) } if text.is_empty() => {
            match parts.last_mut().and_then(Value::as_object_mut).filter(|part| is_plain(part)) {
                Some(part) => _ = part.insert("thoughtSignature".to_owned(), signature.into()),
                None => parts.push(thought(text, Some(signature))),
            }
        }
        Content::Thinking { text, signature } => parts.push(thought(text, signature)),
        Content::ToolUse(tool) => parts.push(call(tool)),
        _ => return false,
    }
    true
}

fn is_plain(part: &Map<String, Value>) -> bool {
    part.contains_key("text") && part.len() == 1
}

pub(super) fn text(text: String) -> Value {
    Fields::new().with("text", text).into()
}

/// A thought; without words, a part that is there for its signature only.
pub(super) fn thought(text: String, signature: Option<String>) -> Value {
    let worded = !text.is_empty();
    Fields::new()
        .with("text", text)
        .some("thought", worded.then_some(true))
        .some("thoughtSignature", signature)
        .into()
}

pub(super) fn call(tool: ToolUse) -> Value {
    let call = Fields::new()
        .some("id", (!tool.id.is_empty()).then_some(tool.id))
        .with("name", tool.name)
        .with("args", arguments(tool.arguments));
    Fields::new().with("functionCall", call).some("thoughtSignature", tool.signature).into()
}

/// Arguments are an object here; what a model wrote as something else stands in it as its text.
fn arguments(text: String) -> Value {
    if text.trim().is_empty() {
        return Value::Object(Map::new());
    }
    match serde_json::from_str(&text) {
        Ok(object @ Value::Object(_)) => object,
        _ => Fields::new().with("raw_arguments", text).into(),
    }
}

/// Neighbours of the same kind become one: where a vendor cuts says nothing.
pub(super) fn join(blocks: &mut Vec<Block>, content: Content) {
    match (blocks.last_mut().map(|block| &mut block.content), content) {
        (Some(Content::Text(said)), Content::Text(more)) => said.push_str(&more),
        (
            Some(Content::Thinking { text, signature: signature @ None }),
            Content::Thinking { text: more, signature: last },
        ) => {
            text.push_str(&more);
            *signature = last;
        }
        (_, content) => blocks.push(content.into()),
    }
}
