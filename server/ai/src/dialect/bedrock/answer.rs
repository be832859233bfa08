//! Whole answers, and what streams say in the same words.

#[cfg(test)]
mod tests;

use super::media::image_type;
use crate::chat::{Answer, Block, Content, Finish, Media, Source, ToolUse};
use crate::json::{Invalid, Item, Object};
use crate::usage::{Usage, split};
use serde_json::Value;

/// Tools that Bedrock calls itself, and answers itself.
pub(super) const SERVER_TOOL: &str = "server_tool_use";

/// Reads an answer of Converse. It names neither itself nor its model.
pub fn read_answer(body: Value) -> Result<Answer, Invalid> {
    let mut body = Item::root(body).object()?;
    let mut content = Vec::new();
    if let Some(mut message) = message(&mut body)? {
        for item in message.list("content")? {
            read_block(item.object()?, &mut content)?;
        }
    }
    let reason = body.text("stopReason")?.unwrap_or_default();
    let finish = read_finish(&reason).ok_or_else(|| {
        body.invalid("stopReason", format!("expected an answer of the model, got {reason}"))
    })?;
    let stop_sequence = stop_sequence(&mut body);
    let usage = read_usage(&mut body)?;
    let tools = content.iter().any(|block: &Block| matches!(block.content, Content::ToolUse(_)));
    let (id, model) = (String::new(), String::new());
    Ok(Answer { id, model, content, finish: finish.with_tools(tools), stop_sequence, usage })
}

fn message(body: &mut Object) -> Result<Option<Object>, Invalid> {
    let Some(mut output) = body.object("output")? else { return Ok(None) };
    output.object("message")
}

fn read_block(mut block: Object, content: &mut Vec<Block>) -> Result<(), Invalid> {
    let text = block.text("text")?.filter(|text| !text.is_empty());
    content.extend(text.map(Block::text));
    if let Some(tool) = block.object("toolUse")? {
        content.extend(read_call(tool)?.map(Block::from));
    }
    if let Some(mut reasoning) = block.object("reasoningContent")? {
        if let Some(mut text) = reasoning.object("reasoningText")? {
            let signature = text.text("signature")?;
            let text = text.text("text")?.unwrap_or_default();
            content.push(Content::Thinking { text, signature }.into());
        }
        content
            .extend(reasoning.text("redactedContent")?.map(|sealed| Content::SealedThinking(sealed).into()));
    }
    if let Some(mut cited) = block.object("citationsContent")? {
        for item in cited.list("content")? {
            content.extend(item.object()?.text("text")?.filter(|text| !text.is_empty()).map(Block::text));
        }
    }
    if let Some(mut image) = block.object("image")? {
        let format = image.text("format")?.unwrap_or_default();
        if let Some(mut source) = image.object("source")? {
            content.extend(source.text("bytes")?.map(|data| image_of(&format, data).into()));
        }
    }
    Ok(())
}

fn read_call(mut tool: Object) -> Result<Option<Content>, Invalid> {
    if tool.peek("type") == Some(SERVER_TOOL) {
        return Ok(None);
    }
    let arguments = match tool.value("input") {
        None => String::new(),
        // what the model wrote, when it is no JSON
        Some(Value::String(text)) => text,
        Some(input) => input.to_string(),
    };
    let id = tool.text("toolUseId")?.unwrap_or_default();
    let name = tool.need("name")?.text()?;
    Ok(Some(Content::ToolUse(ToolUse { id, name, arguments, signature: None })))
}

/// An image that the model made, in base64.
pub(super) fn image_of(format: &str, data: String) -> Content {
    let source = Source::Inline { media_type: image_type(format), data };
    Content::Image(Media { source, detail: None })
}

/// Why the model stopped; `None` when what it said makes no sense.
pub(super) fn read_finish(reason: &str) -> Option<Finish> {
    match reason {
        "stop_sequence" => Some(Finish::StopSequence),
        "max_tokens" | "model_context_window_exceeded" => Some(Finish::Length),
        "tool_use" => Some(Finish::ToolUse),
        "guardrail_intervened" | "content_filtered" => Some(Finish::Filtered),
        "malformed_model_output" | "malformed_tool_use" => None,
        _ => Some(Finish::Stop),
    }
}

/// The sequence that was met, which requests ask Claude for.
pub(super) fn stop_sequence(body: &mut Object) -> Option<String> {
    let fields = body.value("additionalModelResponseFields")?;
    fields.get("stop_sequence")?.as_str().map(str::to_owned)
}

/// Tokens, of which `inputTokens` are those that no cache had to do with; and the tier, which stands beside them.
pub(super) fn read_usage(body: &mut Object) -> Result<Option<Usage>, Invalid> {
    let Some(mut usage) = body.object("usage")? else { return Ok(None) };
    let mut count = |field: &str| usage.unsigned(field).map(Option::unwrap_or_default);
    let mut read = Usage {
        input: count("inputTokens")?,
        output: count("outputTokens")?,
        cache_read: count("cacheReadInputTokens")?,
        cache_write: count("cacheWriteInputTokens")?,
        ..Usage::default()
    };
    for item in usage.list("cacheDetails")? {
        let mut detail = item.object()?;
        if detail.text("ttl")?.is_some_and(|ttl| ttl == "1h") {
            let written = detail.unsigned("inputTokens")?.unwrap_or_default();
            let written = split(&mut read.cache_write, written);
            read.cache_write_1h = read.cache_write_1h.saturating_add(written);
        }
    }
    if let Some(mut tier) = body.object("serviceTier")? {
        read.tier = tier.text("type")?.filter(|tier| tier != "default");
    }
    Ok(Some(read))
}
