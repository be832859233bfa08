use super::*;
use crate::chat::{Answer, Block, ToolUse, replay};
use crate::dialect::Frame;
use crate::failure::{Failure, FailureKind};

/// What was written, as names and data.
fn parse(out: &[u8]) -> Vec<(String, Value)> {
    let mut splitter = sse::Splitter::new();
    let events = splitter.push(out).unwrap();
    assert_eq!(splitter.finish(), b"");
    let event = |event: &Vec<u8>| {
        let (name, data) = sse::parse(event).unwrap();
        let data: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(data["type"], json!(name), "its name stands in its data");
        (name, data)
    };
    events.iter().map(event).collect()
}

fn write(events: Vec<Event>) -> Vec<(String, Value)> {
    let reply = Reply { id: "7".into(), created: 0, model: "alias".into(), stream_usage: false };
    let (mut writer, mut out) = (Writer::new(reply), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    parse(&out)
}

fn data(events: Vec<Event>) -> Vec<Value> {
    write(events).into_iter().map(|(_, data)| data).collect()
}

fn start() -> Event {
    Event::Start { id: "x".into(), model: "vendors".into() }
}

fn finish(finish: Finish) -> Event {
    Event::Finish { finish, stop_sequence: None }
}

fn message_start(model: &str, usage: &Usage) -> Value {
    json!({ "type": "message_start", "message": {
        "id": "msg_7",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": write_usage(usage),
    } })
}

fn message_delta(reason: &str, usage: &Usage) -> Value {
    let delta = json!({ "stop_reason": reason, "stop_sequence": null });
    json!({ "type": "message_delta", "delta": delta, "usage": write_usage(usage) })
}

#[test]
fn every_kind_of_block_is_written() {
    let tool = |id: &str, arguments: &str, signature: Option<&str>| {
        let (id, name, arguments) = (id.to_owned(), "f".to_owned(), arguments.to_owned());
        Content::ToolUse(ToolUse { id, name, arguments, signature: signature.map(str::to_owned) })
    };
    let image =
        Content::Image(crate::chat::Media { source: crate::chat::Source::File("f".into()), detail: None });
    let content = vec![
        Content::Thinking { text: "hm".into(), signature: Some("sig".into()) },
        Content::SealedThinking("z".into()),
        image,
        Content::Text("Hello".into()),
        tool("", "{\"a\":1}", None),
        tool("call_1", "{}", Some("YQ==")),
    ];
    let usage = Usage { input: 3, output: 4, ..Usage::default() };
    let answer = Answer {
        id: "x".into(),
        model: String::new(),
        content: content.into_iter().map(Block::from).collect(),
        finish: Finish::ToolUse,
        stop_sequence: None,
        usage: Some(usage.clone()),
    };
    let begin = |index: u32, block: Value| json!({ "type": "content_block_start", "index": index, "content_block": block });
    let delta =
        |index: u32, delta: Value| json!({ "type": "content_block_delta", "index": index, "delta": delta });
    let end = |index: u32| json!({ "type": "content_block_stop", "index": index });
    let call = |id: &str| json!({ "type": "tool_use", "id": id, "name": "f", "input": {} });
    let expected = [
        message_start("alias", &Usage::default()),
        begin(0, json!({ "type": "thinking", "thinking": "", "signature": "" })),
        delta(0, json!({ "type": "thinking_delta", "thinking": "hm" })),
        delta(0, json!({ "type": "signature_delta", "signature": "sig" })),
        end(0),
        begin(1, json!({ "type": "redacted_thinking", "data": "z" })),
        end(1),
        begin(2, json!({ "type": "text", "text": "" })),
        delta(2, json!({ "type": "text_delta", "text": "Hello" })),
        end(2),
        begin(3, call("toolu_7_3")),
        delta(3, json!({ "type": "input_json_delta", "partial_json": "{\"a\":1}" })),
        end(3),
        begin(4, call("call_1__sig_WVE9PQ")),
        delta(4, json!({ "type": "input_json_delta", "partial_json": "{}" })),
        end(4),
        message_delta("tool_use", &usage),
        json!({ "type": "message_stop" }),
    ];
    assert_eq!(data(replay(answer)), expected);
}

#[test]
fn usage_at_the_start_stands_in_the_start() {
    let (first, last) =
        (Usage { input: 9, ..Usage::default() }, Usage { input: 9, output: 2, ..Usage::default() });
    let events =
        vec![start(), Event::Usage(first.clone()), Event::Usage(last.clone()), finish(Finish::Length)];
    let expected = [
        message_start("vendors", &first),
        message_delta("max_tokens", &last),
        json!({ "type": "message_stop" }),
    ];
    assert_eq!(data(events), expected);
}

#[test]
fn a_refusal_is_text() {
    let events = vec![
        start(),
        Event::Begin { index: 0, block: Begun::Refusal },
        Event::Delta { index: 0, delta: Delta::Text("no".into()) },
        Event::End { index: 0 },
        finish(Finish::Filtered),
    ];
    let expected = [
        message_start("vendors", &Usage::default()),
        json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
        json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "no" } }),
        json!({ "type": "content_block_stop", "index": 0 }),
        message_delta("refusal", &Usage::default()),
        json!({ "type": "message_stop" }),
    ];
    assert_eq!(data(events), expected);
}

#[test]
fn a_failure_is_the_last() {
    let failed = || Event::Failed(Failure::new(FailureKind::Overloaded, "busy"));
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "busy" } });
    let events = vec![start(), Event::Ping, Event::Begin { index: 0, block: Begun::Text }, failed()];
    let expected = [
        message_start("vendors", &Usage::default()),
        json!({ "type": "ping" }),
        json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
        error.clone(),
    ];
    assert_eq!(data(events), expected);
    assert_eq!(write(vec![start(), failed()]), [("error".to_owned(), error)]);
}

#[test]
fn what_is_written_is_read_the_same() {
    let tool =
        ToolUse { id: "toolu_1".into(), name: "f".into(), arguments: "{\"a\":1}".into(), signature: None };
    let answer = Answer {
        id: "msg_7".into(),
        model: "claude".into(),
        content: vec![
            Content::Thinking { text: String::new(), signature: Some("sig".into()) }.into(),
            Content::SealedThinking("z".into()).into(),
            Block::text("Hello"),
            Content::ToolUse(tool).into(),
        ],
        finish: Finish::ToolUse,
        stop_sequence: None,
        usage: Some(Usage { input: 3, cache_write_1h: 2, output: 4, reasoning: 1, ..Usage::default() }),
    };
    let mut reader = crate::dialect::anthropic::Reader::default();
    let mut events = Vec::new();
    for (name, data) in write(replay(answer.clone())) {
        let data = data.to_string();
        reader.read(Frame { event: &name, data: data.as_bytes() }, &mut events).unwrap();
    }
    let (mut flow, mut out) = (crate::chat::Flow::default(), Vec::new());
    events.into_iter().for_each(|event| flow.push(event, &mut out));
    flow.end(&mut out);
    let mut collector = crate::chat::Collector::default();
    out.into_iter().for_each(|event| collector.push(event).unwrap());
    assert_eq!(collector.finish(), Some(answer));
}
