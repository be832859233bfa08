//! Whole documents: what is read from them.

use serde_json::json;

use super::super::{Format, Limits, Method, Severity, read};
use super::{HTTPBIN, PETS30, PETS31, accepted};

#[test]
fn httpbin_as_it_serves_itself() {
    let document = accepted(HTTPBIN);
    assert_eq!(document.format, Format::Swagger2);
    assert_eq!((document.title.as_str(), document.version.as_str()), ("httpbin.org", "0.10.4"));
    let servers: Vec<_> =
        document.servers.iter().map(|server| (server.url.as_str(), server.relative)).collect();
    assert_eq!(servers, [("https://httpbin.org", false)]);
    assert_eq!(document.operations.len(), 73);
    assert_eq!(document.tags.len(), 11);
    assert!(document.operation(Method::Get, "/status/{codes}").is_some());
    let traces = document.findings.iter().filter(|finding| finding.message.starts_with("TRACE")).count();
    assert_eq!(traces, 5);
    assert!(document.findings.iter().all(|finding| finding.severity != Severity::Error));
    for operation in &document.operations {
        assert!(document.detail(operation).is_some(), "{operation:?}");
    }
}

#[test]
fn three_zero_in_yaml() {
    let document = accepted(PETS30);
    assert_eq!(document.format, Format::OpenApi30);
    assert_eq!((document.title.as_str(), document.version.as_str()), ("Pets", "1.2"));
    assert_eq!(document.description.as_deref(), Some("Everything about *pets*.\n"));
    let servers: Vec<_> =
        document.servers.iter().map(|server| (server.url.as_str(), server.relative)).collect();
    assert_eq!(servers, [("https://eu.pets.example:8443/v1", false), ("/local", true)]);
    let operations: Vec<_> = document
        .operations
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    assert_eq!(operations, ["GET /pets", "POST /pets", "GET /pets/{petId}", "DELETE /pets/{petId}"]);
    let list = document.operation(Method::Get, "/pets").unwrap();
    assert_eq!(list.operation_id.as_deref(), Some("listPets"));
    assert_eq!(list.summary.as_deref(), Some("List pets"));
    assert_eq!((list.tags.as_slice(), list.deprecated), (["pets".to_owned()].as_slice(), false));
    assert!(document.operation(Method::Delete, "/pets/{petId}").unwrap().deprecated);
    let schemes: Vec<_> = document
        .security_schemes
        .iter()
        .map(|scheme| (scheme.name.as_str(), scheme.kind.as_str(), scheme.carrier.as_deref()))
        .collect();
    assert_eq!(schemes, [("token", "http", Some("bearer")), ("key", "apiKey", Some("header X-Pet-Key"))]);
}

#[test]
fn yaml_becomes_the_json_it_means() {
    let document = accepted(PETS30);
    let at = |pointer: &str| document.value().pointer(pointer).cloned();
    assert_eq!(at("/components/schemas/NewPet/properties/kind/enum"), Some(json!(["cat", "dog", "no"])));
    assert_eq!(at("/paths/~1pets/post/responses/default/description"), Some(json!("Refused")), "alias");
    let merged = at("/paths/~1pets~1{petId}/get/responses/default").unwrap();
    assert_eq!(merged["description"], "Not found", "the own key wins over the merged one");
    assert!(merged["content"].is_object(), "the merge key brings the rest");
    assert_eq!(at("/paths/~1pets/get/responses/200/description"), Some(json!("A page")), "a number as key");
}

#[test]
fn three_one_with_webhooks_and_path_item_references() {
    let document = accepted(PETS31);
    assert_eq!(document.format, Format::OpenApi31);
    let operations: Vec<_> = document
        .operations
        .iter()
        .map(|operation| (operation.method, operation.path.as_str(), operation.pointer.as_str()))
        .collect();
    assert_eq!(
        operations,
        [
            (Method::Post, "/subscriptions", "/components/pathItems/subscriptions/post"),
            (Method::Get, "/subscriptions/{id}", "/paths/~1subscriptions~1{id}/get"),
        ],
        "webhooks are not routes"
    );
    assert_eq!(document.findings, []);
}

#[test]
fn the_kept_text_is_the_same_document() {
    for text in [HTTPBIN, PETS30, PETS31] {
        let document = accepted(text);
        let again = read(&document.text, &Limits::KEPT).unwrap();
        assert_eq!(again.text, document.text);
        assert_eq!(again.operations, document.operations);
        assert_eq!(read(&document.pretty(), &Limits::KEPT).unwrap().text, document.text);
    }
    let order = accepted(PETS31).text;
    let place = |key: &str| order.find(key).unwrap();
    assert!(place("\"openapi\"") < place("\"info\""), "fields keep their order");
    assert!(place("\"webhooks\"") < place("\"components\""));
}

#[test]
fn servers() {
    let swagger = |head: &str| {
        format!("swagger: 2.0\ninfo: {{title: T, version: '1'}}\n{head}\npaths: {{/a: {{get: {{}}}}}}\n")
    };
    let openapi = |servers: &str| {
        format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n{servers}\npaths: {{/a: {{get: {{}}}}}}\n")
    };
    let cases: [(String, &[(&str, bool)]); 12] = [
        (
            swagger("host: a.example\nbasePath: v1\nschemes: [https, http]"),
            &[("https://a.example/v1", false), ("http://a.example/v1", false)],
        ),
        (swagger("host: a.example:8080\nbasePath: /"), &[("//a.example:8080", true)]),
        (swagger("basePath: /v2/"), &[("/v2", true)]),
        (swagger(""), &[("", true)]),
        (swagger("host: a.example\nschemes: [ws, https]"), &[("https://a.example", false)]),
        (openapi(""), &[("", true)]),
        (openapi("servers: [{url: 'https://a.example/'}]"), &[("https://a.example", false)]),
        (openapi("servers: [{url: 'https://{x}.example'}]"), &[]),
        (openapi("servers: [{url: 'https://u:p@a.example'}]"), &[]),
        (openapi("servers: [{url: 'https://a.example?x'}]"), &[]),
        (openapi("servers: [{url: 'ftp://a.example'}]"), &[]),
        (openapi("servers: [{url: 'https://'}, {url: '../v2'}]"), &[("../v2", true)]),
    ];
    for (text, expected) in cases {
        let document = accepted(&text);
        let servers: Vec<_> =
            document.servers.iter().map(|server| (server.url.as_str(), server.relative)).collect();
        assert_eq!(servers, expected, "{text}");
        let said = document.findings.iter().any(|finding| finding.message.contains("server"));
        assert_eq!(
            said,
            expected.is_empty() || expected.iter().any(|(_, relative)| *relative) || text.contains("ws"),
            "{text}"
        );
    }
}

#[test]
fn a_relative_server_is_resolved_against_the_source() {
    let source = url::Url::parse("https://docs.example:444/api/openapi.json").unwrap();
    for (text, expected) in [
        ("/v1", "https://docs.example:444/v1"),
        ("../v2", "https://docs.example:444/v2"),
        ("//b.example/x", "https://b.example/x"),
    ] {
        let server = super::super::Server { url: text.to_owned(), description: None, relative: true };
        assert_eq!(server.absolute(&source).unwrap().as_str(), expected);
    }
}
