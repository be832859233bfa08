//! From pieces to whole answers, and back.

use super::{Answer, Begun, Block, Content, Delta, Event, Finish, ToolUse};
use crate::failure::Failure;
use crate::usage::Usage;

/// Makes a whole answer of what comes out of a [`super::Flow`].
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
