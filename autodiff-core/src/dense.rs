//! Matrices that a Jacobian is written to: lists of rows, arrays, and matrices of `ndarray` and `nalgebra` with these features.
//!
//! What enters: how many rows and columns there are, and the partials. What leaves: the matrix in this shape. Guarantee: memory that a matrix
//! has is used again where it suffices.

use alloc::vec::Vec;

use crate::tangent::Number;

/// Whatever `f_jacobian_into` writes to, where a function's signature does not tell the size.
///
/// ```
/// use autodiff_core::differentiate;
///
/// #[differentiate(jacobian)]
/// fn squares(x: &[f64]) -> Vec<f64> {
///     x.iter().map(|x| x * x).collect()
/// }
///
/// let mut rows: Vec<Vec<f64>> = Vec::new();
/// assert_eq!(squares_jacobian_into(&[2.0, 3.0], &mut rows), [4.0, 9.0]);
/// assert_eq!(rows, [[4.0, 0.0], [0.0, 6.0]]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a Jacobian cannot be written to `{Self}`",
    label = "expected a list of rows, or a matrix of `ndarray` or `nalgebra` with that feature of `autodiff-core`"
)]
pub trait DenseMatrix {
    /// Gives it this shape; what is in it is overwritten afterwards.
    fn reshape(&mut self, rows: usize, columns: usize);

    /// Overwrites one number.
    fn set(&mut self, row: usize, column: usize, partial: f64);
}

impl<T: Number> DenseMatrix for Vec<Vec<T>> {
    fn reshape(&mut self, rows: usize, columns: usize) {
        self.resize_with(rows, Vec::new);
        self.iter_mut().for_each(|row| row.resize(columns, T::from_f64(0.0)));
    }

    #[inline]
    fn set(&mut self, row: usize, column: usize, partial: f64) {
        self[row][column] = T::from_f64(partial);
    }
}

/// # Panics
///
/// If the Jacobian has another shape.
impl<T: Number, const R: usize, const C: usize> DenseMatrix for [[T; C]; R] {
    fn reshape(&mut self, rows: usize, columns: usize) {
        assert_eq!((rows, columns), (R, C), "a Jacobian of another shape");
    }

    #[inline]
    fn set(&mut self, row: usize, column: usize, partial: f64) {
        self[row][column] = T::from_f64(partial);
    }
}

#[cfg(feature = "ndarray")]
impl<T: Number> DenseMatrix for ndarray::Array2<T> {
    fn reshape(&mut self, rows: usize, columns: usize) {
        if self.dim() != (rows, columns) {
            *self = ndarray::Array2::from_elem((rows, columns), T::from_f64(0.0));
        }
    }

    #[inline]
    fn set(&mut self, row: usize, column: usize, partial: f64) {
        self[(row, column)] = T::from_f64(partial);
    }
}

#[cfg(feature = "nalgebra")]
impl<T: Number + nalgebra::Scalar> DenseMatrix for nalgebra::DMatrix<T> {
    fn reshape(&mut self, rows: usize, columns: usize) {
        if self.shape() != (rows, columns) {
            *self = nalgebra::DMatrix::from_element(rows, columns, T::from_f64(0.0));
        }
    }

    #[inline]
    fn set(&mut self, row: usize, column: usize, partial: f64) {
        self[(row, column)] = T::from_f64(partial);
    }
}

/// What `jacobian = ndarray` and `jacobian = nalgebra` give, empty at first.
#[doc(hidden)]
pub mod matrices {
    /// `jacobian = ndarray` needs the feature of that name.
    #[cfg(feature = "ndarray")]
    pub type OfNdarray = ndarray::Array2<f64>;

    #[cfg(feature = "ndarray")]
    #[must_use]
    pub fn of_ndarray() -> OfNdarray {
        ndarray::Array2::from_elem((0, 0), 0.0)
    }

    /// `jacobian = nalgebra` needs the feature of that name.
    #[cfg(feature = "nalgebra")]
    pub type OfNalgebra = nalgebra::DMatrix<f64>;

    #[cfg(feature = "nalgebra")]
    #[must_use]
    pub fn of_nalgebra() -> OfNalgebra {
        nalgebra::DMatrix::from_element(0, 0, 0.0)
    }
}
