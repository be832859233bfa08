//! An example made up from a schema, where the author gave none: for the try-it console and code samples.

use serde_json::{Map, Value, json};

use super::{Relation, SchemaView};

/// A value that fits the schema as far as its types go. Read-only properties are left out when `sent` by a caller,
/// write-only ones when they come back.
#[must_use]
pub fn sample(view: &SchemaView, sent: bool) -> Value {
    let given = view.example.as_ref().or(view.default.as_ref()).or_else(|| view.values.first());
    if let Some(value) = given {
        return value.clone();
    }
    let kind = view.kind.split(" or ").next().unwrap_or_default();
    match kind {
        "object" => object(view, sent),
        "array" => {
            let item = view.children.iter().find(|child| child.relation == Relation::Item);
            Value::Array(item.map(|item| sample(item, sent)).into_iter().collect())
        }
        "string" => string(view.format.as_deref()),
        "integer" => json!(1),
        "number" => json!(1.5),
        "boolean" => json!(true),
        _ => alternative(view).map_or(Value::Null, |child| sample(child, sent)),
    }
}

fn object(view: &SchemaView, sent: bool) -> Value {
    let mut map = Map::new();
    for child in &view.children {
        let hidden = if sent { child.read_only } else { child.write_only };
        match child.relation {
            Relation::Property if !hidden => {
                map.insert(child.name.clone(), sample(child, sent));
            }
            Relation::Value => {
                map.insert("key".to_owned(), sample(child, sent));
            }
            _ => {}
        }
    }
    // An object that is one of several shapes also takes the properties of the first.
    if let Some(Value::Object(more)) = alternative(view).map(|child| sample(child, sent)) {
        for (name, value) in more {
            map.entry(name).or_insert(value);
        }
    }
    Value::Object(map)
}

fn alternative(view: &SchemaView) -> Option<&SchemaView> {
    view.children.iter().find(|child| matches!(child.relation, Relation::OneOf | Relation::AnyOf))
}

fn string(format: Option<&str>) -> Value {
    json!(match format.unwrap_or_default() {
        "date" => "2025-01-31",
        "date-time" => "2025-01-31T12:00:00Z",
        "time" => "12:00:00Z",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "email" => "name@example.com",
        "uri" | "url" => "https://example.com/",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "Z2F0ZQ==",
        _ => "string",
    })
}
