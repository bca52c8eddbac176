//! Jacobians: their forms, rows and columns, and products with them in both modes.

#![allow(clippy::needless_range_loop)] // how functions are written is what these tests vary

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, Dual, Scalar, differentiate};

/// The Jacobian by differences of fourth order.
fn differences(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64]) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<f64>> = (0..x.len())
        .map(|k| {
            let h = 1e-3;
            let at: Vec<Vec<f64>> = [-2.0, -1.0, 1.0, 2.0]
                .map(|t| {
                    let mut x = x.to_vec();
                    x[k] += t * h;
                    f(&x)
                })
                .into();
            (0..at[0].len()).map(|i| (8.0 * (at[2][i] - at[1][i]) - (at[3][i] - at[0][i])) / (12.0 * h)).collect()
        })
        .collect();
    (0..f(x).len()).map(|i| columns.iter().map(|c| c[i]).collect()).collect()
}

#[track_caller]
fn close(got: &[Vec<f64>], want: &[Vec<f64>]) {
    assert_eq!(got.len(), want.len(), "rows");
    for (g, w) in got.iter().zip(want) {
        assert_eq!(g.len(), w.len(), "columns");
        for (g, w) in g.iter().zip(w) {
            assert_relative_eq!(g, w, epsilon = 1e-9, max_relative = 1e-8);
        }
    }
}

fn rows<const N: usize, const M: usize>(jacobian: [[f64; N]; M]) -> Vec<Vec<f64>> {
    jacobian.iter().map(|r| r.to_vec()).collect()
}

/// A camera: more columns than rows.
#[differentiate(jacobian)]
fn project(camera: &[f64; 6], point: &[f64; 3], weight: f64) -> [f64; 2] {
    let mut p = [0.0; 3];
    for i in 0..3 {
        p[i] = point[i] * camera[i].cos() + camera[(i + 1) % 3] * point[(i + 2) % 3] - 0.1 * camera[3 + i];
    }
    let depth = 2.0 + p[2] * p[2];
    [weight * p[0] / depth, weight * p[1] / depth]
}

/// More rows than columns.
#[differentiate(jacobian)]
fn curve(t: f64, a: f64) -> [f64; 4] {
    [t.sin(), t * a, (a * t).exp(), a]
}

#[test]
fn arrays_of_known_size() {
    let (camera, point) = ([0.3, -0.2, 0.5, 1.0, 2.0, -0.7], [0.4, 1.1, -0.8]);
    let (value, jacobian): ([f64; 2], [[f64; 10]; 2]) = project_jacobian(&camera, &point, 1.5);
    assert_eq!(value, project(&camera, &point, 1.5));
    let x: Vec<f64> = camera.iter().chain(&point).copied().chain([1.5]).collect();
    let f = |x: &[f64]| project(x[..6].try_into().unwrap(), x[6..9].try_into().unwrap(), x[9]).to_vec();
    close(&rows(jacobian), &differences(f, &x));
    let mut into = [[f64::NAN; 10]; 2];
    assert_eq!(project_jacobian_into(&camera, &point, 1.5, &mut into), value);
    assert_eq!(into, jacobian, "what was there before is overwritten");

    let (value, jacobian): ([f64; 4], [[f64; 2]; 4]) = curve_jacobian(0.7, 1.3);
    assert_eq!(value, curve(0.7, 1.3));
    close(&rows(jacobian), &differences(|x| curve(x[0], x[1]).to_vec(), &[0.7, 1.3]));
}

#[test]
fn both_modes_agree() {
    let (camera, point) = ([0.3, -0.2, 0.5, 1.0, 2.0, -0.7], [0.4, 1.1, -0.8]);
    let (dc, dp, dw) = ([0.5, -1.0, 0.2, 0.9, -0.3, 0.7], [1.0, 0.1, -0.6], 0.8);
    let seed = [0.7, -1.9];
    let (_, dot) = project_jvp(&camera, &point, 1.5, (&dc, &dp, dw));
    let (_, (bc, bp, bw)) = project_vjp(&camera, &point, 1.5, seed);
    let left: f64 = seed.iter().zip(&dot).map(|(s, d)| s * d).sum();
    let right: f64 = bc.iter().zip(&dc).chain(bp.iter().zip(&dp)).map(|(b, d)| b * d).sum::<f64>() + bw * dw;
    assert_relative_eq!(left, right, max_relative = 1e-13);
}

#[differentiate(jacobian)]
fn residuals(p: &[f64], t: &[f64]) -> Vec<f64> {
    t.iter().map(|t| p[0] * (-p[1] * t).exp() + p[2]).collect()
}

#[differentiate(jacobian, wrt(p))]
fn few(p: Vec<f64>, n: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for k in 0..n {
        out.push(p.iter().map(|v| v.powi(k as i32 + 1)).sum());
    }
    out
}

#[test]
fn sizes_known_at_run_time() {
    let (p, t) = ([2.0, 0.5, 0.1], [0.0, 1.0, 2.5, 4.0]);
    let (value, jacobian): (Vec<f64>, Vec<Vec<f64>>) = residuals_jacobian(&p, &t);
    assert_eq!(value, residuals(&p, &t));
    let x: Vec<f64> = p.iter().chain(&t).copied().collect();
    close(&jacobian, &differences(|x| residuals(&x[..3], &x[3..]), &x));
    for n in [0, 1, 2, 5] {
        let (_, jacobian) = few_jacobian(vec![0.5, -1.2, 0.8], n);
        close(&jacobian, &differences(|x| few(x.to_vec(), n), &[0.5, -1.2, 0.8]));
    }
}

#[test]
fn into_any_matrix() {
    let (p, t) = ([2.0, 0.5, 0.1], [0.0, 1.0, 2.5, 4.0]);
    let (_, expected) = residuals_jacobian(&p, &t);
    // Whatever was there before.
    let mut rows = vec![vec![7.0; 9], vec![], vec![1.0]];
    let mut of_ndarray = ndarray::Array2::<f64>::ones((7, 4));
    let mut of_nalgebra = nalgebra::DMatrix::<f64>::zeros(0, 0);
    let mut of_known_size = [[f32::NAN; 7]; 4];
    for _ in 0..2 {
        assert_eq!(residuals_jacobian_into(&p, &t, &mut rows), residuals(&p, &t));
        residuals_jacobian_into(&p, &t, &mut of_ndarray);
        residuals_jacobian_into(&p, &t, &mut of_nalgebra);
        residuals_jacobian_into(&p, &t, &mut of_known_size);
    }
    assert_eq!(rows, expected);
    assert_eq!(of_ndarray.dim(), (4, 7));
    assert_eq!(of_nalgebra.shape(), (4, 7));
    for (i, row) in expected.iter().enumerate() {
        for (j, &partial) in row.iter().enumerate() {
            assert_eq!((of_ndarray[(i, j)], of_nalgebra[(i, j)]), (partial, partial));
            assert_eq!(of_known_size[i][j], partial as f32);
        }
    }
    // By rows, of which there may be none.
    few_jacobian_into(vec![0.5, -1.2, 0.8], 0, &mut rows);
    assert!(rows.is_empty());
    few_jacobian_into(vec![0.5, -1.2, 0.8], 1, &mut of_ndarray);
    assert_eq!(of_ndarray, ndarray::arr2(&[[1.0, 1.0, 1.0]]));
}

#[test]
#[should_panic(expected = "a Jacobian of another shape")]
fn into_an_array_of_another_shape() {
    residuals_jacobian_into(&[2.0, 0.5, 0.1], &[0.0, 1.0], &mut [[0.0; 7]; 4]);
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct State {
    position: [f64; 2],
    speed: f64,
    label: String,
}

#[differentiate(jacobian)]
fn advance(s: &State, dt: f64) -> State {
    let mut next = s.clone();
    next.position[0] += dt * s.speed * s.position[1].cos();
    next.position[1] += dt * s.speed;
    next.speed *= 1.0 - dt;
    next
}

#[differentiate(jacobian)]
fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

#[differentiate(jacobian)]
fn single(x: [f32; 2]) -> [f32; 2] {
    [x[0] * x[1], x[0]]
}

#[differentiate(jacobian)]
fn scaled<const N: usize>(x: &[f64; N]) -> [f64; N] {
    let mut y = *x;
    for i in 0..N {
        y[i] *= x[0];
    }
    y
}

struct Model {
    gain: f64,
}

#[differentiate]
impl Model {
    #[differentiate(jacobian, wrt(x))]
    fn outputs(&self, x: [f64; 2]) -> [f64; 3] {
        [self.gain * x[0], x[0] * x[1], x[1].sin()]
    }
}

#[test]
fn other_forms() {
    let state = State { position: [0.3, 0.8], speed: 2.0, label: "a".into() };
    let (next, jacobian) = advance_jacobian(&state, 0.1);
    assert_eq!(next, advance(&state, 0.1));
    assert_eq!(jacobian.len(), 3);
    assert_relative_eq!(jacobian[0][1], -0.2 * 0.8_f64.sin(), max_relative = 1e-14);
    assert_relative_eq!(jacobian[0][3], 2.0 * 0.8_f64.cos(), max_relative = 1e-14);
    let (_, jacobian): (_, [[f64; 2]; 2]) = polar_jacobian(3.0, 4.0);
    close(&rows(jacobian), &[vec![0.6, 0.8], vec![-0.16, 0.12]]);
    assert_eq!(single_jacobian([2.0, 3.0]).1, [[3.0_f32, 2.0], [1.0, 0.0]]);
    let (_, jacobian) = scaled_jacobian(&[2.0, 3.0]);
    assert_eq!(jacobian, [[4.0, 0.0], [3.0, 2.0]]);
    let (_, jacobian) = Model { gain: 5.0 }.outputs_jacobian([0.5, 0.0]);
    assert_eq!(jacobian, [[5.0, 0.0], [0.0, 0.5], [0.0, 1.0]]);
}

/// Without lanes, in one that has them.
#[differentiate]
fn mixed(a: &[f64], w: f64) -> Vec<f64> {
    a.iter().map(|a| (a * w).sin()).collect()
}

/// Twenty columns, more than are computed at once.
#[differentiate(jacobian)]
fn wide(a: &[f64; 13], b: [f64; 6], w: f64) -> [f64; 15] {
    let sines = mixed(a, w);
    let mut y = [0.0; 15];
    for i in 0..15 {
        y[i] = b[i % 6] * sines[(2 * i) % 13] + w * a[i % 13] / (1.0 + b[(i + 1) % 6] * b[i % 6]);
    }
    y
}

/// Tables of any size, with a struct among the slots.
#[differentiate(jacobian)]
fn tables(s: &State, rows: &[Vec<f64>], pairs: Vec<(f64, [f64; 2])>) -> (Vec<f64>, State) {
    let mut out = Vec::new();
    for row in rows {
        for (k, v) in row.iter().enumerate() {
            let (a, [b, c]) = pairs[k % pairs.len()];
            out.push(v * a + if b > 0.0 { b * c } else { s.speed * v });
        }
    }
    let mut next = advance(s, out[0]);
    next.position[1] *= s.position[0];
    (out, next)
}

#[test]
fn columns_are_those_of_forward_mode_and_rows_those_of_reverse_mode() {
    let a: [f64; 13] = std::array::from_fn(|k| 0.1 * k as f64 - 0.5);
    let b: [f64; 6] = std::array::from_fn(|k| 0.7 - 0.2 * k as f64);
    let (value, jacobian) = wide_jacobian(&a, b, 0.8);
    assert_eq!(value, wide(&a, b, 0.8));
    for k in 0..20 {
        let (mut da, mut db, mut dw) = ([0.0; 13], [0.0; 6], 0.0);
        match k {
            0..13 => da[k] = 1.0,
            13..19 => db[k - 13] = 1.0,
            _ => dw = 1.0,
        }
        let (_, column) = wide_jvp(&a, b, 0.8, (&da, db, dw));
        for i in 0..15 {
            assert_relative_eq!(jacobian[i][k], column[i], max_relative = 1e-13, epsilon = 1e-15);
        }
    }
    for i in 0..15 {
        let mut seed = [0.0; 15];
        seed[i] = 1.0;
        let (_, (a_bar, b_bar, w_bar)) = wide_vjp(&a, b, 0.8, seed);
        for (got, want) in jacobian[i].iter().zip(a_bar.iter().chain(&b_bar).chain([&w_bar])) {
            assert_relative_eq!(got, want, max_relative = 1e-12, epsilon = 1e-14);
        }
    }
}

#[test]
fn columns_of_any_number() {
    let state = State { position: [0.4, -0.3], speed: 1.2, label: "moving".into() };
    let rows = vec![vec![0.5, -1.5, 2.0], vec![], vec![1.1, 0.3]];
    let pairs = vec![(0.7, [0.2, 1.3]), (-0.4, [-0.6, 0.9])];
    let point: Vec<f64> = vec![0.4, -0.3, 1.2, 0.5, -1.5, 2.0, 1.1, 0.3, 0.7, 0.2, 1.3, -0.4, -0.6, 0.9];
    let ((value, next), jacobian) = tables_jacobian(&state, &rows, pairs.clone());
    assert_eq!((value, next), tables(&state, &rows, pairs));
    let f = |x: &[f64]| {
        let state = State { position: [x[0], x[1]], speed: x[2], label: "moving".into() };
        let rows = vec![x[3..6].to_vec(), vec![], x[6..8].to_vec()];
        let (out, next) = tables(&state, &rows, vec![(x[8], [x[9], x[10]]), (x[11], [x[12], x[13]])]);
        out.into_iter().chain(next.position).chain([next.speed]).collect()
    };
    close(&jacobian, &differences(f, &point));
}

#[differentiate]
fn weighted(x: f64, weights: &[f64]) -> f64 {
    weights.iter().map(|w| w * x * x).sum()
}

#[differentiate(jacobian)]
fn with_lists_of_constants(x: f64) -> [f64; 2] {
    [weighted(x, &[0.75]), weighted(x * x, &[0.5, 1.5])]
}

/// A reference to an array of constants was cloned as one to a slice, once per direction.
#[test]
fn constants_are_lent_in_every_direction() {
    let (value, jacobian): ([f64; 2], [[f64; 1]; 2]) = with_lists_of_constants_jacobian(1.5);
    assert_eq!(value, with_lists_of_constants(1.5));
    assert_eq!(jacobian, [[2.25], [8.0 * 1.5 * 1.5 * 1.5]]);
}

#[differentiate(jacobian)]
fn normalised<const N: usize>(x: &[f64; N]) -> [f64; N] {
    let length = x.iter().map(|v| v * v).sum::<f64>().sqrt();
    x.map(|v| v / length)
}

#[differentiate(jacobian)]
fn spread_out<const M: usize>(x: f64) -> [f64; M] {
    std::array::from_fn(|i| (x * i as f64).sin())
}

#[differentiate(jacobian)]
fn products<T: Scalar>(x: T, y: [T; 2]) -> [T; 4] {
    [x * y[0], x.sin(), y[0] * y[1], y[1].exp()]
}

#[differentiate(jacobian)]
fn reduced<T: Scalar, const N: usize>(x: [T; N]) -> [T; 2] {
    let mut sums = [T::from_f64(1.0), T::from_f64(0.0)];
    for v in x {
        sums[0] *= v;
        sums[1] += v.sin();
    }
    sums
}

/// A parameter is a size like any other, and numbers of a type parameter are that type's.
#[test]
fn sizes_and_numbers_that_are_parameters() {
    let x = [0.5, -0.7, 1.2];
    let (_, jacobian): ([f64; 3], [[f64; 3]; 3]) = normalised_jacobian(&x);
    close(&rows(jacobian), &differences(|x| normalised::<3>(x.try_into().unwrap()).to_vec(), &x));
    let (_, jacobian): ([f64; 4], [[f64; 1]; 4]) = spread_out_jacobian::<4>(0.3);
    close(&rows(jacobian), &differences(|x| spread_out::<4>(x[0]).to_vec(), &[0.3]));
    let (_, jacobian): ([f64; 4], [[f64; 3]; 4]) = products_jacobian(0.3, [0.6, 0.2]);
    close(&rows(jacobian), &differences(|x| products(x[0], [x[1], x[2]]).to_vec(), &[0.3, 0.6, 0.2]));
    let (_, single): ([f32; 4], [[f32; 3]; 4]) = products_jacobian(0.3_f32, [0.6, 0.2]);
    assert_eq!(single.map(|row| row.map(|v| (1e4 * f64::from(v)).round())), jacobian.map(|row| row.map(|v| (1e4 * v).round())));
    let (_, jacobian): ([f64; 2], [[f64; 3]; 2]) = reduced_jacobian(x);
    close(&rows(jacobian), &differences(|x| reduced::<f64, 3>(x.try_into().unwrap()).to_vec(), &x));
    // A derivative of it, too.
    let (_, jacobian) = products_jacobian(Dual::new(0.3, 1.0), [Dual::new(0.6, 0.0), Dual::new(0.2, 0.0)]);
    assert_eq!((jacobian[0][1].eps, jacobian[1][0].eps), (1.0, -0.3_f64.sin()));
    let (_, jacobian) = reduced_jacobian([Dual::new(2.0, 1.0), Dual::new(3.0, 0.0)]);
    assert_eq!(jacobian.map(|row| row.map(|v| v.eps)), [[0.0, 1.0], [-2.0_f64.sin(), 0.0]]);
}

#[differentiate(jacobian = ndarray)]
fn waves(x: &[f64], k: f64) -> Vec<f64> {
    x.iter().map(|v| (v * k).sin()).collect()
}

#[differentiate(jacobian = nalgebra, wrt(x))]
fn scaled_pair(x: [f64; 3], k: f64) -> [f64; 2] {
    [x[0] * x[1] * k, x[2].exp()]
}

#[differentiate(jacobian = ndarray)]
impl Model {
    #[differentiate(wrt(u))]
    fn damp(&self, u: &mut [f64]) {
        for v in u.iter_mut() {
            *v = v.sin() * self.gain;
        }
    }
}

#[test]
fn matrices_of_a_library() {
    let x = [0.3, 0.5, -0.2, 0.9];
    let of_ndarray = |m: ndarray::Array2<f64>| m.rows().into_iter().map(|r| r.to_vec()).collect::<Vec<_>>();
    close(&of_ndarray(waves_jacobian(&x[..3], x[3]).1), &differences(|x| waves(&x[..3], x[3]), &x));
    let (_, jacobian): ([f64; 2], nalgebra::DMatrix<f64>) = scaled_pair_jacobian([0.3, 0.5, -0.2], 0.9);
    let jacobian: Vec<Vec<f64>> = jacobian.row_iter().map(|r| r.iter().copied().collect()).collect();
    close(&jacobian, &differences(|x| scaled_pair(x.try_into().unwrap(), 0.9).to_vec(), &x[..3]));
    let model = Model { gain: 0.7 };
    let damped = |x: &[f64]| {
        let mut u = x.to_vec();
        model.damp(&mut u);
        u
    };
    close(&of_ndarray(model.damp_jacobian(&mut x.clone()).1), &differences(damped, &x));
}
