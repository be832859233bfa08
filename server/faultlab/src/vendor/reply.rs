//! The answer before any dialect has written it.

use super::asked::{Asked, Choice, Tool};
use super::schema;
use super::script::Script;
use serde_json::{Value, json};

/// What the model thinks about everything.
const THOUGHT: &str = "Let me think about that.";
const REFUSAL: &str = "I cannot help with that.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finish {
    Stop,
    Length,
    Tools,
    Refused,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Unlike any other in the life of the vendor; each dialect puts its prefix before it.
    pub id: String,
    pub name: String,
    pub arguments: Value,
}

/// In words: `prompt` includes what was `cached`, `output` includes `reasoning`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    pub prompt: usize,
    pub cached: usize,
    pub output: usize,
    pub reasoning: usize,
}

impl Usage {
    pub fn uncached(&self) -> usize {
        self.prompt.saturating_sub(self.cached)
    }

    pub fn total(&self) -> usize {
        self.prompt.saturating_add(self.output)
    }

    pub fn without_reasoning(&self) -> usize {
        self.output.saturating_sub(self.reasoning)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Reply {
    /// The number of the call, of which ids are made.
    pub number: u64,
    pub model: String,
    pub thought: Option<&'static str>,
    pub text: String,
    pub calls: Vec<Call>,
    pub finish: Finish,
    /// No choices at all.
    pub empty: bool,
    pub usage: Option<Usage>,
    pub include_usage: bool,
}

impl Reply {
    pub fn compose(asked: &Asked, script: &Script, number: u64) -> Self {
        let calls = if script.refuse { Vec::new() } else { calls(asked, script, number) };
        let (text, cut) =
            if calls.is_empty() { within(text(asked, script), asked.limit) } else { (String::new(), false) };
        let finish = match () {
            () if script.refuse => Finish::Refused,
            () if script.length || cut => Finish::Length,
            () if calls.is_empty() => Finish::Stop,
            () => Finish::Tools,
        };
        let thought = script.think.then_some(THOUGHT);
        let reasoning = thought.map_or(0, words);
        let arguments: usize = calls.iter().map(|call| words(&call.arguments.to_string())).sum();
        let prompt = asked.prompt_words();
        let usage = Usage {
            prompt,
            cached: script.cache.min(prompt),
            output: words(&text) + arguments + reasoning,
            reasoning,
        };
        Self {
            number,
            model: asked.model.clone(),
            thought,
            text,
            calls,
            finish,
            empty: script.empty,
            usage: (!script.nousage).then_some(usage),
            include_usage: asked.include_usage,
        }
    }
}

fn calls(asked: &Asked, script: &Script, number: u64) -> Vec<Call> {
    if asked.last_results().is_some() {
        return Vec::new();
    }
    let tools: Vec<&Tool> = match &asked.choice {
        Choice::Never => Vec::new(),
        Choice::Auto => asked.tools.iter().take(script.calls).collect(),
        Choice::Any => asked.tools.iter().take(script.calls.max(1)).collect(),
        Choice::Named(name) => asked.tools.iter().filter(|tool| tool.name == *name).take(1).collect(),
    };
    let call = |(at, tool): (usize, &Tool)| Call {
        id: format!("{number:06}{at}"),
        name: tool.name.clone(),
        arguments: schema::example(&tool.schema),
    };
    tools.into_iter().enumerate().map(call).collect()
}

fn text(asked: &Asked, script: &Script) -> String {
    if script.refuse {
        return REFUSAL.to_owned();
    }
    let any = |schema: &Value| schema.as_object().is_none_or(serde_json::Map::is_empty);
    match &asked.format {
        Some(schema) if !any(schema) => return schema::example(schema).to_string(),
        Some(_) => return json!({ "said": script.said }).to_string(),
        None if script.json => return json!({ "said": script.said }).to_string(),
        None => {}
    }
    if let Some(results) = asked.last_results() {
        return format!("The tool said: {results}");
    }
    match (asked.images(), script.long) {
        (0, None) => format!("You said: {}", script.said),
        (0, Some(count)) => vec!["word"; count].join(" "),
        (images, _) => format!("I see {images} images."),
    }
}

/// The first words, as many as the limit allows, and whether any were left out.
fn within(text: String, limit: Option<usize>) -> (String, bool) {
    match limit {
        Some(limit) if words(&text) > limit => {
            (text.split_whitespace().take(limit).collect::<Vec<_>>().join(" "), true)
        }
        _ => (text, false),
    }
}

pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The text as it is streamed: by words, and long ones in pieces of 16 characters.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let split = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        letters.chunks(16).map(|piece| piece.iter().collect()).collect::<Vec<String>>()
    };
    text.split_inclusive(' ').flat_map(split).collect()
}

/// What a vendor signs a thought with: good base64, and the same for the same text.
pub(super) fn signature(of: &str) -> String {
    format!("c2lt{:08x}", crc32fast::hash(of.as_bytes()))
}
