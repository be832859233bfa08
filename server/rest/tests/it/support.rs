//! What the tests share.

mod conforms;
mod description;
mod house;
#[path = "../../../control/tests/it/support/models.rs"]
mod known_models;
mod models;
mod reply;
mod world;

pub use conforms::conforms;
pub use description::Described;
pub use house::{House, PORTAL, account_of};
pub use models::{calls_to, spent};
pub use reply::Reply;
pub use world::{PETSTORE, World, calls_now, signed};
