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
use alloc::vec::Vec;

/// What results are: numbers, and matrices of them.
trait Lifted<T: Real> {
    type Dual;

    /// With a tangent.
    fn lifted(&self, dot: &Self) -> Self::Dual;

    /// The tangent of this value, of what it is on dual numbers.
    fn tangent(&self, dual: &Self::Dual) -> Self;
}

impl<T: Real> Lifted<T> for T {
    type Dual = Dual<T>;

    fn lifted(&self, dot: &T) -> Dual<T> {
        Dual::new(*self, *dot)
    }

    fn tangent(&self, dual: &Dual<T>) -> T {
        dual.eps
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
    (reference matrix $b:expr) => { $b };
    (reference number $b:expr) => { &$b };

    (
        $trait:ident $pull:ident $push:ident $second:ident [$($Dims:ident)+] [$($Arg:ident)?] ($rows:ty, $columns:ty)
        $($b:ident $b_dot:ident $b_bar:ident $b_bar_dot:ident: $kind:ident)? => $T:ident $out:ty, [$($bounds:tt)*]
        $value:expr, $over:path, $pullback:path
    ) => {
        #[doc(hidden)]
        #[allow(clippy::type_complexity, missing_docs, reason = "the protocol of pullbacks")]
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
        }
    };
}

/// An owned matrix of any kind of numbers.
type Own<U, R, C> = OMatrix<U, R, C>;
/// A cotangent, if it is wanted.
type Bar<'a, U, R, C> = Option<&'a mut OMatrix<U, R, C>>;

/// A function of matrices that is generic over their shape and the kind of numbers.
macro_rules! over {
    ($(
        $(#[$doc:meta])*
        fn $name:ident<$U:ident, $($D:ident),+>($($arg:ident: $ty:ty),*) $(-> $out:ty)? where [$($bounds:tt)*] $body:block
    )*) => { $(
        $(#[$doc])*
        fn $name<$U: Real, $($D: Dim),+>($($arg: $ty),*) $(-> $out)? where DefaultAllocator: $($bounds)* $body
    )* };
}

/// `bar[i, j] += f(i, j)`
fn add_each<U: Real, R: Dim, C: Dim>(bar: Bar<U, R, C>, mut f: impl FnMut(usize, usize) -> U)
where
    DefaultAllocator: Allocator<R, C>,
{
    if let Some(bar) = bar {
        for j in 0..bar.ncols() {
            for i in 0..bar.nrows() {
                bar[(i, j)] += f(i, j);
            }
        }
    }
}

fn number_of<U: Real>(n: usize) -> U {
    #[allow(clippy::cast_precision_loss, reason = "matrices are smaller than that")]
    U::__from_f64(n as f64)
}

over! {
    fn squares<U, R, C>(a: &Own<U, R, C>) -> U where [Allocator<R, C>] {
        a.iter().map(|&x| x * x).sum()
    }
    fn squares_pull<U, R, C>(a: &Own<U, R, C>, y: &U, bar: Bar<U, R, C>) where [Allocator<R, C>] {
        add_each(bar, |i, j| *y * (a[(i, j)] + a[(i, j)]));
    }
    fn norm<U, R, C>(a: &Own<U, R, C>) -> U where [Allocator<R, C>] {
        let squares = squares(a);
        // The slope at the origin is 0, as that of `hypot`.
        if squares == U::__ZERO { U::__ZERO } else { squares.__sqrt() }
    }
    fn norm_pull<U, R, C>(a: &Own<U, R, C>, y: &U, bar: Bar<U, R, C>) where [Allocator<R, C>] {
        let norm = norm(a);
        if norm != U::__ZERO {
            add_each(bar, |i, j| *y * (a[(i, j)] / norm));
        }
    }
    fn normalized<U, R, C>(a: &Own<U, R, C>) -> Own<U, R, C> where [Allocator<R, C>] {
        let norm = squares(a).__sqrt();
        like(a, |i, j| a[(i, j)] / norm)
    }
    fn normalized_pull<U, R, C>(a: &Own<U, R, C>, y: &Own<U, R, C>, bar: Bar<U, R, C>) where [Allocator<R, C>] {
        // (y - u (u . y)) / |a|, with u = a / |a|
        let (norm, u) = (squares(a).__sqrt(), normalized(a));
        let along = inner(&u, y);
        add_each(bar, |i, j| (y[(i, j)] - u[(i, j)] * along) / norm);
    }
    fn inner<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>) -> U where [Allocator<R, C>] {
        a.iter().zip(b.iter()).map(|(&a, &b)| a * b).sum()
    }
    fn inner_pull<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>, y: &U, a_bar: Bar<U, R, C>, b_bar: Bar<U, R, C>) where [Allocator<R, C>] {
        add_each(a_bar, |i, j| *y * b[(i, j)]);
        add_each(b_bar, |i, j| *y * a[(i, j)]);
    }
    fn distance<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>) -> U where [Allocator<R, C>] {
        norm(&like(a, |i, j| a[(i, j)] - b[(i, j)]))
    }
    fn distance_pull<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>, y: &U, a_bar: Bar<U, R, C>, b_bar: Bar<U, R, C>) where [Allocator<R, C>] {
        let difference = like(a, |i, j| a[(i, j)] - b[(i, j)]);
        norm_pull(&difference, y, a_bar);
        norm_pull(&difference, &-*y, b_bar);
    }
    /// Vectors of three elements, columns or rows.
    fn cross<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>) -> Own<U, R, C> where [Allocator<R, C>] {
        let of = |k: usize| {
            let (k, l) = ((k + 1) % 3, (k + 2) % 3);
            a[k] * b[l] - a[l] * b[k]
        };
        like(a, |i, j| of(i + j))
    }
    fn cross_pull<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>, y: &Own<U, R, C>, a_bar: Bar<U, R, C>, b_bar: Bar<U, R, C>)
    where [Allocator<R, C>] {
        let (to_a, to_b) = (cross(b, y), cross(y, a));
        add_each(a_bar, |i, j| to_a[(i, j)]);
        add_each(b_bar, |i, j| to_b[(i, j)]);
    }
    fn component_mul<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>) -> Own<U, R, C> where [Allocator<R, C>] {
        like(a, |i, j| a[(i, j)] * b[(i, j)])
    }
    fn component_mul_pull<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>, y: &Own<U, R, C>, a_bar: Bar<U, R, C>, b_bar: Bar<U, R, C>)
    where [Allocator<R, C>] {
        add_each(a_bar, |i, j| y[(i, j)] * b[(i, j)]);
        add_each(b_bar, |i, j| y[(i, j)] * a[(i, j)]);
    }
    fn component_div<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>) -> Own<U, R, C> where [Allocator<R, C>] {
        like(a, |i, j| a[(i, j)] / b[(i, j)])
    }
    fn component_div_pull<U, R, C>(a: &Own<U, R, C>, b: &Own<U, R, C>, y: &Own<U, R, C>, a_bar: Bar<U, R, C>, b_bar: Bar<U, R, C>)
    where [Allocator<R, C>] {
        add_each(a_bar, |i, j| y[(i, j)] / b[(i, j)]);
        add_each(b_bar, |i, j| -(y[(i, j)] * (a[(i, j)] / b[(i, j)]) / b[(i, j)]));
    }
    fn transposed<U, R, C>(a: &Own<U, R, C>) -> Own<U, C, R> where [Allocator<R, C> + Allocator<C, R>] {
        let (rows, columns) = a.shape_generic();
        OMatrix::from_fn_generic(columns, rows, |i, j| a[(j, i)])
    }
    fn transposed_pull<U, R, C>(_a: &Own<U, R, C>, y: &Own<U, C, R>, bar: Bar<U, R, C>) where [Allocator<R, C> + Allocator<C, R>] {
        add_each(bar, |i, j| y[(j, i)]);
    }
    fn sum<U, R, C>(a: &Own<U, R, C>) -> U where [Allocator<R, C>] {
        a.iter().copied().sum()
    }
    fn sum_pull<U, R, C>(_a: &Own<U, R, C>, y: &U, bar: Bar<U, R, C>) where [Allocator<R, C>] {
        add_each(bar, |_, _| *y);
    }
    fn mean<U, R, C>(a: &Own<U, R, C>) -> U where [Allocator<R, C>] {
        if a.is_empty() { U::__ZERO } else { sum(a) / number_of(a.len()) }
    }
    fn mean_pull<U, R, C>(a: &Own<U, R, C>, y: &U, bar: Bar<U, R, C>) where [Allocator<R, C>] {
        let share = *y / number_of(a.len());
        add_each(bar, |_, _| share);
    }
    fn abs<U, R, C>(a: &Own<U, R, C>) -> Own<U, R, C> where [Allocator<R, C>] {
        like(a, |i, j| a[(i, j)].__abs())
    }
    fn abs_pull<U, R, C>(a: &Own<U, R, C>, y: &Own<U, R, C>, bar: Bar<U, R, C>) where [Allocator<R, C>] {
        add_each(bar, |i, j| match a[(i, j)] {
            x if x > U::__ZERO => y[(i, j)],
            x if x < U::__ZERO => -y[(i, j)],
            _ => U::__ZERO,
        });
    }
    fn scaled<U, R, C>(a: &Own<U, R, C>, s: &U) -> Own<U, R, C> where [Allocator<R, C>] {
        like(a, |i, j| a[(i, j)] * *s)
    }
    fn scaled_pull<U, R, C>(a: &Own<U, R, C>, s: &U, y: &Own<U, R, C>, a_bar: Bar<U, R, C>, s_bar: Option<&mut U>) where [Allocator<R, C>] {
        add_each(a_bar, |i, j| y[(i, j)] * *s);
        if let Some(s_bar) = s_bar {
            *s_bar += inner(a, y);
        }
    }
    fn unscaled<U, R, C>(a: &Own<U, R, C>, s: &U) -> Own<U, R, C> where [Allocator<R, C>] {
        like(a, |i, j| a[(i, j)] / *s)
    }
    fn unscaled_pull<U, R, C>(a: &Own<U, R, C>, s: &U, y: &Own<U, R, C>, a_bar: Bar<U, R, C>, s_bar: Option<&mut U>)
    where [Allocator<R, C>] {
        add_each(a_bar, |i, j| y[(i, j)] / *s);
        if let Some(s_bar) = s_bar {
            *s_bar -= inner(&unscaled(a, s), y) / *s;
        }
    }
    fn shifted<U, R, C>(a: &Own<U, R, C>, s: &U) -> Own<U, R, C> where [Allocator<R, C>] {
        like(a, |i, j| a[(i, j)] + *s)
    }
    fn shifted_pull<U, R, C>(_a: &Own<U, R, C>, _s: &U, y: &Own<U, R, C>, a_bar: Bar<U, R, C>, s_bar: Option<&mut U>)
    where [Allocator<R, C>] {
        add_each(a_bar, |i, j| y[(i, j)]);
        if let Some(s_bar) = s_bar {
            *s_bar += sum(y);
        }
    }
    fn trace<U, D>(a: &Own<U, D, D>) -> U where [Allocator<D, D>] {
        (0..a.nrows()).map(|i| a[(i, i)]).sum()
    }
    fn trace_pull<U, D>(_a: &Own<U, D, D>, y: &U, bar: Bar<U, D, D>) where [Allocator<D, D>] {
        add_each(bar, |i, j| if i == j { *y } else { U::__ZERO });
    }
    fn determinant<U, D>(a: &Own<U, D, D>) -> U where [Allocator<D, D>] {
        determinant_of(a.nrows(), &|i, j| a[(i, j)])
    }
    /// The determinant's slope is the matrix of cofactors: `det(a) a^-T`, where there is an inverse.
    fn determinant_pull<U, D>(a: &Own<U, D, D>, y: &U, bar: Bar<U, D, D>) where [Allocator<D, D>] {
        let n = a.nrows();
        let whole = determinant(a);
        if n > EXPANDED && whole != U::__ZERO {
            let inverse = inverse(a);
            add_each(bar, |i, j| *y * whole * inverse[(j, i)]);
            return;
        }
        let beside = |k: usize, without: usize| if k < without { k } else { k + 1 };
        add_each(bar, |i, j| {
            let minor = determinant_of(n - 1, &|r, c| a[(beside(r, i), beside(c, j))]);
            if (i + j) % 2 == 0 { *y * minor } else { -(*y * minor) }
        });
    }
    /// By elimination, with the greatest pivots of the columns.
    fn inverse<U, D>(a: &Own<U, D, D>) -> Own<U, D, D> where [Allocator<D, D>] {
        let n = a.nrows();
        let mut left = a.clone();
        let mut right = like(a, |i, j| if i == j { U::__ONE } else { U::__ZERO });
        for k in 0..n {
            let pivot = (k..n).fold(k, |p, i| if left[(i, k)].__abs() > left[(p, k)].__abs() { i } else { p });
            left.swap_rows(k, pivot);
            right.swap_rows(k, pivot);
            let pivot = left[(k, k)];
            for j in 0..n {
                left[(k, j)] /= pivot;
                right[(k, j)] /= pivot;
            }
            for i in (0..n).filter(|&i| i != k) {
                let factor = left[(i, k)];
                for j in 0..n {
                    let (l, r) = (left[(k, j)], right[(k, j)]);
                    left[(i, j)] -= factor * l;
                    right[(i, j)] -= factor * r;
                }
            }
        }
        right
    }
    fn some_inverse<U, D>(a: &Own<U, D, D>) -> Option<Own<U, D, D>> where [Allocator<D, D>] {
        Some(inverse(a))
    }
    /// `bar -= a^-T y a^-T`; a matrix without an inverse contributes nothing.
    fn inverse_pull<U, D>(a: &Own<U, D, D>, y: &Option<Own<U, D, D>>, bar: Bar<U, D, D>) where [Allocator<D, D>] {
        let (Some(y), Some(bar)) = (y, bar) else { return };
        if y.iter().all(|y| y.__is_zero()) {
            return;
        }
        let (n, inverse) = (a.nrows(), inverse(a));
        let left = like(a, |i, j| (0..n).map(|k| inverse[(k, i)] * y[(k, j)]).sum::<U>());
        add_each(Some(bar), |i, j| -(0..n).map(|k| left[(i, k)] * inverse[(j, k)]).sum::<U>());
    }
}

/// Up to this size determinants are expanded, and have derivatives even where they are zero.
const EXPANDED: usize = 4;

fn determinant_of<U: Real>(n: usize, a: &dyn Fn(usize, usize) -> U) -> U {
    if n > EXPANDED {
        return eliminated(n, a);
    }
    if n == 0 {
        return U::__ONE;
    }
    let mut sum = U::__ZERO;
    for j in 0..n {
        let minor = determinant_of(n - 1, &|r, c| a(r + 1, if c < j { c } else { c + 1 }));
        if j % 2 == 0 {
            sum += a(0, j) * minor;
        } else {
            sum -= a(0, j) * minor;
        }
    }
    sum
}

/// The determinant as the product of the pivots.
fn eliminated<U: Real>(n: usize, a: &dyn Fn(usize, usize) -> U) -> U {
    let mut rows: Vec<Vec<U>> = (0..n).map(|i| (0..n).map(|j| a(i, j)).collect()).collect();
    let mut product = U::__ONE;
    for k in 0..n {
        let pivot = (k..n).fold(k, |p, i| if rows[i][k].__abs() > rows[p][k].__abs() { i } else { p });
        if pivot != k {
            rows.swap(k, pivot);
            product = -product;
        }
        product *= rows[k][k];
        let (above, below) = rows.split_at_mut(k + 1);
        let upper = &above[k];
        // Of a column of zeros nothing is to be eliminated.
        for row in below.iter_mut().filter(|row| !row[k].__is_zero()) {
            let factor = row[k] / upper[k];
            row.iter_mut().zip(upper).for_each(|(x, u)| *x -= factor * *u);
        }
    }
    product
}

macro_rules! methods {
    ($(
        $trait:ident: $pull:ident $push:ident $second:ident
        [$($Dims:ident)+] [$($Arg:ident)?] ($rows:ty, $columns:ty) $($b:ident: $kind:ident)? => $T:ident $out:ty, [$($bounds:tt)*]
        $value:expr, $over:path, $pullback:path;
    )*) => { $(
        method!($trait $pull $push $second [$($Dims)+] [$($Arg)?] ($rows, $columns)
            $($b b_dot b_bar b_bar_dot: $kind)? => $T $out, [$($bounds)*] $value, $over, $pullback);
    )* };
}

methods! {
    NormRule: norm_needs_differentiate norm_needs_differentiate_jvp norm_needs_differentiate_hessian
        [R C] [] (R, C) => T T, [] Matrix::norm, norm, norm_pull;
    MagnitudeRule: magnitude_needs_differentiate magnitude_needs_differentiate_jvp magnitude_needs_differentiate_hessian
        [R C] [] (R, C) => T T, [] Matrix::magnitude, norm, norm_pull;
    NormSquaredRule: norm_squared_needs_differentiate norm_squared_needs_differentiate_jvp norm_squared_needs_differentiate_hessian
        [R C] [] (R, C) => T T, [] Matrix::norm_squared, squares, squares_pull;
    MagnitudeSquaredRule:
        magnitude_squared_needs_differentiate magnitude_squared_needs_differentiate_jvp magnitude_squared_needs_differentiate_hessian
        [R C] [] (R, C) => T T, [] Matrix::magnitude_squared, squares, squares_pull;
    NormalizeRule: normalize_needs_differentiate normalize_needs_differentiate_jvp normalize_needs_differentiate_hessian
        [R C] [] (R, C) => T OMatrix<T, R, C>, [] Matrix::normalize, normalized, normalized_pull;
    DotRule: dot_needs_differentiate dot_needs_differentiate_jvp dot_needs_differentiate_hessian
        [R C] [SB] (R, C) b: matrix => T T, [] Matrix::dot, inner, inner_pull;
    MetricDistanceRule:
        metric_distance_needs_differentiate metric_distance_needs_differentiate_jvp metric_distance_needs_differentiate_hessian
        [R C] [SB] (R, C) b: matrix => T T, [] Matrix::metric_distance, distance, distance_pull;
    CrossRule: cross_needs_differentiate cross_needs_differentiate_jvp cross_needs_differentiate_hessian
        [R C] [SB] (R, C) b: matrix => T OMatrix<T, R, C>, [] Matrix::cross, cross, cross_pull;
    ComponentMulRule: component_mul_needs_differentiate component_mul_needs_differentiate_jvp component_mul_needs_differentiate_hessian
        [R C] [SB] (R, C) b: matrix => T OMatrix<T, R, C>, [] Matrix::component_mul, component_mul, component_mul_pull;
    ComponentDivRule: component_div_needs_differentiate component_div_needs_differentiate_jvp component_div_needs_differentiate_hessian
        [R C] [SB] (R, C) b: matrix => T OMatrix<T, R, C>, [] Matrix::component_div, component_div, component_div_pull;
    TransposeRule: transpose_needs_differentiate transpose_needs_differentiate_jvp transpose_needs_differentiate_hessian
        [R C] [] (R, C) => T OMatrix<T, C, R>, [DefaultAllocator: Allocator<C, R>] Matrix::transpose, transposed, transposed_pull;
    SumOfElementsRule: sum_needs_differentiate sum_needs_differentiate_jvp sum_needs_differentiate_hessian
        [R C] [] (R, C) => T T, [] Matrix::sum, sum, sum_pull;
    MeanRule: mean_needs_differentiate mean_needs_differentiate_jvp mean_needs_differentiate_hessian
        [R C] [] (R, C) => T T, [] Matrix::mean, mean, mean_pull;
    AbsRule: abs_needs_differentiate abs_needs_differentiate_jvp abs_needs_differentiate_hessian
        [R C] [] (R, C) => T OMatrix<T, R, C>, [] Matrix::abs, abs, abs_pull;
    ScaleRule: scale_needs_differentiate scale_needs_differentiate_jvp scale_needs_differentiate_hessian
        [R C] [] (R, C) b: number => T OMatrix<T, R, C>, [] Matrix::scale, scaled, scaled_pull;
    UnscaleRule: unscale_needs_differentiate unscale_needs_differentiate_jvp unscale_needs_differentiate_hessian
        [R C] [] (R, C) b: number => T OMatrix<T, R, C>, [] Matrix::unscale, unscaled, unscaled_pull;
    AddScalarRule: add_scalar_needs_differentiate add_scalar_needs_differentiate_jvp add_scalar_needs_differentiate_hessian
        [R C] [] (R, C) b: number => T OMatrix<T, R, C>, [] Matrix::add_scalar, shifted, shifted_pull;
    TraceRule: trace_needs_differentiate trace_needs_differentiate_jvp trace_needs_differentiate_hessian
        [D] [] (D, D) => T T, [] Matrix::trace, trace, trace_pull;
    DeterminantRule: determinant_needs_differentiate determinant_needs_differentiate_jvp determinant_needs_differentiate_hessian
        [D] [] (D, D) => T T, [D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D>] Matrix::determinant, determinant, determinant_pull;
    TryInverseRule: try_inverse_needs_differentiate try_inverse_needs_differentiate_jvp try_inverse_needs_differentiate_hessian
        [D] [] (D, D) => T Option<OMatrix<T, D, D>>, []
        |a: &Matrix<T, D, D, S>| a.clone_owned().try_inverse(), some_inverse, inverse_pull;
}
