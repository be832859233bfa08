//! A request to the vendor. The model and whether it is a stream stand in the path.

use super::schema::{write_parameters, write_schema};
use super::write_content::Contents;
use crate::chat::{ChatRequest, Effort, OutputFormat, Reasoning, Tool, ToolChoice};
use crate::dialect::Target;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Value, json};

/// Tokens of thought that every model which thinks by a budget takes.
const LARGEST_BUDGET: u64 = 24_576;
/// Those that cannot stop thinking want at least these.
const SMALLEST_BUDGET: u64 = 128;

/// Writes a request.
pub fn write_request(request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    if request.parallel_tools == Some(false) {
        dropped.field("parallel_tool_calls");
    }
    if request.user.is_some() {
        dropped.field("user");
    }
    let config = write_generation(&request, target.model);
    let mut contents = Contents::default();
    for (at, message) in request.messages.into_iter().enumerate() {
        contents.push(at, message, &mut dropped)?;
    }
    let levels = knows_levels(target.model);
    let (system, contents) = contents.finish(levels)?;
    let functions: Vec<Value> =
        request.tools.into_iter().map(|tool| write_tool(tool, &mut dropped)).collect();
    let has_tools = !functions.is_empty();
    let body = Fields::new()
        .some("systemInstruction", system)
        .with("contents", contents)
        .some("tools", has_tools.then(|| json!([{ "functionDeclarations": functions }])))
        .some("toolConfig", request.tool_choice.filter(|_| has_tools).map(write_choice))
        .some("generationConfig", (!config.is_empty()).then_some(config));
    Ok((body.into(), dropped))
}

fn write_tool(tool: Tool, dropped: &mut Dropped) -> Value {
    if tool.cache.is_some() {
        dropped.field("tools.cache_control");
    }
    if tool.strict == Some(true) {
        dropped.field("tools.strict");
    }
    Fields::new()
        .with("name", tool.name)
        .some("description", tool.description)
        .some("parameters", write_parameters(&tool.schema))
        .into()
}

fn write_choice(choice: ToolChoice) -> Value {
    let calling = match choice {
        ToolChoice::Auto => json!({ "mode": "AUTO" }),
        ToolChoice::Required => json!({ "mode": "ANY" }),
        ToolChoice::None => json!({ "mode": "NONE" }),
        ToolChoice::Named(name) => json!({ "mode": "ANY", "allowedFunctionNames": [name] }),
    };
    json!({ "functionCallingConfig": calling })
}

fn write_generation(request: &ChatRequest, model: &str) -> Fields {
    let (media_type, schema) = match &request.format {
        None => (None, None),
        Some(OutputFormat::Text) => (Some("text/plain"), None),
        Some(OutputFormat::Json) => (Some("application/json"), None),
        Some(OutputFormat::Schema { schema, .. }) => (Some("application/json"), Some(write_schema(schema))),
    };
    let thinking = request.reasoning.map(|reasoning| write_thinking(reasoning, model));
    Fields::new()
        .some("temperature", request.temperature)
        .some("topP", request.top_p)
        .some("topK", request.top_k)
        .some("maxOutputTokens", request.max_tokens)
        .filled("stopSequences", request.stop.iter().map(|text| text.as_str().into()).collect())
        .some("seed", request.seed)
        .some("presencePenalty", request.presence_penalty)
        .some("frequencyPenalty", request.frequency_penalty)
        .some("responseMimeType", media_type)
        .some("responseSchema", schema)
        .some("thinkingConfig", thinking.filter(|thinking| !thinking.is_empty()))
}

fn write_thinking(reasoning: Reasoning, model: &str) -> Fields {
    let fields = Fields::new();
    let fields = match (reasoning.budget, reasoning.effort) {
        // never both: that is refused
        (Some(budget), _) => fields.with("thinkingBudget", budget),
        (None, Some(effort)) if knows_levels(model) => fields.with("thinkingLevel", level(effort)),
        (None, Some(effort)) => fields.with("thinkingBudget", budget(effort, model)),
        (None, None) => fields,
    };
    fields.some("includeThoughts", reasoning.shown)
}

fn budget(effort: Effort, model: &str) -> u64 {
    let smallest = if model.contains("-pro") { SMALLEST_BUDGET } else { 0 };
    Reasoning::budget_for(effort).clamp(smallest, LARGEST_BUDGET)
}

/// Google's word for an effort; models that know them cannot stop thinking.
fn level(effort: Effort) -> &'static str {
    match effort {
        Effort::None | Effort::Minimal => "MINIMAL",
        Effort::Low => "LOW",
        Effort::Medium => "MEDIUM",
        Effort::High => "HIGH",
        Effort::Highest => "XHIGH",
    }
}

/// Whether it is Gemini 3 or later, which thinks in levels and checks signatures. A name without a number is taken for
/// an older one: what those want, all take.
fn knows_levels(model: &str) -> bool {
    let version = model.split_once("gemini-").and_then(|(_, rest)| rest.split(['.', '-']).next());
    version.and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version >= 3)
}

#[cfg(test)]
mod tests;
