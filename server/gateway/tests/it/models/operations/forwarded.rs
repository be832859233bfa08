//! What passes byte by byte, and what is known of its cost.

use super::{all, last, one, post, send};
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

#[test]
fn only_the_model_and_the_key_are_changed() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "sim-large");
    for (path, rest) in [
        ("/embeddings", r#""input":"a", "other" : [1, 2.50]"#),
        ("/images/generations", r#""prompt" :"a cat","n":2"#),
        ("/moderations", r#""input":  "a""#),
        ("/audio/speech", r#""voice":"v", "input":"a b""#),
        ("/responses", r#""input":"hi", "some_field" : {"a":1.0}"#),
        ("/responses", r#""input":"hi", "previous_response_id":"resp_1", "store" :true,"stream":true"#),
    ] {
        let body = format!(r#"{{ {rest}, "model" : "m" }}"#);
        let answer = send(&lab, &format!("/ai/v1{path}"), "application/json", body.as_bytes());
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let seen = last(&vendor);
        assert_eq!(seen.path, format!("/v1{path}"));
        assert_eq!(String::from_utf8(seen.body.to_vec()).unwrap(), body.replace("\"m\"", "\"sim-large\""));
        assert_eq!(seen.header("authorization"), Some("Bearer good"));
        assert_eq!(answer.header("x-gatehouse-dropped"), None);
    }
}

#[test]
fn responses_of_vendors_who_do_not_speak_them_are_translated() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "anthropic", "sim-large");
    let body = json!({ "model": "m", "input": "hi", "previous_response_id": "resp_1" });
    let answer = post(&lab, "/ai/v1/responses", &body);
    assert_eq!((answer.status, last(&vendor).path.as_str()), (200, "/v1/messages"));
    assert_eq!(answer.header("x-gatehouse-dropped"), Some("previous_response_id"));
}

#[test]
fn responses_that_are_forwarded_are_reckoned() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "gpt-4o-2024-08-06");
    for stream in [false, true] {
        let body = json!({ "model": "m", "input": "a b c", "stream": stream });
        let answer = post(&lab, "/ai/v1/responses", &body);
        assert_eq!(last(&vendor).path, "/v1/responses");
        assert!(answer.text().contains("You said: a b c") || stream, "{}", answer.text());
        let ai = lab.record_of("ok").ai.unwrap();
        let (input, output) = (ai.input_tokens, ai.output_tokens);
        assert_eq!((input, output, ai.finish.as_str(), ai.estimated), (3, 5, "stop", false), "{stream}");
        assert_eq!(ai.cost_nano, Some(input * 2_500 + output * 10_000), "{stream}");
    }
}

#[test]
fn rankings_come_from_who_ranks() {
    let vendor = Vendor::start().unwrap();
    let body = json!({ "model": "m", "query": "b c", "documents": ["a", "b c", "b"], "top_n": 2 });
    for (kind, model, path) in [
        ("cohere", "rerank-v3.5", "/v2/rerank"),
        ("bedrock", "cohere.rerank-v3-5:0", "/model/cohere.rerank-v3-5%3A0/invoke"),
        ("bedrock", "amazon.rerank-v1:0", "/model/amazon.rerank-v1%3A0/invoke"),
    ] {
        let lab = one(&vendor, kind, model);
        let answer = post(&lab, "/ai/v1/rerank", &body);
        assert_eq!(answer.status, 200, "{model}: {}", answer.text());
        let json = answer.json();
        let places: Vec<_> =
            json["results"].as_array().unwrap().iter().map(|result| result["index"].clone()).collect();
        assert_eq!((places, last(&vendor).path.as_str()), (vec![json!(1), json!(2)], path), "{model}");
        let ai = lab.record_of("ok").ai.unwrap();
        // $2 or $1 for a thousand questions
        let expected = if model.starts_with("amazon") { 1_000_000 } else { 2_000_000 };
        assert_eq!(ai.cost_nano, Some(expected), "{model} {ai:?}");
    }
}

#[test]
fn pictures_and_vectors_cost_what_the_vendor_counts() {
    let vendor = Vendor::start().unwrap();
    let pictures = one(&vendor, "openai", "gpt-image-1.5");
    let answer =
        post(&pictures, "/ai/v1/images/generations", &json!({ "model": "m", "prompt": "a cat", "n": 2 }));
    assert_eq!(answer.json()["data"].as_array().map(Vec::len), Some(2));
    let ai = pictures.record_of("ok").ai.unwrap();
    assert_eq!((ai.input_tokens, ai.output_tokens, ai.estimated), (2, 200, false));
    // $5 for a million tokens of text, $32 for those of pictures
    assert_eq!(ai.cost_nano, Some(2 * 5_000 + 200 * 32_000), "{ai:?}");

    let vectors = one(&vendor, "openai", "text-embedding-3-small");
    post(&vectors, "/ai/v1/embeddings", &json!({ "model": "m", "input": ["a b c", "d"] }));
    let ai = vectors.record_of("ok").ai.unwrap();
    assert_eq!((ai.input_tokens, ai.cost_nano), (4, Some(4 * 20)), "{ai:?}");
}

#[test]
fn models_are_listed_as_google_does() {
    let vendor = Vendor::start().unwrap();
    let lab = all(&vendor);
    let listed = lab.call("GET /ai/v1/v1beta/models", "").json();
    let names: Vec<&str> =
        listed["models"].as_array().unwrap().iter().filter_map(|model| model["name"].as_str()).collect();
    assert_eq!(names.first(), Some(&"models/v1"));
    assert_eq!(names.len(), 8);
    assert_eq!(lab.call("GET /ai/v1/models", "").json()["data"].as_array().map(Vec::len), Some(8));
    assert_eq!(vendor.calls(), 0);
    let none = post(&lab, "/ai/v1/embeddings", &json!({ "model": "other", "input": "a" }));
    assert_eq!((none.status, none.json()["error"]["code"].as_str()), (404, Some("model-not-found")));
    let none = post(&lab, "/ai/v1/models/other:embedContent", &json!({ "content": { "parts": [] } }));
    assert_eq!(
        (none.status, none.json().pointer("/error/status").and_then(Value::as_str)),
        (404, Some("NOT_FOUND"))
    );
}
