//! What holds for every dialect, and what the tests of each share.

use super::Vendor;
use crate::raw::{Answer, RawClient};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(super) const OPENAI: &str = "authorization: Bearer sk-1\r\n";
pub(super) const ANTHROPIC: &str = "x-api-key: sk-1\r\nanthropic-version: 2023-06-01\r\n";
pub(super) const GEMINI: &str = "x-goog-api-key: k\r\n";

pub(super) fn written(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: sim\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

pub(super) fn post(vendor: &Vendor, path: &str, headers: &str, body: &Value) -> Answer {
    RawClient::ask(vendor.addr(), written(path, headers, &body.to_string())).unwrap()
}

/// What stands behind `data:`, without the end mark.
pub(super) fn events(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{}", answer.text());
    let text = answer.text();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// All strings at that place, one after another.
pub(super) fn joined(events: &[Value], at: &str) -> String {
    events.iter().filter_map(|event| event.pointer(at)?.as_str()).collect()
}

/// A schema and what the vendor makes of it.
pub(super) fn weather() -> (Value, Value) {
    let schema = json!({
        "type": "object",
        "required": ["city", "days"],
        "properties": { "city": { "type": "string" }, "days": { "type": "integer" } },
    });
    (schema, json!({ "city": "x", "days": 1 }))
}

fn chat(text: &str, stream: bool) -> Value {
    json!({ "model": "sim-large", "stream": stream, "messages": [{ "role": "user", "content": text }] })
}

/// Waits until an abort has been noted.
fn noticed(vendor: &Vendor) -> super::Abort {
    let until = Instant::now() + Duration::from_secs(5);
    while vendor.aborted().is_empty() && Instant::now() < until {
        std::thread::yield_now();
    }
    vendor.aborted().remove(0)
}

/// The same in every dialect: path, headers and a body that streams `text` slowly.
fn streams(text: &str) -> Vec<(&'static str, &'static str, Value)> {
    let messages = json!([{ "role": "user", "content": text }]);
    let openai = json!({ "model": "m", "stream": true, "messages": messages });
    let anthropic = json!({ "model": "m", "max_tokens": 9, "stream": true, "messages": messages });
    let gemini = json!({ "contents": [{ "parts": [{ "text": text }] }] });
    let bedrock = json!({ "messages": [{ "role": "user", "content": [{ "text": text }] }] });
    vec![
        ("/v1/chat/completions", OPENAI, openai.clone()),
        ("/v1/responses", OPENAI, json!({ "model": "m", "stream": true, "input": text })),
        ("/v1/messages", ANTHROPIC, anthropic),
        ("/v1beta/models/m:streamGenerateContent?alt=sse", GEMINI, gemini.clone()),
        ("/v1beta/models/m:streamGenerateContent", GEMINI, gemini),
        ("/model/m/converse-stream", OPENAI, bedrock),
        ("/api/chat", "", openai.clone()),
        ("/v2/chat", OPENAI, openai),
    ]
}

#[test]
fn a_client_that_leaves_mid_stream_is_noticed_in_every_dialect() {
    for (path, headers, body) in streams("one two three #pace 30000") {
        let vendor = Vendor::start().unwrap();
        let mut client = RawClient::connect(vendor.addr()).unwrap();
        client.send(written(path, headers, &body.to_string())).unwrap();
        client.read(200).unwrap();
        let left = Instant::now();
        drop(client);
        let abort = noticed(&vendor);
        assert_eq!((abort.path.as_str(), abort.pieces), (path, 1));
        assert!(abort.after(left) < Duration::from_secs(1), "{abort:?}");
    }
}

#[test]
fn a_client_that_leaves_before_the_head_is_noticed() {
    let vendor = Vendor::start().unwrap();
    let mut client = RawClient::connect(vendor.addr()).unwrap();
    let body = chat("hello #slow 30000", false).to_string();
    client.send(written("/v1/chat/completions", OPENAI, &body)).unwrap();
    while vendor.requests().is_empty() {
        std::thread::yield_now();
    }
    let left = Instant::now();
    drop(client);
    let abort = noticed(&vendor);
    assert_eq!(abort.pieces, 0);
    assert!(abort.after(left) < Duration::from_secs(1), "{abort:?}");
}

#[test]
fn whole_answers_and_faults_that_were_ordered_are_no_aborts() {
    let vendor = Vendor::start().unwrap();
    for (path, headers, body) in streams("hello") {
        assert!(post(&vendor, path, headers, &body).complete, "{path}");
    }
    for (path, headers, body) in streams("hello #cut") {
        let answer = post(&vendor, path, headers, &body);
        assert!(!answer.complete && !answer.body.is_empty(), "{path}");
    }
    let answer = post(&vendor, "/v1/chat/completions", OPENAI, &chat("#cut", false));
    assert!(!answer.complete && !answer.body.is_empty());
    assert_eq!(vendor.aborted().len(), 0);
}

#[test]
fn every_dialect_can_fail_in_the_middle() {
    let vendor = Vendor::start().unwrap();
    for (path, headers, body) in streams("a b c #midstream-error") {
        let answer = post(&vendor, path, headers, &body);
        assert!(answer.complete && answer.text().contains("the simulated stream failed"), "{path}");
    }
    for (path, headers, body) in streams("a b c #garbage") {
        let answer = post(&vendor, path, headers, &body);
        let is_binary = path.ends_with("converse-stream");
        assert!(answer.complete && (is_binary || answer.text().contains(r#"{"broken": "#)), "{path}");
    }
}

#[test]
fn every_dialect_says_its_own_errors() {
    let vendor = Vendor::start().unwrap();
    for (path, headers, body) in streams("#error 429") {
        let answer = post(&vendor, path, headers, &body);
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")), "{path}");
        let error = answer.json();
        match path {
            "/v1/messages" => {
                assert_eq!(error["error"]["type"], "rate_limit_error");
                assert_eq!(error["request_id"].as_str(), answer.header("request-id"));
            }
            "/v1/chat/completions" | "/v1/responses" => {
                assert_eq!(error["error"]["code"], "rate_limit_exceeded");
                assert!(answer.header("x-request-id").is_some());
            }
            "/model/m/converse-stream" => {
                assert_eq!(answer.header("x-amzn-errortype"), Some("ThrottlingException"));
                assert!(error["message"].is_string());
            }
            "/v2/chat" => assert!(error["message"].is_string()),
            "/api/chat" => assert!(error["error"].is_string()),
            _ => assert_eq!(error["error"]["status"], "RESOURCE_EXHAUSTED"),
        }
    }
}

#[test]
fn silence_and_waiting_take_their_time() {
    let vendor = Vendor::start().unwrap();
    for command in ["#slow 150", "#silent 150"] {
        for stream in [false, true] {
            let begun = Instant::now();
            let answer =
                post(&vendor, "/v1/chat/completions", OPENAI, &chat(&format!("a {command}"), stream));
            assert!(answer.complete && begun.elapsed() >= Duration::from_millis(150), "{command}");
        }
    }
}

#[test]
fn requests_are_kept_as_they_came() {
    let vendor = Vendor::start().unwrap();
    for number in 0..40 {
        post(&vendor, "/v1/chat/completions?a=b", OPENAI, &chat(&number.to_string(), false));
    }
    post(&vendor, "/nowhere", OPENAI, &json!({}));
    let seen = vendor.requests();
    assert_eq!((vendor.calls(), seen.len()), (41, 33));
    assert_eq!(seen[0].json()["messages"][0]["content"], "8");
    assert_eq!(seen[0].path, "/v1/chat/completions?a=b");
    assert_eq!(seen[0].header("authorization"), Some("Bearer sk-1"));
    vendor.forget();
    assert!(vendor.requests().is_empty());
}

#[test]
fn the_fast_model_is_ready_and_good_json() {
    let vendor = Vendor::start().unwrap();
    let body = json!({ "model": "sim-fast", "messages": [] });
    let paths = [
        ("/v1/chat/completions", OPENAI),
        ("/v1/messages", ANTHROPIC),
        ("/v1/embeddings", OPENAI),
        ("/v1beta/models/sim-fast:generateContent", GEMINI),
        ("/model/sim-fast/converse", OPENAI),
    ];
    for (path, headers) in paths {
        let answer = post(&vendor, path, headers, &body);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.json().is_object() && answer.body.len() < 260, "{path} {}", answer.body.len());
    }
    let body = json!({ "model": "sim-fast", "stream": true });
    for (path, headers) in [("/v1/chat/completions", OPENAI), ("/v1/messages", ANTHROPIC)] {
        assert!(events(&post(&vendor, path, headers, &body)).len() > 2);
    }
    assert_eq!(post(&vendor, "/v1/chat/completions", "authorization: Bearer bad\r\n", &body).status, 401);
    assert!(vendor.requests().is_empty());
}
