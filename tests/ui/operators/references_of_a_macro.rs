//! What a macro writes is compared, too, annotated or not.

use autodiff_core::{Differentiable, differentiate};
use std::ops::Add;

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

macro_rules! of_values {
    ($T:ident) => {
        #[differentiate]
        impl Add for $T {
            type Output = $T;

            fn add(self, o: $T) -> $T {
                $T { x: self.x + o.x, y: self.y + o.y }
            }
        }
    };
}

macro_rules! of_references {
    ($T:ident) => {
        impl<'a> Add<&'a $T> for &'a $T {
            type Output = $T;

            fn add(self, o: &$T) -> $T {
                $T { x: self.x * 2.0 + o.x, y: self.y * o.y }
            }
        }
    };
}

of_values!(V);
of_references!(V);

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    let a = V { x, y };
    let c = &a + &a;
    c.x * c.y
}

fn main() {}
