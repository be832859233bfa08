//! The journal through its public door.
#![cfg(test)]

mod bounds;
mod cost;
mod crashes;
mod failing;
mod faulty;
mod fuzz;
mod kill;
mod model;
mod order;
mod slow;
mod strict;
mod support;
mod torn;
