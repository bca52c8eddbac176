//! Jacobians of results of many forms, and states that loops carry, in all modes.

use crate::harness::{Cur, Flat, zero};
use autodiff_core::{Differentiable, Scalar, differentiate};

// ---------- Jacobians
#[differentiate(jacobian, lanes, order = 3)]
fn wide(x: [f64; 6], k: f64) -> [f64; 2] {
    let s: f64 = x.iter().map(|v| v * k).sum();
    [s * x[0], x[1..].iter().fold(1.0, |p, v| p * (v + s))]
}
#[differentiate(jacobian, lanes, order = 3)]
fn tall(x: f64, y: f64) -> [[f64; 3]; 2] {
    let mut r = [[0.0; 3]; 2];
    for i in 0..2 {
        for j in 0..3 {
            r[i][j] = (x * i as f64 + y * j as f64).sin() * x;
        }
    }
    r
}
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Cam {
    rot: [f64; 3],
    t: [f64; 3],
    f: f64,
    k: (f64, f64),
}
fn cam(c: &mut Cur) -> Cam {
    Cam { rot: c.arr(), t: c.arr(), f: c.n(), k: (c.n(), c.n()) }
}
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Pix {
    u: f64,
    v: f64,
    ok: bool,
}
impl Flat for Pix {
    fn put(&self, o: &mut Vec<f64>) {
        self.u.put(o);
        self.v.put(o)
    }
}
#[differentiate(jacobian, lanes, order = 3)]
fn project(c: &Cam, p: &[f64; 3]) -> Pix {
    let th = (c.rot[0] * c.rot[0] + c.rot[1] * c.rot[1] + c.rot[2] * c.rot[2]).sqrt();
    let q = if th > 1e-8 {
        let w = c.rot.map(|r| r / th);
        let (s, co) = th.sin_cos();
        let cr = [w[1] * p[2] - w[2] * p[1], w[2] * p[0] - w[0] * p[2], w[0] * p[1] - w[1] * p[0]];
        let d = w[0] * p[0] + w[1] * p[1] + w[2] * p[2];
        [0, 1, 2].map(|i| p[i] * co + cr[i] * s + w[i] * d * (1.0 - co))
    } else {
        *p
    };
    let q = [q[0] + c.t[0], q[1] + c.t[1], q[2] + c.t[2]];
    let (x, y) = (-q[0] / q[2], -q[1] / q[2]);
    let r2 = x * x + y * y;
    let dd = 1.0 + r2 * (c.k.0 + c.k.1 * r2);
    Pix { u: c.f * dd * x, v: c.f * dd * y, ok: q[2] < 0.0 }
}
#[differentiate(jacobian, lanes, order = 3)]
fn prefix(x: &[f64], k: f64) -> Vec<f64> {
    let mut acc = k;
    let mut out = vec![];
    for (i, v) in x.iter().enumerate() {
        acc = acc * v + k;
        if i % 2 == 0 {
            out.push(acc);
        } else {
            out.insert(0, acc * acc);
        }
    }
    out.push(acc * k);
    out
}
#[differentiate(jacobian, lanes, order = 3)]
fn tupled(x: (f64, [f64; 2]), y: &Option<f64>) -> (Vec<f64>, Option<f64>, (f64, [f64; 2])) {
    let z = y.unwrap_or(2.0) * x.0;
    (vec![z, x.1[0] * z], y.map(|v| v * v * x.1[1]), (z * z, [x.1[1], z]))
}
#[differentiate(jacobian, lanes, order = 3)]
fn many<const N: usize>(x: &[f64; N], k: f64) -> [f64; N] {
    let mut y = *x;
    for i in 0..N {
        y[i] = x[(i + 1) % N] * k + x[i] * x[i];
    }
    y
}
#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Out {
    A(f64),
    B { v: Vec<f64>, k: f64 },
    C,
}
impl Flat for Out {
    fn put(&self, o: &mut Vec<f64>) {
        match self {
            Out::A(a) => a.put(o),
            Out::B { v, k } => {
                v.put(o);
                k.put(o)
            }
            Out::C => {}
        }
    }
}
#[differentiate(jacobian, lanes, order = 3)]
fn variant(x: f64, y: f64) -> Out {
    if x > 1.0 {
        Out::A(x * y)
    } else if y > 0.0 {
        Out::B { v: vec![x, y * x, x.sin()], k: x * y }
    } else {
        Out::C
    }
}
#[differentiate(jacobian, order = 3)]
fn by_calls(x: &[f64], k: f64) -> Vec<f64> {
    let a = prefix(x, k);
    let b = many(&[x[0], k, a[0]], a[1]);
    let o = variant(b[0], k);
    match o {
        Out::B { v, .. } => v,
        Out::A(a) => vec![a],
        Out::C => vec![b[0], b[1], b[2]],
    }
}
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
struct S {
    th: f64,
    om: f64,
}
impl Flat for S {
    fn put(&self, o: &mut Vec<f64>) {
        self.th.put(o);
        self.om.put(o)
    }
}
#[differentiate(order = 3)]
impl S {
    #[differentiate(jacobian)]
    fn rk4(&self, l: f64, dt: f64, n: usize) -> S {
        let f = |s: S| S { th: s.om, om: -9.81 / l * s.th.sin() };
        let go = |s: S, d: S, h: f64| S { th: s.th + h * d.th, om: s.om + h * d.om };
        let mut s = *self;
        for _ in 0..n {
            let a = f(s);
            let b = f(go(s, a, 0.5 * dt));
            let c = f(go(s, b, 0.5 * dt));
            let d = f(go(s, c, dt));
            s = S {
                th: s.th + dt / 6.0 * (a.th + 2.0 * b.th + 2.0 * c.th + d.th),
                om: s.om + dt / 6.0 * (a.om + 2.0 * b.om + 2.0 * c.om + d.om),
            };
        }
        s
    }
}
#[differentiate(jacobian, lanes)]
fn gvec<T: num_traits::Float>(x: [T; 2], y: T) -> [T; 3] {
    [x[0] * y, (x[1] + y).sin(), x[0] / x[1]]
}
#[differentiate(jacobian, lanes)]
fn scalar_too(x: f64, w: &[f64; 2]) -> f64 {
    x * w[0] * w[1].exp()
}
// more scalars with states
#[differentiate(order = 3, lanes)]
fn viterbi(e: &[[f64; 2]], t: &[[f64; 2]; 2]) -> f64 {
    let mut s = e[0];
    for o in &e[1..] {
        let mut n = [0.0; 2];
        for j in 0..2 {
            let mut best = f64::NEG_INFINITY;
            for i in 0..2 {
                let v = s[i] + t[i][j] * o[j];
                if v > best {
                    best = v;
                }
            }
            n[j] = best + o[j];
        }
        s = n;
    }
    s[0].max(s[1]).powi(2)
}
#[differentiate(order = 3, lanes)]
fn logsumexp(x: &[f64]) -> f64 {
    let m = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    m + x.iter().map(|v| (v - m).exp()).sum::<f64>().ln()
}
#[differentiate(order = 3, lanes)]
fn levenshtein(a: &[f64], b: &[f64], k: f64) -> f64 {
    let (n, m) = (a.len(), b.len());
    let mut d = vec![vec![0.0; m + 1]; n + 1];
    for i in 1..=n {
        d[i][0] = d[i - 1][0] + a[i - 1] * a[i - 1];
    }
    for j in 1..=m {
        d[0][j] = d[0][j - 1] + k * b[j - 1].abs();
    }
    for i in 1..=n {
        for j in 1..=m {
            let c = (a[i - 1] - b[j - 1]).powi(2);
            d[i][j] = (d[i - 1][j] + k).min(d[i][j - 1] + k * k).min(d[i - 1][j - 1] + c);
        }
    }
    d[n][m] * d[n - 1][m]
}
#[differentiate(order = 3, lanes)]
fn tokens(src: &str, v: &[f64]) -> Option<f64> {
    let mut st: Vec<f64> = vec![];
    for t in src.split_whitespace() {
        let x = match t {
            "+" => st.pop()? + st.pop()?,
            "*" => st.pop()? * st.pop()?,
            "neg" => -st.pop()?,
            n => {
                let k: usize = n.parse().ok()?;
                *v.get(k)?
            }
        };
        st.push(x);
    }
    if st.len() == 1 { st.pop() } else { None }
}
#[differentiate(order = 3, lanes)]
fn bisect(target: f64, k: f64) -> f64 {
    let (mut lo, mut hi) = (0.0, 4.0 * k);
    for _ in 0..6 {
        let mid = 0.5 * (lo + hi);
        if mid * mid > target {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    let mut x = 0.5 * (lo + hi);
    for _ in 0..4 {
        x = 0.5 * (x + target / x);
    }
    x * k
}
#[differentiate(order = 3, lanes)]
fn two_flags(x: &[f64], y: f64) -> f64 {
    let (mut a, mut b) = (false, true);
    let (mut s, mut p) = (y, 1.0);
    for v in x.iter() {
        (a, b) = (b, !a);
        let w = match (a, b) {
            (true, true) => v * s,
            (true, false) => s.sin(),
            (false, true) => p * v,
            _ => p * s,
        };
        if a {
            s += w
        } else {
            p *= w + y
        }
        if *v > 0.8 {
            a = !a;
        } else if b && *v < 0.0 {
            b = false;
            s -= p;
        }
    }
    s * p
}
#[differentiate(order = 3, lanes)]
fn lagged(x: &[f64], k: f64) -> f64 {
    let mut prev: Option<f64> = None;
    let mut hist: [Option<f64>; 2] = [None; 2];
    let mut s = 0.0;
    for (i, v) in x.iter().enumerate() {
        if let Some(p) = prev {
            s += p * v;
        }
        if let [Some(a), Some(b)] = hist {
            s -= a * b * k;
        }
        hist[i % 2] = if *v > 0.0 { Some(v * k) } else { None };
        prev = Some(v * v + prev.unwrap_or(k));
    }
    s
}
#[differentiate(order = 3, lanes)]
fn blocks3(t: &[[[f64; 2]; 2]; 2], k: f64) -> f64 {
    let mut a = [[0.0; 2]; 2];
    for m in t.iter() {
        let old = a;
        for i in 0..2 {
            for j in 0..2 {
                a[i][j] = old[j][i] * k + m[i].iter().zip(&m[j]).map(|(p, q)| p * q).sum::<f64>();
            }
        }
    }
    let [[p, q], [r, s]] = a;
    p * s - q * r + k
}

#[test]
fn all_modes() {
    jac!(2e-6; wide wide_vjp wide_jvp wide_jacobian at [0.4, 0.9, -0.6, 0.7, 0.2, 0.3, 1.1]; c => (c.arr(), c.n()); (c.arr(), c.n()));
    jac!(2e-6; tall tall_vjp tall_jvp tall_jacobian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(2e-6; project project_vjp project_jvp project_jacobian at [0.4, 0.9, -0.6, 0.7, 0.2, -3.3, 1.1, 0.1, 0.02, 0.3, -0.2, 0.5]; c => (&cam(&mut c), &c.arr()); (&c.fill(zero(&cam(&mut Cur::new(&[0.0; 9])))), &c.arr()));
    jac!(2e-6; prefix prefix_vjp prefix_jvp prefix_jacobian at [0.4, 0.9, -0.6, 0.7]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    jac!(2e-6; tupled tupled_vjp tupled_jvp tupled_jacobian at [0.4, 0.9, -0.6, 0.7]; c => ((c.n(), c.arr()), &Some(c.n())); ((c.n(), c.arr()), &Some(c.n())));
    jac!(2e-6; tupled tupled_vjp tupled_jvp tupled_jacobian at [0.4, 0.9, -0.6]; c => ((c.n(), c.arr()), &None); ((c.n(), c.arr()), &None));
    jac!(2e-6; many many_vjp many_jvp many_jacobian at [0.4, 0.9, -0.6, 0.7]; c => (&c.arr::<3>(), c.n()); (&c.arr::<3>(), c.n()));
    jac!(2e-6; variant variant_vjp variant_jvp variant_jacobian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(2e-6; variant variant_vjp variant_jvp variant_jacobian at [1.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(2e-6; variant variant_vjp variant_jvp variant_jacobian at [0.4, -0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    jac!(2e-6; by_calls by_calls_vjp by_calls_jvp by_calls_jacobian at [0.4, 0.9, -0.6, 0.7]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    jac!(2e-6; [S] rk4 rk4_vjp rk4_jvp rk4_jacobian at [0.4, 0.9, 1.6, 0.07]; c => (&S { th: c.n(), om: c.n() }, c.n(), c.n(), 3); (&c.fill(zero(&S { th: 0.0, om: 0.0 })), c.n(), c.n()));
    jac!(2e-6; gvec gvec_vjp gvec_jvp gvec_jacobian at [0.4, 0.9, -0.6]; c => (c.arr(), c.n()); (c.arr(), c.n()));
    jac!(2e-6; scalar_too scalar_too_vjp scalar_too_jvp scalar_too_jacobian at [0.4, 0.9, -0.6]; c => (c.n(), &c.arr()); (c.n(), &c.arr()));
    second!(2e-6; viterbi viterbi_vjp viterbi_jvp viterbi_grad viterbi_hvp viterbi_hessian at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 0.8, 0.3, 0.1, 0.6]; c => (&[c.arr(), c.arr(), c.arr()], &c.mat()); (&[c.arr(), c.arr(), c.arr()], &c.mat()));
    second!(2e-6; logsumexp logsumexp_vjp logsumexp_jvp logsumexp_grad logsumexp_hvp logsumexp_hessian at [0.4, 0.9, -0.6, 0.7]; c => (&c.vec(4)); &c.vec(4));
    second!(2e-6; levenshtein levenshtein_vjp levenshtein_jvp levenshtein_grad levenshtein_hvp levenshtein_hessian at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5]; c => (&c.vec(3), &c.vec(2), c.n()); (&c.vec(3), &c.vec(2), c.n()));
    first!(2e-6; tokens tokens_vjp tokens_jvp at [0.4, 0.9, -0.6]; c => ("0 1 * 2 neg + 0 *", &c.vec(3)); &c.vec(3));
    second!(2e-6; bisect bisect_vjp bisect_jvp bisect_grad bisect_hvp bisect_hessian at [2.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; two_flags two_flags_vjp two_flags_jvp two_flags_grad two_flags_hvp two_flags_hessian at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 1.1]; c => (&c.vec(6), c.n()); (&c.vec(6), c.n()));
    second!(2e-6; lagged lagged_vjp lagged_jvp lagged_grad lagged_hvp lagged_hessian at [0.4, 0.9, -0.6, 0.7, 0.2, 1.5]; c => (&c.vec(5), c.n()); (&c.vec(5), c.n()));
    second!(2e-6; blocks3 blocks3_vjp blocks3_jvp blocks3_grad blocks3_hvp blocks3_hessian at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 0.8, 0.3, 0.6]; c => (&[c.mat(), c.mat()], c.n()); (&[c.mat(), c.mat()], c.n()));
}
#[test]
fn several_directions() {
    lanes!(wide wide_jvp wide_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 0.3, 1.1]; c => (c.arr(), c.n()); (c.arr(), c.n()));
    lanes!(tall tall_jvp tall_jvp_lanes at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(project project_jvp project_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, -3.3, 1.1, 0.1, 0.02, 0.3, -0.2, 0.5]; c => (&cam(&mut c), &c.arr()); (&c.fill(zero(&cam(&mut Cur::new(&[0.0; 9])))), &c.arr()));
    lanes!(prefix prefix_jvp prefix_jvp_lanes at [0.4, 0.9, -0.6, 0.7]; c => (&c.vec(3), c.n()); (&*c.vec(3), c.n()));
    lanes!(tupled tupled_jvp tupled_jvp_lanes at [0.4, 0.9, -0.6, 0.7]; c => ((c.n(), c.arr()), &Some(c.n())); ((c.n(), c.arr()), &Some(c.n())));
    lanes!(tupled tupled_jvp tupled_jvp_lanes at [0.4, 0.9, -0.6]; c => ((c.n(), c.arr()), &None); ((c.n(), c.arr()), &None));
    lanes!(many many_jvp many_jvp_lanes at [0.4, 0.9, -0.6, 0.7]; c => (&c.arr::<3>(), c.n()); (&c.arr::<3>(), c.n()));
    lanes!(variant variant_jvp variant_jvp_lanes at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(variant variant_jvp variant_jvp_lanes at [1.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(variant variant_jvp variant_jvp_lanes at [0.4, -0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(gvec gvec_jvp gvec_jvp_lanes at [0.4, 0.9, -0.6]; c => (c.arr(), c.n()); (c.arr(), c.n()));
    lanes!(scalar_too scalar_too_jvp scalar_too_jvp_lanes at [0.4, 0.9, -0.6]; c => (c.n(), &c.arr()); (c.n(), &c.arr()));
    lanes!(viterbi viterbi_jvp viterbi_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 0.8, 0.3, 0.1, 0.6]; c => (&[c.arr(), c.arr(), c.arr()], &c.mat()); (&*vec![c.arr(), c.arr(), c.arr()], &c.mat()));
    lanes!(logsumexp logsumexp_jvp logsumexp_jvp_lanes at [0.4, 0.9, -0.6, 0.7]; c => (&c.vec(4)); &*c.vec(4));
    lanes!(levenshtein levenshtein_jvp levenshtein_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5]; c => (&c.vec(3), &c.vec(2), c.n()); (&*c.vec(3), &*c.vec(2), c.n()));
    lanes!(tokens tokens_jvp tokens_jvp_lanes at [0.4, 0.9, -0.6]; c => ("0 1 * 2 neg + 0 *", &c.vec(3)); &*c.vec(3));
    lanes!(bisect bisect_jvp bisect_jvp_lanes at [2.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(two_flags two_flags_jvp two_flags_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 1.1]; c => (&c.vec(6), c.n()); (&*c.vec(6), c.n()));
    lanes!(lagged lagged_jvp lagged_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 1.5]; c => (&c.vec(5), c.n()); (&*c.vec(5), c.n()));
    lanes!(blocks3 blocks3_jvp blocks3_jvp_lanes at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 0.8, 0.3, 0.6]; c => (&[c.mat(), c.mat()], c.n()); (&[c.mat(), c.mat()], c.n()));
}
#[differentiate]
fn third_logsumexp(x: &[f64]) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, g0) = logsumexp_hvp(x, &d0);
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>()
}
#[differentiate]
fn third_bisect(target: f64, k: f64) -> f64 {
    let (_, _, (g0, g1)) = bisect_hvp(target, k, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_two_flags(x: &[f64], y: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = two_flags_hvp(x, y, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_lagged(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = lagged_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[test]
fn third_derivatives() {
    first!(2e-5; third_logsumexp third_logsumexp_vjp third_logsumexp_jvp at [0.4, 0.9, -0.6, 0.7]; c => (&c.vec(4)); &c.vec(4));
    first!(2e-5; third_bisect third_bisect_vjp third_bisect_jvp at [2.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_two_flags third_two_flags_vjp third_two_flags_jvp at [0.4, 0.9, -0.6, 0.7, 0.2, 0.5, 1.1]; c => (&c.vec(6), c.n()); (&c.vec(6), c.n()));
    first!(2e-5; third_lagged third_lagged_vjp third_lagged_jvp at [0.4, 0.9, -0.6, 0.7, 0.2, 1.5]; c => (&c.vec(5), c.n()); (&c.vec(5), c.n()));
}
