//! Whole programs in a page each, as libraries and applications write them.

mod games;
mod graphics;
mod helpers;
mod hostile;
mod learning;
mod maps;
mod solvers;
mod sound;
mod structures;
mod style;
