use crate::chat::{Begun, Delta, Event, Finish, Flow};
use crate::dialect::Frame;
use crate::dialect::mistral::Reader;
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

fn chunk(delta: Value, finish: Option<&str>) -> Value {
    json!({ "id": "m1", "model": "m", "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] })
}

fn delta(index: u32, delta: Delta) -> Event {
    Event::Delta { index, delta }
}

fn start() -> Event {
    Event::Start { id: "m1".to_owned(), model: "m".to_owned() }
}

fn begin(index: u32, block: Begun) -> Event {
    Event::Begin { index, block }
}

#[test]
fn a_stream_of_thoughts_and_text_is_read() {
    let thought = |text: &str, signature: Option<&str>| {
        let thoughts = json!([{ "type": "text", "text": text }]);
        json!({ "content": [{ "type": "thinking", "thinking": thoughts, "signature": signature }] })
    };
    let mut last = chunk(json!({ "content": "" }), Some("stop"));
    last["usage"] = json!({ "prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7 });
    let events = streamed(&[
        chunk(json!({ "role": "assistant", "content": "" }), None),
        chunk(thought("H", None), None),
        chunk(thought("m.", Some("s")), None),
        chunk(thought("More.", None), None),
        chunk(json!({ "content": [{ "type": "text", "text": "So " }] }), None),
        chunk(json!({ "content": "it is." }), None),
        last,
        json!("[DONE]"),
    ]);
    let text = |text: &str| Delta::Text(text.to_owned());
    let expected = vec![
        start(),
        begin(0, Begun::Thinking),
        delta(0, text("H")),
        delta(0, text("m.")),
        delta(0, Delta::Signature("s".to_owned())),
        Event::End { index: 0 },
        begin(1, Begun::Thinking),
        delta(1, text("More.")),
        Event::End { index: 1 },
        begin(2, Begun::Text),
        delta(2, text("So ")),
        delta(2, text("it is.")),
        Event::Usage(Usage { input: 5, output: 2, ..Usage::default() }),
        Event::End { index: 2 },
        Event::Finish { finish: Finish::Stop, stop_sequence: None },
    ];
    assert_eq!(events, expected);
}

#[test]
fn calls_are_told_apart_by_index_or_id() {
    let called = |id: &str| Begun::ToolUse { id: id.to_owned(), name: "f".to_owned(), signature: None };
    let expected = vec![
        start(),
        begin(0, called("aaaaaaaaa")),
        delta(0, Delta::Arguments("{}".to_owned())),
        Event::End { index: 0 },
        begin(1, called("bbbbbbbbb")),
        delta(1, Delta::Arguments("{\"a\":1}".to_owned())),
        Event::End { index: 1 },
        Event::Finish { finish: Finish::ToolUse, stop_sequence: None },
    ];
    let call = |index: Option<u32>, id: &str, arguments: Value| {
        let function = json!({ "name": "f", "arguments": arguments });
        json!({ "id": id, "index": index, "function": function })
    };
    let tools = |calls: &[Value]| chunk(json!({ "tool_calls": calls }), None);
    let end = || chunk(json!({}), Some("tool_calls"));
    let first = || call(Some(0), "aaaaaaaaa", json!("{}"));
    let second = |index, arguments| call(index, "bbbbbbbbb", arguments);
    let whole = || json!("{\"a\":1}");
    let more = json!({ "index": 1, "id": "null", "function": { "name": "", "arguments": ":1}" } });
    let cases = [
        vec![tools(&[first(), second(Some(1), whole())]), end()],
        vec![tools(&[call(None, "aaaaaaaaa", json!({})), second(None, json!({ "a": 1 }))]), end()],
        vec![tools(&[first()]), tools(&[second(Some(0), whole())]), end()],
    ];
    for frames in cases {
        assert_eq!(streamed(&frames), expected);
    }
    let events = streamed(&[tools(&[first(), second(Some(1), json!("{\"a\""))]), tools(&[more]), end()]);
    assert_eq!(events[5..7], [("{\"a\""), ":1}"].map(|text| delta(1, Delta::Arguments(text.to_owned()))));
}

#[test]
fn a_stream_that_fails_says_so() {
    let failed = |kind, message: &str| Event::Failed(Failure::new(kind, message));
    let garbled = |message: &str| failed(FailureKind::Garbled, message);
    let error = json!({ "object": "error", "message": "slow", "type": "rate_limited", "code": 1300 });
    let limited = Failure { code: Some("1300".to_owned()), ..Failure::new(FailureKind::RateLimited, "slow") };
    let text = [start(), begin(0, Begun::Text), delta(0, Delta::Text("a".to_owned()))];
    let with = |last: Event| text.iter().cloned().chain([last]).collect::<Vec<_>>();
    let cases = [
        (error, vec![Event::Failed(limited)]),
        (json!({ "error": { "message": "broke" } }), vec![failed(FailureKind::Internal, "broke")]),
        (json!({ "error": "broke" }), vec![failed(FailureKind::Internal, "broke")]),
        (
            chunk(json!({ "content": "a" }), Some("error")),
            with(failed(FailureKind::Internal, "the vendor ended its answer with an error")),
        ),
        (chunk(json!({ "content": "a" }), None), with(garbled("the vendor's answer broke off"))),
        (json!([]), vec![garbled("the vendor's stream: expected an object, got a list")]),
        (
            chunk(json!({ "content": 1 }), None),
            vec![
                start(),
                garbled("the vendor's stream: choices[0].delta.content: expected a list, got a number"),
            ],
        ),
    ];
    for (frame, expected) in cases {
        assert_eq!(streamed(std::slice::from_ref(&frame)), expected, "{frame}");
    }
    let cut = Reader::default().read(Frame { event: "", data: b"{\"id\"" }, &mut Vec::new());
    assert_eq!(cut.unwrap_err().kind, FailureKind::Garbled);
}
