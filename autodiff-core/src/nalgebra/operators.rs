//! `+`, `-`, `*`, `/` and negation of matrices, points and numbers.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimName, Matrix, OMatrix, OPoint, OVector, RawStorage, U1};

use crate::operators::higher::{EveryOrder, each_share, in_all};
use crate::operators::{AddCurvature, MulCurvature, NegCurvature, SubCurvature};
use crate::operators::{AddHigher, MulHigher, NegHigher, SubHigher};
use crate::operators::{AddRule, MulRule, NegRule, SubRule};
use crate::{AddInto, Differentiable, Real};

mod numbers;

/// A cotangent, in the words of the traits: rustc does not see through them where both operands have one type.
type CotangentOf<T> = <T as Differentiable>::Cotangent;

/// Sums and differences, for operands and for references to them: linear, so that nothing bends.
macro_rules! sums {
    ([$($generics:tt)*] [$($bounds:tt)*] $L:ty, $R:ty => $O:ty, $rule:ident $curvature:ident $higher:ident $rhs:ident) => {
        sums!(one [$($generics)*] [$($bounds)*] $L, $R => $O, $rule $curvature $higher $rhs);
        sums!(one [$($generics)*] [$($bounds)*] $L, &$R => $O, $rule $curvature $higher $rhs);
        sums!(one [$($generics)*] [$($bounds)*] &$L, $R => $O, $rule $curvature $higher $rhs);
    };
    (one [$($generics:tt)*] [$($bounds:tt)*] $L:ty, $R:ty => $O:ty, $rule:ident $curvature:ident $higher:ident $rhs:ident) => {
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

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $higher<$R> for $L where $($bounds)* {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                _: &$R,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<$R>>],
                out_dot: &mut CotangentOf<$O>,
            ) {
                if let Some(lhs_dot) = in_all(lhs_dots) {
                    lhs_dot.add_into(out_dot);
                }
                if let Some(rhs_dot) = in_all(rhs_dots) {
                    rhs_dot.$rhs(out_dot);
                }
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                _: &$R,
                _: &[Option<&CotangentOf<Self>>],
                _: &[Option<&CotangentOf<$R>>],
                _: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                if let Some(out_bar_dot) = in_all(out_bar_dots) {
                    out_bar_dot.add_into(lhs_bar_dot);
                }
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                _: &$R,
                _: &[Option<&CotangentOf<Self>>],
                _: &[Option<&CotangentOf<$R>>],
                _: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                rhs_bar_dot: &mut CotangentOf<$R>,
            ) {
                if let Some(out_bar_dot) = in_all(out_bar_dots) {
                    out_bar_dot.$rhs(rhs_bar_dot);
                }
            }
        }
    };
}

sums!([T: Real, R: Dim, C: Dim, SA: RawStorage<T, R, C>, SB: RawStorage<T, R, C>] [DefaultAllocator: Allocator<R, C>]
    Matrix<T, R, C, SA>, Matrix<T, R, C, SB> => OMatrix<T, R, C>, AddRule AddCurvature AddHigher add_into);
sums!([T: Real, R: Dim, C: Dim, SA: RawStorage<T, R, C>, SB: RawStorage<T, R, C>] [DefaultAllocator: Allocator<R, C>]
    Matrix<T, R, C, SA>, Matrix<T, R, C, SB> => OMatrix<T, R, C>, SubRule SubCurvature SubHigher sub_into);
sums!([T: Real, D: DimName, S: RawStorage<T, D, U1>] [DefaultAllocator: Allocator<D>]
    OPoint<T, D>, Matrix<T, D, U1, S> => OPoint<T, D>, AddRule AddCurvature AddHigher add_into);
sums!([T: Real, D: DimName, S: RawStorage<T, D, U1>] [DefaultAllocator: Allocator<D>]
    OPoint<T, D>, Matrix<T, D, U1, S> => OPoint<T, D>, SubRule SubCurvature SubHigher sub_into);
sums!([T: Real, D: DimName] [DefaultAllocator: Allocator<D>]
    OPoint<T, D>, OPoint<T, D> => OVector<T, D>, SubRule SubCurvature SubHigher sub_into);

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

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MulHigher<$R> for $L where $($bounds)* {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(
                &self,
                rhs: &$R,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<$R>>],
                out_dot: &mut CotangentOf<$O>,
            ) {
                let (a, b): (&$A, &$B) = (self, rhs);
                each_share(lhs_dots, rhs_dots, |a_dot, b_dot| match (a_dot, b_dot) {
                    (Some(a_dot), Some(b_dot)) => $product(a_dot, b_dot, out_dot),
                    (Some(a_dot), None) => $product(a_dot, b, out_dot),
                    (None, Some(b_dot)) => $product(a, b_dot, out_dot),
                    (None, None) => {}
                });
            }

            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &$R,
                _: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<$R>>],
                out_bar: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let b: &$B = rhs;
                each_share(out_bar_dots, rhs_dots, |y_dot, b_dot| match (y_dot, b_dot) {
                    (y_dot, Some(b_dot)) => $lhs(y_dot.unwrap_or(out_bar), b_dot, lhs_bar_dot),
                    (Some(y_dot), None) => $lhs(y_dot, b, lhs_bar_dot),
                    (None, None) => {}
                });
            }

            fn rhs_along<const ORDER: usize>(
                &self,
                _: &$R,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                _: &[Option<&CotangentOf<$R>>],
                out_bar: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                rhs_bar_dot: &mut CotangentOf<$R>,
            ) {
                let a: &$A = self;
                each_share(out_bar_dots, lhs_dots, |y_dot, a_dot| match (y_dot, a_dot) {
                    (y_dot, Some(a_dot)) => $rhs(y_dot.unwrap_or(out_bar), a_dot, rhs_bar_dot),
                    (Some(y_dot), None) => $rhs(y_dot, a, rhs_bar_dot),
                    (None, None) => {}
                });
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

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NegHigher for $A where $($bounds)* {
            type Order = EveryOrder;

            fn value_along<const ORDER: usize>(&self, dots: &[Option<&CotangentOf<Self>>], out_dot: &mut CotangentOf<$O>) {
                if let Some(dot) = in_all(dots) {
                    dot.sub_into(out_dot);
                }
            }

            fn operand_along<const ORDER: usize>(
                &self,
                _: &[Option<&CotangentOf<Self>>],
                _: &CotangentOf<$O>,
                out_bar_dots: &[Option<&CotangentOf<$O>>],
                bar_dot: &mut CotangentOf<Self>,
            ) {
                if let Some(dot) = in_all(out_bar_dots) {
                    dot.sub_into(bar_dot);
                }
            }
        }
    )* };
}

negation! {
    [T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>] [DefaultAllocator: Allocator<R, C>] Matrix<T, R, C, S> => OMatrix<T, R, C>;
    [T: Real, D: DimName] [DefaultAllocator: Allocator<D>] OPoint<T, D> => OPoint<T, D>;
}
