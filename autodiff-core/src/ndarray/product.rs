//! Products of matrices, added to what is there: the operation that training spends its time in.
//!
//! `matrixmultiply`, which `ndarray` brings along, or `faer` with the feature of that name; `docs/performance.md` compares them.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use super::Element;

/// `c += a b`
///
/// # Panics
/// If the shapes do not fit.
pub(super) fn add_product<T: Element>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    if !T::__add_product(&a, &b, &mut c) {
        general_mat_mul(T::ONE, &a, &b, T::ONE, &mut c);
    }
}

/// `c += a b` by `faer`, if the memory of all three is one row, or one column, after the other.
#[cfg(feature = "faer")]
pub(super) fn by_faer<T: faer::traits::ComplexField>(a: &ArrayView2<T>, b: &ArrayView2<T>, c: &mut ArrayViewMut2<T>) -> bool {
    use faer::{Accum, MatMut, MatRef, Par};

    fn matrix<'a, T>(x: &'a ArrayView2<T>) -> Option<MatRef<'a, T>> {
        let (rows, columns) = x.dim();
        x.as_slice().map(|s| MatRef::from_row_major_slice(s, rows, columns)).or_else(|| {
            let s = x.as_slice_memory_order()?;
            Some(MatRef::from_column_major_slice(s, rows, columns))
        })
    }

    assert!(a.ncols() == b.nrows() && c.dim() == (a.nrows(), b.ncols()), "the shapes of a product do not fit");
    let (rows, columns) = c.dim();
    let (Some(a), Some(b), Some(c)) = (matrix(a), matrix(b), c.as_slice_mut()) else { return false };
    faer::linalg::matmul::matmul(MatMut::from_row_major_slice_mut(c, rows, columns), Accum::Add, a, b, T::one_impl(), Par::Seq);
    true
}
