use super::*;
use crate::chat::{Answer, Block, Collector, Content, ToolUse, replay};
use crate::usage::Usage;

fn through(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let (mut flow, mut out) = (Flow::default(), Vec::new());
    for event in events {
        flow.push(event, &mut out);
    }
    flow.end(&mut out);
    out
}

fn text(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Text(text.to_owned()) }
}

fn arguments(index: u32, text: &str) -> Event {
    Event::Delta { index, delta: Delta::Arguments(text.to_owned()) }
}

fn tool(index: u32, name: &str) -> Event {
    let block = Begun::ToolUse { id: format!("id-{name}"), name: name.to_owned(), signature: None };
    Event::Begin { index, block }
}

fn stop() -> Event {
    Event::Finish { finish: Finish::Stop, stop_sequence: None }
}

/// As one line, for reading.
fn said(events: &[Event]) -> String {
    let word = |event: &Event| match event {
        Event::Start { .. } => "start".to_owned(),
        Event::Begin { index, block: Begun::ToolUse { name, .. } } => format!("{index}+{name}"),
        Event::Begin { index, .. } => format!("{index}+"),
        Event::Delta {
            index,
            delta: Delta::Text(text) | Delta::Arguments(text) | Delta::Signature(text),
        } => {
            format!("{index}:{text}")
        }
        Event::End { index } => format!("{index}-"),
        Event::Usage(_) => "usage".to_owned(),
        Event::Finish { finish, .. } => format!("{finish:?}"),
        Event::Ping => "ping".to_owned(),
        Event::Failed(_) => "failed".to_owned(),
    };
    events.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn blocks_come_one_after_the_other() {
    let events = [text(0, "a"), text(0, ""), text(0, "b"), tool(1, "f"), arguments(1, "{}"), stop()];
    assert_eq!(said(&through(events)), "start 0+ 0:a 0:b 0- 1+f 1:{} 1- ToolUse");
}

#[test]
fn mixed_tools_wait_for_their_turn() {
    let events = [
        tool(0, "f"),
        tool(1, "g"),
        arguments(0, r#"{"a":"}"#),
        arguments(1, r#"{"b""#),
        arguments(0, r#"\""}"#),
        arguments(1, ":1}"),
        text(7, "done"),
        stop(),
    ];
    let expected = r#"start 0+f 0:{"a":"} 0:\""} 0- 1+g 1:{"b" 1::1} 1- 2+ 2:done 2- ToolUse"#;
    assert_eq!(said(&through(events)), expected);
    let events =
        [tool(0, "f"), arguments(0, "{}"), tool(1, "g"), arguments(1, "{"), arguments(1, "}"), stop()];
    assert_eq!(
        said(&through(events)),
        "start 0+f 0:{} 0- 1+g 1:{ 1:} 1- ToolUse",
        "and stream when they can"
    );
}

#[test]
fn usage_comes_before_the_finish() {
    let events = [text(0, "a"), stop(), stop(), Event::Usage(Usage::default()), Event::Ping];
    assert_eq!(said(&through(events)), "start 0+ 0:a usage ping 0- Stop");
    let finish = Event::Finish { finish: Finish::ToolUse, stop_sequence: None };
    assert_eq!(said(&through([finish])), "start Stop", "no tool was called");
}

#[test]
fn what_breaks_off_never_ends_well() {
    assert_eq!(said(&through([])), "failed");
    assert_eq!(said(&through([text(0, "a")])), "start 0+ 0:a failed");
    assert_eq!(said(&through([arguments(0, "{"), stop()])), "start failed");
    let failed = Event::Failed(Failure::garbled("x"));
    assert_eq!(said(&through([text(0, "a"), failed, text(0, "b"), stop()])), "start 0+ 0:a failed");
}

#[test]
fn whole_answers_survive_being_cut_into_pieces() {
    let tool = ToolUse {
        id: "i".into(),
        name: "f".into(),
        arguments: "{\"a\":1}".into(),
        signature: Some("s".into()),
    };
    let thinking = Content::Thinking { text: String::new(), signature: Some("sig".into()) };
    let answer = Answer {
        id: "x".into(),
        model: "m".into(),
        content: vec![
            thinking.into(),
            Content::SealedThinking("z".into()).into(),
            Block::text("hello"),
            Content::ToolUse(tool).into(),
        ],
        finish: Finish::ToolUse,
        stop_sequence: None,
        usage: Some(Usage { input: 3, ..Usage::default() }),
    };
    let mut collector = Collector::default();
    for event in through(replay(answer.clone())) {
        collector.push(event).unwrap();
    }
    assert_eq!(collector.finish(), Some(answer));
}
