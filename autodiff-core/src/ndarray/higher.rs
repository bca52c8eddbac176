//! Third and higher derivatives of `+`, `-`, `*`, `/` and negation of arrays.
//!
//! Element by element, on dual numbers nested once per direction: an operand that an operator repeats is repeated here, and its cotangent is
//! the sum over what was repeated.

use alloc::vec::Vec;

use ndarray::{Array, ArrayViewD, Dimension, Ix1, Ix2, IxDyn};

use super::Element;
use super::operators::{CotangentOf, add};
use crate::Real;
use crate::operators::higher::{EveryOrder, in_all, in_all_directions};
use crate::operators::{AddHigher, DivHigher, MulHigher, NegHigher, SubHigher};

/// As many sets of directions as the highest order has.
const SETS: usize = 31;

/// An array in another shape, with its tangents.
struct Moving<'a, T> {
    value: ArrayViewD<'a, T>,
    dots: Vec<Option<ArrayViewD<'a, T>>>,
}

impl<'a, T: Real> Moving<'a, T> {
    fn of<D: Dimension>(value: &'a Array<T, D>, dots: &[Option<&'a Array<T, D>>], shape: &[usize]) -> Self {
        let repeated = |a: &'a Array<T, D>| a.broadcast(IxDyn(shape)).expect("the operator has repeated it");
        Moving { value: repeated(value), dots: dots.iter().map(|dot| dot.map(repeated)).collect() }
    }

    /// An element, with as many tangents as there are.
    fn at(&self, index: &IxDyn) -> (T, [Option<&T>; SETS]) {
        let mut dots = [None; SETS];
        for (place, dot) in dots.iter_mut().zip(&self.dots) {
            *place = dot.as_ref().map(|dot| &dot[index]);
        }
        (self.value[index], dots)
    }
}

/// One operator for a pair of dimensions, and for the two mixed forms of values and references: the value of two elements, and the
/// contributions of `y` to them.
macro_rules! higher {
    ($Higher:ident, [$($D:ident)?] $L:ty, $R:ty => $O:ty, |$a:ident, $b:ident, $y:ident| $value:expr, $lhs:expr, $rhs:expr) => {
        higher!(one $Higher, [$($D)?] Array<T, $L>, Array<T, $R> => $L, $R, $O, |$a, $b, $y| $value, $lhs, $rhs);
        higher!(one $Higher, [$($D)?] Array<T, $L>, &Array<T, $R> => $L, $R, $O, |$a, $b, $y| $value, $lhs, $rhs);
        higher!(one $Higher, [$($D)?] &Array<T, $L>, Array<T, $R> => $L, $R, $O, |$a, $b, $y| $value, $lhs, $rhs);
    };
    (one $Higher:ident, [$($D:ident)?] $Lhs:ty, $Rhs:ty => $L:ty, $R:ty, $O:ty,
     |$a:ident, $b:ident, $y:ident| $value:expr, $lhs:expr, $rhs:expr) => {
        #[diagnostic::do_not_recommend]
        impl<T: Element, $($D: Dimension)?> $Higher<$Rhs> for $Lhs {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                rhs: &$Rhs,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<$Rhs>>],
                out_dot: &mut CotangentOf<Self::Output>,
            ) {
                let (a, b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let (sets, shape) = (lhs_dots.len(), out_dot.shape().to_vec());
                let (a, b) = (Moving::of(a, lhs_dots, &shape), Moving::of(b, rhs_dots, &shape));
                let found = Array::from_shape_fn(IxDyn(&shape), |i| {
                    let ((a, a_dots), (b, b_dots)) = (a.at(&i), b.at(&i));
                    in_all_directions!(sets, lifted => {
                        let ($a, $b) = (lifted(a, &a_dots[..sets]), lifted(b, &b_dots[..sets]));
                        $value
                    })
                });
                add(out_dot, found.view(), T::__ONE);
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &$Rhs,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<$Rhs>>],
                out_bar: &CotangentOf<Self::Output>,
                out_bar_dots: &[Option<&CotangentOf<Self::Output>>],
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let (a, b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let found = contributed!((a, lhs_dots), (b, rhs_dots), (out_bar, out_bar_dots), |$a, $b, $y| $lhs);
                add(lhs_bar_dot, found.view(), T::__ONE);
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &$Rhs,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<$Rhs>>],
                out_bar: &CotangentOf<Self::Output>,
                out_bar_dots: &[Option<&CotangentOf<Self::Output>>],
                rhs_bar_dot: &mut CotangentOf<$Rhs>,
            ) {
                let (a, b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let found = contributed!((a, lhs_dots), (b, rhs_dots), (out_bar, out_bar_dots), |$a, $b, $y| $rhs);
                add(rhs_bar_dot, found.view(), T::__ONE);
            }
        }
    };
}

/// What one side of an operator gets, along all directions: `contribution` of two elements and the cotangent of theirs.
macro_rules! contributed {
    (($a:ident, $a_dots:ident), ($b:ident, $b_dots:ident), ($y:ident, $y_dots:ident), |$x:ident, $z:ident, $bar:ident| $contribution:expr) => {{
        let (sets, shape) = ($a_dots.len(), $y.shape().to_vec());
        let (a, b) = (Moving::of($a, $a_dots, &shape), Moving::of($b, $b_dots, &shape));
        let y = Moving::of($y, $y_dots, &shape);
        Array::from_shape_fn(IxDyn(&shape), |i| {
            let ((a, a_dots), (b, b_dots), (y, y_dots)) = (a.at(&i), b.at(&i), y.at(&i));
            in_all_directions!(sets, lifted => {
                let ($x, $z, $bar) = (lifted(a, &a_dots[..sets]), lifted(b, &b_dots[..sets]), lifted(y, &y_dots[..sets]));
                let _ = ($x, $z);
                $contribution
            })
        })
    }};
}

macro_rules! all {
    ($($dims:tt $L:ty, $R:ty => $O:ty;)*) => { $(
        higher!(AddHigher, $dims $L, $R => $O, |a, b, y| a + b, y, y);
        higher!(SubHigher, $dims $L, $R => $O, |a, b, y| a - b, y, -y);
        higher!(MulHigher, $dims $L, $R => $O, |a, b, y| a * b, y * b, y * a);
        higher!(DivHigher, $dims $L, $R => $O, |a, b, y| a / b, y / b, -(y * (a / b) / b));
    )* };
}

all! {
    [D] D, D => D;
    [] Ix2, Ix1 => Ix2;
    [] Ix1, Ix2 => Ix2;
}

/// An array and one number, which is an array of one element here: `a` is the left one of both, `y` contributes to them.
macro_rules! with_number {
    ($float:ident: $($Higher:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<D: Dimension> $Higher<$float> for Array<$float, D> {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                rhs: &$float,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&$float>],
                out_dot: &mut CotangentOf<Self>,
            ) {
                let (rhs, dots) = filled(self, rhs, rhs_dots);
                $Higher::value_along::<ORDER>(self, &rhs, lhs_dots, &lent(&dots), out_dot);
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &$float,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&$float>],
                out_bar: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let (rhs, dots) = filled(self, rhs, rhs_dots);
                $Higher::lhs_along::<ORDER>(self, &rhs, lhs_dots, &lent(&dots), out_bar, out_bar_dots, lhs_bar_dot);
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &$float,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&$float>],
                out_bar: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                rhs_bar_dot: &mut $float,
            ) {
                let (rhs, dots) = filled(self, rhs, rhs_dots);
                let mut bar = Array::zeros(self.raw_dim());
                $Higher::rhs_along::<ORDER>(self, &rhs, lhs_dots, &lent(&dots), out_bar, out_bar_dots, &mut bar);
                *rhs_bar_dot += bar.sum();
            }
        }

        #[diagnostic::do_not_recommend]
        impl<D: Dimension> $Higher<Array<$float, D>> for $float {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                rhs: &Array<$float, D>,
                lhs_dots: &[Option<&$float>],
                rhs_dots: &[Option<&CotangentOf<Array<$float, D>>>],
                out_dot: &mut CotangentOf<Array<$float, D>>,
            ) {
                let (lhs, dots) = filled(rhs, self, lhs_dots);
                $Higher::value_along::<ORDER>(&lhs, rhs, &lent(&dots), rhs_dots, out_dot);
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &Array<$float, D>,
                lhs_dots: &[Option<&$float>],
                rhs_dots: &[Option<&CotangentOf<Array<$float, D>>>],
                out_bar: &CotangentOf<Array<$float, D>>,
                out_bar_dots: &[Option<&CotangentOf<Array<$float, D>>>],
                lhs_bar_dot: &mut $float,
            ) {
                let (lhs, dots) = filled(rhs, self, lhs_dots);
                let mut bar = Array::zeros(rhs.raw_dim());
                $Higher::lhs_along::<ORDER>(&lhs, rhs, &lent(&dots), rhs_dots, out_bar, out_bar_dots, &mut bar);
                *lhs_bar_dot += bar.sum();
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &Array<$float, D>,
                lhs_dots: &[Option<&$float>],
                rhs_dots: &[Option<&CotangentOf<Array<$float, D>>>],
                out_bar: &CotangentOf<Array<$float, D>>,
                out_bar_dots: &[Option<&CotangentOf<Array<$float, D>>>],
                rhs_bar_dot: &mut CotangentOf<Array<$float, D>>,
            ) {
                let (lhs, dots) = filled(rhs, self, lhs_dots);
                $Higher::rhs_along::<ORDER>(&lhs, rhs, &lent(&dots), rhs_dots, out_bar, out_bar_dots, rhs_bar_dot);
            }
        }
    )* };
}

with_number!(f32: AddHigher SubHigher MulHigher DivHigher);
with_number!(f64: AddHigher SubHigher MulHigher DivHigher);

/// A number everywhere in the shape of an array, with its tangents.
#[allow(clippy::type_complexity, reason = "a value and its tangents")]
fn filled<T: Real, D: Dimension>(like: &Array<T, D>, number: &T, dots: &[Option<&T>]) -> (Array<T, D>, Vec<Option<Array<T, D>>>) {
    let everywhere = |x: &T| Array::from_elem(like.raw_dim(), *x);
    (everywhere(number), dots.iter().map(|dot| dot.map(everywhere)).collect())
}

fn lent<T, D>(dots: &[Option<Array<T, D>>]) -> Vec<Option<&Array<T, D>>> {
    dots.iter().map(Option::as_ref).collect()
}

#[diagnostic::do_not_recommend]
impl<T: Real, D: Dimension> NegHigher for Array<T, D> {
    type Order = EveryOrder;

    fn value_along<const ORDER: usize>(&self, dots: &[Option<&CotangentOf<Self>>], out_dot: &mut CotangentOf<Self>) {
        if let Some(dot) = in_all(dots) {
            out_dot.zip_mut_with(dot, |out, &d| *out -= d);
        }
    }

    fn operand_along<const ORDER: usize>(
        &self,
        _: &[Option<&CotangentOf<Self>>],
        _: &CotangentOf<Self>,
        out_bar_dots: &[Option<&CotangentOf<Self>>],
        bar_dot: &mut CotangentOf<Self>,
    ) {
        if let Some(dot) = in_all(out_bar_dots) {
            bar_dot.zip_mut_with(dot, |bar, &d| *bar -= d);
        }
    }
}
