use std::ops::{Index, IndexMut};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct DoubleBuffer {
    front: Vec<f64>,
    back: Vec<f64>,
}

#[differentiate]
impl Index<usize> for DoubleBuffer {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.front[i]
    }
}

#[differentiate]
impl IndexMut<usize> for DoubleBuffer {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        &mut self.back[i]
    }
}

#[derive(Differentiable, Clone)]
struct Counting {
    data: Vec<f64>,
    writes: usize,
}

#[differentiate]
impl Index<usize> for Counting {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.data[i]
    }
}

impl IndexMut<usize> for Counting {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        self.writes += 1;
        &mut self.data[i]
    }
}

fn main() {}
