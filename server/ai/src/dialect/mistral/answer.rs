//! Whole answers, and what is the same in their pieces.

use crate::chat::{Answer, Block, Content, Finish};
use crate::dialect::openai_chat;
use crate::dialect::openai_chat::usage::{CHAT, read_usage as read_openai_usage};
use crate::json::{Invalid, Item, Object};
use crate::usage::{Usage, split};
use serde_json::Value;

const CONTENT: &str = "choices[0].message.content";

/// Reads an answer. One that Mistral itself calls an error is invalid.
pub fn read_answer(mut body: Value) -> Result<Answer, Invalid> {
    if body.pointer("/choices/0/finish_reason").is_some_and(|reason| reason == "error") {
        return Err(Invalid::new("choices[0].finish_reason", "expected an answer without error, got error"));
    }
    let chunks = body.pointer_mut("/choices/0/message/content").filter(|content| content.is_array());
    let chunks = chunks.map(|chunks| Item { at: CONTENT.to_owned(), value: chunks.take() });
    let usage = body.get_mut("usage").map(Value::take).filter(|usage| !usage.is_null());
    let usage = usage.map(|value| Item { at: "usage".to_owned(), value }.object()).transpose()?;
    let mut answer = openai_chat::read_answer(body)?;
    if let Some(chunks) = chunks {
        answer.content.splice(..0, read_chunks(chunks)?.into_iter().map(Block::from));
    }
    for block in &mut answer.content {
        if let Content::ToolUse(tool) = &mut block.content {
            tool.id = read_id(std::mem::take(&mut tool.id));
        }
    }
    answer.usage = usage.map(read_usage).transpose()?;
    Ok(answer)
}

/// Text and thoughts; what else there is (references) has no word.
pub(super) fn read_chunks(chunks: Item) -> Result<Vec<Content>, Invalid> {
    let mut contents = Vec::new();
    for item in chunks.list()? {
        let mut chunk = item.object()?;
        match chunk.text("type")?.as_deref() {
            Some("text") => {
                let text = chunk.text("text")?.filter(|text| !text.is_empty());
                contents.extend(text.map(Content::Text));
            }
            Some("thinking") => {
                let text = read_thoughts(chunk.take("thinking"))?;
                let signature = chunk.text("signature")?;
                if !text.is_empty() || signature.is_some() {
                    contents.push(Content::Thinking { text, signature });
                }
            }
            _ => {}
        }
    }
    Ok(contents)
}

/// A list of chunks, or a text.
fn read_thoughts(thoughts: Option<Item>) -> Result<String, Invalid> {
    let Some(thoughts) = thoughts else { return Ok(String::new()) };
    if let Value::String(text) = thoughts.value {
        return Ok(text);
    }
    let mut whole = String::new();
    for item in thoughts.list()? {
        whole.push_str(&item.object()?.text("text")?.unwrap_or_default());
    }
    Ok(whole)
}

/// As OpenAI counts, and a tier where it is not the usual one.
pub(super) fn read_usage(mut usage: Object) -> Result<Usage, Invalid> {
    let tier = usage.text("service_tier")?.filter(|tier| !matches!(tier.as_str(), "standard" | "default"));
    let cached = usage.unsigned("num_cached_tokens")?.unwrap_or_default();
    let mut read = Usage { tier, ..read_openai_usage(usage, CHAT)? };
    // said twice, or only there
    if read.cache_read == 0 {
        read.cache_read = split(&mut read.input, cached);
    }
    Ok(read)
}

/// Without `error`, which is none.
pub(super) fn read_finish(reason: &str) -> Finish {
    match reason {
        "length" | "model_length" => Finish::Length,
        "tool_calls" => Finish::ToolUse,
        _ => Finish::Stop,
    }
}

/// What stands for an id that there is not.
pub(super) fn read_id(id: String) -> String {
    if id == "null" { String::new() } else { id }
}
