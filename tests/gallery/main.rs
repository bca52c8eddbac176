//! Ordinary functions of many fields, written as people of the field write them.

mod astronomy;
mod chemistry;
mod finance;
mod games;
mod learning;
mod numerics;
mod physics;
mod robotics;
mod signal;
mod statistics;
mod support;
