//! An operation as a call that could be made: parameters that must be there, and the example of its body.

use crate::link;
use crate::pages::catalogue::sample::{Ask, Body, Content};
use control::openapi::{self, Operation, OperationDetail, Parameter, sample};
use serde_json::Value;

pub fn of(operation: &Operation, detail: &OperationDetail, base_url: &str) -> Ask {
    let at = |location: &'static str| {
        detail.parameters.iter().filter(move |parameter| parameter.location == location)
    };
    let mut path = operation.path.clone();
    for parameter in at("path") {
        path = path.replace(&format!("{{{}}}", parameter.name), &link::encode(&value(parameter)));
    }
    let needed: Vec<(String, String)> = at("query")
        .filter(|parameter| parameter.required)
        .map(|parameter| (parameter.name.clone(), value(parameter)))
        .collect();
    let needed: Vec<(&str, &str)> =
        needed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers = at("header").filter(|parameter| parameter.required && !is_credential(&parameter.name));
    let headers = headers.map(|parameter| (parameter.name.clone(), value(parameter))).collect();
    let body = detail.body.as_ref().and_then(|body| body.contents.first()).and_then(body);
    let ask = Ask::new(operation.method, format!("{base_url}{path}{}", link::query(&needed)));
    Ask { headers, body, ..ask }
}

/// The gateway knows callers by a header of its own.
fn is_credential(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// The author's example, else one made up; the name where nothing is known.
fn value(parameter: &Parameter) -> String {
    let example = parameter.example.clone().unwrap_or_else(|| sample(&parameter.schema, true));
    match example {
        Value::Null => parameter.name.clone(),
        Value::String(text) => text,
        Value::Array(items) => items.first().map(text).unwrap_or_default(),
        other => other.to_string(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The body, where it can be written as text.
fn body(content: &openapi::Content) -> Option<Body> {
    let media_type = content.media_type.clone();
    let example = content.example.clone()?;
    let content = match example {
        value if media_type.contains("json") => Content::Json(value),
        Value::Object(fields) if media_type == "application/x-www-form-urlencoded" => {
            let pairs = fields
                .iter()
                .map(|(name, value)| format!("{}={}", link::encode(name), link::encode(&text(value))));
            Content::Text(pairs.collect::<Vec<_>>().join("&"))
        }
        Value::String(text) => Content::Text(text),
        _ => return None,
    };
    Some(Body { media_type, content })
}
