//! `impl` blocks: options, attributes, generics, constructors, builders, nested modules.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Debug, Default)]
pub struct Spring {
    k: f64,
    rest: f64,
    label: String,
}

#[differentiate]
#[allow(dead_code)]
impl Spring {
    const HALF: f64 = 0.5;
    pub const DEFAULT: Spring = Spring { k: 1.0, rest: 0.0, label: String::new() };

    /// A constructor.
    #[must_use]
    pub fn new(k: f64, rest: f64) -> Self {
        Self { k, rest, label: String::from("spring") }
    }

    /// No floats at all.
    pub fn label(&self) -> &str {
        &self.label
    }

    fn print(&self) {
        println!("{}", self.k);
    }

    #[must_use]
    pub fn with_k(mut self, k: f64) -> Self {
        self.k = k * self.k;
        self
    }

    #[must_use]
    pub fn with_rest(mut self, rest: f64) -> Self {
        self.rest += rest;
        self.rest *= self.k;
        self
    }

    fn stretch(&self, x: f64) -> f64 {
        x - self.rest
    }

    /// Documented.
    #[inline]
    #[must_use]
    pub(crate) fn energy(&self, x: f64) -> f64 {
        let d = self.stretch(x);
        Self::HALF * Self::helper(d) * self.k
    }

    fn helper(d: f64) -> f64 {
        d * d
    }

    #[cfg(any())]
    fn absent(&self, x: Missing) -> f64 {
        x.y
    }

    #[cfg(not(any()))]
    fn present(&self, x: f64) -> f64 {
        x * self.k
    }

    #[differentiate(wrt(x))]
    fn narrowed(&self, x: f64, y: f64) -> f64 {
        self.k * x * y
    }

    fn stretch_by(&mut self, dk: f64) -> f64 {
        self.k += dk;
        self.k *= self.k;
        self.k * self.rest
    }

    fn over(&self, xs: impl AsRef<[f64]> + Differentiable) -> f64 {
        let _ = &xs;
        self.k
    }
}

#[differentiate]
fn blocks(v: &[f64]) -> f64 {
    let s = Spring::new(v[0], v[1]).with_k(v[2]).with_rest(v[0]);
    let mut t = s.clone();
    let changed = t.stretch_by(v[1]);
    s.energy(v[1]) + Spring::DEFAULT.narrowed(v[0], 3.0) * s.present(v[1]) + changed * t.energy(v[2]) + Spring::helper(v[0])
}

/// The value is kept by the caller: `self` by value is not the last use.
#[differentiate]
fn copies(v: &[f64]) -> f64 {
    let s = Spring::new(v[0], v[1]);
    let t = s.clone().with_k(v[1]);
    let mut sum = 0.0;
    for x in v {
        sum += s.energy(*x) * t.clone().with_rest(*x).energy(v[0]);
    }
    sum
}

// ---- enums ---------------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub enum Shape {
    Circle(f64),
    Rect { w: f64, h: f64 },
    Nothing,
}

#[differentiate]
impl Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle(r) => std::f64::consts::PI * r * r,
            Self::Rect { w, h } => w * h,
            Self::Nothing => 0.0,
        }
    }

    fn scaled(&self, k: f64) -> Self {
        match *self {
            Self::Circle(r) => Self::Circle(r * k),
            Self::Rect { w, h } => Self::Rect { w: w * k, h: h * k },
            Self::Nothing => Self::Nothing,
        }
    }

    fn total(shapes: &[Shape], k: f64) -> f64 {
        shapes.iter().map(|s| s.scaled(k).area()).sum()
    }
}

#[differentiate]
fn enums(v: &[f64]) -> f64 {
    let shapes = vec![Shape::Circle(v[0]), Shape::Nothing, Shape::Rect { w: v[1], h: v[2] }];
    Shape::total(&shapes, v[2]) * shapes[2].area()
}

// ---- lifetimes -----------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct View<'a> {
    data: &'a [f64],
    scale: f64,
}

#[differentiate]
impl<'a> View<'a> {
    fn new(data: &'a [f64], scale: f64) -> View<'a> {
        View { data, scale }
    }

    fn dot(&self, other: &View<'_>) -> f64 {
        let mut s = 0.0;
        for i in 0..self.data.len() {
            s += self.data[i] * other.data[i];
        }
        s * self.scale * other.scale
    }

    fn norm(self) -> f64 {
        self.dot(&self).sqrt()
    }

    fn weighted(&self, w: &'a [f64]) -> f64 {
        self.data.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() * self.scale
    }
}

#[test]
fn views() {
    let (a, b) = ([1.0, -2.0, 0.5], [0.3, 0.7, 1.1]);
    let (u, v) = (View { data: &a, scale: 1.5 }, View { data: &b, scale: -0.5 });
    let (value, (u_bar, v_bar)) = u.dot_grad(&v);
    assert_eq!(value, u.dot(&v));
    let wanted: Vec<f64> = b.iter().map(|x| x * -0.75).collect();
    assert_eq!(u_bar.data, wanted);
    assert!((v_bar.scale - value / -0.5).abs() < 1e-15);
    let (norm, bar) = u.norm_grad();
    assert_eq!(norm, u.norm());
    assert!((bar.data[1] - a[1] * 2.25 / norm).abs() < 1e-14);
    assert_eq!(u.weighted_grad(&b).1.1, vec![1.5, -3.0, 0.75]);
}

// ---- numbers as parameters -----------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Poly<T> {
    c: Vec<T>,
}

#[differentiate]
impl<T: Float> Poly<T> {
    fn eval(&self, x: T) -> T {
        let mut y = T::zero();
        for c in self.c.iter().rev() {
            y = y * x + *c;
        }
        y
    }

    fn shifted(&self, by: T) -> Self {
        Poly { c: self.c.iter().map(|&c| c + by).collect::<Vec<T>>() }
    }

    fn newton(&self, x: T, slope: T) -> T {
        x - self.eval(x) / slope
    }

    #[allow(dead_code)]
    fn degree(&self) -> usize {
        self.c.len()
    }
}

#[derive(Differentiable, Clone, Copy)]
pub struct Kalman<T, const N: usize> {
    x: [T; N],
    gain: T,
}

#[differentiate]
impl<T, const N: usize> Kalman<T, N>
where
    T: Float,
{
    const SIZE: usize = N;

    fn update(&mut self, z: &[T; N]) -> T {
        let mut r = T::zero();
        for i in 0..N {
            let e = z[i] - self.x[i];
            self.x[i] = self.x[i] + self.gain * e;
            r = r + e * e;
        }
        r
    }
}

#[differentiate]
fn generic_blocks(v: &[f64]) -> f64 {
    let p = Poly { c: v.to_vec() };
    let q = p.shifted(v[1]);
    let mut filter = Kalman { x: [v[0], v[2]], gain: v[1] };
    let mut r = filter.update(&[v[1], 0.5]);
    r += filter.update(&[0.1, v[0]]);
    q.newton(v[2], 2.0 + v[0]) * p.eval(v[1]) + r * filter.x[0] * Kalman::<f64, 2>::SIZE as f64
}

// ---- inner types, wrappers -----------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Pair<A, B> {
    a: A,
    b: B,
}

#[differentiate]
impl<A: Clone> Pair<A, f64> {
    fn second(&self, k: f64) -> f64 {
        self.b * k
    }

    fn first(&self) -> A {
        self.a.clone()
    }
}

#[differentiate]
fn wrapped(v: &[f64]) -> f64 {
    let p = Pair { a: [v[0], v[1]], b: v[2] };
    p.second(v[0]) * p.first()[1]
}

mod nested {
    pub mod deep {
        use autodiff_core::{Differentiable, differentiate};

        #[derive(Differentiable, Clone, Copy)]
        pub(crate) struct Hidden(pub(super) f64);

        #[differentiate]
        impl Hidden {
            pub(in crate::nested) fn get(self, k: f64) -> f64 {
                self.0 * k
            }
        }
    }

    use autodiff_core::differentiate;

    #[differentiate]
    pub fn outer(x: f64) -> f64 {
        let h = deep::Hidden(x);
        h.get(x) * h.get(2.0)
    }
}

#[differentiate]
fn modules(v: &[f64]) -> f64 {
    nested::outer(v[0]) * v[1]
}

// ---- one function of a block ------------------------------------------------------------------------------------

impl Spring {
    #[differentiate]
    fn alone(&self, x: f64) -> f64 {
        self.stretch(x) * self.k
    }

    #[differentiate]
    fn made(k: f64) -> Spring {
        Spring { k: k * k, ..Spring::DEFAULT.clone() }
    }

    #[differentiate]
    fn builder(mut self, k: f64) -> Spring {
        self.k += k;
        self
    }
}

#[differentiate]
fn single(v: &[f64]) -> f64 {
    Spring::made(v[0]).builder(v[1]).alone(v[2])
}

mod checks {
    checked! {
        blocks blocks_grad blocks_vjp blocks_jvp at [1.3, 0.7, -0.4];
        copies copies_grad copies_vjp copies_jvp at [1.3, 0.7, -0.4];
        enums enums_grad enums_vjp enums_jvp at [1.3, 0.7, -0.4];
        generic_blocks generic_blocks_grad generic_blocks_vjp generic_blocks_jvp at [1.3, 0.7, -0.4];
        wrapped wrapped_grad wrapped_vjp wrapped_jvp at [1.3, 0.7, -0.4];
        modules modules_grad modules_vjp modules_jvp at [1.3, 0.7];
        single single_grad single_vjp single_jvp at [1.3, 0.7, -0.4];
    }
}
