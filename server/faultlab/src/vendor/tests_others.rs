//! Ollama and Cohere.

use super::Vendor;
use super::tests::{OPENAI, events, joined, post, weather};
use serde_json::{Value, json};

fn body(messages: Value, stream: bool) -> Value {
    let function = json!({ "name": "weather", "parameters": weather().0 });
    let tool = json!({ "type": "function", "function": function });
    json!({ "model": "m", "messages": messages, "tools": [tool], "stream": stream })
}

fn user(text: &str) -> Value {
    json!({ "role": "user", "content": text })
}

#[test]
fn ollama_speaks_lines() {
    let vendor = Vendor::start().unwrap();
    let ask = |body: &Value| post(&vendor, "/api/chat", "", body);
    let said = ask(&body(json!([user("hello")]), false)).json();
    assert_eq!(said["message"]["content"], "You said: hello");
    assert_eq!((&said["prompt_eval_count"], &said["eval_count"]), (&json!(1), &json!(3)));
    let answer = ask(&json!({ "model": "m", "messages": [user("hello #think")] }));
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(joined(&lines, "/message/content"), "You said: hello");
    assert!(!joined(&lines, "/message/thinking").is_empty());
    assert_eq!((&lines[0]["done"], &lines.last().unwrap()["done"]), (&json!(false), &json!(true)));
    let said = ask(&body(json!([user("#tool")]), false)).json();
    assert_eq!(said["message"]["tool_calls"][0]["function"]["arguments"], weather().1);
    let result = json!({ "role": "tool", "tool_name": "weather", "content": "sunny" });
    let said = ask(&body(json!([user("#tool"), said["message"], result]), false)).json();
    assert_eq!(said["message"]["content"], "The tool said: sunny");
    let image = json!({ "role": "user", "content": "", "images": ["data:image/png;base64,AA"] });
    assert_eq!(ask(&body(json!([image]), false)).status, 400);
}

#[test]
fn cohere_speaks_events_and_bills_less_than_it_counts() {
    let vendor = Vendor::start().unwrap();
    let ask = |body: &Value| post(&vendor, "/v2/chat", OPENAI, body);
    let said = ask(&body(json!([user("hello")]), false)).json();
    assert_eq!(said["message"]["content"][0]["text"], "You said: hello");
    let usage = &said["usage"];
    assert_eq!(usage["billed_units"]["input_tokens"], 1);
    assert_eq!(usage["tokens"]["input_tokens"], 6);
    let steps = events(&ask(&body(json!([user("hello")]), true)));
    assert_eq!(joined(&steps, "/delta/message/content/text"), "You said: hello");
    assert_eq!(steps.last().unwrap()["delta"]["finish_reason"], "COMPLETE");
    let said = ask(&body(json!([user("#tool")]), false)).json();
    let message = said["message"].clone();
    let id = &message["tool_calls"][0]["id"];
    let document = json!({ "type": "document", "document": { "data": "sunny" } });
    let result = json!({ "role": "tool", "tool_call_id": id, "content": [document] });
    let next = ask(&body(json!([user("#tool"), message, result]), false)).json();
    assert_eq!(next["message"]["content"][0]["text"], "The tool said: sunny");
    let steps = events(&ask(&body(json!([user("#tool")]), true)));
    let arguments = joined(&steps, "/delta/message/tool_calls/function/arguments");
    assert_eq!(serde_json::from_str::<Value>(&arguments).unwrap(), weather().1);
    let mut refused = body(json!([user("a")]), false);
    refused["tool_choice"] = json!("auto");
    assert_eq!(ask(&refused).status, 400);
}
