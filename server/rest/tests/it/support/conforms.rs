//! Whether a value is as a JSON schema says: as much of JSON Schema 2020-12 as our schemas use. A keyword that is not
//! known here fails, so that nothing goes unchecked.

use super::Described;
use serde_json::Value;

/// Keywords that say nothing about validity.
const SILENT: [&str; 5] = ["description", "title", "default", "format", "examples"];

/// What is wrong, with the place; nothing when the value conforms.
pub fn conforms(described: &Described, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let keywords = match schema {
        Value::Bool(true) => return Vec::new(),
        Value::Object(keywords) => keywords,
        other => return vec![format!("{at}: no schema: {other}")],
    };
    let mut wrong = Vec::new();
    for (keyword, says) in keywords {
        let good = match keyword.as_str() {
            "type" => is_of(value, says),
            "enum" => says.as_array().unwrap().contains(value),
            "const" => says == value,
            "minimum" => value.as_f64().is_none_or(|n| n >= says.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|n| n <= says.as_f64().unwrap()),
            "required" => {
                says.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "additionalProperties" => {
                wrong.extend(additional(described, keywords, says, value, at));
                true
            }
            silent if SILENT.contains(&silent) => true,
            nesting => {
                wrong.extend(nested(described, (nesting, says), value, at));
                true
            }
        };
        wrong.extend((!good).then(|| format!("{at}: {keyword} is {says}, got {value}")));
    }
    wrong
}

/// Keywords that have schemas in them.
fn nested(described: &Described, (keyword, says): (&str, &Value), value: &Value, at: &str) -> Vec<String> {
    let each = |schemas: &Value| -> Vec<Vec<String>> {
        schemas.as_array().unwrap().iter().map(|schema| conforms(described, schema, value, at)).collect()
    };
    match keyword {
        "$ref" => match described.resolve(says.as_str().unwrap()) {
            Some(target) => conforms(described, target, value, at),
            None => vec![format!("{at}: {says} leads nowhere")],
        },
        "properties" => {
            let given = says
                .as_object()
                .unwrap()
                .iter()
                .filter_map(|(name, schema)| Some((name, schema, value.get(name)?)));
            given
                .flat_map(|(name, schema, member)| {
                    conforms(described, schema, member, &format!("{at}.{name}"))
                })
                .collect()
        }
        "items" => {
            let items = value.as_array().into_iter().flatten().enumerate();
            items
                .flat_map(|(index, item)| conforms(described, says, item, &format!("{at}[{index}]")))
                .collect()
        }
        "allOf" => each(says).concat(),
        "anyOf" | "oneOf" => {
            let tried = each(says);
            let fitting = tried.iter().filter(|wrong| wrong.is_empty()).count();
            let good = if keyword == "oneOf" { fitting == 1 } else { fitting > 0 };
            if good {
                Vec::new()
            } else {
                vec![format!("{at}: {fitting} of {keyword} fit {value}: {tried:?}")]
            }
        }
        unknown => vec![format!("{at}: the keyword {unknown} is not known here")],
    }
}

fn is_of(value: &Value, says: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    };
    match says {
        Value::String(name) => is(name),
        names => names.as_array().unwrap().iter().any(|name| is(name.as_str().unwrap())),
    }
}

fn additional(
    described: &Described,
    keywords: &serde_json::Map<String, Value>,
    says: &Value,
    value: &Value,
    at: &str,
) -> Vec<String> {
    let known =
        |name: &str| keywords.get("properties").is_some_and(|properties| properties.get(name).is_some());
    let others = value.as_object().into_iter().flatten().filter(|(name, _)| !known(name));
    others
        .flat_map(|(name, member)| match says {
            Value::Bool(false) => vec![format!("{at}: {name} is not known")],
            schema => conforms(described, schema, member, &format!("{at}.{name}")),
        })
        .collect()
}

#[test]
fn what_does_not_conform_is_found() {
    use serde_json::json;
    let described = Described(json!({ "components": { "schemas": { "Name": { "type": "string" } } } }));
    let schema = json!({
        "type": "object",
        "properties": { "name": { "$ref": "#/components/schemas/Name" }, "kind": { "enum": ["a", "b"] } },
        "required": ["name"],
        "additionalProperties": false,
    });
    let wrong = |value: Value| conforms(&described, &schema, &value, "$");
    assert!(wrong(json!({ "name": "x", "kind": "a" })).is_empty());
    for value in [
        json!({}),
        json!({ "name": 5 }),
        json!({ "name": "x", "kind": "c" }),
        json!({ "name": "x", "y": 1 }),
        json!([]),
    ] {
        assert!(!wrong(value.clone()).is_empty(), "{value}");
    }
}
