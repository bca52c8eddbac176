use autodiff_core::differentiate;

#[differentiate]
mod physics {}

fn main() {}
