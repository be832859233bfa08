//! What a call asks for, whatever its dialect, and the rules for conversations that vendors share.

use super::refusal::Refusal;
use super::script::Script;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    System,
    User,
    Assistant,
    Tool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Image,
    /// Sound, documents and the like: taken, not looked at.
    Other,
    /// Reasoning that came back with the signature it was given.
    Thought,
    Call(String),
    Result {
        id: String,
        text: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub who: Who,
    pub parts: Vec<Part>,
}

impl Turn {
    pub fn text(who: Who, text: &str) -> Self {
        Self { who, parts: vec![Part::Text(text.to_owned())] }
    }

    fn has_results(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Result { .. }))
    }

    fn words_of_user(&self) -> Option<String> {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let text = texts.collect::<Vec<_>>().join(" ");
        (self.who == Who::User && !text.is_empty()).then_some(text)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Tool {
    pub name: String,
    pub schema: Value,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    #[default]
    Auto,
    Never,
    Any,
    Named(String),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub model: String,
    pub turns: Vec<Turn>,
    pub tools: Vec<Tool>,
    pub choice: Choice,
    /// The schema that the answer must satisfy; `{}` for any JSON.
    pub format: Option<Value>,
    /// The most words of an answer.
    pub limit: Option<usize>,
    pub stream: bool,
    /// OpenAI: a last chunk with the usage is wanted.
    pub include_usage: bool,
}

impl Asked {
    /// The text of the last turn of the user that has any.
    pub fn last_text(&self) -> String {
        self.turns.iter().rev().find_map(Turn::words_of_user).unwrap_or_default()
    }

    /// What tools said since the last turn of the model, when the last turn is such a result.
    pub fn last_results(&self) -> Option<String> {
        let turns: Vec<_> = self.turns.iter().rev().take_while(|turn| turn.has_results()).collect();
        let parts = turns.iter().rev().flat_map(|turn| &turn.parts);
        let texts: Vec<_> = parts
            .filter_map(|part| match part {
                Part::Result { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join(" and "))
    }

    /// Images in the last turn.
    pub fn images(&self) -> usize {
        let last = self.turns.last().map(|turn| turn.parts.as_slice()).unwrap_or_default();
        last.iter().filter(|part| **part == Part::Image).count()
    }

    /// Words of everything that was said so far: the tokens of the prompt.
    pub fn prompt_words(&self) -> usize {
        let parts = self.turns.iter().flat_map(|turn| &turn.parts);
        let texts = parts.filter_map(|part| match part {
            Part::Text(text) | Part::Result { text, .. } => Some(text),
            _ => None,
        });
        texts.map(|text| text.split_whitespace().count()).sum()
    }

    /// Every result answers a call of the turn before, and every call is answered.
    pub fn check_results(&self) -> Result<(), Refusal> {
        let mut open: Vec<&str> = Vec::new();
        for turn in &self.turns {
            if let (false, Some(id)) = (turn.has_results(), open.first()) {
                return Err(unanswered(id));
            }
            for part in &turn.parts {
                match part {
                    Part::Call(id) => open.push(id),
                    Part::Result { id, .. } => {
                        let at = open.iter().position(|call| call == id);
                        let at = at.ok_or_else(|| Refusal::bad(format!("no tool call has the id {id:?}")))?;
                        open.remove(at);
                    }
                    _ => {}
                }
            }
        }
        open.first().map_or(Ok(()), |id| Err(unanswered(id)))
    }

    /// The user begins, and nobody speaks twice.
    pub fn check_alternation(&self) -> Result<(), Refusal> {
        let spoken: Vec<_> =
            self.turns.iter().map(|turn| turn.who).filter(|who| *who != Who::System).collect();
        if spoken.first() != Some(&Who::User) {
            return Err(Refusal::bad("messages: the first must have the role user"));
        }
        let twice = spoken.iter().zip(spoken.iter().skip(1)).any(|(one, next)| one == next);
        if twice { Err(Refusal::bad("messages: roles must alternate")) } else { Ok(()) }
    }

    /// Where the last text of the user asked for reasoning, calls made since then come back with it.
    pub fn check_thoughts(&self) -> Result<(), Refusal> {
        if !Script::read(&self.last_text()).think {
            return Ok(());
        }
        let since = self.turns.iter().rev().take_while(|turn| turn.words_of_user().is_none());
        let mut calling = since.filter(|turn| turn.parts.iter().any(|part| matches!(part, Part::Call(_))));
        if calling.all(|turn| turn.parts.contains(&Part::Thought)) {
            Ok(())
        } else {
            Err(Refusal::bad("a tool call came back without the signed thought it was made with"))
        }
    }

    /// A choice of tools needs tools, a named one that very tool.
    pub fn check_choice(&self) -> Result<(), Refusal> {
        let known = |name: &str| self.tools.iter().any(|tool| tool.name == name);
        match &self.choice {
            Choice::Any if self.tools.is_empty() => Err(Refusal::bad("tool choice: there are no tools")),
            Choice::Named(name) if !known(name) => {
                Err(Refusal::bad(format!("tool choice: there is no tool {name:?}")))
            }
            _ => Ok(()),
        }
    }
}

fn unanswered(id: &str) -> Refusal {
    Refusal::bad(format!("the tool call {id:?} has no result in the next turn"))
}
