//! A request to the vendor.

use super::reasoning::write_reasoning;
use super::write_content::{Conversation, cached};
use crate::chat::{ChatRequest, OutputFormat, Tool, ToolChoice};
use crate::dialect::Target;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Value, json};

/// Writes a request.
pub fn write_request(mut request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let thinking = write_reasoning(&request, target, &mut dropped);
    drop_unknown(&mut request, thinking.is_on(), &mut dropped);
    let mut conversation = Conversation::write(request.messages, &mut dropped)?;
    let system = std::mem::take(&mut conversation.system);
    let messages = conversation.messages();
    if messages.is_empty() {
        return Err(Invalid::new("messages", "expected at least one message that says something"));
    }
    let choice = write_choice(request.tool_choice, request.parallel_tools);
    let choice = choice.filter(|_| !request.tools.is_empty());
    let output = Fields::new()
        .some("effort", thinking.effort)
        .some("format", request.format.and_then(|format| write_format(format, &mut dropped)));
    let body = Fields::new()
        .with("model", target.model)
        .with("max_tokens", thinking.max_tokens)
        .filled("system", system)
        .with("messages", messages)
        .filled("tools", request.tools.into_iter().map(write_tool).collect())
        .some("tool_choice", choice)
        .some("thinking", thinking.thinking)
        .some("output_config", (!output.is_empty()).then_some(output))
        .some("temperature", request.temperature)
        .some("top_p", request.top_p)
        .some("top_k", request.top_k)
        .filled("stop_sequences", request.stop.into_iter().map(Value::from).collect())
        .some("metadata", request.user.map(|user| json!({ "user_id": user })))
        .some("stream", request.stream.then_some(true));
    Ok((body.into(), dropped))
}

/// Takes out what would be refused.
fn drop_unknown(request: &mut ChatRequest, thinks: bool, dropped: &mut Dropped) {
    let mut report = |any: bool, field: &str| {
        if any {
            dropped.field(field);
        }
    };
    report(request.seed.is_some(), "seed");
    report(request.presence_penalty.is_some(), "presence_penalty");
    report(request.frequency_penalty.is_some(), "frequency_penalty");
    if thinks {
        report(request.temperature.take().is_some(), "temperature");
        report(request.top_k.take().is_some(), "top_k");
        report(request.top_p.take_if(|top_p| *top_p < 0.95).is_some(), "top_p");
    }
    // others go up to 2
    if let Some(temperature) = request.temperature.as_mut().filter(|temperature| **temperature > 1.0) {
        *temperature = 1.0;
        report(true, "temperature");
    }
    let count = request.stop.len();
    request.stop.retain(|text| !text.trim().is_empty());
    report(request.stop.len() < count, "stop");
}

fn write_tool(tool: Tool) -> Value {
    let mut schema = tool.schema;
    if let Some(fields) = schema.as_object_mut()
        && !fields.contains_key("type")
    {
        fields.insert("type".to_owned(), "object".into());
    }
    let written = Fields::new()
        .with("name", tool.name)
        .some("description", tool.description)
        .with("input_schema", schema)
        .some("strict", tool.strict);
    cached(written, tool.cache)
}

fn write_choice(choice: Option<ToolChoice>, parallel: Option<bool>) -> Option<Value> {
    let one = parallel == Some(false);
    let choice = choice.or(one.then_some(ToolChoice::Auto))?;
    let written = match choice {
        // nothing more to say about none
        ToolChoice::None => return Some(json!({ "type": "none" })),
        ToolChoice::Auto => Fields::new().with("type", "auto"),
        ToolChoice::Required => Fields::new().with("type", "any"),
        ToolChoice::Named(name) => Fields::new().with("type", "tool").with("name", name),
    };
    Some(written.some("disable_parallel_tool_use", one.then_some(true)).into())
}

fn write_format(format: OutputFormat, dropped: &mut Dropped) -> Option<Value> {
    match format {
        OutputFormat::Text => None,
        OutputFormat::Json => {
            dropped.field("response_format");
            None
        }
        // a name is only a label; its schema is always kept to
        OutputFormat::Schema { description, schema, .. } => {
            if description.is_some() {
                dropped.field("response_format.json_schema.description");
            }
            Some(json!({ "type": "json_schema", "schema": schema }))
        }
    }
}

#[cfg(test)]
mod tests;
