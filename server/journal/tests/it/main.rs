//! The journal through its public door.
#![cfg(test)]

mod bounds;
mod cost;
mod failing;
mod faulty;
mod kill;
mod model;
mod order;
mod slow;
mod support;
mod torn;
