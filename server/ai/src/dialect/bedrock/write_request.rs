//! A request to the vendor. The model stands in the path, and whether it streams too.

#[cfg(test)]
mod tests;

use super::conversation::Conversation;
use super::family::Family;
use super::thinking;
use super::tools::write_tools;
use crate::chat::{ChatRequest, OutputFormat};
use crate::dialect::Target;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Value, json};

/// The least `top_p` that Claude takes while it thinks.
const THINKING_TOP_P: f64 = 0.95;

/// Writes a request.
pub fn write_request(mut request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let family = Family::of(target.model);
    drop_unknown(&request, &mut dropped);
    let budget = thinking::budget(&request, family, target, &mut dropped);
    let tools = write_tools(&mut request, family, &mut dropped);
    let mut conversation = Conversation::new(family, &mut dropped);
    for (index, message) in std::mem::take(&mut request.messages).into_iter().enumerate() {
        conversation.push(index, message);
    }
    let (system, messages) = conversation.write()?;
    if messages.is_empty() {
        return Err(Invalid::new("messages", "expected at least one message of the user"));
    }
    let format = write_format(request.format.take(), &mut dropped);
    let met = family == Family::Claude && !request.stop.is_empty();
    let met = if met { vec!["/stop_sequence".into()] } else { Vec::new() };
    let inference = write_inference(&mut request, budget.is_some(), &mut dropped);
    let additional = write_additional(&request, family, budget, &mut dropped);
    let some = |fields: Fields| (!fields.is_empty()).then_some(fields);
    let body = Fields::new()
        .with("messages", messages)
        .filled("system", system)
        .some("inferenceConfig", some(inference))
        .some("toolConfig", tools)
        .some("additionalModelRequestFields", some(additional))
        // which of the caller's sequences was met is only said when it is asked for
        .filled("additionalModelResponseFieldPaths", met)
        .some("outputConfig", format.map(|format| json!({ "textFormat": format })));
    Ok((body.into(), dropped))
}

/// What Converse has no word for, whatever the model.
fn drop_unknown(request: &ChatRequest, dropped: &mut Dropped) {
    let unknown = [
        ("seed", request.seed.is_some()),
        ("presence_penalty", request.presence_penalty.is_some()),
        ("frequency_penalty", request.frequency_penalty.is_some()),
        ("user", request.user.is_some()),
        ("reasoning.summary", request.reasoning.is_some_and(|reasoning| reasoning.shown == Some(false))),
    ];
    for (field, _) in unknown.iter().filter(|(_, there)| *there) {
        dropped.field(field);
    }
}

fn write_inference(request: &mut ChatRequest, thinks: bool, dropped: &mut Dropped) -> Fields {
    let (mut temperature, mut top_p) = (request.temperature, request.top_p);
    if thinks {
        if temperature.take_if(|temperature| *temperature != 1.0).is_some() {
            dropped.field("temperature");
        }
        if top_p.take_if(|top_p| *top_p < THINKING_TOP_P).is_some() {
            dropped.field("top_p");
        }
    }
    Fields::new()
        .some("maxTokens", request.max_tokens)
        .some("temperature", temperature)
        .some("topP", top_p)
        .filled("stopSequences", std::mem::take(&mut request.stop).into_iter().map(Value::from).collect())
}

/// Words of the model's own.
fn write_additional(
    request: &ChatRequest,
    family: Family,
    budget: Option<u64>,
    dropped: &mut Dropped,
) -> Fields {
    let thinking = budget.map(|budget| json!({ "type": "enabled", "budget_tokens": budget }));
    let fields = Fields::new();
    let fields = match (request.top_k, family) {
        (None, _) => fields,
        (Some(top_k), Family::Claude) if budget.is_none() => fields.with("top_k", top_k),
        (Some(top_k), Family::Nova) => fields.with("inferenceConfig", json!({ "topK": top_k })),
        (Some(_), _) => {
            dropped.field("top_k");
            fields
        }
    };
    fields.some("thinking", thinking)
}

/// Always strict: that is not a choice here.
fn write_format(format: Option<OutputFormat>, dropped: &mut Dropped) -> Option<Value> {
    match format? {
        OutputFormat::Text => None,
        OutputFormat::Json => {
            dropped.field("response_format");
            None
        }
        OutputFormat::Schema { name, description, schema, .. } => {
            let schema = Fields::new()
                // as a text, unlike those of functions
                .with("schema", schema.to_string())
                .with("name", name)
                .some("description", description);
            let structure = json!({ "jsonSchema": Value::from(schema) });
            Some(json!({ "type": "json_schema", "structure": structure }))
        }
    }
}
