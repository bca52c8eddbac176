//! Functions as practitioners of a field write them, with arguments of many types. They were written, and
//! compiled without the attribute, before anything about the macro was looked at.

#![allow(unused)]

mod markets;
mod matter;
mod physics;
mod statistics;
mod systems;
mod tables;

use autodiff_core::Cotangent;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(12345));
        random.next();
        random.next();
        random
    }
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn u(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }
    fn n(&mut self, below: usize) -> usize {
        (self.next() >> 20) as usize % below
    }
    fn v(&mut self, n: usize, low: f64, high: f64) -> Vec<f64> {
        (0..n).map(|_| self.u(low, high)).collect()
    }
    fn m(&mut self, rows: usize, columns: usize, low: f64, high: f64) -> Vec<Vec<f64>> {
        (0..rows).map(|_| self.v(columns, low, high)).collect()
    }
    fn a<const N: usize>(&mut self, low: f64, high: f64) -> [f64; N] {
        std::array::from_fn(|_| self.u(low, high))
    }
    fn p3(&mut self, n: usize, low: f64, high: f64) -> Vec<[f64; 3]> {
        (0..n).map(|_| self.a(low, high)).collect()
    }
}

/// The numbers of arguments, in the order of their cotangents.
trait Numbers {
    fn read(&self, to: &mut Vec<f64>);
    fn write(&mut self, from: &mut std::slice::Iter<f64>);
}

impl Numbers for f64 {
    fn read(&self, to: &mut Vec<f64>) {
        to.push(*self);
    }
    fn write(&mut self, from: &mut std::slice::Iter<f64>) {
        *self = *from.next().unwrap();
    }
}

macro_rules! without_numbers {
    ($($t:ty)*) => { $(impl Numbers for $t {
        fn read(&self, _: &mut Vec<f64>) {}
        fn write(&mut self, _: &mut std::slice::Iter<f64>) {}
    })* };
}

without_numbers!(usize i32 i64 u32 u8 bool);

macro_rules! lists_of_numbers {
    ($([$($generics:tt)*] $t:ty)*) => { $(impl<T: Numbers $($generics)*> Numbers for $t {
        fn read(&self, to: &mut Vec<f64>) {
            self.iter().for_each(|x| x.read(to));
        }
        fn write(&mut self, from: &mut std::slice::Iter<f64>) {
            self.iter_mut().for_each(|x| x.write(from));
        }
    })* };
}

lists_of_numbers!([] Vec<T> [] Option<T> [, const N: usize] [T; N]);

impl<A: Numbers, B: Numbers> Numbers for (A, B) {
    fn read(&self, to: &mut Vec<f64>) {
        self.0.read(to);
        self.1.read(to);
    }
    fn write(&mut self, from: &mut std::slice::Iter<f64>) {
        self.0.write(from);
        self.1.write(from);
    }
}

/// `numbers_of!(Curve { level, slope })`: the fields in their order.
macro_rules! numbers_of {
    ($t:ty { $($field:ident),* }) => {
        impl $crate::professions::Numbers for $t {
            fn read(&self, to: &mut Vec<f64>) {
                $(self.$field.read(to);)*
            }
            fn write(&mut self, from: &mut std::slice::Iter<f64>) {
                $(self.$field.write(from);)*
            }
        }
    };
}
use numbers_of;

/// `trial! { f f_grad f_vjp f_jvp |r| { a: Vec<f64> = r.v(3, 0.0, 1.0); b: f64 = 0.5; } (&a, b) d => (&d.0, d.1) }`: the value of all modes bit
/// for bit, the gradient against differences, and the modes against each other, at several points.
macro_rules! trial {
    ($f:ident $grad:ident $vjp:ident $jvp:ident |$r:ident| { $($a:ident: $t:ty = $e:expr;)* } ($($arg:expr),*) $d:ident => $tangent:expr) => {
        #[test]
        fn gradient() {
            use $crate::professions::{Numbers as _, Random, compared, direction};
            for seed in 1..4 {
                let $r = &mut Random::new(seed);
                $(let $a: $t = $e;)*
                let mut at = Vec::new();
                $($a.read(&mut at);)*
                let value = |x: &[f64]| {
                    $(let mut $a = $a.clone();)*
                    let x = &mut x.iter();
                    $($a.write(x);)*
                    $f($($arg),*)
                };
                let factor = 0.45 * seed as f64 - 0.7;
                let (seeded, bars) = $vjp($($arg),*, factor);
                let (graded, gradient) = $grad($($arg),*);
                let $d = direction(&bars, seed);
                let (pushed, dot) = $jvp($($arg),*, $tangent);
                for (mode, given) in [("vjp", seeded), ("grad", graded), ("jvp", pushed)] {
                    assert_eq!(given.to_bits(), value(&at).to_bits(), "value of {mode}");
                }
                let [bars, gradient, direction] = [&bars, &gradient, &$d].map($crate::numbers);
                compared(&value, &at, factor, &bars, &gradient, dot, &direction);
            }
        }
    };
}
use trial;

fn direction<C: Cotangent + Clone>(like: &C, seed: u64) -> C {
    let (mut random, mut direction) = (Random::new(seed + 77), like.clone());
    direction.map_numbers(&mut |_| random.u(-1.0, 1.0));
    direction
}

#[track_caller]
fn compared(f: &dyn Fn(&[f64]) -> f64, at: &[f64], factor: f64, bars: &[f64], gradient: &[f64], dot: f64, direction: &[f64]) {
    assert_eq!(bars.len(), at.len(), "numbers");
    let mut x = at.to_vec();
    let mut slope = |k: usize| {
        let h = 2e-5 * at[k].abs().max(0.05);
        let mut moved = |by: f64| {
            x[k] = at[k] + by;
            let value = f(&x);
            x[k] = at[k];
            value
        };
        (8.0 * (moved(h) - moved(-h)) - (moved(2.0 * h) - moved(-2.0 * h))) / (12.0 * h)
    };
    let slopes: Vec<f64> = (0..at.len()).map(&mut slope).collect();
    let scale = slopes.iter().fold(1e-3_f64, |a, b| a.max(b.abs())) + 1e-2 * f(at).abs();
    let near = |a: f64, b: f64, by: f64| (a - b).abs() <= by * scale;
    for k in 0..at.len() {
        assert!(near(gradient[k], slopes[k], 3e-6), "number {k}: {}, by differences {}", gradient[k], slopes[k]);
        assert!(near(bars[k], factor * gradient[k], 1e-10), "number {k}: seeded {}, gradient {}", bars[k], gradient[k]);
    }
    let want: f64 = gradient.iter().zip(direction).map(|(a, b)| a * b).sum();
    assert!(near(dot, want, 1e-9), "forward mode: {dot}, by the gradient {want}");
}
