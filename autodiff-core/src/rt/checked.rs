//! For tests: what functions compare where `AUTODIFF_GRADIENT=hessian` asks for it, wherever they are called.
//!
//! Reverse and forward mode by `<y_bar, J x_dot> = <J^T y_bar, x_dot>`, and products with the Hessian by differences of gradients.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::tangent::{copy_into, count};
use crate::{Cotangent, Differentiable};

std::thread_local! {
    /// The functions that were compared, and whether one is being compared now.
    static COMPARED: RefCell<(Vec<&'static str>, bool)> = const { RefCell::new((Vec::new(), false)) };
}

/// How often a function is compared in one test.
const TIMES: usize = 4;

/// A comparison, in which none of others begins.
#[derive(Debug)]
pub struct Comparison(());

/// Whether the modes of a function are to be compared now.
#[must_use]
pub fn comparison(name: &'static str) -> Option<Comparison> {
    COMPARED.with_borrow_mut(|(names, busy)| {
        if *busy || names.iter().filter(|n| **n == name).count() >= TIMES {
            return None;
        }
        names.push(name);
        *busy = true;
        Some(Comparison(()))
    })
}

impl Drop for Comparison {
    fn drop(&mut self) {
        COMPARED.with_borrow_mut(|(_, busy)| *busy = false);
    }
}

/// Numbers that no function chose, neither 0 nor 1 and of both signs.
pub fn random<C: Cotangent>(mut zeros: C, seed: u64) -> C {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    zeros.map_numbers(&mut |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap_or(0)) / f64::from(1_u32 << 30) - 1.0
    });
    zeros
}

fn numbers<C: Cotangent + Clone>(c: &C) -> Vec<f64> {
    let mut row = alloc::vec![0.0; count(c)];
    copy_into(&mut c.clone(), &mut row);
    row
}

/// Inner products of cotangents and tangents: of results by forward mode, of arguments by reverse mode.
#[derive(Debug, Default)]
pub struct InnerProducts {
    of_results: f64,
    of_arguments: f64,
    size: f64,
}

impl InnerProducts {
    fn product<C: Cotangent + Clone>(&mut self, bar: &C, dot: &C) -> f64 {
        // `None` is the zero of every shape: each gets what only the other one has.
        let zeros_like = |c: &C| {
            let mut zeros = c.clone();
            zeros.map_numbers(&mut |_| 0.0);
            zeros
        };
        let (mut both, mut along) = (bar.clone(), dot.clone());
        if count(bar) != count(dot) {
            both.accumulate(&zeros_like(dot));
            along.accumulate(&zeros_like(bar));
        }
        let (bars, dots) = (numbers(&both), numbers(&along));
        assert_eq!(bars.len(), dots.len(), "a cotangent and a tangent have different shapes");
        bars.iter().zip(&dots).fold(0.0, |sum, (b, d)| {
            self.size += (b * d).abs();
            sum + b * d
        })
    }

    /// A seed, and the tangent by forward mode.
    pub fn result<C: Cotangent + Clone>(&mut self, bar: &C, dot: &C) {
        let product = self.product(bar, dot);
        self.of_results += product;
    }

    /// A cotangent by reverse mode, and the direction.
    pub fn argument<C: Cotangent + Clone>(&mut self, bar: &C, dot: &C) {
        let product = self.product(bar, dot);
        self.of_arguments += product;
    }

    /// # Panics
    /// If the modes do not agree.
    pub fn agree(&self, name: &str, tolerance: f64) {
        let difference = self.of_results - self.of_arguments;
        // Singular points have partials that are infinite.
        let same = !difference.is_finite() || difference.abs() <= tolerance * self.size + 1e-300;
        assert!(same, "{name}: forward mode gives {}, reverse mode {}", self.of_results, self.of_arguments);
    }
}

/// Values that can be moved along a tangent.
pub trait Moved: Differentiable {
    /// The value, owned.
    type Owned;

    /// The value at `self + h dot`.
    fn moved(&self, dot: &Self::Cotangent, h: f64) -> Self::Owned;
}

impl Moved for f64 {
    type Owned = f64;

    fn moved(&self, dot: &f64, h: f64) -> f64 {
        self + h * dot
    }
}

macro_rules! plain {
    ($($ty:ty)*) => {$(
        impl Moved for $ty {
            type Owned = $ty;

            fn moved(&self, (): &(), _: f64) -> $ty {
                *self
            }
        }
    )*};
}

plain!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize bool char);

impl<T: Moved> Moved for [T] {
    type Owned = Vec<T::Owned>;

    fn moved(&self, dot: &Vec<T::Cotangent>, h: f64) -> Self::Owned {
        self.iter().zip(dot).map(|(x, d)| x.moved(d, h)).collect()
    }
}

impl<T: Moved> Moved for Vec<T> {
    type Owned = Vec<T::Owned>;

    fn moved(&self, dot: &Vec<T::Cotangent>, h: f64) -> Self::Owned {
        self[..].moved(dot, h)
    }
}

impl<T: Moved, const N: usize> Moved for [T; N] {
    type Owned = [T::Owned; N];

    fn moved(&self, dot: &[T::Cotangent; N], h: f64) -> Self::Owned {
        core::array::from_fn(|k| self[k].moved(&dot[k], h))
    }
}

impl<T: Moved> Moved for Option<T> {
    type Owned = Option<T::Owned>;

    fn moved(&self, dot: &Option<T::Cotangent>, h: f64) -> Self::Owned {
        self.as_ref().zip(dot.as_ref()).map(|(x, d)| x.moved(d, h))
    }
}

impl<T: Moved> Moved for Box<T> {
    type Owned = Box<T::Owned>;

    fn moved(&self, dot: &Box<T::Cotangent>, h: f64) -> Self::Owned {
        Box::new((**self).moved(dot, h))
    }
}

macro_rules! tuple {
    ($($T:ident $n:tt)+) => {
        impl<$($T: Moved),+> Moved for ($($T,)+) {
            type Owned = ($($T::Owned,)+);

            fn moved(&self, dot: &Self::Cotangent, h: f64) -> Self::Owned {
                ($(self.$n.moved(&dot.$n, h),)+)
            }
        }
    };
}

crate::tuples::for_each_tuple!(tuple);

/// Compares products with the Hessian with differences of gradients, on a line through the point but not at the point, where a branch of
/// its own may be taken, and where the differences settle: near a kink they do not. Both closures take a direction and how far to go.
///
/// # Panics
/// If the two do not agree.
pub fn products<G: Cotangent + Clone>(name: &str, zero: G, gradient: impl Fn(&G, f64) -> G, product: impl Fn(&G, f64) -> G) {
    let at = 7e-4;
    for seed in [5, 6] {
        let direction = random(zero.clone(), seed);
        let got = numbers(&product(&direction, at));
        let slope = |h: f64| -> Vec<f64> {
            let (above, below) = (numbers(&gradient(&direction, at + h)), numbers(&gradient(&direction, at - h)));
            above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * h)).collect()
        };
        let (wide, middle, narrow) = (slope(4e-4), slope(2e-4), slope(1e-4));
        for (k, g) in got.iter().enumerate() {
            // Of fourth order, twice; how far they are apart is how well they are known.
            let (a, b) = ((4.0 * middle[k] - wide[k]) / 3.0, (4.0 * narrow[k] - middle[k]) / 3.0);
            let known = 1e-4 * (1.0 + b.abs());
            if (a - b).abs() > 0.1 * known || !b.is_finite() {
                continue;
            }
            assert!(
                (g - b).abs() <= known,
                "{name}: the product with the Hessian has {g} for the number {k}, differences of gradients {b}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "wrong: forward mode gives")]
    fn modes_that_differ() {
        let mut sums = InnerProducts::default();
        sums.result(&[1.0, 2.0], &[0.5, -1.0]);
        sums.argument(&[1.0, 2.0], &[0.5, -1.1]);
        sums.agree("wrong", 1e-3);
    }

    #[test]
    fn modes_that_agree() {
        let mut sums = InnerProducts::default();
        sums.result(&[1.0, 2.0], &[0.5, -1.0]);
        sums.argument(&(1.0, alloc::vec![2.0]), &(0.5, alloc::vec![-1.0]));
        sums.agree("right", 1e-12);
    }

    /// The gradient of x³ by 3 x², and products with its second derivative.
    fn cubed(factor: f64) {
        let (x, at) = (0.7, |d: &f64, h: f64| 0.7_f64.moved(d, h));
        assert_eq!(at(&1.0, 0.0), x);
        products("cube", 0.0, |d, h| 3.0 * at(d, h) * at(d, h), |d, h| factor * at(d, h) * d);
    }

    #[test]
    fn products_that_agree() {
        cubed(6.0);
    }

    #[test]
    #[should_panic(expected = "cube: the product with the Hessian has")]
    fn products_that_differ() {
        cubed(5.9);
    }

    #[test]
    fn one_comparison_at_a_time() {
        let outer = comparison("outer");
        assert!(outer.is_some() && comparison("inner").is_none());
        drop(outer);
        assert!(comparison("inner").is_some());
    }
}
