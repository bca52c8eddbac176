//! Derivatives of any order: gradients of gradients of gradients, against derivatives by hand.

#![allow(clippy::needless_range_loop, clippy::useless_vec)] // loops by index and lists are what is differentiated

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, Dual, Scalar, differentiate};

/// Its n-th derivative is `(-1)^(n/2) sin or cos` times `k^n`, beside a polynomial.
#[differentiate(order = 5)]
fn wave(x: f64, k: f64) -> f64 {
    (k * x).sin() + x.powi(4)
}

#[differentiate(order = 4)]
fn first(x: f64, k: f64) -> f64 {
    let (_, (slope, _)) = wave_grad(x, k);
    slope
}

#[differentiate(order = 3)]
fn second(x: f64, k: f64) -> f64 {
    first_grad(x, k).1.0
}

#[differentiate(order = 2)]
fn third(x: f64, k: f64) -> f64 {
    let (_, (slope, _)) = second_grad(x, k);
    slope
}

#[differentiate]
fn fourth(x: f64, k: f64) -> f64 {
    let (_, (slope, _)) = third_vjp(x, k, 1.0);
    slope
}

#[test]
fn up_to_the_fifth() {
    let (x, k) = (0.7_f64, 1.3_f64);
    let (s, c) = (k * x).sin_cos();
    assert_relative_eq!(first(x, k), k * c + 4.0 * x.powi(3), max_relative = 1e-14);
    assert_relative_eq!(second(x, k), -k * k * s + 12.0 * x * x, max_relative = 1e-14);
    assert_relative_eq!(third(x, k), -k.powi(3) * c + 24.0 * x, max_relative = 1e-14);
    assert_relative_eq!(fourth(x, k), k.powi(4) * s + 24.0, max_relative = 1e-14);
    let (value, (by_x, by_k)) = fourth_grad(x, k);
    assert_eq!(value.to_bits(), fourth(x, k).to_bits());
    assert_relative_eq!(by_x, k.powi(5) * c, max_relative = 1e-13);
    assert_relative_eq!(by_k, 4.0 * k.powi(3) * s + k.powi(4) * x * c, max_relative = 1e-13);
    assert_relative_eq!(fourth_jvp(x, k, (2.0, -1.0)).1, 2.0 * by_x - by_k, max_relative = 1e-13);
    // Third derivatives of the third one, in one go.
    let (_, _, h) = third_hessian(x, k);
    assert_relative_eq!(h[0][0], k.powi(5) * c, max_relative = 1e-13);
    assert_eq!(h[0][1], h[1][0]);
}

/// d/dx [x d/dy (x + y)], three times one inside the other: who confuses perturbations gets more than 1.
#[differentiate(order = 4)]
fn sum(x: f64, y: f64) -> f64 {
    x + y
}

#[differentiate(order = 3)]
fn once(x: f64, y: f64) -> f64 {
    let (_, (_, dy)) = sum_grad(x, y);
    x * dy
}

#[differentiate(order = 2)]
fn twice(x: f64, y: f64) -> f64 {
    let (_, (dx, _)) = once_grad(x, y);
    y * dx
}

#[differentiate]
fn thrice(x: f64, y: f64) -> f64 {
    let (_, (_, dy)) = twice_grad(x, y);
    x * dy
}

#[test]
fn perturbations_are_not_confused() {
    assert_eq!(once_grad(3.0, 5.0), (3.0, (1.0, 0.0)));
    assert_eq!(twice_grad(3.0, 5.0), (5.0, (0.0, 1.0)));
    assert_eq!(thrice_grad(3.0, 5.0), (3.0, (1.0, 0.0)));
}

#[derive(Clone, Debug, Differentiable)]
struct Well {
    depth: f64,
    width: [f64; 2],
    label: String,
}

#[differentiate(order = 3)]
impl Well {
    fn energy(&self, x: [f64; 3]) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            let r = x[i] / self.width[i % 2];
            sum -= self.depth * (-r * r).exp();
        }
        sum + self.label.len() as f64
    }
}

/// Inside it the energy is differentiated twice.
#[differentiate(hessian)]
fn force_squared(well: &Well, x: [f64; 3]) -> f64 {
    let (_, (_, force)) = well.energy_grad(x);
    let mut sum = 0.0;
    for f in &force {
        sum += f * f;
    }
    sum
}

#[test]
fn structs_and_methods() {
    let well = Well { depth: 1.5, width: [0.8, 1.2], label: "well".into() };
    let (x, d) = ([0.3, -0.5, 0.9], [1.0, 0.4, -0.7]);
    let with = |depth: f64, w: f64| Well { depth: 1.5 + depth, width: [0.8 + w, 1.2], label: "well".into() };
    let moved = |t: f64| [0, 1, 2].map(|i| x[i] + t * d[i]);
    let slope = |f: &dyn Fn(f64) -> f64| {
        let h = 1e-3;
        (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
    };
    // The force by hand: depth 2 x / w² exp(-x²/w²).
    let by_hand: f64 = (0..3).map(|i| (3.0 * x[i] / well.width[i % 2].powi(2) * (-(x[i] / well.width[i % 2]).powi(2)).exp()).powi(2)).sum();
    let mut direction = well.zero_cotangent();
    direction.width[0] = 2.0;
    let (value, (bar, x_bar), (bar_dot, x_bar_dot)) = force_squared_hvp(&well, x, (&direction, d));
    assert_relative_eq!(value, by_hand, max_relative = 1e-13);
    assert_relative_eq!(bar.depth, 2.0 * value / 1.5, max_relative = 1e-13);
    assert_relative_eq!(bar.width[0], slope(&|w| force_squared(&with(0.0, w), x)), max_relative = 1e-8);
    assert_relative_eq!(x_bar[1], slope(&|t| force_squared(&well, [x[0], x[1] + t, x[2]])), max_relative = 1e-8);
    let along = |t: f64| force_squared_grad(&with(0.0, 2.0 * t), moved(t)).1;
    assert_relative_eq!(bar_dot.depth, slope(&|t| along(t).0.depth), max_relative = 1e-6);
    assert_relative_eq!(bar_dot.width[0], slope(&|t| along(t).0.width[0]), max_relative = 1e-6);
    assert_relative_eq!(x_bar_dot[2], slope(&|t| along(t).1[2]), max_relative = 1e-6);
}

#[differentiate(order = 3)]
fn generic<T: Scalar>(x: T, y: T) -> T {
    (x * y).exp() * x
}

#[differentiate(order = 2)]
fn slope_of_generic<T: Scalar>(x: T, y: T) -> T {
    let (_, (by_x, _)) = generic_grad(x, y);
    by_x
}

#[test]
fn generic_numbers() {
    // d/dx exp(x y) x = exp(x y) (1 + x y), and so on.
    let (x, y) = (0.4_f64, 0.7_f64);
    let e = (x * y).exp();
    let (value, _, h) = slope_of_generic_hessian(x, y);
    assert_relative_eq!(value, e * (1.0 + x * y), max_relative = 1e-14);
    assert_relative_eq!(h[0][0], e * y * y * (3.0 + x * y), max_relative = 1e-13);
    assert_relative_eq!(h[1][1], e * x * x * (3.0 + x * y), max_relative = 1e-13);
    let (_, _, single) = slope_of_generic_hessian(x as f32, y as f32);
    assert_relative_eq!(f64::from(single[0][0]), h[0][0], max_relative = 1e-5);
    // One order more, by dual numbers.
    let (_, _, h) = slope_of_generic_hessian(Dual::new(x, 1.0), Dual::constant(y));
    assert_relative_eq!(h[0][0].eps, e * y.powi(3) * (4.0 + x * y), max_relative = 1e-13);
}

/// Numbers that only rustc knows to be numbers, of which every operation goes through the library.
#[differentiate(order = 3)]
fn norm(v: &[f64]) -> f64 {
    v.iter().map(|a| a * a).sum::<f64>().sqrt()
}

#[differentiate(order = 3)]
fn unknown_types(v: &[f64], k: f64) -> f64 {
    let (n, m) = (norm(v), norm(&v[1..]));
    let mut w = -(n * m) / (m + k) - n;
    w *= n;
    w /= m * m + 1.0;
    w += n.powi(3) + n.hypot(m).mul_add(k, n) + (n - m).sin_cos().1 + n.max(k);
    w % 2.5
}

#[differentiate(hessian)]
fn steepest(v: &[f64], k: f64) -> f64 {
    let (value, (gradient, by_k)) = unknown_types_grad(v, k);
    let mut sum = by_k * by_k + value;
    for g in &gradient {
        sum += g * g;
    }
    sum
}

#[test]
fn operators_through_the_library() {
    let (v, k, d) = ([0.7, 1.1, -0.6], 0.9, [0.5, -0.3, 0.8]);
    let moved = |t: f64| -> Vec<f64> { v.iter().zip(&d).map(|(v, d)| v + t * d).collect() };
    let h = 1e-3;
    let slope = |f: &dyn Fn(f64) -> f64| (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h);
    let (value, (bar, k_bar), (product, _)) = steepest_hvp(&v, k, (&d, 0.0));
    assert_eq!(value.to_bits(), steepest(&v, k).to_bits());
    let along: f64 = bar.iter().zip(&d).map(|(b, d)| b * d).sum();
    assert_relative_eq!(along, slope(&|t| steepest(&moved(t), k)), max_relative = 1e-8);
    assert_relative_eq!(k_bar, slope(&|t| steepest(&v, k + t)), max_relative = 1e-8);
    for i in 0..3 {
        assert_relative_eq!(product[i], slope(&|t| steepest_grad(&moved(t), k).1.0[i]), max_relative = 1e-7);
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiate(order = 4)]
fn apart(p: &Pair, k: f64) -> f64 {
    let d = p.a - p.b;
    let s = -p.a + (p.b - k);
    d * d * s
}

#[differentiate(order = 4)]
fn of_squares(x: f64, y: f64) -> f64 {
    let p = Pair { a: x * x, b: y * y * x };
    apart(&p, x * y)
}

#[differentiate(order = 4)]
fn of_squares_written_out(x: f64, y: f64) -> f64 {
    let (a, b) = (x * x, y * y * x);
    (a - b) * (a - b) * (b - x * y - a)
}

macro_rules! slopes {
    ($($slope:ident $bend:ident of $grad:ident $slope_grad:ident;)*) => { $(
        #[differentiate(order = 3)]
        fn $slope(x: f64, y: f64) -> f64 {
            $grad(x, y).1.0 * y
        }

        #[differentiate(hessian)]
        fn $bend(x: f64, y: f64) -> f64 {
            $slope_grad(x, y).1.1 * x
        }
    )* };
}

slopes! {
    slope bend of of_squares_grad slope_grad;
    slope_out bend_out of of_squares_written_out_grad slope_out_grad;
}

/// Sums and differences of fields had no tangents in two directions together, and third derivatives lost what comes from there.
#[test]
fn sums_of_fields_that_curve() {
    for (x, y) in [(0.7, 0.4), (-0.6, 1.1)] {
        for ((value, gradient, h), (value_out, gradient_out, h_out)) in
            [(slope_hessian(x, y), slope_out_hessian(x, y)), (bend_hessian(x, y), bend_out_hessian(x, y))]
        {
            assert_relative_eq!(value, value_out, max_relative = 1e-12);
            assert_relative_eq!(gradient.0, gradient_out.0, max_relative = 1e-12);
            assert_relative_eq!(gradient.1, gradient_out.1, max_relative = 1e-12);
            for (row, out) in h.iter().zip(&h_out) {
                assert_relative_eq!(row[0], out[0], max_relative = 1e-12);
                assert_relative_eq!(row[1], out[1], max_relative = 1e-12);
            }
        }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Kept {
    at: [f64; 2],
    rate: f64,
    count: usize,
    #[differentiable(skip)]
    dt: f64,
}

/// Fields in arrays, tuples, lists and structs.
#[differentiate(order = 3)]
fn gathered(k: &Kept) -> f64 {
    let list = [k.rate, k.at[0], k.rate * k.at[1]];
    let pair = (k.at[1], k.rate);
    let more = vec![k.rate, k.dt + (k.count - 3) as f64];
    let next = Kept { at: [k.at[0] + k.dt, k.rate], rate: k.rate, ..k.clone() };
    let moved = Kept { at: k.at, ..next.clone() };
    list[0] * list[1] * list[2] + pair.0 * pair.1 * more[0] * more[1] + next.rate * next.at[1] * moved.at[0] * moved.rate
}

#[differentiate(order = 3)]
fn gathered_out(a: f64, b: f64, r: f64) -> f64 {
    r * a * (r * b) + b * r * r * 0.7 + r * r * a * r
}

#[differentiate(order = 3)]
fn kept(x: f64, y: f64) -> f64 {
    gathered(&Kept { at: [x * y, y * y], rate: x * x * y, count: 3, dt: 0.7 })
}

#[differentiate(order = 3)]
fn kept_out(x: f64, y: f64) -> f64 {
    gathered_out(x * y, y * y, x * x * y)
}

#[differentiate(hessian)]
fn slope_of_kept(x: f64, y: f64) -> f64 {
    kept_grad(x, y).1.0 * kept_grad(x, y).1.1
}

#[differentiate(hessian)]
fn slope_of_kept_out(x: f64, y: f64) -> f64 {
    kept_out_grad(x, y).1.0 * kept_out_grad(x, y).1.1
}

#[test]
fn fields_in_arrays_and_structs_that_curve() {
    for (x, y) in [(0.7, 0.4), (-0.6, 1.1)] {
        let ((value, gradient, h), (value_out, gradient_out, h_out)) = (slope_of_kept_hessian(x, y), slope_of_kept_out_hessian(x, y));
        assert_relative_eq!(value, value_out, max_relative = 1e-12);
        assert_relative_eq!(gradient.0, gradient_out.0, max_relative = 1e-12);
        for (row, out) in h.iter().zip(&h_out) {
            assert_relative_eq!(row[0], out[0], max_relative = 1e-12);
            assert_relative_eq!(row[1], out[1], max_relative = 1e-12);
        }
    }
}
