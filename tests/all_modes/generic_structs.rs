//! Functions of traits with products that are implemented for structs as well as for numbers, and what such files do with constructors.

use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, Div, Mul};

#[derive(Differentiable, Clone, Copy)]
struct Phasor {
    re: f64,
    im: f64,
}

#[differentiate(hessian, lanes)]
impl Add for Phasor {
    type Output = Phasor;
    fn add(self, o: Phasor) -> Phasor {
        Phasor { re: self.re + o.re, im: self.im + o.im }
    }
}
#[differentiate(hessian, lanes)]
impl Mul for Phasor {
    type Output = Phasor;
    fn mul(self, o: Phasor) -> Phasor {
        Phasor { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate(hessian, lanes)]
impl Div for Phasor {
    type Output = Phasor;
    fn div(self, o: Phasor) -> Phasor {
        let d = o.re * o.re + o.im * o.im;
        Phasor { re: (self.re * o.re + self.im * o.im) / d, im: (self.im * o.re - self.re * o.im) / d }
    }
}

#[differentiate(hessian, lanes)]
trait Signal: Copy + Add<Output = Self> + Mul<Output = Self> {
    fn lift(x: f64) -> Self;
    fn gain(self) -> f64;
}
#[differentiate(hessian, lanes)]
impl Signal for f64 {
    fn lift(x: f64) -> f64 {
        x
    }
    fn gain(self) -> f64 {
        self.abs()
    }
}
#[differentiate(hessian, lanes)]
impl Signal for Phasor {
    fn lift(x: f64) -> Phasor {
        Phasor { re: x, im: 0.0 }
    }
    fn gain(self) -> f64 {
        self.re.hypot(self.im)
    }
}

#[differentiate(hessian, lanes)]
fn horner<S: Signal>(coeffs: &[f64], s: S) -> S {
    coeffs.iter().rev().fold(S::lift(0.0), |acc, &c| acc * s + S::lift(c))
}

#[derive(Differentiable, Clone)]
struct Mass(f64);

#[derive(Differentiable, Clone)]
struct Light {
    c: [f64; 3],
}

#[differentiate(hessian, lanes)]
impl Light {
    fn add(&mut self, d: &[f64; 3], k: f64) -> &mut Self {
        for i in 0..3 {
            self.c[i] += d[i] * k;
        }
        self
    }
}

crate::cases! { 4, 0.3, 1.2;
    of_structs v { (horner(&v[..2], Phasor { re: v[2], im: v[3] }) / horner(&v[1..], Phasor { re: 0.1, im: v[0] })).gain() }
    of_numbers v { horner(v, v[1] * v[2]).gain() * horner::<f64>(&v[2..], 0.3).gain() }
    constructors_by_name v { let all: Vec<Mass> = v.iter().copied().map(Mass).collect(); all.iter().map(|m| m.0 * m.0).sum() }
    constructors_of_one v { let m = v.first().copied().map(Mass).unwrap_or(Mass(0.5)); m.0 * m.0 * v[1] }
    a_chain_of_changes v { let mut l = Light { c: [0.0; 3] }; let d = [v[0], v[1] * v[1], v[2]]; l.add(&d, v[3]).add(&d, v[0] * v[0]); l.c[0] * l.c[1] }
    arrays_tried v { v.windows(3).map(|w| { let a = <[f64; 3]>::try_from(w).unwrap(); a[0] * a[2] }).sum::<f64>() + <[f64; 2]>::try_from(&v[..2]).expect("two")[1] }
}
