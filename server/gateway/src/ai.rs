//! Stage 8 of ai apis: asks a model, in the dialect of whoever serves it, and answers in the caller's.
//!
//! Where both speak the same dialect, bytes are forwarded: only the model, the credentials and the fields of the hop
//! are changed, and usage is read on the side. A target that fails is followed by the next, as long as nothing has been
//! sent to the caller; what the caller did wrong is told at once.

pub mod alias;
mod ask;
mod body;
pub mod facts;
pub mod keys;
pub mod operation;
mod peek;
pub mod provider;
pub mod refusal;
pub mod relay;
mod request;
mod told;

pub use ask::send;
