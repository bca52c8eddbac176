//! Functions of traits with products that are implemented for structs as well as for numbers, and what such files do with constructors.

use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, Div, Mul};

#[derive(Differentiable, Clone, Copy)]
struct Phasor {
    re: f64,
    im: f64,
}

#[differentiate]
impl Add for Phasor {
    type Output = Phasor;
    fn add(self, o: Phasor) -> Phasor {
        Phasor { re: self.re + o.re, im: self.im + o.im }
    }
}
#[differentiate]
impl Mul for Phasor {
    type Output = Phasor;
    fn mul(self, o: Phasor) -> Phasor {
        Phasor { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate]
impl Div for Phasor {
    type Output = Phasor;
    fn div(self, o: Phasor) -> Phasor {
        let d = o.re * o.re + o.im * o.im;
        Phasor { re: (self.re * o.re + self.im * o.im) / d, im: (self.im * o.re - self.re * o.im) / d }
    }
}

#[differentiate]
trait Signal: Copy + Add<Output = Self> + Mul<Output = Self> {
    fn lift(x: f64) -> Self;
    fn gain(self) -> f64;
}
#[differentiate]
impl Signal for f64 {
    fn lift(x: f64) -> f64 {
        x
    }
    fn gain(self) -> f64 {
        self.abs()
    }
}
#[differentiate]
impl Signal for Phasor {
    fn lift(x: f64) -> Phasor {
        Phasor { re: x, im: 0.0 }
    }
    fn gain(self) -> f64 {
        self.re.hypot(self.im)
    }
}

#[differentiate]
fn horner<S: Signal>(coeffs: &[f64], s: S) -> S {
    coeffs.iter().rev().fold(S::lift(0.0), |acc, &c| acc * s + S::lift(c))
}

#[derive(Differentiable, Clone)]
struct Mass(f64);

#[derive(Differentiable, Clone)]
struct Light {
    c: [f64; 3],
}

#[differentiate]
impl Light {
    fn shine(&mut self, d: &[f64; 3], k: f64) -> &mut Self {
        for i in 0..3 {
            self.c[i] += d[i] * k;
        }
        self
    }
}

#[differentiate]
fn of_structs(v: &[f64]) -> f64 {
    (horner(&v[..2], Phasor { re: v[2], im: v[3] }) / horner(&v[1..], Phasor { re: 0.1, im: v[0] })).gain()
}

#[differentiate]
fn constructors_by_name(v: &[f64]) -> f64 {
    let all: Vec<Mass> = v.iter().copied().map(Mass).collect();
    all.iter().map(|m| m.0 * m.0).sum()
}

#[differentiate]
fn a_chain_of_changes(v: &[f64]) -> f64 {
    let mut l = Light { c: [0.0; 3] };
    let d = [v[0], v[1] * v[1], v[2]];
    l.shine(&d, v[3]).shine(&d, v[0] * v[0]);
    l.c[0] * l.c[1]
}

#[test]
fn gradients_are_those_of_differences() {
    let x = [0.7, 1.1, 0.4, 0.9];
    let check = |f: fn(&[f64]) -> f64, grad: fn(&[f64]) -> (f64, Vec<f64>)| {
        let (value, gradient) = grad(&x);
        assert_eq!(value.to_bits(), f(&x).to_bits());
        for i in 0..x.len() {
            let at = |h: f64| {
                let mut y = x;
                y[i] += h;
                f(&y)
            };
            let want = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((gradient[i] - want).abs() < 1e-6 * (1.0 + want.abs()), "{} {want}", gradient[i]);
        }
    };
    check(of_structs, of_structs_grad);
    check(constructors_by_name, constructors_by_name_grad);
    check(a_chain_of_changes, a_chain_of_changes_grad);
}
