use crate::chat::{Begun, Delta, Event, Finish, Flow};
use crate::dialect::Frame;
use crate::dialect::ollama::Reader;
use crate::failure::{Failure, FailureKind};
use crate::lines::Lines;
use crate::usage::Usage;

fn streamed(stream: &str) -> Vec<Event> {
    let (mut splitter, mut reader, mut flow) = (Lines::new(), Reader::default(), Flow::default());
    let mut out = Vec::new();
    let mut lines: Vec<Vec<u8>> =
        stream.as_bytes().chunks(7).flat_map(|piece| splitter.push(piece).unwrap()).collect();
    lines.extend(splitter.finish());
    for line in lines {
        let mut events = Vec::new();
        let read = reader.read(Frame { event: "", data: &line }, &mut events);
        events.into_iter().for_each(|event| flow.push(event, &mut out));
        if let Err(failure) = read {
            flow.push(Event::Failed(failure), &mut out);
        }
    }
    flow.end(&mut out);
    out
}

fn start() -> Event {
    Event::Start { id: String::new(), model: "qwen3".to_owned() }
}

fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.to_owned()) }
}

#[test]
fn a_stream_of_lines_is_read() {
    let events = streamed(concat!(
        r#"{"model":"qwen3","message":{"role":"assistant","content":"","thinking":"H"},"done":false}"#,
        "\n",
        r#"{"model":"qwen3","message":{"role":"assistant","content":"","thinking":"m."},"done":false}"#,
        "\r\n",
        r#"{"model":"qwen3","message":{"role":"assistant","content":"Grün"},"done":false}"#,
        "\n\n",
        r#"{"model":"qwen3","message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}},"#,
        r#"{"function":{"name":"f","arguments":{}}}]},"done":false}"#,
        "\n",
        r#"{"model":"qwen3","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","#,
        r#""prompt_eval_count":11,"eval_count":4}"#,
    ));
    let called = || Begun::ToolUse { id: String::new(), name: "f".to_owned(), signature: None };
    let arguments = |index, text: &str| Event::Delta { index, delta: Delta::Arguments(text.to_owned()) };
    let expected = vec![
        start(),
        Event::Begin { index: 0, block: Begun::Thinking },
        text(0, "H"),
        text(0, "m."),
        Event::End { index: 0 },
        Event::Begin { index: 1, block: Begun::Text },
        text(1, "Grün"),
        Event::End { index: 1 },
        Event::Begin { index: 2, block: called() },
        arguments(2, "{\"a\":1}"),
        Event::End { index: 2 },
        Event::Begin { index: 3, block: called() },
        arguments(3, "{}"),
        Event::End { index: 3 },
        Event::Usage(Usage { input: 11, output: 4, ..Usage::default() }),
        Event::Finish { finish: Finish::ToolUse, stop_sequence: None },
    ];
    assert_eq!(events, expected);
    let length = streamed(r#"{"model":"qwen3","message":{"content":""},"done":true,"done_reason":"length"}"#);
    assert_eq!(length, [start(), Event::Finish { finish: Finish::Length, stop_sequence: None }]);
}

#[test]
fn a_stream_that_fails_says_so() {
    let garbled = |message: &str| Event::Failed(Failure::garbled(message));
    let first = r#"{"model":"qwen3","message":{"content":"a"},"done":false}"#;
    let begun = || vec![start(), Event::Begin { index: 0, block: Begun::Text }, text(0, "a")];
    let with = |last: Event| begun().into_iter().chain([last]).collect::<Vec<_>>();
    let broke = Event::Failed(Failure::new(FailureKind::Internal, "broke"));
    let cases = [
        (first.to_owned(), with(garbled("the vendor's answer broke off"))),
        (format!("{first}\n{{\"error\":\"broke\"}}\n"), with(broke)),
        ("[]\n".to_owned(), vec![garbled("the vendor's stream: expected an object, got a list")]),
        (
            "{\"message\":1}\n".to_owned(),
            vec![
                Event::Start { id: String::new(), model: String::new() },
                garbled("the vendor's stream: message: expected an object, got a number"),
            ],
        ),
    ];
    for (stream, expected) in cases {
        assert_eq!(streamed(&stream), expected, "{stream}");
    }
    let events = streamed(&format!("{first}\n{{\"model\""));
    let Some(Event::Failed(failure)) = events.last() else { panic!("{events:?}") };
    assert_eq!((events.len(), failure.kind), (4, FailureKind::Garbled));
}
