//! Functions inside functions, methods, visibility, attributes, generics.
#![deny(warnings)]
use autodiff_core::{Differentiable, differentiate};

mod inner {
    use autodiff_core::differentiate;

    /// Documented.
    #[differentiate]
    #[inline(always)]
    #[doc(alias = "quadrat")]
    pub(crate) fn square(x: f64) -> f64 {
        x * x
    }

    pub mod deeper {
        #[autodiff_core::differentiate]
        pub(in crate::inner) fn hidden(x: f64) -> f64 {
            super::square(x) * x
        }
    }

    #[differentiate]
    pub(super) fn cube(x: f64) -> f64 {
        deeper::hidden(x)
    }
}

use inner::square as quadrat;

#[derive(Clone, Copy, Differentiable)]
struct Gain<const N: usize> {
    k: [f64; N],
}

impl<const N: usize> Gain<N> {
    #[differentiate]
    fn apply(&self, x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..N {
            s += self.k[i] * x;
        }
        s
    }

    #[differentiate]
    fn of(x: f64) -> f64 {
        quadrat(x) * N as f64
    }
}

#[cfg(all())]
#[differentiate]
fn present(x: f64) -> f64 {
    x
}

#[cfg(any())]
#[differentiate]
fn absent(x: Missing) -> f64 {
    x.nothing()
}

#[differentiate]
fn lifetimes<'a, 'b: 'a>(x: &'a [f64], y: &'b [f64]) -> f64 {
    x[0] * y[0]
}

fn main() {
    #[differentiate]
    fn local(x: f64) -> f64 {
        #[differentiate]
        fn more_local(x: f64) -> f64 {
            x + 1.0
        }
        more_local(x) * quadrat(x)
    }
    assert_eq!(local_grad(2.0), (12.0, 16.0));
    assert_eq!(inner::square_grad(3.0), (9.0, 6.0));
    assert_eq!(inner::cube_grad(2.0), (8.0, 12.0));
    let g = Gain { k: [1.0, 2.0] };
    let (value, (dg, dx)) = g.apply_grad(3.0);
    assert_eq!((value, dg.k, dx), (9.0, [3.0, 3.0], 3.0));
    assert_eq!(Gain::<2>::of_grad(3.0), (18.0, 12.0));
    assert_eq!(present_grad(1.0), (1.0, 1.0));
    assert_eq!(lifetimes_grad(&[2.0], &[3.0]), (6.0, (vec![3.0], vec![2.0])));
}
