//! Tools of the tests: clients without manners, upstreams that misbehave, a backend that echoes and a vendor of models
//! (both of which `gatehouse demo` uses as well). Nothing here is part of what the product does for its users.

#[cfg(feature = "authority")]
pub mod authority;
pub mod echo;
pub mod exposition;
pub mod postgres;
pub mod raw;
pub mod vendor;
