//! Generic functions, traits, operators, methods, recursion, and derivatives inside functions, in all modes.

use crate::harness::{Cur, Flat, zero};
use autodiff_core::{Differentiable, Scalar, constant, derivative, differentiate};
use std::ops::{Add, AddAssign, Deref, Index, IndexMut, Mul, MulAssign, Neg, Sub};

// ---------- generics, traits
#[differentiate(order = 3, lanes)]
fn g_float<T: num_traits::Float + std::ops::AddAssign + std::iter::Sum>(x: &[T], k: T) -> T {
    let mut best = x[0];
    let mut acc = T::zero();
    for &v in x {
        if v > best {
            best = v;
        }
        acc += (v * k).exp() / (T::one() + v.powi(2));
    }
    let s: T = x.iter().map(|v| (*v - best).tanh()).sum();
    acc * s + best.sqrt().max(k)
}

#[differentiate(order = 3, lanes)]
fn g_scalar<T: Scalar, const N: usize>(x: [T; N], k: T) -> T {
    let mut v = x;
    for i in 1..N {
        v[i] = v[i] * v[i - 1] + k;
    }
    let y: [T; N] = std::array::from_fn(|i| v[N - 1 - i] * x[i]);
    y.iter().fold(T::ONE, |s, a| s * (*a + k).cos())
}

#[differentiate(order = 3)]
trait Model {
    fn at(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64 {
        self.at(self.at(x)) * x
    }
}
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Line(f64, f64);
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Wave {
    a: f64,
    k: f64,
}
#[differentiate(order = 3)]
impl Model for Line {
    fn at(&self, x: f64) -> f64 {
        self.0 * x + self.1
    }
}
#[differentiate(order = 3)]
impl Model for Wave {
    fn at(&self, x: f64) -> f64 {
        self.a * (self.k * x).sin()
    }
    fn twice(&self, x: f64) -> f64 {
        self.at(x) * self.at(x + 1.0)
    }
}
#[differentiate(order = 3)]
fn fit<M: Model>(m: &M, xs: &[f64]) -> f64 {
    xs.iter().map(|x| (m.at(*x) - x * x).powi(2) + m.twice(*x)).sum()
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Pair<T> {
    a: T,
    b: Vec<T>,
}
#[differentiate(order = 3)]
impl<T: Scalar> Pair<T> {
    fn mixed(&self, k: T) -> T {
        self.b.iter().fold(self.a, |s, v| s * *v + k.sin())
    }
}
#[differentiate(order = 3)]
fn of_pair(p: &Pair<f64>, k: f64) -> f64 {
    let q = Pair { a: p.b[0] * k, b: vec![p.a, k, p.a * k] };
    p.mixed(k) * q.mixed(p.a)
}

// ---------- operators
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
struct V2 {
    x: f64,
    y: f64,
}
#[differentiate(order = 3)]
impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate(order = 3)]
impl Sub for V2 {
    type Output = V2;
    fn sub(self, o: V2) -> V2 {
        V2 { x: self.x - o.x, y: self.y - o.y }
    }
}
#[differentiate(order = 3)]
impl Mul<f64> for V2 {
    type Output = V2;
    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}
#[differentiate(order = 3)]
impl Mul<V2> for f64 {
    type Output = V2;
    fn mul(self, v: V2) -> V2 {
        V2 { x: self * v.x, y: self * v.y }
    }
}
#[differentiate(order = 3)]
impl Mul for V2 {
    type Output = f64;
    fn mul(self, o: V2) -> f64 {
        self.x * o.x + self.y * o.y
    }
}
#[differentiate(order = 3)]
impl Neg for V2 {
    type Output = V2;
    fn neg(self) -> V2 {
        V2 { x: -self.x, y: -self.y }
    }
}
#[differentiate(order = 3)]
impl AddAssign for V2 {
    fn add_assign(&mut self, o: V2) {
        self.x += o.x;
        self.y += o.y;
    }
}
#[differentiate(order = 3)]
impl MulAssign<f64> for V2 {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k;
    }
}
#[differentiate(order = 3)]
fn bodies(ps: &[V2], k: f64, n: usize) -> f64 {
    let mut p = ps.to_vec();
    let mut v = vec![V2 { x: 0.0, y: 0.1 }; p.len()];
    for _ in 0..n {
        for i in 0..p.len() {
            let mut f = V2 { x: 0.0, y: 0.0 };
            for j in 0..p.len() {
                if i != j {
                    let r = p[j] - p[i];
                    f += k * r * (1.0 / (r * r + 0.3));
                }
            }
            v[i] += f * 0.1;
            v[i] *= 0.99;
        }
        for (p, v) in p.iter_mut().zip(&v) {
            *p = *p + *v * 0.1;
        }
    }
    p.iter().map(|p| -*p * *p).sum()
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Mat {
    d: Vec<f64>,
    n: usize,
}
#[differentiate(order = 3)]
impl Index<(usize, usize)> for Mat {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.d[i * self.n + j]
    }
}
impl IndexMut<(usize, usize)> for Mat {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.d[i * self.n + j]
    }
}
#[differentiate(order = 3)]
impl Mul for &Mat {
    type Output = Mat;
    fn mul(self, o: &Mat) -> Mat {
        let mut r = Mat { d: vec![0.0; self.n * self.n], n: self.n };
        for i in 0..self.n {
            for j in 0..self.n {
                for k in 0..self.n {
                    r[(i, j)] += self[(i, k)] * o[(k, j)];
                }
            }
        }
        r
    }
}
#[differentiate(order = 3)]
fn power_trace(m: &Mat, k: u32) -> f64 {
    let mut p = m.clone();
    for _ in 1..k {
        p = &p * m;
        p[(0, 0)] *= 0.5;
    }
    let mut t = 0.0;
    for i in 0..m.n {
        t += p[(i, i)] * p[(i, 0)];
    }
    t
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Weights(Vec<f64>);
#[differentiate(order = 3)]
impl Deref for Weights {
    type Target = Vec<f64>;
    fn deref(&self) -> &Vec<f64> {
        &self.0
    }
}
#[differentiate(order = 3)]
fn derefed(w: &Weights, x: f64) -> f64 {
    w.iter().enumerate().map(|(i, w)| w * x.powi(i as i32 + 1)).sum::<f64>() * w[0] + w.len() as f64
}

// ---------- methods, &mut self
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Rnn {
    w: [[f64; 2]; 2],
    h: [f64; 2],
    log: Vec<f64>,
    #[differentiable(skip)]
    gain: f64,
}
fn rnn(c: &mut Cur) -> Rnn {
    Rnn { w: c.mat(), h: c.arr(), log: vec![], gain: 0.7 }
}
#[differentiate(order = 3)]
impl Rnn {
    #[differentiate(lanes)]
    fn step(&mut self, x: f64) -> f64 {
        let h = self.h;
        for i in 0..2 {
            self.h[i] = (self.w[i][0] * h[0] + self.w[i][1] * h[1] + x * self.gain).tanh();
        }
        self.log.push(self.h[0] * x);
        self.h[1]
    }
    #[differentiate(lanes)]
    fn reset(&mut self) {
        self.h = [self.h[1] * self.h[0], 0.1];
    }
    fn new(a: f64, b: f64) -> Self {
        Rnn { w: [[a, b], [b * a, -a]], h: [0.1, b], log: Vec::new(), gain: 0.3 }
    }
    #[differentiate(lanes)]
    fn total(&self) -> f64 {
        self.log.iter().map(|v| v * v).sum()
    }
    fn with(mut self, k: f64) -> Self {
        self.w[0][1] *= k;
        self
    }
}
#[differentiate(order = 3, lanes)]
fn run(r: &Rnn, xs: &[f64]) -> f64 {
    let mut r = r.clone();
    let mut y = 0.0;
    for (i, x) in xs.iter().enumerate() {
        y += r.step(*x) * r.h[0];
        if i == 1 {
            r.reset();
        }
    }
    y * r.total()
}
#[differentiate(order = 3)]
fn built(a: f64, b: f64) -> f64 {
    let mut r = Rnn::new(a, b).with(a * b);
    r.step(a) + r.step(b) * r.total()
}

// ---------- calls and recursion
#[differentiate(order = 3, lanes)]
fn even(n: u32, x: f64, y: &mut f64) -> f64 {
    if n == 0 {
        return x * *y;
    }
    *y = y.sin() * x;
    odd(n - 1, x * 1.1, y) + *y
}
#[differentiate(order = 3, lanes)]
fn odd(n: u32, x: f64, y: &mut f64) -> f64 {
    if n == 0 {
        return x + *y;
    }
    *y += x;
    even(n - 1, x * *y, y)
}
#[differentiate(order = 3, lanes)]
fn circle(x: f64, y: f64) -> f64 {
    let mut z = y;
    let v = even(5, x, &mut z);
    v * z
}

#[differentiate(order = 3, lanes)]
fn merge_sort(x: &[f64]) -> Vec<f64> {
    if x.len() <= 1 {
        return x.to_vec();
    }
    let (l, r) = x.split_at(x.len() / 2);
    let (l, r) = (merge_sort(l), merge_sort(r));
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(x.len());
    while i < l.len() && j < r.len() {
        if l[i] <= r[j] {
            out.push(l[i]);
            i += 1;
        } else {
            out.push(r[j] * 1.01);
            j += 1;
        }
    }
    out.extend_from_slice(&l[i..]);
    out.extend_from_slice(&r[j..]);
    out
}
#[differentiate(order = 3, lanes)]
fn sorted_score(x: &[f64]) -> f64 {
    let s = merge_sort(x);
    s.iter().zip(&s[1..]).map(|(a, b)| a * b * b).sum()
}

#[differentiate(order = 3, lanes)]
fn fill(out: &mut [f64], x: &[f64], k: f64) {
    for (o, v) in out.iter_mut().zip(x) {
        *o += v * k;
    }
    out[0] *= out[1];
}
#[differentiate(order = 3, lanes)]
fn filled(x: &[f64], k: f64) -> f64 {
    let mut b = vec![k; x.len()];
    fill(&mut b, x, k);
    fill(&mut b[1..], &x[1..], x[0]);
    let mut m = [[0.1; 2]; 2];
    for r in m.iter_mut() {
        fill(r, &b, k * k);
    }
    b.iter().sum::<f64>() * m[1][0] + m[0][1]
}

#[differentiate(order = 3, lanes)]
fn applied(x: f64, k: f64) -> f64 {
    fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
        (b - a) / 6.0 * (f(a) + 4.0 * f(0.5 * (a + b)) + f(b))
    }
    let g = |t: f64| (t * k).sin() * x;
    let h = move |t: f64| g(t) * g(t + k);
    simpson(g, 0.0, x) + simpson(h, k, x * x)
}

#[derivative(order = 3, a = 1.0 / (3.0 * result * result + 1.0), b = result / (3.0 * result * result + 1.0))]
fn cubic(a: f64, b: f64) -> f64 {
    let mut x = a;
    for _ in 0..60 {
        x -= (x * x * x + x - a - b * x * 0.0) / (3.0 * x * x + 1.0);
    }
    x + 0.0 * b
}
#[differentiate(order = 3)]
fn with_cubic(a: f64, k: f64) -> f64 {
    let r = cubic(a * k, 0.0);
    r * r * k + cubic(k, 0.0)
}

// ---------- nested
#[differentiate(order = 4)]
fn inner_obj(w: &[f64], a: f64) -> f64 {
    let mut s = 0.0;
    for (i, v) in w.iter().enumerate() {
        s += (v - a * (i as f64 + 1.0)).powi(2) + 0.1 * v.powi(4);
    }
    s
}
#[differentiate(order = 3)]
fn converged(a: f64, lr: f64) -> f64 {
    let mut w = vec![0.0, 0.0];
    let mut n = 0;
    loop {
        let (_, (g, _)) = inner_obj_grad(&w, a);
        let size = g.iter().map(|g| g * g).sum::<f64>().sqrt();
        if size < 1e-13 || n == 400 {
            break;
        }
        for i in 0..2 {
            w[i] -= lr * g[i];
        }
        n += 1;
    }
    w[0] * w[1] + a
}
#[differentiate(hessian)]
fn line_search(w: &[f64], a: f64) -> f64 {
    let (f0, (g, ga)) = inner_obj_grad(w, a);
    let mut t = 1.0;
    let mut done = false;
    let mut best = f0;
    while !done {
        let trial: Vec<f64> = w.iter().zip(&g).map(|(w, g)| w - t * g).collect();
        let f = inner_obj(&trial, a);
        if f < f0 {
            best = f;
            done = true;
        } else {
            t *= 0.5;
        }
        if t < 1e-3 {
            done = true;
        }
    }
    best + ga * t
}
#[differentiate(hessian)]
fn newton_step(w: &[f64], a: f64) -> f64 {
    let (_, (g, _)) = inner_obj_grad(w, a);
    let mut p = vec![0.0; 2];
    for i in 0..2 {
        let mut e = vec![0.0; 2];
        e[i] = 1.0;
        let (_, _, (h, _)) = inner_obj_hvp(w, a, (&e, 0.0));
        p[i] = g[i] / h[i];
    }
    w.iter().zip(&p).map(|(w, p)| (w - p) * (w - p)).sum::<f64>() * a
}
#[differentiate(order = 4)]
fn potential(q: &[f64], k: f64) -> f64 {
    let mut u = 0.0;
    for i in 0..q.len() {
        u += k * q[i].powi(2) * 0.5 + if i > 0 { (q[i] - q[i - 1]).powi(4) } else { 0.0 };
    }
    u
}
#[differentiate(hessian)]
fn leapfrog(q0: &[f64], p0: &[f64], k: f64, n: usize) -> f64 {
    let (mut q, mut p) = (q0.to_vec(), p0.to_vec());
    for _ in 0..n {
        let (_, (g, _)) = potential_grad(&q, k);
        p.iter_mut().zip(&g).for_each(|(p, g)| *p -= 0.05 * g);
        q.iter_mut().zip(&p).for_each(|(q, p)| *q += 0.1 * p);
        let (_, (g, _)) = potential_grad(&q, k);
        p.iter_mut().zip(g).for_each(|(p, g)| *p -= 0.05 * g);
    }
    potential(&q, k) + 0.5 * p.iter().map(|p| p * p).sum::<f64>() + q[0]
}
#[differentiate(order = 3)]
fn dir_inside(q: &[f64], k: f64) -> f64 {
    let dir: Vec<f64> = q.iter().map(|q| q * k).collect();
    let (v, t) = potential_jvp(q, k, (&dir, q[0]));
    v * t
}
#[differentiate(order = 3)]
fn rec_grad(n: u32, x: f64) -> f64 {
    if n == 0 {
        return x.sin();
    }
    let (_, g) = sq_grad(x);
    rec_grad(n - 1, g * 0.3) * x
}
#[differentiate(order = 4)]
fn sq(x: f64) -> f64 {
    x * x * x
}

// ---------- f32, casts, wrt, constant
#[differentiate(order = 3, lanes)]
fn cast(x: f64, n: i32) -> f64 {
    let y = x as f32;
    let z = (y * 2.0) as f64;
    z * x.powi(n) + f64::from(n) * constant(x) * x
}
#[differentiate(order = 3, lanes, wrt(a, w))]
fn narrowed(a: f64, b: f64, w: &[f64], v: &[f64]) -> f64 {
    a * b * w.iter().zip(v).map(|(w, v)| w * v * a).sum::<f64>() + b.sin()
}
// ---------- NaN in unused branches
#[differentiate(order = 3, lanes)]
fn safe_a(x: f64, y: f64) -> f64 {
    let r = (x * x + y * y).sqrt();
    let u = x / r;
    let l = (x - y).ln();
    if x > 100.0 {
        u * l
    } else if x == 0.0 && y == 0.0 {
        x + y * y
    } else {
        r
    }
}
#[differentiate(order = 3, lanes)]
fn safe_b(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for v in x {
        let a = v.abs().sqrt();
        let b = 1.0 / v;
        let e = v.powf(k);
        s += if *v > 0.0 { a * b * e } else { v * v * k };
    }
    s
}
#[differentiate(order = 3, lanes)]
fn safe_c(x: f64, k: f64) -> f64 {
    let q = k / x;
    let n = (x * k).sqrt() + x.hypot(x) + (x / k).acos() + x.atan2(x);
    let used = x > 1.0;
    let z = match used {
        true => q * n,
        false => k * k * x,
    };
    z * z
}

#[test]
fn all_modes() {
    second!(2e-6; g_float g_float_vjp g_float_jvp g_float_grad g_float_hvp g_float_hessian at [0.4, 0.9, 0.6, 0.7]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    second!(2e-6; g_scalar g_scalar_vjp g_scalar_jvp g_scalar_grad g_scalar_hvp g_scalar_hessian at [0.4, 0.9, 0.6, 0.7]; c => (c.arr::<3>(), c.n()); (c.arr::<3>(), c.n()));
    second!(2e-6; fit fit_vjp fit_jvp fit_grad fit_hvp fit_hessian at [0.4, 0.9, 0.6, 0.7]; c => (&Line(c.n(), c.n()), &c.vec(2)); (&c.fill(zero(&Line(0.0, 0.0))), &c.vec(2)));
    second!(2e-6; fit fit_vjp fit_jvp fit_grad fit_hvp fit_hessian at [0.4, 0.9, 0.6, 0.7]; c => (&Wave { a: c.n(), k: c.n() }, &c.vec(2)); (&c.fill(zero(&Wave { a: 0.0, k: 0.0 })), &c.vec(2)));
    second!(2e-6; of_pair of_pair_vjp of_pair_jvp of_pair_grad of_pair_hvp of_pair_hessian at [0.4, 0.9, 0.6, 0.7]; c => (&Pair { a: c.n(), b: c.vec(2) }, c.n()); (&c.fill(zero(&Pair { a: 0.0, b: vec![0.0; 2] })), c.n()));
    second!(2e-6; bodies bodies_vjp bodies_jvp bodies_grad bodies_hvp bodies_hessian at [0.4, 0.9, -0.6, 0.7, 1.1, -0.2, 0.5]; c => (&[V2 { x: c.n(), y: c.n() }, V2 { x: c.n(), y: c.n() }, V2 { x: c.n(), y: c.n() }], c.n(), 2); (&c.fill(vec![zero(&V2 { x: 0.0, y: 0.0 }); 3]), c.n()));
    second!(2e-6; power_trace power_trace_vjp power_trace_jvp power_trace_grad power_trace_hvp power_trace_hessian at [0.4, 0.9, -0.6, 0.7]; c => (&Mat { d: c.vec(4), n: 2 }, 3); &c.fill(zero(&Mat { d: vec![0.0; 4], n: 2 })));
    second!(2e-6; derefed derefed_vjp derefed_jvp derefed_grad derefed_hvp derefed_hessian at [0.4, 0.9, -0.6, 0.7]; c => (&Weights(c.vec(3)), c.n()); (&c.fill(zero(&Weights(vec![0.0; 3]))), c.n()));
    second!(2e-6; run run_vjp run_jvp run_grad run_hvp run_hessian at [0.4, 0.9, -0.6, 0.7, 0.2, 0.3, 1.1, 0.6, 0.5]; c => (&rnn(&mut c), &c.vec(3)); (&c.fill(zero(&rnn(&mut Cur::new(&[0.0; 6])))), &c.vec(3)));
    second!(2e-6; built built_vjp built_jvp built_grad built_hvp built_hessian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; circle circle_vjp circle_jvp circle_grad circle_hvp circle_hessian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-6; merge_sort merge_sort_vjp merge_sort_jvp at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(4)); &c.vec(4));
    second!(2e-6; sorted_score sorted_score_vjp sorted_score_jvp sorted_score_grad sorted_score_hvp sorted_score_hessian at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(4)); &c.vec(4));
    second!(2e-6; filled filled_vjp filled_jvp filled_grad filled_hvp filled_hessian at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    second!(2e-6; applied applied_vjp applied_jvp applied_grad applied_hvp applied_hessian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; with_cubic with_cubic_vjp with_cubic_jvp with_cubic_grad with_cubic_hvp with_cubic_hessian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; converged converged_vjp converged_jvp converged_grad converged_hvp converged_hessian at [0.7, 0.2]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; line_search line_search_vjp line_search_jvp line_search_grad line_search_hvp line_search_hessian at [0.7, 0.2, 0.9]; c => (&c.vec(2), c.n()); (&c.vec(2), c.n()));
    second!(2e-6; newton_step newton_step_vjp newton_step_jvp newton_step_grad newton_step_hvp newton_step_hessian at [0.7, 0.2, 0.9]; c => (&c.vec(2), c.n()); (&c.vec(2), c.n()));
    second!(2e-6; leapfrog leapfrog_vjp leapfrog_jvp leapfrog_grad leapfrog_hvp leapfrog_hessian at [0.7, 0.2, 0.9, 0.1, 1.2]; c => (&c.vec(2), &c.vec(2), c.n(), 3); (&c.vec(2), &c.vec(2), c.n()));
    second!(2e-6; dir_inside dir_inside_vjp dir_inside_jvp dir_inside_grad dir_inside_hvp dir_inside_hessian at [0.7, 0.2, 0.9]; c => (&c.vec(2), c.n()); (&c.vec(2), c.n()));
    second!(2e-6; rec_grad rec_grad_vjp rec_grad_jvp rec_grad_grad rec_grad_hvp rec_grad_hessian at [0.8]; c => (2, c.n()); c.n());
    second!(2e-6; narrowed narrowed_vjp narrowed_jvp narrowed_grad narrowed_hvp narrowed_hessian at [0.8, 0.3, 0.4]; c => (c.n(), 0.7, &c.vec(2), &[0.3, 0.9]); (c.n(), &c.vec(2)));
}
#[test]
fn several_directions() {
    lanes!(g_float g_float_jvp g_float_jvp_lanes at [0.4, 0.9, 0.6, 0.7]; c => (&c.vec(3), c.n()); (&*c.vec(3), c.n()));
    lanes!(g_scalar g_scalar_jvp g_scalar_jvp_lanes at [0.4, 0.9, 0.6, 0.7]; c => (c.arr::<3>(), c.n()); (c.arr::<3>(), c.n()));
    lanes!(run run_jvp run_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 0.3, 1.1, 0.6, 0.5]; c => (&rnn(&mut c), &c.vec(3)); (&c.fill(zero(&rnn(&mut Cur::new(&[0.0; 6])))), &*c.vec(3)));
    lanes!(circle circle_jvp circle_jvp_lanes at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(merge_sort merge_sort_jvp merge_sort_jvp_lanes at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(4)); &*c.vec(4));
    lanes!(sorted_score sorted_score_jvp sorted_score_jvp_lanes at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(4)); &*c.vec(4));
    lanes!(filled filled_jvp filled_jvp_lanes at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(3), c.n()); (&*c.vec(3), c.n()));
    lanes!(applied applied_jvp applied_jvp_lanes at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(narrowed narrowed_jvp narrowed_jvp_lanes at [0.8, 0.3, 0.4]; c => (c.n(), 0.7, &c.vec(2), &[0.3, 0.9]); (c.n(), &*c.vec(2)));
}
#[differentiate]
fn third_built(a: f64, b: f64) -> f64 {
    let (_, _, (g0, g1)) = built_hvp(a, b, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_circle(x: f64, y: f64) -> f64 {
    let (_, _, (g0, g1)) = circle_hvp(x, y, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_sorted_score(x: &[f64]) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, g0) = sorted_score_hvp(x, &d0);
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>()
}
#[differentiate]
fn third_filled(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = filled_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_applied(x: f64, k: f64) -> f64 {
    let (_, _, (g0, g1)) = applied_hvp(x, k, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_with_cubic(a: f64, k: f64) -> f64 {
    let (_, _, (g0, g1)) = with_cubic_hvp(a, k, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_converged(a: f64, lr: f64) -> f64 {
    let (_, _, (g0, g1)) = converged_hvp(a, lr, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_dir_inside(q: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; q.len()];
    let (_, _, (g0, g1)) = dir_inside_hvp(q, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[test]
fn third_derivatives() {
    first!(2e-5; third_built third_built_vjp third_built_jvp at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_circle third_circle_vjp third_circle_jvp at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_sorted_score third_sorted_score_vjp third_sorted_score_jvp at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(4)); &c.vec(4));
    first!(2e-5; third_filled third_filled_vjp third_filled_jvp at [0.4, -0.9, 0.7, 0.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    first!(2e-5; third_applied third_applied_vjp third_applied_jvp at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_with_cubic third_with_cubic_vjp third_with_cubic_jvp at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_converged third_converged_vjp third_converged_jvp at [0.7, 0.2]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_dir_inside third_dir_inside_vjp third_dir_inside_jvp at [0.7, 0.2, 0.9]; c => (&c.vec(2), c.n()); (&c.vec(2), c.n()));
}
