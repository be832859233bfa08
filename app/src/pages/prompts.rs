//! The editor of prompts: messages, variables, the model and how it is asked, what its answer looks like. Rows are
//! added by filling in an empty one, taken out by emptying them, and put in order by number: no script is needed.

mod editor;
mod messages;
mod model;
mod variables;

pub use editor::{PromptFields, PromptForm};
