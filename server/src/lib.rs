//! The binary's parts, so that tests can put them together as `main` does.

pub mod site;
