//! Values of branches some of which leave; closures that a closure gives; lists returned from loops; what chunks leave.
use std::ops::*;

use autodiff_core::{Differentiable, differentiate};

#[derive(Debug, Clone, Copy, PartialEq, Default, Differentiable)]
pub struct V2 {
    pub x: f64,
    pub y: f64,
}
#[differentiate]
impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate]
impl AddAssign for V2 {
    fn add_assign(&mut self, o: V2) {
        self.x += o.x;
        self.y += o.y;
    }
}
#[differentiate]
impl Mul<f64> for V2 {
    type Output = V2;
    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}
#[derive(Clone, Debug, Differentiable)]
enum Force {
    Const(V2),
    Drag(f64),
    Off(usize),
    Stop,
}
#[derive(Clone, Debug, Differentiable)]
struct Bod {
    pos: V2,
    vel: V2,
    tail: Vec<f64>,
    forces: Vec<Force>,
}
#[differentiate]
fn vals(b: &Bod, k: f64) -> Vec<f64> {
    b.tail.iter().map(|x| x * k).collect()
}
#[differentiate]
fn step(mut b: Bod, dt: f64, n: usize) -> f64 {
    let mut out = 0.0;
    'steps: for i in 0..n {
        let mut total = V2::default();
        for f in &b.forces {
            total += match f {
                Force::Const(v) => *v * (i as f64 + 1.0),
                Force::Drag(k) => b.vel * (-k),
                Force::Off(m) if *m == i => continue,
                Force::Off(_) => V2 { x: dt, y: 0.1 },
                Force::Stop => {
                    if i == 2 {
                        break 'steps;
                    } else {
                        continue;
                    }
                }
            };
        }
        let w = match b.tail.first() {
            Some(t) if *t > 1e3 => return out,
            Some(t) => vals(&b, *t + i as f64),
            None => continue,
        };
        let u = if total.x > 1e5 {
            break;
        } else {
            let q = b.vel + total * dt;
            q
        };
        b.vel = u;
        b.pos += u * dt;
        out += w.iter().sum::<f64>() + b.pos.x * b.pos.y;
        b.tail[0] += b.vel.x;
    }
    out + b.vel.y
}

/// Closures that a closure makes: each has its own `k`.
#[differentiate]
fn made(a: f64, b: f64) -> f64 {
    let scale = |k: f64| move |x: f64| k * x.sin();
    let shifted = |k: f64| {
        let twice = k * 2.0;
        move |x: f64| twice * k + x
    };
    let (f, g) = (scale(a), scale(b));
    let (p, q) = (shifted(a), shifted(b * a));
    f(0.3) * g(b) + g(f(a)) * p(b) - q(p(a))
}

#[differentiate]
fn relax(v: &[f64], k: f64) -> Vec<f64> {
    let mut u = v.to_vec();
    for i in 0..10 {
        for x in u.iter_mut() {
            *x = *x * k + 0.1;
        }
        if u[0] > 5.0 || i == 4 {
            return u;
        }
    }
    u
}

#[differentiate]
fn relaxed(v: &[f64], k: f64) -> f64 {
    relax(v, k).iter().map(|x| x * x).sum()
}

#[differentiate]
fn remainder(v: &[f64]) -> f64 {
    let c = v.chunks_exact(3);
    let rest: f64 = c.remainder().iter().map(|x| x * x).sum();
    let head: f64 = c.map(|w| w[0] * w[1] * w[2]).sum();
    rest + head
}

fn bod(v: &[f64]) -> Bod {
    Bod {
        pos: V2 { x: v[0], y: v[1] },
        vel: V2 { x: v[2], y: v[3] },
        tail: vec![v[4], v[5]],
        forces: vec![Force::Const(V2 { x: v[6], y: v[7] }), Force::Off(1), Force::Drag(v[8]), Force::Stop],
    }
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(step step_grad step_vjp step_jvp: 10, 0.1, 1.0, |v| (bod(v), v[9], 4));
    checked!(made made_grad made_vjp made_jvp: 2, -1.0, 1.0, |v| (v[0], v[1]), d => (d[0], d[1]));
    checked!(relaxed relaxed_grad relaxed_vjp relaxed_jvp: 4, -1.0, 1.0, |v| (&v[..3], v[3]), d => (&d[..3], d[3]));
    checked!(remainder remainder_grad remainder_vjp remainder_jvp: 8, -1.0, 1.0, |v| (v), d => d);
}
