//! Vertex and Azure: what a token opens, and where models are.

use super::Vendor;
use super::tests::{OPENAI, post};
use crate::raw::{Answer, RawClient};
use serde_json::json;

const GEMINI: &str = "/v1/projects/p/locations/l/publishers/google/models/m:generateContent";

fn asked(vendor: &Vendor, token: &str) -> Answer {
    let body = json!({ "contents": [{ "role": "user", "parts": [{ "text": "hi" }] }] });
    post(vendor, GEMINI, &format!("authorization: Bearer {token}\r\n"), &body)
}

fn token(vendor: &Vendor, form: &str) -> Answer {
    let length = form.len();
    let request = format!(
        "POST /token HTTP/1.1\r\nhost: {}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{form}",
        vendor.addr()
    );
    RawClient::ask(vendor.addr(), request).unwrap()
}

#[test]
fn nothing_but_a_token_that_was_given_opens_vertex() {
    let vendor = Vendor::start().unwrap();
    assert_eq!(asked(&vendor, "ya29.sim-1").status, 401);
    let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
    for form in [
        "",
        "grant_type=password&assertion=a.b.c",
        grant,
        &format!("{grant}&assertion=abc"),
        // {"alg":"none","kid":"sim-key"} and {}
        &format!("{grant}&assertion=eyJhbGciOiJub25lIiwia2lkIjoic2ltLWtleSJ9.e30."),
        // {"alg":"RS256","kid":"sim-key"} and {}, not signed
        &format!("{grant}&assertion=eyJhbGciOiJSUzI1NiIsImtpZCI6InNpbS1rZXkifQ.e30.AAAA"),
    ] {
        let answer = token(&vendor, form);
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")), "{form}");
    }
}

#[test]
fn azure_has_models_at_two_addresses() {
    let vendor = Vendor::start().unwrap();
    let body = json!({ "model": "ignored", "messages": [{ "role": "user", "content": "hi" }] });
    let deployed = "/openai/deployments/mine/chat/completions";
    let key = "api-key: k\r\n";
    for (path, headers, status) in [
        ("/openai/v1/chat/completions", key, 200),
        ("/openai/v1/chat/completions", OPENAI, 401),
        (&format!("{deployed}?api-version=2024-10-21"), key, 200),
        (deployed, key, 404),
    ] {
        assert_eq!(post(&vendor, path, headers, &body).status, status, "{path}");
    }
    let answer = post(&vendor, &format!("{deployed}?api-version=2024-10-21"), key, &body);
    assert_eq!(answer.json()["model"], "mine");
}
