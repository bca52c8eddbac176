//! Numerical analysis: roots, quadrature, linear algebra, interpolation, recurrences.
#![allow(clippy::needless_range_loop)]

use autodiff_core::differentiate;
use num_traits::Float;

/// Coefficients from the constant term up.
#[differentiate]
fn horner(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |acc, &c| acc * x + c)
}

#[differentiate]
fn newton_sqrt(a: f64) -> f64 {
    let mut x = if a > 1.0 { a / 2.0 } else { 1.0 };
    loop {
        let next = 0.5 * (x + a / x);
        if (next - x).abs() <= 1e-14 * next {
            break next;
        }
        x = next;
    }
}

/// Arithmetic-geometric mean, for any float.
#[differentiate]
fn agm<T: Float>(a: T, b: T) -> T {
    let two = T::one() + T::one();
    let (mut a, mut b) = (a, b);
    for _ in 0..6 {
        (a, b) = ((a + b) / two, (a * b).sqrt());
    }
    a
}

#[differentiate]
fn kepler(eccentricity: f64, mean_anomaly: f64, e: f64) -> f64 {
    e - eccentricity * e.sin() - mean_anomaly
}

/// Newton inside a bracket: a step that leaves it becomes a bisection.
#[differentiate]
fn eccentric_anomaly(eccentricity: f64, mean_anomaly: f64) -> f64 {
    let (mut lo, mut hi) = (mean_anomaly - 1.0, mean_anomaly + 1.0);
    let mut e = 0.5 * (lo + hi);
    let mut iterations = 0;
    while iterations < 50 {
        let f = kepler(eccentricity, mean_anomaly, e);
        if f > 0.0 {
            hi = e;
        } else {
            lo = e;
        }
        let newton = e - f / (1.0 - eccentricity * e.cos());
        let next = if newton > lo && newton < hi { newton } else { 0.5 * (lo + hi) };
        let done = (next - e).abs() < 1e-13;
        e = next;
        iterations += 1;
        if done {
            break;
        }
    }
    e
}

/// A few halvings of a bracket around the zero of x^3 = target.
#[differentiate]
fn bisect_cube_root(lo: f64, hi: f64, target: f64, steps: u32) -> f64 {
    let mut lo = lo;
    let mut hi = hi;
    for _ in 0..steps {
        let mid = lo + (hi - lo) / 2.0;
        match mid.powi(3) - target {
            0.0 => return mid,
            r if r < 0.0 => lo = mid,
            _ => hi = mid,
        }
    }
    (lo + hi) / 2.0
}

/// The integral of exp(-p x) cos(q x).
#[differentiate]
fn simpson(p: f64, q: f64, a: f64, b: f64, n: usize) -> f64 {
    let f = |x: f64| (-p * x).exp() * (q * x).cos();
    let h = (b - a) / n as f64;
    let mut sum = f(a) + f(b);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * f(a + i as f64 * h);
    }
    sum * h / 3.0
}

#[differentiate]
fn trapezoid(xs: &[f64], ys: &[f64]) -> f64 {
    xs.windows(2).zip(ys.windows(2)).map(|(x, y)| 0.5 * (x[1] - x[0]) * (y[0] + y[1])).sum()
}

/// Richardson extrapolation of the trapezoid rule on 1 / (1 + k x^2).
#[differentiate]
fn romberg(k: f64, b: f64) -> f64 {
    const LEVELS: usize = 5;
    let f = |x: f64| 1.0 / (1.0 + k * x * x);
    let mut r = [[0.0; LEVELS]; LEVELS];
    let mut h = b;
    r[0][0] = 0.5 * h * (f(0.0) + f(b));
    for i in 1..LEVELS {
        h *= 0.5;
        let new_points: f64 = (0..1 << (i - 1)).map(|m| f((2 * m + 1) as f64 * h)).sum();
        r[i][0] = 0.5 * r[i - 1][0] + h * new_points;
        let mut factor = 1.0;
        for j in 1..=i {
            factor *= 4.0;
            r[i][j] = r[i][j - 1] + (r[i][j - 1] - r[i - 1][j - 1]) / (factor - 1.0);
        }
    }
    r[LEVELS - 1][LEVELS - 1]
}

/// Gaussian elimination with partial pivoting.
#[differentiate]
fn determinant<const N: usize>(matrix: &[[f64; N]; N]) -> f64 {
    let mut m = *matrix;
    let mut det = 1.0;
    for col in 0..N {
        let mut pivot = col;
        for row in col + 1..N {
            if m[row][col].abs() > m[pivot][col].abs() {
                pivot = row;
            }
        }
        if m[pivot][col] == 0.0 {
            return 0.0;
        }
        if pivot != col {
            m.swap(pivot, col);
            det = -det;
        }
        det *= m[col][col];
        for row in col + 1..N {
            let factor = m[row][col] / m[col][col];
            for k in col..N {
                m[row][k] -= factor * m[col][k];
            }
        }
    }
    det
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Volume spanned by the vectors: product of the lengths left over by modified Gram-Schmidt.
#[differentiate]
fn gram_schmidt_volume(vectors: &[Vec<f64>]) -> f64 {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut volume = 1.0;
    for vector in vectors {
        let mut w = vector.clone();
        for q in &basis {
            let projection = dot(&w, q);
            for (wi, qi) in w.iter_mut().zip(q) {
                *wi -= projection * qi;
            }
        }
        let norm = dot(&w, &w).sqrt();
        volume *= norm;
        for wi in &mut w {
            *wi /= norm;
        }
        basis.push(w);
    }
    volume
}

/// Solves the tridiagonal system in O(n).
#[differentiate]
fn thomas(lower: &[f64], diagonal: &[f64], upper: &[f64], rhs: &[f64]) -> Vec<f64> {
    let n = diagonal.len();
    let mut c = vec![0.0; n];
    let mut d = vec![0.0; n];
    c[0] = upper[0] / diagonal[0];
    d[0] = rhs[0] / diagonal[0];
    for i in 1..n {
        let m = diagonal[i] - lower[i - 1] * c[i - 1];
        if i < n - 1 {
            c[i] = upper[i] / m;
        }
        d[i] = (rhs[i] - lower[i - 1] * d[i - 1]) / m;
    }
    let mut x = d;
    for i in (0..n - 1).rev() {
        x[i] -= c[i] * x[i + 1];
    }
    x
}

/// Natural cubic spline through the knots, evaluated at `at`.
#[differentiate]
fn cubic_spline(xs: &[f64], ys: &[f64], at: f64) -> f64 {
    let n = xs.len();
    let h: Vec<f64> = xs.windows(2).map(|w| w[1] - w[0]).collect();
    let slopes: Vec<f64> = (0..n - 1).map(|i| (ys[i + 1] - ys[i]) / h[i]).collect();
    let diagonal: Vec<f64> = h.windows(2).map(|w| 2.0 * (w[0] + w[1])).collect();
    let rhs: Vec<f64> = slopes.windows(2).map(|s| 6.0 * (s[1] - s[0])).collect();
    let inner = thomas(&h[1..n - 2], &diagonal, &h[1..n - 2], &rhs);
    let mut m = vec![0.0];
    m.extend_from_slice(&inner);
    m.push(0.0);
    let i = match xs.iter().position(|&x| x > at) {
        Some(0) => 0,
        Some(k) => k - 1,
        None => n - 2,
    };
    let (a, b) = (xs[i + 1] - at, at - xs[i]);
    m[i] * a.powi(3) / (6.0 * h[i])
        + m[i + 1] * b.powi(3) / (6.0 * h[i])
        + (ys[i] / h[i] - m[i] * h[i] / 6.0) * a
        + (ys[i + 1] / h[i] - m[i + 1] * h[i] / 6.0) * b
}

/// Largest eigenvalue of a symmetric matrix in rows.
#[differentiate]
fn power_iteration(matrix: &[Vec<f64>]) -> f64 {
    let n = matrix.len();
    let mut v = vec![1.0 / (n as f64).sqrt(); n];
    let mut eigenvalue = 0.0;
    for _ in 0..200 {
        let w: Vec<f64> = matrix.iter().map(|row| dot(row, &v)).collect();
        let rayleigh = dot(&v, &w);
        let norm = dot(&w, &w).sqrt();
        v = w.into_iter().map(|x| x / norm).collect();
        let change = rayleigh - eigenvalue;
        eigenvalue = rayleigh;
        if change.abs() < 1e-14 {
            break;
        }
    }
    eigenvalue
}

/// Exactly on a node the formula is 0 / 0, so the node's value is returned.
#[differentiate]
fn barycentric(nodes: &[f64], values: &[f64], x: f64) -> f64 {
    let mut numerator = 0.0;
    let mut denominator = 0.0;
    for (j, (&node, &value)) in nodes.iter().zip(values).enumerate() {
        if x == node {
            return value;
        }
        let mut weight = 1.0;
        for (k, &other) in nodes.iter().enumerate() {
            if k != j {
                weight /= node - other;
            }
        }
        let term = weight / (x - node);
        numerator += term * value;
        denominator += term;
    }
    numerator / denominator
}

#[differentiate]
fn clenshaw(coefficients: &[f64], x: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for &c in coefficients[1..].iter().rev() {
        let b0 = c + 2.0 * x * b1 - b2;
        b2 = b1;
        b1 = b0;
    }
    coefficients[0] + x * b1 - b2
}

#[differentiate]
fn legendre(n: u32, x: f64) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        _ => {
            let k = f64::from(n);
            ((2.0 * k - 1.0) * x * legendre(n - 1, x) - (k - 1.0) * legendre(n - 2, x)) / k
        }
    }
}

#[differentiate]
fn fast_power(base: f64, exponent: i32) -> f64 {
    if exponent < 0 {
        return 1.0 / fast_power(base, -exponent);
    }
    if exponent == 0 {
        return 1.0;
    }
    let half = fast_power(base, exponent / 2);
    if exponent % 2 == 0 { half * half } else { half * half * base }
}

/// Residual norm after some sweeps, in place.
#[differentiate]
fn gauss_seidel_residual(a: &[[f64; 3]; 3], b: &[f64; 3], omega: f64, sweeps: usize) -> f64 {
    let mut x = [0.0; 3];
    for _ in 0..sweeps {
        for i in 0..3 {
            let mut sigma = b[i];
            for j in 0..3 {
                if j == i {
                    continue;
                }
                sigma -= a[i][j] * x[j];
            }
            x[i] = (1.0 - omega) * x[i] + omega * sigma / a[i][i];
        }
    }
    let mut worst: f64 = 0.0;
    for (row, &want) in a.iter().zip(b) {
        worst += (dot(row, &x) - want).powi(2);
    }
    worst.sqrt()
}

/// Hurwitz zeta by Euler-Maclaurin summation.
#[differentiate]
fn hurwitz_zeta(s: f64, q: f64) -> f64 {
    const BERNOULLI: [f64; 4] = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0];
    let n = 8;
    let mut sum: f64 = (0..n).map(|k| (q + k as f64).powf(-s)).sum();
    let a = q + n as f64;
    sum += a.powf(1.0 - s) / (s - 1.0) + 0.5 * a.powf(-s);
    let mut rising = s;
    let mut factorial = 2.0;
    let mut power = a.powf(-s - 1.0);
    for (j, b) in BERNOULLI.iter().enumerate() {
        sum += b / factorial * rising * power;
        let m = 2.0 * j as f64 + 1.0;
        rising *= (s + m) * (s + m + 1.0);
        factorial *= (m + 2.0) * (m + 3.0);
        power /= a * a;
    }
    sum
}

/// Row by row until a row is far from dominant; that ends the whole search.
#[differentiate]
fn dominance(matrix: &[Vec<f64>], limit: f64) -> f64 {
    let mut slack = 0.0;
    'rows: for (i, row) in matrix.iter().enumerate() {
        let mut rest = 0.0;
        for (j, x) in row.iter().enumerate() {
            if i == j {
                continue;
            }
            rest += x.abs();
            if rest > limit {
                break 'rows;
            }
            if *x == 0.0 {
                continue 'rows;
            }
        }
        slack += row[i].abs() - rest;
    }
    slack
}

/// One classical Runge-Kutta step of a damped pendulum.
#[differentiate]
fn rk4_step(state: [f64; 2], damping: f64, h: f64) -> [f64; 2] {
    let rhs = |y: [f64; 2]| [y[1], -y[0].sin() - damping * y[1]];
    let shifted = |y: [f64; 2], k: [f64; 2], s: f64| [y[0] + s * k[0], y[1] + s * k[1]];
    let k1 = rhs(state);
    let k2 = rhs(shifted(state, k1, 0.5 * h));
    let k3 = rhs(shifted(state, k2, 0.5 * h));
    let k4 = rhs(shifted(state, k3, h));
    std::array::from_fn(|i| state[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

#[differentiate]
fn pendulum_energy(angle: f64, speed: f64, damping: f64, h: f64, steps: usize) -> f64 {
    let mut state = [angle, speed];
    for _ in 0..steps {
        state = rk4_step(state, damping, h);
    }
    let [angle, speed] = state;
    0.5 * speed * speed + 1.0 - angle.cos()
}

/// Jacobi relaxation of the heat equation with two buffers that change places.
#[differentiate]
fn heat(initial: &[f64], conductivity: f64, steps: usize) -> f64 {
    let n = initial.len();
    let mut current = initial.to_vec();
    let mut next = initial.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = current[i] + conductivity * (current[i - 1] - 2.0 * current[i] + current[i + 1]);
        }
        std::mem::swap(&mut current, &mut next);
    }
    current.iter().map(|u| u * u).sum()
}

#[differentiate]
fn solve_quadratic(a: f64, b: f64, c: f64) -> Option<(f64, f64)> {
    if a == 0.0 {
        return None;
    }
    let discriminant = b * b - 4.0 * a * c;
    if discriminant < 0.0 {
        return None;
    }
    let q = -0.5 * (b + discriminant.sqrt().copysign(b));
    Some((q / a, c / q))
}

#[differentiate]
fn root_distance(a: f64, b: f64, c: f64) -> f64 {
    if let Some((first, second)) = solve_quadratic(a, b, c) { (first - second).abs() } else { f64::INFINITY }
}

/// Adaptive Simpson on exp(-k x^2) with an explicit stack of intervals.
#[differentiate]
fn adaptive_simpson(k: f64, a: f64, b: f64, tolerance: f64) -> f64 {
    let f = |x: f64| (-k * x * x).exp();
    let rule = |a: f64, b: f64| (b - a) / 6.0 * (f(a) + 4.0 * f(0.5 * (a + b)) + f(b));
    let mut stack = vec![(a, b, 0)];
    let mut total = 0.0;
    while let Some((lo, hi, depth)) = stack.pop() {
        let mid = 0.5 * (lo + hi);
        let whole = rule(lo, hi);
        let halves = rule(lo, mid) + rule(mid, hi);
        if (halves - whole).abs() < 15.0 * tolerance || depth >= 12 {
            total += halves + (halves - whole) / 15.0;
        } else {
            stack.push((lo, mid, depth + 1));
            stack.push((mid, hi, depth + 1));
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, numeric_gradient};

    fn check(name: &str, f: impl Fn(&[f64]) -> f64, x: &[f64], value: f64, gradient: &[f64]) {
        assert_eq!(value.to_bits(), f(x).to_bits(), "value of {name}");
        assert_close(name, gradient, &numeric_gradient(f, x), 1e-6);
    }

    fn rows(v: &[f64], width: usize) -> Vec<Vec<f64>> {
        v.chunks(width).map(|c| c.to_vec()).collect()
    }

    fn square(v: &[f64]) -> [[f64; 3]; 3] {
        std::array::from_fn(|i| std::array::from_fn(|j| v[3 * i + j]))
    }

    #[test]
    fn horner_gradient() {
        let x = [0.3, -1.1, 0.7, 0.2, 1.4];
        let (value, (c, d)) = horner_grad(&x[..4], x[4]);
        let g = [&c[..], &[d]].concat();
        check("horner", |v| horner(&v[..4], v[4]), &x, value, &g);
    }

    #[test]
    fn newton_sqrt_gradient() {
        for a in [0.3, 7.1] {
            let (value, g) = newton_sqrt_grad(a);
            check("newton_sqrt", |v| newton_sqrt(v[0]), &[a], value, &[g]);
        }
    }

    #[test]
    fn agm_gradient() {
        let x = [1.3, 0.4];
        let (value, (a, b)) = agm_grad(x[0], x[1]);
        check("agm", |v| agm(v[0], v[1]), &x, value, &[a, b]);
    }

    #[test]
    fn agm_in_single_precision() {
        let (value, (a, b)) = agm_grad(1.3f32, 0.4f32);
        assert_eq!(value.to_bits(), agm(1.3f32, 0.4f32).to_bits());
        let (_, (wide_a, wide_b)) = agm_grad(1.3f64, 0.4f64);
        assert_close("agm f32", &[a.into(), b.into()], &[wide_a, wide_b], 1e-5);
    }

    #[test]
    fn eccentric_anomaly_gradient() {
        for x in [[0.3, 1.1], [0.9, 0.2]] {
            let (value, (e, m)) = eccentric_anomaly_grad(x[0], x[1]);
            let f = |v: &[f64]| eccentric_anomaly(v[0], v[1]);
            check("eccentric_anomaly", f, &x, value, &[e, m]);
        }
    }

    #[test]
    fn bisect_cube_root_gradient() {
        let x = [0.8, 2.1, 3.3];
        let (value, (lo, hi, target)) = bisect_cube_root_grad(x[0], x[1], x[2], 6);
        let f = |v: &[f64]| bisect_cube_root(v[0], v[1], v[2], 6);
        check("bisect_cube_root", f, &x, value, &[lo, hi, target]);
    }

    #[test]
    fn simpson_gradient() {
        let x = [0.4, 1.7, 0.1, 1.9];
        let (value, (p, q, a, b)) = simpson_grad(x[0], x[1], x[2], x[3], 10);
        let f = |v: &[f64]| simpson(v[0], v[1], v[2], v[3], 10);
        check("simpson", f, &x, value, &[p, q, a, b]);
    }

    #[test]
    fn trapezoid_gradient() {
        let x = [0.0, 0.4, 1.1, 1.9, 0.3, 0.8, 0.2, -0.4];
        let (value, (xs, ys)) = trapezoid_grad(&x[..4], &x[4..]);
        let f = |v: &[f64]| trapezoid(&v[..4], &v[4..]);
        check("trapezoid", f, &x, value, &[xs, ys].concat());
    }

    #[test]
    fn romberg_gradient() {
        let x = [1.4, 1.2];
        let (value, (k, b)) = romberg_grad(x[0], x[1]);
        check("romberg", |v| romberg(v[0], v[1]), &x, value, &[k, b]);
    }

    #[test]
    fn determinant_gradient() {
        let x = [0.3, 1.2, -0.7, 2.1, 0.4, 0.9, -1.1, 0.8, 1.6];
        let (value, g) = determinant_grad(&square(&x));
        let f = |v: &[f64]| determinant(&square(v));
        check("determinant", f, &x, value, g.as_flattened());
    }

    #[test]
    fn gram_schmidt_volume_gradient() {
        let x = [0.3, 1.2, -0.7, 2.1, 0.4, 0.9];
        let (value, g) = gram_schmidt_volume_grad(&rows(&x, 3));
        let f = |v: &[f64]| gram_schmidt_volume(&rows(v, 3));
        check("gram_schmidt_volume", f, &x, value, &g.concat());
    }

    #[test]
    fn thomas_pullback() {
        let x = [0.3, -0.5, 0.2, 2.1, 1.9, 2.4, 1.7, 0.4, 0.1, -0.3, 1.0, -0.4, 0.8, 0.6];
        let seed = vec![0.4, -0.9, 0.6, 0.1];
        let (value, (l, d, u, r)) = thomas_vjp(&x[..3], &x[3..7], &x[7..10], &x[10..], seed.clone());
        let solve = |v: &[f64]| thomas(&v[..3], &v[3..7], &v[7..10], &v[10..]);
        assert_eq!(value, solve(&x));
        let f = |v: &[f64]| dot(&solve(v), &seed);
        let g = [l, d, u, r].concat();
        assert_close("thomas", &g, &numeric_gradient(f, &x), 1e-6);
    }

    #[test]
    fn cubic_spline_gradient() {
        for at in [0.2, 1.3, 2.9] {
            let x = [0.0, 0.7, 1.5, 2.2, 3.1, 0.4, 1.2, 0.3, -0.6, 0.5, at];
            let (value, (xs, ys, d)) = cubic_spline_grad(&x[..5], &x[5..10], at);
            let g = [&xs[..], &ys, &[d]].concat();
            let f = |v: &[f64]| cubic_spline(&v[..5], &v[5..10], v[10]);
            check("cubic_spline", f, &x, value, &g);
        }
    }

    #[test]
    fn power_iteration_gradient() {
        let x = [4.0, 0.3, 0.2, 0.3, 1.5, 0.4, 0.2, 0.4, 1.0];
        let (value, g) = power_iteration_grad(&rows(&x, 3));
        let f = |v: &[f64]| power_iteration(&rows(v, 3));
        check("power_iteration", f, &x, value, &g.concat());
    }

    #[test]
    fn barycentric_gradient() {
        let x = [0.0, 0.6, 1.3, 2.0, 0.3, 1.1, 0.4, -0.2, 0.9];
        let (value, (n, y, d)) = barycentric_grad(&x[..4], &x[4..8], x[8]);
        let g = [&n[..], &y, &[d]].concat();
        let f = |v: &[f64]| barycentric(&v[..4], &v[4..8], v[8]);
        check("barycentric", f, &x, value, &g);
    }

    #[test]
    fn barycentric_on_a_node() {
        let (value, (n, y, d)) = barycentric_grad(&[0.0, 0.6, 1.3], &[0.3, 1.1, 0.4], 0.6);
        assert_eq!(value, 1.1);
        assert_eq!(n, [0.0; 3]);
        assert_eq!(y, [0.0, 1.0, 0.0]);
        assert_eq!(d, 0.0);
    }

    #[test]
    fn clenshaw_gradient() {
        let x = [0.3, -1.1, 0.7, 0.2, 0.45];
        let (value, (c, d)) = clenshaw_grad(&x[..4], x[4]);
        let g = [&c[..], &[d]].concat();
        check("clenshaw", |v| clenshaw(&v[..4], v[4]), &x, value, &g);
    }

    #[test]
    fn legendre_gradient() {
        for n in [0, 1, 2, 7] {
            let (value, g) = legendre_grad(n, 0.37);
            check("legendre", |v| legendre(n, v[0]), &[0.37], value, &[g]);
        }
    }

    #[test]
    fn fast_power_gradient() {
        for n in [0, 1, 13, -6] {
            let (value, g) = fast_power_grad(1.3, n);
            check("fast_power", |v| fast_power(v[0], n), &[1.3], value, &[g]);
        }
    }

    #[test]
    fn gauss_seidel_residual_gradient() {
        let x = [3.1, 0.4, -0.7, 0.5, 2.8, 0.9, -0.2, 0.6, 3.3, 1.0, -0.5, 0.7, 1.1];
        let b = |v: &[f64]| [v[9], v[10], v[11]];
        let (value, (da, db, w)) = gauss_seidel_residual_grad(&square(&x), &b(&x), x[12], 3);
        let g = [da.as_flattened(), &db, &[w]].concat();
        let f = |v: &[f64]| gauss_seidel_residual(&square(v), &b(v), v[12], 3);
        check("gauss_seidel_residual", f, &x, value, &g);
    }

    #[test]
    fn hurwitz_zeta_gradient() {
        let x = [2.3, 0.8];
        let (value, (s, q)) = hurwitz_zeta_grad(x[0], x[1]);
        let f = |v: &[f64]| hurwitz_zeta(v[0], v[1]);
        check("hurwitz_zeta", f, &x, value, &[s, q]);
    }

    #[test]
    fn dominance_gradient() {
        // All rows; a row that ends the search.
        for x in [[3.1, 0.4, -0.7, 0.5, 2.8, 0.9, -0.2, 0.6, 3.3], [3.1, 0.4, -0.7, 4.5, 2.8, 0.9, -0.2, 0.6, 3.3]] {
            let (value, (m, limit)) = dominance_grad(&rows(&x, 3), 2.0);
            let f = |v: &[f64]| dominance(&rows(v, 3), 2.0);
            check("dominance", f, &x, value, &m.concat());
            assert_eq!(limit, 0.0);
        }
    }

    #[test]
    fn dominance_skips_a_row_with_a_zero() {
        let matrix = rows(&[3.0, 0.0, 1.0, 0.5, 2.0, 0.25, 0.1, 0.2, 1.5], 3);
        let (value, (m, _)) = dominance_grad(&matrix, 2.0);
        assert_eq!(value.to_bits(), dominance(&matrix, 2.0).to_bits());
        let want = [0.0, 0.0, 0.0, -1.0, 1.0, -1.0, -1.0, -1.0, 1.0];
        assert_eq!(m.concat(), want);
    }

    #[test]
    fn pendulum_energy_gradient() {
        let x = [0.9, 0.3, 0.2, 0.1];
        let (value, (a, s, d, h)) = pendulum_energy_grad(x[0], x[1], x[2], x[3], 8);
        let f = |v: &[f64]| pendulum_energy(v[0], v[1], v[2], v[3], 8);
        check("pendulum_energy", f, &x, value, &[a, s, d, h]);
    }

    #[test]
    fn heat_gradient() {
        let x = [0.0, 0.4, 1.1, 0.6, 0.2, 0.3];
        for steps in [0, 1, 4] {
            let (value, (u, c)) = heat_grad(&x[..5], x[5], steps);
            let g = [&u[..], &[c]].concat();
            check("heat", |v| heat(&v[..5], v[5], steps), &x, value, &g);
        }
    }

    #[test]
    fn root_distance_gradient() {
        for x in [[1.2, -3.1, 0.7], [1.2, 3.1, 0.7]] {
            let (value, (a, b, c)) = root_distance_grad(x[0], x[1], x[2]);
            let f = |v: &[f64]| root_distance(v[0], v[1], v[2]);
            check("root_distance", f, &x, value, &[a, b, c]);
        }
        let (value, g) = root_distance_grad(1.0, 0.1, 2.0);
        assert_eq!(value, f64::INFINITY);
        assert_eq!(g, (0.0, 0.0, 0.0));
    }

    #[test]
    fn adaptive_simpson_gradient() {
        let x = [1.3, -0.4, 2.2];
        let (value, (k, a, b, tolerance)) = adaptive_simpson_grad(x[0], x[1], x[2], 1e-5);
        let f = |v: &[f64]| adaptive_simpson(v[0], v[1], v[2], 1e-5);
        check("adaptive_simpson", f, &x, value, &[k, a, b]);
        assert_eq!(tolerance, 0.0);
    }
}
