//! Types with parameters: what their fields are is known where the arguments are, and what a type leaves out is still found.

#![allow(clippy::all)]

use autodiff_core::{Differentiable, Scalar, differentiate};

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Copy)]
struct Matrix<T, const N: usize> {
    data: [T; N],
    k: T,
}

#[differentiate]
impl<T: Scalar, const N: usize> Matrix<T, N> {
    fn new(x: T, y: T) -> Self {
        Matrix { data: std::array::from_fn(|i| if i == 0 { x } else { y * x }), k: y }
    }
    fn dot(&self, other: &Self) -> T {
        let mut s = self.k * other.k;
        for i in 0..N {
            s += self.data[i] * other.data[i];
        }
        s
    }
    fn scaled(&self, k: T) -> Self {
        let data = self.data.map(|x| x * k + self.k);
        Self { data, k }
    }
    fn total(&self) -> T {
        self.data.iter().map(|x| *x * *x).fold(self.k, |a, b| a + b)
    }
}

/// Functions of the type whose first argument is a reference.
#[differentiate]
impl<T: Scalar, const N: usize> Matrix<T, N> {
    fn between(a: &Matrix<T, N>, b: &Self, k: T) -> T {
        let mut s = k;
        for i in 0..N {
            s += a.data[i] * b.data[i] * k;
        }
        s
    }
    fn grow(a: &mut Matrix<T, N>, k: T) {
        a.k *= k;
    }
}

#[differentiate]
fn by_reference(v: &[f64]) -> f64 {
    let a: Matrix<f64, 2> = Matrix::new(v[0], v[1]);
    let mut b: Matrix<f64, 2> = Matrix::new(v[1], v[2]);
    Matrix::grow(&mut b, v[0]);
    let c = &b;
    Matrix::between(&a, c, v[2]) + Matrix::between(c, &a, v[0]) * b.k
}

/// The length of `b` is that of `a`, which only the last line tells; that of `d` is written, and its numbers are not.
#[differentiate]
fn told_later(v: &[f64]) -> f64 {
    let a: Matrix<f64, 3> = Matrix::new(v[0], v[1]);
    let b = Matrix::new(v[2], v[3]);
    let c = b.scaled(v[4]);
    let d: Matrix<_, 2> = Matrix::new(v[0] * v[1], v[5]);
    a.dot(&b) * c.total() + d.total() + c.data[1]
}

#[derive(Differentiable, Clone)]
struct Held<T> {
    list: Vec<T>,
    last: Option<T>,
    #[differentiable(skip)]
    n: usize,
    pair: (T, T),
    k: f64,
}

#[differentiate]
fn taken(h: &mut Held<f64>, x: f64) -> f64 {
    let last = h.last.take();
    h.list.push(last.unwrap_or(x));
    h.last = Some(h.list[0] * h.pair.0);
    h.list.iter().sum::<f64>() * h.pair.1 + h.k * h.n as f64
}

#[differentiate]
fn fields_of_arguments(v: &[f64]) -> f64 {
    let mut h = Held { list: vec![v[0]], last: None, n: 3, pair: (v[1], v[2]), k: v[3] };
    let mut s = 0.0;
    for x in v {
        s += taken(&mut h, *x);
    }
    s * h.last.unwrap()
}

/// Two parameters, which the `impl` calls otherwise, and in another order.
#[derive(Differentiable, Clone, Copy)]
struct Grid<const N: usize, const M: usize> {
    x: [[f64; N]; M],
}

#[differentiate]
impl<const M: usize, const N: usize> Grid<M, N> {
    fn transposed(&self) -> Grid<N, M> {
        Grid { x: std::array::from_fn(|i| std::array::from_fn(|j| self.x[j][i] * 0.5)) }
    }
    fn norm(&self) -> f64 {
        self.x.iter().flatten().map(|x| x * x).sum::<f64>() + self.x.map(|row| row[0])[1]
    }
}

#[differentiate]
fn crossed(v: &[f64]) -> f64 {
    let a = Grid::<3, 2> { x: [[v[0], v[1], v[2]], [v[3], v[4], v[5]]] };
    a.transposed().norm() * a.norm()
}

/// A parameter with the name of a constant of the file.
#[derive(Differentiable, Clone, Copy)]
struct Named<N> {
    x: N,
    y: f64,
}
const N: usize = 2;
type Alias = Named<[f64; 2]>;

#[differentiate]
fn squared(b: &Named<[f64; N]>) -> f64 {
    b.x[0].sin() * b.y * b.x.map(|t| t * t)[1]
}

#[differentiate]
fn of_alias(b: Alias) -> f64 {
    b.x.map(|t| t * b.y).iter().sum()
}

#[differentiate]
fn parameter_names(v: &[f64]) -> f64 {
    let a = Named { x: [v[0], v[1]], y: v[2] };
    squared(&a) * of_alias(a)
}

/// A type parameter of the function beside one of the type.
#[derive(Differentiable, Clone, Copy)]
struct Wrapped<T> {
    x: T,
}

#[differentiate]
fn larger<U: Scalar>(w: Wrapped<U>, k: U) -> U {
    w.x.max(k) * w.x
}

#[differentiate]
fn second<T: Scalar>(w: Wrapped<[T; 2]>, k: T) -> T {
    w.x[1] * k + w.x.map(|x| x.exp())[0]
}

#[differentiate]
fn wrapped(v: &[f64]) -> f64 {
    larger(Wrapped { x: v[0] }, v[1]) * second(Wrapped { x: [v[2], v[3]] }, v[4])
}

// ---- types with a lifetime that is left out ------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
struct View<'a, T> {
    data: &'a [T],
    k: T,
}

#[differentiate]
fn weighted(w: View<f64>, x: f64) -> f64 {
    w.data.iter().map(|a| a * x).sum::<f64>() * w.k
}

#[differentiate]
impl View<'_, f64> {
    fn both(&self, other: View<f64>, lent: &View<f64>) -> f64 {
        self.data[0] * other.data[1] * lent.k + self.k
    }
}

#[test]
fn lifetimes_that_are_left_out() {
    let f = |v: &[f64]| {
        let (a, b) = (View { data: &v[..2], k: v[2] }, View { data: &v[3..5], k: v[5] });
        weighted(a, v[6]) + a.both(b, &View { data: &v[..1], k: v[7] })
    };
    let gradient = |v: &[f64]| {
        let (a, b) = (View { data: &v[..2], k: v[2] }, View { data: &v[3..5], k: v[5] });
        let (_, (w, x)) = weighted_vjp(a, v[6], 1.0);
        let (_, (this, other, lent)) = a.both_vjp(b, &View { data: &v[..1], k: v[7] }, 1.0);
        let mut out = vec![w.data[0] + this.data[0], w.data[1] + this.data[1], w.k + this.k];
        out.extend([other.data[0], other.data[1], other.k, x, lent.k]);
        out
    };
    autodiff_core::check_gradient(f, gradient, &[0.7, -1.2, 0.4, 1.9, -0.3, 2.2, 0.8, -0.6]).unwrap();
}

mod checks {
    checked! {
        by_reference by_reference_grad by_reference_vjp by_reference_jvp at [1.3, 0.7, -0.4];
        told_later told_later_grad told_later_vjp told_later_jvp at [1.3, 0.7, -0.4, 0.9, 1.1, -0.8], [-0.3, 0.5, 0.2, 1.9, -1.1, 0.4];
        fields_of_arguments fields_of_arguments_grad fields_of_arguments_vjp fields_of_arguments_jvp at [1.3, 0.7, -0.4, 0.9];
        crossed crossed_grad crossed_vjp crossed_jvp at [1.3, 0.7, -0.4, 0.9, 1.1, -0.8];
        parameter_names parameter_names_grad parameter_names_vjp parameter_names_jvp at [1.3, 0.7, -0.4];
        wrapped wrapped_grad wrapped_vjp wrapped_jvp at [1.3, 0.7, -0.4, 0.9, 1.1], [0.3, 0.7, -0.4, 0.9, 1.1];
    }
}
