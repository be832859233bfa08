//! What holds of every stream that a caller is told, however the vendor's was: whole, cut off anywhere, or nonsense.

mod anthropic;
mod gemini;
mod openai_chat;
mod openai_responses;

use ai::dialect::CallerDialect;
use serde_json::Value;

/// How a stream ended that keeps to its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Well,
    /// With an error, as its last word.
    Failed,
}

/// What a stream breaks of its dialect's rules, if it does.
pub type Checked = Result<End, String>;

/// Looks at a stream as a caller of the dialect is told it.
pub fn check(caller: CallerDialect, stream: &[u8]) -> Checked {
    let text = std::str::from_utf8(stream).map_err(|error| error.to_string())?;
    match caller {
        CallerDialect::OpenAiChat => openai_chat::check(&events(text)?),
        CallerDialect::OpenAiResponses => openai_responses::check(&named(text)?),
        CallerDialect::Anthropic => anthropic::check(&named(text)?),
        CallerDialect::Gemini => {
            let chunks = events(text)?.iter().map(|(_, data)| json(data)).collect::<Result<Vec<_>, _>>()?;
            gemini::check(&chunks)
        }
        CallerDialect::GeminiArray => match json(text)? {
            Value::Array(chunks) => gemini::check(&chunks),
            other => Err(format!("expected a list, got {other}")),
        },
    }
}

fn ensure(holds: bool, rule: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(rule()) }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{error}: {text:?}"))
}

/// The names and the data of events; comments and blank lines are passed over.
fn events(text: &str) -> Result<Vec<(&str, &str)>, String> {
    ensure(text.is_empty() || text.ends_with('\n'), || format!("the last line does not end: {text:?}"))?;
    let mut events = Vec::new();
    for event in text.split("\n\n").map(|event| event.trim_start_matches('\n')) {
        if event.is_empty() || event.starts_with(':') {
            continue;
        }
        let (name, data) = match event.split_once('\n') {
            Some((name, data)) => (name.strip_prefix("event: "), data),
            None => (Some(""), event),
        };
        let data = data.strip_prefix("data: ").filter(|data| !data.contains('\n'));
        events.push(name.zip(data).ok_or_else(|| format!("no event: {event:?}"))?);
    }
    Ok(events)
}

/// Events that have the name which their data says, too.
fn named(text: &str) -> Result<Vec<Value>, String> {
    let events = events(text)?.into_iter().map(|(name, data)| {
        let value = json(data)?;
        ensure(value["type"] == name && !name.is_empty(), || format!("the event {name:?} says {data}"))?;
        Ok(value)
    });
    events.collect()
}

#[test]
fn what_breaks_a_rule_of_chunks_is_found() {
    use CallerDialect::OpenAiChat;
    let chat = |delta: &str, finish: &str| {
        format!(
            "data: {{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{{{delta}}},\"finish_reason\":{finish}}}]}}\n\n"
        )
    };
    let role = chat(r#""role":"assistant""#, "null");
    let (stop, done) = (chat("", "\"stop\""), "data: [DONE]\n\n");
    assert_eq!(check(OpenAiChat, format!("{role}: x\n\n{stop}{done}").as_bytes()), Ok(End::Well));
    let call = |index: u8, id: &str| {
        chat(
            &format!(r#""tool_calls":[{{"index":{index},{id}"function":{{"name":"f","arguments":""}}}}]"#),
            "null",
        )
    };
    let broken = [
        format!("{role}{stop}"),
        format!("{stop}{done}"),
        format!("{role}{role}{stop}{done}"),
        format!("{role}{done}"),
        format!("{role}{stop}{stop}{done}"),
        format!("{role}{stop}{done}{done}"),
        format!("{role}{}{stop}{done}", call(1, r#""id":"1","#)),
        format!("{role}{}{stop}{done}", call(0, "")),
        format!("{role}{stop}data: {{\"error\":{{\"message\":\"x\"}}}}\n\n"),
        format!("{role}data: {{\"error\":{{\"message\":\"x\"}}}}\n\n{done}"),
    ];
    for stream in broken {
        assert!(check(OpenAiChat, stream.as_bytes()).is_err(), "{stream}");
    }
}

#[test]
fn what_breaks_a_rule_of_named_events_is_found() {
    use CallerDialect::{Anthropic, OpenAiResponses};
    let event = |data: &str| {
        let kind = json(data).unwrap()["type"].as_str().unwrap().to_owned();
        format!("event: {kind}\ndata: {data}\n\n")
    };
    let start = event(r#"{"type":"message_start","message":{"content":[]}}"#);
    let block = |index: u8| {
        event(&format!(
            r#"{{"type":"content_block_start","index":{index},"content_block":{{"type":"text"}}}}"#
        ))
    };
    let close = |index: u8| event(&format!(r#"{{"type":"content_block_stop","index":{index}}}"#));
    let last = event(r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{}}"#);
    let stop = event(r#"{"type":"message_stop"}"#);
    let good = [&*start, &block(0), &close(0), &last, &stop].concat();
    assert_eq!(check(Anthropic, good.as_bytes()), Ok(End::Well));
    for stream in [
        [&*start, &block(1), &close(1), &last, &stop].concat(),
        [&*start, &block(0), &last, &stop].concat(),
        [&*start, &block(0), &block(1), &close(1), &close(0), &last, &stop].concat(),
        [&*start, &start, &last, &stop].concat(),
        [&*start, &last, &last, &stop].concat(),
        [&*start, &last].concat(),
        [&*start, &stop].concat(),
        [&*last, &stop].concat(),
        [&*good, &stop].concat(),
    ] {
        assert!(check(Anthropic, stream.as_bytes()).is_err(), "{stream}");
    }
    let created = event(r#"{"type":"response.created","sequence_number":0,"response":{}}"#);
    for number in [0, 2] {
        let stream =
            [&*created, &event(&format!(r#"{{"type":"response.in_progress","sequence_number":{number}}}"#))];
        assert!(check(OpenAiResponses, stream.concat().as_bytes()).is_err(), "{number}");
    }
}

#[test]
fn what_breaks_a_rule_of_gemini_is_found() {
    use CallerDialect::{Gemini, GeminiArray};
    let (chunk, end) =
        (r#"{"responseId":"1"}"#, r#"{"responseId":"1","candidates":[{"finishReason":"STOP"}]}"#);
    for (chunks, expected) in [(vec![chunk, end], true), (vec![end, chunk], false), (vec![end, end], false)] {
        let list = format!("[{}]", chunks.join(","));
        assert_eq!(check(GeminiArray, list.as_bytes()).is_ok(), expected, "{list}");
        let stream: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
        assert_eq!(check(Gemini, stream.as_bytes()).is_ok(), expected, "{stream}");
    }
}
