//! A caller's request.

use super::read_content::{read_blocks, read_cache, read_message};
use super::reasoning::read_reasoning;
use crate::chat::{ChatRequest, Message, OutputFormat, Role, Tool, ToolChoice};
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// Reads a request.
pub fn read_request(body: Value) -> Result<(ChatRequest, Dropped), Invalid> {
    let mut body = Item::root(body).object()?;
    let max_tokens = body.need("max_tokens")?.unsigned()?;
    read(body, Some(max_tokens))
}

/// Reads a request of `count_tokens`, which is the same but for `max_tokens`.
pub fn read_count_request(body: Value) -> Result<(ChatRequest, Dropped), Invalid> {
    read(Item::root(body).object()?, None)
}

fn read(mut body: Object, max_tokens: Option<u64>) -> Result<(ChatRequest, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let messages = messages(&mut body, &mut dropped)?;
    let (tool_choice, parallel_tools) = match body.object("tool_choice")? {
        Some(choice) => tool_choice(choice, &mut dropped)?,
        None => (None, None),
    };
    let mut config = body.object("output_config")?;
    let effort = config.as_mut().and_then(|config| config.take("effort"));
    let format = match &mut config {
        Some(config) => config.object("format")?,
        None => None,
    };
    // where it stood in the beta
    let format = format.or(body.object("output_format")?);
    config.into_iter().for_each(|config| config.drop_rest(&mut dropped));
    let thinking = body.object("thinking")?;
    let mut metadata = body.object("metadata")?;
    let user = metadata.as_mut().map(|metadata| metadata.text("user_id")).transpose()?.flatten();
    metadata.into_iter().for_each(|metadata| metadata.drop_rest(&mut dropped));
    let request = ChatRequest {
        model: body.need("model")?.text()?,
        messages,
        tools: tools(&mut body, &mut dropped)?,
        tool_choice,
        parallel_tools,
        max_tokens,
        temperature: body.number("temperature")?,
        top_p: body.number("top_p")?,
        top_k: body.unsigned("top_k")?,
        stop: body.texts("stop_sequences")?,
        format: format.map(|format| read_format(format, &mut dropped)).transpose()?,
        reasoning: read_reasoning(thinking, effort, &mut dropped)?,
        user,
        stream: body.flag("stream")?.unwrap_or_default(),
        ..ChatRequest::default()
    };
    body.drop_rest(&mut dropped);
    Ok((request, dropped))
}

fn messages(body: &mut Object, dropped: &mut Dropped) -> Result<Vec<Message>, Invalid> {
    let mut messages = Vec::new();
    if let Some(system) = body.take("system") {
        messages.push(Message::new(Role::System, read_blocks(system, dropped)?));
    }
    let turns = body.need("messages")?.list()?;
    if turns.is_empty() {
        return Err(body.invalid("messages", "expected at least one message"));
    }
    for item in turns {
        messages.push(read_message(item, dropped)?);
    }
    // of nothing but what was left out
    messages.retain(|message| !message.content.is_empty());
    // on the whole request it means its last block
    if let Some(cache) = read_cache(body)?
        && let Some(block) = messages.last_mut().and_then(|message| message.content.last_mut())
    {
        block.cache.get_or_insert(cache);
    }
    Ok(messages)
}

fn tools(body: &mut Object, dropped: &mut Dropped) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for item in body.list("tools")? {
        let mut tool = item.object()?;
        // the vendor's own: `web_search_20250305`
        if let Some(kind) = tool.text("type")?.filter(|kind| kind != "custom") {
            dropped.field(tool.at(&kind));
            continue;
        }
        tools.push(Tool {
            name: tool.need("name")?.text()?,
            description: tool.text("description")?,
            schema: tool.need("input_schema")?.value,
            strict: tool.flag("strict")?,
            cache: read_cache(&mut tool)?,
        });
        tool.drop_rest(dropped);
    }
    Ok(tools)
}

/// Which tool, and whether several in one answer.
fn tool_choice(
    mut choice: Object,
    dropped: &mut Dropped,
) -> Result<(Option<ToolChoice>, Option<bool>), Invalid> {
    let tool = match choice.need("type")?.text()?.as_str() {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "none" => ToolChoice::None,
        "tool" => ToolChoice::Named(choice.need("name")?.text()?),
        _ => return Err(choice.invalid("type", "expected one of auto, any, tool, none")),
    };
    let parallel = choice.flag("disable_parallel_tool_use")?.map(|disabled| !disabled);
    choice.drop_rest(dropped);
    Ok((Some(tool), parallel))
}

fn read_format(mut format: Object, dropped: &mut Dropped) -> Result<OutputFormat, Invalid> {
    if format.need("type")?.text()? != "json_schema" {
        return Err(format.invalid("type", "expected json_schema"));
    }
    let schema = format.need("schema")?.value;
    format.drop_rest(dropped);
    // without a name here, which others want; and always kept to
    Ok(OutputFormat::Schema { name: "answer".to_owned(), description: None, schema, strict: Some(true) })
}

#[cfg(test)]
mod tests;
