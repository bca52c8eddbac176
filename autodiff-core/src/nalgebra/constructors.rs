//! What makes vectors and matrices out of numbers, found by the names under which generated code calls it.
//!
//! Every element is one of the numbers, so that all of it is linear: a tangent is made as the value is, and a cotangent goes back to where
//! its element came from.

use alloc::vec::Vec;

use nalgebra::allocator::Allocator;
use nalgebra::{Const, DMatrix, DVector, DefaultAllocator, DimName, OMatrix, OPoint, OVector};

use super::like;
use crate::rt::Unchanged;
use crate::{Differentiable, Real};

/// How an argument appears: in a call, again in a pullback, as a tangent, as a cotangent.
macro_rules! argument {
    (number given $T:ident) => { $T };
    (number again $T:ident) => { &$T };
    (number dot $T:ident) => { Option<&$T> };
    (number bar $T:ident) => { Option<&mut $T> };
    (list given $T:ident) => { &[$T] };
    (list again $T:ident) => { &[$T] };
    (list dot $T:ident) => { Option<&[$T]> };
    (list bar $T:ident) => { Option<&mut [$T]> };
    (vec given $T:ident) => { Vec<$T> };
    (vec again $T:ident) => { &Vec<$T> };
    (vec dot $T:ident) => { Option<&Vec<$T>> };
    (vec bar $T:ident) => { Option<&mut Vec<$T>> };
    (diagonal given $T:ident) => { &OVector<$T, D> };
    (diagonal again $T:ident) => { &OVector<$T, D> };
    (diagonal dot $T:ident) => { Option<&OVector<$T, D>> };
    (diagonal bar $T:ident) => { Option<&mut OVector<$T, D>> };
    (size given $T:ident) => { usize };
    (size again $T:ident) => { &usize };
    (size dot $T:ident) => { Option<&()> };
    (size bar $T:ident) => { Option<&mut ()> };
}

/// A constructor: what it makes, its tangent made of those of the arguments, and what takes a cotangent back to them.
macro_rules! constructor {
    (
        $trait:ident $(<$D:ident>)?: $pull:ident $push:ident $second:ident $third:ident $first:ident, [$($generics:tt)*] [$($names:ident)*] [$($bounds:tt)*]
        $This:ty => $Bar:ty, ($($x:ident $x_dot:ident $x_bar:ident: $kind:ident),+)
        $value:expr, |$y:ident| $tangent:expr, |$y_bar:ident| $reverse:block
    ) => {
        #[doc(hidden)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, missing_docs, reason = "the protocol of pullbacks")]
        pub trait $trait<T: Real $(, $D: DimName)?>: Differentiable + Sized
        where
            $(DefaultAllocator: Allocator<$D>,)?
        {
            fn $first<First: Clone>(first: &First) -> First {
                first.clone()
            }

            fn $pull($($x: argument!($kind given T)),+) -> (
                Self,
                impl FnOnce($(argument!($kind again T),)+ Self::Cotangent, $(argument!($kind bar T)),+) + use<Self, T $(, $D)?>,
            );

            fn $push($($x: argument!($kind given T),)+ $($x_dot: argument!($kind dot T)),+) -> (Self, Self::Cotangent, Unchanged);

            fn $second($($x: argument!($kind given T),)+ $($x_dot: argument!($kind dot T)),+) -> (
                Self,
                Self::Cotangent,
                Unchanged,
                impl FnOnce(
                    $(argument!($kind again T),)+
                    $(argument!($kind dot T),)+
                    Self::Cotangent,
                    Self::Cotangent,
                    $(argument!($kind bar T),)+
                    $(argument!($kind bar T)),+
                ) + use<Self, T $(, $D)?>,
            );

            third! { @ declared [$third [Self, T $(, $D)?]] [] $($x $x_bar $kind,)+ }
        }

        #[allow(unused_variables, clippy::too_many_arguments, clippy::type_complexity, clippy::ptr_arg, reason = "the same code for all")]
        #[diagnostic::do_not_recommend]
        impl<T: Real, $($generics)*> $trait<T $(, $D)?> for $This where $($bounds)* {
            fn $pull($($x: argument!($kind given T)),+) -> (
                Self,
                impl FnOnce($(argument!($kind again T),)+ $Bar, $(argument!($kind bar T)),+) + use<T, $($names),*>,
            ) {
                ($value, |$($x: argument!($kind again T),)+ $y_bar: $Bar, $($x_bar: argument!($kind bar T)),+| $reverse)
            }

            fn $push($($x: argument!($kind given T),)+ $($x_dot: argument!($kind dot T)),+) -> (Self, $Bar, Unchanged) {
                let y: Self = $value;
                let $y = &y;
                let y_dot = $tangent;
                (y, y_dot, Unchanged)
            }

            fn $second($($x: argument!($kind given T),)+ $($x_dot: argument!($kind dot T)),+) -> (
                Self,
                $Bar,
                Unchanged,
                impl FnOnce(
                    $(argument!($kind again T),)+
                    $(argument!($kind dot T),)+
                    $Bar,
                    $Bar,
                    $(argument!($kind bar T),)+
                    $(argument!($kind bar T)),+
                ) + use<T, $($names),*>,
            ) {
                let (y, y_dot, unchanged) = Self::$push($($x,)+ $($x_dot),+);
                (
                    y,
                    y_dot,
                    unchanged,
                    |$($x: argument!($kind again T),)+
                     $(_: argument!($kind dot T),)+
                     y_bar: $Bar,
                     y_bar_dot: $Bar,
                     $($x_bar: argument!($kind bar T),)+
                     $($x_dot: argument!($kind bar T)),+| {
                        {
                            let $y_bar = y_bar;
                            $reverse
                        }
                        $(let $x_bar = $x_dot;)+
                        let $y_bar = y_bar_dot;
                        $reverse
                    },
                )
            }

            third! { @ defined [$third $push [T, $($names),*] $Bar, $y_bar $reverse] [] $($x $x_bar $kind,)+ }
        }
    };
}

/// The same with tangents in two directions, in a trait and in an `impl`.
macro_rules! third {
    // One argument after the other: the names that belong to each stand in an expansion of their own, which keeps them apart.
    (@ $how:ident $fixed:tt [$($done:tt)*] $x:ident $x_bar:ident $kind:ident, $($rest:tt)*) => {
        third! { @ $how $fixed [$($done)* ($x $x_bar $kind first second both bar bar_first bar_second bar_both)] $($rest)* }
    };
    (@ declared [$third:ident [$($used:tt)*]]
        [$(($x:ident $x_bar:ident $kind:ident $first:ident $second:ident $both:ident $bars:ident $($more:ident)*))+]) => {
        fn $third(
            $($x: argument!($kind given T),)+
            $($first: argument!($kind dot T),)+
            $($second: argument!($kind dot T),)+
            $($both: argument!($kind dot T)),+
        ) -> (
            Self,
            Self::Cotangent,
            Self::Cotangent,
            Self::Cotangent,
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(
                $(argument!($kind again T),)+
                $(argument!($kind dot T),)+
                $(argument!($kind dot T),)+
                $(argument!($kind dot T),)+
                Self::Cotangent,
                Self::Cotangent,
                Self::Cotangent,
                Self::Cotangent,
                $(argument!($kind bar T),)+
                $(argument!($kind bar T),)+
                $(argument!($kind bar T),)+
                $(argument!($kind bar T)),+
            ) + use<$($used)*>,
        );
    };
    (@ defined [$third:ident $push:ident [$($used:tt)*] $Bar:ty, $y_bar:ident $reverse:block]
        [$((
            $x:ident $x_bar:ident $kind:ident
            $first:ident $second:ident $both:ident $bar:ident $bar_first:ident $bar_second:ident $bar_both:ident
        ))+]) => {
        fn $third(
            $($x: argument!($kind given T),)+
            $($first: argument!($kind dot T),)+
            $($second: argument!($kind dot T),)+
            $($both: argument!($kind dot T)),+
        ) -> (
            Self,
            $Bar,
            $Bar,
            $Bar,
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(
                $(argument!($kind again T),)+
                $(argument!($kind dot T),)+
                $(argument!($kind dot T),)+
                $(argument!($kind dot T),)+
                $Bar,
                $Bar,
                $Bar,
                $Bar,
                $(argument!($kind bar T),)+
                $(argument!($kind bar T),)+
                $(argument!($kind bar T),)+
                $(argument!($kind bar T)),+
            ) + use<$($used)*>,
        ) {
            let (y, y_first, _) = Self::$push($(Clone::clone(&$x),)+ $($first),+);
            let (_, y_second, _) = Self::$push($(Clone::clone(&$x),)+ $($second),+);
            let (_, y_both, _) = Self::$push($($x,)+ $($both),+);
            (
                y,
                y_first,
                y_second,
                y_both,
                Unchanged,
                Unchanged,
                Unchanged,
                |$(_: argument!($kind again T),)+
                 $(_: argument!($kind dot T),)+
                 $(_: argument!($kind dot T),)+
                 $(_: argument!($kind dot T),)+
                 y_bar: $Bar,
                 y_bar_first: $Bar,
                 y_bar_second: $Bar,
                 y_bar_both: $Bar,
                 $($bar: argument!($kind bar T),)+
                 $($bar_first: argument!($kind bar T),)+
                 $($bar_second: argument!($kind bar T),)+
                 $($bar_both: argument!($kind bar T)),+| {
                    {
                        $(let $x_bar = $bar;)+
                        let $y_bar = y_bar;
                        $reverse
                    }
                    {
                        $(let $x_bar = $bar_first;)+
                        let $y_bar = y_bar_first;
                        $reverse
                    }
                    {
                        $(let $x_bar = $bar_second;)+
                        let $y_bar = y_bar_second;
                        $reverse
                    }
                    $(let $x_bar = $bar_both;)+
                    let $y_bar = y_bar_both;
                    $reverse
                },
            )
        }
    };
}

fn number<T: Real>(dot: Option<&T>) -> T {
    dot.copied().unwrap_or(T::__ZERO)
}

/// `Vector3::new(x, y, z)` and the like: the numbers row by row.
macro_rules! new {
    ($($trait:ident $R:literal $C:literal: $($x:ident $x_dot:ident $x_bar:ident $i:literal $j:literal),+;)*) => { $(
        constructor!($trait: new_needs_differentiate new_needs_differentiate_jvp new_needs_differentiate_hessian new_needs_differentiate_order_3
            new_needs_differentiate_first,
            [] [] [] OMatrix<T, Const<$R>, Const<$C>> => OMatrix<T, Const<$R>, Const<$C>>, ($($x $x_dot $x_bar: number),+)
            OMatrix::<T, Const<$R>, Const<$C>>::new($($x),+),
            |_y| OMatrix::<T, Const<$R>, Const<$C>>::new($(number($x_dot)),+),
            |y_bar| { $(if let Some($x_bar) = $x_bar { *$x_bar += y_bar[($i, $j)]; })+ });
    )* };
    (points $($trait:ident $N:literal: $($x:ident $x_dot:ident $x_bar:ident $i:literal),+;)*) => { $(
        constructor!($trait: new_needs_differentiate new_needs_differentiate_jvp new_needs_differentiate_hessian new_needs_differentiate_order_3
            new_needs_differentiate_first,
            [] [] [] OPoint<T, Const<$N>> => OPoint<T, Const<$N>>, ($($x $x_dot $x_bar: number),+)
            OPoint::<T, Const<$N>>::new($($x),+),
            |_y| OPoint::<T, Const<$N>>::new($(number($x_dot)),+),
            |y_bar| { $(if let Some($x_bar) = $x_bar { *$x_bar += y_bar.coords[$i]; })+ });
    )* };
}

new! {
    New1x1 1 1: m00 m00_dot m00_bar 0 0;
    New2x1 2 1: m00 m00_dot m00_bar 0 0, m10 m10_dot m10_bar 1 0;
    New3x1 3 1: m00 m00_dot m00_bar 0 0, m10 m10_dot m10_bar 1 0, m20 m20_dot m20_bar 2 0;
    New4x1 4 1: m00 m00_dot m00_bar 0 0, m10 m10_dot m10_bar 1 0, m20 m20_dot m20_bar 2 0, m30 m30_dot m30_bar 3 0;
    New5x1 5 1: m00 m00_dot m00_bar 0 0, m10 m10_dot m10_bar 1 0, m20 m20_dot m20_bar 2 0, m30 m30_dot m30_bar 3 0, m40 m40_dot m40_bar 4 0;
    New6x1 6 1: m00 m00_dot m00_bar 0 0, m10 m10_dot m10_bar 1 0, m20 m20_dot m20_bar 2 0, m30 m30_dot m30_bar 3 0, m40 m40_dot m40_bar 4 0, m50 m50_dot m50_bar 5 0;
    New1x2 1 2: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1;
    New1x3 1 3: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m02 m02_dot m02_bar 0 2;
    New1x4 1 4: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m02 m02_dot m02_bar 0 2, m03 m03_dot m03_bar 0 3;
    New2x2 2 2: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m10 m10_dot m10_bar 1 0, m11 m11_dot m11_bar 1 1;
    New2x3 2 3: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m02 m02_dot m02_bar 0 2, m10 m10_dot m10_bar 1 0, m11 m11_dot m11_bar 1 1, m12 m12_dot m12_bar 1 2;
    New3x2 3 2: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m10 m10_dot m10_bar 1 0, m11 m11_dot m11_bar 1 1, m20 m20_dot m20_bar 2 0, m21 m21_dot m21_bar 2 1;
    New3x3 3 3: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m02 m02_dot m02_bar 0 2, m10 m10_dot m10_bar 1 0, m11 m11_dot m11_bar 1 1, m12 m12_dot m12_bar 1 2, m20 m20_dot m20_bar 2 0, m21 m21_dot m21_bar 2 1, m22 m22_dot m22_bar 2 2;
    New4x4 4 4: m00 m00_dot m00_bar 0 0, m01 m01_dot m01_bar 0 1, m02 m02_dot m02_bar 0 2, m03 m03_dot m03_bar 0 3, m10 m10_dot m10_bar 1 0, m11 m11_dot m11_bar 1 1, m12 m12_dot m12_bar 1 2, m13 m13_dot m13_bar 1 3, m20 m20_dot m20_bar 2 0, m21 m21_dot m21_bar 2 1, m22 m22_dot m22_bar 2 2, m23 m23_dot m23_bar 2 3, m30 m30_dot m30_bar 3 0, m31 m31_dot m31_bar 3 1, m32 m32_dot m32_bar 3 2, m33 m33_dot m33_bar 3 3;
}

new! { points
    NewPoint1 1: x0 x0_dot x0_bar 0;
    NewPoint2 2: x0 x0_dot x0_bar 0, x1 x1_dot x1_bar 1;
    NewPoint3 3: x0 x0_dot x0_bar 0, x1 x1_dot x1_bar 1, x2 x2_dot x2_bar 2;
}

/// Elements of a list that stand in another order in the matrix.
macro_rules! listed {
    ($(
        $trait:ident: $pull:ident $push:ident $second:ident $third:ident $first:ident [$($generics:tt)*] [$($names:ident)*] [$($bounds:tt)*] $This:ty,
        ($($n:ident $n_dot:ident $n_bar:ident,)*) $kind:ident |$i:ident, $j:ident, $rows:ident, $columns:ident| $at:expr, $value:expr;
    )*) => { $(
        constructor!($trait: $pull $push $second $third $first, [$($generics)*] [$($names)*] [$($bounds)*] $This => $This,
            ($($n $n_dot $n_bar: size,)* x x_dot x_bar: $kind)
            $value($($n,)* x),
            |y| {
                let ($rows, $columns) = y.shape();
                like(y, |$i, $j| x_dot.map_or(T::__ZERO, |x_dot| x_dot[$at]))
            },
            |y_bar| {
                if let Some(x_bar) = x_bar {
                    let ($rows, $columns) = y_bar.shape();
                    for $j in 0..$columns {
                        for $i in 0..$rows {
                            x_bar[$at] += y_bar[($i, $j)];
                        }
                    }
                }
            });
    )* };
}

/// One number everywhere.
macro_rules! filled {
    ($(
        $trait:ident: $pull:ident $push:ident $second:ident $third:ident $first:ident [$($generics:tt)*] [$($names:ident)*] [$($bounds:tt)*] $This:ty,
        ($($n:ident $n_dot:ident $n_bar:ident,)*) $value:expr;
    )*) => { $(
        constructor!($trait: $pull $push $second $third $first, [$($generics)*] [$($names)*] [$($bounds)*] $This => $This,
            ($($n $n_dot $n_bar: size,)* x x_dot x_bar: number)
            $value($($n,)* x),
            |y| {
                let x_dot = number(x_dot);
                like(y, |_, _| x_dot)
            },
            |y_bar| {
                if let Some(x_bar) = x_bar {
                    y_bar.iter().for_each(|y_bar| *x_bar += *y_bar);
                }
            });
    )* };
}

filled! {
    FromElement: from_element_needs_differentiate from_element_needs_differentiate_jvp from_element_needs_differentiate_hessian from_element_needs_differentiate_order_3 from_element_needs_differentiate_first [R: DimName, C: DimName] [R C] [DefaultAllocator: Allocator<R, C>] OMatrix<T, R, C>,
        () OMatrix::from_element;
    FromElementOfVector: from_element_needs_differentiate from_element_needs_differentiate_jvp from_element_needs_differentiate_hessian from_element_needs_differentiate_order_3 from_element_needs_differentiate_first [] [] [] DVector<T>,
        (n n_dot n_bar,) DVector::from_element;
    FromElementOfMatrix: from_element_needs_differentiate from_element_needs_differentiate_jvp from_element_needs_differentiate_hessian from_element_needs_differentiate_order_3 from_element_needs_differentiate_first [] [] [] DMatrix<T>,
        (r r_dot r_bar, c c_dot c_bar,) DMatrix::from_element;
    Repeat: repeat_needs_differentiate repeat_needs_differentiate_jvp repeat_needs_differentiate_hessian repeat_needs_differentiate_order_3 repeat_needs_differentiate_first [R: DimName, C: DimName] [R C] [DefaultAllocator: Allocator<R, C>] OMatrix<T, R, C>,
        () OMatrix::repeat;
    RepeatOfVector: repeat_needs_differentiate repeat_needs_differentiate_jvp repeat_needs_differentiate_hessian repeat_needs_differentiate_order_3 repeat_needs_differentiate_first [] [] [] DVector<T>,
        (n n_dot n_bar,) DVector::repeat;
    RepeatOfMatrix: repeat_needs_differentiate repeat_needs_differentiate_jvp repeat_needs_differentiate_hessian repeat_needs_differentiate_order_3 repeat_needs_differentiate_first [] [] [] DMatrix<T>,
        (r r_dot r_bar, c c_dot c_bar,) DMatrix::repeat;
}

listed! {
    FromVec: from_vec_needs_differentiate from_vec_needs_differentiate_jvp from_vec_needs_differentiate_hessian from_vec_needs_differentiate_order_3 from_vec_needs_differentiate_first [R: DimName, C: DimName] [R C] [DefaultAllocator: Allocator<R, C>] OMatrix<T, R, C>,
        () vec |i, j, rows, _columns| j * rows + i, OMatrix::from_vec;
    FromVecOfVector: from_vec_needs_differentiate from_vec_needs_differentiate_jvp from_vec_needs_differentiate_hessian from_vec_needs_differentiate_order_3 from_vec_needs_differentiate_first [] [] [] DVector<T>,
        () vec |i, j, rows, _columns| j * rows + i, DVector::from_vec;
    FromVecOfMatrix: from_vec_needs_differentiate from_vec_needs_differentiate_jvp from_vec_needs_differentiate_hessian from_vec_needs_differentiate_order_3 from_vec_needs_differentiate_first [] [] [] DMatrix<T>,
        (r r_dot r_bar, c c_dot c_bar,) vec |i, j, rows, _columns| j * rows + i, DMatrix::from_vec;
    FromColumnSlice: from_column_slice_needs_differentiate from_column_slice_needs_differentiate_jvp from_column_slice_needs_differentiate_hessian from_column_slice_needs_differentiate_order_3 from_column_slice_needs_differentiate_first [R: DimName, C: DimName] [R C] [DefaultAllocator: Allocator<R, C>] OMatrix<T, R, C>,
        () list |i, j, rows, _columns| j * rows + i, OMatrix::from_column_slice;
    FromColumnSliceOfVector: from_column_slice_needs_differentiate from_column_slice_needs_differentiate_jvp from_column_slice_needs_differentiate_hessian from_column_slice_needs_differentiate_order_3 from_column_slice_needs_differentiate_first [] [] [] DVector<T>,
        () list |i, j, rows, _columns| j * rows + i, DVector::from_column_slice;
    FromColumnSliceOfMatrix: from_column_slice_needs_differentiate from_column_slice_needs_differentiate_jvp from_column_slice_needs_differentiate_hessian from_column_slice_needs_differentiate_order_3 from_column_slice_needs_differentiate_first [] [] [] DMatrix<T>,
        (r r_dot r_bar, c c_dot c_bar,) list |i, j, rows, _columns| j * rows + i, DMatrix::from_column_slice;
    FromRowSlice: from_row_slice_needs_differentiate from_row_slice_needs_differentiate_jvp from_row_slice_needs_differentiate_hessian from_row_slice_needs_differentiate_order_3 from_row_slice_needs_differentiate_first [R: DimName, C: DimName] [R C] [DefaultAllocator: Allocator<R, C>] OMatrix<T, R, C>,
        () list |i, j, _rows, columns| i * columns + j, OMatrix::from_row_slice;
    FromRowSliceOfVector: from_row_slice_needs_differentiate from_row_slice_needs_differentiate_jvp from_row_slice_needs_differentiate_hessian from_row_slice_needs_differentiate_order_3 from_row_slice_needs_differentiate_first [] [] [] DVector<T>,
        () list |i, j, _rows, columns| i * columns + j, DVector::from_row_slice;
    FromRowSliceOfMatrix: from_row_slice_needs_differentiate from_row_slice_needs_differentiate_jvp from_row_slice_needs_differentiate_hessian from_row_slice_needs_differentiate_order_3 from_row_slice_needs_differentiate_first [] [] [] DMatrix<T>,
        (r r_dot r_bar, c c_dot c_bar,) list |i, j, _rows, columns| i * columns + j, DMatrix::from_row_slice;
}

constructor! {
    FromDiagonal<D>: from_diagonal_needs_differentiate from_diagonal_needs_differentiate_jvp from_diagonal_needs_differentiate_hessian from_diagonal_needs_differentiate_order_3 from_diagonal_needs_differentiate_first,
    [D: DimName] [D] [DefaultAllocator: Allocator<D, D> + Allocator<D>] OMatrix<T, D, D> => OMatrix<T, D, D>, (x x_dot x_bar: diagonal)
    diagonal(x),
    |y| x_dot.map_or_else(|| y.zero_cotangent(), diagonal),
    |y_bar| {
        if let Some(x_bar) = x_bar {
            x_bar.iter_mut().enumerate().for_each(|(i, x_bar)| *x_bar += y_bar[(i, i)]);
        }
    }
}

fn diagonal<T: Real, D: DimName>(x: &OVector<T, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    OMatrix::from_fn_generic(D::name(), D::name(), |i, j| if i == j { x[i] } else { T::__ZERO })
}
