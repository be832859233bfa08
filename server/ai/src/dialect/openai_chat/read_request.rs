//! A caller's request.

use crate::chat::{
    Block, ChatRequest, Content, Document, Effort, Media, Message, OutputFormat, Reasoning, Role, Source,
    Tool, ToolChoice, ToolResult, ToolUse,
};
use crate::dialect::ids;
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use serde_json::{Value, json};

/// Reads a request.
pub fn read_request(body: Value) -> Result<(ChatRequest, Dropped), Invalid> {
    let mut body = Item::root(body).object()?;
    let mut dropped = Dropped::default();
    let mut messages = Vec::new();
    for item in body.need("messages")?.list()? {
        read_message(item, &mut messages, &mut dropped)?;
    }
    if messages.is_empty() {
        return Err(body.invalid("messages", "expected at least one message"));
    }
    let max_tokens = body.unsigned("max_completion_tokens")?;
    let max_tokens = max_tokens.or(body.unsigned("max_tokens")?);
    let stream_usage = match body.object("stream_options")? {
        Some(mut options) => options.flag("include_usage")?.unwrap_or_default(),
        None => false,
    };
    let effort = body.take("reasoning_effort").map(effort).transpose()?;
    let user = body.text("safety_identifier")?;
    let request = ChatRequest {
        model: body.need("model")?.text()?,
        messages,
        tools: tools(&mut body, &mut dropped)?,
        tool_choice: body.take("tool_choice").map(tool_choice).transpose()?,
        parallel_tools: body.flag("parallel_tool_calls")?,
        max_tokens,
        temperature: body.number("temperature")?,
        top_p: body.number("top_p")?,
        // not OpenAI's, but what many who speak like it know
        top_k: body.unsigned("top_k")?,
        stop: body.take("stop").map(stop).transpose()?.unwrap_or_default(),
        seed: body.signed("seed")?,
        presence_penalty: body.number("presence_penalty")?,
        frequency_penalty: body.number("frequency_penalty")?,
        format: body.take("response_format").map(format).transpose()?,
        reasoning: effort.map(|effort| Reasoning { effort: Some(effort), ..Reasoning::default() }),
        user: user.or(body.text("user")?),
        stream: body.flag("stream")?.unwrap_or_default(),
        stream_usage,
    };
    // one answer is what every dialect has
    if body.unsigned("n")?.is_some_and(|n| n != 1) {
        dropped.field("n");
    }
    body.drop_rest(&mut dropped);
    Ok((request, dropped))
}

fn read_message(item: Item, messages: &mut Vec<Message>, dropped: &mut Dropped) -> Result<(), Invalid> {
    let mut message = item.object()?;
    let role = message.need("role")?.text()?;
    match role.as_str() {
        "system" | "developer" => {
            let content = content(message.need("content")?, dropped)?;
            messages.push(Message::new(Role::System, content));
        }
        "user" => {
            let content = content(message.need("content")?, dropped)?;
            messages.push(Message::new(Role::User, content));
        }
        "assistant" => messages.push(assistant(&mut message, dropped)?),
        "tool" | "function" => {
            let id = message.text("tool_call_id")?.unwrap_or_default();
            let (id, _) = ids::split_signature(&id);
            let name = message.text("name")?;
            let content = content(message.need("content")?, dropped)?;
            let result = Content::ToolResult(ToolResult { id, name, content, is_error: false });
            // results of one turn belong together
            match messages.last_mut() {
                Some(last) if last.role == Role::User && holds_results(last) => {
                    last.content.push(result.into())
                }
                _ => messages.push(Message::new(Role::User, vec![result.into()])),
            }
        }
        _ => {
            let expected = "expected one of system, developer, user, assistant, tool";
            return Err(message.invalid("role", expected));
        }
    }
    message.drop_rest(dropped);
    Ok(())
}

fn holds_results(message: &Message) -> bool {
    message.content.iter().all(|block| matches!(block.content, Content::ToolResult(_)))
}

fn assistant(message: &mut Object, dropped: &mut Dropped) -> Result<Message, Invalid> {
    let mut blocks = Vec::new();
    // what vendors that think in the open, and we, put beside the content
    if let Some(text) = message.text("reasoning_content")? {
        blocks.push(Content::Thinking { text, signature: None }.into());
    }
    if let Some(item) = message.take("content") {
        blocks.extend(content(item, dropped)?);
    }
    if let Some(text) = message.text("refusal")? {
        blocks.push(Content::Refusal(text).into());
    }
    for item in message.list("tool_calls")? {
        let mut call = item.object()?;
        let Some(mut function) = call.object("function")? else {
            return Err(
                call.invalid("function", "expected a function, the only kind of tool that can be translated")
            );
        };
        let (id, signature) = ids::split_signature(&call.text("id")?.unwrap_or_default());
        let name = function.need("name")?.text()?;
        let arguments = function.text("arguments")?.unwrap_or_default();
        blocks.push(Content::ToolUse(ToolUse { id, name, arguments, signature }).into());
        call.value("type");
        call.value("index");
        call.drop_rest(dropped);
    }
    Ok(Message::new(Role::Assistant, blocks))
}

/// A text, or a list of parts.
fn content(item: Item, dropped: &mut Dropped) -> Result<Vec<Block>, Invalid> {
    match item.value {
        Value::String(text) => Ok(vec![Block::text(text)]),
        Value::Array(_) => {
            item.list()?.into_iter().filter_map(|item| part(item, dropped).transpose()).collect()
        }
        _ => Err(Invalid::new(item.at, "expected a string or a list of parts")),
    }
}

fn part(item: Item, dropped: &mut Dropped) -> Result<Option<Block>, Invalid> {
    let mut part = item.object()?;
    let kind = part.need("type")?.text()?;
    let content = match kind.as_str() {
        "text" => Content::Text(part.need("text")?.text()?),
        "refusal" => Content::Refusal(part.need("refusal")?.text()?),
        "image_url" => {
            let mut image = part.need("image_url")?.object()?;
            let url = image.need("url")?.text()?;
            Content::Image(Media { source: source(url), detail: image.text("detail")? })
        }
        "input_audio" => {
            let mut audio = part.need("input_audio")?.object()?;
            let data = audio.need("data")?.text()?;
            let media_type = format!("audio/{}", audio.need("format")?.text()?);
            Content::Audio(Media { source: Source::Inline { media_type, data }, detail: None })
        }
        "file" => Content::Document(file(part.need("file")?.object()?)?),
        _ => {
            let expected = "expected one of text, image_url, input_audio, file, refusal";
            return Err(part.invalid("type", expected));
        }
    };
    part.drop_rest(dropped);
    Ok(Some(content.into()))
}

fn file(mut file: Object) -> Result<Document, Invalid> {
    let name = file.text("filename")?;
    if let Some(id) = file.text("file_id")? {
        return Ok(Document { source: Source::File(id), name });
    }
    let data = file.need("file_data")?.text()?;
    let source = match source(data) {
        // without a head that says what it is
        Source::Url { url, .. } => Source::Inline { media_type: "application/pdf".to_owned(), data: url },
        inline => inline,
    };
    Ok(Document { source, name })
}

/// What a `data:` URL holds, or the URL itself.
pub(in crate::dialect) fn source(url: String) -> Source {
    let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match inline {
        Some((media_type, data)) => {
            Source::Inline { media_type: media_type.to_owned(), data: data.to_owned() }
        }
        None => Source::Url { url, media_type: None },
    }
}

fn tools(body: &mut Object, dropped: &mut Dropped) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for item in body.list("tools")? {
        let mut tool = item.object()?;
        let kind = tool.text("type")?.unwrap_or_else(|| "function".to_owned());
        if kind != "function" {
            dropped.field(format!("tools.{kind}"));
            continue;
        }
        let mut function = tool.need("function")?.object()?;
        tools.push(Tool {
            name: function.need("name")?.text()?,
            description: function.text("description")?,
            schema: function
                .value("parameters")
                .unwrap_or_else(|| json!({ "type": "object", "properties": {} })),
            strict: function.flag("strict")?,
            cache: None,
        });
        tool.drop_rest(dropped);
    }
    Ok(tools)
}

fn tool_choice(item: Item) -> Result<ToolChoice, Invalid> {
    if let Value::String(word) = &item.value {
        return match word.as_str() {
            "auto" => Ok(ToolChoice::Auto),
            "required" => Ok(ToolChoice::Required),
            "none" => Ok(ToolChoice::None),
            _ => Err(Invalid::new(item.at, "expected one of auto, required, none, or a function")),
        };
    }
    let mut choice = item.object()?;
    let mut function = choice.need("function")?.object()?;
    Ok(ToolChoice::Named(function.need("name")?.text()?))
}

fn stop(item: Item) -> Result<Vec<String>, Invalid> {
    match item.value {
        Value::String(text) => Ok(vec![text]),
        _ => item.list()?.into_iter().map(Item::text).collect(),
    }
}

fn format(item: Item) -> Result<OutputFormat, Invalid> {
    let mut format = item.object()?;
    match format.need("type")?.text()?.as_str() {
        "text" => Ok(OutputFormat::Text),
        "json_object" => Ok(OutputFormat::Json),
        "json_schema" => {
            let mut schema = format.need("json_schema")?.object()?;
            Ok(OutputFormat::Schema {
                name: schema.need("name")?.text()?,
                description: schema.text("description")?,
                schema: schema.value("schema").unwrap_or_else(|| json!({})),
                strict: schema.flag("strict")?,
            })
        }
        _ => Err(format.invalid("type", "expected one of text, json_object, json_schema")),
    }
}

/// `none` to `xhigh`.
pub(in crate::dialect) fn effort(item: Item) -> Result<Effort, Invalid> {
    let at = item.at.clone();
    Ok(match item.text()?.as_str() {
        "none" => Effort::None,
        "minimal" => Effort::Minimal,
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" | "max" => Effort::Highest,
        _ => return Err(Invalid::new(at, "expected one of none, minimal, low, medium, high, xhigh")),
    })
}
