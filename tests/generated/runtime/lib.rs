//! What a compiled batch of programs calls: dual numbers, inputs, and the comparison of every derivative.
//!
//! Compiled on its own, once; it knows the traits of the library that move numbers about and none of its rules.

#![allow(missing_docs)]

pub mod check;
pub mod dual;
pub mod input;
pub mod slope;
