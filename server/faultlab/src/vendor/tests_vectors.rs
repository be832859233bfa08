//! Vectors and rankings in shapes of their own.

use super::Vendor;
use super::tests::{GEMINI, OPENAI, post};
use serde_json::json;

#[test]
fn the_same_text_has_the_same_vector_in_every_shape() {
    let vendor = Vendor::start().unwrap();
    let usual = json!({ "model": "m", "input": "one two" });
    let expected = post(&vendor, "/v1/embeddings", OPENAI, &usual).json()["data"][0]["embedding"].clone();
    let content = json!({ "model": "models/m", "content": { "parts": [{ "text": "one two" }] } });
    let cohere = json!({ "model": "m", "texts": ["one two"], "input_type": "search_query" });
    for (path, headers, body, at) in [
        ("/mistral/v1/embeddings", OPENAI, usual.clone(), "/data/0/embedding"),
        ("/api/embed", OPENAI, usual.clone(), "/embeddings/0"),
        ("/v2/embed", OPENAI, cohere, "/embeddings/float/0"),
        ("/v1beta/models/m:embedContent", GEMINI, content.clone(), "/embedding/values"),
        (
            "/v1beta/models/m:batchEmbedContents",
            GEMINI,
            json!({ "requests": [content] }),
            "/embeddings/0/values",
        ),
        ("/model/amazon.titan/invoke", OPENAI, json!({ "inputText": "one two" }), "/embedding"),
    ] {
        let said = post(&vendor, path, headers, &body).json();
        assert_eq!(said.pointer(at), Some(&expected), "{path}: {said}");
        assert!(said.to_string().contains(":2"), "{path} counts tokens: {said}");
        let wrong = post(&vendor, path, headers, &json!({}));
        assert_eq!(wrong.status, 400, "{path}");
    }
}

#[test]
fn what_a_vendor_does_not_know_is_refused() {
    let vendor = Vendor::start().unwrap();
    let other =
        json!({ "requests": [{ "model": "models/other", "content": { "parts": [{ "text": "a" }] } }] });
    let unknown = json!({ "model": "m", "input": "a", "dimensions": 2 });
    let bare = json!({ "model": "m", "texts": ["a"] });
    for (path, headers, body, status) in [
        ("/v1beta/models/m:batchEmbedContents", GEMINI, other, 400),
        ("/mistral/v1/embeddings", OPENAI, unknown, 422),
        ("/v2/embed", OPENAI, bare, 400),
        (
            "/model/cohere.rerank/invoke",
            OPENAI,
            json!({ "query": "a", "documents": ["a"], "model": "m" }),
            400,
        ),
    ] {
        assert_eq!(post(&vendor, path, headers, &body).status, status, "{path}");
    }
    let ranked = json!({ "query": "a b", "documents": ["b", "a b"] });
    let said = post(&vendor, "/model/cohere.rerank/invoke", OPENAI, &ranked).json();
    assert_eq!(said["results"][0]["index"], 1);
}
