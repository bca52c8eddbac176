//! Structs, aliases and functions of the file, with and without knowing what they are declared to be.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Body {
    at: [f64; 2],
    speed: Speed,
    mass: f64,
    hits: usize,
    trail: Vec<f64>,
}

#[derive(Clone, Copy, Differentiable)]
struct Speed(f64, f64);

type Matrix = [[f64; 2]; 2];
type Number = f64;

impl Body {
    #[differentiate]
    fn energy(&self) -> f64 {
        0.5 * self.mass * (self.speed.0 * self.speed.0 + self.speed.1 * self.speed.1)
    }
}

#[differentiate]
fn turned(m: &Matrix, x: [f64; 2]) -> [f64; 2] {
    [m[0][0] * x[0] + m[0][1] * x[1], m[1][0] * x[0] + m[1][1] * x[1]]
}

#[differentiate]
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

#[differentiate]
fn times<const R: usize, const K: usize, const C: usize>(a: &[[f64; K]; R], b: &[[f64; C]; K]) -> [[f64; C]; R] {
    let mut out = [[0.0; C]; R];
    for i in 0..R {
        for j in 0..C {
            for k in 0..K {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

#[differentiate]
fn summed<T: num_traits::Float, const N: usize>(rows: &[[T; N]], by: T) -> [T; N] {
    let mut out = [by; N];
    for row in rows {
        for k in 0..N {
            out[k] = out[k] + row[k] * by;
        }
    }
    out
}

fn bodies(x: &[f64]) -> Vec<Body> {
    let body =
        |k: usize| Body { at: [x[k], x[k] * 0.5], speed: Speed(1.0 - x[k], x[k]), mass: 1.0 + x[k] * x[k], hits: k, trail: vec![x[k]; k] };
    (0..x.len()).map(body).collect()
}

/// The same function with and without the pass, on structs that the macro is or is not told about.
macro_rules! both {
    ($($name:ident $f:ident $without:ident;)*) => { $(
        #[test]
        fn $name() {
            for x in [vec![0.7], vec![0.55, -1.25, 2.0, 0.75]] {
                let start = bodies(&x);
                for k in [0.8, -0.3] {
                    let (value, (s, k_bar)) = concat_grad::$f(&start, k);
                    let (other, (o, k_off)) = concat_grad::$without(&start, k);
                    assert_eq!(value.to_bits(), $f(&start, k).to_bits());
                    assert_eq!(value.to_bits(), other.to_bits());
                    let close = |a: f64, b: f64, e: f64| assert!((a - b).abs() <= e * (1.0 + a.abs()), "{a} and {b}");
                    close(k_bar, k_off, 1e-12);
                    let h = 1e-5;
                    close(k_bar, ($f(&start, k + h) - $f(&start, k - h)) / (2.0 * h), 1e-7);
                    for i in 0..x.len() {
                        let moved = |change: &dyn Fn(&mut Body, f64)| {
                            let at = |d: f64| {
                                let mut start = start.clone();
                                change(&mut start[i], d);
                                $f(&start, k)
                            };
                            (at(h) - at(-h)) / (2.0 * h)
                        };
                        let pairs = [
                            (s[i].at[0], o[i].at[0], moved(&|b, d| b.at[0] += d)),
                            (s[i].at[1], o[i].at[1], moved(&|b, d| b.at[1] += d)),
                            (s[i].speed.0, o[i].speed.0, moved(&|b, d| b.speed.0 += d)),
                            (s[i].speed.1, o[i].speed.1, moved(&|b, d| b.speed.1 += d)),
                            (s[i].mass, o[i].mass, moved(&|b, d| b.mass += d)),
                        ];
                        for (on, off, difference) in pairs {
                            close(on, off, 1e-12);
                            close(on, difference, 1e-6);
                        }
                        for j in 0..i {
                            close(s[i].trail[j], o[i].trail[j], 1e-12);
                            close(s[i].trail[j], moved(&|b, d| b.trail[j] += d), 1e-6);
                        }
                    }
                }
            }
        }
    )* };
}

both! {
    fields_in_time stepped stepped_without;
    aliases_and_results framed framed_without;
    patterns_and_literals taken_apart taken_apart_without;
    parameters_told_by_arguments filtered filtered_without;
}

mod concat_grad {
    pub(super) use super::filtered_grad as filtered;
    pub(super) use super::filtered_without_grad as filtered_without;
    pub(super) use super::framed_grad as framed;
    pub(super) use super::framed_without_grad as framed_without;
    pub(super) use super::stepped_grad as stepped;
    pub(super) use super::stepped_without_grad as stepped_without;
    pub(super) use super::taken_apart_grad as taken_apart;
    pub(super) use super::taken_apart_without_grad as taken_apart_without;
}

macro_rules! twice {
    ($f:ident $without:ident |$bodies:ident, $k:ident| $body:block) => {
        #[differentiate]
        fn $f($bodies: &[Body], $k: f64) -> f64 $body
        #[differentiate(off(declared))]
        fn $without($bodies: &[Body], $k: f64) -> f64 $body
    };
}

twice! { stepped stepped_without |start, k| {
    let mut bodies = start.to_vec();
    for step in 0..4 {
        for i in 0..bodies.len() {
            for j in 0..i {
                let d = [bodies[i].at[0] - bodies[j].at[0], bodies[i].at[1] - bodies[j].at[1]];
                let pull = k / (0.5 + d[0] * d[0] + d[1] * d[1]);
                bodies[i].speed.0 -= pull * d[0] * bodies[j].mass;
                bodies[j].speed.1 += pull * d[1] * bodies[i].mass;
            }
        }
        for b in bodies.iter_mut() {
            b.at[0] += 0.1 * b.speed.0;
            b.at[1] *= 1.0 + 0.01 * b.speed.1;
            b.hits += step;
            for t in &mut b.trail {
                *t = *t * b.at[0] + k;
            }
            b.mass *= 1.0 + 0.01 * b.hits as f64;
        }
    }
    let mut sum = 0.0;
    for b in &bodies {
        sum += b.energy() + b.at[0] * b.at[1] + b.trail.iter().sum::<f64>();
    }
    sum
} }

twice! { framed framed_without |bodies, k| {
    let mut frame = [[1.0, k], [0.0, 1.0]];
    let mut total: Number = 0.0;
    for b in bodies {
        let turn: Matrix = [[b.mass, -k], [k, b.speed.1]];
        frame = product(&frame, &turn);
        let p = turned(&frame, b.at);
        let q = product(&turn, &turn);
        total += p[0] * p[0] + p[1] * 0.5 + q[1][0] * b.energy() + frame[0][1];
    }
    total
} }

twice! { taken_apart taken_apart_without |bodies, k| {
    let mut total = 0.0;
    let mut last = Body { at: [k, 1.0], speed: Speed(k, 0.0), mass: 2.0, hits: 1, trail: vec![k] };
    for b in bodies.iter() {
        let Body { at: [x, y], mass, speed, .. } = b;
        let Speed(u, v) = *speed;
        total += x * y * mass + u * last.speed.1 + v * last.mass;
        last = Body { mass: last.mass * mass, speed: Speed(last.speed.1, u * k), ..last };
        last.trail[0] += last.mass * y;
        if last.mass > 3.0 {
            last.mass = 1.0;
        }
    }
    total * last.trail[0] + last.at[0] * last.speed.0
} }

twice! { filtered filtered_without |bodies, k| {
    let turn = [[1.0, k], [-k, 1.0]];
    let mut p = [[k, 0.0], [0.1, 1.0]];
    let mut total = 0.0;
    for b in bodies {
        let column = [[b.at[0]], [b.at[1]]];
        let ahead = times(&turn, &column);
        let row = times::<1, 2, 2>(&[[b.mass, k]], &p);
        let one = times(&row, &ahead);
        let next = times(&times(&turn, &p), &turn);
        let gain = 1.0 / (1.0 + one[0][0] * one[0][0]);
        p = times(&[[gain, 0.0], [-0.1 * k, 1.0]], &next);
        let s = summed(&[[b.at[0], k, 1.0], [b.mass, 0.5, gain]], b.at[1]);
        total += one[0][0] * gain + s[0] * s[2] + row[0][1] * summed(&p, k)[1];
        p[0][1] *= 0.1 * gain;
        p[1] = [s[1] * 0.1, k];
    }
    total + p[0][0] * p[1][0] + p[0][1]
} }
