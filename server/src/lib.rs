//! The binary's parts, so that tests can put them together as `main` does. Assembles the crates and owns what runs:
//! listeners, the snapshot loop, the journal drain, timers, and their end. No logic of its own.

mod absent;
mod access_log;
pub mod admin;
mod certificates;
pub mod cli;
pub mod cloud_keys;
mod commands;
pub mod committer;
pub mod config;
pub mod data_dir;
pub mod descriptors;
mod gateway_view;
pub mod interfaces;
pub mod jobs;
mod kept;
pub mod listen;
pub mod logging;
mod memory;
pub mod meter;

mod observers;
pub mod portal;
pub mod serve;
pub mod site;
mod snapshots;
mod spans;
pub mod sync;
pub mod tasks;
pub mod trouble;
pub mod vendors;
