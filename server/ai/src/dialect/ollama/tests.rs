mod answer;
mod request;
mod stream;

use crate::chat::{Block, Content, ToolUse};

fn call(id: &str, name: &str, arguments: &str) -> Block {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into()
}

fn thinking(text: &str, signature: Option<&str>) -> Block {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
}
