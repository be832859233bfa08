use crate::chat::{Begun, Delta, Event, Finish, Flow};
use crate::dialect::Frame;
use crate::dialect::cohere::Reader;
use crate::failure::{Failure, FailureKind};
use crate::usage::Usage;
use serde_json::{Value, json};

fn streamed(frames: &[Value]) -> Vec<Event> {
    let (mut reader, mut flow, mut out) = (Reader::default(), Flow::default(), Vec::new());
    for frame in frames {
        let (data, mut events) = (frame.to_string(), Vec::new());
        let data = if frame == "[DONE]" { "[DONE]" } else { data.as_str() };
        let read = reader.read(Frame { event: "", data: data.as_bytes() }, &mut events);
        events.into_iter().for_each(|event| flow.push(event, &mut out));
        if let Err(failure) = read {
            flow.push(Event::Failed(failure), &mut out);
        }
    }
    flow.end(&mut out);
    out
}

fn piece(kind: &str, index: u32, message: Value) -> Value {
    json!({ "type": kind, "index": index, "delta": { "message": message } })
}

fn ended(delta: Value) -> Value {
    json!({ "type": "message-end", "delta": delta })
}

fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.to_owned()) }
}

fn start() -> Event {
    Event::Start { id: "c1".to_owned(), model: String::new() }
}

fn begin(index: u32, block: Begun) -> Event {
    Event::Begin { index, block }
}

fn finish(finish: Finish) -> Event {
    Event::Finish { finish, stop_sequence: None }
}

#[test]
fn a_stream_of_thoughts_and_text_is_read() {
    let usage =
        json!({ "billed_units": { "input_tokens": 5, "output_tokens": 2 }, "tokens": { "input_tokens": 9 } });
    let events = streamed(&[
        json!({ "type": "message-start", "id": "c1", "delta": { "message": { "role": "assistant" } } }),
        piece("content-start", 0, json!({ "content": { "type": "thinking", "thinking": "" } })),
        piece("content-delta", 0, json!({ "content": { "thinking": "Hm." } })),
        json!({ "type": "content-end", "index": 0 }),
        piece("content-start", 1, json!({ "content": { "type": "text", "text": "" } })),
        piece("content-delta", 1, json!({ "content": { "text": "So " } })),
        piece("citation-start", 0, json!({ "citations": { "text": "So" } })),
        json!({ "type": "citation-end", "index": 0 }),
        json!({ "type": "debug", "prompt": "x" }),
        piece("content-delta", 1, json!({ "content": { "text": "it is." } })),
        json!({ "type": "content-end", "index": 1 }),
        ended(json!({ "finish_reason": "COMPLETE", "usage": usage })),
        json!("[DONE]"),
    ]);
    let expected = vec![
        start(),
        begin(0, Begun::Thinking),
        text(0, "Hm."),
        Event::End { index: 0 },
        begin(1, Begun::Text),
        text(1, "So "),
        text(1, "it is."),
        Event::End { index: 1 },
        Event::Usage(Usage { input: 5, output: 2, ..Usage::default() }),
        finish(Finish::Stop),
    ];
    assert_eq!(events, expected);
}

#[test]
fn a_stream_of_a_plan_and_tools_is_read() {
    let started = |index, id: &str, arguments: &str| {
        let function = json!({ "name": "weather", "arguments": arguments });
        piece(
            "tool-call-start",
            index,
            json!({ "tool_calls": { "id": id, "type": "function", "function": function } }),
        )
    };
    let more = |index, arguments: &str| {
        piece("tool-call-delta", index, json!({ "tool_calls": { "function": { "arguments": arguments } } }))
    };
    let events = streamed(&[
        json!({ "type": "message-start", "id": "c1" }),
        json!({ "type": "tool-plan-delta", "delta": { "message": { "tool_plan": "I " } } }),
        json!({ "type": "tool-plan-delta", "delta": { "message": { "tool_plan": "look." } } }),
        started(0, "a", ""),
        more(0, "{\"city\""),
        more(0, ":1}"),
        json!({ "type": "tool-call-end", "index": 0 }),
        started(1, "b", ""),
        json!({ "type": "tool-call-end", "index": 1 }),
        ended(json!({ "finish_reason": "TOOL_CALL" })),
    ]);
    let called = |id: &str| Begun::ToolUse { id: id.to_owned(), name: "weather".to_owned(), signature: None };
    let arguments = |text: &str| Event::Delta { index: 1, delta: Delta::Arguments(text.to_owned()) };
    let expected = vec![
        start(),
        begin(0, Begun::Thinking),
        text(0, "I "),
        text(0, "look."),
        Event::End { index: 0 },
        begin(1, called("a")),
        arguments("{\"city\""),
        arguments(":1}"),
        Event::End { index: 1 },
        begin(2, called("b")),
        Event::End { index: 2 },
        finish(Finish::ToolUse),
    ];
    assert_eq!(events, expected);
}

#[test]
fn a_stream_that_fails_says_so() {
    let usage = Event::Usage(Usage { input: 5, ..Usage::default() });
    let billed = json!({ "billed_units": { "input_tokens": 5 } });
    let internal = |message: &str| Event::Failed(Failure::new(FailureKind::Internal, message));
    let garbled = |message: &str| Event::Failed(Failure::garbled(message));
    let start = || Event::Start { id: String::new(), model: String::new() };
    let cases = [
        (
            ended(json!({ "finish_reason": "ERROR", "error": "broke", "usage": billed })),
            vec![start(), usage, internal("broke")],
        ),
        (
            ended(json!({ "finish_reason": "TIMEOUT" })),
            vec![Event::Failed(Failure::new(
                FailureKind::Timeout,
                "the vendor ended its answer with TIMEOUT",
            ))],
        ),
        (json!({ "message": "too many" }), vec![internal("too many")]),
        (ended(Value::Null), vec![garbled("the vendor's stream ended without a reason")]),
        (json!(7), vec![garbled("the vendor's stream: expected an object, got a number")]),
        (
            piece("content-delta", 0, json!({ "content": "x" })),
            vec![garbled("the vendor's stream: delta.message.content: expected an object, got a string")],
        ),
        (json!({ "type": "message-start" }), vec![start(), garbled("the vendor's answer broke off")]),
    ];
    for (frame, expected) in cases {
        assert_eq!(streamed(std::slice::from_ref(&frame)), expected, "{frame}");
    }
    let cut = Reader::default().read(Frame { event: "", data: b"{\"type\"" }, &mut Vec::new());
    assert_eq!(cut.unwrap_err().kind, FailureKind::Garbled);
}
