//! The crate through its public door.
#![cfg(test)]

mod golden;
mod impossible;
mod invariants;
mod nonsense;
