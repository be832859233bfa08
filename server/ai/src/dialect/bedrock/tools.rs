//! Functions: `toolConfig`. It must be there as soon as the history has calls or results.

use super::conversation::cache_point;
use super::family::Family;
use crate::chat::{ChatRequest, Content, Message, Tool, ToolChoice};
use crate::dropped::Dropped;
use crate::json::Fields;
use serde_json::{Value, json};

/// Takes the functions out of a request.
pub(super) fn write_tools(request: &mut ChatRequest, family: Family, dropped: &mut Dropped) -> Option<Value> {
    let history = History::of(&request.messages);
    let mut choice = request.tool_choice.take();
    if choice == Some(ToolChoice::None) {
        // no word for it: who is not shown a function does not call it
        if !history.any {
            return None;
        }
        dropped.field("tool_choice");
        choice = None;
    }
    if request.parallel_tools == Some(false) {
        dropped.field("parallel_tool_calls");
    }
    let mut tools = Vec::new();
    for tool in std::mem::take(&mut request.tools) {
        write_tool(tool, family, &mut tools, dropped);
    }
    if tools.is_empty() {
        // nothing to choose from
        choice = None;
        tools.extend(history.names.iter().map(|name| spec(name, None, empty_schema(), None)));
    }
    if tools.is_empty() {
        return None;
    }
    let config = Fields::new().with("tools", tools).some("toolChoice", choice.and_then(write_choice));
    Some(config.into())
}

/// What the history says of functions.
struct History {
    any: bool,
    /// In the order of their first call.
    names: Vec<String>,
}

impl History {
    fn of(messages: &[Message]) -> Self {
        let mut history = Self { any: false, names: Vec::new() };
        for block in messages.iter().flat_map(|message| &message.content) {
            let name = match &block.content {
                Content::ToolUse(tool) => Some(&tool.name),
                Content::ToolResult(result) => result.name.as_ref(),
                _ => continue,
            };
            history.any = true;
            history.names.extend(name.filter(|name| !history.names.contains(name)).cloned());
        }
        history
    }
}

fn write_tool(tool: Tool, family: Family, tools: &mut Vec<Value>, dropped: &mut Dropped) {
    let mut schema = tool.schema;
    match &mut schema {
        // must be said
        Value::Object(fields) => _ = fields.entry("type").or_insert_with(|| "object".into()),
        other => *other = empty_schema(),
    }
    let description = tool.description.filter(|text| !text.is_empty());
    // false is what holds anyway
    tools.push(spec(&tool.name, description, schema, tool.strict.filter(|strict| *strict)));
    match tool.cache {
        Some(cache) if family.caches_more() => tools.push(cache_point(cache, family, dropped)),
        Some(_) => dropped.field("tools.cache_control"),
        None => {}
    }
}

fn spec(name: &str, description: Option<String>, schema: Value, strict: Option<bool>) -> Value {
    let spec = Fields::new()
        .with("name", name)
        .some("description", description)
        .with("inputSchema", json!({ "json": schema }))
        .some("strict", strict);
    json!({ "toolSpec": Value::from(spec) })
}

fn empty_schema() -> Value {
    json!({ "type": "object", "properties": {} })
}

fn write_choice(choice: ToolChoice) -> Option<Value> {
    match choice {
        ToolChoice::Auto => Some(json!({ "auto": {} })),
        ToolChoice::Required => Some(json!({ "any": {} })),
        ToolChoice::Named(name) => Some(json!({ "tool": { "name": name } })),
        ToolChoice::None => None,
    }
}
