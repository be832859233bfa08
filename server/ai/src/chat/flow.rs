//! Puts the pieces of an answer into order, whatever the vendor's stream looks like, and turns pieces into whole
//! answers and back.

use super::{Answer, Begun, Block, Content, Delta, Event, Finish, ToolUse};
use crate::failure::Failure;
use crate::usage::Usage;
use std::collections::VecDeque;

/// Between a vendor's stream and what writes the caller's. What comes out keeps the order that [`Event`] promises:
/// blocks one after the other, each begun, ended and numbered from 0, and one `Finish` at the end or a `Failed`. Pieces
/// of several calls of tools that come mixed are held back until it is their turn.
#[derive(Debug, Default)]
pub struct Flow {
    started: bool,
    open: Option<Open>,
    /// Begun by the vendor while another block was not complete.
    held: VecDeque<Held>,
    /// How many blocks have begun.
    count: u32,
    tools: bool,
    finish: Option<(Finish, Option<String>)>,
    over: bool,
}

#[derive(Debug)]
struct Open {
    vendors: u32,
    /// Of a tool's arguments.
    balance: Option<Balance>,
}

#[derive(Debug)]
struct Held {
    vendors: u32,
    block: Begun,
    deltas: Vec<Delta>,
    ended: bool,
}

impl Flow {
    /// Takes an event as the vendor's reader made it.
    pub fn push(&mut self, event: Event, out: &mut Vec<Event>) {
        if self.over {
            return;
        }
        match event {
            Event::Ping => out.push(Event::Ping),
            Event::Failed(failure) => self.fail(failure, out),
            Event::Start { .. } if self.started => {}
            Event::Start { .. } => {
                self.started = true;
                out.push(event);
            }
            event => {
                self.start(out);
                self.push_started(event, out);
            }
        }
    }

    /// The vendor's stream has ended: with all that there was, or too early.
    pub fn end(&mut self, out: &mut Vec<Event>) {
        if self.over {
            return;
        }
        let Some((finish, stop_sequence)) = self.finish.take() else {
            self.fail(Failure::garbled("the vendor's answer broke off"), out);
            return;
        };
        self.start(out);
        while self.open.is_some() || !self.held.is_empty() {
            self.close(out);
        }
        self.over = true;
        out.push(Event::Finish { finish: finish.with_tools(self.tools), stop_sequence });
    }

    /// Whether `Finish` or `Failed` has come out: nothing will after it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    fn start(&mut self, out: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.started, true) {
            out.push(Event::Start { id: String::new(), model: String::new() });
        }
    }

    fn fail(&mut self, failure: Failure, out: &mut Vec<Event>) {
        self.over = true;
        out.push(Event::Failed(failure));
    }

    fn push_started(&mut self, event: Event, out: &mut Vec<Event>) {
        match event {
            Event::Begin { index, block } => self.begin(index, block, out),
            Event::Delta { index, delta } => self.delta(index, delta, out),
            Event::End { index } => {
                if self.open.as_ref().is_some_and(|open| open.vendors == index) {
                    self.close(out);
                } else if let Some(held) = self.held(index) {
                    held.ended = true;
                }
            }
            Event::Finish { finish, stop_sequence } => {
                self.finish.get_or_insert((finish, stop_sequence));
            }
            other => out.push(other),
        }
    }

    fn held(&mut self, vendors: u32) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.vendors == vendors)
    }

    fn begin(&mut self, index: u32, block: Begun, out: &mut Vec<Event>) {
        let is_open = self.open.as_ref().is_some_and(|open| open.vendors == index);
        if is_open || self.held(index).is_some() {
            return;
        }
        let waits =
            self.open.as_ref().and_then(|open| open.balance.as_ref()).is_some_and(|it| !it.is_complete());
        if waits || !self.held.is_empty() {
            self.held.push_back(Held { vendors: index, block, deltas: Vec::new(), ended: false });
            return;
        }
        if self.open.is_some() {
            self.close(out);
        }
        self.open(index, block, out);
    }

    fn open(&mut self, vendors: u32, block: Begun, out: &mut Vec<Event>) {
        let tool = matches!(block, Begun::ToolUse { .. });
        self.tools |= tool;
        self.open = Some(Open { vendors, balance: tool.then(Balance::default) });
        out.push(Event::Begin { index: self.count, block });
        self.count += 1;
    }

    /// Ends the open block, and begins what was held for after it.
    fn close(&mut self, out: &mut Vec<Event>) {
        if self.open.take().is_some() {
            out.push(Event::End { index: self.count.saturating_sub(1) });
        }
        while let Some(held) = self.held.pop_front() {
            self.open(held.vendors, held.block, out);
            for delta in held.deltas {
                self.emit(delta, out);
            }
            let complete =
                self.open.as_ref().and_then(|open| open.balance.as_ref()).is_some_and(Balance::is_complete);
            if !(held.ended || complete && !self.held.is_empty()) {
                return;
            }
            self.open = None;
            out.push(Event::End { index: self.count.saturating_sub(1) });
        }
    }

    fn delta(&mut self, index: u32, delta: Delta, out: &mut Vec<Event>) {
        if matches!(&delta, Delta::Text(text) | Delta::Arguments(text) if text.is_empty()) {
            return;
        }
        if self.open.as_ref().is_some_and(|open| open.vendors == index) {
            self.emit(delta, out);
        } else if let Some(held) = self.held(index) {
            held.deltas.push(delta);
        } else if let Delta::Text(_) = delta {
            self.begin(index, Begun::Text, out);
            self.delta(index, delta, out);
        } else if let Delta::Arguments(_) = delta {
            self.fail(Failure::garbled("the vendor sent arguments of no tool"), out);
        }
    }

    fn emit(&mut self, delta: Delta, out: &mut Vec<Event>) {
        let Some(open) = &mut self.open else { return };
        if let (Some(balance), Delta::Arguments(text)) = (&mut open.balance, &delta) {
            balance.push(text);
        }
        out.push(Event::Delta { index: self.count.saturating_sub(1), delta });
    }
}

/// Whether a JSON object that comes in pieces is complete.
#[derive(Debug, Default)]
struct Balance {
    depth: u32,
    seen: bool,
    in_text: bool,
    escaped: bool,
}

impl Balance {
    fn push(&mut self, piece: &str) {
        for byte in piece.bytes() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.seen = true;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn is_complete(&self) -> bool {
        self.seen && self.depth == 0
    }
}

impl Finish {
    /// Tools were called, or not: some vendors say `stop` either way.
    #[must_use]
    pub fn with_tools(self, any: bool) -> Self {
        match self {
            Self::Stop if any => Self::ToolUse,
            Self::ToolUse if !any => Self::Stop,
            other => other,
        }
    }
}

/// Makes a whole answer of what comes out of a [`Flow`].
#[derive(Debug, Default)]
pub struct Collector {
    id: String,
    model: String,
    content: Vec<Block>,
    usage: Option<Usage>,
    finish: Option<(Finish, Option<String>)>,
}

impl Collector {
    pub fn push(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Start { id, model } => (self.id, self.model) = (id, model),
            Event::Begin { block, .. } => self.content.push(empty(block).into()),
            Event::Delta { delta, .. } => {
                if let Some(block) = self.content.last_mut() {
                    append(&mut block.content, delta);
                }
            }
            Event::Usage(usage) => self.usage = Some(usage),
            Event::Finish { finish, stop_sequence } => self.finish = Some((finish, stop_sequence)),
            Event::Failed(failure) => return Err(failure),
            Event::End { .. } | Event::Ping => {}
        }
        Ok(())
    }

    /// The answer, if there was a `Finish`.
    #[must_use]
    pub fn finish(self) -> Option<Answer> {
        let (finish, stop_sequence) = self.finish?;
        let Self { id, model, content, usage, .. } = self;
        Some(Answer { id, model, content, finish, stop_sequence, usage })
    }
}

fn empty(block: Begun) -> Content {
    match block {
        Begun::Text => Content::Text(String::new()),
        Begun::Thinking => Content::Thinking { text: String::new(), signature: None },
        Begun::Refusal => Content::Refusal(String::new()),
        Begun::ToolUse { id, name, signature } => {
            Content::ToolUse(ToolUse { id, name, arguments: String::new(), signature })
        }
        Begun::Whole(content) => content,
    }
}

fn append(content: &mut Content, delta: Delta) {
    match (content, delta) {
        (
            Content::Text(text) | Content::Thinking { text, .. } | Content::Refusal(text),
            Delta::Text(more),
        ) => {
            text.push_str(&more);
        }
        (Content::Thinking { signature, .. }, Delta::Signature(whole)) => *signature = Some(whole),
        (Content::ToolUse(tool), Delta::Arguments(more)) => tool.arguments.push_str(&more),
        _ => {}
    }
}

/// The pieces of a whole answer, for a caller who asked for a stream.
#[must_use]
pub fn replay(answer: Answer) -> Vec<Event> {
    let mut events = vec![Event::Start { id: answer.id, model: answer.model }];
    for (index, block) in (0..).zip(answer.content) {
        let (block, deltas) = pieces(block.content);
        events.push(Event::Begin { index, block });
        events.extend(deltas.into_iter().map(|delta| Event::Delta { index, delta }));
        events.push(Event::End { index });
    }
    events.extend(answer.usage.map(Event::Usage));
    events.push(Event::Finish { finish: answer.finish, stop_sequence: answer.stop_sequence });
    events
}

fn pieces(content: Content) -> (Begun, Vec<Delta>) {
    let some = |text: String| if text.is_empty() { Vec::new() } else { vec![Delta::Text(text)] };
    match content {
        Content::Text(text) => (Begun::Text, some(text)),
        Content::Refusal(text) => (Begun::Refusal, some(text)),
        Content::Thinking { text, signature } => {
            let mut deltas = some(text);
            deltas.extend(signature.map(Delta::Signature));
            (Begun::Thinking, deltas)
        }
        Content::ToolUse(ToolUse { id, name, arguments, signature }) => {
            (Begun::ToolUse { id, name, signature }, vec![Delta::Arguments(arguments)])
        }
        other => (Begun::Whole(other), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
