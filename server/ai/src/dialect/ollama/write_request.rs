//! A request to the vendor.

use crate::chat::{
    Block, ChatRequest, Content, Effort, Media, Message, OutputFormat, Reasoning, Role, Source, Tool,
    ToolChoice, ToolResult, ToolUse,
};
use crate::dialect::Target;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Writes a request.
pub fn write_request(request: ChatRequest, target: &Target<'_>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let mut history = History::default();
    for message in request.messages {
        history.message(message, &mut dropped);
    }
    let tools = choose(request.tools, request.tool_choice, &mut dropped)?;
    if request.parallel_tools == Some(false) && !tools.is_empty() {
        dropped.field("parallel_tool_calls");
    }
    if request.user.is_some() {
        dropped.field("user");
    }
    let tools = tools.into_iter().map(|tool| write_tool(tool, &mut dropped)).collect();
    let options = Fields::new()
        .some("num_predict", request.max_tokens)
        .some("temperature", request.temperature)
        .some("top_p", request.top_p)
        .some("top_k", request.top_k)
        .some("seed", request.seed)
        .filled("stop", request.stop.into_iter().map(Value::from).collect())
        .some("presence_penalty", request.presence_penalty)
        .some("frequency_penalty", request.frequency_penalty);
    let body = Fields::new()
        .with("model", target.model)
        .with("messages", history.written)
        .filled("tools", tools)
        .some("format", request.format.and_then(|format| write_format(format, &mut dropped)))
        .some("think", request.reasoning.map(write_think))
        .some("options", (!options.is_empty()).then_some(options))
        // streams when nothing is said
        .with("stream", request.stream);
    Ok((body.into(), dropped))
}

/// No tool can be forced or forbidden: what must not be called is not offered.
fn choose(
    mut tools: Vec<Tool>,
    choice: Option<ToolChoice>,
    dropped: &mut Dropped,
) -> Result<Vec<Tool>, Invalid> {
    match choice {
        None | Some(ToolChoice::Auto) => {}
        Some(ToolChoice::None) => tools.clear(),
        Some(ToolChoice::Required) => {
            if !tools.is_empty() {
                dropped.field("tool_choice");
            }
        }
        Some(ToolChoice::Named(name)) => {
            tools.retain(|tool| tool.name == name);
            if tools.is_empty() {
                return Err(Invalid::new("tool_choice", format!("expected the name of a tool, got {name}")));
            }
            dropped.field("tool_choice");
        }
    }
    Ok(tools)
}

fn write_tool(tool: Tool, dropped: &mut Dropped) -> Value {
    if tool.cache.is_some() {
        dropped.field("tools.cache_control");
    }
    if tool.strict == Some(true) {
        dropped.field("tools.function.strict");
    }
    let function = Fields::new()
        .with("name", tool.name)
        .some("description", tool.description)
        .with("parameters", tool.schema);
    json!({ "type": "function", "function": Value::from(function) })
}

/// A schema is always kept to; its name is a label that Ollama does without.
fn write_format(format: OutputFormat, dropped: &mut Dropped) -> Option<Value> {
    match format {
        OutputFormat::Text => None,
        OutputFormat::Json => Some("json".into()),
        OutputFormat::Schema { schema, description, .. } => {
            if description.is_some() {
                dropped.field("response_format.json_schema.description");
            }
            Some(schema)
        }
    }
}

/// Models that know no levels take any for true.
fn write_think(reasoning: Reasoning) -> Value {
    match reasoning.effort.or(reasoning.budget.map(Reasoning::effort_for)) {
        None => true.into(),
        Some(Effort::None) => false.into(),
        Some(Effort::Minimal | Effort::Low) => "low".into(),
        Some(Effort::Medium) => "medium".into(),
        Some(Effort::High | Effort::Highest) => "high".into(),
    }
}

/// Messages as they are written, and what was called in them: results are known by the names of their functions.
#[derive(Default)]
struct History {
    written: Vec<Value>,
    names: BTreeMap<String, String>,
}

impl History {
    fn message(&mut self, message: Message, dropped: &mut Dropped) {
        match message.role {
            Role::System => self.say("system", message.content, dropped),
            Role::User => self.user(message.content, dropped),
            Role::Assistant => self.assistant(message.content, dropped),
        }
    }

    fn say(&mut self, role: &str, content: Vec<Block>, dropped: &mut Dropped) {
        let said = Said::of(content, dropped);
        self.written.push(said.fields(role).into());
    }

    /// Results are messages of their own, and come first.
    fn user(&mut self, content: Vec<Block>, dropped: &mut Dropped) {
        let mut said = Vec::new();
        for block in content {
            note_cache(&block, dropped);
            match block.content {
                Content::ToolResult(result) => self.result(result, dropped),
                _ => said.push(block),
            }
        }
        if !said.is_empty() {
            self.say("user", said, dropped);
        }
    }

    fn result(&mut self, result: ToolResult, dropped: &mut Dropped) {
        if result.is_error {
            dropped.field("messages.content.is_error");
        }
        let name = result.name.or_else(|| self.names.get(&result.id).cloned());
        let fields = Said::of(result.content, dropped).fields("tool");
        self.written.push(fields.some("tool_name", name).into());
    }

    fn assistant(&mut self, content: Vec<Block>, dropped: &mut Dropped) {
        let (mut said, mut calls, mut thoughts) = (Vec::new(), Vec::new(), Vec::new());
        for block in content {
            note_cache(&block, dropped);
            match block.content {
                Content::ToolUse(tool) => calls.push(self.call(tool, dropped)),
                Content::Thinking { text, signature: None } => thoughts.push(text),
                _ => said.push(block),
            }
        }
        let fields = Said::of(said, dropped).fields("assistant");
        let fields = fields.some("thinking", (!thoughts.is_empty()).then(|| thoughts.join("\n")));
        self.written.push(fields.filled("tool_calls", calls).into());
    }

    fn call(&mut self, tool: ToolUse, dropped: &mut Dropped) -> Value {
        let arguments = if tool.arguments.trim().is_empty() { "{}" } else { &tool.arguments };
        let arguments: Map<String, Value> = serde_json::from_str(arguments).unwrap_or_else(|_| {
            // a model's broken words cannot be told
            dropped.field("messages.tool_calls.function.arguments");
            Map::new()
        });
        let call = json!({ "function": { "name": tool.name, "arguments": arguments } });
        self.names.insert(tool.id, tool.name);
        call
    }
}

/// One text, and the images that belong to it.
struct Said {
    text: String,
    images: Vec<Value>,
}

impl Said {
    fn of(content: Vec<Block>, dropped: &mut Dropped) -> Self {
        let (mut texts, mut images) = (Vec::new(), Vec::new());
        for block in content {
            note_cache(&block, dropped);
            let name = match block.content {
                Content::Text(text) | Content::Refusal(text) => {
                    texts.push(text);
                    continue;
                }
                Content::Image(Media { source: Source::Inline { data, .. }, .. }) => {
                    images.push(data.into());
                    continue;
                }
                // nothing is fetched
                Content::Image(Media { source: Source::Url { .. }, .. }) => "messages.content.image.url",
                Content::Image(_) => "messages.content.image.file_id",
                Content::Document(_) => "messages.content.document",
                Content::Audio(_) => "messages.content.audio",
                Content::Thinking { .. } | Content::SealedThinking(_) => "messages.content.thinking",
                Content::ToolUse(_) | Content::ToolResult(_) => "messages.content",
            };
            dropped.field(name);
        }
        Self { text: texts.join("\n"), images }
    }

    fn fields(self, role: &str) -> Fields {
        Fields::new().with("role", role).with("content", self.text).filled("images", self.images)
    }
}

fn note_cache(block: &Block, dropped: &mut Dropped) {
    if block.cache.is_some() {
        // Ollama caches on its own
        dropped.field("messages.content.cache_control");
    }
}
