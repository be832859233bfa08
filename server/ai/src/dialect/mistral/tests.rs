mod answer;
mod request;
mod stream;

use super::write_request;
use crate::chat::{Block, ChatRequest, Content, Message, Role, ToolUse};
use crate::dialect::Target;
use serde_json::Value;

const TARGET: Target<'_> = Target { model: "mistral-large", max_output: None, max_completion_tokens: true };

fn written(request: ChatRequest) -> (Value, Vec<String>) {
    let (body, dropped) = write_request(request, &TARGET).unwrap();
    (body, dropped.names().to_vec())
}

fn user(content: Vec<Block>) -> Message {
    Message::new(Role::User, content)
}

fn assistant(content: Vec<Block>) -> Message {
    Message::new(Role::Assistant, content)
}

fn call(id: &str, arguments: &str) -> Block {
    let (id, name, arguments) = (id.to_owned(), "weather".to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into()
}

fn thinking(text: &str, signature: Option<&str>) -> Block {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
}
