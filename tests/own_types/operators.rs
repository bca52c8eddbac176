//! Operators that macros of the file write, for values and for references: they are not in its text, and one rule serves both.

use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Differentiable, Clone, Copy)]
struct V {
    x: f64,
    y: f64,
}

macro_rules! operators {
    ($Trait:ident, $f:ident, $op:tt) => {
        #[differentiate]
        impl $Trait for V {
            type Output = V;
            fn $f(self, o: V) -> V {
                V { x: self.x $op o.x, y: self.y $op o.y }
            }
        }

        #[differentiate]
        impl<'a> $Trait<&'a V> for V {
            type Output = V;
            fn $f(self, o: &'a V) -> V {
                V { x: self.x $op o.x, y: self.y $op o.y }
            }
        }

        #[differentiate]
        impl<'a> $Trait<&'a V> for &'a V {
            type Output = V;
            fn $f(self, o: &'a V) -> V {
                V { x: self.x $op o.x, y: self.y $op o.y }
            }
        }
    };
}

operators!(Add, add, +);
operators!(Mul, mul, *);

#[differentiate]
fn of_macros(v: &[f64]) -> f64 {
    let (a, b) = (V { x: v[0], y: v[1] }, V { x: v[2], y: v[3] });
    let c = &a + &b;
    let d = a * b + &c;
    let e = c * &d;
    e.x * e.y + (&e * &a).x
}

mod tests {
    checked! {
        of_macros of_macros_grad of_macros_vjp of_macros_jvp at [0.5, 0.3, -0.2, 0.9];
    }
}
