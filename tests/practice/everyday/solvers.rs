//! Line searches, bundles, models behind traits, roots.

mod armijo_search {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn rosenbrock(p: [f64; 2], a: f64, b: f64) -> f64 {
        (a - p[0]).powi(2) + b * (p[1] - p[0] * p[0]).powi(2)
    }

    #[differentiate]
    fn descent(p: [f64; 2], a: f64, b: f64) -> [f64; 2] {
        let r = p[1] - p[0] * p[0];
        [2.0 * (a - p[0]) + 4.0 * b * p[0] * r, -2.0 * b * r]
    }

    #[differentiate]
    fn minimize(start: [f64; 2], a: f64, b: f64, iters: usize) -> [f64; 2] {
        let mut p = start;
        'outer: for _ in 0..iters {
            let d = descent(p, a, b);
            let slope: f64 = d.iter().map(|g| g * g).sum();
            if slope.sqrt() < 1e-9 {
                break 'outer;
            }
            let f0 = rosenbrock(p, a, b);
            let mut step = 1.0;
            p = loop {
                let trial = std::array::from_fn(|i| p[i] + step * d[i]);
                if rosenbrock(trial, a, b) <= f0 - 1e-4 * step * slope {
                    break trial;
                }
                step *= 0.5;
                if step < 1e-12 {
                    break 'outer;
                }
            };
        }
        p
    }

    #[differentiate]
    fn armijo_search_value(x: &[f64]) -> f64 {
        let q = minimize([x[0], x[1]], x[2], 3.0 * x[3], 4);
        q[0] + 3.0 * q[1]
    }

    mod checks {
        use super::*;
        checked!(armijo_search_value armijo_search_value_grad armijo_search_value_vjp armijo_search_value_jvp: 4, 0.3, 1.3, |v| (v), d => d);
    }
}

mod bundle_adjustment {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct Camera {
        rotation: [f64; 3],
        translation: [f64; 3],
        focal: f64,
        k1: f64,
        k2: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Observation {
        camera: usize,
        point: usize,
        uv: [f64; 2],
    }

    #[differentiate]
    fn rotate(omega: &[f64; 3], p: &[f64; 3]) -> [f64; 3] {
        let theta2: f64 = omega.iter().map(|w| w * w).sum();
        let cross = |a: &[f64; 3], b: &[f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        if theta2 > 1e-12 {
            let theta = theta2.sqrt();
            let w = omega.map(|v| v / theta);
            let (s, c) = theta.sin_cos();
            let wp = cross(&w, p);
            let dot = w.iter().zip(p).map(|(a, b)| a * b).sum::<f64>() * (1.0 - c);
            std::array::from_fn(|i| p[i] * c + wp[i] * s + w[i] * dot)
        } else {
            let wp = cross(omega, p);
            std::array::from_fn(|i| p[i] + wp[i])
        }
    }

    #[differentiate]
    impl Camera {
        fn project(&self, point: &[f64; 3]) -> [f64; 2] {
            let mut p = rotate(&self.rotation, point);
            p.iter_mut().zip(self.translation).for_each(|(p, t)| *p += t);
            let [xn, yn] = [-p[0] / p[2], -p[1] / p[2]];
            let r2 = xn * xn + yn * yn;
            let distortion = 1.0 + r2 * (self.k1 + self.k2 * r2);
            [self.focal * distortion * xn, self.focal * distortion * yn]
        }
    }

    #[differentiate]
    fn reprojection_cost(cameras: &[Camera], points: &[[f64; 3]], obs: &[Observation]) -> f64 {
        obs.iter()
            .map(|o| {
                let predicted = cameras[o.camera].project(&points[o.point]);
                let r2 = (predicted[0] - o.uv[0]).powi(2) + (predicted[1] - o.uv[1]).powi(2);
                (1.0 + r2).ln()
            })
            .sum::<f64>()
            * 0.5
    }

    #[differentiate]
    fn bundle_adjustment_value(x: &[f64]) -> f64 {
        let cameras: Vec<Camera> = (0..2)
            .map(|i| {
                let c = &x[i * 4..i * 4 + 4];
                Camera { rotation: [c[0], c[1], c[2]], translation: [0.1 * i as f64, 0.0, c[3]], focal: 1.2, k1: 0.05, k2: x[8] * 0.1 }
            })
            .collect();
        let points = [[x[9], x[10], -2.0 + x[11]], [x[12], x[13], -3.0], [x[14], x[15], -2.5 + x[16]]];
        let obs: Vec<Observation> = (0..2)
            .flat_map(|camera| (0..3).map(move |point| Observation { camera, point, uv: [0.1 * point as f64, -0.2 * camera as f64] }))
            .collect();
        reprojection_cost(&cameras, &points, &obs)
    }

    mod checks {
        use super::*;
        checked!(bundle_adjustment_value bundle_adjustment_value_grad bundle_adjustment_value_vjp bundle_adjustment_value_jvp: 17, -0.4, 0.4, |v| (v), d => d);
    }
}

mod curve_models {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[differentiate]
    pub trait Model {
        fn eval(&self, x: f64) -> f64;
        fn penalty(&self) -> f64 {
            0.0
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Exponential {
        a: f64,
        k: f64,
    }
    #[derive(Clone, Debug, Differentiable)]
    pub struct Gaussians {
        peaks: Vec<(f64, f64, f64)>,
    }

    #[differentiate]
    impl Model for Exponential {
        fn eval(&self, x: f64) -> f64 {
            self.a * (-self.k * x).exp()
        }
    }
    #[differentiate]
    impl Model for Gaussians {
        fn eval(&self, x: f64) -> f64 {
            self.peaks.iter().map(|&(h, mu, s)| h * (-0.5 * ((x - mu) / s).powi(2)).exp()).sum()
        }
        fn penalty(&self) -> f64 {
            self.peaks.iter().map(|(_, _, s)| 0.01 / s).sum()
        }
    }

    #[differentiate]
    fn residual_sum<M: Model>(model: &M, data: &[(f64, f64)]) -> f64 {
        data.iter().map(|&(x, y)| (model.eval(x) - y).powi(2)).sum::<f64>() + model.penalty()
    }

    #[differentiate]
    fn curve_models_value(x: &[f64]) -> f64 {
        let data: Vec<(f64, f64)> = (0..5).map(|i| (i as f64 * 0.4, 1.0 / (1.0 + i as f64))).collect();
        let g = Gaussians { peaks: vec![(x[0], x[1], x[2]), (0.5, x[3], x[4])] };
        residual_sum(&g, &data) + 2.0 * residual_sum(&Exponential { a: x[5], k: x[6] }, &data)
    }

    mod checks {
        use super::*;
        checked!(curve_models_value curve_models_value_grad curve_models_value_vjp curve_models_value_jvp: 7, 0.3, 1.3, |v| (v), d => d);
    }
}

mod newton_solver {
    use crate::checked;
    use autodiff_core::differentiate;
    #[derive(Debug, Clone, PartialEq)]
    pub enum SolveError {
        FlatDerivative,
        NotConverged { iterations: usize },
    }

    #[differentiate]
    fn kepler(mean_anomaly: f64, eccentricity: f64, tol: f64) -> Result<f64, SolveError> {
        let mut e = if eccentricity < 0.8 { mean_anomaly } else { std::f64::consts::PI };
        for _ in 0..50 {
            let f = e - eccentricity * e.sin() - mean_anomaly;
            let df = 1.0 - eccentricity * e.cos();
            if df.abs() < f64::EPSILON {
                return Err(SolveError::FlatDerivative);
            }
            let delta = f / df;
            e -= delta;
            if delta.abs() < tol {
                return Ok(e);
            }
        }
        Err(SolveError::NotConverged { iterations: 50 })
    }

    #[differentiate]
    fn orbit_position(a: f64, ecc: f64, m: f64) -> Result<(f64, f64), SolveError> {
        let e = kepler(m, ecc, 1e-13)?;
        let (s, c) = e.sin_cos();
        Ok((a * (c - ecc), a * (1.0 - ecc.powi(2)).sqrt() * s))
    }

    #[differentiate]
    fn newton_solver_value(x: &[f64]) -> f64 {
        let (px, py) = orbit_position(1.0 + x[0], 0.5 * x[1], x[2]).unwrap_or((0.0, 0.0));
        px.atan2(py) + px * py
    }

    mod checks {
        use super::*;
        checked!(newton_solver_value newton_solver_value_grad newton_solver_value_vjp newton_solver_value_jvp: 3, 0.4, 1.4, |v| (v), d => d);
    }
}

mod soft_constraints {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Debug, Clone, Copy, Differentiable)]
    pub enum Constraint {
        AtMost(usize, f64),
        AtLeast(usize, f64),
        Distance { i: usize, j: usize, d: f64 },
        Between { i: usize, range: (f64, f64) },
    }

    #[differentiate]
    impl Constraint {
        fn violation(&self, x: &[f64]) -> f64 {
            match *self {
                Self::AtMost(i, hi) => (x[i] - hi).max(0.0),
                Self::AtLeast(i, lo) => (lo - x[i]).max(0.0),
                Self::Distance { i, j, d } if i != j => (x[i] - x[j]).abs() - d,
                Self::Distance { d, .. } => d,
                Self::Between { i, range: (lo, hi) } => x[i] - x[i].clamp(lo, hi),
            }
        }
    }

    #[differentiate]
    fn penalised(x: &[f64], constraints: &[Constraint], weight: f64) -> f64 {
        let base = x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>();
        let penalty = constraints.iter().map(|c| c.violation(x)).filter(|v| v.abs() > 0.0).map(|v| v * v).sum::<f64>();
        base + weight * penalty
    }

    #[differentiate]
    fn soft_constraints_value(x: &[f64]) -> f64 {
        use Constraint::*;
        let cs = [
            AtMost(0, 0.5),
            AtLeast(1, 0.3),
            Distance { i: 2, j: 3, d: 0.7 },
            Distance { i: 1, j: 1, d: 0.1 },
            Between { i: 4, range: (0.0, 1.0) },
        ];
        penalised(&x[..7], &cs, 2.0 + x[7])
    }

    mod checks {
        use super::*;
        checked!(soft_constraints_value soft_constraints_value_grad soft_constraints_value_vjp soft_constraints_value_jvp: 8, -1.0, 2.0, |v| (v), d => d);
    }
}

mod mortgage_irr {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn npv(rate: f64, flows: &[(u32, f64)]) -> f64 {
        flows.iter().map(|&(t, c)| c / (1.0 + rate).powi(t as i32)).sum()
    }

    #[differentiate]
    fn irr(flows: &[(u32, f64)]) -> Option<f64> {
        let (mut lo, mut hi) = (-0.9, 5.0);
        if npv(lo, flows) * npv(hi, flows) > 0.0 {
            return None;
        }
        for _ in 0..20 {
            let mid = f64::midpoint(lo, hi);
            if npv(mid, flows) > 0.0 { lo = mid } else { hi = mid }
        }
        // polish: two Newton steps make the root differentiable
        let mut r = lo.midpoint(hi);
        for _ in 0..3 {
            let slope: f64 = flows.iter().map(|&(t, c)| -(t as f64) * c / (1.0 + r).powi(t as i32 + 1)).sum();
            r -= npv(r, flows) / slope;
        }
        Some(r)
    }

    #[differentiate]
    fn mortgage_irr_value(x: &[f64]) -> f64 {
        let flows: Vec<(u32, f64)> = std::iter::once((0, -2.0 - x[0])).chain((1..).zip(x[1..].iter().map(|c| 1.0 + c))).collect();
        match irr(&flows) {
            Some(r) if r.is_finite() => r,
            _ => 0.0,
        }
    }

    mod checks {
        use super::*;
        checked!(mortgage_irr_value mortgage_irr_value_grad mortgage_irr_value_vjp mortgage_irr_value_jvp: 5, 0.2, 1.2, |v| (v), d => d);
    }
}
