use std::ops::AddAssign;

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Number(f64);

#[differentiate]
impl AddAssign<f64> for Number {
    fn add_assign(&mut self, x: f64) {
        self.0 += x;
    }
}

#[derive(Clone, Differentiable)]
struct List<T> {
    items: Vec<T>,
}

#[differentiate]
fn filled(v: &[f64]) -> f64 {
    let mut list = List { items: vec![Number(v[0]); 3] };
    let mut i = 0;
    list.items[i] += {
        i += 1;
        v[i]
    };
    list.items[{
        i += 1;
        i
    }] += v[i];
    list.items[0].0 * list.items[2].0
}

fn main() {}
