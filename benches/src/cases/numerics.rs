//! Small numerical methods in plain loops: stencils, solvers, splines, sums of exponentials.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a stencil on a list of lists --------------------------------------------------------------------------

#[differentiate(wrt(start, k))]
pub fn diffusion(start: &[Vec<f64>], k: f64, steps: usize) -> f64 {
    let n = start.len();
    let m = start[0].len();
    let mut u = start.to_vec();
    for _ in 0..steps {
        let mut next = u.clone();
        for i in 1..n - 1 {
            for j in 1..m - 1 {
                next[i][j] = u[i][j] + k * (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] - 4.0 * u[i][j]);
            }
        }
        u = next;
    }
    let mut sum = 0.0;
    for row in &u {
        for x in row {
            sum += x * x;
        }
    }
    sum
}

pub fn diffusion_by_hand(start: &[Vec<f64>], k: f64, steps: usize) -> (f64, (Vec<Vec<f64>>, f64)) {
    let (n, m) = (start.len(), start[0].len());
    let mut states = Vec::with_capacity((steps + 1) * n * m);
    start.iter().for_each(|row| states.extend_from_slice(row));
    for s in 0..steps {
        states.extend_from_within(s * n * m..(s + 1) * n * m);
        let (u, next) = states[s * n * m..].split_at_mut(n * m);
        for i in 1..n - 1 {
            let (above, row, below) = (&u[(i - 1) * m..][..m], &u[i * m..][..m], &u[(i + 1) * m..][..m]);
            let out = &mut next[i * m..][..m];
            for j in 1..m - 1 {
                out[j] = row[j] + k * (above[j] + below[j] + row[j - 1] + row[j + 1] - 4.0 * row[j]);
            }
        }
    }
    let last = &states[steps * n * m..];
    let mut sum = 0.0;
    last.iter().for_each(|x| sum += x * x);
    let mut bar: Vec<f64> = last.iter().map(|x| 2.0 * x).collect();
    let mut before = vec![0.0; n * m];
    let mut k_bar = 0.0;
    for u in states.chunks_exact(n * m).take(steps).rev() {
        // The border stays as it is.
        before.copy_from_slice(&bar);
        for i in 1..n - 1 {
            let (above, row, below) = (&u[(i - 1) * m..][..m], &u[i * m..][..m], &u[(i + 1) * m..][..m]);
            let b = &bar[i * m..][..m];
            let (up, rest) = before[(i - 1) * m..].split_at_mut(m);
            let (middle, down) = rest.split_at_mut(m);
            let down = &mut down[..m];
            let mut lanes = [0.0; 4];
            let mut j = 1;
            while j + 4 < m {
                for l in 0..4 {
                    let g = b[j + l];
                    lanes[l] += g * (above[j + l] + below[j + l] + row[j + l - 1] + row[j + l + 1] - 4.0 * row[j + l]);
                    up[j + l] += k * g;
                    down[j + l] += k * g;
                }
                j += 4;
            }
            k_bar += lanes[0] + lanes[1] + lanes[2] + lanes[3];
            for j in j..m - 1 {
                let g = b[j];
                k_bar += g * (above[j] + below[j] + row[j - 1] + row[j + 1] - 4.0 * row[j]);
                up[j] += k * g;
                down[j] += k * g;
            }
            for j in 1..m - 1 {
                middle[j] -= 4.0 * k * b[j];
            }
            for j in 1..m - 1 {
                middle[j - 1] += k * b[j];
            }
            for j in 1..m - 1 {
                middle[j + 1] += k * b[j];
            }
        }
        std::mem::swap(&mut bar, &mut before);
    }
    (sum, (bar.chunks_exact(m).map(<[f64]>::to_vec).collect(), k_bar))
}

// ---- a tridiagonal system ----------------------------------------------------------------------------------

#[differentiate]
pub fn tridiagonal(lower: &[f64], diagonal: &[f64], upper: &[f64], rhs: &[f64]) -> f64 {
    let n = diagonal.len();
    let mut c = vec![0.0; n];
    let mut d = vec![0.0; n];
    c[0] = upper[0] / diagonal[0];
    d[0] = rhs[0] / diagonal[0];
    for i in 1..n {
        let m = diagonal[i] - lower[i] * c[i - 1];
        c[i] = upper[i] / m;
        d[i] = (rhs[i] - lower[i] * d[i - 1]) / m;
    }
    let mut x = vec![0.0; n];
    x[n - 1] = d[n - 1];
    for i in (0..n - 1).rev() {
        x[i] = d[i] - c[i] * x[i + 1];
    }
    x.iter().map(|v| v * v).sum()
}

/// By hand: the transposed system, by the same elimination.
pub fn tridiagonal_by_hand(lower: &[f64], diagonal: &[f64], upper: &[f64], rhs: &[f64]) -> (f64, (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>)) {
    let n = diagonal.len();
    let (mut c, mut x, mut m) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    (m[0], c[0], x[0]) = (1.0 / diagonal[0], upper[0] / diagonal[0], rhs[0] / diagonal[0]);
    for i in 1..n {
        let pivot = diagonal[i] - lower[i] * c[i - 1];
        m[i] = 1.0 / pivot;
        c[i] = upper[i] / pivot;
        x[i] = (rhs[i] - lower[i] * x[i - 1]) / pivot;
    }
    for i in (0..n - 1).rev() {
        x[i] -= c[i] * x[i + 1];
    }
    let value = x.iter().map(|v| v * v).sum();
    // z = a^-T (2 x): u' first, then l'.
    let mut z = vec![0.0; n];
    z[0] = 2.0 * x[0];
    for i in 1..n {
        z[i] = 2.0 * x[i] - c[i - 1] * z[i - 1];
    }
    z[n - 1] *= m[n - 1];
    for i in (0..n - 1).rev() {
        z[i] = (z[i] - lower[i + 1] * z[i + 1]) * m[i];
    }
    let (mut lower_bar, mut diagonal_bar, mut upper_bar) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for i in 0..n {
        diagonal_bar[i] = -z[i] * x[i];
    }
    for i in 1..n {
        lower_bar[i] = -z[i] * x[i - 1];
        upper_bar[i - 1] = -z[i - 1] * x[i];
    }
    (value, (lower_bar, diagonal_bar, upper_bar, z))
}

// ---- a spline ----------------------------------------------------------------------------------------------

#[differentiate(wrt(ys))]
pub fn spline(xs: &[f64], ys: &[f64], at: &[f64], targets: &[f64]) -> f64 {
    let n = xs.len();
    let mut second = vec![0.0; n];
    let mut u = vec![0.0; n];
    for i in 1..n - 1 {
        let sig = (xs[i] - xs[i - 1]) / (xs[i + 1] - xs[i - 1]);
        let p = sig * second[i - 1] + 2.0;
        second[i] = (sig - 1.0) / p;
        let slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) - (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]);
        u[i] = (6.0 * slope / (xs[i + 1] - xs[i - 1]) - sig * u[i - 1]) / p;
    }
    for k in (0..n - 1).rev() {
        second[k] = second[k] * second[k + 1] + u[k];
    }
    let mut misfit = 0.0;
    for (&x, &t) in at.iter().zip(targets) {
        let mut k = 0;
        while k + 2 < n && xs[k + 1] < x {
            k += 1;
        }
        let h = xs[k + 1] - xs[k];
        let a = (xs[k + 1] - x) / h;
        let b = (x - xs[k]) / h;
        let y = a * ys[k] + b * ys[k + 1] + ((a * a * a - a) * second[k] + (b * b * b - b) * second[k + 1]) * h * h / 6.0;
        misfit += (y - t) * (y - t);
    }
    misfit
}

pub fn spline_by_hand(xs: &[f64], ys: &[f64], at: &[f64], targets: &[f64]) -> (f64, Vec<f64>) {
    let n = xs.len();
    let (mut s, mut u, mut ps) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for i in 1..n - 1 {
        let sig = (xs[i] - xs[i - 1]) / (xs[i + 1] - xs[i - 1]);
        let p = sig * s[i - 1] + 2.0;
        s[i] = (sig - 1.0) / p;
        ps[i] = p;
        let slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) - (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]);
        u[i] = (6.0 * slope / (xs[i + 1] - xs[i - 1]) - sig * u[i - 1]) / p;
    }
    let c = s.clone();
    for k in (0..n - 1).rev() {
        s[k] = s[k] * s[k + 1] + u[k];
    }
    let (mut y_bar, mut s_bar) = (vec![0.0; n], vec![0.0; n]);
    let mut misfit = 0.0;
    for (&x, &t) in at.iter().zip(targets) {
        let mut k = 0;
        while k + 2 < n && xs[k + 1] < x {
            k += 1;
        }
        let h = xs[k + 1] - xs[k];
        let (a, b) = ((xs[k + 1] - x) / h, (x - xs[k]) / h);
        let (a3, b3) = (a * a * a - a, b * b * b - b);
        let y = a * ys[k] + b * ys[k + 1] + (a3 * s[k] + b3 * s[k + 1]) * h * h / 6.0;
        let e = y - t;
        misfit += e * e;
        let bar = 2.0 * e;
        y_bar[k] += bar * a;
        y_bar[k + 1] += bar * b;
        let bar = bar * h * h / 6.0;
        s_bar[k] += bar * a3;
        s_bar[k + 1] += bar * b3;
    }
    // `s[k]` depends on `s[k + 1]` by `c[k]`, which no value reaches.
    for k in 0..n - 1 {
        s_bar[k + 1] += c[k] * s_bar[k];
    }
    let mut carried = 0.0;
    for i in (1..n - 1).rev() {
        let sig = (xs[i] - xs[i - 1]) / (xs[i + 1] - xs[i - 1]);
        let bar = (s_bar[i] + carried) / ps[i];
        carried = -sig * bar;
        let slope_bar = 6.0 * bar / (xs[i + 1] - xs[i - 1]);
        let (right, left) = (slope_bar / (xs[i + 1] - xs[i]), slope_bar / (xs[i] - xs[i - 1]));
        y_bar[i + 1] += right;
        y_bar[i] -= right + left;
        y_bar[i - 1] += left;
    }
    (misfit, y_bar)
}

// ---- sums of exponentials ----------------------------------------------------------------------------------

#[differentiate]
fn logsumexp(x: &[f64]) -> f64 {
    let top = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|v| (v - top).exp()).sum();
    top + sum.ln()
}

/// The likelihood of chains of a hidden Markov model: the forward algorithm in logarithms.
#[differentiate(wrt(start, transition, emission))]
pub fn hidden_markov(start: &[f64], transition: &[f64], emission: &[f64], seen: &[usize], symbols: usize) -> f64 {
    let k = start.len();
    let mut alpha: Vec<f64> = (0..k).map(|i| start[i] + emission[i * symbols + seen[0]]).collect();
    for &s in &seen[1..] {
        let mut next = vec![0.0; k];
        for j in 0..k {
            let terms: Vec<f64> = (0..k).map(|i| alpha[i] + transition[i * k + j]).collect();
            next[j] = logsumexp(&terms) + emission[j * symbols + s];
        }
        alpha = next;
    }
    logsumexp(&alpha)
}

type Model = (Vec<f64>, Vec<f64>, Vec<f64>);

pub fn hidden_markov_by_hand(start: &[f64], transition: &[f64], emission: &[f64], seen: &[usize], symbols: usize) -> (f64, Model) {
    let k = start.len();
    let mut alphas = vec![0.0; seen.len() * k];
    // The shares of the terms in their sums.
    let mut shares = vec![0.0; (seen.len() - 1) * k * k];
    for i in 0..k {
        alphas[i] = start[i] + emission[i * symbols + seen[0]];
    }
    let weigh = |terms: &mut [f64]| {
        let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for t in &mut *terms {
            *t = (*t - top).exp();
            sum += *t;
        }
        let inv = 1.0 / sum;
        terms.iter_mut().for_each(|t| *t *= inv);
        top + sum.ln()
    };
    for t in 1..seen.len() {
        let (alpha, next) = alphas[(t - 1) * k..].split_at_mut(k);
        for j in 0..k {
            let terms = &mut shares[((t - 1) * k + j) * k..][..k];
            for i in 0..k {
                terms[i] = alpha[i] + transition[i * k + j];
            }
            next[j] = weigh(terms) + emission[j * symbols + seen[t]];
        }
    }
    let mut bar = alphas[(seen.len() - 1) * k..].to_vec();
    let value = weigh(&mut bar);
    let (mut transition_bar, mut emission_bar) = (vec![0.0; k * k], vec![0.0; k * symbols]);
    let mut before = vec![0.0; k];
    for t in (1..seen.len()).rev() {
        before.fill(0.0);
        for j in 0..k {
            emission_bar[j * symbols + seen[t]] += bar[j];
            let share = &shares[((t - 1) * k + j) * k..][..k];
            for i in 0..k {
                let b = bar[j] * share[i];
                before[i] += b;
                transition_bar[i * k + j] += b;
            }
        }
        std::mem::swap(&mut bar, &mut before);
    }
    for i in 0..k {
        emission_bar[i * symbols + seen[0]] += bar[i];
    }
    (value, (bar, transition_bar, emission_bar))
}

// ---- powers of a matrix ------------------------------------------------------------------------------------

#[differentiate]
pub fn rayleigh(a: &[f64], start: &[f64], rounds: usize) -> f64 {
    let n = start.len();
    let mut v = start.to_vec();
    let mut value = 0.0;
    for _ in 0..rounds {
        let mut w = vec![0.0; n];
        for i in 0..n {
            for j in 0..n {
                w[i] += a[i * n + j] * v[j];
            }
        }
        let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
        value = v.iter().zip(&w).map(|(x, y)| x * y).sum();
        for i in 0..n {
            v[i] = w[i] / norm;
        }
    }
    value
}

pub fn rayleigh_by_hand(matrix: &[f64], start: &[f64], rounds: usize) -> (f64, (Vec<f64>, Vec<f64>)) {
    let n = start.len();
    let mut vs = Vec::with_capacity((rounds + 1) * n);
    vs.extend_from_slice(start);
    let mut norms = Vec::with_capacity(rounds);
    let mut value = 0.0;
    let mut w = vec![0.0; n];
    for k in 0..rounds {
        let v = &vs[k * n..];
        for (w, row) in w.iter_mut().zip(matrix.chunks_exact(n)) {
            *w = row.iter().zip(v).fold(0.0, |s, (a, v)| s + a * v);
        }
        let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
        value = v.iter().zip(&w).map(|(x, y)| x * y).sum();
        vs.extend(w.iter().map(|w| w / norm));
        norms.push(norm);
    }
    let (mut a_bar, mut v_bar, mut w_bar) = (vec![0.0; n * n], vec![0.0; n], vec![0.0; n]);
    for k in (0..rounds).rev() {
        let (v, next) = vs[k * n..].split_at(n);
        let next = &next[..n];
        // next = w / |w|
        let along: f64 = v_bar.iter().zip(next).map(|(b, x)| b * x).sum();
        for i in 0..n {
            w_bar[i] = (v_bar[i] - along * next[i]) / norms[k];
        }
        v_bar.fill(0.0);
        if k + 1 == rounds {
            for i in 0..n {
                w_bar[i] += v[i];
                v_bar[i] += next[i] * norms[k];
            }
        }
        for ((row, row_bar), wb) in matrix.chunks_exact(n).zip(a_bar.chunks_exact_mut(n)).zip(&w_bar) {
            for (((ab, vb), a), v) in row_bar.iter_mut().zip(&mut v_bar).zip(row).zip(v) {
                *ab += wb * v;
                *vb += wb * a;
            }
        }
    }
    (value, (a_bar, v_bar))
}

// ---- iterators ---------------------------------------------------------------------------------------------

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Squared exponential kernel of a Gaussian process: the sum over pairs, weighted.
#[differentiate(wrt(length, alpha, xs))]
pub fn kernel_energy(length: f64, alpha: &[f64], xs: &[Vec<f64>]) -> f64 {
    let norms: Vec<f64> = xs.iter().map(|x| dot(x, x)).collect();
    let mut sum = 0.0;
    for i in 0..xs.len() {
        for j in 0..xs.len() {
            let d2 = norms[i] + norms[j] - 2.0 * dot(&xs[i], &xs[j]);
            sum += alpha[i] * alpha[j] * (-0.5 * d2 / (length * length)).exp();
        }
    }
    sum
}

type Kernel = (f64, Vec<f64>, Vec<Vec<f64>>);

pub fn kernel_energy_by_hand(length: f64, alpha: &[f64], xs: &[Vec<f64>]) -> (f64, Kernel) {
    let n = xs.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let norms: Vec<f64> = xs.iter().map(|x| dot(x, x)).collect();
    let (mut length_bar, mut alpha_bar) = (0.0, vec![0.0; n]);
    let mut xs_bar: Vec<Vec<f64>> = xs.iter().map(|x| vec![0.0; x.len()]).collect();
    let mut norm_bar = vec![0.0; n];
    let inv = 1.0 / (length * length);
    let mut sum = 0.0;
    for i in 0..n {
        let mut row = std::mem::take(&mut xs_bar[i]);
        for j in 0..n {
            let d2 = norms[i] + norms[j] - 2.0 * dot(&xs[i], &xs[j]);
            let e = (-0.5 * d2 / (length * length)).exp();
            let w = alpha[i] * alpha[j] * e;
            sum += w;
            alpha_bar[i] += alpha[j] * e;
            alpha_bar[j] += alpha[i] * e;
            length_bar += w * d2 * inv / length;
            let d2_bar = -0.5 * w * inv;
            norm_bar[i] += d2_bar;
            norm_bar[j] += d2_bar;
            let c = -2.0 * d2_bar;
            if i == j {
                for (b, x) in row.iter_mut().zip(&xs[i]) {
                    *b += 2.0 * c * x;
                }
            } else {
                for (((bi, bj), xi), xj) in row.iter_mut().zip(&mut xs_bar[j]).zip(&xs[i]).zip(&xs[j]) {
                    *bi += c * xj;
                    *bj += c * xi;
                }
            }
        }
        xs_bar[i] = row;
    }
    for ((bar, x), nb) in xs_bar.iter_mut().zip(xs).zip(&norm_bar) {
        for (b, x) in bar.iter_mut().zip(x) {
            *b += 2.0 * nb * x;
        }
    }
    (sum, (length_bar, alpha_bar, xs_bar))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(97);
    let mut cases = Vec::new();
    let lists = |r: &mut Numbers, n: usize, m: usize| -> &'static [Vec<f64>] {
        (0..n).map(|_| r.list(m, -1.0, 1.0).to_vec()).collect::<Vec<_>>().leak()
    };
    let grid = lists(&mut r, 30, 40);
    cases.push(Case::new(
        "diffusion",
        "30 x 40, 20 steps",
        move || diffusion(grid, 0.2, 20),
        move || diffusion_by_hand(grid, 0.2, 20),
        move || diffusion_grad(grid, 0.2, 20),
    ));
    let (lower, diagonal, upper, rhs) = (r.list(200, -1.0, 1.0), r.list(200, 3.0, 4.0), r.list(200, -1.0, 1.0), r.list(200, -1.0, 1.0));
    cases.push(Case::new(
        "tridiagonal",
        "n=200",
        move || tridiagonal(lower, diagonal, upper, rhs),
        move || tridiagonal_by_hand(lower, diagonal, upper, rhs),
        move || tridiagonal_grad(lower, diagonal, upper, rhs),
    ));
    let xs: &'static [f64] = (0..20).map(|k| f64::from(k) + 0.3 * f64::from(k % 3)).collect::<Vec<_>>().leak();
    let (ys, at, targets) = (r.list(20, -1.0, 1.0), r.list(300, 0.0, 19.0), r.list(300, -1.0, 1.0));
    cases.push(Case::new(
        "spline",
        "20 knots, n=300",
        move || spline(xs, ys, at, targets),
        move || spline_by_hand(xs, ys, at, targets),
        move || spline_grad(xs, ys, at, targets),
    ));
    let (start, transition, emission) = (r.list(6, -2.0, -1.0), r.list(36, -3.0, -1.0), r.list(6 * 5, -3.0, -1.0));
    let seen: &'static [usize] = (0..100).map(|k| k * k % 5).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "hidden_markov",
        "6 states, 100 steps",
        move || hidden_markov(start, transition, emission, seen, 5),
        move || hidden_markov_by_hand(start, transition, emission, seen, 5),
        move || hidden_markov_grad(start, transition, emission, seen, 5),
    ));
    let (a, start) = (r.list(40 * 40, 0.0, 1.0), r.list(40, 0.0, 1.0));
    cases.push(Case::new(
        "rayleigh",
        "n=40, 20 rounds",
        move || rayleigh(a, start, 20),
        move || rayleigh_by_hand(a, start, 20),
        move || rayleigh_grad(a, start, 20),
    ));
    let (alpha, xs) = (r.list(40, -1.0, 1.0), lists(&mut r, 40, 12));
    cases.push(Case::new(
        "kernel_energy",
        "n=40 d=12",
        move || kernel_energy(1.3, alpha, xs),
        move || kernel_energy_by_hand(1.3, alpha, xs),
        move || kernel_energy_grad(1.3, alpha, xs),
    ));
    cases
}
