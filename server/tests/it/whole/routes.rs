//! Every way in is listed with its permission, and refuses those who may not use it.

use super::installation::{Database, Installation};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::process::Command;

fn listed() -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_gatehouse")).args(["routes", "--json"]).output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A path with an identifier of the right form, of nothing that exists, for each parameter.
fn filled(path: &str) -> String {
    let body = "01jd3r8k2m0c9q5x7v4w6t8y2z";
    let id = |name: &str| match name {
        "team" => format!("team_{body}"),
        "api" => format!("api_{body}"),
        "plan" => format!("plan_{body}"),
        "application" => format!("app_{body}"),
        "credential" => format!("cred_{body}"),
        "subscription" => format!("sub_{body}"),
        "request" => format!("req_{body}"),
        "account" | "member" => format!("acc_{body}"),
        "invitation" => format!("inv_{body}"),
        "token" => format!("tok_{body}"),
        "version" => "v1".to_owned(),
        _ => "1".to_owned(),
    };
    path.split('/')
        .map(|part| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => id(name),
            None => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn every_route_has_a_permission() {
    let routes = listed();
    assert!(routes.len() > 180, "only {} routes", routes.len());
    for route in &routes {
        for field in ["method", "path", "permission"] {
            assert!(route[field].as_str().is_some_and(|text| !text.is_empty()), "{route}");
        }
        assert!(route["audited"].is_boolean(), "{route}");
        let path = route["path"].as_str().unwrap();
        assert!(path.starts_with('/') && !path.contains([':', '*']), "{path}");
    }
    let has = |path: &str, permission: &str, listener: &str| {
        let expected = json!({
            "method": "GET", "path": path, "permission": permission, "audited": false, "listener": listener,
        });
        assert!(routes.contains(&expected), "{expected}");
    };
    for page in app::routes::PAGES.iter().filter(|page| !page.path.contains(':')) {
        has(page.path, page.access.as_str(), "portal");
    }
    has("/teams/{team}/edit", "signed-in", "portal");
    has("/accounts/{account}", "accounts.read", "portal");
    has("/problems/{name}", "anonymous", "portal");
    has("/catalogue/{slug}/{version}/openapi.json", "anonymous", "portal");
    has("/api/v1/openapi.json", "anonymous", "portal");
    for path in ["/healthz", "/readyz", "/metrics"] {
        has(path, "anonymous", "admin");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_anonymous_callers_and_strangers() {
    let installation = Installation::start(Database::Sqlite).await;
    let stranger = installation.account("Stranger", "member");
    let session = installation.sign_in("Stranger").await;
    for route in listed() {
        let permission = route["permission"].as_str().unwrap();
        if permission == "anonymous" {
            continue;
        }
        let (method, path) = (route["method"].as_str().unwrap(), filled(route["path"].as_str().unwrap()));
        let is_page = !path.starts_with("/api/");
        let is_form = !is_page && !path.starts_with("/api/v1/");
        let ask = || {
            let url = format!("{}{path}", installation.portal);
            let request = installation.client.request(method.parse::<Method>().unwrap(), url);
            if is_page { request.header("accept", "text/html") } else { request }
        };
        let request = if is_form { form(&installation, ask()) } else { ask() };
        let response = request.send().await.unwrap();
        let to_sign_in = response.url().path() == "/sign-in";
        let expected = if is_page { to_sign_in } else { response.status() == StatusCode::UNAUTHORIZED };
        assert!(expected || (is_form && to_sign_in), "{method} {path}: {}", response.status());
        // nothing of another team is there, nothing of the platform is allowed
        let names_something = route["path"].as_str().unwrap().contains('{');
        if is_page && (names_something || permission != "signed-in") {
            let response = ask().header("cookie", &session).send().await.unwrap();
            let expected = if permission == "signed-in" { 404 } else { 403 };
            assert_eq!(response.status().as_u16(), expected, "{method} {path}");
        } else if !is_form && path.contains("01jd3r8k2m0c9q5x7v4w6t8y2z") {
            let status =
                ask().bearer_auth(&stranger).json(&json!({})).send().await.unwrap().status().as_u16();
            assert!(matches!(status, 403 | 404 | 422), "{method} {path}: {status}");
        }
    }
}

fn form(installation: &Installation, request: RequestBuilder) -> RequestBuilder {
    request.header("origin", &installation.portal).form(&json!({}))
}
