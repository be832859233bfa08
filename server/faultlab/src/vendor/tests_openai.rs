//! OpenAI's chat and responses.

use super::Vendor;
use super::tests::{OPENAI, events, joined, post, weather};
use crate::raw::Answer;
use serde_json::{Value, json};

const PATH: &str = "/v1/chat/completions";

fn ask(vendor: &Vendor, body: &Value) -> Answer {
    post(vendor, PATH, OPENAI, body)
}

fn body(text: &str) -> Value {
    json!({ "model": "sim-large", "messages": [{ "role": "user", "content": text }] })
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn tools() -> Value {
    let tool = |name| json!({ "type": "function", "function": { "name": name, "parameters": weather().0 } });
    json!([tool("weather"), tool("time")])
}

#[test]
fn a_plain_answer_and_its_usage() {
    let vendor = Vendor::start().unwrap();
    let said = ask(&vendor, &body("hello there #cache 2")).json();
    assert_eq!(said["choices"][0]["message"]["content"], "You said: hello there");
    assert_eq!(said["choices"][0]["finish_reason"], "stop");
    assert_eq!(said["usage"]["prompt_tokens"], 4);
    assert_eq!(said["usage"]["completion_tokens"], 4);
    assert_eq!(said["usage"]["total_tokens"], 8);
    assert_eq!(said["usage"]["prompt_tokens_details"]["cached_tokens"], 2);
    let said = ask(&vendor, &body("#nousage #empty")).json();
    assert_eq!((&said["usage"], &said["choices"]), (&Value::Null, &json!([])));
}

#[test]
fn a_stream_says_usage_only_when_asked() {
    let vendor = Vendor::start().unwrap();
    let streamed = with(body("one two"), "stream", json!(true));
    let answer = ask(&vendor, &streamed);
    assert!(answer.text().ends_with("data: [DONE]\n\n"));
    let chunks = events(&answer);
    assert_eq!(joined(&chunks, "/choices/0/delta/content"), "You said: one two");
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(chunks.last().unwrap()["choices"][0]["finish_reason"], "stop");
    assert!(chunks.iter().all(|chunk| chunk.get("usage").is_none()));
    let chunks = events(&ask(&vendor, &with(streamed, "stream_options", json!({ "include_usage": true }))));
    let last = chunks.last().unwrap();
    assert_eq!((&last["choices"], &last["usage"]["completion_tokens"]), (&json!([]), &json!(4)));
}

#[test]
fn tools_are_called_and_their_results_read() {
    let vendor = Vendor::start().unwrap();
    let asked = with(body("#tools"), "tools", tools());
    let said = ask(&vendor, &asked).json();
    let message = said["choices"][0]["message"].clone();
    let calls = message["tool_calls"].as_array().unwrap().clone();
    assert_eq!((calls.len(), &said["choices"][0]["finish_reason"]), (2, &json!("tool_calls")));
    let arguments: Value = serde_json::from_str(calls[0]["function"]["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments, weather().1);
    let result =
        |at: usize, text| json!({ "role": "tool", "tool_call_id": calls[at]["id"], "content": text });
    let mut next = asked.clone();
    let history = [message, result(0, "sunny"), result(1, "noon")];
    next["messages"].as_array_mut().unwrap().extend(history);
    let said = ask(&vendor, &next).json();
    assert_eq!(said["choices"][0]["message"]["content"], "The tool said: sunny and noon");
    next["messages"].as_array_mut().unwrap().pop();
    assert_eq!(ask(&vendor, &next).status, 400);
    next["messages"][2]["tool_call_id"] = json!("call_other");
    assert_eq!(ask(&vendor, &next).status, 400);
}

#[test]
fn calls_are_streamed_by_index() {
    let vendor = Vendor::start().unwrap();
    let asked = with(with(body("#tools #think"), "tools", tools()), "stream", json!(true));
    let chunks = events(&ask(&vendor, &asked));
    let call = "/choices/0/delta/tool_calls/0";
    let of = |index: u64| -> Vec<Value> {
        let calls = chunks.iter().filter_map(|chunk| chunk.pointer(call));
        calls.filter(|call| call["index"] == index).cloned().collect()
    };
    for index in 0..2 {
        let pieces = of(index);
        let arguments: Value = serde_json::from_str(&joined(&pieces, "/function/arguments")).unwrap();
        assert_eq!(arguments, weather().1);
        assert_eq!(pieces.iter().filter(|piece| piece.get("id").is_some()).count(), 1);
    }
    assert_eq!(joined(&chunks, "/choices/0/delta/reasoning_content"), "Let me think about that.");
}

#[test]
fn formats_limits_images_and_refusals() {
    let vendor = Vendor::start().unwrap();
    let format = json!({ "type": "json_schema", "json_schema": { "name": "w", "schema": weather().0 } });
    let content = |body: &Value| ask(&vendor, body).json()["choices"][0]["message"]["content"].clone();
    let said = content(&with(body("hi"), "response_format", format));
    assert_eq!(serde_json::from_str::<Value>(said.as_str().unwrap()).unwrap(), weather().1);
    let said = ask(&vendor, &with(body("#long 50"), "max_tokens", json!(7))).json();
    assert_eq!(
        (&said["usage"]["completion_tokens"], &said["choices"][0]["finish_reason"]),
        (&json!(7), &json!("length"))
    );
    let image = json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,AAAA" } });
    let parts = json!([{ "type": "text", "text": "look" }, image, image]);
    let images = json!({ "model": "m", "messages": [{ "role": "user", "content": parts }] });
    assert_eq!(content(&images), "I see 2 images.");
    let said = ask(&vendor, &body("#refuse")).json();
    assert_eq!(said["choices"][0]["finish_reason"], "content_filter");
    assert!(said["choices"][0]["message"]["refusal"].is_string());
}

#[test]
fn what_the_vendor_would_refuse_is_refused() {
    let vendor = Vendor::start().unwrap();
    let bad = [
        json!({ "messages": [{ "role": "user", "content": "hi" }] }),
        json!({ "model": "m", "messages": [] }),
        json!({ "model": "m", "messages": [{ "role": "model", "content": "hi" }] }),
        json!({ "model": "m", "messages": [{ "role": "tool", "tool_call_id": "c", "content": "hi" }] }),
        with(body("hi"), "stream_options", json!({ "include_usage": true })),
        with(body("hi"), "tools", json!([{ "name": "bare" }])),
        with(body("hi"), "tool_choice", json!("required")),
        with(body("hi"), "temperature", json!(3)),
    ];
    for body in bad {
        let answer = ask(&vendor, &body);
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
    }
    let missing = with(body("hi"), "model", json!("missing-1"));
    assert_eq!(ask(&vendor, &missing).json()["error"]["code"], "model_not_found");
    assert_eq!(post(&vendor, PATH, "", &body("hi")).status, 401);
}

#[test]
fn responses_whole_and_streamed() {
    let vendor = Vendor::start().unwrap();
    let tool = json!({ "type": "function", "name": "weather", "parameters": weather().0 });
    let ask = |input: Value, stream: bool| {
        let body = json!({ "model": "m", "input": input, "tools": [tool], "stream": stream });
        post(&vendor, "/v1/responses", OPENAI, &body)
    };
    let said = ask(json!("hello"), false).json();
    assert_eq!(said["output"][0]["content"][0]["text"], "You said: hello");
    assert_eq!(said["usage"]["output_tokens"], 3);
    let steps = events(&ask(json!("hello #think"), true));
    let numbers: Vec<_> = steps.iter().map(|step| step["sequence_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..steps.len() as u64).collect::<Vec<_>>());
    let deltas: Vec<_> =
        steps.iter().filter(|step| step["type"] == "response.output_text.delta").cloned().collect();
    assert_eq!(joined(&deltas, "/delta"), "You said: hello");
    let last = steps.last().unwrap();
    assert_eq!(
        (&last["type"], &last["response"]["output"][0]["type"]),
        (&json!("response.completed"), &json!("reasoning"))
    );
    let call = ask(json!("#tool"), false).json()["output"][0].clone();
    assert_eq!(call["type"], "function_call");
    let result = json!({ "type": "function_call_output", "call_id": call["call_id"], "output": "sunny" });
    let user = json!({ "role": "user", "content": "#tool" });
    let said = ask(json!([user, call, result]), false).json();
    assert_eq!(said["output"][0]["content"][0]["text"], "The tool said: sunny");
    assert_eq!(ask(json!([user, result]), false).status, 400);
    let steps = events(&ask(json!("#tool"), true));
    assert!(steps.iter().any(|step| step["type"] == "response.function_call_arguments.done"));
}

#[test]
fn mistral_is_stricter() {
    let vendor = Vendor::start().unwrap();
    let ask = |body: &Value| post(&vendor, "/mistral/v1/chat/completions", OPENAI, body);
    assert_eq!(ask(&with(body("hi"), "logit_bias", json!({}))).status, 422);
    let said = ask(&with(body("#tool"), "tools", tools())).json();
    let message = said["choices"][0]["message"].clone();
    let id = message["tool_calls"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 9);
    let result = json!({ "role": "tool", "tool_call_id": id, "content": "x" });
    let mut next =
        json!({ "model": "m", "messages": [{ "role": "user", "content": "#tool" }, message, result] });
    assert_eq!(ask(&next).status, 200);
    next["messages"][1]["tool_calls"][0]["id"] = json!("call_1");
    next["messages"][2]["tool_call_id"] = json!("call_1");
    assert_eq!(ask(&next).status, 400);
}
