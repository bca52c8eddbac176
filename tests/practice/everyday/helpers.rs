//! Functions that take closures and iterators or give iterators and references, followed where they are called.

mod augmented_lagrangian {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Multipliers {
        eq: Vec<f64>,
        ineq: Vec<f64>,
        rho: f64,
    }

    fn augmented_lagrangian<F, G>(x: &[f64], m: &Multipliers, eq: F, ineq: G) -> f64
    where
        F: Fn(&[f64]) -> Vec<f64>,
        G: Fn(&[f64]) -> Vec<f64>,
    {
        let objective: f64 = x.iter().map(|v| (v - 1.0).powi(4) + 0.1 * v).sum();
        let h = eq(x);
        let g = ineq(x);
        let eq_term: f64 = h.iter().zip(&m.eq).map(|(h, l)| l * h + 0.5 * m.rho * h * h).sum();
        let ineq_term: f64 = g
            .iter()
            .zip(&m.ineq)
            .map(|(g, mu)| {
                let s = (mu + m.rho * g).max(0.0);
                (s * s - mu * mu) / (2.0 * m.rho)
            })
            .sum();
        objective + eq_term + ineq_term
    }

    #[differentiate]
    fn augmented_lagrangian_value(x: &[f64]) -> f64 {
        let m = Multipliers { eq: vec![x[3]], ineq: vec![x[4], 0.2], rho: 1.0 + x[5] };
        augmented_lagrangian(&x[..3], &m, |v| vec![v[0] * v[1] - v[2]], |v| vec![v[0] + v[1] - 1.0, v[2].powi(2) - 3.0])
    }

    mod checks {
        use super::*;
        checked!(augmented_lagrangian_value augmented_lagrangian_value_grad augmented_lagrangian_value_vjp augmented_lagrangian_value_jvp: 6, 0.2, 1.2, |v| (v), d => d);
    }
}

mod closures_in_locals {
    use crate::checked;
    use autodiff_core::differentiate;
    fn compose<A>(f: impl Fn(f64) -> A, g: impl Fn(A) -> f64) -> impl Fn(f64) -> f64 {
        move |x| g(f(x))
    }

    fn simpson(f: &impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
        let h = (b - a) / n as f64;
        let interior: f64 = (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * f(a + i as f64 * h)).sum();
        (f(a) + interior + f(b)) * h / 3.0
    }

    #[differentiate]
    fn closures_in_locals_value(x: &[f64]) -> f64 {
        let &[a, b, c, d] = x else { return 0.0 };
        let quadratic = |t: f64| a * t * t + b * t + c;
        let damped = |t: f64| {
            let env = (-d * t).exp();
            env * quadratic(t).sin()
        };
        let mut calls = 0;
        let mut counted = |t: f64| {
            calls += 1;
            damped(t) / calls as f64
        };
        let extra = counted(0.3) + counted(a * 0.5);
        simpson(&damped, 0.0, 1.0 + b, 6) + extra
    }

    mod checks {
        use super::*;
        checked!(closures_in_locals_value closures_in_locals_value_grad closures_in_locals_value_vjp closures_in_locals_value_jvp: 4, 0.2, 1.2, |v| (v), d => d);
    }
}

mod vae_elbo {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct Posterior {
        mu: Vec<f64>,
        log_var: Vec<f64>,
    }

    #[differentiate]
    impl Posterior {
        fn reparameterize(&self, noise: &[f64]) -> Vec<f64> {
            itertools_like(&self.mu, &self.log_var, noise)
        }
        fn kl(&self) -> f64 {
            -0.5 * std::iter::zip(&self.mu, &self.log_var).map(|(mu, lv)| 1.0 + lv - mu.powi(2) - lv.exp()).sum::<f64>()
        }
    }

    #[differentiate]
    fn itertools_like(mu: &[f64], log_var: &[f64], noise: &[f64]) -> Vec<f64> {
        mu.iter().zip(log_var).zip(noise).map(|((m, lv), e)| m + (0.5 * lv).exp() * e).collect()
    }

    fn decode(z: &[f64], w: &[[f64; 2]]) -> impl Iterator<Item = f64> {
        w.iter().map(|row| row.iter().zip(z).map(|(a, b)| a * b).sum::<f64>()).collect::<Vec<_>>().into_iter()
    }

    #[differentiate]
    fn bce_with_logits(logit: f64, target: f64) -> f64 {
        logit.max(0.0) - logit * target + (-logit.abs()).exp().ln_1p()
    }

    #[differentiate]
    fn vae_elbo_value(x: &[f64]) -> f64 {
        let q = Posterior { mu: x[..2].to_vec(), log_var: x[2..4].to_vec() };
        let z = q.reparameterize(&[0.3, -1.2]);
        let w: Vec<[f64; 2]> = x[4..].chunks_exact(2).map(|c| [c[0], c[1]]).collect();
        let rec: f64 = decode(&z, &w).zip([1.0, 0.0, 1.0, 1.0, 0.0]).map(|(l, t)| bce_with_logits(l, t)).sum();
        rec + 0.5 * q.kl()
    }

    mod checks {
        use super::*;
        checked!(vae_elbo_value vae_elbo_value_grad vae_elbo_value_vjp vae_elbo_value_jvp: 14, -1.0, 1.0, |v| (v), d => d);
    }
}

mod haversine_route {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct LatLon {
        pub lat: f64,
        pub lon: f64,
    }

    #[differentiate]
    impl LatLon {
        const EARTH_RADIUS_KM: f64 = 6371.0088;

        pub fn distance_to(&self, other: &Self) -> f64 {
            let (phi1, phi2) = (self.lat.to_radians(), other.lat.to_radians());
            let d_phi = phi2 - phi1;
            let d_lambda = (other.lon - self.lon).to_radians();
            let a = (d_phi / 2.0).sin().powi(2) + phi1.cos() * phi2.cos() * (d_lambda / 2.0).sin().powi(2);
            2.0 * Self::EARTH_RADIUS_KM * a.sqrt().asin()
        }

        pub fn bearing_to(&self, other: &Self) -> f64 {
            let d = (other.lon - self.lon).to_radians();
            let (s1, c1) = self.lat.to_radians().sin_cos();
            let (s2, c2) = other.lat.to_radians().sin_cos();
            (d.sin() * c2).atan2(c1 * s2 - s1 * c2 * d.cos()).to_degrees().rem_euclid(360.0)
        }
    }

    fn route_length<'a>(points: impl Iterator<Item = &'a LatLon> + Clone) -> f64 {
        points.clone().zip(points.skip(1)).map(|(a, b)| a.distance_to(b)).sum()
    }

    #[differentiate]
    fn haversine_route_value(x: &[f64]) -> f64 {
        let pts: Vec<LatLon> = x.chunks_exact(2).map(|c| LatLon { lat: c[0], lon: c[1] }).collect();
        route_length(pts.iter()) / 1000.0 + 0.01 * pts[0].bearing_to(&pts[3])
    }

    mod checks {
        use super::*;
        checked!(haversine_route_value haversine_route_value_grad haversine_route_value_vjp haversine_route_value_jvp: 8, -60.0, 60.0, |v| (v), d => d);
    }
}

mod fold_tuples_scan {
    use crate::checked;
    use autodiff_core::differentiate;
    fn linear_regression(points: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
        let (n, sx, sy, sxx, sxy) =
            points.fold((0.0, 0.0, 0.0, 0.0, 0.0), |(n, sx, sy, sxx, sxy), (x, y)| (n + 1.0, sx + x, sy + y, sxx + x * x, sxy + x * y));
        let slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
        (slope, (sy - slope * sx) / n)
    }

    #[differentiate]
    fn ema(values: &[f64], alpha: f64) -> Vec<f64> {
        values
            .iter()
            .scan(None, |prev: &mut Option<f64>, &v| {
                let next = match *prev {
                    Some(p) => p + alpha * (v - p),
                    None => v,
                };
                *prev = Some(next);
                *prev
            })
            .collect()
    }

    #[differentiate]
    fn fold_tuples_scan_value(x: &[f64]) -> f64 {
        let smooth = ema(&x[..8], 0.3 + 0.1 * x[8]);
        let (m, c) = linear_regression(smooth.iter().enumerate().map(|(i, &y)| (i as f64, y)));
        let head: f64 = smooth.iter().take_while(|v| v.abs() < 0.8).map(|v| v * v).sum();
        let tail: f64 = smooth.iter().skip_while(|v| **v < 0.0).copied().sum();
        m * 3.0 + c + head - 0.2 * tail
    }

    mod checks {
        use super::*;
        checked!(fold_tuples_scan_value fold_tuples_scan_value_grad fold_tuples_scan_value_vjp fold_tuples_scan_value_jvp: 9, -1.0, 1.0, |v| (v), d => d);
    }
}

mod ring_buffer_fir {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Fir<const N: usize> {
        taps: [f64; N],
        history: [f64; N],
        head: usize,
    }

    #[differentiate]
    impl<const N: usize> Fir<N> {
        fn push(&mut self, x: f64) -> f64 {
            self.history[self.head] = x;
            let y = self.taps.iter().enumerate().map(|(k, t)| t * self.history[(self.head + N - k) % N]).sum();
            self.head = (self.head + 1) % N;
            y
        }
    }

    fn rms_db(signal: impl IntoIterator<Item = f64>) -> f64 {
        let (sum, n) = signal.into_iter().fold((0.0, 0_u32), |(s, n), x| (s + x * x, n + 1));
        10.0 * (sum / f64::from(n) + 1e-6).log10()
    }

    #[differentiate]
    fn ring_buffer_fir_value(x: &[f64]) -> f64 {
        let mut fir = Fir::<4> { taps: [x[0], x[1], x[2], x[3]], history: [0.0; 4], head: 0 };
        let out: Vec<f64> = x[4..].iter().map(|&s| fir.push(s)).collect();
        rms_db(out)
    }

    mod checks {
        use super::*;
        checked!(ring_buffer_fir_value ring_buffer_fir_value_grad ring_buffer_fir_value_vjp ring_buffer_fir_value_jvp: 12, -1.0, 1.0, |v| (v), d => d);
    }
}

mod helpers_hostile {
    use crate::checked;
    use autodiff_core::differentiate;
    const G: f64 = 2.0;
    const N: usize = 3;
    fn with_g(f: impl Fn(f64) -> f64) -> f64 {
        f(G) + G
    }
    fn total(xs: impl Iterator<Item = f64>) -> f64 {
        xs.sum::<f64>() * N as f64
    }
    fn cube(v: f64) -> f64 {
        v * v * v
    }
    fn cubed(xs: &[f64]) -> impl Iterator<Item = f64> + '_ {
        xs.iter().map(|x| x * x * x)
    }
    fn largest<'a>(a: &'a [f64], b: &'a [f64]) -> &'a [f64] {
        if a.iter().sum::<f64>() > b.iter().sum::<f64>() { a } else { b }
    }
    fn twice_over(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
        with_g(|k| f(f(x)) * k)
    }
    fn bump(mut f: impl FnMut(f64), n: usize) {
        for i in 0..n {
            f(i as f64 + 1.0);
        }
    }
    fn first_above(xs: &[f64], level: f64) -> Option<&f64> {
        xs.iter().find(|x| **x > level)
    }

    #[differentiate]
    fn shadows(x: &[f64]) -> f64 {
        // Locals named as what the helper means by them.
        let total_of = total(x.iter().map(|v| v * x[0]));
        let xs = 3.0 * x[1];
        total_of + total(cubed(x)) * xs
    }

    #[differentiate]
    fn twice<const M: usize>(x: &[f64; M]) -> f64 {
        total(x.iter().copied().skip(1)) + M as f64 * x[0]
    }

    #[differentiate]
    fn helpers_hostile_value(x: &[f64]) -> f64 {
        let y = with_g(|v| v * x[0] * x[0]);
        let mut acc = 0.0;
        bump(|k| acc += k * x[2], 3);
        let l = largest(&x[..2], &x[2..]);
        let m = first_above(x, 0.5).copied().unwrap_or(x[0] * 0.5);
        let array = [x[0], x[1] * x[2], x[3]];
        y + shadows(x) + twice(&array) + twice_over(&|v| v * x[1] + 0.1, x[2]) + acc * acc + l[0] * l[1] + m
    }

    mod checks {
        use super::*;
        checked!(helpers_hostile_value helpers_hostile_value_grad helpers_hostile_value_vjp helpers_hostile_value_jvp: 4, 0.2, 0.9, |v| (v), d => d);
    }
}
