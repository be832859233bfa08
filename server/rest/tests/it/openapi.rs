//! `/api/v1/openapi.json`: that it is an OpenAPI 3.1 document, and all of it.

use crate::support::House;
use serde_json::Value;
use std::collections::BTreeSet;

async fn document() -> Value {
    House::new().await.described.0
}

/// Every object in a document, with its place.
fn walk<'v>(value: &'v Value, at: &str, visit: &mut impl FnMut(&str, &'v Value)) {
    visit(at, value);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}"), visit))
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, at, visit)),
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document().await;
    let mut used = BTreeSet::new();
    walk(&document, "", &mut |at, value| {
        if let Some(to) = value.get("$ref").and_then(Value::as_str) {
            let pointer = to.strip_prefix('#').unwrap_or_else(|| panic!("{to} at {at} is not local"));
            assert!(document.pointer(pointer).is_some(), "{to} at {at} leads nowhere");
            used.insert(to.to_owned());
        }
    });
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(used.contains(&format!("#/components/schemas/{name}")), "{name} is used nowhere");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{name}");
    }
}

#[tokio::test]
async fn the_document_has_the_structure_of_openapi_3_1() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with('/'));
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(["get", "post", "put", "patch", "delete"].contains(&method.as_str()), "{what}");
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{what}: the id is taken"
            );
            assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 10), "{what}");
            parameters(path, operation, &what);
            assert!(operation.get("requestBody").is_none() || method != "get", "{what}");
            let responses = operation["responses"].as_object().unwrap();
            assert_eq!(responses.len(), 2, "{what}");
            assert!(responses.contains_key("default"), "{what}");
            for response in responses.values().filter(|response| response.get("$ref").is_none()) {
                assert!(response["description"].is_string(), "{what}");
            }
        }
    }
}

fn parameters(path: &str, operation: &Value, what: &str) {
    let parameters = operation["parameters"].as_array().unwrap();
    let mut named = BTreeSet::new();
    for parameter in parameters {
        let place = parameter["in"].as_str().unwrap();
        assert!(["path", "query", "header"].contains(&place), "{what}");
        assert_eq!(place == "path", parameter["required"] == true, "{what}");
        assert!(parameter["schema"].is_object(), "{what}");
        assert!(!parameter["schema"].to_string().contains("null"), "a parameter is never null: {parameter}");
        assert!(named.insert((place, parameter["name"].as_str().unwrap())), "{what}: {parameter} twice");
    }
    let variables = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let variables: BTreeSet<_> = variables.map(|name| ("path", name)).collect();
    let in_path: BTreeSet<_> = named.into_iter().filter(|(place, _)| *place == "path").collect();
    assert_eq!(in_path, variables, "{what}");
}

#[tokio::test]
async fn the_list_of_routes_and_the_document_are_the_same() {
    let document = document().await;
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let permission = operation["x-permission"].as_str().map(str::to_owned);
            let audited = operation["x-audited"].as_bool().unwrap();
            described.insert((method.to_uppercase(), format!("/api/v1{path}"), permission, audited));
        }
    }
    let listed = rest::endpoints();
    assert_eq!(listed.len(), described.len());
    for info in listed {
        let permission = info.permission.map(|permission| permission.as_str().to_owned());
        let line = (info.method.to_owned(), info.path, permission, info.audited);
        assert!(described.contains(&line), "{line:?}");
        let changes_nothing = ["/api/v1/tokens", "/api/v1/models/import/check"].contains(&line.1.as_str());
        assert!(info.audited || info.method == "GET" || changes_nothing, "{line:?}: changes leave a trace");
    }
}
