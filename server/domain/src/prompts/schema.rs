//! The schema of a prompt's answer, ready to check answers with. Patterns run in linear time, and nothing is fetched.

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

/// How many faults of an answer are told.
const TOLD: usize = 3;
/// Bytes that a compiled pattern may take.
const LARGEST_PATTERN: usize = 1 << 20;

#[derive(Debug)]
pub struct OutputSchema {
    pub schema: Value,
    /// Vendors may be told to keep to it exactly: every object names all its members, and has no others.
    pub strict: bool,
    validator: Validator,
}

impl OutputSchema {
    /// The error says what is wrong with the schema, and where.
    pub fn new(schema: &Value) -> Result<Self, String> {
        let patterns = PatternOptions::regex().size_limit(LARGEST_PATTERN);
        let built = jsonschema::options().with_pattern_options(patterns).build(schema);
        let validator = built.map_err(|error| {
            let text: String = error.to_string().chars().take(300).collect();
            match error.instance_path().as_str() {
                "" => format!("expected a JSON schema: {text}"),
                place => format!("expected a JSON schema: at {place}: {text}"),
            }
        })?;
        Ok(Self { schema: schema.clone(), strict: is_strict(schema), validator })
    }

    /// The object that a model wrote; the error says to the model what is wrong.
    pub fn read(&self, text: &str) -> Result<Value, String> {
        let value: Value = serde_json::from_str(unfenced(text))
            .map_err(|error| format!("the answer is no JSON: {error}"))?;
        let faults: Vec<String> = self
            .validator
            .iter_errors(&value)
            .take(TOLD)
            .map(|error| {
                let place = match error.instance_path().as_str() {
                    "" => "at the top".to_owned(),
                    place => format!("at {place}"),
                };
                let text: String = error.masked().to_string().chars().take(200).collect();
                format!("{place}: {text}")
            })
            .collect();
        if faults.is_empty() { Ok(value) } else { Err(faults.join("; ")) }
    }
}

/// Without the fence that many models put around JSON.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    inner.and_then(|inner| inner.strip_suffix("```")).map_or(text, str::trim)
}

/// Whether the schema is of the kind that vendors keep to exactly.
fn is_strict(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => {
            let closed = match members.get("properties").and_then(Value::as_object) {
                Some(properties) => {
                    let required = members.get("required").and_then(Value::as_array);
                    let named = |name: &String| {
                        required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
                    };
                    members.get("additionalProperties") == Some(&Value::Bool(false))
                        && properties.keys().all(named)
                }
                None => members.get("type").and_then(Value::as_str) != Some("object"),
            };
            closed && members.values().all(is_strict)
        }
        Value::Array(items) => items.iter().all(is_strict),
        _ => true,
    }
}
