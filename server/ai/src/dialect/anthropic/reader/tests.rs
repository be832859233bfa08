use super::*;
use crate::chat::Flow;
use crate::usage::Usage;
use serde_json::json;

/// What comes out of the flow.
fn read(frames: &[Value]) -> Vec<Event> {
    let (mut reader, mut flow, mut out) = (Reader::default(), Flow::default(), Vec::new());
    for frame in frames {
        let (data, mut events) = (frame.to_string(), Vec::new());
        if let Err(failure) = reader.read(Frame { event: "", data: data.as_bytes() }, &mut events) {
            events.push(Event::Failed(failure));
        }
        events.into_iter().for_each(|event| flow.push(event, &mut out));
    }
    flow.end(&mut out);
    out
}

fn message_start() -> Value {
    let usage = json!({ "input_tokens": 9, "cache_read_input_tokens": 5, "output_tokens": 1 });
    json!({ "type": "message_start", "message": { "id": "msg_1", "model": "claude", "usage": usage } })
}

fn begin(index: u32, block: Value) -> Value {
    json!({ "type": "content_block_start", "index": index, "content_block": block })
}

fn delta(index: u32, delta: Value) -> Value {
    json!({ "type": "content_block_delta", "index": index, "delta": delta })
}

fn end(index: u32) -> Value {
    json!({ "type": "content_block_stop", "index": index })
}

fn last(reason: &str) -> Value {
    let delta = json!({ "stop_reason": reason, "stop_sequence": null });
    json!({ "type": "message_delta", "delta": delta, "usage": { "output_tokens": 7 } })
}

fn usage(output: u64) -> Event {
    Event::Usage(Usage { input: 9, cache_read: 5, output, ..Usage::default() })
}

fn started() -> [Event; 2] {
    [Event::Start { id: "msg_1".into(), model: "claude".into() }, usage(1)]
}

fn begun(index: u32, block: Begun) -> Event {
    Event::Begin { index, block }
}

fn tool(id: &str) -> Begun {
    Begun::ToolUse { id: id.into(), name: "f".into(), signature: None }
}

fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.into()) }
}

fn arguments(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Arguments(text.into()) }
}

fn signature(index: u32, signature: &str) -> Event {
    Event::Delta { index, delta: Delta::Signature(signature.into()) }
}

fn finish(finish: Finish) -> Event {
    Event::Finish { finish, stop_sequence: None }
}

/// Compares all that comes between the start and the end.
fn check(frames: &[Value], reason: &str, expected: &[Event], why: Finish) {
    let mut all = vec![message_start()];
    all.extend_from_slice(frames);
    all.extend([last(reason), json!({ "type": "message_stop" })]);
    let mut events = started().to_vec();
    events.extend_from_slice(expected);
    events.extend([usage(7), finish(why)]);
    assert_eq!(read(&all), events);
}

#[test]
fn text_is_read() {
    let frames = [
        begin(0, json!({ "type": "text", "text": "" })),
        json!({ "type": "ping" }),
        delta(0, json!({ "type": "text_delta", "text": "Hel" })),
        delta(0, json!({ "type": "citations_delta", "citation": {} })),
        delta(0, json!({ "type": "text_delta", "text": "lo" })),
        end(0),
        json!({ "type": "a_new_one" }),
    ];
    let expected =
        [begun(0, Begun::Text), Event::Ping, text(0, "Hel"), text(0, "lo"), Event::End { index: 0 }];
    check(&frames, "end_turn", &expected, Finish::Stop);
}

#[test]
fn thoughts_and_calls_are_read() {
    let frames = [
        begin(0, json!({ "type": "thinking", "thinking": "", "signature": "" })),
        delta(0, json!({ "type": "thinking_delta", "thinking": "hm" })),
        delta(0, json!({ "type": "signature_delta", "signature": "sig" })),
        end(0),
        begin(1, json!({ "type": "redacted_thinking", "data": "z" })),
        end(1),
        begin(2, json!({ "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {} })),
        delta(2, json!({ "type": "input_json_delta", "partial_json": "{\"query\":1}" })),
        end(2),
        begin(3, json!({ "type": "tool_use", "id": "toolu_1", "name": "f", "input": {} })),
        delta(3, json!({ "type": "input_json_delta", "partial_json": "" })),
        delta(3, json!({ "type": "input_json_delta", "partial_json": "{\"a\":" })),
        delta(3, json!({ "type": "input_json_delta", "partial_json": "1}" })),
        end(3),
        begin(4, json!({ "type": "tool_use", "id": "toolu_2", "name": "f", "input": {} })),
        end(4),
    ];
    let ended = |index| Event::End { index };
    let expected = [
        begun(0, Begun::Thinking),
        text(0, "hm"),
        signature(0, "sig"),
        ended(0),
        begun(1, Begun::Whole(Content::SealedThinking("z".into()))),
        ended(1),
        begun(2, tool("toolu_1")),
        arguments(2, "{\"a\":"),
        arguments(2, "1}"),
        ended(2),
        begun(3, tool("toolu_2")),
        ended(3),
    ];
    check(&frames, "tool_use", &expected, Finish::ToolUse);
}

#[test]
fn arguments_that_come_with_the_beginning_are_not_lost_nor_doubled() {
    let whole = |id: &str| json!({ "type": "tool_use", "id": id, "name": "f", "input": { "a": 1 } });
    let frames = [
        begin(0, whole("t1")),
        end(0),
        begin(1, whole("t2")),
        delta(1, json!({ "type": "input_json_delta", "partial_json": "{\"a\":1}" })),
        end(1),
    ];
    let expected = [
        begun(0, tool("t1")),
        arguments(0, "{\"a\":1}"),
        Event::End { index: 0 },
        begun(1, tool("t2")),
        arguments(1, "{\"a\":1}"),
        Event::End { index: 1 },
    ];
    check(&frames, "tool_use", &expected, Finish::ToolUse);
}

#[test]
fn thoughts_and_text_never_share_a_block() {
    let frames = [
        begin(0, json!({ "type": "text", "text": "" })),
        delta(0, json!({ "type": "thinking_delta", "thinking": "hm" })),
        delta(0, json!({ "type": "signature_delta", "signature": "sig" })),
        delta(0, json!({ "type": "text_delta", "text": "Hello" })),
        end(0),
        delta(1, json!({ "type": "text_delta", "text": "without a beginning" })),
    ];
    let ended = |index| Event::End { index };
    let begun_and_ended = [begun(0, Begun::Text), ended(0)];
    let expected = [
        begun(1, Begun::Thinking),
        text(1, "hm"),
        signature(1, "sig"),
        ended(1),
        begun(2, Begun::Text),
        text(2, "Hello"),
        ended(2),
        begun(3, Begun::Text),
        text(3, "without a beginning"),
    ];
    let mut all = vec![message_start()];
    all.extend(frames);
    all.push(last("end_turn"));
    let mut events = started().to_vec();
    events.extend(begun_and_ended);
    events.extend(expected);
    events.extend([usage(7), ended(3), finish(Finish::Stop)]);
    assert_eq!(read(&all), events);
}

#[test]
fn every_reason_is_read() {
    let reasons = [
        ("end_turn", Finish::Stop),
        ("stop_sequence", Finish::StopSequence),
        ("max_tokens", Finish::Length),
        ("model_context_window_exceeded", Finish::Length),
        ("refusal", Finish::Filtered),
        ("pause_turn", Finish::Paused),
    ];
    for (reason, why) in reasons {
        check(&[], reason, &[], why);
    }
    let frames = [json!({ "delta": { "stop_reason": "stop_sequence", "stop_sequence": "END" } })];
    let data = frames[0].to_string();
    let mut events = Vec::new();
    let frame = Frame { event: "message_delta", data: data.as_bytes() };
    Reader::default().read(frame, &mut events).unwrap();
    let stop_sequence = Some("END".to_owned());
    assert_eq!(events, [Event::Finish { finish: Finish::StopSequence, stop_sequence }], "named by its event");
}

#[test]
fn what_breaks_off_never_ends_well() {
    let broken = Event::Failed(Failure::garbled("the vendor's answer broke off"));
    let begin_text = || begin(0, json!({ "type": "text", "text": "Hi" }));
    let mut expected = started().to_vec();
    expected.extend([begun(0, Begun::Text), text(0, "Hi"), broken.clone()]);
    assert_eq!(read(&[message_start(), begin_text()]), expected);
    assert_eq!(read(&[]), [broken]);
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "busy" } });
    let mut expected = started().to_vec();
    expected.push(Event::Failed(Failure::new(FailureKind::Overloaded, "busy")));
    assert_eq!(read(&[message_start(), error]), expected);
    let mut expected = started().to_vec();
    expected.push(finish(Finish::Stop));
    assert_eq!(
        read(&[message_start(), json!({ "type": "message_stop" })]),
        expected,
        "ended, but not said why"
    );
}

#[test]
fn nonsense_is_a_failure() {
    let cases = [
        ("{", "the vendor's stream is no JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "the vendor's stream: expected an object, got a list"),
        (r#"{"type":"error"}"#, "the vendor's stream has an error without a message"),
        (
            r#"{"type":"content_block_start","index":-1}"#,
            "the vendor's stream: index: expected a whole number from 0, got a number",
        ),
        (
            r#"{"type":"content_block_start","index":4294967296}"#,
            "the vendor's stream: index: expected a smaller number",
        ),
        (
            r#"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{"}}"#,
            "the vendor's stream: delta.type: expected arguments of a tool that has begun",
        ),
    ];
    for (data, expected) in cases {
        let mut events = Vec::new();
        let read = Reader::default().read(Frame { event: "", data: data.as_bytes() }, &mut events);
        assert_eq!(read, Err(Failure::garbled(expected)), "{data}");
        assert!(events.is_empty());
    }
    for data in ["", " ", "[DONE]", "{}", r#"{"type":"message_start"}"#, r#"{"type":"content_block_delta"}"#]
    {
        let mut events = Vec::new();
        Reader::default().read(Frame { event: "", data: data.as_bytes() }, &mut events).unwrap();
        assert_eq!(events, [], "{data}");
    }
}
