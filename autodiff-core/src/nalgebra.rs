//! Vectors, matrices and points of `nalgebra` as differentiable values, of sizes known to the compiler or not.
//!
//! What enters annotated functions: matrices of any storage, views included. What leaves: cotangents that are owned matrices of the same
//! shape, and points that are points. Guarantee: a value is what `nalgebra` computes; only derivatives are computed here.
//!
//! | what | which |
//! |---|---|
//! | operators | `+`, `-`, `*`, `/` of matrices, points and numbers, negation, and what assigns with them |
//! | parts | `v.x`, `v[i]`, `m[(i, j)]`, `p.coords` |
//! | methods | `dot`, `cross`, `norm`, `magnitude`, `norm_squared`, `magnitude_squared`, `normalize`, `metric_distance`, `transpose`, `sum`, `mean`, `trace`, `determinant`, `try_inverse`, `scale`, `unscale`, `add_scalar`, `component_mul`, `component_div`, `abs` |
//! | made by | `new`, `from_element`, `repeat`, `from_vec`, `from_column_slice`, `from_row_slice`, `from_diagonal` |
//!
//! ```
//! use autodiff_core::differentiate;
//! use nalgebra::{Matrix3, Vector3};
//!
//! #[differentiate]
//! fn energy(inertia: &Matrix3<f64>, spin: &Vector3<f64>) -> f64 {
//!     0.5 * spin.dot(&(inertia * spin))
//! }
//!
//! let inertia = Matrix3::from_diagonal(&Vector3::new(1.0, 2.0, 3.0));
//! let (_, (_, spin_bar)) = energy_grad(&inertia, &Vector3::new(1.0, 1.0, 0.5));
//! assert_eq!(spin_bar, Vector3::new(1.0, 2.0, 1.5)); // the angular momentum
//! ```

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimName, Matrix, OMatrix, OPoint, RawStorage, U1};

use crate::operators::{SumRule, SumsAsCotangent};
use crate::{AddInto, Cotangent, Differentiable, Dual, InLanes, Lanes, OfLanes, Real};

mod constructors;
mod methods;
mod operators;

/// The traits that generated code imports.
#[doc(hidden)]
pub mod method_names {
    pub use super::constructors::{
        FromColumnSlice as _, FromColumnSliceOfMatrix as _, FromColumnSliceOfVector as _, FromDiagonal as _, FromElement as _,
        FromElementOfMatrix as _, FromElementOfVector as _, FromRowSlice as _, FromRowSliceOfMatrix as _, FromRowSliceOfVector as _,
        FromVec as _, FromVecOfMatrix as _, FromVecOfVector as _, New1x1 as _, New1x2 as _, New1x3 as _, New1x4 as _, New2x1 as _,
        New2x2 as _, New2x3 as _, New3x1 as _, New3x2 as _, New3x3 as _, New4x1 as _, New4x4 as _, New5x1 as _, New6x1 as _,
        NewPoint1 as _, NewPoint2 as _, NewPoint3 as _, Repeat as _, RepeatOfMatrix as _, RepeatOfVector as _,
    };
    pub use super::methods::{
        AbsRule as _, AddScalarRule as _, ComponentDivRule as _, ComponentMulRule as _, CrossRule as _, DeterminantRule as _, DotRule as _,
        MagnitudeRule as _, MagnitudeSquaredRule as _, MeanRule as _, MetricDistanceRule as _, NormRule as _, NormSquaredRule as _,
        NormalizeRule as _, ScaleRule as _, SumOfElementsRule as _, TraceRule as _, TransposeRule as _, TryInverseRule as _,
        UnscaleRule as _,
    };
}

/// A matrix of the shape of another.
fn like<T: Real, U: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>>(
    m: &Matrix<T, R, C, S>,
    f: impl FnMut(usize, usize) -> U,
) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = m.shape_generic();
    OMatrix::from_fn_generic(rows, columns, f)
}

/// The elements with their tangents; zeros where there are none.
fn lift<T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>>(m: &Matrix<T, R, C, S>, dot: Option<&OMatrix<T, R, C>>) -> OMatrix<Dual<T>, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    like(m, |i, j| dot.map_or_else(|| Dual::constant(m[(i, j)]), |dot| Dual::new(m[(i, j)], dot[(i, j)])))
}

/// The tangents of elements.
fn tangents<T: Real, R: Dim, C: Dim>(m: &OMatrix<Dual<T>, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    like(m, |i, j| m[(i, j)].eps)
}

#[diagnostic::do_not_recommend]
impl<T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> Differentiable for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Cotangent = OMatrix<T, R, C>;

    fn zero_cotangent(&self) -> OMatrix<T, R, C> {
        like(self, |_, _| T::__ZERO)
    }
}

fn check_shapes(a: (usize, usize), b: (usize, usize)) {
    assert_eq!(a, b, "cotangents of different shapes");
}

impl<T: Real, R: Dim, C: Dim> Cotangent for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn accumulate(&mut self, contribution: &Self) {
        check_shapes(self.shape(), contribution.shape());
        self.iter_mut().zip(contribution.iter()).for_each(|(a, b)| *a += *b);
    }

    fn set_zero(&mut self) {
        self.fill(T::__ZERO);
    }

    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|c| c.map_numbers(f));
    }
}

impl<T: Real, R: Dim, C: Dim> AddInto<OMatrix<T, R, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn add_into(&self, target: &mut OMatrix<T, R, C>) {
        target.accumulate(self);
    }

    fn sub_into(&self, target: &mut OMatrix<T, R, C>) {
        check_shapes(self.shape(), target.shape());
        target.iter_mut().zip(self.iter()).for_each(|(a, b)| *a -= *b);
    }
}

impl<T: Real, R: Dim, C: Dim> SumRule<OMatrix<T, R, C>> for OMatrix<T, R, C> where DefaultAllocator: Allocator<R, C> {}

impl<T, R, C, S> SumsAsCotangent for Matrix<T, R, C, S> {}

impl<T: Real + InLanes<N, Lanes = Lanes<T, N>>, R: Dim, C: Dim, const N: usize> InLanes<N> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Lanes = OMatrix<Lanes<T, N>, R, C>;

    fn zero_lanes(&self) -> Self::Lanes {
        let (rows, columns) = self.shape_generic();
        OMatrix::from_fn_generic(rows, columns, |_, _| Lanes::ZERO)
    }
}

impl<T: Real, R: Dim, C: Dim, const N: usize> Cotangent for OMatrix<Lanes<T, N>, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn accumulate(&mut self, contribution: &Self) {
        check_shapes(self.shape(), contribution.shape());
        self.iter_mut().zip(contribution.iter()).for_each(|(a, b)| *a += *b);
    }

    fn set_zero(&mut self) {
        self.fill(Lanes::ZERO);
    }

    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|c| c.map_numbers(f));
    }
}

impl<T: Real, R: Dim, C: Dim, const N: usize> OfLanes<N> for OMatrix<Lanes<T, N>, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Lane = OMatrix<T, R, C>;

    fn lane(&self, k: usize) -> OMatrix<T, R, C> {
        let (rows, columns) = self.shape_generic();
        OMatrix::from_fn_generic(rows, columns, |i, j| self[(i, j)].0[k])
    }

    fn set_lane(&mut self, k: usize, tangent: &OMatrix<T, R, C>) {
        check_shapes(self.shape(), tangent.shape());
        self.iter_mut().zip(tangent.iter()).for_each(|(l, d)| l.0[k] = *d);
    }

    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        self.iter_mut().for_each(|l| l.map_lanes(f));
    }
}

// The cotangent of a point has the parts of a point.

#[diagnostic::do_not_recommend]
impl<T: Real, D: DimName> Differentiable for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Cotangent = OPoint<T, D>;

    fn zero_cotangent(&self) -> OPoint<T, D> {
        OPoint { coords: self.coords.zero_cotangent() }
    }
}

impl<T: Real, D: DimName> Cotangent for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn accumulate(&mut self, contribution: &Self) {
        self.coords.accumulate(&contribution.coords);
    }

    fn set_zero(&mut self) {
        self.coords.set_zero();
    }

    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.coords.map_numbers(f);
    }
}

macro_rules! sums_with_points {
    ($($C:ty => $D:ty, |$c:ident, $d:ident| $from:expr, $to:expr;)*) => { $(
        impl<T: Real, D: DimName> AddInto<$D> for $C
        where
            DefaultAllocator: Allocator<D>,
        {
            fn add_into(&self, target: &mut $D) {
                let ($c, $d) = (self, target);
                $from.add_into($to);
            }

            fn sub_into(&self, target: &mut $D) {
                let ($c, $d) = (self, target);
                $from.sub_into($to);
            }
        }

        impl<T: Real, D: DimName> SumRule<$D> for $C where DefaultAllocator: Allocator<D> {}
    )* };
}

sums_with_points! {
    OPoint<T, D> => OPoint<T, D>, |c, d| c.coords, &mut d.coords;
    // `point += vector`
    OPoint<T, D> => OMatrix<T, D, U1>, |c, d| c.coords, d;
    // Its tangent.
    OMatrix<T, D, U1> => OPoint<T, D>, |c, d| c, &mut d.coords;
}

impl<T: Real, D: DimName> SumsAsCotangent for OPoint<T, D> where DefaultAllocator: Allocator<D> {}
