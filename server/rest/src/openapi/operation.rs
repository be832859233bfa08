//! One operation of the description.

use crate::endpoint::{Access, Endpoint};
use crate::guard::scope_for;
use crate::idempotency;
use crate::operation::{Description, Parameter};
use http::Method;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// What a body may be declared as; the second where it changes something that is there (RFC 7396).
const JSON: [&str; 2] = ["application/json", "application/merge-patch+json"];

/// The first word of the operation's id: the area it belongs to.
pub fn area(endpoint: &Endpoint) -> &'static str {
    endpoint.name.split('.').next().unwrap_or_default()
}

pub fn describe(endpoint: &Endpoint, schemas: &mut SchemaGenerator) -> Value {
    let description = endpoint.describe(schemas);
    let mut operation = Map::new();
    let mut put = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    put("operationId", json!(endpoint.name));
    put("summary", json!(endpoint.summary));
    put("tags", json!([area(endpoint)]));
    put("description", json!(asks_for(endpoint.access)));
    let token = json!({ "token": [scope_for(&endpoint.method)] });
    let security = if endpoint.access == Access::Anonymous { json!([{}, token]) } else { json!([token]) };
    put("security", security);
    put("x-access", json!(held(endpoint.access)));
    if let Some(permission) = endpoint.access.permission() {
        put("x-permission", json!(permission));
    }
    put("x-audited", json!(endpoint.audited));
    put("parameters", Value::Array(parameters(endpoint, &description)));
    if let Some(body) = &description.body {
        let types = JSON.iter().take(if description.patch { 2 } else { 1 });
        let content: Map<String, Value> =
            types.map(|name| ((*name).to_owned(), json!({ "schema": body }))).collect();
        put("requestBody", json!({ "required": true, "content": content }));
    }
    put("responses", responses(&description));
    Value::Object(operation)
}

/// Where the permission must be held.
fn held(access: Access) -> &'static str {
    match access {
        Access::Anonymous => "anonymous",
        Access::SignedIn => "signed-in",
        Access::Platform(_) => "platform",
        Access::Team(_) => "team",
    }
}

fn asks_for(access: Access) -> String {
    match access {
        Access::Anonymous => "Open to callers without a token; what is seen depends on who looks.".to_owned(),
        Access::SignedIn => "Open to every account, for what is its own or its teams'.".to_owned(),
        Access::Platform(permission) => format!("Asks for the permission `{permission}` on the platform."),
        Access::Team(permission) => {
            format!("Asks for the permission `{permission}` in the team that owns the object.")
        }
    }
}

fn parameters(endpoint: &Endpoint, description: &Description<'_>) -> Vec<Value> {
    let in_path = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let in_query = description.query.iter().map(|parameter| shown("query", parameter));
    let key = (endpoint.method == Method::POST).then(idempotency::parameter);
    in_path.chain(in_query).chain(key.map(|key| shown("header", &key))).collect()
}

fn shown(place: &str, parameter: &Parameter) -> Value {
    let mut shown = json!({ "name": parameter.name, "in": place, "schema": parameter.schema });
    if let Some(shown) = shown.as_object_mut().filter(|_| !parameter.description.is_empty()) {
        shown.insert("description".to_owned(), json!(parameter.description));
    }
    shown
}

fn responses(description: &Description<'_>) -> Value {
    let mut success = json!({ "description": meaning(description.status) });
    if let Some(success) = success.as_object_mut() {
        if let Some(answer) = &description.answer {
            success.insert("content".to_owned(), json!({ "application/json": { "schema": answer } }));
        }
        let headers: Map<String, Value> = description
            .headers
            .iter()
            .map(|(name, says)| {
                ((*name).to_owned(), json!({ "description": says, "schema": { "type": "string" } }))
            })
            .collect();
        if !headers.is_empty() {
            success.insert("headers".to_owned(), Value::Object(headers));
        }
    }
    json!({
        description.status.to_string(): success,
        "default": { "$ref": "#/components/responses/Problem" },
    })
}

fn meaning(status: u16) -> &'static str {
    match status {
        201 => "Created.",
        204 => "Done.",
        _ => "As asked for.",
    }
}
