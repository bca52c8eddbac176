//! Numerical analysis.
use autodiff_core::differentiate;
use num_traits::Float;

#[differentiate]
fn integrand(x: f64, a: f64, b: f64) -> f64 {
    (-a * x * x).exp() * (b * x).cos()
}

#[differentiate]
fn simpson(a: f64, b: f64, lo: f64, hi: f64, n: usize) -> f64 {
    assert!(n % 2 == 0 && n > 0, "n must be even, got {n}");
    let h = (hi - lo) / n as f64;
    let mut s = integrand(lo, a, b) + integrand(hi, a, b);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        s += weight * integrand(lo + i as f64 * h, a, b);
    }
    s * h / 3.0
}

/// Adaptive Simpson by recursion.
#[differentiate]
fn adaptive(a: f64, b: f64, lo: f64, hi: f64, depth: u32) -> f64 {
    let mid = 0.5 * (lo + hi);
    let rule = |l: f64, r: f64| (r - l) / 6.0 * (integrand(l, a, b) + 4.0 * integrand(0.5 * (l + r), a, b) + integrand(r, a, b));
    let whole = rule(lo, hi);
    let halves = rule(lo, mid) + rule(mid, hi);
    if depth == 0 || (halves - whole).abs() < 1e-9 {
        halves + (halves - whole) / 15.0
    } else {
        adaptive(a, b, lo, mid, depth - 1) + adaptive(a, b, mid, hi, depth - 1)
    }
}

/// Romberg.
#[differentiate]
fn romberg(a: f64, b: f64, hi: f64) -> f64 {
    const LEVELS: usize = 5;
    let mut r = [[0.0; LEVELS]; LEVELS];
    let mut h = hi;
    r[0][0] = 0.5 * h * (integrand(0.0, a, b) + integrand(hi, a, b));
    for i in 1..LEVELS {
        h /= 2.0;
        let mut sum = 0.0;
        for k in (1..1usize << i).step_by(2) {
            sum += integrand(k as f64 * h, a, b);
        }
        r[i][0] = 0.5 * r[i - 1][0] + h * sum;
        let mut factor = 1.0;
        for j in 1..=i {
            factor *= 4.0;
            r[i][j] = r[i][j - 1] + (r[i][j - 1] - r[i - 1][j - 1]) / (factor - 1.0);
        }
    }
    r[LEVELS - 1][LEVELS - 1]
}

const GL_NODES: [(f64, f64); 3] =
    [(-0.7745966692414834, 0.5555555555555556), (0.0, 0.8888888888888888), (0.7745966692414834, 0.5555555555555556)];

/// Composite Gauss-Legendre with a generic integrand given as function pointer-like closure.
#[differentiate]
fn gauss_legendre(a: f64, b: f64, panels: &[f64]) -> f64 {
    panels
        .windows(2)
        .map(|w| {
            let (c, r) = (0.5 * (w[0] + w[1]), 0.5 * (w[1] - w[0]));
            GL_NODES.iter().map(|&(x, weight)| weight * integrand(c + r * x, a, b)).sum::<f64>() * r
        })
        .sum()
}

/// Chebyshev coefficients and Clenshaw.
#[differentiate]
fn clenshaw(coef: &[f64], x: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for &c in coef.iter().skip(1).rev() {
        let t = 2.0 * x * b1 - b2 + c;
        b2 = b1;
        b1 = t;
    }
    coef[0] + x * b1 - b2
}

#[differentiate]
fn chebyshev_fit(a: f64, b: f64, n: usize, probe: f64) -> f64 {
    let mut coef = vec![0.0; n];
    for (j, c) in coef.iter_mut().enumerate() {
        let mut s = 0.0;
        for k in 0..n {
            let theta = std::f64::consts::PI * (k as f64 + 0.5) / n as f64;
            s += integrand(theta.cos(), a, b) * (j as f64 * theta).cos();
        }
        *c = s * if j == 0 { 1.0 } else { 2.0 } / n as f64;
    }
    clenshaw(&coef, probe)
}

/// Thomas algorithm with out-parameter.
#[differentiate]
fn tridiagonal(lower: &[f64], diag: &[f64], upper: &[f64], rhs: &[f64], x: &mut [f64]) {
    let n = diag.len();
    let mut c = vec![0.0; n];
    let mut d = vec![0.0; n];
    c[0] = upper[0] / diag[0];
    d[0] = rhs[0] / diag[0];
    for i in 1..n {
        let m = diag[i] - lower[i] * c[i - 1];
        if i < n - 1 {
            c[i] = upper[i] / m;
        }
        d[i] = (rhs[i] - lower[i] * d[i - 1]) / m;
    }
    x[n - 1] = d[n - 1];
    for i in (0..n - 1).rev() {
        x[i] = d[i] - c[i] * x[i + 1];
    }
}

/// Natural cubic spline evaluated at many points.
#[differentiate]
fn spline(xs: &[f64], ys: &[f64], queries: &[f64]) -> f64 {
    let n = xs.len();
    let h: Vec<f64> = xs.windows(2).map(|w| w[1] - w[0]).collect();
    let mut lower = vec![0.0; n];
    let mut diag = vec![1.0; n];
    let mut upper = vec![0.0; n];
    let mut rhs = vec![0.0; n];
    for i in 1..n - 1 {
        lower[i] = h[i - 1];
        diag[i] = 2.0 * (h[i - 1] + h[i]);
        upper[i] = h[i];
        rhs[i] = 6.0 * ((ys[i + 1] - ys[i]) / h[i] - (ys[i] - ys[i - 1]) / h[i - 1]);
    }
    let mut m = vec![0.0; n];
    tridiagonal(&lower, &diag, &upper, &rhs, &mut m);
    let mut total = 0.0;
    for &q in queries {
        let i = match xs.iter().position(|&x| x > q) {
            Some(0) => 0,
            Some(p) => p - 1,
            None => n - 2,
        };
        let (t, hi) = (q - xs[i], h[i]);
        let a = (m[i + 1] - m[i]) / (6.0 * hi);
        let b = m[i] / 2.0;
        let c = (ys[i + 1] - ys[i]) / hi - hi * (2.0 * m[i] + m[i + 1]) / 6.0;
        total += ((a * t + b) * t + c) * t + ys[i];
    }
    total
}

/// Secant method.
#[differentiate]
fn secant_root(a: f64, b: f64) -> Option<f64> {
    let f = |x: f64| x * x * x + a * x - b;
    let (mut x0, mut x1) = (0.0, 1.0);
    let (mut f0, mut f1) = (f(x0), f(x1));
    for _ in 0..50 {
        if f64::abs(f1 - f0) < 1e-300 {
            return None;
        }
        let x2 = x1 - f1 * (x1 - x0) / (f1 - f0);
        (x0, f0) = (x1, f1);
        x1 = x2;
        f1 = f(x1);
        if f64::abs(x1 - x0) < 1e-12 {
            return Some(x1);
        }
    }
    None
}

#[differentiate]
fn root_or_penalty(a: f64, b: f64) -> f64 {
    secant_root(a, b).map(|r| r.sin() + r * a).unwrap_or(1e3)
}

/// QR by modified Gram-Schmidt, least squares.
#[differentiate]
fn qr_least_squares(a: &Vec<Vec<f64>>, b: &[f64]) -> Vec<f64> {
    let (m, n) = (a.len(), a[0].len());
    let mut q = a.clone();
    let mut r = vec![vec![0.0; n]; n];
    for j in 0..n {
        for k in 0..j {
            r[k][j] = (0..m).map(|i| q[i][k] * q[i][j]).sum();
            for row in q.iter_mut() {
                row[j] -= r[k][j] * row[k];
            }
        }
        r[j][j] = (0..m).map(|i| q[i][j].powi(2)).sum::<f64>().sqrt();
        for row in q.iter_mut() {
            row[j] /= r[j][j];
        }
    }
    let mut x = vec![0.0; n];
    for j in (0..n).rev() {
        let qtb: f64 = q.iter().zip(b).map(|(row, bi)| row[j] * bi).sum();
        let known: f64 = (j + 1..n).map(|k| r[j][k] * x[k]).sum();
        x[j] = (qtb - known) / r[j][j];
    }
    x
}

#[differentiate]
fn regression_norm(a: &Vec<Vec<f64>>, b: &[f64]) -> f64 {
    let x = qr_least_squares(a, b);
    x.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// LU with partial pivoting: log |det|, const generic.
#[differentiate]
fn lu_log_det<const N: usize>(matrix: &[[f64; N]; N]) -> f64 {
    let mut a = *matrix;
    let mut log_det = 0.0;
    for k in 0..N {
        let mut p = k;
        for i in k + 1..N {
            if a[i][k].abs() > a[p][k].abs() {
                p = i;
            }
        }
        if p != k {
            a.swap(p, k);
        }
        let pivot = a[k][k];
        if pivot == 0.0 {
            return f64::NEG_INFINITY;
        }
        log_det += pivot.abs().ln();
        for i in k + 1..N {
            let m = a[i][k] / pivot;
            for j in k + 1..N {
                a[i][j] -= m * a[k][j];
            }
        }
    }
    log_det
}

/// Cholesky with generics over float type.
#[differentiate]
fn cholesky_solve<T: Float, const N: usize>(a: [[T; N]; N], b: [T; N]) -> [T; N] {
    let mut l = [[T::zero(); N]; N];
    for i in 0..N {
        for j in 0..=i {
            let mut s = a[i][j];
            for k in 0..j {
                s = s - l[i][k] * l[j][k];
            }
            l[i][j] = if i == j { s.sqrt() } else { s / l[j][j] };
        }
    }
    let mut y = b;
    for i in 0..N {
        for k in 0..i {
            y[i] = y[i] - l[i][k] * y[k];
        }
        y[i] = y[i] / l[i][i];
    }
    for i in (0..N).rev() {
        for k in i + 1..N {
            y[i] = y[i] - l[k][i] * y[k];
        }
        y[i] = y[i] / l[i][i];
    }
    y
}

#[differentiate]
fn compliance(stiffness: &[f64; 3], load: [f64; 3]) -> f64 {
    let k = stiffness;
    let a = [[k[0] + k[1], -k[1], 0.0], [-k[1], k[1] + k[2], -k[2]], [0.0, -k[2], k[2] + 0.5]];
    let u = cholesky_solve(a, load);
    u.iter().zip(load.iter()).map(|(u, f)| u * f).sum()
}

/// Conjugate gradients to convergence on a 1-D Poisson problem with variable coefficients.
#[differentiate]
fn apply_operator(k: &[f64], x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let left = if i > 0 { x[i - 1] } else { 0.0 };
        let right = if i + 1 < n { x[i + 1] } else { 0.0 };
        out[i] = k[i] * (x[i] - left) + k[i + 1] * (x[i] - right);
    }
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b.iter()).map(|(x, y)| x * y).sum()
}

#[differentiate]
fn cg_probe(k: &[f64], b: &[f64]) -> f64 {
    let n = b.len();
    let mut x = vec![0.0; n];
    let mut r = b.to_vec();
    let mut p = r.clone();
    let mut rs = dot(&r, &r);
    let mut ap = vec![0.0; n];
    let mut it = 0;
    while rs.sqrt() > 1e-13 && it < n {
        apply_operator(k, &p, &mut ap);
        let alpha = rs / dot(&p, &ap);
        for i in 0..n {
            x[i] += alpha * p[i];
            r[i] -= alpha * ap[i];
        }
        let rs_new = dot(&r, &r);
        let beta = rs_new / rs;
        for (pi, ri) in p.iter_mut().zip(&r) {
            *pi = ri + beta * *pi;
        }
        rs = rs_new;
        it += 1;
    }
    dot(&x, b)
}

/// Power iteration with deflation.
#[differentiate]
fn second_eigenvalue(m: &[[f64; 3]; 3], iters: usize) -> f64 {
    fn apply(m: &[[f64; 3]; 3], v: &[f64; 3]) -> [f64; 3] {
        std::array::from_fn(|i| (0..3).map(|j| m[i][j] * v[j]).sum())
    }
    let mut a = *m;
    let mut lambda = 0.0;
    for _ in 0..2 {
        let mut v = [1.0, 0.7, 0.3];
        for _ in 0..iters {
            let w = apply(&a, &v);
            let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
            v = w.map(|x| x / norm);
        }
        let av = apply(&a, &v);
        lambda = v.iter().zip(&av).map(|(x, y)| x * y).sum();
        for i in 0..3 {
            for j in 0..3 {
                a[i][j] -= lambda * v[i] * v[j];
            }
        }
    }
    lambda
}

/// Recursive multigrid V-cycle.
#[differentiate]
fn v_cycle(u: &mut [f64], f: &[f64], h: f64) {
    let n = u.len();
    let smooth = |u: &mut [f64], sweeps: usize| {
        for _ in 0..sweeps {
            for i in 1..n - 1 {
                u[i] = 0.5 * (u[i - 1] + u[i + 1] + h * h * f[i]);
            }
        }
    };
    if n <= 3 {
        smooth(u, 1);
        return;
    }
    smooth(u, 2);
    let m = (n - 1) / 2 + 1;
    let mut coarse_f = vec![0.0; m];
    for i in 1..m - 1 {
        let k = 2 * i;
        let res = |j: usize| f[j] - (2.0 * u[j] - u[j - 1] - u[j + 1]) / (h * h);
        coarse_f[i] = 0.25 * (res(k - 1) + 2.0 * res(k) + res(k + 1));
    }
    let mut e = vec![0.0; m];
    v_cycle(&mut e, &coarse_f, 2.0 * h);
    for i in 0..m {
        u[2 * i] += e[i];
        if i + 1 < m {
            u[2 * i + 1] += 0.5 * (e[i] + e[i + 1]);
        }
    }
    smooth(u, 2);
}

#[differentiate]
fn multigrid_probe(f: &[f64], h: f64) -> f64 {
    let mut u = vec![0.0; f.len()];
    for _ in 0..2 {
        v_cycle(&mut u, f, h);
    }
    u.iter().enumerate().map(|(i, x)| x * (1.0 + i as f64)).sum()
}

/// Horner with a generic.
#[differentiate]
fn horner<T: Float>(coef: &[T], x: T) -> T {
    coef.iter().rev().fold(T::zero(), |acc, &c| acc * x + c)
}

/// Barycentric Lagrange interpolation.
#[differentiate]
fn barycentric(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let n = xs.len();
    let weights: Vec<f64> = (0..n).map(|i| (0..n).filter(|&j| j != i).map(|j| 1.0 / (xs[i] - xs[j])).product()).collect();
    let (num, den) = weights.iter().zip(xs).zip(ys).fold((0.0, 0.0), |(num, den), ((w, xi), yi)| {
        let t = w / (x - xi);
        (num + t * yi, den + t)
    });
    num / den
}

/// Adaptive Runge-Kutta-Fehlberg style step control.
#[differentiate]
fn adaptive_ode(k: f64, y0: f64, tol: f64) -> f64 {
    let f = |t: f64, y: f64| -k * (y - t.cos());
    let (mut t, mut y, mut h) = (0.0, y0, 0.1);
    while t < 1.0 {
        if t + h > 1.0 {
            h = 1.0 - t;
        }
        let k1 = f(t, y);
        let k2 = f(t + 0.5 * h, y + 0.5 * h * k1);
        let low = y + h * k1;
        let high = y + h * k2;
        let err = f64::abs(high - low);
        if err < tol {
            t += h;
            y = high;
            h *= 1.5;
        } else {
            h *= 0.5;
        }
    }
    y
}

mod checks {
    use super::*;
    use crate::checked;
    checked!(simpson simpson_grad simpson_vjp simpson_jvp: 4, 0.2, 0.9,
        |v| (v[0], v[1], v[2], v[3] + 1., 6),
        d => (d[0], d[1], d[2], d[3]));
    checked!(adaptive adaptive_grad adaptive_vjp adaptive_jvp: 4, 0.2, 0.9,
        |v| (v[0], v[1], v[2], v[3] + 1., 6),
        d => (d[0], d[1], d[2], d[3]));
    checked!(romberg romberg_grad romberg_vjp romberg_jvp: 3, 0.2, 0.9,
        |v| (v[0], v[1], v[2]),
        d => (d[0], d[1], d[2]));
    checked!(gauss_legendre gauss_legendre_grad gauss_legendre_vjp gauss_legendre_jvp: 5, 0.2, 0.9,
        |v| (v[0], v[1], &v[2..5]),
        d => (d[0], d[1], &d[2..5]));
    checked!(chebyshev_fit chebyshev_fit_grad chebyshev_fit_vjp chebyshev_fit_jvp: 3, 0.2, 0.9,
        |v| (v[0], v[1], 6, v[2]),
        d => (d[0], d[1], d[2]));
    #[test]
    fn splines() {
        let xs = |v: &[f64]| [v[0], v[1] + 1., v[2] + 2., v[3] + 3., v[4] + 4.];
        crate::check(13, 0.1, 0.8, &|v| spline(&xs(v), &v[5..10], &[v[10] + 1., v[11] + 2.2, v[12] + 4.]), &|v| {
            let (a, g) = spline_grad(&xs(v), &v[5..10], &[v[10] + 1., v[11] + 2.2, v[12] + 4.]);
            (a, crate::numbers(&g))
        });
    }
    checked!(root_or_penalty root_or_penalty_grad root_or_penalty_vjp root_or_penalty_jvp: 2, 0.2, 0.9,
        |v| (v[0], v[1]),
        d => (d[0], d[1]));
    fn mat(v: &[f64], d: usize) -> Vec<Vec<f64>> {
        v.chunks(d).map(|c| c.to_vec()).collect()
    }
    checked!(regression_norm regression_norm_grad regression_norm_vjp regression_norm_jvp: 12, -1., 1.,
        |v| (&mat(&v[0..8], 2), &v[8..12]),
        d => (&mat(&d[0..8], 2), &d[8..12]));
    checked!(lu_log_det lu_log_det_grad lu_log_det_vjp lu_log_det_jvp: 9, -1., 1.,
        |v| (&[[v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]]]),
        d => &[[d[0], d[1], d[2]], [d[3], d[4], d[5]], [d[6], d[7], d[8]]]);
    checked!(compliance compliance_grad compliance_vjp compliance_jvp: 6, 0.2, 1.,
        |v| (&[v[0], v[1], v[2]], [v[3], v[4], v[5]]),
        d => (&[d[0], d[1], d[2]], [d[3], d[4], d[5]]));
    checked!(cg_probe cg_probe_grad cg_probe_vjp cg_probe_jvp: 9, 0.2, 1.,
        |v| (&v[0..5], &v[5..9]),
        d => (&d[0..5], &d[5..9]));
    checked!(second_eigenvalue second_eigenvalue_grad second_eigenvalue_vjp second_eigenvalue_jvp: 9, 0.2, 1.,
        |v| (&[[v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]]], 6),
        d => &[[d[0], d[1], d[2]], [d[3], d[4], d[5]], [d[6], d[7], d[8]]]);
    checked!(multigrid_probe multigrid_probe_grad multigrid_probe_vjp multigrid_probe_jvp: 10, 0.2, 1.,
        |v| (&v[0..9], v[9]),
        d => (&d[0..9], d[9]));
    checked!(horner horner_grad horner_vjp horner_jvp: 5, 0.2, 1.,
        |v| (&v[0..4], v[4]),
        d => (&d[0..4], d[4]));
    checked!(barycentric barycentric_grad barycentric_vjp barycentric_jvp: 9, 0.2, 0.8,
        |v| (&[v[0], v[1] + 1., v[2] + 2., v[3] + 3.], &v[4..8], v[8] + 0.55));
    #[test]
    fn ode() {
        crate::check(2, 0.5, 1.0, &|v| adaptive_ode(v[0], v[1], 0.02), &|v| {
            let (a, g) = adaptive_ode_grad(v[0], v[1], 0.02);
            (a, vec![g.0, g.1])
        });
    }
}
