//! What methods of matrices compute, and their pullbacks, on numbers of any kind.
//!
//! What enters: owned matrices of numbers or of dual numbers. What leaves: values, and contributions that are added. Guarantee: of dual numbers
//! the parts that move are the derivatives of the others.

use alloc::vec::Vec;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};

use crate::Real;
use crate::nalgebra::like;

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
        pub(super) fn $name<$U: Real, $($D: Dim),+>($($arg: $ty),*) $(-> $out)? where DefaultAllocator: $($bounds)* $body
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
