//! Streams that go on as they come: however they are cut, texts are masked, and every event stays in its place.

use super::{answer_mask, everything, masked};
use crate::dialect::CallerDialect;
use crate::mask::{AnswerMask, Events, Unmasked, Vault};
use domain::policies::mask::{Action, Direction};
use serde_json::Value;

/// Knows one address.
fn mask() -> AnswerMask {
    let policy = everything(Action::Placeholder, Direction::Both);
    let (_, vault) = masked(&policy, "first@example.com");
    answer_mask(&policy, vault)
}

fn pass(caller: CallerDialect, mask: &AnswerMask, pieces: &[&[u8]]) -> String {
    let mut events = Events::new(caller, mask.clone());
    let mut out = Vec::new();
    for piece in pieces {
        events.push(piece, &mut out).unwrap();
    }
    events.end(false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn datas(stream: &str) -> Vec<Value> {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|data| serde_json::from_str(data).ok()).collect()
}

fn texts(events: &[Value], at: &str) -> String {
    events.iter().filter_map(|event| event.pointer(at)?.as_str()).collect()
}

/// The result is the same for every cut of the bytes.
fn same_for_every_cut(caller: CallerDialect, stream: &str) -> String {
    let mask = mask();
    let whole = pass(caller, &mask, &[stream.as_bytes()]);
    for at in 0..stream.len() {
        let (a, b) = stream.as_bytes().split_at(at);
        assert_eq!(pass(caller, &mask, &[a, b]), whole, "cut at {at}");
    }
    let bytes: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
    assert_eq!(pass(caller, &mask, &bytes), whole);
    whole
}

#[test]
fn chunks_of_openai() {
    let chunk = |delta: &str, finish: &str| {
        format!(
            "data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]}}\n\n"
        )
    };
    let said = |text: &str| chunk(&format!("{{\"content\":\"{text}\"}}"), "null");
    let tool = |text: &str| {
        chunk(
            &format!("{{\"tool_calls\":[{{\"index\":0,\"function\":{{\"arguments\":\"{text}\"}}}}]}}"),
            "null",
        )
    };
    let stream = [
        chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
        said("Dear [EM"),
        said("AIL_1], write to jo"),
        said("e@exam"),
        said("ple.org"),
        tool("{\\\"to\\\":\\\"[EMAIL"),
        tool("_1]\\\"}"),
        chunk("{}", "\"stop\""),
        ": note\n\n".to_owned(),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let told = same_for_every_cut(CallerDialect::OpenAiChat, &stream);
    let events = datas(&told);
    assert_eq!(texts(&events, "/choices/0/delta/content"), "Dear first@example.com, write to [EMAIL]");
    let arguments = texts(&events, "/choices/0/delta/tool_calls/0/function/arguments");
    assert_eq!(arguments, r#"{"to":"first@example.com"}"#);
    assert_eq!(events.last().unwrap()["choices"][0]["finish_reason"], "stop");
    assert!(told.ends_with(": note\n\ndata: [DONE]\n\n"));
    // streaming is kept: what cannot be part of anything goes on with its own event
    assert!(told.contains("\"content\":\"Dear \""), "{told}");
}

#[test]
fn events_of_anthropic() {
    let delta = |index: u32, kind: &str, field: &str, text: &str| {
        format!(
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":{index},\"delta\":{{\"type\":\"{kind}\",\"{field}\":\"{text}\"}}}}\n\n"
        )
    };
    let stop = |index: u32| {
        format!("event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":{index}}}\n\n")
    };
    let stream = [
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n".to_owned(),
        delta(0, "thinking_delta", "thinking", "[EMAIL_1] is a@b.exam"),
        delta(0, "thinking_delta", "thinking", "ple"),
        delta(0, "signature_delta", "signature", "abc"),
        stop(0),
        delta(1, "text_delta", "text", "Hi [EMAIL"),
        delta(1, "text_delta", "text", "_1], 4111 1111 1111"),
        delta(1, "text_delta", "text", " 1111"),
        stop(1),
        delta(2, "input_json_delta", "partial_json", "{\\\"a\\\": \\\"[EMAIL_1"),
        delta(2, "input_json_delta", "partial_json", "]\\\"}"),
        stop(2),
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".to_owned(),
    ]
    .concat();
    let told = same_for_every_cut(CallerDialect::Anthropic, &stream);
    let events = datas(&told);
    assert_eq!(texts(&events, "/delta/thinking"), "[EMAIL_1] is [EMAIL]");
    assert_eq!(texts(&events, "/delta/text"), "Hi first@example.com, [CARD]");
    assert_eq!(texts(&events, "/delta/partial_json"), r#"{"a": "first@example.com"}"#);
    let order = |kind: &str| told.find(kind).unwrap();
    assert!(order("[EMAIL_1] is ") < order("signature_delta"));
    assert!(order("[CARD]") < told.match_indices("content_block_stop\"").nth(1).unwrap().0);
}

#[test]
fn chunks_of_gemini() {
    let chunk = |parts: &str, finish: &str| {
        format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{parts}]}}{finish}}}]}}\r\n\r\n")
    };
    let stream = [
        chunk("{\"text\":\"thinking of j@k.exam\",\"thought\":true}", ""),
        chunk("{\"text\":\"Hi [EMAI\"}", ""),
        chunk("{\"text\":\"L_1] at 536-90\"}", ""),
        chunk("{\"text\":\"-4399\"}", ",\"finishReason\":\"STOP\""),
    ]
    .concat();
    let told = same_for_every_cut(CallerDialect::Gemini, &stream);
    let events = datas(&told);
    let all = texts(&events, "/candidates/0/content/parts/0/text");
    assert_eq!(all, "thinking of [EMAIL]Hi first@example.com at [US_SSN]");
    assert_eq!(events.last().unwrap()["candidates"][0]["finishReason"], "STOP");
}

#[test]
fn events_of_responses() {
    let event = |number: u32, kind: &str, rest: &str| {
        format!("event: {kind}\ndata: {{\"type\":\"{kind}\",\"sequence_number\":{number},{rest}}}\n\n")
    };
    let place = "\"item_id\":\"m\",\"output_index\":0,\"content_index\":0";
    let text = "Hi [EMAIL_1], a@b.example";
    let stream = [
        event(0, "response.created", "\"response\":{\"id\":\"r\"}"),
        event(1, "response.output_text.delta", &format!("{place},\"delta\":\"Hi [EMAIL_\"")),
        event(2, "response.output_text.delta", &format!("{place},\"delta\":\"1], a@b.example\"")),
        event(3, "response.output_text.done", &format!("{place},\"text\":\"{text}\"")),
        event(
            4,
            "response.completed",
            &format!("\"response\":{{\"output\":[{{\"content\":[{{\"text\":\"{text}\"}}]}}]}}"),
        ),
    ]
    .concat();
    let told = same_for_every_cut(CallerDialect::OpenAiResponses, &stream);
    let events = datas(&told);
    let expected = "Hi first@example.com, [EMAIL]";
    assert_eq!(texts(&events, "/delta"), expected);
    assert_eq!(texts(&events, "/text"), expected);
    assert_eq!(texts(&events, "/response/output/0/content/0/text"), expected);
    let numbers: Vec<u64> = events.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>(), "one more, and none twice");
}

#[test]
fn what_must_not_pass_ends_the_stream() {
    let policy = everything(Action::Refuse, Direction::Answer);
    let mut events = Events::new(CallerDialect::Anthropic, answer_mask(&policy, Vault::default()));
    let delta = |text: &str| format!("data: {{\"index\":0,\"delta\":{{\"text\":\"{text}\"}}}}\n\n");
    let mut out = Vec::new();
    events.push(delta("so far a@b.exa").as_bytes(), &mut out).unwrap();
    let refused = events.push(delta("mple, and").as_bytes(), &mut out).unwrap_err();
    assert!(matches!(refused, Unmasked::Refused(_)));
    let passed = String::from_utf8(out).unwrap();
    assert!(passed.contains("so far ") && !passed.contains("a@b"), "{passed}");
}

#[test]
fn half_a_datum_of_a_stream_that_broke_off_is_not_told() {
    let policy = everything(Action::Redact, Direction::Answer);
    let mut events = Events::new(CallerDialect::Anthropic, answer_mask(&policy, Vault::default()));
    let mut out = Vec::new();
    events.push(b"data: {\"index\":0,\"delta\":{\"text\":\"card 4111 1111 1111\"}}\n\n", &mut out).unwrap();
    events.end(true, &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("4111"));
}
