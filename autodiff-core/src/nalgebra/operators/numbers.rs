//! `*` and `/` of a matrix or a point and one number, and `number * matrix`.
//!
//! What is contributed is written down once, on an element and the number; on dual numbers it is that of higher derivatives.

use alloc::vec::Vec;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimName, Matrix, OMatrix, OPoint, OVector, RawStorage};

use super::CotangentOf;
use crate::nalgebra::lift;
use crate::operators::curvature::lift as lift_number;
use crate::operators::higher::{EveryOrder, in_all_directions};
use crate::operators::{DivCurvature, DivHigher, DivRule, MulCurvature, MulHigher, MulRule};
use crate::{Dual, Real};

/// Products and quotients with one number, and products of one number with a matrix.
macro_rules! with_numbers {
    (all $($float:ident)*) => { $(
        with_numbers!(matrix $float MulRule MulCurvature MulHigher * |a, s, y| y * s, y * a);
        with_numbers!(matrix $float DivRule DivCurvature DivHigher / |a, s, y| y / s, -(y * (a / s) / s));
        with_numbers!(point $float MulRule MulCurvature MulHigher);
        with_numbers!(point $float DivRule DivCurvature DivHigher);
        with_numbers!(first $float [R: Dim, C: Dim, S: RawStorage<$float, R, C>] [DefaultAllocator: Allocator<R, C>]
            Matrix<$float, R, C, S> => OMatrix<$float, R, C>);
        with_numbers!(first $float [D: DimName] [DefaultAllocator: Allocator<D>] OPoint<$float, D> => OPoint<$float, D>);
    )* };
    // The contributions of `y` to an element and to the number, on numbers and on dual numbers.
    (matrix $float:ident $rule:ident $curvature:ident $higher:ident $op:tt |$a:ident, $s:ident, $y:ident| $f:expr, $g:expr) => {
        #[diagnostic::do_not_recommend]
        impl<R: Dim, C: Dim, S: RawStorage<$float, R, C>> $rule<$float> for Matrix<$float, R, C, S>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Output = OMatrix<$float, R, C>;

            fn lhs(&self, &$s: &$float, out_bar: &OMatrix<$float, R, C>, lhs_bar: &mut OMatrix<$float, R, C>) {
                lhs_bar.iter_mut().zip(out_bar.iter()).for_each(|(bar, &$y)| *bar += $f);
            }

            fn rhs(&self, &$s: &$float, out_bar: &OMatrix<$float, R, C>, rhs_bar: &mut $float) {
                let _ = $s;
                self.iter().zip(out_bar.iter()).for_each(|(&$a, &$y)| *rhs_bar += $g);
            }

            // A partial of numbers is a number: both directions multiply with it.
            fn push_lhs(&self, &$s: &$float, lhs_dot: &OMatrix<$float, R, C>, out_dot: &mut OMatrix<$float, R, C>) {
                out_dot.iter_mut().zip(lhs_dot.iter()).for_each(|(dot, &$y)| *dot += $f);
            }

            fn push_rhs(&self, &$s: &$float, rhs_dot: &$float, out_dot: &mut OMatrix<$float, R, C>) {
                let ($y, _) = (*rhs_dot, $s);
                out_dot.iter_mut().zip(self.iter()).for_each(|(dot, &$a)| *dot += $g);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<R: Dim, C: Dim, S: RawStorage<$float, R, C>> $curvature<$float> for Matrix<$float, R, C, S>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            fn lhs_curvature(
                &self,
                &s: &$float,
                _: Option<&OMatrix<$float, R, C>>,
                rhs_dot: Option<&$float>,
                out_bar: &OMatrix<$float, R, C>,
                lhs_bar_dot: &mut OMatrix<$float, R, C>,
            ) {
                let $s = lift_number(s, rhs_dot);
                lhs_bar_dot.iter_mut().zip(out_bar.iter()).for_each(|(bar, &y)| {
                    let $y = Dual::constant(y);
                    *bar += ($f).eps;
                });
            }

            fn rhs_curvature(
                &self,
                &s: &$float,
                lhs_dot: Option<&OMatrix<$float, R, C>>,
                rhs_dot: Option<&$float>,
                out_bar: &OMatrix<$float, R, C>,
                rhs_bar_dot: &mut $float,
            ) {
                let $s = lift_number(s, rhs_dot);
                let _ = $s;
                lift(self, lhs_dot).iter().zip(out_bar.iter()).for_each(|(&$a, &y)| {
                    let $y = Dual::constant(y);
                    *rhs_bar_dot += ($g).eps;
                });
            }
        }

        #[diagnostic::do_not_recommend]
        impl<R: Dim, C: Dim, S: RawStorage<$float, R, C>> $higher<$float> for Matrix<$float, R, C, S>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                &s: &$float,
                lhs_dots: &[Option<&OMatrix<$float, R, C>>],
                rhs_dots: &[Option<&$float>],
                out_dot: &mut OMatrix<$float, R, C>,
            ) {
                for i in 0..out_dot.len() {
                    let dots = lhs_dots.iter().map(|dot| dot.map(|dot| &dot[i])).collect::<Vec<_>>();
                    out_dot[i] += in_all_directions!(rhs_dots.len(), lifted => (lifted(self[i], &dots) $op lifted(s, rhs_dots)));
                }
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                &s: &$float,
                _: &[Option<&OMatrix<$float, R, C>>],
                rhs_dots: &[Option<&$float>],
                out_bar: &OMatrix<$float, R, C>,
                out_bar_dots: &[Option<&OMatrix<$float, R, C>>],
                lhs_bar_dot: &mut OMatrix<$float, R, C>,
            ) {
                for i in 0..out_bar.len() {
                    let dots = out_bar_dots.iter().map(|dot| dot.map(|dot| &dot[i])).collect::<Vec<_>>();
                    lhs_bar_dot[i] += in_all_directions!(rhs_dots.len(), lifted => {
                        let ($s, $y) = (lifted(s, rhs_dots), lifted(out_bar[i], &dots));
                        $f
                    });
                }
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                &s: &$float,
                lhs_dots: &[Option<&OMatrix<$float, R, C>>],
                rhs_dots: &[Option<&$float>],
                out_bar: &OMatrix<$float, R, C>,
                out_bar_dots: &[Option<&OMatrix<$float, R, C>>],
                rhs_bar_dot: &mut $float,
            ) {
                for i in 0..out_bar.len() {
                    let dots = lhs_dots.iter().map(|dot| dot.map(|dot| &dot[i])).collect::<Vec<_>>();
                    let y_dots = out_bar_dots.iter().map(|dot| dot.map(|dot| &dot[i])).collect::<Vec<_>>();
                    *rhs_bar_dot += in_all_directions!(rhs_dots.len(), lifted => {
                        let ($a, $s, $y) = (lifted(self[i], &dots), lifted(s, rhs_dots), lifted(out_bar[i], &y_dots));
                        let _ = $s;
                        $g
                    });
                }
            }
        }
    };
    // As with the coordinates.
    (point $float:ident $rule:ident $curvature:ident $higher:ident) => {
        #[diagnostic::do_not_recommend]
        impl<D: DimName> $rule<$float> for OPoint<$float, D>
        where
            DefaultAllocator: Allocator<D>,
        {
            type Output = Self;

            fn lhs(&self, s: &$float, out_bar: &CotangentOf<Self>, lhs_bar: &mut CotangentOf<Self>) {
                $rule::lhs(&self.coords, s, &out_bar.coords, &mut lhs_bar.coords);
            }

            fn rhs(&self, s: &$float, out_bar: &CotangentOf<Self>, rhs_bar: &mut $float) {
                $rule::rhs(&self.coords, s, &out_bar.coords, rhs_bar);
            }

            fn push_lhs(&self, s: &$float, lhs_dot: &CotangentOf<Self>, out_dot: &mut CotangentOf<Self>) {
                $rule::push_lhs(&self.coords, s, &lhs_dot.coords, &mut out_dot.coords);
            }

            fn push_rhs(&self, s: &$float, rhs_dot: &$float, out_dot: &mut CotangentOf<Self>) {
                $rule::push_rhs(&self.coords, s, rhs_dot, &mut out_dot.coords);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<D: DimName> $curvature<$float> for OPoint<$float, D>
        where
            DefaultAllocator: Allocator<D>,
        {
            fn lhs_curvature(
                &self,
                s: &$float,
                lhs_dot: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&$float>,
                out_bar: &CotangentOf<Self>,
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                $curvature::lhs_curvature(&self.coords, s, lhs_dot.map(|d| &d.coords), rhs_dot, &out_bar.coords, &mut lhs_bar_dot.coords);
            }

            fn rhs_curvature(
                &self,
                s: &$float,
                lhs_dot: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&$float>,
                out_bar: &CotangentOf<Self>,
                rhs_bar_dot: &mut $float,
            ) {
                $curvature::rhs_curvature(&self.coords, s, lhs_dot.map(|d| &d.coords), rhs_dot, &out_bar.coords, rhs_bar_dot);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<D: DimName> $higher<$float> for OPoint<$float, D>
        where
            DefaultAllocator: Allocator<D>,
        {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                s: &$float,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&$float>],
                out_dot: &mut CotangentOf<Self>,
            ) {
                $higher::value_along::<ORDER>(&self.coords, s, &coords_of(lhs_dots), rhs_dots, &mut out_dot.coords);
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                s: &$float,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&$float>],
                out_bar: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let (dots, y_dots) = (coords_of(lhs_dots), coords_of(out_bar_dots));
                $higher::lhs_along::<ORDER>(&self.coords, s, &dots, rhs_dots, &out_bar.coords, &y_dots, &mut lhs_bar_dot.coords);
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                s: &$float,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&$float>],
                out_bar: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                rhs_bar_dot: &mut $float,
            ) {
                let (dots, y_dots) = (coords_of(lhs_dots), coords_of(out_bar_dots));
                $higher::rhs_along::<ORDER>(&self.coords, s, &dots, rhs_dots, &out_bar.coords, &y_dots, rhs_bar_dot);
            }
        }
    };
    // `number * a` is `a * number`.
    (first $float:ident [$($generics:tt)*] [$($bounds:tt)*] $A:ty => $O:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MulRule<$A> for $float where $($bounds)* {
            type Output = $O;

            fn lhs(&self, rhs: &$A, out_bar: &CotangentOf<$O>, lhs_bar: &mut $float) {
                MulRule::rhs(rhs, self, out_bar, lhs_bar);
            }

            fn rhs(&self, rhs: &$A, out_bar: &CotangentOf<$O>, rhs_bar: &mut CotangentOf<$A>) {
                MulRule::lhs(rhs, self, out_bar, rhs_bar);
            }

            fn push_lhs(&self, rhs: &$A, lhs_dot: &$float, out_dot: &mut CotangentOf<$O>) {
                MulRule::push_rhs(rhs, self, lhs_dot, out_dot);
            }

            fn push_rhs(&self, rhs: &$A, rhs_dot: &CotangentOf<$A>, out_dot: &mut CotangentOf<$O>) {
                MulRule::push_lhs(rhs, self, rhs_dot, out_dot);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MulCurvature<$A> for $float where $($bounds)* {
            fn lhs_curvature(
                &self,
                rhs: &$A,
                lhs_dot: Option<&$float>,
                rhs_dot: Option<&CotangentOf<$A>>,
                out_bar: &CotangentOf<$O>,
                lhs_bar_dot: &mut $float,
            ) {
                MulCurvature::rhs_curvature(rhs, self, rhs_dot, lhs_dot, out_bar, lhs_bar_dot);
            }

            fn rhs_curvature(
                &self,
                rhs: &$A,
                lhs_dot: Option<&$float>,
                rhs_dot: Option<&CotangentOf<$A>>,
                out_bar: &CotangentOf<$O>,
                rhs_bar_dot: &mut CotangentOf<$A>,
            ) {
                MulCurvature::lhs_curvature(rhs, self, rhs_dot, lhs_dot, out_bar, rhs_bar_dot);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MulHigher<$A> for $float where $($bounds)* {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                rhs: &$A,
                lhs_dots: &[Option<&$float>],
                rhs_dots: &[Option<&CotangentOf<$A>>],
                out_dot: &mut CotangentOf<$O>,
            ) {
                MulHigher::value_along::<ORDER>(rhs, self, rhs_dots, lhs_dots, out_dot);
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &$A,
                lhs_dots: &[Option<&$float>],
                rhs_dots: &[Option<&CotangentOf<$A>>],
                out_bar: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                lhs_bar_dot: &mut $float,
            ) {
                MulHigher::rhs_along::<ORDER>(rhs, self, rhs_dots, lhs_dots, out_bar, out_bar_dots, lhs_bar_dot);
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &$A,
                lhs_dots: &[Option<&$float>],
                rhs_dots: &[Option<&CotangentOf<$A>>],
                out_bar: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                rhs_bar_dot: &mut CotangentOf<$A>,
            ) {
                MulHigher::lhs_along::<ORDER>(rhs, self, rhs_dots, lhs_dots, out_bar, out_bar_dots, rhs_bar_dot);
            }
        }
    };
}

/// The tangents of coordinates.
fn coords_of<'d, T: Real, D: DimName>(dots: &[Option<&'d OPoint<T, D>>]) -> Vec<Option<&'d OVector<T, D>>>
where
    DefaultAllocator: Allocator<D>,
{
    dots.iter().map(|dot| dot.map(|dot| &dot.coords)).collect()
}

with_numbers!(all f32 f64);
