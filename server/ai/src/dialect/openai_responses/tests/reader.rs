use super::events::{answers, arguments, begin, finish, frames, read, read_values, text, tool};
use crate::chat::{Begun, Collector, Event, Finish, replay};
use crate::dialect::Frame;
use crate::dialect::openai_responses::Reader;
use crate::failure::{Failure, FailureKind};
use crate::usage::Usage;
use serde_json::json;

#[test]
fn streams_read_as_they_were_written() {
    for mut answer in answers() {
        let mut collector = Collector::default();
        for event in read(&frames(replay(answer.clone()))) {
            collector.push(event).unwrap();
        }
        answer.id = "resp_1a".into();
        assert_eq!(collector.finish(), Some(answer));
    }
}

#[test]
fn vendors_streams_are_read_with_patience() {
    let call = json!({ "type": "function_call", "call_id": "c", "name": "f", "arguments": "{\"a\":1}" });
    let events = read_values(&[
        json!({ "type": "response.created", "response": { "id": "resp_9", "model": "gpt" } }),
        json!({ "type": "response.new_event", "x": 1 }),
        json!({ "type": "response.output_item.added", "output_index": 0, "item": { "type": "web_search_call" } }),
        json!({ "type": "response.reasoning_summary_text.delta", "output_index": 1, "summary_index": 0,
            "delta": "a" }),
        json!({ "type": "response.reasoning_summary_part.added", "output_index": 1, "summary_index": 1 }),
        json!({ "type": "response.reasoning_summary_text.delta", "output_index": 1, "summary_index": 1,
            "delta": "b" }),
        json!({ "type": "response.output_text.delta", "output_index": 2, "content_index": 0, "delta": "hi" }),
        json!({ "type": "response.output_item.done", "output_index": 3, "item": call }),
        json!({ "type": "response.incomplete", "response": { "status": "incomplete",
            "incomplete_details": { "reason": "max_output_tokens" },
            "usage": { "input_tokens": 7, "output_tokens": 2 } } }),
    ]);
    let usage = Usage { input: 7, output: 2, ..Usage::default() };
    let expected = [
        Event::Start { id: "resp_9".into(), model: "gpt".into() },
        begin(0, Begun::Thinking),
        text(0, "a"),
        text(0, "\n\n"),
        text(0, "b"),
        Event::End { index: 0 },
        begin(1, Begun::Text),
        text(1, "hi"),
        Event::End { index: 1 },
        begin(2, tool("c", None)),
        arguments(2, "{\"a\":1}"),
        Event::End { index: 2 },
        Event::Usage(usage),
        finish(Finish::Length),
    ];
    assert_eq!(events, expected);
}

#[test]
fn nonsense_is_garbled() {
    for data in ["{", "[]", r#"{"type":1}"#, r#"{"type":"response.output_text.delta","delta":1}"#] {
        let mut out = Vec::new();
        let failure =
            Reader::default().read(Frame { event: "", data: data.as_bytes() }, &mut out).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Garbled, "{data}");
    }
    let table = [
        (json!({ "type": "error", "code": "rate_limit_exceeded", "message": "slow", "param": null }), "slow"),
        (
            json!({ "type": "response.failed", "response": { "error": {
            "code": "rate_limit_exceeded", "message": "slower" } } }),
            "slower",
        ),
    ];
    for (event, message) in table {
        let expected = Failure {
            code: Some("rate_limit_exceeded".into()),
            ..Failure::new(FailureKind::RateLimited, message)
        };
        assert_eq!(read_values(&[event]), [Event::Failed(expected)]);
    }
}
