//! The simplest value that satisfies a JSON schema.

use serde_json::{Map, Value};

const DEEPEST: usize = 24;

/// Strings are `x`, numbers 1, booleans true, enums their first value; objects have what they require.
pub(super) fn example(schema: &Value) -> Value {
    of(schema, schema, 0)
}

fn of(schema: &Value, root: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let pointed = schema.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix('#'));
    if let Some(target) = pointed.and_then(|at| root.pointer(at)) {
        return of(target, root, depth + 1);
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    let list = |name: &str| schema.get(name).and_then(Value::as_array);
    if let Some(first) = list("enum").and_then(|values| values.first()) {
        return first.clone();
    }
    let one = list("anyOf").or_else(|| list("oneOf")).or_else(|| list("allOf"));
    let one = one.and_then(|kinds| kinds.iter().find(|kind| kind_of(kind) != "null"));
    if let Some(one) = one {
        return of(one, root, depth + 1);
    }
    match kind_of(schema).as_str() {
        "object" => object(schema, root, depth),
        "array" => array(schema, root, depth),
        "string" => string(schema),
        "integer" | "number" => number(schema),
        "boolean" => Value::Bool(true),
        _ => Value::Null,
    }
}

/// The type in lower case (Gemini writes `OBJECT`); of several, the first that is not null.
fn kind_of(schema: &Value) -> String {
    let named = match schema.get("type") {
        Some(Value::String(kind)) => Some(kind.as_str()),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    };
    let guessed = if schema.get("items").is_some() { "array" } else { "object" };
    named.unwrap_or(guessed).to_ascii_lowercase()
}

fn object(schema: &Value, root: &Value, depth: usize) -> Value {
    let required = schema.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let fields = required.iter().filter_map(Value::as_str).map(|name| {
        let field = schema.get("properties").and_then(|fields| fields.get(name));
        let value = field.map_or_else(|| Value::from("x"), |field| of(field, root, depth + 1));
        (name.to_owned(), value)
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

fn array(schema: &Value, root: &Value, depth: usize) -> Value {
    let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).min(64);
    let item = schema.get("items").map_or(Value::from("x"), |item| of(item, root, depth + 1));
    Value::Array((0..least).map(|_| item.clone()).collect())
}

fn string(schema: &Value) -> Value {
    let by_format = match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => Some("2026-01-01T00:00:00Z"),
        Some("date") => Some("2026-01-01"),
        Some("time") => Some("00:00:00Z"),
        Some("email") => Some("x@example.com"),
        Some("uri") => Some("https://example.com/"),
        Some("uuid") => Some("00000000-0000-4000-8000-000000000000"),
        _ => None,
    };
    let least = schema.get("minLength").and_then(Value::as_u64).and_then(|least| usize::try_from(least).ok());
    Value::from(by_format.map_or_else(|| "x".repeat(least.unwrap_or(1).clamp(1, 4096)), str::to_owned))
}

fn number(schema: &Value) -> Value {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|bound| bound + 1.0));
    let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|bound| bound - 1.0));
    let number = 1_f64.max(least.unwrap_or(1.0)).min(most.unwrap_or(f64::MAX));
    // text is the way from a float to an integer that cannot lose anything unseen
    let whole = format!("{number:.0}").parse::<i64>().ok().filter(|_| number.fract() == 0.0);
    whole.map_or_else(|| Value::from(number), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_has_its_simplest_value() {
        let schema = json!({
            "type": "object",
            "required": ["s", "n", "b", "e", "o", "l", "r", "u", "m"],
            "properties": {
                "s": { "type": "string" }, "n": { "type": "integer" }, "b": { "type": "BOOLEAN" },
                "e": { "enum": ["red", "blue"] }, "unasked": { "type": "string" },
                "o": { "type": "object", "required": ["k"], "properties": { "k": { "type": ["null", "number"] } } },
                "l": { "type": "array", "minItems": 2, "items": { "type": "string" } },
                "r": { "$ref": "#/$defs/R" }, "u": { "anyOf": [{ "type": "null" }, { "const": 7 }] },
                "m": { "type": "integer", "minimum": 5 },
            },
            "$defs": { "R": { "type": "string", "minLength": 3 } },
        });
        let expected = json!({
            "s": "x", "n": 1, "b": true, "e": "red", "o": { "k": 1 }, "l": ["x", "x"], "r": "xxx", "u": 7, "m": 5,
        });
        assert_eq!(example(&schema), expected);
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let schema = json!({ "type": "object", "required": ["a"], "properties": { "a": { "$ref": "#" } } });
        assert!(example(&schema).is_object());
    }
}
