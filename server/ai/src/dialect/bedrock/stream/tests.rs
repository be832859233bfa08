use super::*;
use crate::aws::event_stream::{Decoder, encode};
use crate::chat::{Finish, Flow};
use crate::failure::FailureKind;
use crate::usage::Usage;
use serde_json::json;

/// Through Amazon's frames, a reader and a flow, as in the gateway.
fn through(events: &[(&str, Value)]) -> Vec<Event> {
    let bytes: Vec<u8> =
        events.iter().flat_map(|(name, data)| encode(name, data.to_string().as_bytes())).collect();
    let mut decoder = Decoder::default();
    let messages: Vec<_> = bytes.chunks(7).flat_map(|piece| decoder.push(piece).unwrap()).collect();
    let (mut reader, mut flow, mut out) = (Reader::default(), Flow::default(), Vec::new());
    for message in messages {
        let mut read = Vec::new();
        let result = reader.read(Frame { event: &message.event, data: &message.data }, &mut read);
        read.into_iter().for_each(|event| flow.push(event, &mut out));
        if let Err(failure) = result {
            flow.push(Event::Failed(failure), &mut out);
        }
    }
    flow.end(&mut out);
    out
}

fn delta(index: u32, delta: Value) -> (&'static str, Value) {
    ("contentBlockDelta", json!({ "contentBlockIndex": index, "delta": delta }))
}

fn stop(index: u32) -> (&'static str, Value) {
    ("contentBlockStop", json!({ "contentBlockIndex": index }))
}

fn tool(index: u32, id: &str, name: &str) -> (&'static str, Value) {
    let start = json!({ "toolUse": { "toolUseId": id, "name": name } });
    ("contentBlockStart", json!({ "contentBlockIndex": index, "start": start }))
}

fn started() -> (&'static str, Value) {
    ("messageStart", json!({ "role": "assistant", "p": "abcdef" }))
}

fn stopped(reason: &str) -> (&'static str, Value) {
    ("messageStop", json!({ "stopReason": reason }))
}

fn metadata() -> (&'static str, Value) {
    let usage = json!({ "inputTokens": 9, "outputTokens": 4, "totalTokens": 18, "cacheReadInputTokens": 5 });
    ("metadata", json!({ "usage": usage, "metrics": { "latencyMs": 5 } }))
}

fn start() -> Event {
    Event::Start { id: String::new(), model: String::new() }
}

fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.to_owned()) }
}

fn call(index: u32, id: &str, name: &str) -> Event {
    let block = Begun::ToolUse { id: id.to_owned(), name: name.to_owned(), signature: None };
    Event::Begin { index, block }
}

fn arguments(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Arguments(text.to_owned()) }
}

fn usage() -> Event {
    Event::Usage(Usage { input: 9, output: 4, cache_read: 5, ..Usage::default() })
}

fn finish(finish: Finish) -> Event {
    Event::Finish { finish, stop_sequence: None }
}

fn failed(out: &[Event]) -> &Failure {
    match out.last() {
        Some(Event::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn text_has_no_start() {
    let out = through(&[
        started(),
        delta(0, json!({ "text": "Hel" })),
        delta(0, json!({ "text": "lo" })),
        stop(0),
        stopped("end_turn"),
        metadata(),
    ]);
    let begin = Event::Begin { index: 0, block: Begun::Text };
    let end = Event::End { index: 0 };
    assert_eq!(out, [start(), begin, text(0, "Hel"), text(0, "lo"), end, usage(), finish(Finish::Stop)]);
}

#[test]
fn tools_come_one_after_the_other() {
    let out = through(&[
        started(),
        delta(0, json!({ "text": "Let me see." })),
        stop(0),
        tool(1, "tooluse_1", "weather"),
        delta(1, json!({ "toolUse": { "input": "" } })),
        delta(1, json!({ "toolUse": { "input": "{\"city\":" } })),
        delta(1, json!({ "toolUse": { "input": "\"Köln\"}" } })),
        stop(1),
        tool(2, "tooluse_2", "time"),
        stop(2),
        stopped("tool_use"),
        metadata(),
    ]);
    let expected = [
        start(),
        Event::Begin { index: 0, block: Begun::Text },
        text(0, "Let me see."),
        Event::End { index: 0 },
        call(1, "tooluse_1", "weather"),
        arguments(1, "{\"city\":"),
        arguments(1, "\"Köln\"}"),
        Event::End { index: 1 },
        call(2, "tooluse_2", "time"),
        Event::End { index: 2 },
        usage(),
        finish(Finish::ToolUse),
    ];
    assert_eq!(out, expected);
}

#[test]
fn thoughts_end_in_their_signature() {
    let out = through(&[
        started(),
        delta(0, json!({ "reasoningContent": { "text": "Hm" } })),
        delta(0, json!({ "reasoningContent": { "text": "." } })),
        delta(0, json!({ "reasoningContent": { "signature": "c2" } })),
        delta(0, json!({ "reasoningContent": { "signature": "ln" } })),
        stop(0),
        delta(1, json!({ "reasoningContent": { "redactedContent": "c2VhbGVk" } })),
        stop(1),
        // its text was left out
        delta(2, json!({ "reasoningContent": { "signature": "c2lnMg" } })),
        stop(2),
        delta(3, json!({ "text": "So." })),
        stopped("end_turn"),
        metadata(),
    ]);
    let sealed = Content::SealedThinking("c2VhbGVk".to_owned());
    let signature = |index, text: &str| Event::Delta { index, delta: Delta::Signature(text.to_owned()) };
    let expected = [
        start(),
        Event::Begin { index: 0, block: Begun::Thinking },
        text(0, "Hm"),
        text(0, "."),
        signature(0, "c2ln"),
        Event::End { index: 0 },
        Event::Begin { index: 1, block: Begun::Whole(sealed) },
        Event::End { index: 1 },
        Event::Begin { index: 2, block: Begun::Thinking },
        signature(2, "c2lnMg"),
        Event::End { index: 2 },
        Event::Begin { index: 3, block: Begun::Text },
        text(3, "So."),
        Event::End { index: 3 },
        usage(),
        finish(Finish::Stop),
    ];
    assert_eq!(out, expected);
}

#[test]
fn thoughts_and_text_share_no_block() {
    let out = through(&[
        delta(0, json!({ "reasoningContent": { "text": "Hm." } })),
        delta(0, json!({ "text": "So." })),
        stopped("end_turn"),
    ]);
    let expected = [
        start(),
        Event::Begin { index: 0, block: Begun::Thinking },
        text(0, "Hm."),
        Event::End { index: 0 },
        Event::Begin { index: 1, block: Begun::Text },
        text(1, "So."),
        Event::End { index: 1 },
        finish(Finish::Stop),
    ];
    assert_eq!(out, expected);
}

#[test]
fn images_come_whole_and_vendors_tools_not_at_all() {
    let out = through(&[
        started(),
        ("contentBlockStart", json!({ "contentBlockIndex": 0, "start": { "image": { "format": "png" } } })),
        delta(0, json!({ "image": { "source": { "bytes": "iVBO" } } })),
        delta(0, json!({ "image": { "source": { "bytes": "Rw0K" } } })),
        stop(0),
        (
            "contentBlockStart",
            json!({ "contentBlockIndex": 1, "start": { "toolUse": {
                "toolUseId": "s", "name": "web", "type": "server_tool_use" } } }),
        ),
        delta(1, json!({ "toolUse": { "input": "{}" } })),
        stop(1),
        (
            "contentBlockStart",
            json!({ "contentBlockIndex": 2, "start": { "toolResult": { "toolUseId": "s" } } }),
        ),
        delta(2, json!({ "toolResult": [{ "text": "found" }] })),
        stop(2),
        delta(3, json!({ "citation": { "title": "t" } })),
        ("somethingNew", json!("no object")),
        stopped("end_turn"),
        metadata(),
    ]);
    let image = image_of("png", "iVBORw0K".to_owned());
    let begin = Event::Begin { index: 0, block: Begun::Whole(image) };
    assert_eq!(out, [start(), begin, Event::End { index: 0 }, usage(), finish(Finish::Stop)]);
}

#[test]
fn every_reason_to_stop() {
    let cases = [
        ("max_tokens", Finish::Length),
        ("model_context_window_exceeded", Finish::Length),
        ("stop_sequence", Finish::StopSequence),
        ("guardrail_intervened", Finish::Filtered),
        ("content_filtered", Finish::Filtered),
        ("something_new", Finish::Stop),
    ];
    for (reason, expected) in cases {
        let out = through(&[started(), stopped(reason), metadata()]);
        assert_eq!(out, [start(), usage(), finish(expected)], "{reason}");
    }
    let met = json!({ "stopReason": "stop_sequence",
        "additionalModelResponseFields": { "stop_sequence": "END" } });
    let stop_sequence = Some("END".to_owned());
    let expected = Event::Finish { finish: Finish::StopSequence, stop_sequence };
    assert_eq!(through(&[started(), ("messageStop", met)]), [start(), expected]);
}

#[test]
fn what_makes_no_sense_fails_after_its_tokens_are_known() {
    let out = through(&[started(), stopped("malformed_tool_use"), metadata()]);
    let failure = Failure::garbled("the vendor's answer ended in malformed_tool_use");
    assert_eq!(out, [start(), usage(), Event::Failed(failure)]);
    let out = through(&[started(), stopped("malformed_model_output")]);
    assert_eq!(failed(&out), &Failure::garbled("the vendor's answer broke off"));
}

#[test]
fn exceptions_end_the_stream() {
    let cases = [
        ("exception:throttlingException", FailureKind::RateLimited),
        ("exception:validationException", FailureKind::InvalidRequest),
        ("exception:modelStreamErrorException", FailureKind::Internal),
        ("exception:internalServerException", FailureKind::Internal),
        ("exception:serviceUnavailableException", FailureKind::Overloaded),
        ("exception:somethingNew", FailureKind::Internal),
    ];
    for (event, kind) in cases {
        let message = json!({ "message": "sorry" });
        let out =
            through(&[started(), delta(0, json!({ "text": "a" })), (event, message), stopped("end_turn")]);
        let code = event.strip_prefix("exception:").map(str::to_owned);
        assert_eq!(failed(&out), &Failure { code, ..Failure::new(kind, "sorry") });
    }
    let out = through(&[("exception:modelStreamErrorException", json!({}))]);
    assert_eq!(failed(&out).message, "the vendor's stream ended in modelStreamErrorException");
}

#[test]
fn nonsense_is_garbled() {
    let cases: [&[(&str, Value)]; 5] = [
        &[("messageStart", json!([]))],
        &[delta(0, json!({ "text": 1 }))],
        &[delta(0, json!({ "text": "a" })), delta(0, json!({ "toolUse": { "input": "{}" } }))],
        &[stop(u32::MAX), ("contentBlockStop", json!({ "contentBlockIndex": 1_u64 << 40 }))],
        &[started(), delta(0, json!({ "text": "cut" }))],
    ];
    for case in cases {
        assert_eq!(failed(&through(case)).kind, FailureKind::Garbled, "{case:?}");
    }
    let mut out = Vec::new();
    let result = Reader::default().read(Frame { event: "messageStop", data: b"{" }, &mut out);
    assert_eq!(result.unwrap_err().kind, FailureKind::Garbled);
    assert_eq!(out, []);
}
