//! Bedrock's Converse.

use super::Vendor;
use super::tests::{OPENAI, post, weather};
use crate::raw::Answer;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn ask(vendor: &Vendor, verb: &str, body: &Value) -> Answer {
    post(vendor, &format!("/model/eu.sim-large-v1%3A0/{verb}"), OPENAI, body)
}

fn user(content: Value) -> Value {
    json!({ "role": "user", "content": content })
}

fn text(text: &str) -> Value {
    user(json!([{ "text": text }]))
}

fn with_tools(messages: Value) -> Value {
    let tool = |name: &str| json!({ "toolSpec": { "name": name, "inputSchema": { "json": weather().0 } } });
    json!({ "messages": messages, "toolConfig": { "tools": [tool("weather"), tool("time")] } })
}

/// Headers and payload of each frame; both checksums are looked at.
fn frames(mut bytes: &[u8]) -> Vec<(BTreeMap<String, String>, Value)> {
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes[..4].try_into().unwrap());
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let (length, headers) = (number(bytes) as usize, number(&bytes[4..]) as usize);
        assert_eq!(number(&bytes[8..]), crc32fast::hash(&bytes[..8]));
        assert_eq!(number(&bytes[length - 4..]), crc32fast::hash(&bytes[..length - 4]));
        let mut head = &bytes[12..12 + headers];
        let mut named = BTreeMap::new();
        while !head.is_empty() {
            let name = head[0] as usize;
            assert_eq!(head[1 + name], 7);
            let size = u16::from_be_bytes([head[2 + name], head[3 + name]]) as usize;
            let word = |from: usize, to: usize| String::from_utf8(head[from..to].to_vec()).unwrap();
            named.insert(word(1, 1 + name), word(4 + name, 4 + name + size));
            head = &head[4 + name + size..];
        }
        frames.push((named, serde_json::from_slice(&bytes[12 + headers..length - 4]).unwrap()));
        bytes = &bytes[length..];
    }
    frames
}

#[test]
fn a_plain_answer_and_its_usage() {
    let vendor = Vendor::start().unwrap();
    let body = json!({ "messages": [text("hello there #cache 3")], "system": [{ "text": "be nice" }] });
    let said = ask(&vendor, "converse", &body).json();
    assert_eq!(said["output"]["message"]["content"][0]["text"], "You said: hello there");
    let usage = &said["usage"];
    assert_eq!((&usage["inputTokens"], &usage["cacheReadInputTokens"]), (&json!(3), &json!(3)));
    assert_eq!((&usage["outputTokens"], &usage["totalTokens"]), (&json!(4), &json!(10)));
    let counted = ask(&vendor, "count-tokens", &json!({ "input": { "converse": body } }));
    assert_eq!(counted.json(), json!({ "inputTokens": 6 }));
}

#[test]
fn a_stream_is_frames_with_good_checksums_and_usage_last() {
    let vendor = Vendor::start().unwrap();
    let answer = ask(&vendor, "converse-stream", &json!({ "messages": [text("one two #think")] }));
    assert_eq!(answer.header("content-type"), Some("application/vnd.amazon.eventstream"));
    let frames = frames(&answer.body);
    assert!(frames.iter().all(|(head, _)| head[":message-type"] == "event"));
    let kinds: Vec<_> = frames.iter().map(|(head, _)| head[":event-type"].as_str()).collect();
    assert_eq!((kinds[0], kinds[kinds.len() - 2]), ("messageStart", "messageStop"));
    let (_, last) = frames.last().unwrap();
    assert_eq!((kinds[kinds.len() - 1], &last["usage"]["outputTokens"]), ("metadata", &json!(9)));
    let events: Vec<_> = frames.into_iter().map(|(_, event)| event).collect();
    assert_eq!(super::tests::joined(&events, "/delta/text"), "You said: one two");
    assert!(!super::tests::joined(&events, "/delta/reasoningContent/signature").is_empty());
}

#[test]
fn a_stream_fails_with_an_exception() {
    let vendor = Vendor::start().unwrap();
    let answer = ask(&vendor, "converse-stream", &json!({ "messages": [text("#midstream-error")] }));
    let (head, _) = frames(&answer.body).pop().unwrap();
    assert_eq!(head[":message-type"], "exception");
    assert_eq!(head[":exception-type"], "modelStreamErrorException");
}

#[test]
fn tools_are_called_and_their_results_read() {
    let vendor = Vendor::start().unwrap();
    let said = ask(&vendor, "converse", &with_tools(json!([text("#tool #think")]))).json();
    assert_eq!(said["stopReason"], "tool_use");
    let message = said["output"]["message"].clone();
    let call = &message["content"][1]["toolUse"];
    assert_eq!(call["input"], weather().1);
    let result =
        json!({ "toolResult": { "toolUseId": call["toolUseId"], "content": [{ "text": "sunny" }] } });
    let history = |message: &Value| json!([text("#tool #think"), message, user(json!([result]))]);
    let said = ask(&vendor, "converse", &with_tools(history(&message))).json();
    assert_eq!(said["output"]["message"]["content"][1]["text"], "The tool said: sunny");
    assert_eq!(ask(&vendor, "converse", &json!({ "messages": history(&message) })).status, 400);
    let mut forged = message.clone();
    forged["content"][0]["reasoningContent"]["reasoningText"]["signature"] = json!("forged");
    assert_eq!(ask(&vendor, "converse", &with_tools(history(&forged))).status, 400);
    let streamed = frames(&ask(&vendor, "converse-stream", &with_tools(json!([text("#tool")]))).body);
    let events: Vec<_> = streamed.into_iter().map(|(_, event)| event).collect();
    let input = super::tests::joined(&events, "/delta/toolUse/input");
    assert_eq!(serde_json::from_str::<Value>(&input).unwrap(), weather().1);
}

#[test]
fn what_the_vendor_would_refuse_is_refused() {
    let vendor = Vendor::start().unwrap();
    let image = json!({ "image": { "format": "png", "source": { "url": "https://x" } } });
    let bad = [
        json!({}),
        json!({ "messages": [text("a")], "model": "m" }),
        json!({ "messages": [text("a"), text("b")] }),
        json!({ "messages": [user(json!([{ "type": "text", "text": "a" }]))] }),
        json!({ "messages": [user(json!([image]))] }),
        json!({ "messages": [text("a")], "toolConfig": { "tools": [] } }),
    ];
    for body in bad {
        let answer = ask(&vendor, "converse", &body);
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.header("x-amzn-errortype"), Some("ValidationException"));
    }
    let arn = "/model/arn:aws:bedrock:eu:1:inference-profile/x/converse";
    assert_eq!(post(&vendor, arn, OPENAI, &json!({ "messages": [text("a")] })).status, 404);
}
