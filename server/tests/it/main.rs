//! Tests of the whole: the rules of the house, and the binary's parts put together.
#![cfg(test)]

mod architecture;
mod listen;
mod meter;
mod outcomes;
mod portal;
mod whole;
