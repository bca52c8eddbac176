//! `sum` of odds multiplies, so it has neither the value nor the derivative of `+`.

use std::iter::Sum;
use std::ops::Add;

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Odds(f64);

#[differentiate]
impl Add for Odds {
    type Output = Odds;
    fn add(self, o: Odds) -> Odds {
        Odds(self.0 + o.0)
    }
}

impl Sum for Odds {
    fn sum<I: Iterator<Item = Odds>>(it: I) -> Odds {
        it.fold(Odds(1.0), |a, b| Odds(a.0 * b.0))
    }
}

#[differentiate]
fn all(x: f64, y: f64) -> f64 {
    let list = [Odds(x), Odds(y)];
    list.iter().copied().sum::<Odds>().0
}

#[derive(Differentiable, Clone, Copy)]
struct Logarithm(f64);

#[differentiate]
impl Sum for Logarithm {
    fn sum<I: Iterator<Item = Logarithm>>(it: I) -> Logarithm {
        Logarithm(it.map(|l| l.0.exp()).sum::<f64>().ln())
    }
}

fn main() {}
