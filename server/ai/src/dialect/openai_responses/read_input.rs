//! What was said so far: a list of items, some of which are messages.

use super::item::SEALED;
use crate::chat::{Block, CacheFor, Content, Document, Media, Message, Role, Source, ToolResult, ToolUse};
use crate::dialect::ids;
use crate::dialect::openai_chat::read_request::source;
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// Reads a text of the user, or a list of items. Neighbours of the assistant become one message.
pub(super) fn read_input(
    input: Item,
    messages: &mut Vec<Message>,
    dropped: &mut Dropped,
) -> Result<(), Invalid> {
    match input.value {
        Value::String(text) => messages.push(Message::new(Role::User, vec![Block::text(text)])),
        Value::Array(_) => {
            for item in input.list()? {
                read_item(item.object()?, messages, dropped)?;
            }
        }
        _ => return Err(Invalid::new(input.at, "expected a string or a list of items")),
    }
    Ok(())
}

fn read_item(mut item: Object, messages: &mut Vec<Message>, dropped: &mut Dropped) -> Result<(), Invalid> {
    // messages and references may come without one
    let kind = match item.text("type")? {
        Some(kind) => kind,
        None if item.has("role") => "message".to_owned(),
        None if item.has("id") => "item_reference".to_owned(),
        None => return Err(item.invalid("type", "expected a type of item, got none")),
    };
    match kind.as_str() {
        "message" => read_message(&mut item, messages, dropped)?,
        "function_call" => assistant(messages, [read_call(&mut item)?.into()]),
        "function_call_output" => result(messages, read_result(&mut item, dropped)?),
        "reasoning" => match read_reasoning(&mut item)? {
            Some(thoughts) => assistant(messages, [thoughts.into()]),
            // kept by the vendor under its id
            None => dropped.field("input.reasoning"),
        },
        "image_generation_call" if item.has("result") => {
            assistant(messages, [read_picture(&mut item)?.into()]);
        }
        _ => {
            dropped.field(format!("input.{kind}"));
            return Ok(());
        }
    }
    // the vendor's marks, which ask for nothing
    item.value("id");
    item.value("status");
    item.drop_rest(dropped);
    Ok(())
}

fn read_message(
    message: &mut Object,
    messages: &mut Vec<Message>,
    dropped: &mut Dropped,
) -> Result<(), Invalid> {
    let role = match message.need("role")?.text()?.as_str() {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return Err(message.invalid("role", "expected one of system, developer, user, assistant")),
    };
    let content = content(message.need("content")?, dropped)?;
    match role {
        Role::Assistant => assistant(messages, content),
        _ => messages.push(Message::new(role, content)),
    }
    Ok(())
}

/// What the assistant thought, said and called in one turn belongs together.
fn assistant(messages: &mut Vec<Message>, blocks: impl IntoIterator<Item = Block>) {
    match messages.last_mut() {
        Some(last) if last.role == Role::Assistant => last.content.extend(blocks),
        _ => {
            let content: Vec<Block> = blocks.into_iter().collect();
            if !content.is_empty() {
                messages.push(Message::new(Role::Assistant, content));
            }
        }
    }
}

/// So do the results of one turn.
fn result(messages: &mut Vec<Message>, result: ToolResult) {
    let is_result = |block: &Block| matches!(block.content, Content::ToolResult(_));
    let result = Content::ToolResult(result).into();
    match messages.last_mut() {
        Some(last) if last.role == Role::User && last.content.iter().all(is_result) => {
            last.content.push(result);
        }
        _ => messages.push(Message::new(Role::User, vec![result])),
    }
}

pub(super) fn read_call(item: &mut Object) -> Result<Content, Invalid> {
    let (id, signature) = ids::split_signature(&item.need("call_id")?.text()?);
    let name = item.need("name")?.text()?;
    let arguments = item.text("arguments")?.unwrap_or_default();
    Ok(Content::ToolUse(ToolUse { id, name, arguments, signature }))
}

fn read_result(item: &mut Object, dropped: &mut Dropped) -> Result<ToolResult, Invalid> {
    let (id, _) = ids::split_signature(&item.need("call_id")?.text()?);
    let name = item.text("name")?;
    let content = content(item.need("output")?, dropped)?;
    // no word for it in this dialect
    Ok(ToolResult { id, name, content, is_error: false })
}

/// Thoughts; none when there is nothing of them but an id.
pub(super) fn read_reasoning(item: &mut Object) -> Result<Option<Content>, Invalid> {
    let summary = texts(item, "summary")?;
    let whole = texts(item, "content")?;
    let signature = item.text("encrypted_content")?;
    let text = if whole.is_empty() { summary } else { whole }.join("\n\n");
    if let Some(sealed) = signature.as_deref().and_then(|it| it.strip_prefix(SEALED)) {
        return Ok(Some(Content::SealedThinking(sealed.to_owned())));
    }
    let any = !text.is_empty() || signature.is_some();
    Ok(any.then_some(Content::Thinking { text, signature }))
}

fn texts(item: &mut Object, field: &str) -> Result<Vec<String>, Invalid> {
    let mut texts = Vec::new();
    for part in item.list(field)? {
        texts.extend(part.object()?.text("text")?);
    }
    Ok(texts)
}

pub(super) fn read_picture(item: &mut Object) -> Result<Content, Invalid> {
    let data = item.need("result")?.text()?;
    let format = item.text("output_format")?.unwrap_or_else(|| "png".to_owned());
    let source = Source::Inline { media_type: format!("image/{format}"), data };
    Ok(Content::Image(Media { source, detail: None }))
}

/// A text, or a list of parts.
fn content(item: Item, dropped: &mut Dropped) -> Result<Vec<Block>, Invalid> {
    match item.value {
        Value::String(text) => Ok(vec![Block::text(text)]),
        Value::Array(_) => item.list()?.into_iter().map(|item| part(item.object()?, dropped)).collect(),
        _ => Err(Invalid::new(item.at, "expected a string or a list of parts")),
    }
}

fn part(mut part: Object, dropped: &mut Dropped) -> Result<Block, Invalid> {
    let cache = part.object("prompt_cache_breakpoint")?.map(read_cache).transpose()?;
    let content = match part.need("type")?.text()?.as_str() {
        "input_text" | "output_text" | "text" => {
            for field in ["annotations", "logprobs"] {
                if !part.list(field)?.is_empty() {
                    dropped.field(part.at(field));
                }
            }
            Content::Text(part.need("text")?.text()?)
        }
        "refusal" => Content::Refusal(part.need("refusal")?.text()?),
        "input_image" => Content::Image(image(&mut part)?),
        "input_file" => Content::Document(file(&mut part)?),
        "input_audio" => {
            let mut audio = part.need("input_audio")?.object()?;
            let data = audio.need("data")?.text()?;
            let media_type = format!("audio/{}", audio.need("format")?.text()?);
            Content::Audio(Media { source: Source::Inline { media_type, data }, detail: None })
        }
        _ => {
            let expected =
                "expected one of input_text, input_image, input_file, input_audio, output_text, refusal";
            return Err(part.invalid("type", expected));
        }
    };
    part.drop_rest(dropped);
    Ok(Block { content, cache })
}

/// OpenAI's caches hold for half an hour or for half a day; an hour is the longest that others know.
fn read_cache(mut cache: Object) -> Result<CacheFor, Invalid> {
    let ttl = cache.text("ttl")?;
    Ok(if ttl.as_deref() == Some("12h") { CacheFor::Hour } else { CacheFor::Minutes })
}

fn image(part: &mut Object) -> Result<Media, Invalid> {
    // what it is anyway, and a field that callers must send
    let detail = part.text("detail")?.filter(|detail| detail != "auto");
    let source = match part.text("file_id")? {
        Some(id) => Source::File(id),
        None => source(part.need("image_url")?.text()?),
    };
    Ok(Media { source, detail })
}

fn file(part: &mut Object) -> Result<Document, Invalid> {
    let name = part.text("filename")?;
    if part.peek("detail") == Some("auto") {
        part.value("detail");
    }
    if let Some(id) = part.text("file_id")? {
        return Ok(Document { source: Source::File(id), name });
    }
    if let Some(url) = part.text("file_url")? {
        return Ok(Document { source: Source::Url { url, media_type: None }, name });
    }
    let source = match source(part.need("file_data")?.text()?) {
        // without a head that says what it is
        Source::Url { url, .. } => Source::Inline { media_type: "application/pdf".to_owned(), data: url },
        inline => inline,
    };
    Ok(Document { source, name })
}
