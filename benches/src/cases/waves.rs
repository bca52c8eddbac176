//! Waves: transport with a limiter, and a wave on a grid.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- transport with a limiter ----------------------------------------------------------------------------

#[differentiate]
fn minmod(a: f64, b: f64) -> f64 {
    if a * b <= 0.0 {
        0.0
    } else if a.abs() < b.abs() {
        a
    } else {
        b
    }
}
#[differentiate(wrt(u0, speed))]
pub fn advect(u0: &[f64], speed: f64, dt: f64, steps: usize, target: &[f64]) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    let mut flux = vec![0.0; n];
    for _ in 0..steps {
        for i in 1..n - 1 {
            let s = minmod(u[i] - u[i - 1], u[i + 1] - u[i]);
            flux[i] = speed * (u[i] + 0.5 * (1.0 - speed * dt) * s);
        }
        for i in 2..n - 1 {
            u[i] -= dt * (flux[i] - flux[i - 1]);
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += (u[i] - target[i]).powi(2);
    }
    s
}
pub fn advect_by_hand(u0: &[f64], speed: f64, dt: f64, steps: usize, target: &[f64]) -> (f64, (Vec<f64>, f64)) {
    let n = u0.len();
    let mut us = vec![0.0; (steps + 1) * n];
    us[..n].copy_from_slice(u0);
    let mut flux = vec![0.0; n];
    let mm = |a: f64, b: f64| {
        if a * b <= 0.0 {
            (0.0, 0.0, 0.0)
        } else if a.abs() < b.abs() {
            (a, 1.0, 0.0)
        } else {
            (b, 0.0, 1.0)
        }
    };
    let h = 0.5 * (1.0 - speed * dt);
    for s in 0..steps {
        let (u, v) = us[s * n..].split_at_mut(n);
        let v = &mut v[..n];
        for i in 1..n - 1 {
            flux[i] = speed * (u[i] + h * mm(u[i] - u[i - 1], u[i + 1] - u[i]).0);
        }
        v.copy_from_slice(u);
        for i in 2..n - 1 {
            v[i] = u[i] - dt * (flux[i] - flux[i - 1]);
        }
    }
    let u = &us[steps * n..];
    let (mut bar, mut fb, mut loss, mut sb) = (vec![0.0; n], vec![0.0; n], 0.0, 0.0);
    for i in 0..n {
        let d = u[i] - target[i];
        loss += d * d;
        bar[i] = 2.0 * d;
    }
    for s in (0..steps).rev() {
        let u = &us[s * n..][..n];
        fb[1] = 0.0;
        fb[n - 2] = 0.0;
        fb[1] = dt * bar[2];
        for i in 2..n - 2 {
            fb[i] = dt * (bar[i + 1] - bar[i]);
        }
        fb[n - 2] = -dt * bar[n - 2];
        for i in 1..n - 1 {
            let (m, a, b) = mm(u[i] - u[i - 1], u[i + 1] - u[i]);
            let g = fb[i];
            sb += g * (u[i] + h * m - 0.5 * speed * dt * m);
            let gm = g * speed * h;
            bar[i] += g * speed + gm * (a - b);
            bar[i - 1] -= gm * a;
            bar[i + 1] += gm * b;
        }
    }
    (loss, (bar, sb))
}

// ---- a wave on a grid ------------------------------------------------------------------------------------

#[differentiate(wrt(speed, source))]
pub fn wave(speed: &[f64], source: &[f64], w: usize, dt: f64) -> f64 {
    let n = speed.len();
    let h = n / w;
    let (mut old, mut now, mut next) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let mut energy = 0.0;
    for s in source {
        now[(h / 2) * w + w / 2] += dt * s;
        for i in 1..h - 1 {
            for j in 1..w - 1 {
                let k = i * w + j;
                let lap = now[k - 1] + now[k + 1] + now[k - w] + now[k + w] - 4.0 * now[k];
                next[k] = 2.0 * now[k] - old[k] + speed[k] * dt * lap;
            }
        }
        std::mem::swap(&mut old, &mut now);
        std::mem::swap(&mut now, &mut next);
        energy += now[w + 1] * now[w + 1];
    }
    energy
}
pub fn wave_by_hand(speed: &[f64], source: &[f64], w: usize, dt: f64) -> (f64, (Vec<f64>, Vec<f64>)) {
    let n = speed.len();
    let h = n / w;
    let t = source.len();
    let mut all = vec![0.0; (t + 2) * n]; // state s at s+1
    let at = (h / 2) * w + w / 2;
    let mut energy = 0.0;
    for s in 0..t {
        let (a, next) = all.split_at_mut((s + 2) * n);
        let (old, now) = a[s * n..].split_at_mut(n);
        let next = &mut next[..n];
        now[at] += dt * source[s];
        for i in 1..h - 1 {
            let r = i * w;
            let (nw, ol, sp, nx) = (&now[r - w..r + 2 * w], &old[r..r + w], &speed[r..r + w], &mut next[r..r + w]);
            for j in 1..w - 1 {
                let lap = nw[w + j - 1] + nw[w + j + 1] + nw[j] + nw[2 * w + j] - 4.0 * nw[w + j];
                nx[j] = 2.0 * nw[w + j] - ol[j] + sp[j] * dt * lap;
            }
        }
        energy += next[w + 1] * next[w + 1];
    }
    let (mut sb, mut qb) = (vec![0.0; n], vec![0.0; t]);
    // bars: of next (a), now (b); padded products
    let (mut a, mut b, mut c) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let mut p = vec![0.0; n];
    for s in (0..t).rev() {
        let now = &all[(s + 1) * n..][..n];
        let next = &all[(s + 2) * n..][..n];
        a[w + 1] += 2.0 * next[w + 1];
        c.fill(0.0);
        for i in 1..h - 1 {
            let r = i * w;
            for j in 1..w - 1 {
                let k = r + j;
                let lap = now[k - 1] + now[k + 1] + now[k - w] + now[k + w] - 4.0 * now[k];
                let g = a[k];
                sb[k] += g * dt * lap;
                p[k] = g * speed[k] * dt;
                c[k] = -g;
            }
        }
        for i in 0..h {
            let r = i * w;
            if i == 0 || i == h - 1 {
                let q = if i == 0 { w } else { r - w };
                for j in 0..w {
                    b[r + j] += p[q + j];
                }
                continue;
            }
            for j in 1..w - 1 {
                let k = r + j;
                b[k] += 2.0 * a[k] - 4.0 * p[k] + p[k - 1] + p[k + 1] + p[k - w] + p[k + w];
            }
            b[r] += p[r + 1];
            b[r + w - 1] += p[r + w - 2];
        }
        qb[s] = dt * b[at];
        std::mem::swap(&mut a, &mut b);
        std::mem::swap(&mut b, &mut c);
    }
    (energy, (sb, qb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(937);
    let mut cases = Vec::new();
    let (u, t) = (r.list(200, 0.0, 1.0), r.list(200, 0.0, 1.0));
    cases.push(Case::new(
        "advect",
        "200x50",
        move || advect(u, 0.7, 0.5, 50, t),
        move || advect_by_hand(u, 0.7, 0.5, 50, t),
        move || advect_grad(u, 0.7, 0.5, 50, t),
    ));
    let (sp, so) = (r.list(24 * 32, 0.2, 0.8), r.list(40, -1.0, 1.0));
    cases.push(Case::new(
        "wave",
        "24x32, 40",
        move || wave(sp, so, 32, 0.3),
        move || wave_by_hand(sp, so, 32, 0.3),
        move || wave_grad(sp, so, 32, 0.3),
    ));
    cases
}
