use super::*;
use crate::failure::{Failure, FailureKind};

fn chunk(parts: Value) -> Value {
    json!({
        "candidates": [{ "content": { "parts": parts, "role": "model" }, "index": 0 }],
        "modelVersion": "gemini-3-pro",
        "responseId": "abc",
    })
}

fn start() -> Event {
    Event::Start { id: "abc".to_owned(), model: "gemini-3-pro".to_owned() }
}

fn begin(index: u32, block: Begun) -> Event {
    Event::Begin { index, block }
}

fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.to_owned()) }
}

fn arguments(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Arguments(text.to_owned()) }
}

fn tool(id: &str, signature: Option<&str>) -> Begun {
    Begun::ToolUse { id: id.to_owned(), name: "f".to_owned(), signature: signature.map(str::to_owned) }
}

fn finish(finish: Finish) -> Event {
    Event::Finish { finish, stop_sequence: None }
}

fn reply() -> Reply {
    Reply { id: "r1".to_owned(), created: 1, model: "mine".to_owned(), stream_usage: false }
}

fn write(writer: Writer, events: &[Event]) -> String {
    let (mut writer, mut out) = (writer, Vec::new());
    events.iter().for_each(|event| writer.write(event.clone(), &mut out));
    String::from_utf8(out).unwrap()
}

/// The data of a stream of server-sent events.
fn chunks(stream: &str) -> Vec<Value> {
    let data = stream.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// The parts of every chunk that is written of these events, and the last chunk.
fn written(events: &[Event]) -> (Vec<Value>, Value) {
    let mut chunks = chunks(&write(Writer::new(reply()), events));
    let last = chunks.pop().unwrap();
    let parts = chunks.iter().map(|chunk| {
        let part = &chunk["candidates"][0]["content"]["parts"][0];
        let expected = json!({
            "candidates": [{ "content": { "parts": [part], "role": "model" }, "index": 0 }],
            "modelVersion": "gemini-3-pro",
            "responseId": "r1",
        });
        assert_eq!(*chunk, expected, "each is a whole response");
        part.clone()
    });
    (parts.collect(), last)
}

#[test]
fn calls_are_written_when_they_are_whole() {
    let events = [
        start(),
        begin(0, tool("x", None)),
        arguments(0, r#"{"a""#),
        arguments(0, ":1}"),
        Event::End { index: 0 },
        begin(1, tool("y", None)),
        arguments(1, r#"{"a"#),
        Event::End { index: 1 },
        begin(2, tool("z", None)),
        Event::End { index: 2 },
        finish(Finish::ToolUse),
    ];
    let (parts, last) = written(&events);
    let call = |id: &str, args: Value| json!({ "functionCall": { "id": id, "name": "f", "args": args } });
    let expected =
        [call("x", json!({ "a": 1 })), call("y", json!({ "raw_arguments": "{\"a" })), call("z", json!({}))];
    assert_eq!(parts, expected);
    let expected = json!({
        "candidates": [{ "content": { "parts": [{ "text": "" }], "role": "model" }, "index": 0, "finishReason": "STOP" }],
        "modelVersion": "gemini-3-pro",
        "responseId": "r1",
    });
    assert_eq!(last, expected, "without usage where nobody says it");
}

#[test]
fn lists_are_valid_json_at_their_end() {
    let said =
        [start(), Event::Ping, begin(0, Begun::Text), text(0, "a"), Event::Ping, Event::End { index: 0 }];
    let failed = Event::Failed(Failure::new(FailureKind::Overloaded, "Busy."));
    let error = json!({ "error": { "code": 503, "message": "Busy.", "status": "UNAVAILABLE" } });
    let a = chunk(json!([{ "text": "a" }]));
    let renamed = |mut chunk: Value| {
        chunk["responseId"] = "r1".into();
        chunk
    };
    let last = json!({
        "candidates": [{ "content": { "parts": [{ "text": "" }], "role": "model" }, "index": 0, "finishReason": "STOP" }],
        "modelVersion": "gemini-3-pro",
        "responseId": "r1",
    });
    for (more, expected) in [
        (finish(Finish::Stop), json!([renamed(a.clone()), last])),
        (failed.clone(), json!([renamed(a), error])),
    ] {
        let events: Vec<Event> = said.iter().cloned().chain([more]).collect();
        let list = write(Writer::array(reply()), &events);
        assert_eq!(serde_json::from_str::<Value>(&list).unwrap(), expected, "{list}");
    }
    let list = write(Writer::array(reply()), std::slice::from_ref(&failed));
    assert_eq!(serde_json::from_str::<Value>(&list).unwrap(), json!([error]));
    let events = write(Writer::new(reply()), &[Event::Ping, failed]);
    assert_eq!(events, format!("\ndata: {error}\n\n"));
}
