use super::*;
use crate::chat::{Answer, Collector, Flow, Media, Source, replay};
use crate::dialect::Reply;
use crate::dialect::gemini::Writer;
use crate::usage::Usage;
use serde_json::json;

/// What comes out of a flow when these frames come in.
fn read(frames: &[Value]) -> Vec<Event> {
    let frames: Vec<String> = frames.iter().map(Value::to_string).collect();
    read_bytes(&frames)
}

fn read_bytes(frames: &[String]) -> Vec<Event> {
    let (mut reader, mut flow, mut out) = (Reader::default(), Flow::default(), Vec::new());
    for frame in frames {
        let mut events = Vec::new();
        let result = reader.read(Frame { event: "", data: frame.as_bytes() }, &mut events);
        events.extend(result.err().map(Event::Failed));
        events.into_iter().for_each(|event| flow.push(event, &mut out));
    }
    flow.end(&mut out);
    out
}

fn chunk(parts: Value) -> Value {
    json!({
        "candidates": [{ "content": { "parts": parts, "role": "model" }, "index": 0 }],
        "modelVersion": "gemini-3-pro",
        "responseId": "abc",
    })
}

fn end(parts: Value, reason: &str, usage: Value) -> Value {
    json!({
        "candidates": [{ "content": { "parts": parts, "role": "model" }, "finishReason": reason, "index": 0 }],
        "usageMetadata": usage,
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

fn signature(index: u32, signature: &str) -> Event {
    Event::Delta { index, delta: Delta::Signature(signature.to_owned()) }
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

fn usage(input: u64, output: u64, reasoning: u64) -> Event {
    Event::Usage(Usage { input, output, reasoning, ..Usage::default() })
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
fn text_streams() {
    let events = read(&[
        end(json!([{ "text": "Hel" }]), "", json!({ "promptTokenCount": 5, "candidatesTokenCount": 1 })),
        chunk(json!([{ "text": "lo" }])),
        end(json!([{ "text": "" }]), "STOP", json!({ "promptTokenCount": 5, "candidatesTokenCount": 2 })),
    ]);
    let expected = [
        start(),
        usage(5, 1, 0),
        begin(0, Begun::Text),
        text(0, "Hel"),
        text(0, "lo"),
        usage(5, 2, 0),
        Event::End { index: 0 },
        finish(Finish::Stop),
    ];
    assert_eq!(events, expected);
    let expected = concat!(
        r#"data: {"candidates":[{"content":{"parts":[{"text":"Hel"}],"role":"model"},"index":0}],"modelVersion":"gemini-3-pro","responseId":"r1"}"#,
        "\n\n",
        r#"data: {"candidates":[{"content":{"parts":[{"text":"lo"}],"role":"model"},"index":0}],"modelVersion":"gemini-3-pro","responseId":"r1"}"#,
        "\n\n",
        r#"data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"index":0,"finishReason":"STOP"}],"#,
        r#""usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7},"modelVersion":"gemini-3-pro","responseId":"r1"}"#,
        "\n\n",
    );
    assert_eq!(write(Writer::new(reply()), &events), expected);
}

#[test]
fn thoughts_and_calls_stream_with_their_signatures() {
    let events = read(&[
        chunk(json!([{ "text": "Hm. ", "thought": true }])),
        chunk(json!([{ "text": "So.", "thought": true, "thoughtSignature": "c2ln" }, { "text": "Call" }])),
        chunk(json!([
            { "text": "ing.", "thoughtSignature": "dGV4dA==" },
            { "functionCall": { "id": "x", "name": "f", "args": { "z": "}", "a": 1 } }, "thoughtSignature": "Y2FsbA==" },
            { "functionCall": { "name": "f" } },
        ])),
        end(
            json!([]),
            "STOP",
            json!({ "promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 9 }),
        ),
    ]);
    let expected = [
        start(),
        begin(0, Begun::Thinking),
        text(0, "Hm. "),
        text(0, "So."),
        signature(0, "c2ln"),
        Event::End { index: 0 },
        begin(1, Begun::Text),
        text(1, "Call"),
        text(1, "ing."),
        Event::End { index: 1 },
        begin(2, Begun::Thinking),
        signature(2, "dGV4dA=="),
        Event::End { index: 2 },
        begin(3, tool("x", Some("Y2FsbA=="))),
        arguments(3, r#"{"z":"}","a":1}"#),
        Event::End { index: 3 },
        begin(4, tool("", None)),
        arguments(4, "{}"),
        Event::End { index: 4 },
        usage(5, 2, 9),
        finish(Finish::ToolUse),
    ];
    assert_eq!(events, expected, "the finish comes after the calls, in a chunk of its own");
    let (parts, last) = written(&events);
    let expected = [
        json!({ "text": "Hm. ", "thought": true }),
        json!({ "text": "So.", "thought": true }),
        json!({ "text": "", "thoughtSignature": "c2ln" }),
        json!({ "text": "Call" }),
        json!({ "text": "ing." }),
        json!({ "text": "", "thoughtSignature": "dGV4dA==" }),
        json!({ "functionCall": { "id": "x", "name": "f", "args": { "z": "}", "a": 1 } }, "thoughtSignature": "Y2FsbA==" }),
        json!({ "functionCall": { "id": "call_r1_4", "name": "f", "args": {} } }),
    ];
    assert_eq!(parts, expected);
    assert_eq!(last["candidates"][0]["finishReason"], "STOP");
    assert_eq!(last["usageMetadata"]["thoughtsTokenCount"], 9);
}

#[test]
fn what_comes_whole_streams() {
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "YQ==".to_owned() };
    let image = Begun::Whole(Content::Image(Media { source, detail: None }));
    let events = read(&[end(
        json!([
            { "text": "a" },
            { "inlineData": { "mimeType": "image/png", "data": "YQ==" } },
            { "text": "b" },
        ]),
        "MAX_TOKENS",
        json!(null),
    )]);
    let expected = [
        start(),
        begin(0, Begun::Text),
        text(0, "a"),
        Event::End { index: 0 },
        begin(1, image.clone()),
        Event::End { index: 1 },
        begin(2, Begun::Text),
        text(2, "b"),
        Event::End { index: 2 },
        finish(Finish::Length),
    ];
    assert_eq!(events, expected);
    let sealed = Begun::Whole(Content::SealedThinking("c2VhbA==".to_owned()));
    let events = [
        start(),
        begin(0, image),
        begin(1, sealed),
        begin(2, Begun::Refusal),
        text(2, "No."),
        finish(Finish::Filtered),
    ];
    let (parts, last) = written(&events);
    let expected = [
        json!({ "inlineData": { "mimeType": "image/png", "data": "YQ==" } }),
        json!({ "text": "", "thoughtSignature": "Z2F0ZWhvdXNlLXNlYWxlZDpjMlZoYkE9PQ==" }),
        json!({ "text": "No." }),
    ];
    assert_eq!(parts, expected);
    assert_eq!(last["candidates"][0]["finishReason"], "SAFETY");
}

#[test]
fn refused_prompts_are_filtered() {
    let blocked = json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" }, "usageMetadata": { "promptTokenCount": 5 } });
    let nameless = Event::Start { id: String::new(), model: String::new() };
    let events = read(&[blocked]);
    assert_eq!(events, [nameless, usage(5, 0, 0), finish(Finish::Filtered)]);
    let stream = write(Writer::new(reply()), &events);
    let expected = json!({
        "candidates": [{ "content": { "parts": [{ "text": "" }], "role": "model" }, "index": 0, "finishReason": "SAFETY" }],
        "usageMetadata": { "promptTokenCount": 5, "candidatesTokenCount": 0, "totalTokenCount": 5 },
        "modelVersion": "mine",
        "responseId": "r1",
    });
    assert_eq!(chunks(&stream), [expected]);
}

#[test]
fn streams_that_fail_say_so() {
    let said = || chunk(json!([{ "text": "a" }]));
    let before = [start(), begin(0, Begun::Text), text(0, "a")];
    let coded = |code: &str, failure: Failure| Failure { code: Some(code.to_owned()), ..failure };
    let no_end = coded(
        "MALFORMED_FUNCTION_CALL",
        Failure::garbled("the vendor's model came to no end (MALFORMED_FUNCTION_CALL): print(f())"),
    );
    let malformed = json!({ "candidates": [{ "finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "print(f())" }] });
    let overloaded = json!({ "error": { "code": 503, "message": "Busy.", "status": "UNAVAILABLE" } });
    for (frames, expected) in [
        (vec![said()], Failure::garbled("the vendor's answer broke off")),
        (vec![said(), malformed], no_end),
        (vec![said(), overloaded], coded("UNAVAILABLE", Failure::new(FailureKind::Overloaded, "Busy."))),
        (
            vec![said(), json!({ "error": {} })],
            Failure::garbled("the vendor's stream has an error without a message"),
        ),
        (
            vec![said(), json!({ "candidates": 7 })],
            Failure::garbled("the vendor's stream: candidates: expected a list, got a number"),
        ),
        (vec![said(), json!([])], Failure::garbled("the vendor's stream: expected an object, got a list")),
    ] {
        let mut events = before.to_vec();
        events.push(Event::Failed(expected));
        assert_eq!(read(&frames), events);
    }
    let events = read_bytes(&["{cut".to_owned()]);
    let [Event::Failed(failure)] = events.as_slice() else { panic!("{events:?}") };
    assert!(failure.message.starts_with("the vendor's stream is no JSON: "), "{failure:?}");
    let nameless = Event::Start { id: String::new(), model: String::new() };
    let broke_off = Event::Failed(Failure::garbled("the vendor's answer broke off"));
    assert_eq!(read(&[json!({})]), [nameless, broke_off]);
}

#[test]
fn usage_before_a_failure_is_known() {
    let frame = json!({
        "candidates": [{ "finishReason": "MALFORMED_FUNCTION_CALL" }],
        "usageMetadata": { "promptTokenCount": 5, "thoughtsTokenCount": 7 },
    });
    let events = read(&[frame]);
    assert_eq!(events[1], usage(5, 0, 7));
    assert!(matches!(events[2], Event::Failed(_)), "{events:?}");
}

#[test]
fn what_was_written_reads_the_same() {
    let thought = Content::Thinking { text: "Hm.".to_owned(), signature: Some("c2ln".to_owned()) };
    let call = ToolUse {
        id: "x".to_owned(),
        name: "f".to_owned(),
        arguments: r#"{"a":1}"#.to_owned(),
        signature: Some("Y2FsbA==".to_owned()),
    };
    let answer = Answer {
        id: "r1".to_owned(),
        model: "theirs".to_owned(),
        content: vec![thought.into(), crate::chat::Block::text("Hello"), Content::ToolUse(call).into()],
        finish: Finish::ToolUse,
        stop_sequence: None,
        usage: Some(Usage { input: 3, cache_read: 2, output: 4, reasoning: 1, ..Usage::default() }),
    };
    let frames = chunks(&write(Writer::new(reply()), &replay(answer.clone())));
    let mut collector = Collector::default();
    read(&frames).into_iter().for_each(|event| collector.push(event).unwrap());
    assert_eq!(collector.finish(), Some(answer));
}
