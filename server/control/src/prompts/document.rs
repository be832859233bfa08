//! The OpenAPI document of a prompt api. Its server and the way to know callers are written in when it is shown.

use domain::prompts::Prompt;
use domain::prompts::variables::{Variable, VariableKind};
use serde_json::{Map, Value, json};

/// What the gateway refuses calls with.
const REFUSALS: [(&str, &str); 9] = [
    ("400", "The body is no JSON object, or no form"),
    ("401", "No API key, or one that is not valid"),
    ("403", "No subscription to this API"),
    ("413", "The body is too large"),
    ("422", "A variable is missing, unknown or of another type; the detail names it"),
    ("429", "Too many calls, or a quota or budget is used up"),
    ("502", "The model gave no answer, or none that fits the schema"),
    ("503", "The model's provider is not available at the moment"),
    ("504", "The model's provider took too long"),
];

/// The document as JSON text.
pub(crate) fn document(title: &str, prompt: &Prompt) -> String {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), answer(prompt));
    for (status, description) in REFUSALS {
        let content =
            json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        responses.insert(status.to_owned(), json!({ "description": description, "content": content }));
    }
    let operation = json!({
        "operationId": "run",
        "summary": "Runs the prompt",
        "description": "Fills the variables into the prompt and answers with what the model says. With `stream`, or \
            with `Accept: text/event-stream`, the answer comes as events: `delta` with a piece of text each, then \
            `done`, or `error` with a problem.",
        "requestBody": { "required": true, "content": request(prompt) },
        "responses": responses,
    });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": "1" },
        "paths": { "/": { "post": operation } },
        "components": { "schemas": {
            "Variables": variables(&prompt.variables),
            "Usage": usage(),
            "Problem": problem(),
        } },
    });
    document.to_string()
}

/// JSON; a form as well where there are files.
fn request(prompt: &Prompt) -> Value {
    let required = prompt.variables.iter().any(is_required);
    let mut object = json!({
        "type": "object",
        "properties": {
            "variables": { "$ref": "#/components/schemas/Variables" },
            "stream": { "type": "boolean", "default": false, "description": "Whether the answer comes as events" },
        },
        "additionalProperties": false,
    });
    if let (true, Value::Object(members)) = (required, &mut object) {
        members.insert("required".to_owned(), json!(["variables"]));
    }
    let mut content = json!({ "application/json": { "schema": object } });
    if let (true, Value::Object(kinds)) = (prompt.takes_files(), &mut content) {
        kinds.insert("multipart/form-data".to_owned(), json!({ "schema": form(&prompt.variables) }));
    }
    content
}

fn is_required(variable: &Variable) -> bool {
    variable.required && variable.default.is_none()
}

fn variables(variables: &[Variable]) -> Value {
    let properties: Map<String, Value> = variables
        .iter()
        .map(|variable| (variable.name.clone(), described(variable, schema(variable))))
        .collect();
    closed(variables, properties)
}

/// As a form has them: files as they are.
fn form(variables: &[Variable]) -> Value {
    let field = |variable: &Variable| {
        let file = json!({ "type": "string", "format": "binary" });
        let schema = if variable.kind.is_media() { file } else { schema(variable) };
        (variable.name.clone(), described(variable, schema))
    };
    closed(variables, variables.iter().map(field).collect())
}

fn closed(variables: &[Variable], properties: Map<String, Value>) -> Value {
    let required: Vec<&str> = variables
        .iter()
        .filter(|variable| is_required(variable))
        .map(|variable| variable.name.as_str())
        .collect();
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (false, Value::Object(members)) = (required.is_empty(), &mut object) {
        members.insert("required".to_owned(), json!(required));
    }
    object
}

fn described(variable: &Variable, mut schema: Value) -> Value {
    if let Value::Object(members) = &mut schema {
        if !variable.description.is_empty() {
            members.insert("description".to_owned(), variable.description.clone().into());
        }
        members.extend(variable.default.clone().map(|default| ("default".to_owned(), default)));
    }
    schema
}

fn schema(variable: &Variable) -> Value {
    match variable.kind {
        VariableKind::String => json!({ "type": "string" }),
        VariableKind::Number => json!({ "type": "number" }),
        VariableKind::Boolean => json!({ "type": "boolean" }),
        VariableKind::Enum => json!({ "type": "string", "enum": variable.values }),
        VariableKind::Date => json!({ "type": "string", "format": "date" }),
        VariableKind::Image => media(&["image/png", "image/jpeg", "image/gif", "image/webp"]),
        VariableKind::File => media(&["application/pdf", "text/plain"]),
    }
}

fn media(types: &[&str]) -> Value {
    json!({ "oneOf": [
        { "type": "string", "description": "A data URL in base64" },
        {
            "type": "object",
            "properties": {
                "media_type": { "type": "string", "enum": types },
                "data": { "type": "string", "contentEncoding": "base64" },
            },
            "required": ["media_type", "data"],
        },
    ] })
}

fn answer(prompt: &Prompt) -> Value {
    let output = prompt.output_schema.clone().unwrap_or_else(|| json!({ "type": "string" }));
    let object = json!({
        "type": "object",
        "properties": {
            "output": output,
            "model": { "type": "string", "description": "The model that answered" },
            "usage": { "$ref": "#/components/schemas/Usage" },
            "finish": { "type": "string", "description": "`stop`, `length` or `content_filter`" },
            "refusal": { "type": "string", "description": "Why the model will not answer" },
        },
        "required": ["output", "model", "usage", "finish"],
    });
    let events = json!({ "type": "string", "description": "Events `delta`, `done` and `error`" });
    json!({
        "description": "What the model says",
        "content": { "application/json": { "schema": object }, "text/event-stream": { "schema": events } },
    })
}

fn usage() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "properties": {
            "input_tokens": count,
            "output_tokens": count,
            "cached_tokens": count,
            "reasoning_tokens": count,
            "estimated": { "type": "boolean", "description": "Counted by the gateway: the vendor did not say" },
        },
    })
}

/// RFC 9457.
fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "type": text, "title": text, "status": { "type": "integer" }, "detail": text, "instance": text,
            "request_id": text,
        },
        "required": ["type", "title", "status"],
    })
}
