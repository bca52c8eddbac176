//! What random programs had found, each under its own name and as small as it could be made.

#![allow(clippy::all, for_loops_over_fallibles, unused)] // programs are kept as they were found

#[macro_use]
mod check;

mod arguments;
mod asked;
mod calls;
mod closures;
mod compiled;
mod control;
mod copied;
mod counters;
mod fields;
mod lent;
mod lists;
mod macros;
mod names;
mod plain;
mod plain_results;
mod searches;
#[rustfmt::skip]
mod unformatted;
