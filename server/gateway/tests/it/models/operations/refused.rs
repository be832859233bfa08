//! What a model's provider cannot do is refused by name, in the caller's dialect, and nobody is asked.

use super::{one, post, send};
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

#[test]
fn what_a_vendor_cannot_do_is_told() {
    let vendor = Vendor::start().unwrap();
    let images = json!({ "model": "m", "prompt": "a" });
    let speech = json!({ "model": "m", "input": "a", "voice": "v" });
    let text = json!({ "model": "m", "input": "a" });
    let rerank = json!({ "model": "m", "query": "a", "documents": ["a"] });
    for (kind, path, body, what) in [
        ("anthropic", "/embeddings", &text, "embeddings"),
        ("anthropic", "/images/generations", &images, "images"),
        ("gemini", "/images/generations", &images, "images"),
        ("cohere", "/audio/speech", &speech, "speech"),
        ("mistral", "/audio/speech", &speech, "speech"),
        ("ollama", "/moderations", &text, "moderations"),
        ("openai", "/rerank", &rerank, "rankings"),
        ("gemini", "/rerank", &rerank, "rankings"),
        ("bedrock", "/rerank", &rerank, "rankings"),
        ("bedrock", "/embeddings", &text, "embeddings"),
    ] {
        let lab = one(&vendor, kind, "some-model");
        let answer = post(&lab, &format!("/ai/v1{path}"), body);
        let json = answer.json();
        let message = json.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
        assert_eq!(answer.status, 400, "{kind} {path}: {json}");
        assert!(message.contains(what) && message.contains(kind), "{kind} {path}: {message}");
        assert_eq!(json.pointer("/error/code"), Some(&json!("not-offered")), "{kind} {path}");
        assert_eq!(lab.record_of("not-offered").status, 400);
    }
    let lab = one(&vendor, "anthropic", "some-model");
    let answer =
        post(&lab, "/ai/v1/models/m:embedContent", &json!({ "content": { "parts": [{ "text": "a" }] } }));
    assert_eq!((answer.status, answer.json()["error"]["status"].clone()), (400, json!("INVALID_ARGUMENT")));
    let form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b--\r\n";
    let answer =
        send(&lab, "/ai/v1/audio/transcriptions", "multipart/form-data; boundary=b", form.as_bytes());
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("transcriptions"), "{}", answer.text());
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn strangers_are_not_let_in() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "sim-embed");
    for path in [
        "/embeddings",
        "/rerank",
        "/images/generations",
        "/audio/speech",
        "/audio/transcriptions",
        "/moderations",
        "/messages/count_tokens",
        "/models/m:embedContent",
        "/v1beta/models/m:countTokens",
    ] {
        for (key, status) in [("", 401), ("X-API-Key: gk_nobody\r\n", 401)] {
            let head = format!("POST /ai/v1{path} HTTP/1.1\r\nHost: g\r\n{key}Content-Length: 2\r\n\r\n{{}}");
            let answer = lab.ask(head);
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
            assert!(answer.json().get("error").is_some(), "{path}: {}", answer.text());
        }
    }
    let foreign = format!(
        "GET /ai/v1/v1beta/models HTTP/1.1\r\nHost: g\r\nX-API-Key: {}\r\n\r\n",
        crate::lab::api_key(2)
    );
    assert!(matches!(lab.ask(foreign).status, 401 | 403));
    assert_eq!(vendor.calls(), 0);
}
