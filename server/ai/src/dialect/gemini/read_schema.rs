//! Google's `Schema`, a part of OpenAPI 3.0 with types in capitals, as the JSON schema that it means.

use super::spelling::camel_name;
use serde_json::{Map, Value, json};

/// The same as a JSON schema. What is already one stays as it is.
pub(super) fn read_schema(schema: Value) -> Value {
    let Value::Object(fields) = schema else { return schema };
    let mut read = Map::new();
    let (mut nullable, mut ordering) = (false, Vec::new());
    for (name, value) in fields {
        let name = camel_name(name);
        match (name.as_str(), value) {
            ("type", Value::String(word)) if word == "TYPE_UNSPECIFIED" => {}
            ("type", Value::String(word)) => {
                read.insert(name, word.to_ascii_lowercase().into());
            }
            ("nullable", value) => nullable = value == Value::Bool(true),
            ("propertyOrdering", Value::Array(names)) => ordering = names,
            ("format", Value::String(word)) if word == "enum" => {}
            ("example", value) => {
                read.insert("examples".to_owned(), json!([value]));
            }
            ("properties" | "$defs" | "defs", Value::Object(properties)) => {
                let name = if name == "defs" { "$defs".to_owned() } else { name };
                let properties = properties.into_iter().map(|(name, schema)| (name, read_schema(schema)));
                read.insert(name, Value::Object(properties.collect()));
            }
            ("ref", value) => {
                read.insert("$ref".to_owned(), value);
            }
            ("items" | "additionalProperties", value) => {
                read.insert(name, read_schema(value));
            }
            ("anyOf", Value::Array(members)) => {
                read.insert(name, members.into_iter().map(read_schema).collect());
            }
            // 64 bits are a text in protobuf's JSON
            (
                "minItems" | "maxItems" | "minLength" | "maxLength" | "minProperties" | "maxProperties",
                Value::String(count),
            ) => {
                let count = count.parse::<u64>().map_or(Value::String(count), Value::from);
                read.insert(name, count);
            }
            (_, value) => {
                read.insert(name, value);
            }
        }
    }
    order(&mut read, &ordering);
    if nullable {
        allow_null(&mut read);
    }
    Value::Object(read)
}

/// Puts properties into the order that they are wanted in.
fn order(schema: &mut Map<String, Value>, ordering: &[Value]) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    let mut ordered = Map::new();
    for name in ordering.iter().filter_map(Value::as_str) {
        ordered.extend(properties.shift_remove(name).map(|schema| (name.to_owned(), schema)));
    }
    ordered.append(properties);
    *properties = ordered;
}

fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(word) = schema.get_mut("type") {
        *word = json!([word.take(), "null"]);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    if let Some(Value::Array(members)) = schema.get_mut("anyOf") {
        members.push(json!({ "type": "null" }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_become_json_schemas() {
        for (schema, expected) in [
            (json!({ "type": "STRING" }), json!({ "type": "string" })),
            (json!({ "type": "TYPE_UNSPECIFIED", "title": "x" }), json!({ "title": "x" })),
            (
                json!({ "type": "STRING", "format": "enum", "enum": ["a"], "nullable": true }),
                json!({ "type": ["string", "null"], "enum": ["a", null] }),
            ),
            (
                json!({ "anyOf": [{ "type": "INTEGER" }, { "type": "STRING" }], "nullable": true }),
                json!({ "anyOf": [{ "type": "integer" }, { "type": "string" }, { "type": "null" }] }),
            ),
            (
                json!({ "type": "ARRAY", "items": { "type": "NUMBER" }, "minItems": "2", "max_items": 3 }),
                json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 3 }),
            ),
            (
                json!({ "type": "string", "format": "date-time", "example": "x", "nullable": false }),
                json!({ "type": "string", "format": "date-time", "examples": ["x"] }),
            ),
            (
                json!({ "ref": "#/$defs/a_b", "defs": { "a_b": { "type": "BOOLEAN" } } }),
                json!({ "$ref": "#/$defs/a_b", "$defs": { "a_b": { "type": "boolean" } } }),
            ),
        ] {
            assert_eq!(read_schema(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn properties_keep_their_names_and_take_their_order() {
        let schema = json!({
            "type": "OBJECT",
            "properties": { "a_b": { "type": "STRING" }, "type": { "type": "STRING" }, "c": {} },
            "required": ["a_b"],
            "property_ordering": ["c", "type"],
        });
        let expected = r#"{"type":"object","properties":{"c":{},"type":{"type":"string"},"a_b":{"type":"string"}},"required":["a_b"]}"#;
        assert_eq!(read_schema(schema).to_string(), expected);
    }
}
