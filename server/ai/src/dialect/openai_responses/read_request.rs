//! A caller's request.

use super::read_input::read_input;
use crate::chat::Block;
use crate::chat::{ChatRequest, Message, OutputFormat, Reasoning, Role, Tool, ToolChoice};
use crate::dialect::openai_chat::read_request::effort;
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use serde_json::{Value, json};

/// Reads a request.
pub fn read_request(body: Value) -> Result<(ChatRequest, Dropped), Invalid> {
    let mut body = Item::root(body).object()?;
    let mut dropped = Dropped::default();
    let mut messages = Vec::new();
    if let Some(text) = body.text("instructions")?.filter(|text| !text.is_empty()) {
        messages.push(Message::new(Role::System, vec![Block::text(text)]));
    }
    let before = messages.len();
    read_input(body.need("input")?, &mut messages, &mut dropped)?;
    if messages.len() == before {
        return Err(body.invalid("input", "expected at least one item that can be translated"));
    }
    let mut tools = tools(&mut body, &mut dropped)?;
    let tool_choice = match body.take("tool_choice") {
        Some(item) => tool_choice(item, &mut tools, &mut dropped)?,
        None => None,
    };
    let user = body.text("safety_identifier")?;
    let request = ChatRequest {
        model: body.need("model")?.text()?,
        messages,
        tools,
        tool_choice,
        parallel_tools: body.flag("parallel_tool_calls")?,
        max_tokens: body.unsigned("max_output_tokens")?,
        temperature: body.number("temperature")?,
        top_p: body.number("top_p")?,
        format: text(&mut body, &mut dropped)?,
        reasoning: reasoning(&mut body, &mut dropped)?,
        user: user.or(body.text("user")?),
        stream: body.flag("stream")?.unwrap_or_default(),
        ..ChatRequest::default()
    };
    take_defaults(&mut body, &mut dropped)?;
    body.drop_rest(&mut dropped);
    Ok((request, dropped))
}

/// Takes what asks for nothing, because it is so anyway.
fn take_defaults(body: &mut Object, dropped: &mut Dropped) -> Result<(), Invalid> {
    for field in ["store", "background", "truncation", "service_tier", "metadata", "top_logprobs"] {
        if let Some(item) = body.take(field)
            && !is_default(field, &item.value)
        {
            dropped.field(item.at);
        }
    }
    for item in body.list("include")? {
        let word = item.text()?;
        // there without being asked for
        if word != "reasoning.encrypted_content" {
            dropped.field(format!("include.{word}"));
        }
    }
    if let Some(mut options) = body.object("stream_options")? {
        if options.flag("include_obfuscation")? == Some(true) {
            dropped.field(options.at("include_obfuscation"));
        }
        options.drop_rest(dropped);
    }
    Ok(())
}

fn is_default(field: &str, value: &Value) -> bool {
    match field {
        // true is what callers get who say nothing, and what they lose shows where they refer to it
        "store" => value.is_boolean(),
        "background" => value == false,
        "truncation" => value == "disabled",
        "service_tier" => value == "auto" || value == "default",
        "metadata" => value.as_object().is_some_and(serde_json::Map::is_empty),
        "top_logprobs" => value == 0,
        _ => false,
    }
}

fn tools(body: &mut Object, dropped: &mut Dropped) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for item in body.list("tools")? {
        let mut tool = item.object()?;
        let kind = tool.need("type")?.text()?;
        if kind != "function" {
            dropped.field(format!("tools.{kind}"));
            continue;
        }
        tools.push(Tool {
            name: tool.need("name")?.text()?,
            description: tool.text("description")?,
            schema: tool.value("parameters").unwrap_or_else(|| json!({ "type": "object", "properties": {} })),
            strict: tool.flag("strict")?,
            cache: None,
        });
        tool.drop_rest(dropped);
    }
    Ok(tools)
}

fn tool_choice(
    item: Item,
    tools: &mut Vec<Tool>,
    dropped: &mut Dropped,
) -> Result<Option<ToolChoice>, Invalid> {
    if item.value.is_string() {
        return choice_word(item).map(Some);
    }
    let mut choice = item.object()?;
    let kind = choice.need("type")?.text()?;
    match kind.as_str() {
        "function" => Ok(Some(ToolChoice::Named(choice.need("name")?.text()?))),
        "allowed_tools" => {
            let mode = choice_word(choice.need("mode")?)?;
            let mut allowed = Vec::new();
            for item in choice.list("tools")? {
                allowed.extend(item.object()?.text("name")?);
            }
            // who is not shown a tool does not call it
            tools.retain(|tool| allowed.contains(&tool.name));
            Ok(Some(mode))
        }
        _ => {
            dropped.field(format!("tool_choice.{kind}"));
            Ok(None)
        }
    }
}

fn choice_word(item: Item) -> Result<ToolChoice, Invalid> {
    let at = item.at.clone();
    match item.text()?.as_str() {
        "auto" => Ok(ToolChoice::Auto),
        "required" => Ok(ToolChoice::Required),
        "none" => Ok(ToolChoice::None),
        _ => Err(Invalid::new(at, "expected one of auto, required, none, or a function")),
    }
}

fn text(body: &mut Object, dropped: &mut Dropped) -> Result<Option<OutputFormat>, Invalid> {
    let Some(mut text) = body.object("text")? else { return Ok(None) };
    let format = text.object("format")?.map(|it| format(it, dropped)).transpose()?;
    if text.peek("verbosity") == Some("medium") {
        text.value("verbosity");
    }
    text.drop_rest(dropped);
    Ok(format)
}

fn format(mut format: Object, dropped: &mut Dropped) -> Result<OutputFormat, Invalid> {
    let read = match format.need("type")?.text()?.as_str() {
        "text" => OutputFormat::Text,
        "json_object" => OutputFormat::Json,
        "json_schema" => OutputFormat::Schema {
            name: format.need("name")?.text()?,
            description: format.text("description")?,
            schema: format.need("schema")?.value,
            strict: format.flag("strict")?,
        },
        _ => return Err(format.invalid("type", "expected one of text, json_object, json_schema")),
    };
    format.drop_rest(dropped);
    Ok(read)
}

fn reasoning(body: &mut Object, dropped: &mut Dropped) -> Result<Option<Reasoning>, Invalid> {
    let Some(mut reasoning) = body.object("reasoning")? else { return Ok(None) };
    let effort = reasoning.take("effort").map(effort).transpose()?;
    // how long a summary is to be nobody else can be told
    let summary = reasoning.text("summary")?.or(reasoning.text("generate_summary")?);
    reasoning.drop_rest(dropped);
    let shown = summary.map(|_| true);
    let asked = effort.is_some() || shown.is_some();
    Ok(asked.then_some(Reasoning { effort, budget: None, shown }))
}
