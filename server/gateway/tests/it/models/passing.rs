//! What of a caller's head goes on to a vendor who speaks its dialect.

use super::{all_kinds, said};
use crate::lab::{self, Lab, api_key};
use domain::subscriptions::SubscriptionState;
use faultlab::vendor::{Seen, Vendor};
use serde_json::{Value, json};

/// What a caller may say, of which no vendor hears but what is of its dialect.
const HEAD: &str = "Anthropic-Beta: a-1,b-2\r\nAnthropic-Beta: c-3\r\nAnthropic-Version: 2024-01-01\r\n\
    OpenAI-Beta: assistants=v2\r\nIdempotency-Key: once\r\nOpenAI-Organization: org\r\nOpenAI-Project: p\r\n\
    X-Goog-User-Project: p\r\nCookie: session=1\r\nUser-Agent: sdk\r\nX-Forwarded-For: 10.0.0.1\r\n\
    X-Stainless-Lang: python\r\nAccept-Encoding: br\r\nX-Other: 1\r\n";

/// What the gateway says by itself.
const OWN: [&str; 7] =
    ["host", "content-type", "content-length", "user-agent", "authorization", "x-api-key", "x-goog-api-key"];

fn ask(lab: &Lab, number: u8, path: &str, body: &Value) -> u16 {
    let body = body.to_string();
    let length = body.len();
    let key = api_key(number);
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: g\r\nX-API-Key: {key}\r\nContent-Length: {length}\r\n{HEAD}");
    lab.ask(format!("{head}\r\n{body}")).status
}

/// What the vendor was told besides what the gateway says by itself.
fn told(seen: &Seen) -> Vec<(String, String)> {
    let more = seen.headers.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    more.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

fn names(told: &[(String, String)]) -> Vec<&str> {
    told.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn fields_of_the_dialect_arrive_and_nothing_else_of_the_caller_does() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for kind in ["openai", "anthropic", "gemini", "ollama"] {
        for (caller, path, body) in said(kind, "hi", false) {
            assert_eq!(ask(&lab, 1, &path, &body), 200, "{caller} to {kind}");
            let seen = vendor.requests().pop().unwrap();
            let told = told(&seen);
            let expected: &[&str] = match (caller, kind) {
                ("openai" | "responses", "openai") => &["openai-beta", "idempotency-key"],
                ("anthropic", "anthropic") => {
                    &["anthropic-version", "anthropic-beta", "anthropic-beta", "idempotency-key"]
                }
                (_, "anthropic") => &["anthropic-version"],
                _ => &[],
            };
            assert_eq!(names(&told), expected, "{caller} to {kind}");
            assert_eq!(seen.header("user-agent"), Some("gatehouse"));
            let version = if caller == "anthropic" { "2024-01-01" } else { "2023-06-01" };
            for (name, value) in &told {
                match name.as_str() {
                    "openai-beta" => assert_eq!(value, "assistants=v2"),
                    "anthropic-version" => assert_eq!(value, version, "{caller}"),
                    "anthropic-beta" => assert!(["a-1,b-2", "c-3"].contains(&value.as_str()), "{value}"),
                    _ => assert!(name == "idempotency-key" && value != "once", "{name}: {value}"),
                }
            }
        }
    }
}

#[test]
fn fields_arrive_with_what_is_no_conversation() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    let counting = json!({ "model": "anthropic", "messages": [{ "role": "user", "content": "hi" }] });
    assert_eq!(ask(&lab, 1, "/ai/v1/messages/count_tokens", &counting), 200);
    let seen = told(&vendor.requests().pop().unwrap());
    assert_eq!(names(&seen)[..2], ["anthropic-version", "anthropic-beta"]);
    let embedding = json!({ "model": "openai", "input": "hi" });
    assert_eq!(ask(&lab, 1, "/ai/v1/embeddings", &embedding), 200);
    assert_eq!(names(&told(&vendor.requests().pop().unwrap())), ["openai-beta", "idempotency-key"]);
}

#[test]
fn a_key_that_makes_calls_one_is_of_one_application() {
    let vendor = Vendor::start().unwrap();
    let mut lab = all_kinds(&vendor);
    lab.publish(|config| {
        config.credentials.push(lab::credential(2));
        config.subscriptions.push(lab::subscription(2, 1, SubscriptionState::Active));
    });
    let (_, path, body) = &said("openai", "hi", false)[0];
    let keys: Vec<String> = [1, 1, 2]
        .map(|number| {
            assert_eq!(ask(&lab, number, path, body), 200);
            vendor.requests().pop().unwrap().header("idempotency-key").unwrap().to_owned()
        })
        .into();
    assert!(keys[0] == keys[1] && keys[1] != keys[2], "{keys:?}");
}
