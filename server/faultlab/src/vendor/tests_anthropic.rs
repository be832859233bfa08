//! Anthropic's messages.

use super::Vendor;
use super::tests::{ANTHROPIC, events, joined, post, weather};
use crate::raw::Answer;
use serde_json::{Value, json};

const PATH: &str = "/v1/messages";

fn ask(vendor: &Vendor, body: &Value) -> Answer {
    post(vendor, PATH, ANTHROPIC, body)
}

fn body(messages: Value, stream: bool) -> Value {
    let tool = |name: &str| json!({ "name": name, "input_schema": weather().0 });
    let tools = [tool("weather"), tool("time")];
    json!({ "model": "sim-large", "max_tokens": 100, "messages": messages, "tools": tools, "stream": stream })
}

fn user(content: impl Into<Value>) -> Value {
    json!({ "role": "user", "content": content.into() })
}

#[test]
fn a_plain_answer_and_its_usage() {
    let vendor = Vendor::start().unwrap();
    let answer = ask(&vendor, &body(json!([user("hello there #cache 3")]), false));
    let said = answer.json();
    assert_eq!(said["content"], json!([{ "type": "text", "text": "You said: hello there" }]));
    assert_eq!(said["stop_reason"], "end_turn");
    let usage = &said["usage"];
    assert_eq!((&usage["input_tokens"], &usage["cache_read_input_tokens"]), (&json!(1), &json!(3)));
    assert_eq!(usage["output_tokens"], 4);
    assert!(answer.header("request-id").is_some());
    let path = "/v1/messages/count_tokens";
    let counted = json!({ "model": "m", "messages": [user("one two")] });
    assert_eq!(post(&vendor, path, ANTHROPIC, &counted).json(), json!({ "input_tokens": 2 }));
}

#[test]
fn a_stream_is_blocks_one_after_another() {
    let vendor = Vendor::start().unwrap();
    let steps = events(&ask(&vendor, &body(json!([user("hi #think")]), true)));
    let kinds: Vec<_> = steps.iter().map(|step| step["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.first(), Some(&"message_start"));
    assert_eq!(kinds[kinds.len() - 2..], ["message_delta", "message_stop"]);
    assert_eq!(joined(&steps, "/delta/thinking"), "Let me think about that.");
    assert_eq!(joined(&steps, "/delta/text"), "You said: hi");
    assert_eq!(steps[0]["message"]["usage"]["input_tokens"], 2);
    assert_eq!(steps[steps.len() - 2]["usage"]["output_tokens"], 8);
    let mut open = None;
    for step in &steps {
        match step["type"].as_str().unwrap() {
            "content_block_start" => assert_eq!(open.replace(step["index"].clone()), None),
            "content_block_delta" => assert_eq!(open.as_ref(), step.get("index")),
            "content_block_stop" => assert_eq!(open.take().as_ref(), step.get("index")),
            _ => assert_eq!(open, None),
        }
    }
}

#[test]
fn tools_are_called_and_their_results_read() {
    let vendor = Vendor::start().unwrap();
    let said = ask(&vendor, &body(json!([user("#tools")]), false)).json();
    assert_eq!((&said["stop_reason"], &said["content"][1]["name"]), (&json!("tool_use"), &json!("time")));
    assert_eq!(said["content"][0]["input"], weather().1);
    let streamed = events(&ask(&vendor, &body(json!([user("#tool")]), true)));
    let input: Value = serde_json::from_str(&joined(&streamed, "/delta/partial_json")).unwrap();
    assert_eq!(input, weather().1);
    let result = |at: usize| {
        let id = &said["content"][at]["id"];
        json!({ "type": "tool_result", "tool_use_id": id, "content": [{ "type": "text", "text": "fine" }] })
    };
    let model = json!({ "role": "assistant", "content": said["content"] });
    let both = json!([user("#tools"), model, user(json!([result(0), result(1)]))]);
    let text = ask(&vendor, &body(both, false)).json()["content"][0]["text"].clone();
    assert_eq!(text, "The tool said: fine and fine");
    let one = json!([user("#tools"), model, user(json!([result(0)]))]);
    assert_eq!(ask(&vendor, &body(one, false)).status, 400);
    let late = json!([{ "type": "text", "text": "so" }, result(0), result(1)]);
    assert_eq!(ask(&vendor, &body(json!([user("#tools"), model, user(late)]), false)).status, 400);
}

#[test]
fn thoughts_come_back_with_their_very_signature() {
    let vendor = Vendor::start().unwrap();
    let said = ask(&vendor, &body(json!([user("#think #tool")]), false)).json();
    let content = &said["content"];
    assert_eq!(content[0]["type"], "thinking");
    let result = json!([{ "type": "tool_result", "tool_use_id": content[1]["id"], "content": "ok" }]);
    let next = |blocks: Value| {
        let model = json!({ "role": "assistant", "content": blocks });
        ask(&vendor, &body(json!([user("#think #tool"), model, user(result.clone())]), false)).status
    };
    assert_eq!(next(content.clone()), 200);
    assert_eq!(next(json!([content[1]])), 400);
    let mut forged = content.clone();
    forged[0]["signature"] = json!("forged");
    assert_eq!(next(forged), 400);
}

#[test]
fn what_the_vendor_would_refuse_is_refused() {
    let vendor = Vendor::start().unwrap();
    let without = |name: &str| {
        let mut body = body(json!([user("hi")]), false);
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let thinking = json!({ "type": "enabled", "budget_tokens": 2000 });
    let mut greedy = body(json!([user("hi")]), false);
    greedy["thinking"] = thinking;
    let bad = [
        without("model"),
        without("max_tokens"),
        without("messages"),
        body(json!([user("a"), user("b")]), false),
        body(json!([{ "role": "assistant", "content": "a" }]), false),
        body(json!([{ "role": "system", "content": "a" }]), false),
        body(json!([user("")]), false),
        greedy,
    ];
    for body in bad {
        let answer = ask(&vendor, &body);
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
    }
    let body = body(json!([user("hi")]), false);
    assert_eq!(post(&vendor, PATH, "x-api-key: k\r\n", &body).status, 400);
    let overloaded = json!({ "model": "m", "max_tokens": 1, "messages": [user("#error 529")] });
    assert_eq!(ask(&vendor, &overloaded).json()["error"]["type"], "overloaded_error");
    let poor = "x-api-key: poor\r\nanthropic-version: 2023-06-01\r\n";
    assert_eq!(post(&vendor, PATH, poor, &body).json()["error"]["type"], "billing_error");
}
