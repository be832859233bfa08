//! What is not chat: embeddings, pictures, speech, moderations, rerank, models.

use super::Vendor;
use super::tests::{OPENAI, post, written};
use crate::raw::RawClient;
use base64::Engine as _;
use serde_json::json;

#[test]
fn embeddings_are_the_same_for_the_same_text() {
    let vendor = Vendor::start().unwrap();
    let ask = |body| post(&vendor, "/v1/embeddings", OPENAI, &body);
    let said = ask(json!({ "model": "m", "input": ["one two", "one two", "three"], "dimensions": 4 })).json();
    let data = said["data"].as_array().unwrap();
    assert_eq!((data.len(), data[0]["embedding"].as_array().unwrap().len()), (3, 4));
    assert_eq!(data[0]["embedding"], data[1]["embedding"]);
    assert_ne!(data[0]["embedding"], data[2]["embedding"]);
    assert_eq!(said["usage"]["prompt_tokens"], 5);
    let packed =
        ask(json!({ "model": "m", "input": "one two", "dimensions": 4, "encoding_format": "base64" }));
    let packed = packed.json()["data"][0]["embedding"].as_str().unwrap().to_owned();
    assert_eq!(base64::engine::general_purpose::STANDARD.decode(packed).unwrap().len(), 16);
    assert_eq!(ask(json!({ "model": "m" })).status, 400);
    assert_eq!(ask(json!({ "model": "m", "input": "#error 503" })).status, 503);
}

#[test]
fn images_sound_and_moderation() {
    let vendor = Vendor::start().unwrap();
    let images =
        post(&vendor, "/v1/images/generations", OPENAI, &json!({ "prompt": "a cat", "n": 2 })).json();
    assert_eq!(images["data"].as_array().unwrap().len(), 2);
    assert_eq!(images["usage"]["total_tokens"], 202);
    let spoken = json!({ "model": "m", "voice": "v", "input": "one two" });
    let speech = post(&vendor, "/v1/audio/speech", OPENAI, &spoken);
    assert_eq!((speech.header("content-type"), speech.body.len()), (Some("audio/mpeg"), 200));
    let judged = post(&vendor, "/v1/moderations", OPENAI, &json!({ "input": ["fine", "not #flag"] })).json();
    assert_eq!(
        (&judged["results"][0]["flagged"], &judged["results"][1]["flagged"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn transcriptions_read_a_form() {
    let vendor = Vendor::start().unwrap();
    let field = |head: &str, content: &str| {
        format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let file = field("name=\"file\"; filename=\"a.mp3\"\r\ncontent-type: audio/mpeg", "12345");
    let ask = |form: String| {
        let headers = format!("{OPENAI}content-type: multipart/form-data; boundary=b\r\n");
        RawClient::ask(vendor.addr(), written("/v1/audio/transcriptions", &headers, &form)).unwrap()
    };
    let model = field("name=\"model\"", "m");
    assert_eq!(ask(format!("{model}{file}--b--\r\n")).json()["text"], "I hear 5 bytes.");
    assert_eq!(ask(format!("{model}--b--\r\n")).status, 400);
    assert_eq!(ask(format!("{model}{file}")).status, 400);
}

#[test]
fn documents_are_ranked_by_shared_words() {
    let vendor = Vendor::start().unwrap();
    let documents = json!(["nothing", { "text": "red car" }, "red"]);
    let body = json!({ "model": "m", "query": "red car", "documents": documents, "top_n": 2 });
    let said = post(&vendor, "/v1/rerank", OPENAI, &body).json();
    let expected = json!([{ "index": 1, "relevance_score": 1.0 }, { "index": 2, "relevance_score": 0.5 }]);
    assert_eq!(said["results"], expected);
}

#[test]
fn models_are_told_in_each_dialect() {
    let vendor = Vendor::start().unwrap();
    let ask = |path: &str, headers: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nhost: sim\r\n{headers}\r\n");
        RawClient::ask(vendor.addr(), request).unwrap().json()
    };
    assert_eq!(ask("/v1/models", OPENAI)["data"][0]["object"], "model");
    assert_eq!(ask("/v1/models", super::tests::ANTHROPIC)["data"][0]["type"], "model");
    assert_eq!(ask("/v1beta/models?key=k", "")["models"][0]["name"], "models/sim-large");
    assert_eq!(ask("/v1/models", super::tests::GEMINI)["models"][0]["name"], "models/sim-large");
    assert!(Vendor::models().contains(&"sim-small"));
}
