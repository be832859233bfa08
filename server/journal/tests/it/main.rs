//! The journal through its public door.
#![cfg(test)]

mod bounds;
mod cost;
mod kill;
mod model;
mod order;
mod support;
mod torn;
