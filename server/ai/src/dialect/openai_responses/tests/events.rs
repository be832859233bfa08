//! What streams are made of, and through what they go.

use super::reply;
use crate::chat::{Answer, Begun, Block, Content, Delta, Event, Finish, Flow, Media, Source, ToolUse};
use crate::dialect::Frame;
use crate::dialect::openai_responses::{Reader, Writer};
use crate::failure::Failure;
use crate::sse;
use crate::usage::Usage;
use serde_json::{Value, json};

/// Events of what the writer makes of these, each numbered, named as its type, and freed of both.
pub fn written(events: impl IntoIterator<Item = Event>) -> Vec<Value> {
    let frames = frames(events);
    let mut values = Vec::new();
    for (number, (name, data)) in frames.into_iter().enumerate() {
        let mut value: Value = serde_json::from_slice(&data).unwrap();
        let fields = value.as_object_mut().unwrap();
        assert_eq!(fields.get("type"), Some(&json!(name)));
        assert_eq!(fields.remove("sequence_number"), Some(json!(number)));
        values.push(value);
    }
    values
}

pub fn frames(events: impl IntoIterator<Item = Event>) -> Vec<(String, Vec<u8>)> {
    let (mut writer, mut out) = (Writer::new(reply()), Vec::new());
    for event in through(events.into_iter().map(Ok)) {
        writer.write(event, &mut out);
    }
    let mut splitter = sse::Splitter::new();
    let frames = splitter.push(&out).unwrap();
    assert_eq!(splitter.finish(), b"", "the last event is whole");
    frames.iter().filter_map(|frame| sse::parse(frame)).collect()
}

fn through(events: impl IntoIterator<Item = Result<Event, Failure>>) -> Vec<Event> {
    let (mut flow, mut out) = (Flow::default(), Vec::new());
    for event in events {
        flow.push(event.unwrap_or_else(Event::Failed), &mut out);
    }
    flow.end(&mut out);
    out
}

/// What the reader makes of frames.
pub fn read(frames: &[(String, Vec<u8>)]) -> Vec<Event> {
    let (mut reader, mut all) = (Reader::default(), Vec::new());
    for (event, data) in frames {
        let mut out = Vec::new();
        let read = reader.read(Frame { event, data }, &mut out);
        all.extend(out.into_iter().map(Ok));
        all.extend(read.err().map(Err));
    }
    through(all)
}

pub fn read_values(values: &[Value]) -> Vec<Event> {
    let frame = |value: &Value| (String::new(), value.to_string().into_bytes());
    read(&values.iter().map(frame).collect::<Vec<_>>())
}

pub fn begin(index: u32, block: Begun) -> Event {
    Event::Begin { index, block }
}

pub fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.to_owned()) }
}

pub fn arguments(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Arguments(text.to_owned()) }
}

pub fn tool(id: &str, signature: Option<&str>) -> Begun {
    Begun::ToolUse { id: id.into(), name: "f".into(), signature: signature.map(str::to_owned) }
}

pub fn start() -> Event {
    Event::Start { id: "v".into(), model: "m-1".into() }
}

pub fn finish(finish: Finish) -> Event {
    Event::Finish { finish, stop_sequence: None }
}

pub fn answer(content: Vec<Block>, finish: Finish) -> Answer {
    Answer { id: "v".into(), model: "m-1".into(), content, finish, stop_sequence: None, usage: None }
}

/// Answers with all kinds of blocks.
pub fn answers() -> Vec<Answer> {
    let call = |id: &str, arguments: &str, signature: Option<&str>| {
        let (id, name, arguments) = (id.to_owned(), "f".to_owned(), arguments.to_owned());
        Block::from(Content::ToolUse(ToolUse {
            id,
            name,
            arguments,
            signature: signature.map(str::to_owned),
        }))
    };
    let thinking = |text: &str, signature: Option<&str>| {
        Block::from(Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) })
    };
    let inline = Source::Inline { media_type: "image/png".into(), data: "iVBO".into() };
    let usage =
        Usage { input: 10, cache_read: 4, cache_write: 2, output: 5, reasoning: 3, ..Usage::default() };
    let all = vec![
        thinking("hm", Some("anthropic:c2ln")),
        thinking("", Some("c2lo")),
        Content::SealedThinking("anthropic:eA==".into()).into(),
        Block::text("a"),
        Block::text("b"),
        call("c1", "{\"a\":1}", None),
        call("c2", "{}", Some("gemini:YWI=")),
    ];
    vec![
        Answer { usage: Some(usage), ..answer(all, Finish::ToolUse) },
        answer(vec![Block::text("a"), Content::Refusal("no".into()).into()], Finish::Filtered),
        answer(vec![thinking("hm", None), Block::text("cut")], Finish::Length),
        answer(vec![Content::Image(Media { source: inline, detail: None }).into()], Finish::Stop),
        answer(vec![Block::text("a"), call("c", "{\"a", None)], Finish::Length),
        answer(Vec::new(), Finish::Stop),
    ]
}
