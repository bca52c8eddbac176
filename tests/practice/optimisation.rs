//! Optimisation.
use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[differentiate]
fn rosenbrock<const N: usize>(x: &[f64; N]) -> f64 {
    x.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum()
}

/// Generic over the float.
#[differentiate]
fn rosenbrock_generic<T: Float>(x: &[T], a: T, b: T) -> T {
    let mut total = T::zero();
    for i in 0..x.len() - 1 {
        let u = x[i + 1] - x[i] * x[i];
        let v = a - x[i];
        total = total + b * u * u + v * v;
    }
    total
}

#[differentiate]
fn himmelblau_rotated(x: f64, y: f64, angle: f64) -> f64 {
    let (s, c) = angle.sin_cos();
    let (u, v) = (c * x - s * y, s * x + c * y);
    (u * u + v - 11.0).powi(2) + (u + v * v - 7.0).powi(2)
}

/// Quadratic penalty for mixed constraints.
#[differentiate]
fn penalty_method(x: &[f64], mu: f64) -> f64 {
    let objective = (x[0] - 2.0).powi(4) + (x[0] - 2.0 * x[1]).powi(2);
    let inequality = [x[0] * x[0] - x[1], -x[0], x[0] + x[1] - 2.0];
    let equality = [x.iter().sum::<f64>() - 1.0];
    let violation: f64 = inequality.iter().map(|g| g.max(0.0).powi(2)).sum::<f64>() + equality.iter().map(|h| h * h).sum::<f64>();
    objective + mu * violation
}

/// Log barrier of a polytope; infinite outside.
#[differentiate]
fn log_barrier(x: &[f64], a: &[Vec<f64>], b: &[f64], c: &[f64], t: f64) -> f64 {
    let mut value = t * c.iter().zip(x).map(|(c, x)| c * x).sum::<f64>();
    for (row, &bi) in a.iter().zip(b.iter()) {
        let slack = bi - row.iter().zip(x.iter()).map(|(p, q)| p * q).sum::<f64>();
        if slack <= 0.0 {
            return f64::INFINITY;
        }
        value -= slack.ln();
    }
    value
}

#[derive(Clone, Copy, Debug, Differentiable)]
enum Loss {
    Squared,
    Huber(f64),
    Cauchy { scale: f64 },
    Tukey { c: f64 },
}

impl Loss {
    #[differentiate]
    fn rho(&self, r: f64) -> f64 {
        match *self {
            Loss::Squared => 0.5 * r * r,
            Loss::Huber(delta) => {
                let a = r.abs();
                if a <= delta { 0.5 * r * r } else { delta * (a - 0.5 * delta) }
            }
            Loss::Cauchy { scale } => 0.5 * scale.powi(2) * (r / scale).powi(2).ln_1p(),
            Loss::Tukey { c } if r.abs() > c => c * c / 6.0,
            Loss::Tukey { c } => c * c / 6.0 * (1.0 - (1.0 - (r / c).powi(2)).powi(3)),
        }
    }
}

/// Robust fit of a damped oscillation.
#[differentiate]
fn robust_fit(params: &[f64; 4], data: &[(f64, f64)], kind: u8) -> f64 {
    let loss = match kind {
        0 => Loss::Squared,
        1 => Loss::Huber(0.3),
        2 => Loss::Cauchy { scale: 0.5 },
        _ => Loss::Tukey { c: 1.5 },
    };
    let &[amp, decay, freq, phase] = params;
    data.iter()
        .map(|&(t, y)| {
            let model = amp * (-decay * t).exp() * (freq * t + phase).cos();
            loss.rho(y - model)
        })
        .sum()
}

/// Reduction ratio of a trust-region step along the Cauchy point.
#[differentiate]
fn trust_region_model(g: &[f64; 3], h: &[[f64; 3]; 3], radius: f64) -> f64 {
    let norm = |v: &[f64; 3]| -> f64 { v.iter().map(|x| x * x).sum::<f64>().sqrt() };
    let mut hg = [0.0; 3];
    for i in 0..3 {
        for j in 0..3 {
            hg[i] += h[i][j] * g[j];
        }
    }
    let ghg: f64 = g.iter().zip(hg.iter()).map(|(a, b)| a * b).sum();
    let gn = norm(g);
    let tau = if ghg <= 0.0 { 1.0 } else { (gn.powi(3) / (radius * ghg)).min(1.0) };
    let step = g.map(|x| -tau * radius / gn * x);
    let mut model = 0.0;
    for i in 0..3 {
        model += g[i] * step[i];
        for j in 0..3 {
            model += 0.5 * step[i] * h[i][j] * step[j];
        }
    }
    -model
}

/// Learned gradient descent with momentum on a quadratic, by hyper-parameters.
#[differentiate]
fn unrolled_momentum(lr: f64, beta: f64, x0: &[f64], steps: usize) -> f64 {
    let scales = [1.0, 4.0, 0.5];
    let mut x = x0.to_owned();
    let mut m = vec![0.0; x.len()];
    for k in 0..steps {
        for ((xi, mi), s) in x.iter_mut().zip(m.iter_mut()).zip(scales.iter().cycle()) {
            let g = s * *xi + 0.1 * xi.sin();
            *mi = beta * *mi + (1.0 - beta) * g;
            *xi -= lr / (1.0 + 0.1 * k as f64) * *mi;
        }
    }
    x.iter().zip(scales.iter()).map(|(x, s)| 0.5 * s * x * x).sum()
}

#[derive(Clone, Debug, Differentiable)]
struct Problem {
    weights: Vec<f64>,
    target: f64,
    ridge: f64,
    lasso: f64,
}

struct ProblemBuilder {
    weights: Vec<f64>,
    ridge: f64,
}

impl Problem {
    #[differentiate]
    pub fn new(weights: Vec<f64>) -> Problem {
        Problem { weights, target: 1.0, ridge: 0.0, lasso: 0.0 }
    }
    #[differentiate]
    pub fn target(mut self, target: f64) -> Self {
        self.target = target;
        self
    }
    #[differentiate]
    pub fn ridge(mut self, ridge: f64) -> Self {
        self.ridge = ridge;
        self
    }
    #[differentiate]
    pub fn lasso(self, lasso: f64) -> Self {
        Problem { lasso, ..self }
    }
    #[differentiate]
    fn objective(&self, x: &[f64]) -> f64 {
        let pred: f64 = self.weights.iter().zip(x).map(|(w, x)| w * x).sum();
        let l1 = x.iter().map(|v| v.abs()).sum::<f64>();
        let l2 = x.iter().map(|v| v.powi(2)).sum::<f64>();
        0.5 * (pred - self.target).powi(2) + self.ridge * l2 + self.lasso * l1
    }
}

#[differentiate]
fn elastic_net(w: &[f64], x: &[f64], target: f64, ridge: f64, lasso: f64) -> f64 {
    let problem = Problem::new(w.to_vec()).target(target).ridge(ridge).lasso(lasso);
    problem.objective(x)
}

/// Augmented Lagrangian with a closure for each constraint.
#[differentiate]
fn augmented_lagrangian(x: f64, y: f64, lambda: &[f64; 2], rho: f64) -> f64 {
    let g1 = |x: f64, y: f64| x * x + y * y - 1.0;
    let g2 = |x: f64, y: f64| x - y * y;
    let f = x.exp() * (4.0 * x * x + 2.0 * y * y + 4.0 * x * y + 2.0 * y + 1.0);
    let mut total = f;
    for (k, c) in [g1(x, y), g2(x, y)].into_iter().enumerate() {
        let shifted = (lambda[k] + rho * c).max(0.0);
        total += (shifted * shifted - lambda[k] * lambda[k]) / (2.0 * rho);
    }
    total
}

mod checks {
    use super::*;
    use crate::checked;
    checked!(rosenbrock rosenbrock_grad rosenbrock_vjp rosenbrock_jvp: 5, -1., 1.,
        |v| (&[v[0], v[1], v[2], v[3], v[4]]),
        d => &[d[0], d[1], d[2], d[3], d[4]]);
    checked!(rosenbrock_generic rosenbrock_generic_grad rosenbrock_generic_vjp rosenbrock_generic_jvp: 6, -1., 1.,
        |v| (&v[0..4], v[4], v[5]),
        d => (&d[0..4], d[4], d[5]));
    checked!(himmelblau_rotated himmelblau_rotated_grad himmelblau_rotated_vjp himmelblau_rotated_jvp: 3, -1., 1.,
        |v| (v[0], v[1], v[2]),
        d => (d[0], d[1], d[2]));
    checked!(penalty_method penalty_method_grad penalty_method_vjp penalty_method_jvp: 3, -1., 1.,
        |v| (&v[0..2], v[2]),
        d => (&d[0..2], d[2]));
    checked!(log_barrier log_barrier_grad log_barrier_vjp log_barrier_jvp: 11, 0.1, 1.,
        |v| (&v[0..2], &[v[2..4].to_vec(), v[4..6].to_vec()], &[v[6] + 3., v[7] + 4.], &v[8..10], v[10]));
    #[test]
    fn robust() {
        let data: Vec<(f64, f64)> = (0..8).map(|i| (0.3 * i as f64, (i * i % 5) as f64 * 0.4)).collect();
        for k in 0..4 {
            crate::check(4, 0.3, 1.5, &|v| robust_fit(&[v[0], v[1], v[2], v[3]], &data, k), &|v| {
                let (a, g) = robust_fit_grad(&[v[0], v[1], v[2], v[3]], &data, k);
                (a, g.0.to_vec())
            });
        }
    }
    checked!(trust_region_model trust_region_model_grad trust_region_model_vjp trust_region_model_jvp: 13, 0.1, 1.,
        |v| (&[v[0], v[1], v[2]], &[[v[3], v[4], v[5]], [v[6], v[7], v[8]], [v[9], v[10], v[11]]], v[12]));
    checked!(unrolled_momentum unrolled_momentum_grad unrolled_momentum_vjp unrolled_momentum_jvp: 5, 0.1, 0.9,
        |v| (v[0], v[1], &v[2..5], 6),
        d => (d[0], d[1], &d[2..5]));
    checked!(elastic_net elastic_net_grad elastic_net_vjp elastic_net_jvp: 9, 0.1, 0.9,
        |v| (&v[0..3], &v[3..6], v[6], v[7], v[8]),
        d => (&d[0..3], &d[3..6], d[6], d[7], d[8]));
    checked!(augmented_lagrangian augmented_lagrangian_grad augmented_lagrangian_vjp augmented_lagrangian_jvp: 5, 0.1, 0.9,
        |v| (v[0], v[1], &[v[2], v[3]], v[4]),
        d => (d[0], d[1], &[d[2], d[3]], d[4]));
}
