//! Stage 8 of ai apis: asks a model, in the dialect of whoever serves it, and answers in the caller's.
//!
//! Where both speak the same dialect, bytes are forwarded: only the model, the credentials and the fields of the hop
//! are changed, and usage is read on the side. A target that fails is followed by the next, as long as nothing has been
//! sent to the caller; what the caller did wrong is told at once.
//!
//! What is asked beside conversation (vectors, pictures, sound, rankings, counts) goes the same way: `beside.rs`.

pub mod alias;
mod answer;
mod ask;
pub mod attempts;
mod beside;
pub mod body;
mod budget;
pub mod cache;
pub mod clouds;
mod estimate;
pub mod facts;
pub mod guard;
pub mod keys;
mod listing;
pub mod offer;
pub mod operation;
pub mod pace;
mod passed;
mod peek;
pub mod policies;
pub mod prompt;
pub mod provider;
mod ratelimits;
pub mod refusal;
pub mod relay;
mod request;
mod splice;
mod told;
mod tries;
mod wire;

pub use ask::send;
