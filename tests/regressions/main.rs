//! What random programs had found, each under its own name and as small as it could be made.

#![allow(clippy::all, unused)] // programs are kept as they were found

mod calls;
mod closures;
mod control;
mod fields;
mod lists;
mod macros;
mod plain;
mod searches;
#[rustfmt::skip]
mod unformatted;
