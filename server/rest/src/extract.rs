//! What handlers take from a request. Every refusal says what was expected, and at which field.

mod body;
mod caller;
mod path;
mod query;
mod wording;

pub use body::{Body, LARGE, Patch, SMALL, collect};
pub use caller::{Caller, Viewer};
pub use path::At;
pub use query::{Asked, Paged, list};
