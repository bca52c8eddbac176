//! Methods of matrices, found by their names under which generated code calls them.
//!
//! A method is written down three times: what `nalgebra` computes, the same on numbers of any kind, and the pullback, on numbers of any
//! kind. Run on dual numbers, the second is the tangent of the result, and the third is the pullback with its tangent.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimMin, Matrix, OMatrix, RawStorage, RealField, Storage};

use super::{lift, like, tangents};
use crate::operators::curvature::lift as lift_number;
use crate::rt::Unchanged;
use crate::{Differentiable, Dual, Real};
use over::{
    abs, abs_pull, component_div, component_div_pull, component_mul, component_mul_pull, cross, cross_pull, determinant, determinant_pull,
    distance, distance_pull, inner, inner_pull, inverse_pull, mean, mean_pull, norm, norm_pull, normalized, normalized_pull, scaled,
    scaled_pull, shifted, shifted_pull, some_inverse, squares, squares_pull, sum, sum_pull, trace, trace_pull, transposed, transposed_pull,
    unscaled, unscaled_pull,
};

mod over;

/// What results are: numbers, and matrices of them.
trait Lifted<T: Real> {
    type Dual;

    /// With a tangent.
    fn lifted(&self, dot: &Self) -> Self::Dual;

    /// The tangent of this value, of what it is on dual numbers.
    fn tangent(&self, dual: &Self::Dual) -> Self;

    /// The value, of what it is on dual numbers.
    fn real(&self, dual: &Self::Dual) -> Self;
}

impl<T: Real> Lifted<T> for T {
    type Dual = Dual<T>;

    fn lifted(&self, dot: &T) -> Dual<T> {
        Dual::new(*self, *dot)
    }

    fn tangent(&self, dual: &Dual<T>) -> T {
        dual.eps
    }

    fn real(&self, dual: &Dual<T>) -> T {
        dual.re
    }
}

impl<T: Real, R: Dim, C: Dim> Lifted<T> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Dual = OMatrix<Dual<T>, R, C>;

    fn lifted(&self, dot: &Self) -> Self::Dual {
        lift(self, Some(dot))
    }

    fn tangent(&self, dual: &Self::Dual) -> Self {
        tangents(dual)
    }

    fn real(&self, dual: &Self::Dual) -> Self {
        like(dual, |i, j| dual[(i, j)].re)
    }
}

impl<T: Real, R: Dim, C: Dim> Lifted<T> for Option<OMatrix<T, R, C>>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Dual = Option<OMatrix<Dual<T>, R, C>>;

    fn lifted(&self, dot: &Self) -> Self::Dual {
        self.as_ref().map(|y| lift(y, dot.as_ref()))
    }

    fn tangent(&self, dual: &Self::Dual) -> Self {
        self.as_ref().and(dual.as_ref()).map(tangents)
    }

    fn real(&self, dual: &Self::Dual) -> Self {
        self.as_ref().and(dual.as_ref()).map(|dual| like(dual, |i, j| dual[(i, j)].re))
    }
}

/// Adds what a pullback found on dual numbers.
trait AddFound: Sized {
    type Bar;

    fn add_found(&self, bar: Option<&mut Self::Bar>, bar_dot: Option<&mut Self::Bar>);
}

impl<T: Real> AddFound for Dual<T> {
    type Bar = T;

    fn add_found(&self, bar: Option<&mut T>, bar_dot: Option<&mut T>) {
        if let Some(bar) = bar {
            *bar += self.re;
        }
        if let Some(bar_dot) = bar_dot {
            *bar_dot += self.eps;
        }
    }
}

impl<T: Real, R: Dim, C: Dim> AddFound for OMatrix<Dual<T>, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Bar = OMatrix<T, R, C>;

    fn add_found(&self, bar: Option<&mut Self::Bar>, bar_dot: Option<&mut Self::Bar>) {
        if let Some(bar) = bar {
            bar.iter_mut().zip(self.iter()).for_each(|(bar, f)| *bar += f.re);
        }
        if let Some(bar_dot) = bar_dot {
            bar_dot.iter_mut().zip(self.iter()).for_each(|(bar, f)| *bar += f.eps);
        }
    }
}

/// The same of one on dual numbers of dual numbers, with the bars of both directions and of both together.
trait AddAllFound: Sized {
    type Bar;

    fn add_all_found(&self, bars: [Option<&mut Self::Bar>; 4]);
}

/// The value, the tangents in either direction, and that in both.
fn parts<T: Real>(found: Dual<Dual<T>>) -> [T; 4] {
    [found.re.re, found.re.eps, found.eps.re, found.eps.eps]
}

impl<T: Real> AddAllFound for Dual<Dual<T>> {
    type Bar = T;

    fn add_all_found(&self, bars: [Option<&mut T>; 4]) {
        for (bar, part) in bars.into_iter().zip(parts(*self)) {
            if let Some(bar) = bar {
                *bar += part;
            }
        }
    }
}

impl<T: Real, R: Dim, C: Dim> AddAllFound for OMatrix<Dual<Dual<T>>, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Bar = OMatrix<T, R, C>;

    fn add_all_found(&self, bars: [Option<&mut Self::Bar>; 4]) {
        for (k, bar) in bars.into_iter().enumerate() {
            if let Some(bar) = bar {
                bar.iter_mut().zip(self.iter()).for_each(|(bar, f)| *bar += parts(*f)[k]);
            }
        }
    }
}

/// A matrix that moves in two directions.
fn lift_twice<T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>>(
    m: &Matrix<T, R, C, S>,
    [first, second, both]: [Option<&OMatrix<T, R, C>>; 3],
) -> OMatrix<Dual<Dual<T>>, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let at = |dot: Option<&OMatrix<T, R, C>>, i, j| dot.map_or(T::__ZERO, |dot| dot[(i, j)]);
    like(m, |i, j| Dual::new(Dual::new(m[(i, j)], at(first, i, j)), Dual::new(at(second, i, j), at(both, i, j))))
}

/// A number that does.
fn lift_number_twice<T: Real>(x: T, [first, second, both]: [Option<&T>; 3]) -> Dual<Dual<T>> {
    let of = |dot: Option<&T>| dot.copied().unwrap_or(T::__ZERO);
    Dual::new(Dual::new(x, of(first)), Dual::new(of(second), of(both)))
}

/// A seed that does.
fn lift_seed<T: Real, Y: Lifted<T>>([y, first, second, both]: [&Y; 4]) -> <Y::Dual as Lifted<Dual<T>>>::Dual
where
    Y::Dual: Lifted<Dual<T>>,
{
    y.lifted(first).lifted(&second.lifted(both))
}

/// The tangents of this value in either direction and in both.
fn tangents_of<T: Real, Y: Lifted<T>>(y: &Y, dual: &<Y::Dual as Lifted<Dual<T>>>::Dual) -> [Y; 3]
where
    Y::Dual: Lifted<Dual<T>>,
{
    let once = y.lifted(y);
    let (re, eps) = (once.real(dual), once.tangent(dual));
    [y.tangent(&re), y.real(&eps), y.tangent(&eps)]
}

/// One method: what it takes beside the matrix is nothing, another matrix of its shape, or a number.
macro_rules! method {
    // How an argument appears: in a call, again in a pullback, as a tangent, as a cotangent, with its tangent.
    (given matrix $T:ident $rows:ty, $columns:ty) => { &Matrix<$T, $rows, $columns, SB> };
    (again matrix $T:ident $rows:ty, $columns:ty) => { &Matrix<$T, $rows, $columns, SB> };
    (dot matrix $T:ident $rows:ty, $columns:ty) => { Option<&OMatrix<$T, $rows, $columns>> };
    (bar matrix $T:ident $rows:ty, $columns:ty) => { Option<&mut OMatrix<$T, $rows, $columns>> };
    (given number $T:ident $rows:ty, $columns:ty) => { $T };
    (again number $T:ident $rows:ty, $columns:ty) => { &$T };
    (dot number $T:ident $rows:ty, $columns:ty) => { Option<&$T> };
    (bar number $T:ident $rows:ty, $columns:ty) => { Option<&mut $T> };
    (plain matrix $b:expr) => { like($b, |i, j| $b[(i, j)]) };
    (plain number $b:expr) => { *$b };
    (lifted matrix $b:expr, $dot:expr) => { lift($b, $dot) };
    (lifted number $b:expr, $dot:expr) => { lift_number(*$b, $dot) };
    (lifted_twice matrix $b:expr, $dots:expr) => { lift_twice($b, $dots) };
    (lifted_twice number $b:expr, $dots:expr) => { lift_number_twice(*$b, $dots) };
    (reference matrix $b:expr) => { $b };
    (reference number $b:expr) => { &$b };

    (
        $trait:ident $pull:ident $push:ident $second:ident $third:ident [$($Dims:ident)+] [$($Arg:ident)?] ($rows:ty, $columns:ty)
        $($b:ident $b_dot:ident $b_bar:ident $b_bar_dot:ident $b_1:ident $b_2:ident $b_bar_1:ident $b_bar_12:ident: $kind:ident)? => $T:ident $out:ty, [$($bounds:tt)*]
        $value:expr, $over:path, $pullback:path
    ) => {
        #[doc(hidden)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, missing_docs, reason = "the protocol of pullbacks")]
        pub trait $trait<$T: Real, $($Dims: Dim,)+ $($Arg)?>: Differentiable
        where
            DefaultAllocator: Allocator<$rows, $columns>,
            $($Arg: RawStorage<$T, $rows, $columns>,)?
            $($bounds)*
        {
            fn $pull(
                &self,
                $($b: method!(given $kind $T $rows, $columns))?
            ) -> (
                $out,
                impl FnOnce(
                    &Self,
                    $(method!(again $kind $T $rows, $columns),)?
                    $out,
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns))?
                ) + use<Self, $T, $($Dims,)+ $($Arg)?>,
            );

            fn $push(
                &self,
                $($b: method!(given $kind $T $rows, $columns),)?
                self_dot: Option<&Self::Cotangent>,
                $($b_dot: method!(dot $kind $T $rows, $columns))?
            ) -> ($out, $out, Unchanged);

            fn $second(
                &self,
                $($b: method!(given $kind $T $rows, $columns),)?
                self_dot: Option<&Self::Cotangent>,
                $($b_dot: method!(dot $kind $T $rows, $columns))?
            ) -> (
                $out,
                $out,
                Unchanged,
                impl FnOnce(
                    &Self,
                    $(method!(again $kind $T $rows, $columns),)?
                    Option<&Self::Cotangent>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    $out,
                    $out,
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns))?
                ) + use<Self, $T, $($Dims,)+ $($Arg)?>,
            );

            fn $third(
                &self,
                $($b: method!(given $kind $T $rows, $columns),)?
                first: Option<&Self::Cotangent>,
                $($b_1: method!(dot $kind $T $rows, $columns),)?
                second: Option<&Self::Cotangent>,
                $($b_2: method!(dot $kind $T $rows, $columns),)?
                both: Option<&Self::Cotangent>,
                $($b_dot: method!(dot $kind $T $rows, $columns))?
            ) -> (
                $out,
                $out,
                $out,
                $out,
                Unchanged,
                Unchanged,
                Unchanged,
                impl FnOnce(
                    &Self,
                    $(method!(again $kind $T $rows, $columns),)?
                    Option<&Self::Cotangent>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    Option<&Self::Cotangent>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    Option<&Self::Cotangent>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    $out,
                    $out,
                    $out,
                    $out,
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut Self::Cotangent>,
                    $(method!(bar $kind $T $rows, $columns))?
                ) + use<Self, $T, $($Dims,)+ $($Arg)?>,
            );
        }

        #[diagnostic::do_not_recommend]
        impl<$T: Real + RealField, $($Dims: Dim,)+ S: Storage<$T, $rows, $columns>, $($Arg: Storage<$T, $rows, $columns>)?>
            $trait<$T, $($Dims,)+ $($Arg)?> for Matrix<$T, $rows, $columns, S>
        where
            DefaultAllocator: Allocator<$rows, $columns>,
            $($bounds)*
        {
            fn $pull(
                &self,
                $($b: method!(given $kind $T $rows, $columns))?
            ) -> (
                $out,
                impl FnOnce(
                    &Self,
                    $(method!(again $kind $T $rows, $columns),)?
                    $out,
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns))?
                ) + use<$T, $($Dims,)+ S, $($Arg)?>,
            ) {
                (
                    $value(self, $($b)?),
                    |a: &Self,
                     $($b: method!(again $kind $T $rows, $columns),)?
                     y_bar: $out,
                     a_bar: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar: method!(bar $kind $T $rows, $columns))?| {
                        $pullback(&like(a, |i, j| a[(i, j)]), $(&method!(plain $kind $b),)? &y_bar, a_bar, $($b_bar)?);
                    },
                )
            }

            fn $push(
                &self,
                $($b: method!(given $kind $T $rows, $columns),)?
                self_dot: Option<&OMatrix<$T, $rows, $columns>>,
                $($b_dot: method!(dot $kind $T $rows, $columns))?
            ) -> ($out, $out, Unchanged) {
                let dual = $over(&lift(self, self_dot), $(&method!(lifted $kind method!(reference $kind $b), $b_dot))?);
                let y: $out = $value(self, $($b)?);
                let y_dot = Lifted::<$T>::tangent(&y, &dual);
                (y, y_dot, Unchanged)
            }

            fn $second(
                &self,
                $($b: method!(given $kind $T $rows, $columns),)?
                self_dot: Option<&OMatrix<$T, $rows, $columns>>,
                $($b_dot: method!(dot $kind $T $rows, $columns))?
            ) -> (
                $out,
                $out,
                Unchanged,
                impl FnOnce(
                    &Self,
                    $(method!(again $kind $T $rows, $columns),)?
                    Option<&OMatrix<$T, $rows, $columns>>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    $out,
                    $out,
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns))?
                ) + use<$T, $($Dims,)+ S, $($Arg)?>,
            ) {
                let (y, y_dot, unchanged) = self.$push($($b,)? self_dot, $($b_dot)?);
                (
                    y,
                    y_dot,
                    unchanged,
                    |a: &Self,
                     $($b: method!(again $kind $T $rows, $columns),)?
                     a_dot: Option<&OMatrix<$T, $rows, $columns>>,
                     $($b_dot: method!(dot $kind $T $rows, $columns),)?
                     y_bar: $out,
                     y_bar_dot: $out,
                     a_bar: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar: method!(bar $kind $T $rows, $columns),)?
                     a_bar_dot: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar_dot: method!(bar $kind $T $rows, $columns))?| {
                        let a = lift(a, a_dot);
                        $(let $b = method!(lifted $kind $b, $b_dot);)?
                        let mut found = a.zero_cotangent();
                        $(let mut found_of = (Differentiable::zero_cotangent(&$b), $b_bar, $b_bar_dot);)?
                        $pullback(
                            &a,
                            $(&$b,)?
                            &Lifted::<$T>::lifted(&y_bar, &y_bar_dot),
                            Some(&mut found),
                            $({
                                let $b_bar = &mut found_of.0;
                                Some($b_bar)
                            })?
                        );
                        found.add_found(a_bar, a_bar_dot);
                        $({
                            let ($b, $b_bar, $b_bar_dot) = found_of;
                            $b.add_found($b_bar, $b_bar_dot);
                        })?
                    },
                )
            }

            fn $third(
                &self,
                $($b: method!(given $kind $T $rows, $columns),)?
                first: Option<&OMatrix<$T, $rows, $columns>>,
                $($b_1: method!(dot $kind $T $rows, $columns),)?
                second: Option<&OMatrix<$T, $rows, $columns>>,
                $($b_2: method!(dot $kind $T $rows, $columns),)?
                both: Option<&OMatrix<$T, $rows, $columns>>,
                $($b_dot: method!(dot $kind $T $rows, $columns))?
            ) -> (
                $out,
                $out,
                $out,
                $out,
                Unchanged,
                Unchanged,
                Unchanged,
                impl FnOnce(
                    &Self,
                    $(method!(again $kind $T $rows, $columns),)?
                    Option<&OMatrix<$T, $rows, $columns>>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    Option<&OMatrix<$T, $rows, $columns>>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    Option<&OMatrix<$T, $rows, $columns>>,
                    $(method!(dot $kind $T $rows, $columns),)?
                    $out,
                    $out,
                    $out,
                    $out,
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns),)?
                    Option<&mut OMatrix<$T, $rows, $columns>>,
                    $(method!(bar $kind $T $rows, $columns))?
                ) + use<$T, $($Dims,)+ S, $($Arg)?>,
            ) {
                let dual = $over(
                    &lift_twice(self, [first, second, both]),
                    $(&method!(lifted_twice $kind method!(reference $kind $b), [$b_1, $b_2, $b_dot]))?
                );
                let y: $out = $value(self, $($b)?);
                let [y_1, y_2, y_12] = tangents_of::<$T, $out>(&y, &dual);
                (
                    y,
                    y_1,
                    y_2,
                    y_12,
                    Unchanged,
                    Unchanged,
                    Unchanged,
                    |a: &Self,
                     $($b: method!(again $kind $T $rows, $columns),)?
                     first: Option<&OMatrix<$T, $rows, $columns>>,
                     $($b_1: method!(dot $kind $T $rows, $columns),)?
                     second: Option<&OMatrix<$T, $rows, $columns>>,
                     $($b_2: method!(dot $kind $T $rows, $columns),)?
                     both: Option<&OMatrix<$T, $rows, $columns>>,
                     $($b_dot: method!(dot $kind $T $rows, $columns),)?
                     y_bar: $out,
                     y_bar_1: $out,
                     y_bar_2: $out,
                     y_bar_12: $out,
                     a_bar: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar: method!(bar $kind $T $rows, $columns),)?
                     a_bar_1: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar_dot: method!(bar $kind $T $rows, $columns),)?
                     a_bar_2: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar_1: method!(bar $kind $T $rows, $columns),)?
                     a_bar_12: Option<&mut OMatrix<$T, $rows, $columns>>,
                     $($b_bar_12: method!(bar $kind $T $rows, $columns))?| {
                        let a = lift_twice(a, [first, second, both]);
                        $(
                            let $b = method!(lifted_twice $kind $b, [$b_1, $b_2, $b_dot]);
                            let mut found_of = Differentiable::zero_cotangent(&$b);
                        )?
                        let mut found = a.zero_cotangent();
                        $pullback(
                            &a,
                            $(&$b,)?
                            &lift_seed::<$T, $out>([&y_bar, &y_bar_1, &y_bar_2, &y_bar_12]),
                            Some(&mut found),
                            $({
                                let $b_bar = &mut found_of;
                                Some($b_bar)
                            })?
                        );
                        found.add_all_found([a_bar, a_bar_1, a_bar_2, a_bar_12]);
                        $(found_of.add_all_found([$b_bar, $b_bar_dot, $b_bar_1, $b_bar_12]);)?
                    },
                )
            }
        }
    };
}

macro_rules! methods {
    ($(
        $trait:ident: $pull:ident $push:ident $second:ident $third:ident
        [$($Dims:ident)+] [$($Arg:ident)?] ($rows:ty, $columns:ty) $($b:ident: $kind:ident)? => $T:ident $out:ty, [$($bounds:tt)*]
        $value:expr, $over:path, $pullback:path;
    )*) => { $(
        method!($trait $pull $push $second $third [$($Dims)+] [$($Arg)?] ($rows, $columns)
            $($b b_dot b_bar b_bar_dot b_1 b_2 b_bar_1 b_bar_12: $kind)? => $T $out, [$($bounds)*] $value, $over, $pullback);
    )* };
}

methods! {
    NormRule: norm_needs_differentiate norm_needs_differentiate_jvp norm_needs_differentiate_hessian norm_needs_differentiate_order_3
        [R C] [] (R, C) => T T, [] Matrix::norm, norm, norm_pull;
    MagnitudeRule: magnitude_needs_differentiate magnitude_needs_differentiate_jvp magnitude_needs_differentiate_hessian magnitude_needs_differentiate_order_3
        [R C] [] (R, C) => T T, [] Matrix::magnitude, norm, norm_pull;
    NormSquaredRule: norm_squared_needs_differentiate norm_squared_needs_differentiate_jvp norm_squared_needs_differentiate_hessian norm_squared_needs_differentiate_order_3
        [R C] [] (R, C) => T T, [] Matrix::norm_squared, squares, squares_pull;
    MagnitudeSquaredRule:
        magnitude_squared_needs_differentiate magnitude_squared_needs_differentiate_jvp magnitude_squared_needs_differentiate_hessian magnitude_squared_needs_differentiate_order_3
        [R C] [] (R, C) => T T, [] Matrix::magnitude_squared, squares, squares_pull;
    NormalizeRule: normalize_needs_differentiate normalize_needs_differentiate_jvp normalize_needs_differentiate_hessian normalize_needs_differentiate_order_3
        [R C] [] (R, C) => T OMatrix<T, R, C>, [] Matrix::normalize, normalized, normalized_pull;
    DotRule: dot_needs_differentiate dot_needs_differentiate_jvp dot_needs_differentiate_hessian dot_needs_differentiate_order_3
        [R C] [SB] (R, C) b: matrix => T T, [] Matrix::dot, inner, inner_pull;
    MetricDistanceRule:
        metric_distance_needs_differentiate metric_distance_needs_differentiate_jvp metric_distance_needs_differentiate_hessian metric_distance_needs_differentiate_order_3
        [R C] [SB] (R, C) b: matrix => T T, [] Matrix::metric_distance, distance, distance_pull;
    CrossRule: cross_needs_differentiate cross_needs_differentiate_jvp cross_needs_differentiate_hessian cross_needs_differentiate_order_3
        [R C] [SB] (R, C) b: matrix => T OMatrix<T, R, C>, [] Matrix::cross, cross, cross_pull;
    ComponentMulRule: component_mul_needs_differentiate component_mul_needs_differentiate_jvp component_mul_needs_differentiate_hessian component_mul_needs_differentiate_order_3
        [R C] [SB] (R, C) b: matrix => T OMatrix<T, R, C>, [] Matrix::component_mul, component_mul, component_mul_pull;
    ComponentDivRule: component_div_needs_differentiate component_div_needs_differentiate_jvp component_div_needs_differentiate_hessian component_div_needs_differentiate_order_3
        [R C] [SB] (R, C) b: matrix => T OMatrix<T, R, C>, [] Matrix::component_div, component_div, component_div_pull;
    TransposeRule: transpose_needs_differentiate transpose_needs_differentiate_jvp transpose_needs_differentiate_hessian transpose_needs_differentiate_order_3
        [R C] [] (R, C) => T OMatrix<T, C, R>, [DefaultAllocator: Allocator<C, R>] Matrix::transpose, transposed, transposed_pull;
    SumOfElementsRule: sum_needs_differentiate sum_needs_differentiate_jvp sum_needs_differentiate_hessian sum_needs_differentiate_order_3
        [R C] [] (R, C) => T T, [] Matrix::sum, sum, sum_pull;
    MeanRule: mean_needs_differentiate mean_needs_differentiate_jvp mean_needs_differentiate_hessian mean_needs_differentiate_order_3
        [R C] [] (R, C) => T T, [] Matrix::mean, mean, mean_pull;
    AbsRule: abs_needs_differentiate abs_needs_differentiate_jvp abs_needs_differentiate_hessian abs_needs_differentiate_order_3
        [R C] [] (R, C) => T OMatrix<T, R, C>, [] Matrix::abs, abs, abs_pull;
    ScaleRule: scale_needs_differentiate scale_needs_differentiate_jvp scale_needs_differentiate_hessian scale_needs_differentiate_order_3
        [R C] [] (R, C) b: number => T OMatrix<T, R, C>, [] Matrix::scale, scaled, scaled_pull;
    UnscaleRule: unscale_needs_differentiate unscale_needs_differentiate_jvp unscale_needs_differentiate_hessian unscale_needs_differentiate_order_3
        [R C] [] (R, C) b: number => T OMatrix<T, R, C>, [] Matrix::unscale, unscaled, unscaled_pull;
    AddScalarRule: add_scalar_needs_differentiate add_scalar_needs_differentiate_jvp add_scalar_needs_differentiate_hessian add_scalar_needs_differentiate_order_3
        [R C] [] (R, C) b: number => T OMatrix<T, R, C>, [] Matrix::add_scalar, shifted, shifted_pull;
    TraceRule: trace_needs_differentiate trace_needs_differentiate_jvp trace_needs_differentiate_hessian trace_needs_differentiate_order_3
        [D] [] (D, D) => T T, [] Matrix::trace, trace, trace_pull;
    DeterminantRule: determinant_needs_differentiate determinant_needs_differentiate_jvp determinant_needs_differentiate_hessian determinant_needs_differentiate_order_3
        [D] [] (D, D) => T T, [D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D>] Matrix::determinant, determinant, determinant_pull;
    TryInverseRule: try_inverse_needs_differentiate try_inverse_needs_differentiate_jvp try_inverse_needs_differentiate_hessian try_inverse_needs_differentiate_order_3
        [D] [] (D, D) => T Option<OMatrix<T, D, D>>, []
        |a: &Matrix<T, D, D, S>| a.clone_owned().try_inverse(), some_inverse, inverse_pull;
}
