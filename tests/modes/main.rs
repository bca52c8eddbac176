//! Functions of many kinds, written before anything was known of how they fare: every mode that they have against differences and against
//! the other modes.

#![allow(unused)] // what a function needs of the helpers differs
#![allow(clippy::all)] // how functions are written is what these tests vary

mod harness;
#[macro_use]
mod macros;
#[rustfmt::skip]
mod closures;
#[rustfmt::skip]
mod control;
mod fields;
mod inside;
mod iterators;
mod jacobians;
mod kinds;
mod lanes_of_others;
mod lent;
mod options_of_references;
mod results;
mod scalars;
mod structured;
mod structures;
mod unused;
