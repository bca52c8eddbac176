//! Arrays of `ndarray` as differentiable values, and the primitives of matrix algebra with their pullbacks.
//!
//! An array's cotangent is an array of the same shape. The functions of this module are called from annotated functions like
//! any other; products add straight into the cotangents they are given (`C += A B`), so that no temporary matrix is made.
//!
//! Products run on `matrixmultiply`, which `ndarray` brings along and which needs no unsafe code here. Alone, it is slower than the
//! `gemm` and `faer` crates; in a whole step of training the difference disappears. `docs/performance.md` has the numbers.

use alloc::vec::Vec;

use ndarray::{Array, Array1, Array2, ArrayBase, Dimension, LinalgScalar, RawData, Zip, linalg::general_mat_mul};

use crate::operators::{SumRule, SumsAsCotangent};
use crate::{AddInto, Cotangent, Differentiable, InLanes, Lanes, OfLanes, Real, Scalar};

mod higher;
mod operators;

#[doc(hidden)]
pub use operators::DotRule;

/// Numbers that matrices are made of: `f32` and `f64`.
pub trait Element: Scalar + LinalgScalar {}

impl<T: Real + LinalgScalar> Element for T {}

#[diagnostic::do_not_recommend]
impl<T: Real, D: Dimension> Differentiable for Array<T, D> {
    type Cotangent = Array<T, D>;

    fn zero_cotangent(&self) -> Self {
        Array::from_elem(self.raw_dim(), T::__ZERO)
    }
}

impl<T: Real, D: Dimension> Cotangent for Array<T, D> {
    fn accumulate(&mut self, contribution: &Self) {
        assert_eq!(self.shape(), contribution.shape(), "cotangents of different shapes");
        self.zip_mut_with(contribution, |a, &b| *a += b);
    }

    fn set_zero(&mut self) {
        self.fill(T::__ZERO);
    }

    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|c| c.map_numbers(f));
    }
}

impl<T: Real + InLanes<N, Lanes = Lanes<T, N>>, D: Dimension, const N: usize> InLanes<N> for Array<T, D> {
    type Lanes = Array<Lanes<T, N>, D>;

    fn zero_lanes(&self) -> Self::Lanes {
        Array::from_elem(self.raw_dim(), Lanes::ZERO)
    }
}

impl<T: Real, D: Dimension, const N: usize> Cotangent for Array<Lanes<T, N>, D> {
    fn accumulate(&mut self, contribution: &Self) {
        assert_eq!(self.shape(), contribution.shape(), "tangents of different shapes");
        self.zip_mut_with(contribution, |a, &b| *a += b);
    }

    fn set_zero(&mut self) {
        self.fill(Lanes::ZERO);
    }

    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|c| c.map_numbers(f));
    }
}

impl<T: Real, D: Dimension, const N: usize> OfLanes<N> for Array<Lanes<T, N>, D> {
    type Lane = Array<T, D>;

    fn lane(&self, k: usize) -> Array<T, D> {
        self.map(|l| l.0[k])
    }

    fn set_lane(&mut self, k: usize, tangent: &Array<T, D>) {
        assert_eq!(self.shape(), tangent.shape(), "tangents of different shapes");
        self.zip_mut_with(tangent, |l, &d| l.0[k] = d);
    }

    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        self.iter_mut().for_each(|l| l.map_lanes(f));
    }
}

impl<T: Real, D: Dimension> AddInto<Array<T, D>> for Array<T, D> {
    fn add_into(&self, target: &mut Array<T, D>) {
        target.accumulate(self);
    }

    fn sub_into(&self, target: &mut Array<T, D>) {
        assert_eq!(self.shape(), target.shape(), "cotangents of different shapes");
        target.zip_mut_with(self, |a, &b| *a -= b);
    }
}

impl<T: Real, D: Dimension> SumRule<Array<T, D>> for Array<T, D> {}

impl<S: RawData, D> SumsAsCotangent for ArrayBase<S, D> {}

/// Declares the companion of a function: the type of the same name that holds its pullback.
macro_rules! companion {
    ($name:ident) => {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations, reason = "named like the function, has no values")]
        pub enum $name {}
    };
}

/// The product `x w` of an `n x k` and a `k x m` matrix.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn matmul<T: Element>(x: &Array2<T>, w: &Array2<T>) -> Array2<T> {
    x.dot(w)
}

/// `y_dot += x_dot w + x w_dot`
fn push_product<T: Element>(x: &Array2<T>, w: &Array2<T>, x_dot: Option<&Array2<T>>, w_dot: Option<&Array2<T>>, y_dot: &mut Array2<T>) {
    if let Some(x_dot) = x_dot {
        general_mat_mul(T::__ONE, x_dot, w, T::__ONE, y_dot);
    }
    if let Some(w_dot) = w_dot {
        general_mat_mul(T::__ONE, x, w_dot, T::__ONE, y_dot);
    }
}

companion!(matmul);

impl matmul {
    /// The product, and its pullback: `x_bar += y_bar w^T`, `w_bar += x^T y_bar`.
    #[doc(hidden)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Element>(
        x: &Array2<T>,
        w: &Array2<T>,
    ) -> (Array2<T>, impl FnOnce(&Array2<T>, &Array2<T>, Array2<T>, Option<&mut Array2<T>>, Option<&mut Array2<T>>) + use<T>) {
        (matmul(x, w), |x: &Array2<T>, w: &Array2<T>, y_bar: Array2<T>, x_bar: Option<&mut Array2<T>>, w_bar: Option<&mut Array2<T>>| {
            if let Some(x_bar) = x_bar {
                general_mat_mul(T::__ONE, &y_bar, &w.t(), T::__ONE, x_bar);
            }
            if let Some(w_bar) = w_bar {
                general_mat_mul(T::__ONE, &x.t(), &y_bar, T::__ONE, w_bar);
            }
        })
    }

    /// The product and its tangent.
    #[doc(hidden)]
    pub fn push<T: Element>(x: &Array2<T>, w: &Array2<T>, x_dot: Option<&Array2<T>>, w_dot: Option<&Array2<T>>) -> (Array2<T>, Array2<T>) {
        let y = matmul(x, w);
        let mut y_dot = y.zero_cotangent();
        push_product(x, w, x_dot, w_dot, &mut y_dot);
        (y, y_dot)
    }
}

/// Adds a row to every row of an `n x m` matrix, in place of its storage.
///
/// # Panics
/// If the row does not have `m` elements.
#[must_use]
pub fn add_row<T: Element>(mut x: Array2<T>, row: &Array1<T>) -> Array2<T> {
    assert_eq!(x.ncols(), row.len(), "a row of another length");
    x.rows_mut().into_iter().for_each(|mut r| r.zip_mut_with(row, |a, &b| *a += b));
    x
}

companion!(add_row);

impl add_row {
    /// The sum, and its pullback: the row's cotangent is the sum over rows.
    #[doc(hidden)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Element>(
        x: Array2<T>,
        row: &Array1<T>,
    ) -> (Array2<T>, impl FnOnce(&Array2<T>, &Array1<T>, Array2<T>, Option<&mut Array2<T>>, Option<&mut Array1<T>>) + use<T>) {
        (
            add_row(x, row),
            |_: &Array2<T>, _: &Array1<T>, y_bar: Array2<T>, x_bar: Option<&mut Array2<T>>, row_bar: Option<&mut Array1<T>>| {
                if let Some(row_bar) = row_bar {
                    y_bar.rows().into_iter().for_each(|r| row_bar.zip_mut_with(&r, |a, &b| *a += b));
                }
                if let Some(x_bar) = x_bar {
                    x_bar.accumulate(&y_bar);
                }
            },
        )
    }

    /// The sum and its tangent.
    #[doc(hidden)]
    pub fn push<T: Element>(
        x: Array2<T>,
        row: &Array1<T>,
        x_dot: Option<&Array2<T>>,
        row_dot: Option<&Array1<T>>,
    ) -> (Array2<T>, Array2<T>) {
        let y = add_row(x, row);
        let mut y_dot = x_dot.cloned().unwrap_or_else(|| y.zero_cotangent());
        if let Some(row_dot) = row_dot {
            y_dot = add_row(y_dot, row_dot);
        }
        (y, y_dot)
    }
}

/// The affine map `x w + bias` of an `n x k` and a `k x m` matrix and a row of `m` numbers: what a dense layer computes.
///
/// One product into the result's storage, without a temporary matrix.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn affine<T: Element>(x: &Array2<T>, w: &Array2<T>, bias: &Array1<T>) -> Array2<T> {
    assert_eq!(w.ncols(), bias.len(), "one bias per column of the weights");
    let mut y = Array2::from_elem((x.nrows(), w.ncols()), T::__ZERO);
    y.assign(bias);
    general_mat_mul(T::__ONE, x, w, T::__ONE, &mut y);
    y
}

companion!(affine);

impl affine {
    /// The result, and its pullback: `x_bar += y_bar w^T`, `w_bar += x^T y_bar`, `bias_bar +=` the sum of the rows of `y_bar`.
    #[doc(hidden)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Element>(
        x: &Array2<T>,
        w: &Array2<T>,
        bias: &Array1<T>,
    ) -> (
        Array2<T>,
        impl FnOnce(&Array2<T>, &Array2<T>, &Array1<T>, Array2<T>, Option<&mut Array2<T>>, Option<&mut Array2<T>>, Option<&mut Array1<T>>)
        + use<T>,
    ) {
        (
            affine(x, w, bias),
            |x: &Array2<T>,
             w: &Array2<T>,
             _: &Array1<T>,
             y_bar: Array2<T>,
             x_bar: Option<&mut Array2<T>>,
             w_bar: Option<&mut Array2<T>>,
             bias_bar: Option<&mut Array1<T>>| {
                if let Some(x_bar) = x_bar {
                    general_mat_mul(T::__ONE, &y_bar, &w.t(), T::__ONE, x_bar);
                }
                if let Some(w_bar) = w_bar {
                    general_mat_mul(T::__ONE, &x.t(), &y_bar, T::__ONE, w_bar);
                }
                if let Some(bias_bar) = bias_bar {
                    y_bar.rows().into_iter().for_each(|row| bias_bar.zip_mut_with(&row, |b, &y| *b += y));
                }
            },
        )
    }

    /// The result and its tangent.
    #[doc(hidden)]
    pub fn push<T: Element>(
        x: &Array2<T>,
        w: &Array2<T>,
        bias: &Array1<T>,
        x_dot: Option<&Array2<T>>,
        w_dot: Option<&Array2<T>>,
        bias_dot: Option<&Array1<T>>,
    ) -> (Array2<T>, Array2<T>) {
        let y = affine(x, w, bias);
        let mut y_dot = y.zero_cotangent();
        push_product(x, w, x_dot, w_dot, &mut y_dot);
        if let Some(bias_dot) = bias_dot {
            y_dot = add_row(y_dot, bias_dot);
        }
        (y, y_dot)
    }
}

/// A function of one number, applied to every element: its value and its slope there, by a rule of this crate.
pub trait Elementwise: Copy {
    /// The value at `x`.
    fn value<T: Element>(self, x: T) -> T;
    /// The contribution of the cotangent `y_bar` of `y = value(x)` to that of `x`.
    fn pullback<T: Element>(self, x: T, y_bar: T) -> T;
}

/// Applies a function to every element.
#[must_use]
pub fn map<T: Element, F: Elementwise>(x: &Array2<T>, f: F) -> Array2<T> {
    x.mapv(|v| f.value(v))
}

companion!(map);

impl map {
    /// The values, and their pullback.
    #[doc(hidden)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Element, F: Elementwise>(
        x: &Array2<T>,
        f: F,
    ) -> (Array2<T>, impl FnOnce(&Array2<T>, &F, Array2<T>, Option<&mut Array2<T>>, Option<&mut ()>) + use<T, F>) {
        (map(x, f), |x: &Array2<T>, f: &F, y_bar: Array2<T>, x_bar: Option<&mut Array2<T>>, _: Option<&mut ()>| {
            if let Some(x_bar) = x_bar {
                Zip::from(x_bar).and(x).and(&y_bar).for_each(|b, &x, &y_bar| *b += f.pullback(x, y_bar));
            }
        })
    }

    /// The values and their tangents: a slope is a number, so both directions multiply with it.
    #[doc(hidden)]
    pub fn push<T: Element, F: Elementwise>(x: &Array2<T>, f: F, x_dot: Option<&Array2<T>>, _: Option<&()>) -> (Array2<T>, Array2<T>) {
        let y = map(x, f);
        let y_dot = match x_dot {
            Some(x_dot) => Zip::from(x).and(x_dot).map_collect(|&x, &d| f.pullback(x, d)),
            None => y.zero_cotangent(),
        };
        (y, y_dot)
    }
}

/// The elements of a matrix, row by row: the way from matrices to code on slices.
///
/// ```
/// use autodiff_core::ndarray::elements;
/// use ndarray::array;
///
/// assert_eq!(elements(&array![[1.0, 2.0], [3.0, 4.0]]), [1.0, 2.0, 3.0, 4.0]);
/// ```
#[must_use]
pub fn elements<T: Element>(x: &Array2<T>) -> Vec<T> {
    x.iter().copied().collect()
}

companion!(elements);

impl elements {
    /// The elements, and their pullback.
    #[doc(hidden)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Element>(x: &Array2<T>) -> (Vec<T>, impl FnOnce(&Array2<T>, Vec<T>, Option<&mut Array2<T>>) + use<T>) {
        (elements(x), |_: &Array2<T>, y_bar: Vec<T>, x_bar: Option<&mut Array2<T>>| {
            if let Some(x_bar) = x_bar {
                x_bar.iter_mut().zip(y_bar).for_each(|(x_bar, y_bar)| *x_bar += y_bar);
            }
        })
    }

    /// The elements and their tangents.
    #[doc(hidden)]
    pub fn push<T: Element>(x: &Array2<T>, x_dot: Option<&Array2<T>>) -> (Vec<T>, Vec<T>) {
        let y = elements(x);
        let y_dot = x_dot.map_or_else(|| y.zero_cotangent(), elements);
        (y, y_dot)
    }
}

/// The matrix of these elements, row by row: the way back from [`elements`].
///
/// # Panics
/// If there are not `rows` times `columns` elements.
#[must_use]
pub fn matrix<T: Element>(elements: &[T], rows: usize, columns: usize) -> Array2<T> {
    assert_eq!(elements.len(), rows * columns, "one element per row and column");
    Array2::from_shape_fn((rows, columns), |(i, j)| elements[i * columns + j])
}

companion!(matrix);

impl matrix {
    /// The matrix, and its pullback.
    #[doc(hidden)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Element>(
        x: &[T],
        rows: usize,
        columns: usize,
    ) -> (Array2<T>, impl FnOnce(&[T], &usize, &usize, Array2<T>, Option<&mut [T]>, Option<&mut ()>, Option<&mut ()>) + use<T>) {
        (
            matrix(x, rows, columns),
            |_: &[T], _: &usize, _: &usize, y_bar: Array2<T>, x_bar: Option<&mut [T]>, _: Option<&mut ()>, _: Option<&mut ()>| {
                if let Some(x_bar) = x_bar {
                    x_bar.iter_mut().zip(&y_bar).for_each(|(x_bar, y_bar)| *x_bar += *y_bar);
                }
            },
        )
    }

    /// The matrix and its tangents.
    #[doc(hidden)]
    pub fn push<T: Element>(
        x: &[T],
        rows: usize,
        columns: usize,
        x_dot: Option<&[T]>,
        _: Option<&()>,
        _: Option<&()>,
    ) -> (Array2<T>, Array2<T>) {
        let y = matrix(x, rows, columns);
        let y_dot = x_dot.map_or_else(|| y.zero_cotangent(), |x_dot| matrix(x_dot, rows, columns));
        (y, y_dot)
    }
}
