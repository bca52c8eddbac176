//! Forward mode: the forms in which tangents are handed over, and value and tangent against reverse mode and differences.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, derivative, differentiate};

#[differentiate]
fn weighted(w: &[f64], x: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for (i, wi) in w.iter().take(n).enumerate() {
        sum += wi * x.powi(i as i32);
    }
    sum
}

#[test]
fn slices_numbers_and_integers() {
    let (w, dw) = (vec![1.0, -2.0, 0.5], vec![0.3, 0.1, -0.7]);
    let (value, dot) = weighted_jvp(&w, 1.5, 3, (&dw, 2.0));
    let (_, (gw, gx)) = weighted_grad(&w, 1.5, 3);
    assert_eq!(value.to_bits(), weighted(&w, 1.5, 3).to_bits());
    assert_relative_eq!(dot, gw.iter().zip(&dw).map(|(g, d)| g * d).sum::<f64>() + 2.0 * gx, max_relative = 1e-14);
    assert_eq!(weighted_jvp(&w, 1.5, 0, (&dw, 2.0)), (0.0, 0.0), "zero trips");
}

#[derive(Differentiable, Clone, Debug, PartialEq)]
struct Body {
    position: [f64; 2],
    speed: [f64; 2],
    id: usize,
}

#[differentiate]
fn step(body: &Body, dt: f64) -> Body {
    let mut next = body.clone();
    for k in 0..2 {
        next.speed[k] -= dt * body.position[k] * body.position[k];
        next.position[k] += dt * next.speed[k];
    }
    next
}

#[differentiate]
fn orbit(body: &Body, dt: f64) -> f64 {
    let mut b = body.clone();
    for _ in 0..5 {
        b = step(&b, dt);
    }
    b.position[0] * b.speed[1] - b.position[1] * b.speed[0]
}

#[test]
fn structs_as_arguments_and_results() {
    let body = Body { position: [0.3, -0.4], speed: [1.0, 0.5], id: 7 };
    let mut dot = body.zero_cotangent();
    dot.position = [1.0, -2.0];
    dot.speed = [0.5, 0.25];
    let (next, next_dot) = step_jvp(&body, 0.1, (&dot, 0.0));
    assert_eq!(next, step(&body, 0.1));
    let mut seed = next.zero_cotangent();
    for k in 0..2 {
        seed.position[k] = 1.0;
        let (_, (bar, _)) = step_vjp(&body, 0.1, seed.clone());
        let product: f64 = (0..2).map(|j| bar.position[j] * dot.position[j] + bar.speed[j] * dot.speed[j]).sum();
        assert_relative_eq!(next_dot.position[k], product, max_relative = 1e-14);
        seed.position[k] = 0.0;
    }
    let (_, orbit_dot) = orbit_jvp(&body, 0.1, (&dot, 3.0));
    let (_, (bar, dt_bar)) = orbit_grad(&body, 0.1);
    let product: f64 = (0..2).map(|j| bar.position[j] * dot.position[j] + bar.speed[j] * dot.speed[j]).sum();
    assert_relative_eq!(orbit_dot, product + 3.0 * dt_bar, max_relative = 1e-13);
}

#[differentiate]
fn smooth(field: &mut [f64], rate: f64) {
    for i in 1..field.len() {
        field[i] += rate * (field[i - 1] - field[i]);
    }
}

#[differentiate]
fn after_smoothing(a: f64, rate: f64) -> f64 {
    let mut field = [a, a * a, 1.0];
    smooth(&mut field, rate);
    smooth(&mut field, 0.5);
    field[2]
}

#[test]
fn what_is_written_to_has_its_tangent_in_and_out() {
    let (mut field, mut dot) = (vec![1.0, 2.0, 4.0], vec![0.1, 0.0, -0.3]);
    smooth_jvp(&mut field, 0.25, (&mut dot, 1.0));
    let h = 1e-6;
    let at = |t: f64| {
        let mut f = vec![1.0 + 0.1 * t, 2.0, 4.0 - 0.3 * t];
        smooth(&mut f, 0.25 + t);
        f
    };
    let (plus, minus) = (at(h), at(-h));
    for k in 0..3 {
        assert_relative_eq!(dot[k], (plus[k] - minus[k]) / (2.0 * h), epsilon = 1e-8);
    }
    let (_, dot) = after_smoothing_jvp(0.7, 0.3, (1.5, -0.5));
    let (_, (a, rate)) = after_smoothing_grad(0.7, 0.3);
    assert_relative_eq!(dot, 1.5 * a - 0.5 * rate, max_relative = 1e-14);
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Filter {
    gain: f64,
    state: f64,
}

#[differentiate]
impl Filter {
    fn push(&mut self, x: f64) -> f64 {
        self.state = (1.0 - self.gain) * self.state + self.gain * x;
        self.state * self.state
    }

    fn predict(&self, n: i32) -> f64 {
        self.state * self.gain.powi(n)
    }

    fn scaled(self, by: f64) -> Filter {
        Filter { gain: self.gain, state: self.state * by }
    }
}

#[differentiate]
fn filtered(gain: f64, xs: &[f64]) -> f64 {
    let mut filter = Filter { gain, state: 0.0 };
    let mut energy = 0.0;
    for x in xs {
        energy += filter.push(*x);
    }
    energy + filter.predict(2) + filter.scaled(3.0).predict(1)
}

#[test]
fn methods_by_any_receiver() {
    let mut filter = Filter { gain: 0.2, state: 1.0 };
    let mut dot = filter.zero_cotangent();
    (dot.gain, dot.state) = (1.0, 2.0);
    let (value, value_dot) = filter.push_jvp(3.0, (&mut dot, 0.5));
    // state = (1 - g) s + g x, so its tangent is (x - s) dg + (1 - g) ds + g dx
    assert_relative_eq!(dot.state, 2.0 + 1.6 + 0.1, max_relative = 1e-14);
    assert_relative_eq!(value_dot, 2.0 * filter.state * dot.state, max_relative = 1e-14);
    assert_relative_eq!(value, filter.state * filter.state);
    let (_, dot) = filter.predict_jvp(2, &dot);
    assert_relative_eq!(dot, 3.7 * 0.04 + filter.state * 2.0 * 0.2, max_relative = 1e-14);
    let xs = [1.0, -0.5, 2.0];
    let (_, dot) = filtered_jvp(0.3, &xs, (1.5, &[0.1, 0.2, 0.3]));
    let (_, (gain, x)) = filtered_grad(0.3, &xs);
    assert_relative_eq!(dot, 1.5 * gain + 0.1 * x[0] + 0.2 * x[1] + 0.3 * x[2], max_relative = 1e-13);
}

#[derivative(x = 2.0 * x * y, y = result / y)]
fn by_hand(x: f64, y: f64) -> f64 {
    x * x * y
}

#[allow(clippy::ptr_arg)] // the contract's form
fn normalised_pullback(v: &[f64], result: &Vec<f64>, seed: Vec<f64>) -> Vec<f64> {
    let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let along: f64 = result.iter().zip(&seed).map(|(r, s)| r * s).sum();
    result.iter().zip(&seed).map(|(r, s)| (s - along * r) / norm).collect()
}

#[derivative(pullback = normalised_pullback)]
fn normalised(v: &[f64]) -> Vec<f64> {
    let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    v.iter().map(|x| x / norm).collect()
}

#[differentiate]
fn through_rules_by_hand(v: &[f64], y: f64) -> f64 {
    let n = normalised(v);
    by_hand(n[0], y) + n[1]
}

#[test]
fn rules_given_by_hand() {
    assert_eq!(by_hand_jvp(3.0, 2.0, (1.0, 0.0)), (18.0, 12.0));
    let (v, dv) = ([1.0, 2.0, -0.5], [0.3, -0.2, 0.9]);
    let (value, dot) = normalised_jvp(&v, &dv);
    assert_eq!(value, normalised(&v));
    for k in 0..3 {
        let mut seed = vec![0.0; 3];
        seed[k] = 1.0;
        let (_, bar) = normalised_vjp(&v, seed);
        assert_relative_eq!(dot[k], bar.iter().zip(&dv).map(|(b, d)| b * d).sum::<f64>(), max_relative = 1e-14);
    }
    let (_, dot) = through_rules_by_hand_jvp(&v, 1.5, (&dv, -1.0));
    let (_, (gv, gy)) = through_rules_by_hand_grad(&v, 1.5);
    assert_relative_eq!(dot, gv.iter().zip(&dv).map(|(g, d)| g * d).sum::<f64>() - gy, max_relative = 1e-13);
}

#[differentiate(wrt(x))]
fn narrowed(x: f64, data: &[f64]) -> f64 {
    data.iter().map(|d| (d - x).powi(2)).sum()
}

#[differentiate]
fn wide(x: f64, y: f64) -> f64 {
    narrowed(x, &[y, y * y])
}

#[test]
fn slots_left_out() {
    let (_, dot) = narrowed_jvp(2.0, &[1.0, 4.0], 1.0);
    assert_relative_eq!(dot, 2.0 - 4.0);
    let (_, dot) = wide_jvp(0.5, 0.8, (0.0, 1.0));
    assert_relative_eq!(dot, wide_grad(0.5, 0.8).1.1, max_relative = 1e-14);
}

#[differentiate]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[differentiate]
fn generic<T: autodiff_core::Scalar>(x: T, v: Vec<T>) -> (T, Vec<T>) {
    let s = v.iter().fold(T::ZERO, |a, b| a + *b * x);
    (s.sin(), v.iter().map(|b| *b * s).collect())
}

#[differentiate]
fn maybe(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[test]
fn recursion_generics_and_options() {
    assert_eq!(power_jvp(2.0, 5, 1.0), (32.0, 80.0));
    let ((s, v), (s_dot, v_dot)) = generic_jvp(0.5_f32, vec![1.0, 2.0], (1.0, vec![0.0, 0.0]));
    assert_eq!((s, v), (1.5_f32.sin(), vec![1.5, 3.0]));
    assert_relative_eq!(s_dot, 3.0 * 1.5_f32.cos());
    assert_eq!(v_dot, [3.0, 6.0]);
    assert_eq!(maybe_jvp(2.0, 3.0).1, Some(1.5));
    assert_eq!(maybe_jvp(-2.0, 3.0), (None, None));
}

#[differentiate]
fn singular(x: f64, y: f64) -> f64 {
    x.max(0.0).sqrt() + y
}

#[test]
fn a_zero_tangent_passes_a_singular_point() {
    assert_eq!(singular_jvp(-1.0, 2.0, (1.0, 5.0)), (2.0, 5.0));
}

#[differentiate]
fn popped_in_vain(a: f64, b: f64) -> f64 {
    let mut v = vec![a, a * b];
    v.push(b * b);
    if a > 0.0 {
        let _unused = v.pop().unwrap_or(3.0);
    }
    v.push(a);
    let mut w = Vec::new();
    for k in 0..3 {
        w.push(a * b);
        w.push(b * k as f64);
        let _last = w.pop().unwrap();
        w.pop();
        w.push(a);
    }
    let enough = w.pop().is_some();
    if enough { v[0] * v[v.len() - 1] + w[0] * w[1] } else { 0.0 }
}

/// The tangents of elements that were taken out and not used stayed where they were, under the elements that came later.
#[test]
fn elements_popped_and_not_used() {
    for (a, b) in [(0.7, 1.3), (-0.7, 1.3)] {
        let (_, (a_bar, b_bar)) = popped_in_vain_grad(a, b);
        let (_, dot) = popped_in_vain_jvp(a, b, (0.4, -1.1));
        assert_relative_eq!(dot, 0.4 * a_bar - 1.1 * b_bar, max_relative = 1e-14);
    }
}
