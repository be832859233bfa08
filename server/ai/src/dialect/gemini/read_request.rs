//! A caller's request.

use super::read_content::{Contents, read_system};
use super::read_schema::read_schema;
use super::spelling::{camel, many};
use crate::chat::{ChatRequest, Effort, OutputFormat, Reasoning, Tool, ToolChoice};
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use serde_json::{Value, json};

/// Reads a request. Model and stream stand in the path: they stay empty.
pub fn read_request(body: Value) -> Result<(ChatRequest, Dropped), Invalid> {
    let mut body = Item::root(camel(body)).object()?;
    let (mut request, mut dropped) = (ChatRequest::default(), Dropped::default());
    if let Some(system) = body.object("systemInstruction")? {
        request.messages.push(read_system(system, &mut dropped)?);
    }
    let (mut contents, turns) = (Contents::default(), many(&mut body, "contents")?);
    if turns.is_empty() {
        return Err(body.invalid("contents", "expected at least one content"));
    }
    for item in turns {
        request.messages.push(contents.read(item, &mut dropped)?);
    }
    for item in many(&mut body, "tools")? {
        read_tools(item, &mut request.tools, &mut dropped)?;
    }
    if let Some(mut config) = body.object("toolConfig")? {
        if let Some(calling) = config.object("functionCallingConfig")? {
            read_choice(calling, &mut request, &mut dropped)?;
        }
        config.drop_rest(&mut dropped);
    }
    if let Some(config) = body.object("generationConfig")? {
        read_generation(config, &mut request, &mut dropped)?;
    }
    // what some write beside the path
    body.value("model");
    body.drop_rest(&mut dropped);
    Ok((request, dropped))
}

/// The functions of a tool; what Google runs itself is dropped.
fn read_tools(item: Item, tools: &mut Vec<Tool>, dropped: &mut Dropped) -> Result<(), Invalid> {
    let mut tool = item.object()?;
    for item in many(&mut tool, "functionDeclarations")? {
        let mut function = item.object()?;
        let written = function.value("parametersJsonSchema");
        let schema = written.or(function.value("parameters").map(read_schema));
        tools.push(Tool {
            name: function.need("name")?.text()?,
            description: function.text("description")?,
            schema: schema.unwrap_or_else(|| json!({ "type": "object", "properties": {} })),
            strict: None,
            cache: None,
        });
        function.drop_rest(dropped);
    }
    tool.drop_rest(dropped);
    Ok(())
}

fn read_choice(mut calling: Object, request: &mut ChatRequest, dropped: &mut Dropped) -> Result<(), Invalid> {
    let mode = calling.text("mode")?.map(|mode| mode.to_ascii_uppercase());
    let limited = matches!(mode.as_deref(), Some("ANY" | "VALIDATED"));
    let allowed = if limited { calling.texts("allowedFunctionNames")? } else { Vec::new() };
    request.tool_choice = match mode.as_deref() {
        None | Some("" | "MODE_UNSPECIFIED") => None,
        Some("AUTO") => Some(ToolChoice::Auto),
        Some("NONE") => Some(ToolChoice::None),
        Some("ANY") => match allowed.as_slice() {
            [name] => Some(ToolChoice::Named(name.clone())),
            _ => Some(ToolChoice::Required),
        },
        Some("VALIDATED") => {
            // that calls keep to their schemas is each vendor's own matter
            dropped.field(calling.at("mode"));
            Some(ToolChoice::Auto)
        }
        Some(_) => return Err(calling.invalid("mode", "expected one of AUTO, ANY, NONE, VALIDATED")),
    };
    // a choice of several: the others are not there
    if !allowed.is_empty() {
        request.tools.retain(|tool| allowed.contains(&tool.name));
    }
    calling.drop_rest(dropped);
    Ok(())
}

fn read_generation(
    mut config: Object,
    request: &mut ChatRequest,
    dropped: &mut Dropped,
) -> Result<(), Invalid> {
    request.temperature = config.number("temperature")?;
    request.top_p = config.number("topP")?;
    request.top_k = config.unsigned("topK")?;
    request.max_tokens = config.unsigned("maxOutputTokens")?;
    request.stop = config.texts("stopSequences")?;
    request.seed = config.signed("seed")?;
    request.presence_penalty = config.number("presencePenalty")?;
    request.frequency_penalty = config.number("frequencyPenalty")?;
    request.format = read_format(&mut config, dropped)?;
    if let Some(thinking) = config.object("thinkingConfig")? {
        request.reasoning = Some(read_thinking(thinking, dropped)?);
    }
    // one answer of text is what every dialect has
    if config.unsigned("candidateCount")?.is_some_and(|count| count != 1) {
        dropped.field(config.at("candidateCount"));
    }
    if config.texts("responseModalities")?.iter().any(|word| !word.eq_ignore_ascii_case("text")) {
        dropped.field(config.at("responseModalities"));
    }
    config.drop_rest(dropped);
    Ok(())
}

fn read_format(config: &mut Object, dropped: &mut Dropped) -> Result<Option<OutputFormat>, Invalid> {
    let media_type = config.text("responseMimeType")?;
    let written = config.value("responseJsonSchema");
    let schema = written.or(config.value("responseSchema").map(read_schema));
    match (media_type.as_deref(), schema) {
        (None | Some("application/json"), Some(schema)) => {
            let title = schema.get("title").and_then(Value::as_str).map(name_of);
            let name = title.filter(|name| !name.is_empty()).unwrap_or_else(|| "answer".to_owned());
            Ok(Some(OutputFormat::Schema { name, description: None, schema, strict: None }))
        }
        (Some("application/json"), None) => Ok(Some(OutputFormat::Json)),
        (Some("text/plain"), _) => Ok(Some(OutputFormat::Text)),
        (None, None) => Ok(None),
        (Some(_), _) => {
            // one of several words, for example
            dropped.field(config.at("responseMimeType"));
            Ok(None)
        }
    }
}

/// A name as other vendors allow it.
fn name_of(title: &str) -> String {
    let fits = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    title.chars().map(|letter| if letter == ' ' { '_' } else { letter }).filter(fits).take(64).collect()
}

fn read_thinking(mut thinking: Object, dropped: &mut Dropped) -> Result<Reasoning, Invalid> {
    let mut reasoning = Reasoning { shown: thinking.flag("includeThoughts")?, ..Reasoning::default() };
    match thinking.signed("thinkingBudget")?.map(u64::try_from) {
        // -1: as many as the model likes
        None | Some(Err(_)) => {}
        Some(Ok(0)) => reasoning.effort = Some(Effort::None),
        Some(Ok(budget)) => reasoning.budget = Some(budget),
    }
    let level = thinking.text("thinkingLevel")?.map(|level| level.to_ascii_uppercase());
    match level.as_deref() {
        None | Some("" | "THINKING_LEVEL_UNSPECIFIED") => {}
        Some("MINIMAL") => reasoning.effort = Some(Effort::Minimal),
        Some("LOW") => reasoning.effort = Some(Effort::Low),
        Some("MEDIUM") => reasoning.effort = Some(Effort::Medium),
        Some("HIGH") => reasoning.effort = Some(Effort::High),
        Some("XHIGH") => reasoning.effort = Some(Effort::Highest),
        Some(_) => {
            let expected = "expected one of MINIMAL, LOW, MEDIUM, HIGH, XHIGH";
            return Err(thinking.invalid("thinkingLevel", expected));
        }
    }
    thinking.drop_rest(dropped);
    Ok(reasoning)
}

#[cfg(test)]
mod tests;
