//! Messages of a request to the vendor. Two sides take turns here: neighbours become one, and results of tools come
//! first.

use crate::chat::{Block, CacheFor, Content, Document, Media, Message, Role, Source, ToolResult, ToolUse};
use crate::dialect::ids;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value, json};

/// Longest id of a call.
const LONGEST: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Conversation {
    pub system: Vec<Value>,
    turns: Vec<Turn>,
}

#[derive(Debug)]
struct Turn {
    role: &'static str,
    results: Vec<Value>,
    said: Vec<Value>,
}

impl Conversation {
    pub(super) fn write(messages: Vec<Message>, dropped: &mut Dropped) -> Result<Self, Invalid> {
        let mut conversation = Self::default();
        for Message { role, content } in messages {
            match role {
                Role::System if conversation.turns.is_empty() => {
                    conversation.system.extend(write_system(content, dropped));
                }
                Role::System => {
                    let said = write_system(wrapped(content), dropped);
                    conversation.add("user", Vec::new(), said);
                }
                Role::User => {
                    let (results, said) = write_user(content, dropped)?;
                    conversation.add("user", results, said);
                }
                Role::Assistant => {
                    let said = write_assistant(content, dropped)?;
                    conversation.add("assistant", Vec::new(), said);
                }
            }
        }
        Ok(conversation)
    }

    fn add(&mut self, role: &'static str, results: Vec<Value>, said: Vec<Value>) {
        if results.is_empty() && said.is_empty() {
            return;
        }
        match self.turns.last_mut() {
            Some(last) if last.role == role => {
                last.results.extend(results);
                last.said.extend(said);
            }
            _ => self.turns.push(Turn { role, results, said }),
        }
    }

    pub(super) fn messages(self) -> Vec<Value> {
        let message = |Turn { role, mut results, said }| {
            results.extend(said);
            json!({ "role": role, "content": results })
        };
        self.turns.into_iter().map(message).collect()
    }
}

/// Only text may stand there.
fn write_system(content: Vec<Block>, dropped: &mut Dropped) -> Vec<Value> {
    let mut blocks = Vec::new();
    for Block { content, cache } in content {
        match content {
            Content::Text(text) => blocks.extend(text_block(text).map(|block| cached(block, cache))),
            _ => dropped.field("messages.content"),
        }
    }
    blocks
}

/// An operator's words in the midst of a conversation, so that they are not taken for the user's.
fn wrapped(content: Vec<Block>) -> Vec<Block> {
    let wrap = |Block { content, cache }| match content {
        Content::Text(text) if !text.is_empty() => {
            Block { content: Content::Text(format!("<system>\n{text}\n</system>")), cache }
        }
        content => Block { content, cache },
    };
    content.into_iter().map(wrap).collect()
}

fn write_user(content: Vec<Block>, dropped: &mut Dropped) -> Result<(Vec<Value>, Vec<Value>), Invalid> {
    let (mut results, mut said) = (Vec::new(), Vec::new());
    for Block { content, cache } in content {
        match content {
            Content::ToolResult(result) => results.push(cached(write_result(result, dropped)?, cache)),
            content => said.extend(write_part(content, dropped)?.map(|part| cached(part, cache))),
        }
    }
    Ok((results, said))
}

fn write_result(result: ToolResult, dropped: &mut Dropped) -> Result<Fields, Invalid> {
    let mut content = Vec::new();
    for block in result.content {
        let part = write_part(block.content, dropped)?;
        content.extend(part.map(|part| cached(part, block.cache)));
    }
    Ok(Fields::new()
        .with("type", "tool_result")
        .with("tool_use_id", ids::safe(&result.id, LONGEST))
        .filled("content", content)
        .some("is_error", result.is_error.then_some(true)))
}

fn write_assistant(content: Vec<Block>, dropped: &mut Dropped) -> Result<Vec<Value>, Invalid> {
    let mut said = Vec::new();
    for Block { content, mut cache } in content {
        let block = match content {
            Content::Text(text) | Content::Refusal(text) => text_block(text),
            Content::ToolUse(tool) => Some(write_call(&tool)?),
            Content::Thinking { text, signature: Some(signature) } => {
                forget(&mut cache, dropped);
                Some(thinking_block(text, signature))
            }
            Content::SealedThinking(data) => {
                forget(&mut cache, dropped);
                Some(Fields::new().with("type", "redacted_thinking").with("data", data))
            }
            // another vendor's: refused without a signature
            Content::Thinking { .. } => {
                dropped.field("messages.content.thinking");
                None
            }
            Content::Image(_) | Content::Audio(_) | Content::Document(_) | Content::ToolResult(_) => {
                dropped.field("messages.content");
                None
            }
        };
        said.extend(block.map(|block| cached(block, cache)));
    }
    Ok(said)
}

/// Thoughts cannot be where a cache ends.
fn forget(cache: &mut Option<CacheFor>, dropped: &mut Dropped) {
    if cache.take().is_some() {
        dropped.field("messages.content.cache_control");
    }
}

pub(super) fn thinking_block(text: String, signature: String) -> Fields {
    Fields::new().with("type", "thinking").with("thinking", text).with("signature", signature)
}

fn write_call(tool: &ToolUse) -> Result<Fields, Invalid> {
    let Some(input) = input(&tool.arguments) else {
        return Err(Invalid::new("messages.tool_use.input", "expected a JSON object"));
    };
    Ok(Fields::new()
        .with("type", "tool_use")
        .with("id", ids::safe(&tool.id, LONGEST))
        .with("name", tool.name.as_str())
        .with("input", input))
}

/// Arguments as an object; nothing at all is one without fields.
pub(super) fn input(arguments: &str) -> Option<Value> {
    if arguments.trim().is_empty() {
        return Some(Map::new().into());
    }
    serde_json::from_str(arguments).ok().filter(Value::is_object)
}

/// What may stand in a user's words and in results.
fn write_part(content: Content, dropped: &mut Dropped) -> Result<Option<Fields>, Invalid> {
    match content {
        Content::Text(text) | Content::Refusal(text) => Ok(text_block(text)),
        Content::Image(Media { source, detail }) => {
            if detail.is_some_and(|detail| detail != "auto") {
                dropped.field("messages.content.image_url.detail");
            }
            Ok(Some(Fields::new().with("type", "image").with("source", write_source(source))))
        }
        Content::Document(document) => write_document(document, dropped),
        Content::Audio(_) => {
            dropped.field("messages.content.audio");
            Ok(None)
        }
        Content::ToolUse(_)
        | Content::ToolResult(_)
        | Content::Thinking { .. }
        | Content::SealedThinking(_) => {
            dropped.field("messages.content");
            Ok(None)
        }
    }
}

fn write_document(document: Document, dropped: &mut Dropped) -> Result<Option<Fields>, Invalid> {
    let source = match document.source {
        Source::Inline { media_type, data } if media_type.starts_with("text/") => {
            let Some(text) = text_of(&data) else {
                return Err(Invalid::new("messages.document.data", "expected a text in base64"));
            };
            json!({ "type": "text", "media_type": "text/plain", "data": text })
        }
        Source::Inline { media_type, .. } if media_type != "application/pdf" => {
            dropped.field("messages.content.document");
            return Ok(None);
        }
        source => write_source(source),
    };
    let block = Fields::new().with("type", "document").with("source", source);
    Ok(Some(block.some("title", document.name)))
}

/// The text that base64 stands for, which some write in lines or without its padding.
fn text_of(data: &str) -> Option<String> {
    let letters: String = data.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD_NO_PAD.decode(letters.trim_end_matches('=')).ok()?).ok()
}

fn write_source(source: Source) -> Value {
    match source {
        Source::Inline { media_type, data } => {
            // what many say, and Anthropic does not know
            let media_type = if media_type == "image/jpg" { "image/jpeg".to_owned() } else { media_type };
            json!({ "type": "base64", "media_type": media_type, "data": data })
        }
        Source::Url { url, .. } => json!({ "type": "url", "url": url }),
        Source::File(id) => json!({ "type": "file", "file_id": id }),
    }
}

/// Nothing for an empty text, which is refused.
pub(super) fn text_block(text: String) -> Option<Fields> {
    (!text.is_empty()).then(|| Fields::new().with("type", "text").with("text", text))
}

pub(super) fn cached(block: Fields, cache: Option<CacheFor>) -> Value {
    let control = cache.map(|cache| match cache {
        CacheFor::Minutes => json!({ "type": "ephemeral" }),
        CacheFor::Hour => json!({ "type": "ephemeral", "ttl": "1h" }),
    });
    block.some("cache_control", control).into()
}

#[cfg(test)]
mod tests;
