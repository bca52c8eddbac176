//! Physics: charges in a box, constraints, spins, integrators, rays, gravity.

mod ewald_energy {
    use autodiff_core::differentiate;
    #[differentiate]
    fn erfc_approx(x: f64) -> f64 {
        let t = 1.0 / (1.0 + 0.3275911 * x);
        let poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        poly * (-x * x).exp()
    }

    #[differentiate]
    fn ewald_energy(pos: &[[f64; 3]], q: &[f64], alpha: f64, l: f64, kmax: i32) -> f64 {
        let n = pos.len();
        let mut e_real = 0.0;
        for i in 0..n {
            for j in (i + 1)..n {
                let mut r2 = 0.0;
                for d in 0..3 {
                    let mut dx = pos[i][d] - pos[j][d];
                    dx -= l * (dx / l).round();
                    r2 += dx * dx;
                }
                let r = r2.sqrt();
                e_real += q[i] * q[j] * erfc_approx(alpha * r) / r;
            }
        }
        let mut e_rec = 0.0;
        let two_pi = 2.0 * std::f64::consts::PI;
        for kx in -kmax..=kmax {
            for ky in -kmax..=kmax {
                for kz in -kmax..=kmax {
                    if kx == 0 && ky == 0 && kz == 0 {
                        continue;
                    }
                    let k = [two_pi * kx as f64 / l, two_pi * ky as f64 / l, two_pi * kz as f64 / l];
                    let k2 = k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
                    let (mut re, mut im) = (0.0, 0.0);
                    for (p, qi) in pos.iter().zip(q.iter()) {
                        let phase = k[0] * p[0] + k[1] * p[1] + k[2] * p[2];
                        re += qi * phase.cos();
                        im += qi * phase.sin();
                    }
                    e_rec += (-k2 / (4.0 * alpha * alpha)).exp() / k2 * (re * re + im * im);
                }
            }
        }
        e_rec *= two_pi / (l * l * l);
        let e_self = alpha / std::f64::consts::PI.sqrt() * q.iter().map(|x| x * x).sum::<f64>();
        e_real + e_rec - e_self
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { ewald_energy ewald_energy_grad ewald_energy_vjp ewald_energy_jvp |r| {
            x0: Vec<[f64;3]> = r.p3(4, 0.0, 2.0);
            x1: Vec<f64> = r.v(4, -1.0, 1.0);
            x2: f64 = r.u(0.8, 1.2);
            x3: f64 = r.u(3.0, 4.0);
            x4: i32 = 1;
        } (&x0, &x1, x2.clone(), x3.clone(), x4.clone()) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone()) }
    }
}

mod verlet_pendulum_constraint {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Particle {
        pos: [f64; 2],
        prev: [f64; 2],
        mass: f64,
    }

    #[differentiate]
    impl Particle {
        fn step(&mut self, ax: f64, ay: f64, dt: f64) {
            let x = 2.0 * self.pos[0] - self.prev[0] + ax * dt * dt;
            let y = 2.0 * self.pos[1] - self.prev[1] + ay * dt * dt;
            self.prev = self.pos;
            self.pos = [x, y];
        }
    }

    #[differentiate]
    fn satisfy(ps: &mut Vec<Particle>, i: usize, j: usize, rest: f64) {
        let dx = ps[j].pos[0] - ps[i].pos[0];
        let dy = ps[j].pos[1] - ps[i].pos[1];
        let d = (dx * dx + dy * dy).sqrt();
        let wi = 1.0 / ps[i].mass;
        let wj = 1.0 / ps[j].mass;
        let corr = (d - rest) / d / (wi + wj);
        ps[i].pos[0] += wi * corr * dx;
        ps[i].pos[1] += wi * corr * dy;
        ps[j].pos[0] -= wj * corr * dx;
        ps[j].pos[1] -= wj * corr * dy;
    }

    #[differentiate]
    fn verlet_pendulum_constraint(start: &[[f64; 2]], masses: &[f64], rest: f64, g: f64, steps: usize) -> f64 {
        let dt = 0.05;
        let mut ps: Vec<Particle> = start.iter().zip(masses).map(|(p, &m)| Particle { pos: *p, prev: *p, mass: m }).collect();
        for _ in 0..steps {
            for p in ps.iter_mut() {
                p.step(0.0, -g, dt);
            }
            for _iter in 0..3 {
                for i in 0..ps.len() - 1 {
                    satisfy(&mut ps, i, i + 1, rest);
                }
                ps[0].pos = start[0];
            }
        }
        let last = ps.last().unwrap();
        last.pos[0] * last.pos[0] + 0.5 * last.pos[1]
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { verlet_pendulum_constraint verlet_pendulum_constraint_grad verlet_pendulum_constraint_vjp verlet_pendulum_constraint_jvp |r| {
            x0: Vec<[f64;2]> = vec![[0.0, 0.0], [r.u(0.8,1.2), r.u(-0.2,0.2)], [r.u(1.8,2.2), r.u(-0.2,0.2)]];
            x1: Vec<f64> = r.v(3, 0.8, 1.5);
            x2: f64 = r.u(0.9, 1.1);
            x3: f64 = 9.81;
            x4: usize = 5;
        } (&x0, &x1, x2.clone(), x3.clone(), x4.clone()) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone()) }
    }
}

mod ising_mean_field {
    use autodiff_core::differentiate;
    #[differentiate]
    fn ising_mean_field(beta: f64, j: f64, h: f64, z: usize) -> f64 {
        let mut m = 0.5;
        let mut it = 0;
        loop {
            let next = (beta * (j * z as f64 * m + h)).tanh();
            let delta = (next - m).abs();
            m = next;
            it += 1;
            if delta < 1e-13 || it > 500 {
                break;
            }
        }
        let heff = j * z as f64 * m + h;
        0.5 * j * z as f64 * m.powi(2) - (2.0 * (beta * heff).cosh()).ln() / beta + m
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { ising_mean_field ising_mean_field_grad ising_mean_field_vjp ising_mean_field_jvp |r| {
            x0: f64 = r.u(0.5, 1.0);
            x1: f64 = r.u(0.5, 0.9);
            x2: f64 = r.u(0.1, 0.3);
            x3: usize = 4;
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone()) }
    }
}

mod rkf45_adaptive {
    use autodiff_core::differentiate;
    #[differentiate]
    fn vdp(_t: f64, y: [f64; 2], mu: f64) -> [f64; 2] {
        [y[1], mu * (1.0 - y[0] * y[0]) * y[1] - y[0]]
    }

    #[differentiate]
    fn axpy(y: [f64; 2], terms: &[(f64, [f64; 2])]) -> [f64; 2] {
        let mut out = y;
        for (c, k) in terms {
            out[0] += c * k[0];
            out[1] += c * k[1];
        }
        out
    }

    #[differentiate]
    fn rkf45_adaptive(y0: [f64; 2], mu: f64, t_end: f64, tol: f64) -> f64 {
        let mut t = 0.0;
        let mut y = y0;
        let mut h = 0.1;
        let mut n = 0;
        while t < t_end && n < 1000 {
            if t + h > t_end {
                h = t_end - t;
            }
            let k1 = vdp(t, y, mu);
            let k2 = vdp(t + h / 4.0, axpy(y, &[(h / 4.0, k1)]), mu);
            let k3 = vdp(t + 3.0 * h / 8.0, axpy(y, &[(3.0 * h / 32.0, k1), (9.0 * h / 32.0, k2)]), mu);
            let k4 =
                vdp(t + 12.0 * h / 13.0, axpy(y, &[(1932.0 * h / 2197.0, k1), (-7200.0 * h / 2197.0, k2), (7296.0 * h / 2197.0, k3)]), mu);
            let k5 =
                vdp(t + h, axpy(y, &[(439.0 * h / 216.0, k1), (-8.0 * h, k2), (3680.0 * h / 513.0, k3), (-845.0 * h / 4104.0, k4)]), mu);
            let y4 = axpy(y, &[(25.0 * h / 216.0, k1), (1408.0 * h / 2565.0, k3), (2197.0 * h / 4104.0, k4), (-h / 5.0, k5)]);
            let err = (y4[0] - axpy(y, &[(h, k3)])[0]).abs();
            if err < tol {
                t += h;
                y = y4;
                h *= 1.5;
            } else {
                h *= 0.5;
            }
            n += 1;
        }
        y[0] + 0.5 * y[1]
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { rkf45_adaptive rkf45_adaptive_grad rkf45_adaptive_vjp rkf45_adaptive_jvp |r| {
            x0: [f64;2] = [r.u(0.5,1.5), r.u(-0.5,0.5)];
            x1: f64 = r.u(0.5, 1.5);
            x2: f64 = r.u(0.9, 1.1);
            x3: f64 = 0.02;
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), dots.3.clone()) }
    }
}

mod adaptive_simpson {
    use autodiff_core::differentiate;
    #[differentiate]
    fn integrand(x: f64, a: f64, b: f64) -> f64 {
        (a * x).sin() * (-b * x).exp() + 1.0 / (1.0 + x * x)
    }

    #[differentiate]
    fn simpson_rec(lo: f64, hi: f64, flo: f64, fmid: f64, fhi: f64, a: f64, b: f64, whole: f64, tol: f64, depth: u32) -> f64 {
        let mid = 0.5 * (lo + hi);
        let lm = 0.5 * (lo + mid);
        let rm = 0.5 * (mid + hi);
        let flm = integrand(lm, a, b);
        let frm = integrand(rm, a, b);
        let left = (mid - lo) / 6.0 * (flo + 4.0 * flm + fmid);
        let right = (hi - mid) / 6.0 * (fmid + 4.0 * frm + fhi);
        let delta = left + right - whole;
        if depth == 0 || delta.abs() < 15.0 * tol {
            return left + right + delta / 15.0;
        }
        simpson_rec(lo, mid, flo, flm, fmid, a, b, left, tol / 2.0, depth - 1)
            + simpson_rec(mid, hi, fmid, frm, fhi, a, b, right, tol / 2.0, depth - 1)
    }

    #[differentiate]
    fn adaptive_simpson(lo: f64, hi: f64, a: f64, b: f64) -> f64 {
        let flo = integrand(lo, a, b);
        let fhi = integrand(hi, a, b);
        let fm = integrand((lo + hi) / 2.0, a, b);
        let whole = (hi - lo) / 6.0 * (flo + 4.0 * fm + fhi);
        simpson_rec(lo, hi, flo, fm, fhi, a, b, whole, 1e-9, 12)
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { adaptive_simpson adaptive_simpson_grad adaptive_simpson_vjp adaptive_simpson_jvp |r| {
            x0: f64 = r.u(0.0, 0.3);
            x1: f64 = r.u(1.5, 2.5);
            x2: f64 = r.u(1.0, 3.0);
            x3: f64 = r.u(0.2, 0.9);
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), dots.3.clone()) }
    }
}

mod fft_power {
    use autodiff_core::differentiate;
    #[differentiate]
    fn fft(re: &[f64], im: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = re.len();
        if n == 1 {
            return (vec![re[0]], vec![im[0]]);
        }
        let re_e: Vec<f64> = re.iter().step_by(2).cloned().collect();
        let re_o: Vec<f64> = re.iter().skip(1).step_by(2).cloned().collect();
        let im_e: Vec<f64> = im.iter().step_by(2).cloned().collect();
        let im_o: Vec<f64> = im.iter().skip(1).step_by(2).cloned().collect();
        let (er, ei) = fft(&re_e, &im_e);
        let (or, oi) = fft(&re_o, &im_o);
        let mut out_r = vec![0.0; n];
        let mut out_i = vec![0.0; n];
        for k in 0..n / 2 {
            let ang = -2.0 * std::f64::consts::PI * k as f64 / n as f64;
            let (s, c) = ang.sin_cos();
            let tr = c * or[k] - s * oi[k];
            let ti = c * oi[k] + s * or[k];
            out_r[k] = er[k] + tr;
            out_i[k] = ei[k] + ti;
            out_r[k + n / 2] = er[k] - tr;
            out_i[k + n / 2] = ei[k] - ti;
        }
        (out_r, out_i)
    }

    #[differentiate]
    fn fft_power(signal: &[f64], weights: &[f64]) -> f64 {
        let zeros = vec![0.0; signal.len()];
        let (re, im) = fft(signal, &zeros);
        re.iter().zip(im.iter()).zip(weights.iter()).map(|((a, b), w)| w * (a * a + b * b).ln()).sum()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { fft_power fft_power_grad fft_power_vjp fft_power_jvp |r| {
            x0: Vec<f64> = r.v(8, -1.0, 1.0);
            x1: Vec<f64> = r.v(8, 0.1, 1.0);
        } (&x0, &x1) dots => (&dots.0, &dots.1) }
    }
}

mod ray_refraction {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Vec3 {
        x: f64,
        y: f64,
        z: f64,
    }

    #[differentiate]
    impl Vec3 {
        fn new(x: f64, y: f64, z: f64) -> Self {
            Vec3 { x, y, z }
        }
        fn dot(&self, o: &Vec3) -> f64 {
            self.x * o.x + self.y * o.y + self.z * o.z
        }
        fn scale(self, s: f64) -> Vec3 {
            Vec3::new(self.x * s, self.y * s, self.z * s)
        }
        fn add(self, o: Vec3) -> Vec3 {
            Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
        }
        fn normalized(self) -> Vec3 {
            let n = self.dot(&self).sqrt();
            self.scale(1.0 / n)
        }
    }

    #[differentiate]
    fn intersect(o: &Vec3, d: &Vec3, center: &Vec3, radius: f64) -> Option<f64> {
        let oc = o.add(center.scale(-1.0));
        let b = oc.dot(d);
        let c = oc.dot(&oc) - radius * radius;
        let disc = b * b - c;
        if disc < 0.0 {
            return None;
        }
        let t = -b - disc.sqrt();
        if t > 1e-9 {
            Some(t)
        } else {
            let t2 = -b + disc.sqrt();
            if t2 > 1e-9 { Some(t2) } else { None }
        }
    }

    #[differentiate]
    fn refract(d: Vec3, n: Vec3, eta: f64) -> Option<Vec3> {
        let cosi = -d.dot(&n);
        let k = 1.0 - eta * eta * (1.0 - cosi * cosi);
        if k < 0.0 { None } else { Some(d.scale(eta).add(n.scale(eta * cosi - k.sqrt()))) }
    }

    #[differentiate]
    fn ray_refraction(origin: Vec3, target_y: f64, radius: f64, index: f64) -> f64 {
        let center = Vec3::new(0.0, 0.0, 5.0);
        let mut dir = Vec3::new(0.1, target_y, 1.0).normalized();
        let mut o = origin;
        let mut inside = false;
        let mut path = 0.0;
        for _bounce in 0..2 {
            match intersect(&o, &dir, &center, radius) {
                None => break,
                Some(t) => {
                    path += if inside { index * t } else { t };
                    let p = o.add(dir.scale(t));
                    let mut n = p.add(center.scale(-1.0)).scale(1.0 / radius);
                    let eta = if inside { index } else { 1.0 / index };
                    if inside {
                        n = n.scale(-1.0);
                    }
                    if let Some(d2) = refract(dir, n, eta) {
                        dir = d2.normalized();
                        inside = !inside;
                    }
                    o = p;
                }
            }
        }
        path + dir.y * 10.0 + o.x
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Vec3 { x, y, z });
        trial! { ray_refraction ray_refraction_grad ray_refraction_vjp ray_refraction_jvp |r| {
            x0: Vec3 = Vec3{x:r.u(-0.2,0.2),y:r.u(-0.2,0.2),z:r.u(-1.0,0.0)};
            x1: f64 = r.u(-0.05, 0.05);
            x2: f64 = r.u(1.8, 2.2);
            x3: f64 = r.u(1.3, 1.6);
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), dots.3.clone()) }
    }
}

mod complex_struct_ops {
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::{Add, AddAssign, Mul, Sub};
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct C64 {
        re: f64,
        im: f64,
    }
    #[differentiate]
    impl Add for C64 {
        type Output = C64;
        fn add(self, o: C64) -> C64 {
            C64 { re: self.re + o.re, im: self.im + o.im }
        }
    }
    #[differentiate]
    impl Sub for C64 {
        type Output = C64;
        fn sub(self, o: C64) -> C64 {
            C64 { re: self.re - o.re, im: self.im - o.im }
        }
    }
    #[differentiate]
    impl Mul for C64 {
        type Output = C64;
        fn mul(self, o: C64) -> C64 {
            C64 { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
        }
    }
    #[differentiate]
    impl AddAssign for C64 {
        fn add_assign(&mut self, o: C64) {
            self.re += o.re;
            self.im += o.im;
        }
    }
    #[differentiate]
    impl C64 {
        fn cis(t: f64) -> C64 {
            C64 { re: t.cos(), im: t.sin() }
        }
        fn norm_sqr(&self) -> f64 {
            self.re * self.re + self.im * self.im
        }
    }
    #[differentiate]
    fn complex_struct_ops(amps: &[f64], phases: &[f64], d: f64) -> f64 {
        let mut sum = C64 { re: 0.0, im: 0.0 };
        for (k, (a, p)) in amps.iter().zip(phases).enumerate() {
            let steer = C64::cis(d * k as f64) * C64::cis(*p);
            sum += C64 { re: *a, im: 0.0 } * steer;
        }
        let z = sum - C64 { re: 0.1, im: d };
        let w = z * z + sum;
        w.norm_sqr()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { complex_struct_ops complex_struct_ops_grad complex_struct_ops_vjp complex_struct_ops_jvp |r| {
            x0: Vec<f64> = r.v(4,-1.,1.);
            x1: Vec<f64> = r.v(4,-1.,1.);
            x2: f64 = r.u(0.2,1.);
        } (&x0, &x1, x2.clone()) dots => (&dots.0, &dots.1, dots.2.clone()) }
    }
}

mod nbody_leapfrog {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Body {
        m: f64,
        x: [f64; 3],
        v: [f64; 3],
    }

    #[derive(Clone, Debug, Differentiable)]
    struct NBody {
        bodies: Vec<Body>,
        soft: f64,
    }

    #[differentiate]
    impl NBody {
        fn accelerations(&self) -> Vec<[f64; 3]> {
            let n = self.bodies.len();
            let mut acc = vec![[0.0; 3]; n];
            for i in 0..n {
                for j in 0..n {
                    if i == j {
                        continue;
                    }
                    let mut d = [0.0; 3];
                    let mut r2 = self.soft * self.soft;
                    for k in 0..3 {
                        d[k] = self.bodies[j].x[k] - self.bodies[i].x[k];
                        r2 += d[k] * d[k];
                    }
                    let inv = self.bodies[j].m / (r2 * r2.sqrt());
                    for k in 0..3 {
                        acc[i][k] += inv * d[k];
                    }
                }
            }
            acc
        }
        fn kick(&mut self, dt: f64) {
            let acc = self.accelerations();
            for (b, a) in self.bodies.iter_mut().zip(acc.iter()) {
                for k in 0..3 {
                    b.v[k] += dt * a[k];
                }
            }
        }
        fn drift(&mut self, dt: f64) {
            for b in &mut self.bodies {
                for k in 0..3 {
                    b.x[k] += dt * b.v[k];
                }
            }
        }
        fn energy(&self) -> f64 {
            let mut e = 0.0;
            for (i, b) in self.bodies.iter().enumerate() {
                e += 0.5 * b.m * b.v.iter().map(|v| v * v).sum::<f64>();
                for c in self.bodies[..i].iter() {
                    let r2 = b.x.iter().zip(c.x.iter()).map(|(p, q)| (p - q) * (p - q)).sum::<f64>();
                    e -= b.m * c.m / (r2 + self.soft * self.soft).sqrt();
                }
            }
            e
        }
    }

    #[differentiate]
    fn nbody_leapfrog(system: &NBody, dt: f64, steps: usize) -> f64 {
        let mut sys = system.clone();
        for _ in 0..steps {
            sys.kick(0.5 * dt);
            sys.drift(dt);
            sys.kick(0.5 * dt);
        }
        sys.energy() + sys.bodies[0].x[0]
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Body { m, x, v });
        numbers_of!(NBody { bodies, soft });
        trial! { nbody_leapfrog nbody_leapfrog_grad nbody_leapfrog_vjp nbody_leapfrog_jvp |r| {
            x0: NBody = NBody{bodies:(0..3).map(|_| Body{m:r.u(0.5,1.),x:r.a::<3>(-1.,1.),v:r.a::<3>(-0.2,0.2)}).collect(),soft:r.u(0.2,0.4)};
            x1: f64 = r.u(0.05,0.1);
            x2: usize = 3;
        } (&x0, x1.clone(), x2.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}
