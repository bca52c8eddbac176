//! Calls that are made again in the reverse sweep: arguments that change afterwards, results that are not used, methods and operators,
//! loops in loops and in branches.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl std::ops::Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}

#[differentiate]
impl std::ops::Mul<V> for f64 {
    type Output = V;
    fn mul(self, o: V) -> V {
        V { x: self * o.x, y: self * o.y }
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Well {
    stiffness: f64,
    twist: f64,
}

#[differentiate]
impl Well {
    fn force(&self, at: V) -> V {
        V { x: -self.stiffness * at.x * at.y + self.twist * at.y, y: self.twist * at.x - at.y * at.y }
    }
    fn step(&self, at: V, h: f64) -> V {
        let half = at + 0.5 * h * self.force(at);
        at + h * self.force(half)
    }
}

#[differentiate]
fn mixed(a: f64, b: f64) -> f64 {
    if a > b { a * b - 0.1 * a } else { (1.0 + a * a).sqrt() * b }
}

#[differentiate]
fn turned(p: &[f64; 2], by: f64) -> [f64; 2] {
    let mut q = *p;
    for i in 0..2 {
        q[i] += by * p[1 - i] * p[i];
    }
    q
}

with_and_without! {
    method_of_a_state off(again) pub fn f(x: &[f64], k: f64) -> f64 {
        let well = Well { stiffness: k, twist: 0.3 * k };
        let mut at = V { x: 0.4, y: 0.2 };
        let mut s = 0.0;
        for &v in x {
            for _ in 0..2 {
                at = well.step(at, 0.1 * v);
                s += at.x * at.y;
            }
            at = V { x: at.x * v.sin(), y: at.y };
        }
        s + at.x
    }
    arguments_that_change off(again) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (k, 0.5);
        for &v in x {
            let c = mixed(a, b * v);
            a = c * 0.5 + b;
            b = mixed(a, c).sin();
            let _unused = mixed(b, v);
            a -= 0.1 * b * c;
        }
        a * b
    }
    while_and_branches off(again) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        let mut n = 0;
        while n < x.len() {
            if x[n] > 0.6 {
                let c = mixed(x[n], a);
                a = c * c.cos();
            } else {
                for m in 0..n {
                    a = mixed(a, x[m]) * 0.7;
                }
            }
            n += 1;
            if a > 5.0 {
                break;
            }
        }
        a
    }
    arrays off(again) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = [k, 0.25];
        let mut s = 0.0;
        for &v in x {
            let q = turned(&p, v);
            s += q[0] * p[1];
            p = turned(&q, 0.1 * k);
            p[0] += 0.1 * q[1] * q[0];
        }
        s + p[0]
    }
    sums off(again) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 1.0;
        for &v in x {
            s *= 1.0 + 0.1 * mixed(v, k);
        }
        s
    }
}

#[differentiate]
fn pushed(well: Well, start: &V, x: &[f64]) -> f64 {
    let mut at = *start;
    let mut s = 0.0;
    for &v in x {
        at = well.step(at, 0.2 * v);
        s += mixed(at.x, at.y);
    }
    s
}

with_and_without! {
    through_a_function off(again) pub fn f(x: &[f64], k: f64) -> f64 {
        let well = Well { stiffness: k, twist: 0.3 };
        let start = V { x: k * k, y: 0.2 };
        let mut s = 0.1_f64;
        for n in 0..x.len() {
            s = s.sin() + pushed(well, &start, &x[n..]);
        }
        s
    }
}
