//! Messages of a caller's request, and the blocks in them.

use crate::chat::{Block, CacheFor, Content, Document, Media, Message, Role, Source, ToolResult, ToolUse};
use crate::dialect::ids;
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

pub(super) fn read_message(item: Item, dropped: &mut Dropped) -> Result<Message, Invalid> {
    let mut message = item.object()?;
    let role = match message.need("role")?.text()?.as_str() {
        "system" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return Err(message.invalid("role", "expected one of user, assistant, system")),
    };
    let content = read_blocks(message.need("content")?, dropped)?;
    message.drop_rest(dropped);
    Ok(Message::new(role, content))
}

/// A text, or a list of blocks. What there is no word for is left out.
pub(super) fn read_blocks(item: Item, dropped: &mut Dropped) -> Result<Vec<Block>, Invalid> {
    match item.value {
        Value::String(text) => Ok(vec![Block::text(text)]),
        Value::Array(_) => {
            item.list()?.into_iter().filter_map(|item| block(item, dropped).transpose()).collect()
        }
        _ => Err(Invalid::new(item.at, "expected a string or a list of blocks")),
    }
}

fn block(item: Item, dropped: &mut Dropped) -> Result<Option<Block>, Invalid> {
    let mut block = item.object()?;
    let kind = block.need("type")?.text()?;
    let cache = read_cache(&mut block)?;
    let content = match kind.as_str() {
        "text" => Content::Text(block.need("text")?.text()?),
        "image" => {
            let source = source(block.need("source")?.object()?, dropped)?;
            Content::Image(Media { source, detail: None })
        }
        "document" => {
            let source = source(block.need("source")?.object()?, dropped)?;
            Content::Document(Document { source, name: block.text("title")? })
        }
        "tool_use" => Content::ToolUse(tool_use(&mut block)?),
        "tool_result" => Content::ToolResult(tool_result(&mut block, dropped)?),
        "thinking" => Content::Thinking {
            text: block.text("thinking")?.unwrap_or_default(),
            // empty where we answered with the thoughts of a vendor who signs nothing
            signature: block.text("signature")?.filter(|signature| !signature.is_empty()),
        },
        "redacted_thinking" => Content::SealedThinking(block.need("data")?.text()?),
        // what the vendor's own tools said, search results
        _ => {
            dropped.field(block.at(&kind));
            return Ok(None);
        }
    };
    block.drop_rest(dropped);
    Ok(Some(Block { content, cache }))
}

fn tool_use(block: &mut Object) -> Result<ToolUse, Invalid> {
    let (id, signature) = ids::split_signature(&block.need("id")?.text()?);
    let name = block.need("name")?.text()?;
    let input = block.need("input")?;
    if !input.value.is_object() {
        return Err(Invalid::new(input.at, "expected an object"));
    }
    // stands in every answer; by the model itself is what a call always is elsewhere
    if let Some(mut caller) = block.object("caller")?
        && caller.text("type")?.is_some_and(|kind| kind != "direct")
    {
        return Err(block.invalid("caller", "expected a call that the model made itself"));
    }
    Ok(ToolUse { id, name, arguments: input.value.to_string(), signature })
}

fn tool_result(block: &mut Object, dropped: &mut Dropped) -> Result<ToolResult, Invalid> {
    let (id, _) = ids::split_signature(&block.need("tool_use_id")?.text()?);
    let content = block.take("content").map(|item| read_blocks(item, dropped)).transpose()?;
    let is_error = block.flag("is_error")?.unwrap_or_default();
    Ok(ToolResult { id, name: None, content: content.unwrap_or_default(), is_error })
}

fn source(mut source: Object, dropped: &mut Dropped) -> Result<Source, Invalid> {
    match source.need("type")?.text()?.as_str() {
        "base64" => {
            let media_type = source.need("media_type")?.text()?;
            Ok(Source::Inline { media_type, data: source.need("data")?.text()? })
        }
        "url" => Ok(Source::Url { url: source.need("url")?.text()?, media_type: None }),
        "file" => Ok(Source::File(source.need("file_id")?.text()?)),
        "text" => Ok(plain(&source.need("data")?.text()?)),
        "content" => {
            let mut texts = Vec::new();
            let at = source.at("content");
            for block in read_blocks(source.need("content")?, dropped)? {
                match block.content {
                    Content::Text(text) => texts.push(text),
                    _ => dropped.field(&at),
                }
            }
            Ok(plain(&texts.join("\n\n")))
        }
        _ => Err(source.invalid("type", "expected one of base64, url, file, text, content")),
    }
}

fn plain(text: &str) -> Source {
    Source::Inline { media_type: "text/plain".to_owned(), data: STANDARD.encode(text) }
}

pub(super) fn read_cache(object: &mut Object) -> Result<Option<CacheFor>, Invalid> {
    let Some(mut control) = object.object("cache_control")? else { return Ok(None) };
    match control.text("ttl")?.as_deref() {
        None | Some("5m") => Ok(Some(CacheFor::Minutes)),
        Some("1h") => Ok(Some(CacheFor::Hour)),
        Some(_) => Err(control.invalid("ttl", "expected one of 5m, 1h")),
    }
}
