//! Messages: user and assistant take turns, and what operates the model stands apart.

use super::family::Family;
use super::media::{write_document, write_image, write_sound};
use crate::chat::{Block, CacheFor, Content, Message, Role, ToolResult, ToolUse};
use crate::dialect::ids;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Map, Value, json};

/// Bytes of an id at the most.
const LONGEST_ID: usize = 64;

/// A request's messages on their way into `system` and `messages`.
pub(super) struct Conversation<'a> {
    family: Family,
    dropped: &'a mut Dropped,
    system: Vec<Value>,
    turns: Vec<Turn>,
    /// Names of documents.
    documents: Vec<String>,
    calls: Calls,
}

/// What one side says until the other does.
struct Turn {
    /// Of its first message in the request.
    index: usize,
    role: Role,
    blocks: Vec<Block>,
}

impl<'a> Conversation<'a> {
    pub fn new(family: Family, dropped: &'a mut Dropped) -> Self {
        let (system, turns, documents) = (Vec::new(), Vec::new(), Vec::new());
        Self { family, dropped, system, turns, documents, calls: Calls::default() }
    }

    /// The `index`th message of the request.
    pub fn push(&mut self, index: usize, message: Message) {
        match (message.role, self.turns.last_mut()) {
            (Role::System, _) => self.push_system(message.content),
            (role, Some(turn)) if turn.role == role => turn.blocks.extend(message.content),
            (role, _) => self.turns.push(Turn { index, role, blocks: message.content }),
        }
    }

    /// Wherever it stood: few models take it within the conversation.
    fn push_system(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            match block.content {
                Content::Text(text) => self.system.extend(write_text(text)),
                _ => self.dropped.field("messages.content"),
            }
            if let Some(cache) = block.cache {
                let mut system = std::mem::take(&mut self.system);
                self.cache(cache, &mut system);
                self.system = system;
            }
        }
    }

    /// What `system` and `messages` hold.
    pub fn write(mut self) -> Result<(Vec<Value>, Vec<Value>), Invalid> {
        let mut messages = Vec::<(Role, Vec<Value>)>::new();
        for turn in std::mem::take(&mut self.turns) {
            let role = turn.role;
            let blocks = self.turn(turn)?;
            match messages.last_mut() {
                // nothing was left of what stood between
                Some((before, last)) if *before == role => last.extend(blocks),
                _ if blocks.is_empty() => {}
                _ => messages.push((role, blocks)),
            }
        }
        let word = |role| if role == Role::Assistant { "assistant" } else { "user" };
        let write = |(role, content)| json!({ "role": word(role), "content": Value::Array(content) });
        Ok((self.system, messages.into_iter().map(write).collect()))
    }

    fn turn(&mut self, turn: Turn) -> Result<Vec<Value>, Invalid> {
        let is_result = |block: &Block| matches!(block.content, Content::ToolResult(_));
        // results come first, or they do not count as the answer to the calls
        let (results, others): (Vec<_>, Vec<_>) = turn.blocks.into_iter().partition(is_result);
        let mut written = Vec::new();
        for block in results.into_iter().chain(others) {
            let mut cache = block.cache;
            match block.content {
                Content::ToolResult(result) => {
                    // no place for it within
                    cache = cache.or_else(|| result.content.iter().find_map(|block| block.cache));
                    written.push(self.result(result));
                }
                Content::ToolUse(tool) => written.push(self.call(turn.index, tool)?),
                content => written.extend(self.said(turn.role, content)),
            }
            if let Some(cache) = cache {
                self.cache(cache, &mut written);
            }
        }
        Ok(written)
    }

    fn said(&mut self, role: Role, content: Content) -> Option<Value> {
        match content {
            Content::Text(text) | Content::Refusal(text) => write_text(text),
            Content::Thinking { text, signature: Some(signature) } if self.family.signs_thoughts() => {
                let text = json!({ "text": text, "signature": signature });
                Some(json!({ "reasoningContent": { "reasoningText": text } }))
            }
            Content::SealedThinking(sealed) if self.family.signs_thoughts() => {
                Some(json!({ "reasoningContent": { "redactedContent": sealed } }))
            }
            Content::Thinking { .. } | Content::SealedThinking(_) => {
                self.dropped.field("messages.content.thinking");
                None
            }
            // only users may show something
            _ if role == Role::Assistant => {
                self.dropped.field("messages.content");
                None
            }
            Content::Audio(sound) => write_sound(sound, self.dropped).map(|sound| json!({ "audio": sound })),
            content => self.shown(content),
        }
    }

    /// What may stand in a message and in a result.
    fn shown(&mut self, content: Content) -> Option<Value> {
        match content {
            Content::Text(text) => write_text(text),
            Content::Image(image) => write_image(image, self.dropped).map(|image| json!({ "image": image })),
            Content::Document(document) => {
                let document = write_document(document, &mut self.documents, self.dropped);
                document.map(|document| json!({ "document": document }))
            }
            _ => {
                self.dropped.field("messages.content");
                None
            }
        }
    }

    fn call(&mut self, index: usize, tool: ToolUse) -> Result<Value, Invalid> {
        let arguments = tool.arguments.trim();
        let input = if arguments.is_empty() {
            Ok(Map::new())
        } else {
            serde_json::from_str::<Map<String, Value>>(arguments)
        };
        let input = input.map_err(|_| {
            let expected = format!("expected a JSON object as the arguments of {}", tool.name);
            Invalid::new(format!("messages[{index}]"), expected)
        })?;
        // a signature is another vendor's, and means nothing here
        let id = self.calls.of_call(&tool);
        Ok(json!({ "toolUse": { "toolUseId": id, "name": tool.name, "input": input } }))
    }

    fn result(&mut self, result: ToolResult) -> Value {
        let id = self.calls.of_result(&result);
        let failed = result.is_error && self.family.knows_tool_errors();
        if result.is_error && !failed {
            self.dropped.field("messages.content.is_error");
        }
        let content: Vec<_> =
            result.content.into_iter().filter_map(|block| self.shown(block.content)).collect();
        let result = Fields::new()
            .with("toolUseId", id)
            .with("content", content)
            .some("status", failed.then_some("error"));
        json!({ "toolResult": Value::from(result) })
    }

    /// Marks the end of what is worth keeping, where there is something.
    fn cache(&mut self, cache: CacheFor, blocks: &mut Vec<Value>) {
        if !self.family.caches() {
            self.dropped.field("messages.content.cache_control");
        } else if blocks.last().is_some_and(|last| last.get("cachePoint").is_none()) {
            blocks.push(cache_point(cache, self.family, self.dropped));
        }
    }
}

/// Ends what is to be kept.
pub(super) fn cache_point(cache: CacheFor, family: Family, dropped: &mut Dropped) -> Value {
    let hour = cache == CacheFor::Hour;
    if hour && !family.caches_more() {
        dropped.field("messages.content.cache_control.ttl");
    }
    let ttl = (hour && family.caches_more()).then_some("1h");
    json!({ "cachePoint": Value::from(Fields::new().with("type", "default").some("ttl", ttl)) })
}

/// Blank texts are refused, and say nothing.
fn write_text(text: String) -> Option<Value> {
    (!text.trim().is_empty()).then(|| json!({ "text": text }))
}

/// Ids of calls. Some callers' dialects have none, and results belong to calls by name and order.
#[derive(Default)]
struct Calls {
    made: usize,
    /// Names and ids of calls that wait for a result.
    open: Vec<(String, String)>,
}

impl Calls {
    fn of_call(&mut self, tool: &ToolUse) -> String {
        if !tool.id.is_empty() {
            return ids::safe(&tool.id, LONGEST_ID);
        }
        let id = self.mint();
        self.open.push((tool.name.clone(), id.clone()));
        id
    }

    fn of_result(&mut self, result: &ToolResult) -> String {
        if !result.id.is_empty() {
            return ids::safe(&result.id, LONGEST_ID);
        }
        let fits = |(name, _): &(String, String)| result.name.as_ref().is_none_or(|wanted| wanted == name);
        match self.open.iter().position(fits) {
            Some(index) => self.open.remove(index).1,
            None => self.mint(),
        }
    }

    fn mint(&mut self) -> String {
        self.made += 1;
        ids::mint("history", self.made)
    }
}
