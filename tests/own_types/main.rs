//! Types and traits of the user's own: objects of annotated traits, parameters that only mark a type, methods with names of std's, traits for
//! all types whose methods have names that generated code uses, what is inside skipped fields, and generators of numbers. Gradients against differences, both modes.

#![allow(clippy::all)] // how functions are written is what these tests vary

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
#[macro_use]
#[path = "../regressions/check.rs"]
mod check;

mod generators;
mod hygiene;
mod lists;
mod markers;
mod methods;
mod objects;
mod operators;
mod parts;
mod stopped;
