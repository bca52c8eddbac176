//! Hessians and their products: the forms of results, and numbers against differences of gradients.
//!
//! `AUTODIFF_GRADIENT=hessian` runs the other tests with a look at second derivatives wherever a gradient is taken (`.ci/run` does).

#![allow(clippy::type_complexity)] // the types are what is promised

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, Scalar, differentiate, logsumexp, softmax, softplus};

/// The derivative of a gradient in a direction, by differences of fourth order.
fn slope(gradient: impl Fn(f64) -> Vec<f64>) -> Vec<f64> {
    let h = 1e-3;
    let at: Vec<Vec<f64>> = [-2.0, -1.0, 1.0, 2.0].map(|k| gradient(k * h)).into();
    (0..at[0].len()).map(|i| (8.0 * (at[2][i] - at[1][i]) - (at[3][i] - at[0][i])) / (12.0 * h)).collect()
}

/// The gradient of a function, by the same differences.
fn numeric(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let partial = |i: usize| {
        slope(|t| {
            let mut moved = x.to_vec();
            moved[i] += t;
            vec![f(&moved)]
        })[0]
    };
    (0..x.len()).map(partial).collect()
}

#[track_caller]
fn close(got: &[f64], want: &[f64]) {
    close_to(1e-7, got, want);
}

#[track_caller]
fn close_to(tolerance: f64, got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    let size = want.iter().fold(1e-3_f64, |m, w| m.max(w.abs()));
    for (k, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= tolerance * size, "number {k}: got {g}, expected {w}");
    }
}

/// A function of a slice: product against differences, Hessian against products, symmetry, values and gradients as they are.
macro_rules! of_slice {
    ($($f:ident $grad:ident $hvp:ident $hessian:ident;)*) => { $(
        mod $f {
            #[test]
            fn second_derivatives() {
                for x in [[0.7, 1.3, -0.4, 0.9], [1.9, 0.4, 0.6, -1.2], [-0.6, 0.8, 1.1, 0.3]] {
                    let d = [0.3, -1.0, 0.8, 0.45];
                    let moved = |t: f64| -> Vec<f64> { x.iter().zip(&d).map(|(x, d)| x + t * d).collect() };
                    let (value, gradient, product) = super::functions::$hvp(&x, &d);
                    assert_eq!(value.to_bits(), super::functions::$f(&x).to_bits());
                    super::close(&gradient, &super::functions::$grad(&x).1);
                    super::close(&product, &super::slope(|t| super::functions::$grad(&moved(t)).1));
                    let (value, gradient, hessian) = super::functions::$hessian(&x);
                    assert_eq!(value.to_bits(), super::functions::$f(&x).to_bits());
                    super::close(&gradient, &super::functions::$grad(&x).1);
                    let times: Vec<f64> = hessian.iter().map(|row| row.iter().zip(&d).map(|(h, d)| h * d).sum()).collect();
                    super::close(&product, &times);
                    for i in 0..4 {
                        for j in 0..4 {
                            assert_eq!(hessian[i][j].to_bits(), hessian[j][i].to_bits());
                        }
                    }
                }
            }
        }
    )* };
}

of_slice! {
    recurrence recurrence_grad recurrence_hvp recurrence_hessian;
    branches branches_grad branches_hvp branches_hessian;
    in_place in_place_grad in_place_hvp in_place_hessian;
    checkpointed checkpointed_grad checkpointed_hvp checkpointed_hessian;
    through_calls through_calls_grad through_calls_hvp through_calls_hessian;
    stack stack_grad stack_hvp stack_hessian;
    early early_grad early_hvp early_hessian;
    library library_grad library_hvp library_hessian;
    shapes shapes_grad shapes_hvp shapes_hessian;
    methods methods_grad methods_hvp methods_hessian;
    recursive recursive_grad recursive_hvp recursive_hessian;
    fused fused_grad fused_hvp fused_hessian;
    searched searched_grad searched_hvp searched_hessian;
    rules rules_grad rules_hvp rules_hessian;
}

/// Third derivatives, through functions that call the siblings.
mod third {
    macro_rules! of_slice {
    ($($f:ident $grad:ident $hvp:ident;)*) => { $(
        mod $f {
            use autodiff_core::differentiate;
            use crate::functions::*;

            /// Its Hessian holds third derivatives.
            #[differentiate(hessian)]
            fn steepness(x: &[f64]) -> f64 {
                let (value, gradient) = $grad(x);
                let mut sum = value * 0.5;
                for i in 0..4 {
                    sum += gradient[i] * gradient[i] * x[3 - i];
                }
                sum
            }

            /// Its gradient holds third derivatives.
            #[differentiate]
            fn bending(x: &[f64], direction: &[f64]) -> f64 {
                let (value, gradient, product) = $hvp(x, direction);
                let mut sum = value * value;
                for i in 0..4 {
                    sum += product[i] * x[i] + gradient[i] * direction[3 - i];
                }
                sum
            }

            #[test]
            fn third_derivatives() {
                for x in [[0.7, 1.3, -0.4, 0.9], [1.9, 0.4, 0.6, -1.2], [-0.6, 0.8, 1.1, 0.3]] {
                    let (d, e) = ([0.3, -1.0, 0.8, 0.45], [0.6, 0.7, -0.2, -1.1]);
                    let moved = |x: &[f64; 4], t: f64| -> Vec<f64> { x.iter().zip(&d).map(|(x, d)| x + t * d).collect() };
                    let at = [moved(&x, 0.0), d.to_vec(), e.to_vec()];
                    let (value, gradient, product) = steepness_hvp(&x, &d);
                    assert_eq!(value.to_bits(), steepness(&x).to_bits());
                    crate::close_to(1e-6, &gradient, &crate::numeric(|x| steepness(x), &at[0]));
                    crate::close_to(1e-6, &product, &crate::slope(|t| steepness_grad(&moved(&x, t)).1));
                    let (value, (x_bar, d_bar)) = bending_grad(&x, &e);
                    assert_eq!(value.to_bits(), bending(&x, &e).to_bits());
                    crate::close_to(1e-6, &x_bar, &crate::numeric(|x| bending(x, &e), &at[0]));
                    crate::close_to(1e-6, &d_bar, &crate::numeric(|e| bending(&x, e), &at[2]));
                    let (_, dot) = bending_jvp(&x, &e, (&d, &x));
                    let products = x_bar.iter().zip(&d).chain(d_bar.iter().zip(&x));
                    crate::close_to(1e-6, &[dot], &[products.map(|(g, d)| g * d).sum()]);
                }
            }
        }
    )* };
    }

    of_slice! {
    recurrence recurrence_grad recurrence_hvp;
    branches branches_grad branches_hvp;
    in_place in_place_grad in_place_hvp;
    checkpointed checkpointed_grad checkpointed_hvp;
    through_calls through_calls_grad through_calls_hvp;
    stack stack_grad stack_hvp;
    early early_grad early_hvp;
    library library_grad library_hvp;
    methods methods_grad methods_hvp;
    recursive recursive_grad recursive_hvp;
    fused fused_grad fused_hvp;
    searched searched_grad searched_hvp;
    rules rules_grad rules_hvp;
    }
}

mod functions {
    use super::*;

    /// A tape: every state is read by its successor.
    #[differentiate(order = 3)]
    pub fn recurrence(x: &[f64]) -> f64 {
        let mut y = x[0];
        for _ in 0..6 {
            y = x[1].sin() * y * (1.0 - 0.1 * y) + x[2] / (1.0 + x[3] * x[3]);
        }
        y
    }

    #[differentiate(order = 3)]
    pub fn branches(x: &[f64]) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let v = if x[i] > 0.5 { x[i].exp() } else { x[i] * x[i] * x[(i + 1) % 4] };
            total += match i {
                0 => v * x[3],
                1 if x[0] > 0.0 => (v * v + 1.0).ln(),
                _ => v,
            };
        }
        total * total
    }

    /// Variables that come back from checkpoints.
    #[differentiate(order = 3)]
    pub fn checkpointed(x: &[f64]) -> f64 {
        let (mut u, mut next) = (x.to_vec(), x.to_vec());
        let mut sum = 0.0;
        #[checkpoint]
        for t in 0..40 {
            for i in 1..u.len() {
                next[i] = 0.6 * (u[i] * u[i - 1]).sin() + 0.01 * t as f64;
            }
            std::mem::swap(&mut u, &mut next);
            sum += u[0] * u[1];
        }
        sum + u[2] * u[3]
    }

    /// Overwritten elements, values that come back in the reverse sweep.
    #[differentiate(order = 3)]
    pub fn in_place(x: &[f64]) -> f64 {
        let mut u = x.to_vec();
        let mut scratch = vec![0.0; u.len()];
        for step in 0..3 {
            for i in 1..u.len() {
                u[i] = u[i] * u[i - 1] + 0.3 * u[i];
            }
            scratch.copy_from_slice(&u);
            std::mem::swap(&mut u, &mut scratch);
            u.swap(0, 1 + step % 2);
            u[0] *= x[3];
            u[2] /= 2.0 + u[1] * u[1];
        }
        u.iter().sum::<f64>() + scratch[1]
    }

    #[differentiate(order = 3)]
    pub fn norm(v: &[f64]) -> f64 {
        v.iter().map(|a| a * a).sum::<f64>().sqrt()
    }

    #[differentiate(order = 3)]
    fn relax(field: &mut [f64], rate: f64) {
        for i in 1..field.len() {
            field[i] += rate * (field[i - 1] * field[i] - field[i]);
        }
    }

    #[differentiate(order = 3)]
    pub fn through_calls(x: &[f64]) -> f64 {
        let mut field = x.to_vec();
        relax(&mut field, x[0]);
        relax(&mut field[1..], 0.4);
        let n = norm(&field);
        n * norm(&[x[0], n, n * x[1]]) + norm(x).powi(3)
    }

    #[differentiate(order = 3)]
    pub fn stack(x: &[f64]) -> f64 {
        let mut stack = Vec::new();
        for v in x {
            stack.push(v * v);
            if stack.len() > 2 {
                let (a, b) = (stack.pop().unwrap(), stack.pop().unwrap());
                stack.push(a.sin() * b);
            }
        }
        let mut product = 1.0;
        while let Some(v) = stack.pop() {
            product *= 1.0 + v * x[1];
        }
        product
    }

    #[differentiate(order = 3)]
    pub fn early(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for v in x {
            s *= 1.0 + v * v;
            if s > 3.0 {
                return s * x[0] * x[1];
            }
            if *v < -0.5 {
                continue;
            }
            s += v.cos();
        }
        s.ln()
    }

    #[differentiate(order = 3)]
    pub fn library(x: &[f64]) -> f64 {
        let p = softmax(x);
        let mut entropy = 0.0;
        for v in &p {
            entropy -= v * v.ln();
        }
        entropy * logsumexp(x) + softplus(x[2] * x[3])
    }

    #[derive(Clone, Differentiable)]
    enum Shape {
        Circle(f64),
        Box { w: f64, h: f64 },
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Pair {
        a: f64,
        b: f64,
    }

    #[differentiate(hessian)]
    impl std::ops::Mul for Pair {
        type Output = Pair;
        fn mul(self, o: Pair) -> Pair {
            Pair { a: self.a * o.a - self.b * o.b, b: self.a * o.b + self.b * o.a }
        }
    }

    #[differentiate(order = 3)]
    fn area(s: &Shape) -> f64 {
        match s {
            Shape::Circle(r) => 3.0 * r * r,
            Shape::Box { w, h } => w * h,
        }
    }

    #[differentiate(hessian)]
    pub fn shapes(x: &[f64]) -> f64 {
        let list = vec![Shape::Circle(x[0] * x[1]), Shape::Box { w: x[2].exp(), h: x[3] * x[0] }];
        let mut z = Pair { a: x[0], b: x[1] };
        let mut total = 0.0;
        for s in &list {
            total += area(s) * area(s);
            z = z * Pair { a: x[2], b: x[3] };
        }
        total + z.a * z.b
    }

    #[differentiate(order = 3)]
    impl Pair {
        fn turn(&mut self, by: f64) -> f64 {
            self.a += by * self.b;
            self.b -= by * self.a * self.a;
            self.a * self.b
        }

        fn energy(&self) -> f64 {
            self.a * self.a + self.b.powi(4)
        }
    }

    #[differentiate(order = 3)]
    pub fn methods(x: &[f64]) -> f64 {
        let mut p = Pair { a: x[0], b: x[1] };
        let mut total = 0.0;
        for _ in 0..3 {
            total += p.turn(x[2]) * x[3];
        }
        total + p.energy()
    }

    #[differentiate(order = 3)]
    fn power(x: f64, n: u32) -> f64 {
        if n == 0 { 1.0 } else { x * power(x, n - 1) }
    }

    #[differentiate(order = 3)]
    pub fn recursive(x: &[f64]) -> f64 {
        power(x[0] * x[1], 4) + power(x[2], 3) * x[3]
    }

    /// Independent iterations: both sweeps in one loop.
    #[differentiate(order = 3)]
    pub fn fused(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let v = x[i] * x[(i + 1) % 4];
            s += v.sin() * v;
        }
        0.5 * s
    }

    #[differentiate(order = 3)]
    pub fn searched(x: &[f64]) -> f64 {
        let best = x.iter().map(|v| v * v + x[0]).fold(f64::NEG_INFINITY, f64::max);
        let pairs: f64 = x.windows(2).zip(x.iter().rev()).map(|(w, v)| w[0] * w[1] * v).sum();
        best * best + pairs
    }

    #[differentiate(order = 3)]
    pub fn rules(x: &[f64]) -> f64 {
        let r = x[0].hypot(x[1]);
        let a = x[2].atan2(x[3]);
        let (s, c) = (r * a).sin_cos();
        let p = (1.5 + s).powf(c) + r.sqrt() * (x[2] * x[3]).tanh();
        p + a.powi(3) + r.cbrt() * (2.0 + a).recip() + x[0].mul_add(x[1], x[2]).exp_m1()
    }
}

#[differentiate(hessian)]
fn cubic(x: f64) -> f64 {
    x * x * x
}

#[differentiate(hessian)]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

#[differentiate(hessian)]
fn quartic(w: [f64; 3]) -> f64 {
    (w[0] * w[1] + w[2]).powi(2) * w[1]
}

#[differentiate(hessian, wrt(w, k))]
fn mixed(w: [f64; 2], k: f64, data: &[f64]) -> f64 {
    data.iter().map(|d| (w[0] * d + w[1] * k).sin()).sum()
}

#[differentiate(hessian)]
fn of_vectors(a: &[f64], b: Vec<f64>) -> f64 {
    a.iter().zip(&b).map(|(a, b)| a * b * b).sum()
}

#[differentiate(hessian)]
fn generic<T: Scalar>(x: T, y: T) -> T {
    x.sin() * y * y
}

#[test]
fn forms_of_the_hessian() {
    assert_eq!(cubic_hessian(2.0), (8.0, 12.0, 12.0));
    assert_eq!(cubic_hvp(2.0, 0.5), (8.0, 12.0, 6.0));
    let (_, _, h) = rosenbrock_hessian(1.0, 1.0);
    assert_eq!(h, [[802.0, -400.0], [-400.0, 200.0]]);
    let (_, gradient, h): (f64, [f64; 3], [[f64; 3]; 3]) = quartic_hessian([1.0, 2.0, 3.0]);
    assert_eq!(gradient, quartic_grad([1.0, 2.0, 3.0]).1);
    assert_eq!(h[2], [8.0, 14.0, 4.0]);
    let (_, (_, _), h): (f64, ([f64; 2], f64), [[f64; 3]; 3]) = mixed_hessian([0.3, 0.5], 0.7, &[1.0, -2.0]);
    let s = |d: f64| -(0.3 * d + 0.35).sin();
    assert_relative_eq!(h[0][1], 0.7 * (s(1.0) - 2.0 * s(-2.0)), max_relative = 1e-13);
    assert_eq!(h[0][2], h[2][0]);
    let (_, (_, _), h): (f64, (Vec<f64>, Vec<f64>), Vec<Vec<f64>>) = of_vectors_hessian(&[1.0, 2.0], vec![3.0, 4.0]);
    assert_eq!(h, [[0.0, 0.0, 6.0, 0.0], [0.0, 0.0, 0.0, 8.0], [6.0, 0.0, 2.0, 0.0], [0.0, 8.0, 0.0, 4.0]]);
    assert_eq!(of_vectors_hessian(&[], vec![]).2, Vec::<Vec<f64>>::new());
    let (_, _, h) = generic_hessian(0.0_f32, 3.0);
    assert_eq!(h, [[0.0, 6.0], [6.0, 0.0]]);
}

#[derive(Clone, Debug, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
    name: String,
}

#[differentiate(hessian)]
fn energy(spring: &Spring, x: f64) -> f64 {
    0.5 * spring.stiffness * (x - spring.rest).powi(2) + spring.name.len() as f64
}

#[test]
fn structs_as_slots() {
    let spring = Spring { stiffness: 3.0, rest: 0.5, name: "coil".into() };
    let (_, (gradient, _), h) = energy_hessian(&spring, 2.0);
    assert_eq!((gradient.stiffness, gradient.rest), (1.125, -4.5));
    assert_eq!(h, [[0.0, -1.5, 1.5], [-1.5, 3.0, -3.0], [1.5, -3.0, 3.0]]);
    let mut direction = spring.zero_cotangent();
    direction.rest = 2.0;
    let (_, _, (product, x)) = energy_hvp(&spring, 2.0, (&direction, 0.0));
    assert_eq!((product.stiffness, product.rest, x), (-3.0, 6.0, -6.0));
}

/// The exponent is zero, and moves.
#[differentiate(hessian)]
fn power_law(x: f64, p: f64) -> f64 {
    x.powf(p)
}

#[test]
fn exponents_at_zero() {
    let (_, _, h) = power_law_hessian(2.5, 0.0);
    assert_eq!(h[0][0], 0.0);
    assert_relative_eq!(h[0][1], 1.0 / 2.5, max_relative = 1e-14);
    assert_relative_eq!(h[1][1], 2.5_f64.ln().powi(2), max_relative = 1e-14);
}

mod into {
    use super::*;

    #[differentiate(hessian)]
    fn list(x: &[f64]) -> f64 {
        (1..x.len()).map(|i| x[i] * x[i - 1].exp()).sum()
    }

    #[differentiate(hessian)]
    fn array(x: [f64; 3], n: usize) -> f64 {
        x[0].powi(n as i32) * x[1] + x[2].sin() * x[0]
    }

    #[differentiate(hessian)]
    fn numbers(gradient: f64, hessian: f64) -> f64 {
        (gradient * hessian).sin() + hessian
    }

    #[differentiate(hessian)]
    fn number(x: f32) -> f32 {
        x * x * x
    }

    #[differentiate(hessian)]
    fn several(a: &[f64; 2], b: f64) -> f64 {
        a[0] * a[1] * b * b
    }

    #[differentiate(hessian)]
    fn unknown(a: &[f64], b: Vec<f64>) -> f64 {
        a.iter().zip(&b).map(|(a, b)| a * b * b).sum()
    }

    /// What was there before has no part in what is there afterwards, and its memory is used again.
    #[test]
    fn what_was_there() {
        let mut seen = (vec![9.0; 7], vec![vec![8.0; 2]; 5]);
        for x in [&[0.3, 1.2, -0.4, 0.9][..], &[0.5, 0.1], &[0.7], &[]] {
            let (value, gradient, hessian) = list_hessian(x);
            let memory = seen.0.as_ptr();
            assert_eq!(list_hessian_into(x, &mut seen.0, &mut seen.1), value);
            assert_eq!(seen, (gradient, hessian));
            assert_eq!(seen.0.as_ptr(), memory);
        }
        let (value, gradient, hessian) = array_hessian([0.3, 1.2, -0.4], 3);
        let mut seen = ([9.0; 3], [[8.0; 3]; 3]);
        assert_eq!(array_hessian_into([0.3, 1.2, -0.4], 3, &mut seen.0, &mut seen.1), value);
        assert_eq!(seen, (gradient, hessian));
        assert_relative_eq!(hessian[0][1], 3.0 * 0.3 * 0.3, max_relative = 1e-12);

        let (value, gradient, hessian) = numbers_hessian(0.3, 1.2);
        let mut seen = ((9.0, 9.0), [[8.0; 2]; 2]);
        assert_eq!(numbers_hessian_into(0.3, 1.2, &mut seen.0, &mut seen.1), value);
        assert_eq!(seen, (gradient, hessian));

        let mut seen = (9.0, 8.0);
        assert_eq!(number_hessian_into(2.0, &mut seen.0, &mut seen.1), 8.0);
        assert_eq!(seen, (12.0, 12.0));

        let (value, gradient, hessian) = several_hessian(&[0.3, 1.2], 0.7);
        let mut seen = (([9.0; 2], 9.0), [[8.0; 3]; 3]);
        assert_eq!(several_hessian_into(&[0.3, 1.2], 0.7, &mut seen.0, &mut seen.1), value);
        assert_eq!(seen, (gradient, hessian));

        let (value, gradient, hessian) = unknown_hessian(&[0.3, 1.2], vec![0.7, 0.4]);
        let mut seen = ((vec![], vec![9.0; 3]), vec![vec![8.0; 2]]);
        assert_eq!(unknown_hessian_into(&[0.3, 1.2], vec![0.7, 0.4], &mut seen.0, &mut seen.1), value);
        assert_eq!(seen, (gradient, hessian));
        close(&seen.1.concat(), &[0.0, 0.0, 1.4, 0.0, 0.0, 0.0, 0.0, 0.8, 1.4, 0.0, 0.6, 0.0, 0.0, 0.8, 0.0, 2.4]);
    }
}

#[differentiate(hessian)]
fn chain_of_squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..x.len() {
        let b = x[i] - x[i - 1] * x[i - 1];
        s += b * b;
    }
    s
}

/// What is missing of a direction is not taken for zero.
#[test]
#[should_panic(expected = "out of range")]
fn a_direction_shorter_than_the_argument() {
    chain_of_squares_hvp(&[1.0; 20], &[1.0; 5]);
}

#[test]
#[should_panic(expected = "out of range")]
fn a_tangent_shorter_than_the_argument() {
    chain_of_squares_jvp(&[1.0; 20], &[1.0; 5]);
}

/// More numbers than are taken at once, and a rest; beside products one by one.
#[test]
fn columns_at_once() {
    for n in [0, 1, 2, 7, 8, 9, 16, 19] {
        let x: Vec<f64> = (0..n).map(|k| (k as f64 * 0.7).sin() + 0.3).collect();
        let (value, gradient, hessian) = chain_of_squares_hessian(&x);
        assert_eq!(value, chain_of_squares(&x));
        let (_, want) = chain_of_squares_grad(&x);
        for (g, w) in gradient.iter().zip(&want) {
            assert_relative_eq!(g, w, max_relative = 1e-13, epsilon = 1e-13);
        }
        assert_eq!(hessian.len(), n);
        for (k, row) in hessian.iter().enumerate() {
            let direction: Vec<f64> = (0..n).map(|j| f64::from(u8::from(j == k))).collect();
            let (_, _, column) = chain_of_squares_hvp(&x, &direction);
            assert_eq!(row.len(), n);
            for (h, c) in row.iter().zip(&column) {
                assert_relative_eq!(h, c, max_relative = 1e-13, epsilon = 1e-13);
            }
        }
    }
}

mod slices_as_operands {
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::{Add, Mul};

    #[derive(Differentiable, Clone)]
    struct Table {
        entries: Vec<f64>,
        n: usize,
    }

    #[derive(Differentiable, Clone, Copy)]
    struct Two(f64, f64);

    #[differentiate(hessian)]
    impl Mul<&[f64]> for &Table {
        type Output = Vec<f64>;
        fn mul(self, x: &[f64]) -> Vec<f64> {
            (0..self.n).map(|i| (0..self.n).map(|j| self.entries[i * self.n + j] * x[j] * x[j]).sum()).collect()
        }
    }

    #[differentiate(hessian)]
    impl Add<&Table> for &[f64] {
        type Output = Vec<f64>;
        fn add(self, m: &Table) -> Vec<f64> {
            self.iter().zip(&m.entries).map(|(a, b)| a * b * b).collect()
        }
    }

    #[differentiate(hessian)]
    impl Mul<Two> for &[f64] {
        type Output = f64;
        fn mul(self, m: Two) -> f64 {
            self[0] * m.0 * m.0 + self[1].sin() * m.1
        }
    }

    #[differentiate(hessian)]
    fn both_move(v: &[f64]) -> f64 {
        let m = Table { entries: v[..4].to_vec(), n: 2 };
        let x = &v[4..];
        let y = &m * x;
        let z = x + &m;
        y[0] * y[1] + z[0] * z[1] + x * Two(v[1], v[2]) * v[0]
    }

    #[differentiate(hessian)]
    fn one_stays(v: &[f64]) -> f64 {
        let fixed = Table { entries: vec![1.0, 2.0, 3.0, 4.0], n: 2 };
        let moving = Table { entries: v.to_vec(), n: 2 };
        let x = [1.0, 2.0];
        let (y, z) = (&fixed * &v[..2], &moving * &x[..]);
        y[0] * y[1] + z[0] * z[1]
    }

    #[test]
    fn products_with_the_hessian() {
        let v = [0.3, -0.7, 1.1, 0.4, 0.9, -1.2];
        let d = [0.5, 1.0, -0.3, 0.2, 0.7, 0.4];
        let along = |step: f64| -> Vec<f64> { v.iter().zip(&d).map(|(v, d)| v + step * d).collect() };
        let step = 1e-5;
        let (up, down) = (along(step), along(-step));
        let hvps = [
            (both_move_hvp(&v, &d).2, both_move_grad(&up).1, both_move_grad(&down).1),
            (one_stays_hvp(&v, &d).2, one_stays_grad(&up).1, one_stays_grad(&down).1),
        ];
        for (hvp, up, down) in hvps {
            for k in 0..v.len() {
                approx::assert_relative_eq!(hvp[k], (up[k] - down[k]) / (2.0 * step), epsilon = 1e-7, max_relative = 1e-7);
            }
        }
    }
}
