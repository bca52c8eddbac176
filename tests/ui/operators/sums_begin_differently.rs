use std::iter::Sum;
use std::ops::Add;

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Load {
    kg: f64,
}

#[differentiate]
impl Add for Load {
    type Output = Load;
    fn add(self, o: Load) -> Load {
        Load { kg: self.kg + o.kg * self.kg }
    }
}

#[differentiate]
impl Sum for Load {
    fn sum<I: Iterator<Item = Load>>(items: I) -> Load {
        items.fold(Load { kg: 3.0 }, |a, b| a + b)
    }
}

#[differentiate]
impl<'a> Sum<&'a Load> for Load {
    fn sum<I: Iterator<Item = &'a Load>>(items: I) -> Load {
        items.fold(Load { kg: 0.5 }, |a, b| a + *b)
    }
}

#[differentiate]
fn total(loads: &[Load]) -> f64 {
    loads.iter().copied().sum::<Load>().kg
}

fn main() {}
