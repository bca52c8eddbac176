//! Derivatives of derivatives: functions that call generated gradients, pullbacks and directional derivatives of others.

#![allow(dead_code, clippy::type_complexity)] // how functions are written is what these tests vary

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, Dual, Scalar, differentiate};

fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)
}

#[differentiate(hessian)]
fn sum(x: f64, y: f64) -> f64 {
    x + y
}

/// d/dx [x d/dy (x + y)] is 1: who confuses the two perturbations gets 2.
#[differentiate]
fn perturbations(x: f64) -> f64 {
    let (_, (_, dy)) = sum_grad(x, 1.0);
    x * dy
}

#[differentiate(hessian, wrt(y))]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

/// d/dx [x d/dy (x y)] = d/dx x² = 2x: the inner derivative depends on the outer variable, which has no slot.
#[differentiate]
fn outer_variable_inside(x: f64) -> f64 {
    let (_, dy) = product_grad(x, 3.0);
    x * dy
}

#[differentiate]
fn by_directions(x: f64) -> f64 {
    let (_, dy) = product_jvp(x, 3.0, x);
    x * dy
}

#[test]
fn perturbations_are_not_confused() {
    assert_eq!(perturbations_grad(4.0), (4.0, 1.0));
    assert_eq!(perturbations_jvp(4.0, 2.0), (4.0, 2.0));
    assert_eq!(outer_variable_inside_grad(4.0), (16.0, 8.0));
    assert_eq!(outer_variable_inside_jvp(4.0, 0.5), (16.0, 4.0));
    // x · x · x
    assert_eq!(by_directions_grad(4.0), (64.0, 48.0));
    assert_eq!(by_directions_jvp(4.0, 1.0), (64.0, 48.0));
}

/// The inner problem: least for y = sin(a) / (1 + a²) in the first place.
#[differentiate(hessian, wrt(y))]
fn inner(a: f64, y: &[f64]) -> f64 {
    let r = (1.0 + a * a) * y[0] - a.sin();
    0.5 * r * r + 0.25 * (y[1] - a * y[0]).powi(2) + 0.05 * (y[1] - a).powi(4)
}

/// Descends the generated gradient until it converges, and looks at where it arrives.
#[differentiate]
fn outer(a: f64) -> f64 {
    let mut y = vec![0.0, 0.0];
    let mut steps = 0;
    loop {
        let (_, gradient) = inner_grad(a, &y);
        for i in 0..2 {
            y[i] -= 0.3 * gradient[i];
        }
        steps += 1;
        if steps >= 400 || gradient[0] * gradient[0] + gradient[1] * gradient[1] < 1e-26 {
            break;
        }
    }
    y[0] * y[1] + a * y[1]
}

#[test]
fn an_inner_minimisation() {
    for a in [0.3, 0.7, -0.5] {
        let (value, gradient) = outer_grad(a);
        assert_eq!(value.to_bits(), outer(a).to_bits());
        assert_relative_eq!(gradient, slope(outer, a), max_relative = 1e-6);
        assert_relative_eq!(outer_jvp(a, 2.0).1, 2.0 * gradient, max_relative = 1e-11);
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Charges {
    position: [f64; 2],
    strength: f64,
    name: String,
}

#[differentiate(hessian)]
fn potential(c: &Charges, x: &[f64; 2], screening: f64) -> f64 {
    let (dx, dy) = (x[0] - c.position[0], x[1] - c.position[1]);
    let r = (dx * dx + dy * dy + 0.1).sqrt();
    c.strength * (-screening * r).exp() / r
}

/// A force in a loss: first derivatives inside, with respect to some arguments only.
#[differentiate]
fn misfit(c: &Charges, x: &[f64; 2], screening: f64, measured: &[f64; 2]) -> f64 {
    let (energy, (_, force, by_screening)) = potential_grad(c, x, screening);
    let mut loss = 0.1 * energy * energy + by_screening;
    for k in 0..2 {
        loss += (force[k] + measured[k]).powi(2);
    }
    loss
}

#[differentiate]
fn strength_matters(c: &Charges, x: &[f64; 2]) -> f64 {
    let (_, (of_charges, _, _)) = potential_vjp(c, x, 0.5, c.strength);
    of_charges.strength * of_charges.position[0]
}

#[test]
fn forces_in_a_loss() {
    let charges = Charges { position: [0.2, -0.3], strength: 1.7, name: "a".into() };
    let (x, measured) = ([1.0, 0.4], [0.2, -0.1]);
    let (value, (bar, x_bar, s_bar, m_bar)) = misfit_grad(&charges, &x, 0.6, &measured);
    assert_eq!(value.to_bits(), misfit(&charges, &x, 0.6, &measured).to_bits());
    assert_relative_eq!(x_bar[0], slope(|v| misfit(&charges, &[v, x[1]], 0.6, &measured), x[0]), max_relative = 1e-8);
    assert_relative_eq!(x_bar[1], slope(|v| misfit(&charges, &[x[0], v], 0.6, &measured), x[1]), max_relative = 1e-8);
    assert_relative_eq!(s_bar, slope(|s| misfit(&charges, &x, s, &measured), 0.6), max_relative = 1e-8);
    assert_relative_eq!(m_bar[1], slope(|m| misfit(&charges, &x, 0.6, &[0.2, m]), -0.1), max_relative = 1e-8);
    let with = |strength: f64, p: f64| Charges { strength, position: [p, -0.3], name: "a".into() };
    assert_relative_eq!(bar.strength, slope(|s| misfit(&with(s, 0.2), &x, 0.6, &measured), 1.7), max_relative = 1e-8);
    assert_relative_eq!(bar.position[0], slope(|p| misfit(&with(1.7, p), &x, 0.6, &measured), 0.2), max_relative = 1e-8);
    let mut direction = charges.zero_cotangent();
    (direction.strength, direction.position) = (0.5, [1.0, -2.0]);
    let (_, dot) = misfit_jvp(&charges, &x, 0.6, &measured, (&direction, &[0.3, 0.1], -0.4, &[0.0, 1.0]));
    let want = 0.5 * bar.strength + bar.position[0] - 2.0 * bar.position[1] + 0.3 * x_bar[0] + 0.1 * x_bar[1] - 0.4 * s_bar + m_bar[1];
    assert_relative_eq!(dot, want, max_relative = 1e-12);

    let (_, (bar, x_bar)) = strength_matters_grad(&charges, &x);
    assert_relative_eq!(bar.strength, slope(|s| strength_matters(&with(s, 0.2), &x), 1.7), max_relative = 1e-8);
    assert_relative_eq!(bar.position[0], slope(|p| strength_matters(&with(1.7, p), &x), 0.2), max_relative = 1e-8);
    assert_relative_eq!(x_bar[1], slope(|v| strength_matters(&charges, &[x[0], v]), x[1]), max_relative = 1e-8);
}

#[differentiate(hessian, wrt(x))]
fn wave(x: &[f64], t: f64) -> f64 {
    (x[0] * t).sin() * x[1].exp() + x[0] * x[1] * t * t
}

/// A directional derivative whose direction depends on the input as well.
#[differentiate]
fn along_itself(x: &[f64], t: f64) -> f64 {
    let d = vec![x[1] * x[1], x[0] * t];
    let (value, dot) = wave_jvp(x, t, &d);
    value * dot
}

#[differentiate(hessian)]
fn saddle(x: f64, y: f64) -> f64 {
    x * x * y - y.exp()
}

#[differentiate]
fn along_both(x: f64, y: f64) -> f64 {
    let (value, dot) = saddle_jvp(x, y, (y, x * y));
    value + dot * dot
}

#[test]
fn directional_derivatives() {
    let (x, t) = ([0.7, -0.4], 1.3);
    let (value, (bar, t_bar)) = along_itself_grad(&x, t);
    assert_eq!(value.to_bits(), along_itself(&x, t).to_bits());
    assert_relative_eq!(bar[0], slope(|v| along_itself(&[v, x[1]], t), x[0]), max_relative = 1e-8);
    assert_relative_eq!(bar[1], slope(|v| along_itself(&[x[0], v], t), x[1]), max_relative = 1e-8);
    assert_relative_eq!(t_bar, slope(|t| along_itself(&x, t), t), max_relative = 1e-8);
    let (_, dot) = along_itself_jvp(&x, t, (&[0.5, 2.0], -1.0));
    assert_relative_eq!(dot, 0.5 * bar[0] + 2.0 * bar[1] - t_bar, max_relative = 1e-12);
    let (_, (x_bar, y_bar)) = along_both_grad(0.7, 0.4);
    assert_relative_eq!(x_bar, slope(|x| along_both(x, 0.4), 0.7), max_relative = 1e-8);
    assert_relative_eq!(y_bar, slope(|y| along_both(0.7, y), 0.4), max_relative = 1e-8);
    assert_relative_eq!(along_both_jvp(0.7, 0.4, (2.0, -1.0)).1, 2.0 * x_bar - y_bar, max_relative = 1e-12);
}

/// Tangents of results that are more than a number.
#[differentiate(order = 3)]
fn polar(r: f64, angle: f64) -> [f64; 2] {
    [r * angle.cos(), r * angle.sin() * r]
}

#[differentiate(hessian, jacobian)]
fn speed(r: f64, angle: f64, turn: f64) -> f64 {
    polar_jvp(r, angle, (angle, r * turn)).1[0] * polar_jvp(r, 2.0, (turn, 1.0)).1[1]
}

#[differentiate(hessian)]
fn filtered(x: &[f64]) -> Vec<(f64, f64)> {
    x.windows(2).map(|w| (w[0] * w[1] * w[1], w[1].sin() * w[0])).collect()
}

#[differentiate]
fn energy_of_tangents(x: &[f64], d: &[f64]) -> f64 {
    let (value, dots) = filtered_jvp(x, d);
    value.iter().zip(&dots).map(|(v, d)| d.0 * d.0 + v.1 * d.1).sum()
}

/// Of generic numbers, and over their tangents again.
#[differentiate(order = 3)]
fn generic<T: Scalar>(x: T, y: T) -> T {
    x.exp() * y * y + x * y.sin()
}

#[differentiate]
fn slope_of_generic<T: Scalar>(x: T, y: T) -> T {
    generic_jvp(x, y, (x * y, x)).1 * y
}

#[differentiate]
fn curvature_of_generic(x: f64, y: f64) -> f64 {
    generic_hvp(x, y, (x, y * x)).2.0 * y
}

#[test]
fn tangents_of_other_results_and_numbers() {
    let of = |v: &[f64]| speed(v[0], v[1], v[2]);
    let at = [0.7, 0.4, -1.3];
    let (value, (r, angle, turn)) = speed_grad(at[0], at[1], at[2]);
    assert_eq!(value, of(&at));
    for (k, bar) in [r, angle, turn].into_iter().enumerate() {
        let along = |x| of(&std::array::from_fn::<_, 3, _>(|j| if j == k { x } else { at[j] }));
        assert_relative_eq!(bar, slope(along, at[k]), max_relative = 1e-8);
    }
    assert_relative_eq!(speed_jvp(at[0], at[1], at[2], (0.5, -2.0, 0.3)).1, 0.5 * r - 2.0 * angle + 0.3 * turn, max_relative = 1e-12);

    let (_, _, hessian) = speed_hessian(at[0], at[1], at[2]);
    for (k, row) in hessian.iter().enumerate() {
        let along = |x| {
            let v: [f64; 3] = std::array::from_fn(|j| if j == k { x } else { at[j] });
            <[f64; 3]>::from(speed_grad(v[0], v[1], v[2]).1)
        };
        for (j, second) in row.iter().enumerate() {
            assert_relative_eq!(*second, slope(|x| along(x)[j], at[k]), max_relative = 1e-7, epsilon = 1e-9);
        }
    }

    let (x, d) = ([0.7, -0.4, 1.3], [0.2, 1.1, -0.6]);
    let (_, (x_bar, d_bar)) = energy_of_tangents_grad(&x, &d);
    let mut total = 0.0;
    for k in 0..3 {
        let changed = |v: &[f64; 3], t| std::array::from_fn::<_, 3, _>(|j| if j == k { t } else { v[j] });
        assert_relative_eq!(x_bar[k], slope(|t| energy_of_tangents(&changed(&x, t), &d), x[k]), max_relative = 1e-8);
        assert_relative_eq!(d_bar[k], slope(|t| energy_of_tangents(&x, &changed(&d, t)), d[k]), max_relative = 1e-8);
        total += x_bar[k] * d[k] + 2.0 * d_bar[k] * x[k];
    }
    let twice: Vec<f64> = x.iter().map(|x| 2.0 * x).collect();
    assert_relative_eq!(energy_of_tangents_jvp(&x, &d, (&d, &twice)).1, total, max_relative = 1e-12);

    let (_, (x_bar, y_bar)) = slope_of_generic_grad(0.7, 1.2);
    assert_relative_eq!(x_bar, slope(|x| slope_of_generic(x, 1.2), 0.7), max_relative = 1e-8);
    assert_relative_eq!(y_bar, slope(|y| slope_of_generic(0.7, y), 1.2), max_relative = 1e-8);
    assert_relative_eq!(slope_of_generic_jvp(0.7, 1.2, (0.5, 2.0)).1, 0.5 * x_bar + 2.0 * y_bar, max_relative = 1e-12);
    // At dual numbers: the tangent of the gradient.
    let (_, (x_bar, _)) = slope_of_generic_grad(Dual::new(0.7, 1.0), Dual::constant(1.2));
    assert_relative_eq!(x_bar.eps, slope(|x| slope_of_generic_grad(x, 1.2).1.0, 0.7), max_relative = 1e-8);
    let (_, dot) = slope_of_generic_jvp(Dual::new(0.7, 1.0), Dual::constant(1.2), (Dual::new(0.5, 0.0), Dual::new(2.0, 0.0)));
    assert_relative_eq!(dot.eps, slope(|x| slope_of_generic_jvp(x, 1.2, (0.5, 2.0)).1, 0.7), max_relative = 1e-8);
    let (_, (x_bar, y_bar)) = curvature_of_generic_grad(0.7, 1.2);
    assert_relative_eq!(x_bar, slope(|x| curvature_of_generic(x, 1.2), 0.7), max_relative = 1e-8);
    assert_relative_eq!(y_bar, slope(|y| curvature_of_generic(0.7, y), 1.2), max_relative = 1e-8);
}

struct Field {
    a: f64,
}

#[differentiate(hessian)]
impl Field {
    #[differentiate(wrt(x))]
    fn height(&self, x: f64) -> f64 {
        (self.a * x).cos() * x
    }
}

#[differentiate(wrt(x))]
fn curvature_of(field: &Field, x: f64) -> f64 {
    let (_, slope) = field.height_grad(x);
    slope * slope
}

#[test]
fn gradients_of_methods() {
    let field = Field { a: 1.5 };
    assert_relative_eq!(curvature_of_grad(&field, 0.8).1, slope(|x| curvature_of(&field, x), 0.8), max_relative = 1e-8);
}

/// Third derivatives: a generic function's Hessian at dual numbers.
#[differentiate(hessian)]
fn cubic<T: Scalar>(x: T, y: T) -> T {
    x * x * x * y + y.sin() * x
}

#[test]
fn third_derivatives() {
    let (x, y) = (0.7, 1.2_f64);
    let (_, _, h) = cubic_hessian(Dual::new(x, 1.0), Dual::constant(y));
    assert_relative_eq!(h[0][0].re, 6.0 * x * y, max_relative = 1e-14);
    assert_relative_eq!(h[0][0].eps, 6.0 * y, max_relative = 1e-14);
    assert_relative_eq!(h[0][1].eps, 6.0 * x, max_relative = 1e-14);
    assert_relative_eq!(h[1][1].eps, -y.sin(), max_relative = 1e-14);
    let (_, _, h) = cubic_hessian(Dual::constant(x), Dual::new(y, 1.0));
    assert_relative_eq!(h[1][1].eps, -y.cos() * x, max_relative = 1e-14);
}

/// Several slots, some of them behind references: the tangents are written as a tuple.
#[differentiate(order = 4)]
fn behind(w: &[f64], c: &Pair, x: f64) -> f64 {
    (w[0] * x + w[1] * c.a).sin() * w[1] * x * c.b
}

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiate(order = 4)]
impl Pair {
    fn product(&self, w: &[f64; 2], x: f64) -> f64 {
        (self.a * w[0] * x).exp() * self.b * w[1]
    }
}

#[differentiate(hessian)]
fn along_parts(w: &[f64], c: &Pair, x: f64) -> f64 {
    let d: Vec<f64> = w.iter().map(|w| w * x).collect();
    let e = PairCotangent { a: x, b: c.a * x };
    let (value, dot) = behind_jvp(w, c, x, (&d, &e, w[0]));
    let (_, constant) = behind_jvp(&d, c, 0.3, (&[1.0, -0.5], &e, 0.25));
    value * dot + constant * dot * dot
}

#[differentiate(hessian)]
fn along_second(w: &[f64], c: &Pair, x: f64) -> f64 {
    let e = PairCotangent { a: x * x, b: c.a };
    let (_, (w_bar, _, _), (product, of_pair, by_x)) = behind_hvp(w, c, x, (w, &e, x * w[1]));
    w_bar[0] * product[1] + of_pair.a * by_x
}

#[differentiate(hessian)]
fn of_method(w: &[f64; 2], c: &Pair, x: f64) -> f64 {
    let d = PairCotangent { a: w[0] * x, b: 0.5 };
    let (value, dot) = c.product_jvp(w, x, (&d, &[x, w[0]], c.b));
    let (_, _, (_, _, curved)) = c.product_hvp(w, x, (&d, w, 1.0));
    value * dot + curved
}

#[test]
fn tangents_behind_references() {
    let (w, c, x) = ([0.7, -0.4], Pair { a: 1.1, b: 0.6 }, 0.9);
    let at = [w[0], w[1], c.a, c.b, x];
    let d = [0.3, -0.8, 0.5, 1.2, -0.7];
    type F = fn(&[f64], &Pair, f64) -> f64;
    type Gradient = (Vec<f64>, PairCotangent, f64);
    let flat = |g: Gradient| vec![g.0[0], g.0[1], g.1.a, g.1.b, g.2];
    let array: F = |w, c, x| of_method(&[w[0], w[1]], c, x);
    let all: [(F, &dyn Fn(&[f64]) -> Vec<f64>, &dyn Fn() -> (f64, Vec<f64>, Vec<f64>)); 3] = [
        (along_parts, &|v| flat(along_parts_grad(&v[..2], &Pair { a: v[2], b: v[3] }, v[4]).1), &|| {
            let (value, g, p) = along_parts_hvp(&w, &c, x, (&d[..2], &PairCotangent { a: d[2], b: d[3] }, d[4]));
            (value, flat(g), flat(p))
        }),
        (along_second, &|v| flat(along_second_grad(&v[..2], &Pair { a: v[2], b: v[3] }, v[4]).1), &|| {
            let (value, g, p) = along_second_hvp(&w, &c, x, (&d[..2], &PairCotangent { a: d[2], b: d[3] }, d[4]));
            (value, flat(g), flat(p))
        }),
        (
            array,
            &|v| {
                let (a, b, c) = of_method_grad(&[v[0], v[1]], &Pair { a: v[2], b: v[3] }, v[4]).1;
                flat((a.to_vec(), b, c))
            },
            &|| {
                let (value, g, p) = of_method_hvp(&w, &c, x, (&[d[0], d[1]], &PairCotangent { a: d[2], b: d[3] }, d[4]));
                (value, flat((g.0.to_vec(), g.1, g.2)), flat((p.0.to_vec(), p.1, p.2)))
            },
        ),
    ];
    for (f, gradient, product) in all {
        let f = |v: &[f64]| f(&v[..2], &Pair { a: v[2], b: v[3] }, v[4]);
        let moved = |t: f64| -> Vec<f64> { at.iter().zip(&d).map(|(x, d)| x + t * d).collect() };
        let (value, g, p) = product();
        assert_relative_eq!(value, f(&at), max_relative = 1e-13);
        for k in 0..5 {
            let along = |t: f64| f(&std::array::from_fn::<f64, 5, _>(|j| if j == k { t } else { at[j] }));
            assert_relative_eq!(gradient(&at)[k], slope(along, at[k]), max_relative = 1e-7, epsilon = 1e-9);
            assert_relative_eq!(g[k], gradient(&at)[k], max_relative = 1e-11, epsilon = 1e-12);
            assert_relative_eq!(p[k], slope(|t| gradient(&moved(t))[k], 0.0), max_relative = 1e-7, epsilon = 1e-8);
        }
    }
}
