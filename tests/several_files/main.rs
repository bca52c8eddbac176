//! A project of several files: types in one, what they do in others, and every function that is differentiated away from what it is made of.
//!
//! It was written, and compiled without the attribute, before anything about the macro was looked at.

// How functions are written is what these tests vary.
#![allow(clippy::all, dead_code)]

mod checks;
mod consts;
mod expr;
mod hostile;
mod linalg;
mod losses;
mod market;
mod network;
mod other;
mod physics;
mod traits;
mod types;
mod vector;
