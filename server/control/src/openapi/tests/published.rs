//! Documents as consumers get them.

use serde_json::json;
use url::Url;

use super::super::{Limits, published, read};
use super::{HTTPBIN, PETS30, PETS31, accepted};

fn gateway() -> Url {
    Url::parse("https://api.example:8443/pets/v1").unwrap()
}

#[test]
fn three_zero() {
    let value = published(&accepted(PETS30), &gateway(), "X-API-Key");
    assert_eq!(value["servers"], json!([{"url": "https://api.example:8443/pets/v1"}]));
    assert_eq!(value["security"], json!([{"apiKey": []}]));
    assert_eq!(
        value["components"]["securitySchemes"],
        json!({"apiKey": {"type": "apiKey", "name": "X-API-Key", "in": "header"}})
    );
    assert_eq!(value["x-owner"], "team-pets");
    let item = &value["paths"]["/pets/{petId}"];
    assert_eq!(item["x-internal"], true);
    assert!(item.get("trace").is_none());
    assert!(item["get"].is_object());
    assert!(
        value["paths"]["/pets"]["post"].get("security").is_none(),
        "the backend's own rule is not the gateway's"
    );
    let bearer = published(&accepted(PETS30), &gateway(), "authorization");
    assert_eq!(
        bearer["components"]["securitySchemes"]["apiKey"],
        json!({"type": "http", "scheme": "bearer"})
    );
}

#[test]
fn two_zero() {
    let value = published(&accepted(HTTPBIN), &gateway(), "Authorization");
    assert_eq!((&value["host"], &value["basePath"]), (&json!("api.example:8443"), &json!("/pets/v1")));
    assert_eq!(value["schemes"], json!(["https"]));
    assert_eq!(value["securityDefinitions"]["apiKey"]["name"], "Authorization");
    assert!(value.get("servers").is_none());
    assert!(!value.to_string().contains("\"trace\":"));
    let root = published(&accepted(HTTPBIN), &Url::parse("http://[::1]/").unwrap(), "X-API-Key");
    assert_eq!((&root["host"], &root["basePath"]), (&json!("[::1]"), &json!("/")));
}

#[test]
fn what_is_published_is_a_document_with_the_same_operations() {
    for text in [HTTPBIN, PETS30, PETS31] {
        let document = accepted(text);
        let value = published(&document, &gateway(), "X-API-Key");
        let again = read(&value.to_string(), &Limits::KEPT).unwrap();
        assert_eq!(again.operations, document.operations);
        assert_eq!(again.servers[0].url, "https://api.example:8443/pets/v1");
        assert_eq!(again.security_schemes.len(), 1);
    }
}

#[test]
fn paths_without_a_route_are_left_out() {
    let text = super::with_paths(
        "  /a: {get: {servers: [{url: 'http://inner'}]}}\n  /b?x=y: {get: {}}\n  /c: {trace: {}}\n  x-d: 1",
    );
    let value = published(&accepted(&text), &gateway(), "X-API-Key");
    assert_eq!(value["paths"], json!({"/a": {"get": {}}, "x-d": 1}));
}
