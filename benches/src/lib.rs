//! Functions with three gradients to compare: the primal, one written by hand, and the generated one.
//!
//! `cargo run --release -p autodiff-benches` prints the table of `docs/performance.md`.

#![allow(missing_docs, clippy::needless_range_loop, clippy::type_complexity, clippy::too_many_arguments)]

pub mod cases;
pub mod gradbench;
pub mod measure;
