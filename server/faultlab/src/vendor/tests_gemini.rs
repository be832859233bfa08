//! Gemini.

use super::Vendor;
use super::tests::{GEMINI, events, joined, post, weather};
use crate::raw::Answer;
use serde_json::{Value, json};

fn ask(vendor: &Vendor, verb: &str, body: &Value) -> Answer {
    post(vendor, &format!("/v1beta/models/sim-large:{verb}"), GEMINI, body)
}

fn user(text: &str) -> Value {
    json!({ "role": "user", "parts": [{ "text": text }] })
}

fn with_tools(contents: Value) -> Value {
    let tool = |name: &str| json!({ "name": name, "parameters": weather().0 });
    json!({ "contents": contents, "tools": [{ "functionDeclarations": [tool("weather"), tool("time")] }] })
}

#[test]
fn a_plain_answer_and_its_usage() {
    let vendor = Vendor::start().unwrap();
    let body = json!({ "contents": [user("hello there #think #cache 2")] });
    let said = ask(&vendor, "generateContent", &body).json();
    let parts = &said["candidates"][0]["content"]["parts"];
    assert_eq!((&parts[0]["thought"], &parts[1]["text"]), (&json!(true), &json!("You said: hello there")));
    let expected = json!({
        "promptTokenCount": 5, "cachedContentTokenCount": 2, "candidatesTokenCount": 4,
        "thoughtsTokenCount": 5, "totalTokenCount": 14,
    });
    assert_eq!(said["usageMetadata"], expected);
    assert_eq!(ask(&vendor, "countTokens", &body).json(), json!({ "totalTokens": 5 }));
    let keyed = post(&vendor, "/v1beta/models/m:generateContent?key=k", "", &body);
    assert_eq!(keyed.status, 200);
    assert_eq!(post(&vendor, "/v1/models/m:generateContent", GEMINI, &body).status, 200);
    let said = ask(&vendor, "generateContent", &json!({ "contents": [user("#empty")] })).json();
    assert!(said.get("candidates").is_none() && said["promptFeedback"]["blockReason"].is_string());
}

#[test]
fn a_stream_is_events_or_an_array() {
    let vendor = Vendor::start().unwrap();
    let body = json!({ "contents": [user("one two")] });
    let chunks = events(&ask(&vendor, "streamGenerateContent?alt=sse", &body));
    let array = ask(&vendor, "streamGenerateContent", &body);
    assert_eq!(array.header("content-type"), Some("application/json"));
    for chunks in [chunks, array.json().as_array().unwrap().clone()] {
        assert_eq!(joined(&chunks, "/candidates/0/content/parts/0/text"), "You said: one two");
        assert!(chunks.iter().all(|chunk| chunk["usageMetadata"]["totalTokenCount"] == 6));
        assert_eq!(chunks.last().unwrap()["candidates"][0]["finishReason"], "STOP");
    }
    let broken = ask(&vendor, "streamGenerateContent", &json!({ "contents": [user("a #midstream-error")] }));
    let last = broken.json().as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["error"]["status"], "INTERNAL");
}

#[test]
fn tools_are_called_and_their_results_read() {
    let vendor = Vendor::start().unwrap();
    let asked = with_tools(json!([user("#tools #think")]));
    let said = ask(&vendor, "generateContent", &asked).json();
    let content = said["candidates"][0]["content"].clone();
    let parts = content["parts"].as_array().unwrap();
    assert_eq!(parts[1]["functionCall"], json!({ "name": "weather", "args": weather().1 }));
    assert!(parts[1]["thoughtSignature"].is_string() && parts[2].get("thoughtSignature").is_none());
    let result =
        |name: &str| json!({ "functionResponse": { "name": name, "response": { "result": "fine" } } });
    let results = json!({ "role": "user", "parts": [result("weather"), result("time")] });
    let next = |content: &Value, results: &Value| {
        let body = with_tools(json!([user("#tools #think"), content, results]));
        ask(&vendor, "generateContent", &body)
    };
    let said = next(&content, &results).json();
    assert_eq!(said["candidates"][0]["content"]["parts"][1]["text"], "The tool said: fine and fine");
    let mut unsigned = content.clone();
    unsigned["parts"][1].as_object_mut().unwrap().remove("thoughtSignature");
    assert_eq!(next(&unsigned, &results).status, 400);
    let mut forged = content.clone();
    forged["parts"][1]["thoughtSignature"] = json!("AAAA");
    assert_eq!(next(&forged, &results).status, 400);
    assert_eq!(next(&content, &json!({ "parts": [result("weather")] })).status, 400);
}

#[test]
fn the_reason_of_a_streamed_call_comes_after_it() {
    let vendor = Vendor::start().unwrap();
    let asked = with_tools(json!([user("#tool")]));
    let chunks = events(&ask(&vendor, "streamGenerateContent?alt=sse", &asked));
    assert!(chunks[0].pointer("/candidates/0/content/parts/0/functionCall").is_some());
    assert!(chunks[0].pointer("/candidates/0/finishReason").is_none());
    assert_eq!(chunks[1]["candidates"][0]["finishReason"], "STOP");
}

#[test]
fn what_the_vendor_would_refuse_is_refused() {
    let vendor = Vendor::start().unwrap();
    let declared = |schema: Value| {
        let tool = json!({ "name": "t", "parameters": schema });
        json!({ "contents": [user("hi")], "tools": [{ "functionDeclarations": [tool] }] })
    };
    let nested = json!({ "type": "object", "properties": { "a": { "type": "object", "$ref": "#" } } });
    let bad = [
        json!({}),
        json!({ "contents": [user("hi")], "messages": [] }),
        json!({ "contents": [{ "role": "assistant", "parts": [{ "text": "hi" }] }] }),
        json!({ "contents": [{ "role": "user", "parts": [{}] }] }),
        json!({ "contents": [user("hi")], "generationConfig": { "max_tokens": 1 } }),
        declared(json!({ "type": "object", "additionalProperties": false })),
        declared(nested),
    ];
    for body in bad {
        let answer = ask(&vendor, "generateContent", &body);
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json()["error"]["status"], "INVALID_ARGUMENT");
    }
    let limited = json!({ "contents": [user("#error 429")] });
    let error = ask(&vendor, "generateContent", &limited).json();
    assert_eq!(error["error"]["details"][0]["retryDelay"], "1s");
}
