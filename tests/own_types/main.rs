//! Types and traits of the user's own: objects of annotated traits, parameters that only mark a type, methods with names of std's, traits for
//! all types whose methods have names that generated code uses, and what is inside skipped fields. Gradients against differences, both modes.

#![allow(clippy::all)] // how functions are written is what these tests vary

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod hygiene;
mod markers;
mod methods;
mod objects;
mod operators;
mod parts;
