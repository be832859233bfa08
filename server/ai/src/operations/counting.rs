//! How many tokens a request for a chat has, counted by the vendor, or guessed.

use super::{Back, Server, Task, Told, Unwritten, Written, told, way};
use crate::chat::{ChatRequest, Content, Source};
use crate::dialect::names::Names;
use crate::dialect::{CallerDialect, Target, VendorDialect, anthropic};
use crate::failure::Failure;
use crate::json::{Invalid, Object};
use domain::strict_json;
use serde_json::{Map, Value, json};

/// Bytes of a token, about.
const BYTES_OF_TOKEN: u64 = 4;
/// What stands around a message or a function, about.
const AROUND: u64 = 4;
/// Tokens of a picture of usual size.
const OF_A_PICTURE: u64 = 1_000;

/// Reads what is to be counted. Gemini's callers may wrap it, and may count bare contents.
fn read(caller: CallerDialect, mut body: Value) -> Result<(ChatRequest, crate::dropped::Dropped), Invalid> {
    if caller == CallerDialect::Anthropic {
        return anthropic::read_count_request(body);
    }
    let wrapped = ["generateContentRequest", "generate_content_request"];
    let inner = wrapped.into_iter().find_map(|field| body.get_mut(field).map(Value::take));
    caller.read_request(inner.unwrap_or(body))
}

/// Writes a request for a vendor who counts.
pub(super) fn write(
    caller: CallerDialect,
    body: Value,
    server: &Server<'_>,
    target: &Target<'_>,
) -> Result<Written, Unwritten> {
    let (mut request, mut dropped) = read(caller, body)?;
    // renamed on the way, nothing comes back
    let _names = Names::fit(&mut request);
    // neither is part of what is counted
    (request.max_tokens, request.stream) = (None, false);
    let (body, unknown) = server.dialect.write_request(request, target)?;
    dropped.merge(unknown);
    let model = server.model;
    let (path, body) = match server.dialect {
        VendorDialect::Anthropic => {
            let fields = ["model", "system", "messages", "tools", "tool_choice", "thinking", "output_config"];
            ("/messages/count_tokens".to_owned(), only(body, &fields))
        }
        VendorDialect::Bedrock => {
            let converse = only(body, &["messages", "system", "toolConfig", "additionalModelRequestFields"]);
            (way::bedrock(model, "count-tokens"), json!({ "input": { "converse": converse } }))
        }
        _ => {
            let mut fields = only(body, &["contents", "systemInstruction", "tools"]);
            if server.vendor != way::VERTEX {
                if let Some(fields) = fields.as_object_mut() {
                    fields.insert("model".to_owned(), format!("models/{model}").into());
                }
                fields = json!({ "generateContentRequest": fields });
            }
            (format!("/models/{model}:countTokens"), fields)
        }
    };
    let back = Back {
        task: Task::Counting,
        caller,
        vendor: server.dialect,
        model: model.to_owned(),
        packed: false,
        pieces: 0,
    };
    Ok(Written { path, body: body.to_string().into_bytes(), dropped, back })
}

fn only(body: Value, fields: &[&str]) -> Value {
    let Value::Object(body) = body else { return body };
    body.into_iter().filter(|(name, _)| fields.contains(&name.as_str())).collect::<Map<_, _>>().into()
}

/// Reads a vendor's count.
pub(super) fn answer(mut body: Object, back: &Back) -> Result<Told, Invalid> {
    let field = match back.vendor {
        VendorDialect::Anthropic => "input_tokens",
        VendorDialect::Bedrock => "inputTokens",
        _ => "totalTokens",
    };
    let count = body.need(field)?.unsigned()?;
    Ok(told(&counted(back.caller, count), None))
}

fn counted(caller: CallerDialect, count: u64) -> Value {
    match caller {
        CallerDialect::Anthropic => json!({ "input_tokens": count }),
        _ => json!({ "totalTokens": count }),
    }
}

/// A guess in the caller's shape, where the vendor does not count.
pub fn estimate(caller: CallerDialect, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let body = strict_json::parse(body).map_err(|error| {
        Failure::new(crate::failure::FailureKind::InvalidRequest, format!("expected JSON: {error}"))
    })?;
    let (request, _) = read(caller, body)?;
    Ok(counted(caller, guess(&request)).to_string().into_bytes())
}

fn guess(request: &ChatRequest) -> u64 {
    let contents = request.messages.iter().flat_map(|message| &message.content);
    let said: u64 = contents.map(|block| of(&block.content)).sum();
    let tools = request.tools.iter().map(|tool| {
        let described = tool.description.as_ref().map_or(0, String::len);
        tokens(tool.name.len() + described + tool.schema.to_string().len()) + AROUND
    });
    said + tools.sum::<u64>() + AROUND * request.messages.len() as u64
}

fn of(content: &Content) -> u64 {
    match content {
        Content::Text(text) | Content::Refusal(text) | Content::SealedThinking(text) => tokens(text.len()),
        Content::Thinking { text, .. } => tokens(text.len()),
        Content::ToolUse(tool) => tokens(tool.name.len() + tool.arguments.len()),
        Content::ToolResult(result) => result.content.iter().map(|block| of(&block.content)).sum(),
        Content::Image(_) => OF_A_PICTURE,
        Content::Audio(media) => of_source(&media.source),
        Content::Document(document) => of_source(&document.source),
    }
}

/// What is in base64 is a quarter longer than what it holds.
fn of_source(source: &Source) -> u64 {
    match source {
        Source::Inline { data, .. } => tokens(data.len() / 4 * 3),
        Source::Url { .. } | Source::File(_) => OF_A_PICTURE,
    }
}

fn tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BYTES_OF_TOKEN)
}
