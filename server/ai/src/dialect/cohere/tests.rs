mod answer;
mod request;
mod stream;

use crate::chat::{Block, Content, ToolUse};

fn call(id: &str, arguments: &str) -> Content {
    let (id, name, arguments) = (id.to_owned(), "weather".to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: None })
}

fn thinking(text: &str, signature: Option<&str>) -> Block {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
}
