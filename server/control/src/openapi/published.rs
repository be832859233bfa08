//! A document as consumers get it: with the gateway's address and its way to know callers, and without what the
//! gateway does not carry.

use serde_json::{Map, Value, json};
use url::Url;

use super::{Document, Format, Method, method};

/// The name of the security scheme that stands for the API key.
const SCHEME: &str = "apiKey";

/// The document for consumers. `gateway_base_url` is where the api answers, with its slug and version: the paths of
/// the document follow it. `api_key_header` is `Authorization` for a bearer token, else the header that carries the
/// key. The schemes of the backend are left out: the gateway stands in front of them. `x-` extensions are kept.
#[must_use]
pub fn published(document: &Document, gateway_base_url: &Url, api_key_header: &str) -> Value {
    let mut value = document.value.clone();
    let Some(root) = value.as_object_mut() else { return value };
    let bearer = api_key_header.eq_ignore_ascii_case("authorization");
    match document.format {
        Format::Swagger2 => {
            address2(root, gateway_base_url);
            let mut scheme = json!({ "type": "apiKey", "name": api_key_header, "in": "header" });
            if bearer {
                set(&mut scheme, "description", json!("`Bearer ` and the API key"));
            }
            root.insert("securityDefinitions".to_owned(), json!({ SCHEME: scheme }));
        }
        Format::OpenApi30 | Format::OpenApi31 => {
            let url = gateway_base_url.as_str().trim_end_matches('/');
            root.insert("servers".to_owned(), json!([{ "url": url }]));
            let scheme = match bearer {
                true => json!({ "type": "http", "scheme": "bearer" }),
                false => json!({ "type": "apiKey", "name": api_key_header, "in": "header" }),
            };
            let components = root.entry("components").or_insert_with(|| json!({}));
            set(components, "securitySchemes", json!({ SCHEME: scheme }));
            items(components.get_mut("pathItems"));
        }
    }
    root.insert("security".to_owned(), json!([{ SCHEME: [] }]));
    served_paths(document, root);
    items(root.get_mut("paths"));
    value
}

/// OpenAPI 2 says an address in three parts.
fn address2(root: &mut Map<String, Value>, url: &Url) {
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let base = url.path().trim_end_matches('/');
    root.insert("host".to_owned(), json!(host));
    root.insert("basePath".to_owned(), json!(if base.is_empty() { "/" } else { base }));
    root.insert("schemes".to_owned(), json!([url.scheme()]));
}

/// Leaves out the paths that have no route.
fn served_paths(document: &Document, root: &mut Map<String, Value>) {
    let served: std::collections::HashSet<_> =
        document.operations.iter().map(|operation| operation.path.as_str()).collect();
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        paths.retain(|path, _| path.starts_with("x-") || path == "$ref" || served.contains(path.as_str()));
    }
}

/// Cleans path items: only methods that are carried, and no addresses or schemes of the backend.
fn items(holder: Option<&mut Value>) {
    let Some(Value::Object(items)) = holder else { return };
    for item in items.values_mut().filter_map(Value::as_object_mut) {
        item.retain(|key, _| {
            matches!(key.as_str(), "$ref" | "summary" | "description" | "parameters")
                || key.starts_with("x-")
                || method::from_key(key).is_some()
        });
        for method in Method::ALL.iter().copied() {
            if let Some(Value::Object(operation)) = item.get_mut(method::key(method)) {
                operation.retain(|key, _| !matches!(key.as_str(), "servers" | "security" | "schemes"));
            }
        }
    }
}

fn set(value: &mut Value, key: &str, field: Value) {
    if let Value::Object(map) = value {
        map.insert(key.to_owned(), field);
    }
}
