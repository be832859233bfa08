//! Every way in is listed with its permission, and refuses those who may not use it.

use super::installation::{Database, Installation};
use reqwest::{Method, StatusCode};
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
    assert!(routes.len() > 80, "only {} routes", routes.len());
    for route in routes {
        for field in ["method", "path", "permission"] {
            assert!(route[field].as_str().is_some_and(|text| !text.is_empty()), "{route}");
        }
        assert!(route["audited"].is_boolean(), "{route}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_anonymous_callers_and_strangers() {
    let installation = Installation::start(Database::Sqlite).await;
    let stranger = installation.account("Stranger", "member");
    for route in listed() {
        let (method, path) = (route["method"].as_str().unwrap(), filled(route["path"].as_str().unwrap()));
        let permission = route["permission"].as_str().unwrap();
        let method: Method = method.parse().unwrap();
        let url = format!("{}{path}", installation.portal);
        let is_form = path.starts_with("/api/") && !path.starts_with("/api/v1/");
        if permission == "anonymous" {
            continue;
        }
        let mut request = installation.client.request(method.clone(), &url);
        if is_form {
            request = request.header("origin", &installation.portal).form(&json!({}));
        }
        let response = request.send().await.unwrap();
        let to_sign_in = response.url().path() == "/sign-in";
        assert!(
            response.status() == StatusCode::UNAUTHORIZED || to_sign_in,
            "{method} {path}: {}",
            response.status()
        );
        // a stranger with a token: nothing of another team is there, nothing of the platform is allowed
        if !is_form && (path.contains("01jd3r8k2m0c9q5x7v4w6t8y2z")) {
            let request =
                installation.client.request(method.clone(), &url).bearer_auth(&stranger).json(&json!({}));
            let status = request.send().await.unwrap().status().as_u16();
            assert!(matches!(status, 403 | 404 | 422), "{method} {path}: {status}");
        }
    }
}
