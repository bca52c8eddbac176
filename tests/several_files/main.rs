//! A project of several files: types in one, what they do in others, and every function that is differentiated away from what it is made of.
//!
//! It was written, and compiled without the attribute, before anything about the macro was looked at.

// How functions are written is what these tests vary.
#![allow(clippy::all, dead_code)]

macro_rules! weighted {
    ($($w:expr => $x:expr),+ $(,)?) => {{
        let mut total = 0.0;
        $( total += $w * $x; )+
        total
    }};
}

mod checks;
mod consts;
mod expr;
mod hostile;
#[macro_use]
mod macros;
mod kinds;
mod linalg;
mod losses;
mod market;
mod network;
mod other;
mod physics;
mod traits;
mod types;
mod vector;
