//! `+`, `-`, `*`, `/` and negation of matrices, points and numbers.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimName, Matrix, OMatrix, OPoint, OVector, RawStorage, U1};

use super::lift;
use crate::operators::curvature::lift as lift_number;
use crate::operators::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, SubCurvature};
use crate::operators::{AddRule, DivRule, MulRule, NegRule, SubRule};
use crate::{AddInto, Differentiable, Dual, Real};

/// A cotangent, in the words of the traits: rustc does not see through them where both operands have one type.
type CotangentOf<T> = <T as Differentiable>::Cotangent;

/// Sums and differences, for operands and for references to them: linear, so that nothing bends.
macro_rules! sums {
    ([$($generics:tt)*] [$($bounds:tt)*] $L:ty, $R:ty => $O:ty, $rule:ident $curvature:ident $rhs:ident) => {
        sums!(one [$($generics)*] [$($bounds)*] $L, $R => $O, $rule $curvature $rhs);
        sums!(one [$($generics)*] [$($bounds)*] $L, &$R => $O, $rule $curvature $rhs);
        sums!(one [$($generics)*] [$($bounds)*] &$L, $R => $O, $rule $curvature $rhs);
    };
    (one [$($generics:tt)*] [$($bounds:tt)*] $L:ty, $R:ty => $O:ty, $rule:ident $curvature:ident $rhs:ident) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $rule<$R> for $L where $($bounds)* {
            type Output = $O;

            fn lhs(&self, _: &$R, out_bar: &CotangentOf<$O>, lhs_bar: &mut CotangentOf<Self>) {
                out_bar.add_into(lhs_bar);
            }

            fn rhs(&self, _: &$R, out_bar: &CotangentOf<$O>, rhs_bar: &mut CotangentOf<$R>) {
                out_bar.$rhs(rhs_bar);
            }

            fn push_lhs(&self, _: &$R, lhs_dot: &CotangentOf<Self>, out_dot: &mut CotangentOf<$O>) {
                lhs_dot.add_into(out_dot);
            }

            fn push_rhs(&self, _: &$R, rhs_dot: &CotangentOf<$R>, out_dot: &mut CotangentOf<$O>) {
                rhs_dot.$rhs(out_dot);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $curvature<$R> for $L where $($bounds)* {
            fn lhs_curvature(
                &self,
                _: &$R,
                _: Option<&CotangentOf<Self>>,
                _: Option<&CotangentOf<$R>>,
                _: &CotangentOf<$O>,
                _: &mut CotangentOf<Self>,
            ) {
            }

            fn rhs_curvature(
                &self,
                _: &$R,
                _: Option<&CotangentOf<Self>>,
                _: Option<&CotangentOf<$R>>,
                _: &CotangentOf<$O>,
                _: &mut CotangentOf<$R>,
            ) {
            }
        }
    };
}

sums!([T: Real, R: Dim, C: Dim, SA: RawStorage<T, R, C>, SB: RawStorage<T, R, C>] [DefaultAllocator: Allocator<R, C>]
    Matrix<T, R, C, SA>, Matrix<T, R, C, SB> => OMatrix<T, R, C>, AddRule AddCurvature add_into);
sums!([T: Real, R: Dim, C: Dim, SA: RawStorage<T, R, C>, SB: RawStorage<T, R, C>] [DefaultAllocator: Allocator<R, C>]
    Matrix<T, R, C, SA>, Matrix<T, R, C, SB> => OMatrix<T, R, C>, SubRule SubCurvature sub_into);
sums!([T: Real, D: DimName, S: RawStorage<T, D, U1>] [DefaultAllocator: Allocator<D>]
    OPoint<T, D>, Matrix<T, D, U1, S> => OPoint<T, D>, AddRule AddCurvature add_into);
sums!([T: Real, D: DimName, S: RawStorage<T, D, U1>] [DefaultAllocator: Allocator<D>]
    OPoint<T, D>, Matrix<T, D, U1, S> => OPoint<T, D>, SubRule SubCurvature sub_into);
sums!([T: Real, D: DimName] [DefaultAllocator: Allocator<D>]
    OPoint<T, D>, OPoint<T, D> => OVector<T, D>, SubRule SubCurvature sub_into);

/// `bar += y b^T`
fn add_to_lhs<T: Real, R: Dim, K: Dim, C: Dim>(
    y: &OMatrix<T, R, C>,
    b: &Matrix<T, K, C, impl RawStorage<T, K, C>>,
    bar: &mut OMatrix<T, R, K>,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<R, K>,
{
    for k in 0..b.nrows() {
        for j in 0..b.ncols() {
            let factor = b[(k, j)];
            for i in 0..y.nrows() {
                bar[(i, k)] += y[(i, j)] * factor;
            }
        }
    }
}

/// `bar += a^T y`
fn add_to_rhs<T: Real, R: Dim, K: Dim, C: Dim>(
    y: &OMatrix<T, R, C>,
    a: &Matrix<T, R, K, impl RawStorage<T, R, K>>,
    bar: &mut OMatrix<T, K, C>,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<K, C>,
{
    for j in 0..y.ncols() {
        for k in 0..a.ncols() {
            let mut sum = T::__ZERO;
            for i in 0..a.nrows() {
                sum += a[(i, k)] * y[(i, j)];
            }
            bar[(k, j)] += sum;
        }
    }
}

/// `out += a b`
fn add_product<T: Real, R: Dim, K: Dim, C: Dim>(
    a: &Matrix<T, R, K, impl RawStorage<T, R, K>>,
    b: &Matrix<T, K, C, impl RawStorage<T, K, C>>,
    out: &mut OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    for j in 0..b.ncols() {
        for k in 0..b.nrows() {
            let factor = b[(k, j)];
            for i in 0..a.nrows() {
                out[(i, j)] += a[(i, k)] * factor;
            }
        }
    }
}

/// Products, which are linear in either operand.
macro_rules! products {
    ([$($generics:tt)*] [$($bounds:tt)*] $L:ty, $R:ty => $O:ty, $lhs:expr, $rhs:expr, $product:expr) => {
        products!(one [$($generics)*] [$($bounds)*] $L, $R => $L, $R, $O, $lhs, $rhs, $product);
        products!(one [$($generics)*] [$($bounds)*] $L, &$R => $L, $R, $O, $lhs, $rhs, $product);
        products!(one [$($generics)*] [$($bounds)*] &$L, $R => $L, $R, $O, $lhs, $rhs, $product);
    };
    (one [$($generics:tt)*] [$($bounds:tt)*] $L:ty, $R:ty => $A:ty, $B:ty, $O:ty, $lhs:expr, $rhs:expr, $product:expr) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MulRule<$R> for $L where $($bounds)* {
            type Output = $O;

            fn lhs(&self, rhs: &$R, out_bar: &CotangentOf<$O>, lhs_bar: &mut CotangentOf<Self>) {
                let b: &$B = rhs;
                $lhs(out_bar, b, lhs_bar);
            }

            fn rhs(&self, _: &$R, out_bar: &CotangentOf<$O>, rhs_bar: &mut CotangentOf<$R>) {
                let a: &$A = self;
                $rhs(out_bar, a, rhs_bar);
            }

            fn push_lhs(&self, rhs: &$R, lhs_dot: &CotangentOf<Self>, out_dot: &mut CotangentOf<$O>) {
                let b: &$B = rhs;
                $product(lhs_dot, b, out_dot);
            }

            fn push_rhs(&self, _: &$R, rhs_dot: &CotangentOf<$R>, out_dot: &mut CotangentOf<$O>) {
                let a: &$A = self;
                $product(a, rhs_dot, out_dot);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MulCurvature<$R> for $L where $($bounds)* {
            fn lhs_curvature(
                &self,
                _: &$R,
                _: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&CotangentOf<$R>>,
                out_bar: &CotangentOf<$O>,
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                if let Some(rhs_dot) = rhs_dot {
                    $lhs(out_bar, rhs_dot, lhs_bar_dot);
                }
            }

            fn rhs_curvature(
                &self,
                _: &$R,
                lhs_dot: Option<&CotangentOf<Self>>,
                _: Option<&CotangentOf<$R>>,
                out_bar: &CotangentOf<$O>,
                rhs_bar_dot: &mut CotangentOf<$R>,
            ) {
                if let Some(lhs_dot) = lhs_dot {
                    $rhs(out_bar, lhs_dot, rhs_bar_dot);
                }
            }
        }
    };
}

products!([T: Real, R: Dim, K: Dim, C: Dim, SA: RawStorage<T, R, K>, SB: RawStorage<T, K, C>]
    [DefaultAllocator: Allocator<R, K> + Allocator<K, C> + Allocator<R, C>]
    Matrix<T, R, K, SA>, Matrix<T, K, C, SB> => OMatrix<T, R, C>, add_to_lhs, add_to_rhs, add_product);
products!([T: Real, R: DimName, K: DimName, S: RawStorage<T, R, K>]
    [DefaultAllocator: Allocator<R, K> + Allocator<K> + Allocator<R>]
    Matrix<T, R, K, S>, OPoint<T, K> => OPoint<T, R>,
    |y: &OPoint<T, R>, b: &OPoint<T, K>, bar: &mut OMatrix<T, R, K>| add_to_lhs(&y.coords, &b.coords, bar),
    |y: &OPoint<T, R>, a: &Matrix<T, R, K, _>, bar: &mut OPoint<T, K>| add_to_rhs(&y.coords, a, &mut bar.coords),
    |a: &Matrix<T, R, K, _>, b: &OPoint<T, K>, out: &mut OPoint<T, R>| add_product(a, &b.coords, &mut out.coords));

/// Products and quotients with one number, and products of one number with a matrix.
macro_rules! with_numbers {
    (all $($float:ident)*) => { $(
        with_numbers!(matrix $float MulRule MulCurvature |a, s, y| y * s, y * a);
        with_numbers!(matrix $float DivRule DivCurvature |a, s, y| y / s, -(y * (a / s) / s));
        with_numbers!(point $float MulRule MulCurvature);
        with_numbers!(point $float DivRule DivCurvature);
        with_numbers!(first $float [R: Dim, C: Dim, S: RawStorage<$float, R, C>] [DefaultAllocator: Allocator<R, C>]
            Matrix<$float, R, C, S> => OMatrix<$float, R, C>);
        with_numbers!(first $float [D: DimName] [DefaultAllocator: Allocator<D>] OPoint<$float, D> => OPoint<$float, D>);
    )* };
    // The contributions of `y` to an element and to the number, on numbers and on dual numbers.
    (matrix $float:ident $rule:ident $curvature:ident |$a:ident, $s:ident, $y:ident| $f:expr, $g:expr) => {
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
    };
    // As with the coordinates.
    (point $float:ident $rule:ident $curvature:ident) => {
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
    };
}

with_numbers!(all f32 f64);

macro_rules! negation {
    ($([$($generics:tt)*] [$($bounds:tt)*] $A:ty => $O:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NegRule for $A where $($bounds)* {
            type Output = $O;

            fn operand(&self, out_bar: &CotangentOf<$O>, bar: &mut CotangentOf<Self>) {
                out_bar.sub_into(bar);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NegCurvature for $A where $($bounds)* {
            fn operand_curvature(&self, _: Option<&CotangentOf<Self>>, _: &CotangentOf<$O>, _: &mut CotangentOf<Self>) {}
        }
    )* };
}

negation! {
    [T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>] [DefaultAllocator: Allocator<R, C>] Matrix<T, R, C, S> => OMatrix<T, R, C>;
    [T: Real, D: DimName] [DefaultAllocator: Allocator<D>] OPoint<T, D> => OPoint<T, D>;
}
