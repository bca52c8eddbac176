//! Numbers, vectors and kernels of any type; matrices of their own; iterators of all kinds.
use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;
use std::ops::{Add, Index, IndexMut, Mul, Sub};

#[differentiate]
fn poly<T: Float>(coeffs: &[T], x: T) -> T {
    coeffs.iter().rev().fold(T::zero(), |acc, &c| acc * x + c)
}
#[differentiate]
fn norm<F>(xs: &[F]) -> F
where
    F: Float + std::iter::Sum,
{
    xs.iter().map(|&x| x * x).sum::<F>().sqrt()
}
#[differentiate]
fn huber<F: Float>(r: F, delta: F) -> F {
    let half = F::from(0.5).unwrap();
    if r.abs() <= delta { half * r * r } else { delta * (r.abs() - half * delta) }
}
#[differentiate]
fn robust<F: Float + std::iter::Sum<F>>(xs: &[F], ys: &[F], w: &[F], delta: F) -> F {
    xs.iter().zip(ys.iter()).map(|(&x, &y)| huber(poly(w, x) - y, delta)).sum::<F>() + norm(w) * F::epsilon().sqrt()
}
#[differentiate]
fn robust64(xs: &[f64], ys: &[f64], w: &[f64], delta: f64) -> f64 {
    robust(xs, ys, w, delta)
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Vector<T, const N: usize> {
    data: [T; N],
}
#[differentiate]
impl<T: Float, const N: usize> Add for Vector<T, N> {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        let mut data = self.data;
        for (a, b) in data.iter_mut().zip(rhs.data.iter()) {
            *a = *a + *b;
        }
        Vector { data }
    }
}
#[differentiate]
impl<T: Float, const N: usize> Vector<T, N> {
    pub fn dot(&self, other: &Self) -> T {
        let mut s = T::zero();
        for i in 0..N {
            s = s + self.data[i] * other.data[i];
        }
        s
    }
    pub fn scale(&self, k: T) -> Self {
        let data: [T; N] = self.data;
        Self { data: data.map(|x| x * k) }
    }
}
#[differentiate]
fn gen_vec(a: Vector<f64, 3>, b: Vector<f64, 3>, k: f64) -> f64 {
    (a.scale(k) + b).dot(&a)
}

pub trait Kernel {
    fn eval(&self, a: &[f64], b: &[f64]) -> f64;
    fn diag(&self, a: &[f64]) -> f64 {
        self.eval(a, a)
    }
}
#[derive(Clone, Debug, Differentiable)]
pub struct Rbf {
    ell: f64,
    var: f64,
}
#[derive(Clone, Debug, Differentiable)]
pub struct Linear {
    bias: f64,
}
pub mod gp {
    use autodiff_core::{Differentiable, differentiate};
    #[differentiate]
    pub trait Kernel {
        fn eval(&self, a: &[f64], b: &[f64]) -> f64;
        fn diag(&self, a: &[f64]) -> f64 {
            self.eval(a, a)
        }
    }
    #[derive(Clone, Debug, Differentiable)]
    pub struct Rbf {
        pub ell: f64,
        pub var: f64,
    }
    #[derive(Clone, Debug, Differentiable)]
    pub struct Linear {
        pub bias: f64,
    }
    #[differentiate]
    impl Kernel for Rbf {
        fn eval(&self, a: &[f64], b: &[f64]) -> f64 {
            let d2: f64 = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum();
            self.var * (-0.5 * d2 / self.ell.powi(2)).exp()
        }
        fn diag(&self, _a: &[f64]) -> f64 {
            self.var
        }
    }
    #[differentiate]
    impl Kernel for Linear {
        fn eval(&self, a: &[f64], b: &[f64]) -> f64 {
            self.bias + a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>()
        }
    }
    #[derive(Clone, Debug, Differentiable)]
    pub struct SumKernel<A, B> {
        pub a: A,
        pub b: B,
    }
    #[differentiate]
    impl<A: Kernel, B: Kernel> Kernel for SumKernel<A, B> {
        fn eval(&self, x: &[f64], y: &[f64]) -> f64 {
            self.a.eval(x, y) + self.b.eval(x, y)
        }
    }
    #[differentiate(wrt(kernel))]
    pub fn trace_and_offdiag<K: Kernel>(kernel: &K, xs: &[Vec<f64>]) -> f64 {
        let mut t = 0.0;
        for (i, a) in xs.iter().enumerate() {
            t += kernel.diag(a).ln();
            for b in xs.iter().skip(i + 1) {
                t -= kernel.eval(a, b);
            }
        }
        t
    }
}
use gp::*;

#[differentiate]
fn closures(a: f64, b: f64) -> f64 {
    let scale = |k: f64| move |x: f64| k * x.sin();
    let f = scale(a);
    let g = scale(b);
    let compose = |x| g(f(x));
    let mut count = 0;
    let mut acc = |v: f64| {
        count += 1;
        compose(v) + v
    };
    let r = acc(0.3) + acc(b);
    r * count as f64
}
// matrix struct row-major with own Index (Vec + dims)
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Matrix {
    #[differentiable(skip)]
    rows: usize,
    #[differentiable(skip)]
    cols: usize,
    data: Vec<f64>,
}
#[differentiate]
impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (r, c): (usize, usize)) -> &f64 {
        &self.data[r * self.cols + c]
    }
}
#[differentiate]
impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (r, c): (usize, usize)) -> &mut f64 {
        &mut self.data[r * self.cols + c]
    }
}
#[differentiate]
impl Matrix {
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }
    pub fn identity(n: usize) -> Self {
        let mut m = Self::zeros(n, n);
        for i in 0..n {
            m[(i, i)] = 1.0;
        }
        m
    }
    pub fn from_slice(rows: usize, cols: usize, data: &[f64]) -> Self {
        assert_eq!(data.len(), rows * cols, "shape");
        Self { rows, cols, data: data.to_owned() }
    }
    pub fn matmul(&self, other: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(self.rows, other.cols);
        for i in 0..self.rows {
            for j in 0..other.cols {
                for k in 0..self.cols {
                    out[(i, j)] += self[(i, k)] * other[(k, j)];
                }
            }
        }
        out
    }
    pub fn trace(&self) -> f64 {
        (0..self.rows).map(|i| self[(i, i)]).sum()
    }
    pub fn t(&self) -> Self {
        let mut m = Self::zeros(self.cols, self.rows);
        for r in 0..self.rows {
            for c in 0..self.cols {
                m[(c, r)] = self[(r, c)];
            }
        }
        m
    }
}
#[differentiate]
impl Mul for &Matrix {
    type Output = Matrix;
    fn mul(self, o: &Matrix) -> Matrix {
        self.matmul(o)
    }
}
#[differentiate]
impl Sub<&Matrix> for Matrix {
    type Output = Matrix;
    fn sub(mut self, o: &Matrix) -> Matrix {
        for (a, b) in self.data.iter_mut().zip(&o.data) {
            *a -= b;
        }
        self
    }
}
#[differentiate]
fn expm_trace(data: &[f64], n: usize) -> f64 {
    let a = Matrix::from_slice(n, n, data);
    let mut term = Matrix::identity(n);
    let mut sum = Matrix::identity(n);
    for k in 1..=6 {
        term = term.matmul(&a);
        for v in term.data.iter_mut() {
            *v /= k as f64;
        }
        for (s, t) in sum.data.iter_mut().zip(term.data.iter()) {
            *s += *t;
        }
    }
    let sym = &sum * &sum.t();
    (sym - &a).trace()
}

// LU determinant w/ pivoting, swap rows
#[differentiate]
fn determinant(mut a: Vec<Vec<f64>>) -> f64 {
    let n = a.len();
    let mut det = 1.0;
    for col in 0..n {
        let pivot = (col..n).max_by(|&i, &j| a[i][col].abs().partial_cmp(&a[j][col].abs()).unwrap()).unwrap();
        if a[pivot][col] == 0.0 {
            return 0.0;
        }
        if pivot != col {
            a.swap(pivot, col);
            det = -det;
        }
        det *= a[col][col];
        for row in col + 1..n {
            let f = a[row][col] / a[col][col];
            for k in col..n {
                let t = a[col][k];
                a[row][k] -= f * t;
            }
        }
    }
    det
}
#[differentiate]
fn slogdet(a: &[Vec<f64>]) -> f64 {
    determinant(a.to_vec()).abs().ln()
}

// partition/unzip/etc
#[differentiate]
fn iterators(xs: &[f64], t: f64) -> f64 {
    let (pos, neg): (Vec<f64>, Vec<f64>) = xs.iter().copied().partition(|&x| x > 0.0);
    let (sq, cb): (Vec<f64>, Vec<f64>) = xs.iter().map(|&x| (x * x, x * x * x)).unzip();
    let last = xs.iter().last().unwrap();
    let third = xs.iter().nth(2).copied().unwrap_or(0.0);
    let run: f64 = xs
        .iter()
        .scan(1.0, |s, &x| {
            *s *= x + t;
            Some(*s)
        })
        .take_while(|p| p.abs() < 100.0)
        .sum();
    let skipped: f64 = xs.iter().skip_while(|x| **x < 0.0).step_by(2).product();
    let minmax = xs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &x| (lo.min(x), hi.max(x)));
    let idx = xs.iter().position(|&x| x > t).unwrap_or(0);
    let peeked = {
        let mut it = xs.iter().peekable();
        let mut s = 0.0;
        while let Some(x) = it.next() {
            if let Some(n) = it.peek() {
                s += x * **n;
            }
        }
        s
    };
    let chunks: f64 = xs.chunks_exact(2).map(|c| c[0] * c[1]).sum();
    let nested: f64 = (0..3).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| xs[i] * xs[j]).sum();
    pos.iter().sum::<f64>() - neg.iter().sum::<f64>() + sq.iter().sum::<f64>() * cb[0] + last * third + run + skipped + minmax.1 - minmax.0
        + xs[idx]
        + peeked
        + chunks
        + nested
}

#[derive(Debug, Clone, Copy, Differentiable)]
enum Shape {
    Disk { r: f64 },
    Box2(f64, f64),
    Unit,
}
#[differentiate]
impl Shape {
    fn area(&self) -> f64 {
        match *self {
            Self::Disk { r } if r < 0.0 => 0.0,
            Self::Disk { r } => std::f64::consts::PI * r * r,
            Self::Box2(w, h @ 0.0..=0.5) => w * h * 2.0,
            Self::Box2(w, h) => w * h,
            Self::Unit => 1.0,
        }
    }
    fn scaled(self, k: f64) -> Self {
        match self {
            Shape::Disk { r } => Shape::Disk { r: r * k },
            Shape::Box2(w, h) => Shape::Box2(w * k, h * k),
            s @ Shape::Unit => s,
        }
    }
}
#[differentiate]
fn total_area(shapes: &[Shape], k: f64) -> f64 {
    shapes.iter().map(|s| s.scaled(k)).map(|s| s.area()).sum::<f64>()
}

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
struct Meters(f64);
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
struct Seconds(f64);
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
struct Speed(f64);
#[differentiate]
impl std::ops::Div<Seconds> for Meters {
    type Output = Speed;
    fn div(self, t: Seconds) -> Speed {
        Speed(self.0 / t.0)
    }
}
// linked list recursion with Box/Option
#[derive(Clone, Debug, Differentiable)]
struct Node {
    value: f64,
    next: Option<Box<Node>>,
}
#[differentiate]
fn list_sum(node: &Option<Box<Node>>, decay: f64) -> f64 {
    match node {
        None => 0.0,
        Some(n) => n.value.sin() + decay * list_sum(&n.next, decay),
    }
}
fn list(v: &[f64]) -> Option<Box<Node>> {
    v.split_first().map(|(x, r)| Box::new(Node { value: *x, next: list(r) }))
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}
fn m(v: &[f64], c: usize) -> Vec<Vec<f64>> {
    v.chunks(c).map(|r| r.to_vec()).collect()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(robust64 robust64_grad robust64_vjp robust64_jvp: 8, 0.1, 1.0, |v| (&v[..2], &v[2..4], &v[4..7], v[7]));
    checked!(gen_vec gen_vec_grad gen_vec_vjp gen_vec_jvp: 7, -1.0, 1.0, |v| (Vector{data:arr(&v[..3])}, Vector{data:arr(&v[3..6])}, v[6]));
    checked!(trace_and_offdiag trace_and_offdiag_grad trace_and_offdiag_vjp trace_and_offdiag_jvp: 3, 0.3, 1.0, |v| (&SumKernel{a:gp::Rbf{ell:v[0],var:v[1]},b:gp::Linear{bias:v[2]}}, &[vec![0.1,0.4],vec![-0.3,0.7],vec![0.2,0.9]]));
    checked!(closures closures_grad closures_vjp closures_jvp: 2, 0.1, 1.0, |v| (v[0], v[1]));
    checked!(expm_trace expm_trace_grad expm_trace_vjp expm_trace_jvp: 9, -1.0, 1.0, |v| (v, 3));
    checked!(slogdet slogdet_grad slogdet_vjp slogdet_jvp: 9, -1.0, 1.0, |v| (&m(v, 3)));
    checked!(iterators iterators_grad iterators_vjp iterators_jvp: 7, -1.0, 1.0, |v| (&v[..6], v[6]));
    checked!(total_area total_area_grad total_area_vjp total_area_jvp: 4, 0.2, 0.9, |v| (&[Shape::Disk{r:v[0]},Shape::Box2(v[1],v[2]),Shape::Unit], v[3]));
    checked!(list_sum list_sum_grad list_sum_vjp list_sum_jvp: 5, 0.2, 0.9, |v| (&list(&v[..4]), v[4]));
}
