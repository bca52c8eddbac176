//! Derivatives inside differentiated functions: traps, inner minimisations, forces, steps of learning, roots.

use crate::harness::*;
use autodiff_core::{Differentiable, Scalar, differentiate};

/// traps: d/dx [x d/dy (x + y)] and with the same name for both variables, closures shadowing
#[differentiate(order = 3, wrt(y))]
fn inner_t(x: f64, y: f64) -> f64 {
    (x + y) * (x + y) * y
}
#[differentiate(hessian)]
fn trap(x: f64) -> f64 {
    let (_, y) = inner_t_grad(x, x);
    let x2 = x * y;
    let (_, y) = inner_t_grad(x2, 2.0);
    x2 * y
}
/// Siskind-Pearlmutter: the curried shift operator: D (\x. x * D(\y. x*y) )
#[differentiate(order = 4)]
fn sp(x: f64, y: f64) -> f64 {
    x * y
}
#[differentiate(order = 3)]
fn sp1(x: f64) -> f64 {
    x * sp_grad(x, 2.0).1.1
}
#[differentiate(hessian)]
fn sp2(x: f64) -> f64 {
    x * sp1_grad(x).1
}
/// jvp in grad, direction depends on input
#[differentiate(order = 3)]
fn field(x: f64, y: f64) -> f64 {
    (x * y).sin() + x * x * y
}
#[differentiate(hessian)]
fn flow(x: f64, y: f64) -> f64 {
    let (v, t) = field_jvp(x, y, (y * v0(x), x));
    v * t
}
#[differentiate(order = 3)]
fn v0(x: f64) -> f64 {
    x.exp()
}
/// nested minimisation with structs
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Net {
    w: Vec<f64>,
    b: [f64; 2],
    #[differentiable(skip)]
    scale: f64,
    tag: u8,
}
fn net(c: &mut Cur) -> Net {
    Net { w: c.vec(4), b: c.arr(), scale: 1.5, tag: 7 }
}
#[differentiate(order = 3, lanes)]
fn net_loss(n: &Net, x: &[f64], y: f64) -> f64 {
    let mut h = 0.0;
    for i in 0..2 {
        h += (n.w[2 * i] * x[i] + n.b[i]).tanh() * n.w[2 * i + 1];
    }
    (h * n.scale - y).powi(2)
}
#[differentiate(hessian)]
fn maml(n: &Net, x: &[f64], y: f64, lr: f64) -> f64 {
    let (_, (g, _, _)) = net_loss_grad(n, x, y);
    let mut m = n.clone();
    for i in 0..4 {
        m.w[i] -= lr * g.w[i];
    }
    for i in 0..2 {
        m.b[i] -= lr * g.b[i];
    }
    net_loss(&m, &[0.4, -0.9], 0.3)
}
/// several inner steps on a Vec
#[differentiate(order = 3, wrt(w))]
fn quad(w: &[f64], target: f64) -> f64 {
    w.iter().enumerate().map(|(i, w)| (w * w * (i as f64 + 1.0) - target).powi(2)).sum()
}
#[differentiate(hessian)]
fn unrolled(w0: &[f64], lr: f64, target: f64) -> f64 {
    let mut w = w0.to_vec();
    for _ in 0..3 {
        let (_, g) = quad_grad(&w, target);
        for (w, g) in w.iter_mut().zip(&g) {
            *w -= lr * g;
        }
    }
    quad(&w, 0.5) + target
}
/// force = -grad energy inside loss
#[differentiate(order = 3)]
fn lj(pos: &[[f64; 2]], eps: f64) -> f64 {
    let mut e = 0.0;
    for i in 0..pos.len() {
        for j in 0..i {
            let d2 = (pos[i][0] - pos[j][0]).powi(2) + (pos[i][1] - pos[j][1]).powi(2);
            let s6 = 1.0 / (d2 * d2 * d2);
            e += 4.0 * eps * (s6 * s6 - s6);
        }
    }
    e
}
#[differentiate(hessian)]
fn force_match(pos: &[[f64; 2]], eps: f64, want: &[[f64; 2]]) -> f64 {
    let (e, (g, _)) = lj_grad(pos, eps);
    let mut s = 0.01 * e * e;
    for (g, w) in g.iter().zip(want) {
        for k in 0..2 {
            s += (-g[k] - w[k]).powi(2);
        }
    }
    s
}
/// gradient penalty
#[differentiate(order = 3)]
fn critic(w: &[f64; 4], x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(i, x)| w[i % 4] * (x * w[(i + 1) % 4]).tanh()).sum()
}
#[differentiate(hessian)]
fn penalty(w: &[f64; 4], x: &[f64]) -> f64 {
    let (_, (_, gx)) = critic_grad(w, x);
    let norm = gx.iter().map(|g| g * g).sum::<f64>().sqrt();
    (norm - 1.0) * (norm - 1.0) + critic(w, x)
}
/// hvp inside a loss
#[differentiate(order = 4)]
fn smooth_loss(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..x.len() {
        s += (x[i] * x[i - 1]).exp() + x[i].powi(3);
    }
    s
}
#[differentiate(hessian)]
fn sharpness(x: &[f64], v: &[f64]) -> f64 {
    let (_, _, hv) = smooth_loss_hvp(x, v);
    hv.iter().zip(v).map(|(a, b)| a * b).sum::<f64>() / v.iter().map(|v| v * v).sum::<f64>()
}
/// sensitivity of a Newton root with generated derivative
#[differentiate(order = 3, wrt(x))]
fn kepler(x: f64, e: f64, m: f64) -> f64 {
    x - e * x.sin() - m
}
#[differentiate(hessian)]
fn eccentric(e: f64, m: f64) -> f64 {
    let mut x = m;
    for _ in 0..30 {
        let (f, d) = kepler_grad(x, e, m);
        x -= f / d;
        if f.abs() < 1e-15 {
            break;
        }
    }
    x * x
}
/// vjp with varied seed inside, of vector function
#[differentiate(hessian)]
fn vecf(x: &[f64]) -> Vec<f64> {
    x.windows(2).map(|w| w[0] * w[1].sin()).collect()
}
#[differentiate]
fn seeded(x: &[f64], s: &[f64]) -> f64 {
    let seed: Vec<f64> = s.iter().zip(x).map(|(s, x)| s * x).collect();
    let (v, bar) = vecf_vjp(x, seed);
    v.iter().sum::<f64>() * bar.iter().map(|b| b * b).sum::<f64>()
}
/// generic inner grad
#[differentiate(order = 3)]
fn gfun<T: Scalar>(x: T, y: T) -> T {
    (x * y).exp() + x.sin() * y * y
}
#[differentiate(hessian)]
fn gouter<T: Scalar>(x: T, y: T) -> T {
    let (v, (a, b)) = gfun_grad(x, y);
    v * a + b * b * x
}
/// grad of method on struct, jvp with struct direction inside
#[differentiate(order = 3)]
impl Net {
    fn norm(&self, p: f64) -> f64 {
        self.w.iter().map(|w| (w * w + 0.1).powf(p)).sum::<f64>() + self.b[0] * self.b[1] * self.scale
    }
}
#[differentiate(hessian)]
fn of_method(n: &Net, p: f64) -> f64 {
    let (v, (g, dp)) = n.norm_grad(p);
    v * dp + g.w.iter().map(|w| w * w).sum::<f64>() + g.b[0] * n.w[0]
}
/// hessian inside a function
#[differentiate(order = 4)]
fn h2(x: f64, y: f64) -> f64 {
    x * x * x * y + (x * y).sin()
}
#[differentiate]
fn curvature(x: f64, y: f64) -> f64 {
    let (_, _, (a, b)) = h2_hvp(x, y, (1.0, 0.0));
    a * b
}
/// recursion of gradients: fixed point with gradient in the loop and branches by gradient sign
#[differentiate(order = 3)]
fn well(x: f64, a: f64) -> f64 {
    0.25 * x.powi(4) - 0.5 * a * x * x + 0.1 * x
}
#[differentiate(hessian)]
fn momentum(x0: f64, a: f64) -> f64 {
    let (mut x, mut v) = (x0, 0.0);
    for i in 0..12 {
        let (_, (g, _)) = well_grad(x, a);
        v = if g > 0.0 { 0.8 * v - 0.05 * g } else { 0.7 * v - 0.06 * g };
        x += v;
        if i == 6 {
            v = 0.0;
        }
    }
    well(x, a)
}
#[test]
fn all_modes() {
    second!(1e-6; trap trap_vjp trap_jvp trap_grad trap_hvp trap_hessian at [0.7]; c => (c.n()); c.n());
    second!(1e-6; sp2 sp2_vjp sp2_jvp sp2_grad sp2_hvp sp2_hessian at [0.7]; c => (c.n()); c.n());
    close("sp1", &[sp1_grad(0.7).1, sp2_grad(0.7).1], &[1.4, 4.0 * 0.7], 1e-12);
    second!(1e-6; flow flow_vjp flow_jvp flow_grad flow_hvp flow_hessian at [0.7, 0.4]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-6; maml maml_vjp maml_jvp maml_grad maml_hvp maml_hessian at [0.4, 0.3, -0.6, 0.8, 0.1, -0.2, 0.5, 0.9, 0.7, 0.1]; c => (&net(&mut c), &c.vec(2), c.n(), c.n()); (&c.fill(zero(&net(&mut Cur::new(&[0.0; 6])))), &c.vec(2), c.n(), c.n()));
    second!(1e-6; unrolled unrolled_vjp unrolled_jvp unrolled_grad unrolled_hvp unrolled_hessian at [0.4, 0.7, 0.05, 0.6]; c => (&c.vec(2), c.n(), c.n()); (&c.vec(2), c.n(), c.n()));
    second!(1e-5; force_match force_match_vjp force_match_jvp force_match_grad force_match_hvp force_match_hessian at [0.0, 0.1, 1.2, 0.2, 0.4, 1.3, 0.7, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]; c => (&[c.arr(), c.arr(), c.arr()], c.n(), &[c.arr(), c.arr(), c.arr()]); (&[c.arr(), c.arr(), c.arr()], c.n(), &[c.arr(), c.arr(), c.arr()]));
    second!(1e-6; penalty penalty_vjp penalty_jvp penalty_grad penalty_hvp penalty_hessian at [0.4, 0.7, -0.3, 0.6, 0.3, 0.9]; c => (&c.arr(), &c.vec(2)); (&c.arr(), &c.vec(2)));
    second!(1e-6; sharpness sharpness_vjp sharpness_jvp sharpness_grad sharpness_hvp sharpness_hessian at [0.4, 0.7, -0.3, 0.6, 0.3, 0.9]; c => (&c.vec(3), &c.vec(3)); (&c.vec(3), &c.vec(3)));
    second!(1e-6; eccentric eccentric_vjp eccentric_jvp eccentric_grad eccentric_hvp eccentric_hessian at [0.4, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(1e-6; seeded seeded_vjp seeded_jvp at [0.4, 0.7, -0.3, 0.6, 0.3]; c => (&c.vec(3), &c.vec(2)); (&c.vec(3), &c.vec(2)));
    second!(1e-6; gouter gouter_vjp gouter_jvp gouter_grad gouter_hvp gouter_hessian at [0.4, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-6; of_method of_method_vjp of_method_jvp of_method_grad of_method_hvp of_method_hessian at [0.4, 0.3, -0.6, 0.8, 0.1, -0.2, 1.3]; c => (&net(&mut c), c.n()); (&c.fill(zero(&net(&mut Cur::new(&[0.0; 6])))), c.n()));
    first!(1e-6; curvature curvature_vjp curvature_jvp at [0.4, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-6; momentum momentum_vjp momentum_jvp momentum_grad momentum_hvp momentum_hessian at [0.9, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
}
