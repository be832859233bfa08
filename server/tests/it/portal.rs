//! The portal as browsers meet it: its real router on a real database, without a port.

mod ai;
mod apis;
mod applications;
mod calls;
mod catalogue;
mod certificates;
mod drafts;
mod forms;
mod guard;
mod inbox;
mod pages;
mod people;
mod sessions;
mod strangers;
pub mod support;
mod teams;
pub mod trade;
mod troubles;
mod usage;
