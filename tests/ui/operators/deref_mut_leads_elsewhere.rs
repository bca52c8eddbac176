use std::ops::{Deref, DerefMut};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Staged {
    shown: [f64; 3],
    staged: [f64; 3],
}

#[differentiate]
impl Deref for Staged {
    type Target = [f64; 3];
    fn deref(&self) -> &[f64; 3] {
        &self.shown
    }
}

#[differentiate]
impl DerefMut for Staged {
    fn deref_mut(&mut self) -> &mut [f64; 3] {
        &mut self.staged
    }
}

fn main() {}
