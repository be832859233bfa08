//! The form in the middle: a conversation with a model as any dialect can say it. A superset, not one vendor's chat:
//! content is a list of blocks in their order, and thinking keeps its signature.
//!
//! What stands here is what at least two dialects have a word for, or what a conversation cannot go on without. All
//! else of a request is [`crate::dropped::Dropped`].

mod answer;
mod event;
mod flow;
mod pieces;
mod request;

pub use answer::{Answer, Finish};
pub use event::{Begun, Delta, Event};
pub use flow::Flow;
pub use pieces::{Collector, replay};
pub use request::{
    Block, CacheFor, ChatRequest, Content, Document, Effort, Media, Message, OutputFormat, Reasoning, Role,
    Source, Tool, ToolChoice, ToolResult, ToolUse,
};
