//! Functions with other results: products in both modes, Jacobians, and both inside functions that are differentiated twice.

use crate::harness::*;
use autodiff_core::{Differentiable, Scalar, differentiate};

/// Vec result
#[differentiate(jacobian, lanes, order = 3)]
fn decay(p: &[f64], t: &[f64]) -> Vec<f64> {
    t.iter().map(|t| p[0] * (-p[1] * t).exp() + p[2]).collect()
}
/// array result of known size
#[differentiate(jacobian, lanes, order = 3)]
fn spherical(r: f64, th: f64, ph: f64) -> [f64; 3] {
    [r * th.sin() * ph.cos(), r * th.sin() * ph.sin(), r * th.cos()]
}
/// tuple
#[differentiate(jacobian, lanes, order = 3)]
fn stats(x: &[f64]) -> (f64, f64, [f64; 2]) {
    let n = x.len() as f64;
    let m = x.iter().sum::<f64>() / n;
    let v = x.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (n - 1.0);
    (m, v.sqrt(), [x.iter().cloned().fold(f64::MIN, f64::max), x.iter().cloned().fold(f64::MAX, f64::min)])
}
/// struct
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Pose {
    at: [f64; 2],
    heading: f64,
    #[differentiable(skip)]
    wheel: f64,
    steps: u32,
}
impl Flat for Pose {
    fn put(&self, o: &mut Vec<f64>) {
        self.at.put(o);
        self.heading.put(o)
    }
}
#[differentiate(jacobian, lanes, order = 3)]
fn drive(p: &Pose, v: f64, w: f64) -> Pose {
    let h = p.heading + w * p.wheel;
    Pose { at: [p.at[0] + v * h.cos(), p.at[1] + v * h.sin()], heading: h, steps: p.steps + 1, ..*p }
}
fn pose(c: &mut Cur) -> Pose {
    Pose { at: c.arr(), heading: c.n(), wheel: 0.3, steps: 0 }
}
/// enum result
#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Root {
    Two(f64, f64),
    Touch(f64),
    None,
}
impl Flat for Root {
    fn put(&self, o: &mut Vec<f64>) {
        match self {
            Root::Two(a, b) => {
                o.push(*a);
                o.push(*b)
            }
            Root::Touch(a) => o.push(*a),
            Root::None => {}
        }
    }
}
#[differentiate(jacobian, lanes, order = 3)]
fn roots(a: f64, b: f64, c: f64) -> Root {
    let d = b * b - 4.0 * a * c;
    if d > 0.0 {
        let q = -0.5 * (b + b.signum() * d.sqrt());
        Root::Two(q / a, c / q)
    } else if d == 0.0 {
        Root::Touch(-b / (2.0 * a))
    } else {
        Root::None
    }
}
/// Option result
#[differentiate(jacobian, lanes, order = 3)]
fn safe_log(x: f64, y: f64) -> Option<f64> {
    let z = x - y;
    if z <= 0.0 {
        return None;
    }
    Some(z.ln() * x)
}
/// Result result
#[differentiate(jacobian, lanes, order = 3)]
fn checked_div(x: f64, y: f64) -> Result<(f64, f64), String> {
    if y == 0.0 {
        return Err("zero".to_string());
    }
    let q = x / y;
    Ok((q, q * q * x))
}
/// &mut only
#[differentiate(jacobian, lanes, order = 3)]
fn gauss_seidel(u: &mut [f64], f: &[f64], w: f64) {
    for i in 1..u.len() - 1 {
        u[i] = (1.0 - w) * u[i] + w * 0.5 * (u[i - 1] + u[i + 1] + f[i] * u[i]);
    }
}
/// method returning Self
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
struct Q {
    w: f64,
    x: f64,
    y: f64,
    z: f64,
}
impl Flat for Q {
    fn put(&self, o: &mut Vec<f64>) {
        (self.w, self.x, self.y, self.z).put(o)
    }
}
fn q(c: &mut Cur) -> Q {
    Q { w: c.n(), x: c.n(), y: c.n(), z: c.n() }
}
fn qd(c: &mut Cur) -> QCotangent {
    QCotangent { w: c.n(), x: c.n(), y: c.n(), z: c.n() }
}
#[differentiate(order = 3)]
impl Q {
    #[differentiate(jacobian, lanes)]
    fn normalized(&self) -> Self {
        let n = (self.w * self.w + self.x * self.x + self.y * self.y + self.z * self.z).sqrt();
        Q { w: self.w / n, x: self.x / n, y: self.y / n, z: self.z / n }
    }
    #[differentiate(jacobian, lanes)]
    fn rotate(self, v: [f64; 3]) -> [f64; 3] {
        let u = [self.x, self.y, self.z];
        let cross = |a: [f64; 3], b: [f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let t = cross(u, v).map(|c| 2.0 * c);
        let s = cross(u, t);
        [v[0] + self.w * t[0] + s[0], v[1] + self.w * t[1] + s[1], v[2] + self.w * t[2] + s[2]]
    }
}
/// own operators, jacobian
#[differentiate]
impl std::ops::Mul for Q {
    type Output = Q;
    fn mul(self, r: Q) -> Q {
        Q {
            w: self.w * r.w - self.x * r.x - self.y * r.y - self.z * r.z,
            x: self.w * r.x + self.x * r.w + self.y * r.z - self.z * r.y,
            y: self.w * r.y - self.x * r.z + self.y * r.w + self.z * r.x,
            z: self.w * r.z + self.x * r.y - self.y * r.x + self.z * r.w,
        }
    }
}
#[differentiate(jacobian)]
fn twist(a: Q, b: Q, n: usize) -> Q {
    let mut r = a;
    for _ in 0..n {
        r = r * b;
        r.w += 0.1;
    }
    r * a
}
/// generic Float vector result
#[differentiate(jacobian, lanes, order = 3)]
fn softmax_t<T: num_traits::Float + std::iter::Sum>(x: &[T], t: T) -> Vec<T> {
    let e: Vec<T> = x.iter().map(|v| (*v / t).exp()).collect();
    let s: T = e.iter().copied().sum();
    e.into_iter().map(|v| v / s).collect()
}
/// const generics vector result
#[differentiate(jacobian, lanes, order = 3)]
fn matvec<const M: usize, const N: usize>(a: &[[f64; N]; M], x: &[f64; N]) -> [f64; M] {
    let mut y = [0.0; M];
    for i in 0..M {
        for j in 0..N {
            y[i] += a[i][j] * x[j];
        }
    }
    for v in y.iter_mut() {
        *v = v.tanh();
    }
    y
}
/// Vec<Vec>
#[differentiate(jacobian, lanes, order = 3)]
fn outer(x: &[f64], y: &[f64]) -> Vec<Vec<f64>> {
    x.iter().map(|a| y.iter().map(|b| (a * b).sin() + a).collect()).collect()
}
/// Vec of structs result, data-dependent length
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Hit {
    t: f64,
    id: usize,
    n: (f64, f64),
}
impl Flat for Hit {
    fn put(&self, o: &mut Vec<f64>) {
        self.t.put(o);
        self.n.put(o)
    }
}
#[differentiate(jacobian, lanes, order = 3)]
fn hits(o: f64, d: f64, walls: &[f64]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (id, w) in walls.iter().enumerate() {
        let t = (w - o) / d;
        if t > 0.0 {
            out.push(Hit { t, id, n: (t * d, w * t) });
        }
    }
    out
}
/// &mut self method with result
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}
fn bq(c: &mut Cur) -> Biquad {
    Biquad { b: c.arr(), a: c.arr(), z: c.arr() }
}
impl Flat for Biquad {
    fn put(&self, o: &mut Vec<f64>) {
        self.b.put(o);
        self.a.put(o);
        self.z.put(o)
    }
}
#[differentiate(order = 3)]
impl Biquad {
    #[differentiate(lanes)]
    fn step(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}
#[differentiate(jacobian, lanes, order = 3)]
fn filter(f: &Biquad, xs: &[f64]) -> Vec<f64> {
    let mut g = f.clone();
    xs.iter().map(|&x| g.step(x)).collect()
}
/// f32 result
#[differentiate(jacobian, lanes)]
fn f32s(x: &[f32; 3]) -> [f32; 2] {
    [x[0] * x[1].exp(), x[2].sqrt() * x[0]]
}
/// recursion with Vec result
#[differentiate(jacobian, lanes, order = 3)]
fn haar(x: &[f64]) -> Vec<f64> {
    if x.len() == 1 {
        return x.to_vec();
    }
    let half: Vec<f64> = x.chunks(2).map(|c| (c[0] + c[1]) * 0.5 * c[0]).collect();
    let mut r = haar(&half);
    for c in x.chunks(2) {
        r.push((c[0] - c[1]) * c[1]);
    }
    r
}
/// loop with labelled break, option of array
#[differentiate(jacobian, lanes, order = 3)]
fn first_crossing(y: &[f64], level: f64) -> Option<[f64; 2]> {
    for i in 1..y.len() {
        if y[i - 1] < level && y[i] >= level {
            let t = (level - y[i - 1]) / (y[i] - y[i - 1]);
            return Some([i as f64 - 1.0 + t, t * t * level]);
        }
    }
    None
}
/// callers of vector functions, nested
#[differentiate(jacobian, lanes, order = 3)]
fn composed(r: f64, th: f64, ph: f64, k: f64) -> (Vec<f64>, f64) {
    let p = spherical(r, th, ph);
    let d = decay(&p, &[0.3, k, k * k]);
    let (m, s, _) = stats(&d);
    (d, m * s)
}
/// checkpoint / ODE with generic scalar
#[differentiate(jacobian, lanes, order = 3)]
fn lotka<T: Scalar>(s: [T; 2], p: &[T; 4], n: usize) -> [T; 2] {
    let dt = T::from_f64(0.05);
    let rhs = |s: [T; 2]| [p[0] * s[0] - p[1] * s[0] * s[1], p[2] * s[0] * s[1] - p[3] * s[1]];
    let mut s = s;
    for _ in 0..n {
        let k1 = rhs(s);
        let mid = [s[0] + dt * T::from_f64(0.5) * k1[0], s[1] + dt * T::from_f64(0.5) * k1[1]];
        let k2 = rhs(mid);
        s = [s[0] + dt * k2[0], s[1] + dt * k2[1]];
    }
    s
}
/// wrt on a vector result, with plain params
#[differentiate(jacobian, lanes, order = 3, wrt(k, x))]
fn stencil(x: &[f64], mask: &[bool], k: f64, w: &[f64]) -> Vec<f64> {
    x.windows(w.len()).zip(mask).filter(|(_, m)| **m).map(|(win, _)| win.iter().zip(w).map(|(a, b)| a * b).sum::<f64>() * k.sin()).collect()
}
#[test]
fn all_modes() {
    jac!(1e-8; decay decay_vjp decay_jvp decay_jacobian at [1.3, 0.7, 0.2, 0.0, 0.5, 1.2]; c => (&c.vec(3), &c.vec(3)); (&c.vec(3), &c.vec(3)));
    jac!(1e-8; spherical spherical_vjp spherical_jvp spherical_jacobian at [1.3, 0.7, 0.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    jac!(1e-8; stats stats_vjp stats_jvp stats_jacobian at [1.3, 0.7, 0.2, 2.2]; c => (&c.vec(4)); &c.vec(4));
    jac!(1e-8; drive drive_vjp drive_jvp drive_jacobian at [1.3, 0.7, 0.2, 2.2, 0.4]; c => (&pose(&mut c), c.n(), c.n()); (&c.fill(zero(&pose(&mut Cur::new(&[0.0; 3])))), c.n(), c.n()));
    jac!(1e-8; roots roots_vjp roots_jvp roots_jacobian at [1.3, 2.7, -0.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    jac!(1e-8; roots roots_vjp roots_jvp roots_jacobian at [1.3, 0.7, 2.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    jac!(1e-8; safe_log safe_log_vjp safe_log_jvp safe_log_jacobian at [1.3, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(1e-8; safe_log safe_log_vjp safe_log_jvp safe_log_jacobian at [0.3, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(1e-8; checked_div checked_div_vjp checked_div_jvp checked_div_jacobian at [1.3, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(1e-8; checked_div checked_div_vjp checked_div_jvp checked_div_jacobian at [1.3, 0.0]; c => (c.n(), { c.n(); 0.0 }); (c.n(), c.n()));
    jac!(1e-8; [Q] normalized normalized_vjp normalized_jvp normalized_jacobian at [1.3, 0.7, 0.2, -0.4]; c => (&q(&mut c)); &qd(&mut c));
    jac!(1e-8; [Q] rotate rotate_vjp rotate_jvp rotate_jacobian at [1.3, 0.7, 0.2, -0.4, 1.0, 0.5, 0.3]; c => (q(&mut c), c.arr()); (qd(&mut c), c.arr()));
    jac!(1e-8; twist twist_vjp twist_jvp twist_jacobian at [1.3, 0.7, 0.2, -0.4, 0.4, 0.5, 0.3, -0.1]; c => (q(&mut c), q(&mut c), 3); (qd(&mut c), qd(&mut c)));
    jac!(1e-8; softmax_t softmax_t_vjp softmax_t_jvp softmax_t_jacobian at [1.3, 0.7, 0.2, 1.4]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    jac!(1e-8; matvec matvec_vjp matvec_jvp matvec_jacobian at [1.3, 0.7, 0.2, 1.4, 0.4, -0.3, 0.5, 0.8]; c => (&c.mat::<3, 2>(), &c.arr()); (&c.mat::<3, 2>(), &c.arr()));
    jac!(1e-8; outer outer_vjp outer_jvp outer_jacobian at [1.3, 0.7, 0.2, 1.4]; c => (&c.vec(2), &c.vec(2)); (&c.vec(2), &c.vec(2)));
    jac!(1e-8; hits hits_vjp hits_jvp hits_jacobian at [1.3, 0.7, 2.2, 1.0, 3.3]; c => (c.n(), c.n(), &c.vec(3)); (c.n(), c.n(), &c.vec(3)));
    jac!(1e-8; filter filter_vjp filter_jvp filter_jacobian at [0.3, 0.7, 0.2, 0.1, -0.3, 0.4, 0.5, 1.0, -0.4, 0.6]; c => (&bq(&mut c), &c.vec(3)); (&c.fill(zero(&bq(&mut Cur::new(&[0.0; 7])))), &c.vec(3)));
    jac!(1e-8; haar haar_vjp haar_jvp haar_jacobian at [1.3, 0.7, 2.2, 1.0]; c => (&c.vec(4)); &c.vec(4));
    jac!(1e-8; first_crossing first_crossing_vjp first_crossing_jvp first_crossing_jacobian at [-0.3, 0.1, 0.8, 1.4, 0.5]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    jac!(1e-8; first_crossing first_crossing_vjp first_crossing_jvp first_crossing_jacobian at [-0.3, 0.1, 0.8, 1.4, 2.5]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    jac!(1e-7; composed composed_vjp composed_jvp composed_jacobian at [1.3, 0.7, 0.4, 0.6]; c => (c.n(), c.n(), c.n(), c.n()); (c.n(), c.n(), c.n(), c.n()));
    jac!(1e-8; lotka lotka_vjp lotka_jvp lotka_jacobian at [1.3, 0.7, 0.9, 0.6, 0.8, 1.1]; c => (c.arr(), &c.arr(), 6); (c.arr(), &c.arr()));
    jac!(1e-8; stencil stencil_vjp stencil_jvp stencil_jacobian at [1.3, 0.7, 0.9, 0.6, 0.8]; c => (&c.vec(4), &[true, false, true], c.n(), &[0.5, 1.5]); (&c.vec(4), c.n()));
    let (_, j) = f32s_jacobian(&[0.4, 0.3, 0.9]);
    for (i, r) in j.to_rows().iter().enumerate() {
        close("f32s", r, &[[0.3f64.exp(), 0.4 * 0.3f64.exp(), 0.0], [0.9f64.sqrt(), 0.0, 0.2 / 0.9f64.sqrt()]][i], 1e-5)
    }
    // in/out only
    let x = [0.3, 1.2, -0.4, 0.9, 0.1, 0.5, -0.6, 0.2, 0.8];
    let f = |x: &[f64]| {
        let mut u = x[..4].to_vec();
        gauss_seidel(&mut u, &x[4..8], x[8]);
        u
    };
    first(
        "gauss_seidel",
        1e-8,
        &x,
        &f,
        &|x, s| {
            let mut u = x[..4].to_vec();
            let (_, bar) = gauss_seidel_vjp(&mut u, &x[4..8], x[8], s.to_vec());
            (u, flat(&bar))
        },
        &|x, d| {
            let (mut u, mut ud) = (x[..4].to_vec(), d[..4].to_vec());
            let _ = gauss_seidel_jvp(&mut u, &x[4..8], x[8], (&mut ud, &d[4..8], d[8]));
            (u, ud)
        },
    );
    let mut u = x[..4].to_vec();
    let (_, j) = gauss_seidel_jacobian(&mut u, &x[4..8], x[8]);
    jac("gauss_seidel", 1e-8, &x, &f, (u, j));
}
#[differentiate(hessian)]
fn t_decay(p: &[f64], t: &[f64]) -> f64 {
    let s: Vec<f64> = t.iter().map(|t| t * p[0]).collect();
    let (v, (a, b)) = decay_vjp(p, t, s);
    v[0] * a[1] + b[1] * b[2] + a[0] * a[2]
}
#[differentiate(hessian)]
fn t_spher(r: f64, th: f64, ph: f64) -> f64 {
    let (v, (a, b, c)) = spherical_vjp(r, th, ph, [th, r * ph, 1.0]);
    v[0] * a + b * c
}
#[differentiate(hessian)]
fn t_stats(x: &[f64]) -> f64 {
    let ((m, s, e), g) = stats_vjp(x, (x[0], 1.0, [x[1], x[2] * x[3]]));
    m * s + e[0] * g[0] + g[1] * g[2]
}
#[differentiate(hessian)]
fn t_drive(p: &Pose, v: f64, w: f64) -> f64 {
    let (q, (pb, vb, wb)) = drive_vjp(p, v, w, PoseCotangent { at: [v, w], heading: v * w });
    q.at[0] * pb.heading + vb * wb + pb.at[0] * pb.at[1]
}
#[differentiate(hessian)]
fn t_roots(a: f64, b: f64, c: f64) -> f64 {
    match roots_vjp(a, b, c, RootCotangent::Two(a * b, c)) {
        (Root::Two(x, y), (p, q, r)) => x * p + y * q * r,
        _ => 0.0,
    }
}
#[differentiate(hessian)]
fn t_log(x: f64, y: f64) -> f64 {
    let (v, (a, b)) = safe_log_vjp(x, y, Some(x * y));
    match v {
        Some(v) => v * a + b * b,
        None => 0.0,
    }
}
#[differentiate(hessian)]
fn t_soft(x: &[f64], t: f64) -> f64 {
    let s = vec![x[0], t, 1.0];
    let (v, (g, d)) = softmax_t_vjp(x, t, s);
    v[0] * g[1] + d * g[2]
}
#[differentiate(hessian)]
fn t_matvec(a: &[[f64; 2]; 3], x: &[f64; 2]) -> f64 {
    let (v, (g, d)) = matvec_vjp(a, x, [x[0], a[0][0], 0.5]);
    v[0] * d[0] + g[1][0] * d[1] + g[0][1] * g[2][0]
}
#[differentiate(hessian)]
fn t_outer(x: &[f64], y: &[f64]) -> f64 {
    let s = vec![vec![x[0], y[1]], vec![0.3, x[1] * y[0]]];
    let (v, (g, d)) = outer_vjp(x, y, s);
    v[0][1] * g[0] + d[0] * d[1] + g[1] * v[1][0]
}
#[differentiate(hessian)]
fn t_hits(o: f64, d: f64, walls: &[f64]) -> f64 {
    let h = hits(o, d, walls);
    let mut s = Vec::new();
    for k in &h {
        s.push(HitCotangent { t: k.t * o, n: (d, k.n.0) });
    }
    let (v, (a, b, w)) = hits_vjp(o, d, walls, s);
    v[0].t * a + b * w[0] + w[2] * v[1].n.1
}
#[differentiate(hessian)]
fn t_filter(f: &Biquad, xs: &[f64]) -> f64 {
    let s: Vec<f64> = xs.iter().map(|x| x * f.b[0]).collect();
    let (v, (b, g)) = filter_vjp(f, xs, s);
    v[2] * b.b[1] + b.a[0] * g[0] + b.z[1] * g[1]
}
#[differentiate(hessian)]
fn t_haar(x: &[f64]) -> f64 {
    let (v, g) = haar_vjp(x, vec![x[0], x[1], 0.5, x[3]]);
    v[0] * g[0] + g[1] * g[2] + v[3] * g[3]
}
#[differentiate(hessian)]
fn t_comp(r: f64, th: f64, ph: f64, k: f64) -> f64 {
    let ((d, m), (a, b, c, e)) = composed_vjp(r, th, ph, k, (vec![r, th, k], ph));
    d[0] * a + m * b + c * e
}
#[differentiate(hessian)]
fn t_lotka(s: [f64; 2], p: &[f64; 4]) -> f64 {
    let (v, (a, b)) = lotka_vjp(s, p, 4, [s[1], p[0]]);
    v[0] * a[0] + b[1] * b[2] + a[1] * b[3]
}
#[differentiate(hessian)]
fn t_norm(x: Q) -> f64 {
    let (v, g) = x.normalized_vjp(QCotangent { w: x.x, x: x.y * x.z, y: 0.3, z: x.w });
    v.w * g.x + g.y * g.z + g.w * v.y
}
#[differentiate(hessian)]
fn t_rot(x: Q, u: [f64; 3]) -> f64 {
    let (v, (g, d)) = x.rotate_vjp(u, [u[1], x.w, 0.4]);
    v[0] * g.w + g.x * d[0] + d[1] * d[2] + g.y * g.z
}
#[differentiate(hessian)]
fn j_spher(r: f64, th: f64, ph: f64) -> f64 {
    let (v, d) = spherical_jvp(r, th, ph, (th, r * ph, 1.0));
    v[0] * d[1] + d[0] * d[2]
}
#[differentiate(hessian)]
fn j_stats(x: &[f64]) -> f64 {
    let d: Vec<f64> = x.iter().map(|x| x * x).collect();
    let ((m, s, _), (a, b, e)) = stats_jvp(x, &d);
    m * b + s * a + e[0] * e[1]
}
#[differentiate(hessian)]
fn j_roots(a: f64, b: f64, c: f64) -> f64 {
    match roots_jvp(a, b, c, (b, c * a, 0.5)) {
        (Root::Two(x, y), RootCotangent::Two(p, q)) => x * p + y * q * q,
        _ => 0.0,
    }
}
#[differentiate(hessian)]
fn j_haar(x: &[f64]) -> f64 {
    let (v, d) = haar_jvp(x, &[x[1], x[0] * x[2], 0.4, x[3]]);
    v[0] * d[0] + d[1] * d[3] + d[2] * v[1]
}
#[test]
fn third_derivatives() {
    second!(1e-6; t_decay t_decay_vjp t_decay_jvp t_decay_grad t_decay_hvp t_decay_hessian at [1.3, 0.7, 0.2, 0.0, 0.5, 1.2]; c => (&c.vec(3), &c.vec(3)); (&c.vec(3), &c.vec(3)));
    second!(1e-6; t_spher t_spher_vjp t_spher_jvp t_spher_grad t_spher_hvp t_spher_hessian at [1.3, 0.7, 0.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-6; t_stats t_stats_vjp t_stats_jvp t_stats_grad t_stats_hvp t_stats_hessian at [1.3, 0.7, 0.2, 2.2]; c => (&c.vec(4)); &c.vec(4));
    second!(1e-6; t_drive t_drive_vjp t_drive_jvp t_drive_grad t_drive_hvp t_drive_hessian at [1.3, 0.7, 0.2, 2.2, 0.4]; c => (&pose(&mut c), c.n(), c.n()); (&c.fill(zero(&pose(&mut Cur::new(&[0.0; 3])))), c.n(), c.n()));
    second!(1e-5; t_roots t_roots_vjp t_roots_jvp t_roots_grad t_roots_hvp t_roots_hessian at [1.3, 2.7, -0.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-6; t_log t_log_vjp t_log_jvp t_log_grad t_log_hvp t_log_hessian at [1.3, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-6; t_soft t_soft_vjp t_soft_jvp t_soft_grad t_soft_hvp t_soft_hessian at [1.3, 0.7, 0.2, 1.4]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    second!(1e-6; t_matvec t_matvec_vjp t_matvec_jvp t_matvec_grad t_matvec_hvp t_matvec_hessian at [1.3, 0.7, 0.2, 1.4, 0.4, -0.3, 0.5, 0.8]; c => (&c.mat::<3, 2>(), &c.arr()); (&c.mat::<3, 2>(), &c.arr()));
    second!(1e-6; t_outer t_outer_vjp t_outer_jvp t_outer_grad t_outer_hvp t_outer_hessian at [1.3, 0.7, 0.2, 1.4]; c => (&c.vec(2), &c.vec(2)); (&c.vec(2), &c.vec(2)));
    second!(1e-6; t_hits t_hits_vjp t_hits_jvp t_hits_grad t_hits_hvp t_hits_hessian at [1.3, 0.7, 2.2, 1.0, 3.3]; c => (c.n(), c.n(), &c.vec(3)); (c.n(), c.n(), &c.vec(3)));
    second!(1e-6; t_filter t_filter_vjp t_filter_jvp t_filter_grad t_filter_hvp t_filter_hessian at [0.3, 0.7, 0.2, 0.1, -0.3, 0.4, 0.5, 1.0, -0.4, 0.6]; c => (&bq(&mut c), &c.vec(3)); (&c.fill(zero(&bq(&mut Cur::new(&[0.0; 7])))), &c.vec(3)));
    second!(1e-6; t_haar t_haar_vjp t_haar_jvp t_haar_grad t_haar_hvp t_haar_hessian at [1.3, 0.7, 2.2, 1.0]; c => (&c.vec(4)); &c.vec(4));
    second!(1e-5; t_comp t_comp_vjp t_comp_jvp t_comp_grad t_comp_hvp t_comp_hessian at [1.3, 0.7, 0.4, 0.6]; c => (c.n(), c.n(), c.n(), c.n()); (c.n(), c.n(), c.n(), c.n()));
    second!(1e-6; t_lotka t_lotka_vjp t_lotka_jvp t_lotka_grad t_lotka_hvp t_lotka_hessian at [1.3, 0.7, 0.9, 0.6, 0.8, 1.1]; c => (c.arr(), &c.arr()); (c.arr(), &c.arr()));
    second!(1e-6; t_norm t_norm_vjp t_norm_jvp t_norm_grad t_norm_hvp t_norm_hessian at [1.3, 0.7, 0.2, -0.4]; c => (q(&mut c)); qd(&mut c));
    second!(1e-6; t_rot t_rot_vjp t_rot_jvp t_rot_grad t_rot_hvp t_rot_hessian at [1.3, 0.7, 0.2, -0.4, 1.0, 0.5, 0.3]; c => (q(&mut c), c.arr()); (qd(&mut c), c.arr()));
    second!(1e-6; j_spher j_spher_vjp j_spher_jvp j_spher_grad j_spher_hvp j_spher_hessian at [1.3, 0.7, 0.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-6; j_stats j_stats_vjp j_stats_jvp j_stats_grad j_stats_hvp j_stats_hessian at [1.3, 0.7, 0.2, 2.2]; c => (&c.vec(4)); &c.vec(4));
    second!(1e-5; j_roots j_roots_vjp j_roots_jvp j_roots_grad j_roots_hvp j_roots_hessian at [1.3, 2.7, -0.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-6; j_haar j_haar_vjp j_haar_jvp j_haar_grad j_haar_hvp j_haar_hessian at [1.3, 0.7, 2.2, 1.0]; c => (&c.vec(4)); &c.vec(4));
}
