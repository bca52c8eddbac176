//! Functions that give one number, in all modes up to third derivatives.

use crate::harness::*;
use autodiff_core::{Differentiable, Scalar, differentiate};

/// straight line with several rules
#[differentiate(order = 3, lanes)]
fn black(s: f64, k: f64, v: f64, t: f64) -> f64 {
    let sd = v * t.sqrt();
    let d1 = ((s / k).ln() + 0.5 * v * v * t) / sd;
    let n = |x: f64| 0.5 * (1.0 + (x * 0.79788 * (1.0 + 0.044715 * x * x)).tanh());
    s * n(d1) - k * n(d1 - sd)
}
/// loop over slice, with iterator
#[differentiate(order = 3, lanes)]
fn softplus_sum(w: &[f64], b: f64) -> f64 {
    w.iter().enumerate().map(|(i, w)| (w * (i as f64 + 1.0) + b).exp().ln_1p()).sum::<f64>() / w.len() as f64
}
/// structs nested with skip
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Body {
    mass: f64,
    pos: [f64; 3],
    #[differentiable(skip)]
    dt: f64,
    id: usize,
}
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct World {
    bodies: Vec<Body>,
    g: f64,
    name: String,
}
fn world(c: &mut Cur) -> World {
    World { bodies: (0..3).map(|i| Body { mass: c.n(), pos: c.arr(), dt: 0.1, id: i }).collect(), g: c.n(), name: "w".into() }
}
#[differentiate(order = 3, lanes)]
fn gravity(w: &World) -> f64 {
    let mut e = 0.0;
    for i in 0..w.bodies.len() {
        for j in 0..i {
            let (a, b) = (&w.bodies[i], &w.bodies[j]);
            let mut r2 = 0.01;
            for k in 0..3 {
                r2 += (a.pos[k] - b.pos[k]).powi(2);
            }
            e -= w.g * a.mass * b.mass / r2.sqrt() * a.dt;
        }
    }
    e
}
/// enum match
#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Layer {
    Dense { w: Vec<f64>, b: f64 },
    Scale(f64),
    Relu,
    Pair([f64; 2], f64),
}
#[differentiate(order = 3, lanes)]
fn run_layers(layers: &[Layer], x: f64) -> f64 {
    let mut v = x;
    for l in layers {
        v = match l {
            Layer::Dense { w, b } => w.iter().map(|w| (w * v).tanh()).sum::<f64>() + b,
            Layer::Scale(s) => s * v * v,
            Layer::Relu => {
                if v > 0.0 {
                    v
                } else {
                    0.01 * v
                }
            }
            Layer::Pair(p, q) => p[0] * v + p[1] * q / (1.0 + v * v),
        };
    }
    v * v
}
fn layers(c: &mut Cur) -> Vec<Layer> {
    vec![Layer::Dense { w: c.vec(2), b: c.n() }, Layer::Scale(c.n()), Layer::Relu, Layer::Pair(c.arr(), c.n())]
}
/// generic Scalar
#[differentiate(order = 3, lanes)]
fn lorentz<T: Scalar>(x: &[T], gamma: T) -> T {
    let mut s = T::ZERO;
    for v in x {
        s += (T::ONE + *v * *v / gamma).ln();
    }
    s * T::from_f64(0.5)
}
/// generic Float of num_traits
#[differentiate(order = 3, lanes)]
fn huberish<T: num_traits::Float>(r: T, d: T) -> T {
    let two = T::one() + T::one();
    if r.abs() <= d { r * r / two } else { d * (r.abs() - d / two) }
}
/// const generics, matrix
#[differentiate(order = 3, lanes)]
fn quad_form<const N: usize>(a: &[[f64; N]; N], x: [f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        for j in 0..N {
            s += a[i][j] * x[i] * x[j].sin();
        }
    }
    s
}
/// while with early exit
#[differentiate(order = 3, lanes)]
fn newton_cuberoot(a: f64) -> f64 {
    let mut x = a.max(1.0);
    let mut n = 0;
    while (x * x * x - a).abs() > 1e-15 && n < 60 {
        x -= (x * x * x - a) / (3.0 * x * x);
        n += 1;
    }
    x
}
/// recursion
#[differentiate(order = 3, lanes)]
fn chebyshev(n: u32, x: f64) -> f64 {
    if n == 0 {
        1.0
    } else if n == 1 {
        x
    } else {
        2.0 * x * chebyshev(n - 1, x) - chebyshev(n - 2, x)
    }
}
/// methods
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
struct Spring {
    k: f64,
    rest: f64,
}
#[differentiate(order = 3)]
impl Spring {
    #[differentiate(lanes)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * (x - self.rest).powi(2) + 0.1 * x.powi(4)
    }
    #[differentiate(lanes)]
    fn chain(self, xs: &[f64]) -> f64 {
        xs.windows(2).map(|w| self.energy(w[1] - w[0])).sum()
    }
}
/// own operators, order 3
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
struct C {
    re: f64,
    im: f64,
}
#[differentiate(order = 3)]
impl std::ops::Mul for C {
    type Output = C;
    fn mul(self, o: C) -> C {
        C { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate(order = 3)]
impl std::ops::Add for C {
    type Output = C;
    fn add(self, o: C) -> C {
        C { re: self.re + o.re, im: self.im + o.im }
    }
}
#[differentiate(order = 3)]
fn mandel(c: C, n: usize) -> f64 {
    let mut z = C { re: 0.0, im: 0.0 };
    for _ in 0..n {
        z = z * z + c;
    }
    z.re * z.re + z.im * z.im
}
/// calls with &mut
#[differentiate(order = 3, lanes)]
fn euler(state: &mut [f64; 2], k: f64, dt: f64) {
    let a = -k * state[0] - 0.1 * state[1] * state[1].abs();
    state[0] += dt * state[1];
    state[1] += dt * a;
}
#[differentiate(order = 3, lanes)]
fn pendulum_energy(x0: f64, v0: f64, k: f64) -> f64 {
    let mut s = [x0, v0];
    for _ in 0..8 {
        euler(&mut s, k, 0.1);
    }
    0.5 * k * s[0] * s[0] + 0.5 * s[1] * s[1]
}
/// in-place matrix: cholesky logdet
#[differentiate(order = 3, lanes)]
fn logdet(a: &[f64], n: usize) -> f64 {
    let mut l = a.to_vec();
    let mut s = 0.0;
    for j in 0..n {
        for k in 0..j {
            let t = l[j * n + k];
            l[j * n + j] -= t * t;
        }
        l[j * n + j] = l[j * n + j].sqrt();
        s += l[j * n + j].ln();
        for i in j + 1..n {
            for k in 0..j {
                l[i * n + j] -= l[i * n + k] * l[j * n + k];
            }
            l[i * n + j] /= l[j * n + j];
        }
    }
    2.0 * s
}
/// Vec of Vec, softmax
#[differentiate(order = 3, lanes)]
fn cross_entropy(w: &[Vec<f64>], x: &[f64], label: usize) -> f64 {
    let z: Vec<f64> = w.iter().map(|r| r.iter().zip(x).map(|(a, b)| a * b).sum()).collect();
    let m = z.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let s: f64 = z.iter().map(|z| (z - m).exp()).sum();
    s.ln() + m - z[label]
}
/// tuple params
#[differentiate(order = 3, lanes)]
fn haversine(a: (f64, f64), b: (f64, f64)) -> f64 {
    let h = ((b.0 - a.0) / 2.0).sin().powi(2) + a.0.cos() * b.0.cos() * ((b.1 - a.1) / 2.0).sin().powi(2);
    2.0 * h.sqrt().asin()
}
/// Option param
#[differentiate(order = 3, lanes)]
fn prior(x: &[f64], scale: Option<f64>) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += match scale {
            Some(t) => v * v / (2.0 * t * t) + t.ln(),
            None => v.abs(),
        };
    }
    s
}
/// wrt
#[differentiate(order = 3, lanes, wrt(w))]
fn ridge(w: &[f64], data: &[(f64, f64)], lambda: f64) -> f64 {
    data.iter().map(|(x, y)| (w[0] + w[1] * x + w[2] * x * x - y).powi(2)).sum::<f64>() + lambda * w.iter().map(|w| w * w).sum::<f64>()
}
/// sort / max / selection
#[differentiate(order = 3, lanes)]
fn trimmed(x: &[f64]) -> f64 {
    let mut s = x.to_vec();
    s.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let inner = &s[1..s.len() - 1];
    let m = inner.iter().sum::<f64>() / inner.len() as f64;
    inner.iter().map(|v| (v - m).powi(2)).sum::<f64>().sqrt()
}
/// closures and integrals
#[differentiate(order = 3, lanes)]
fn integral(a: f64, b: f64, w: f64) -> f64 {
    let n = 20;
    let h = (b - a) / n as f64;
    let f = |t: f64| (w * t).cos() * (-t * t).exp();
    h / 3.0 * (f(a) + f(b) + (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * f(a + i as f64 * h)).sum::<f64>())
}
/// array map, from_fn, powf
#[differentiate(order = 3, lanes)]
fn gen_mean(x: [f64; 4], p: f64) -> f64 {
    let y = x.map(|v| v.powf(p));
    let z: [f64; 4] = std::array::from_fn(|i| y[i] + y[(i + 1) % 4] * 0.1);
    (z.iter().sum::<f64>() / 4.0).powf(1.0 / p)
}
/// f32
#[differentiate(order = 3, lanes)]
fn single(x: f32, y: f32) -> f32 {
    (x * y).sin() * x + y * y
}
/// scan / fold with tuples
#[differentiate(order = 3, lanes)]
fn garch(p: &[f64; 3], r: &[f64]) -> f64 {
    r.iter().fold((0.0, 0.04), |(ll, h), r| (ll + h.ln() + r * r / h, p[0] + p[1] * r * r + p[2] * h)).0
}
/// stack-based
#[differentiate(order = 3, lanes)]
fn rpn(x: f64, y: f64, code: &str) -> f64 {
    let mut st: Vec<f64> = Vec::new();
    for c in code.chars() {
        match c {
            'x' => st.push(x),
            'y' => st.push(y),
            '*' => {
                let b = st.pop().unwrap();
                let a = st.pop().unwrap();
                st.push(a * b)
            }
            '+' => {
                let b = st.pop().unwrap();
                let a = st.pop().unwrap();
                st.push(a + b)
            }
            's' => {
                let a = st.pop().unwrap();
                st.push(a.sin())
            }
            _ => {}
        }
    }
    st.pop().unwrap()
}
/// &mut scalar result plus in/out buffer
#[differentiate(order = 3, lanes, jacobian)]
fn smooth_in_place(u: &mut [f64], k: f64) -> f64 {
    for i in 1..u.len() - 1 {
        u[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[i];
    }
    u.iter().map(|v| v * v).sum::<f64>().sqrt()
}
/// generic with own trait bound mixing
#[differentiate(order = 3, lanes)]
fn polyval<T: num_traits::Float + std::ops::AddAssign, const N: usize>(c: &[T; N], x: T) -> T {
    let mut acc = T::zero();
    for i in (0..N).rev() {
        acc = acc * x + c[i];
    }
    let mut pen = T::zero();
    for v in c {
        pen += *v * *v;
    }
    acc + pen * x.powi(2)
}
#[test]
fn all_modes() {
    second!(1e-6; black black_vjp black_jvp black_grad black_hvp black_hessian at [1.1, 1.0, 0.4, 0.7]; c => (c.n(), c.n(), c.n(), c.n()); (c.n(), c.n(), c.n(), c.n()));
    second!(1e-7; softplus_sum softplus_sum_vjp softplus_sum_jvp softplus_sum_grad softplus_sum_hvp softplus_sum_hessian at [0.3, -0.6, 0.8, 0.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    let w0 = [1.2, 0.1, 0.5, -0.3, 0.7, 1.1, -0.4, 0.6, 0.9, -0.8, 0.3, 0.2, 1.4];
    second!(1e-6; gravity gravity_vjp gravity_jvp gravity_grad gravity_hvp gravity_hessian at w0; c => (&world(&mut c)); &c.fill(zero(&world(&mut Cur::new(&[0.0; 13])))));
    second!(1e-6; run_layers run_layers_vjp run_layers_jvp run_layers_grad run_layers_hvp run_layers_hessian at [0.3, -0.7, 0.4, 1.2, 0.8, -0.3, 0.5, 0.9]; c => (&layers(&mut c), c.n()); (&c.fill(zero(&layers(&mut Cur::new(&[0.0; 7])))), c.n()));
    second!(1e-7; lorentz lorentz_vjp lorentz_jvp lorentz_grad lorentz_hvp lorentz_hessian at [0.3, -0.7, 0.4, 1.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    second!(1e-7; huberish huberish_vjp huberish_jvp huberish_grad huberish_hvp huberish_hessian at [0.3, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-7; huberish huberish_vjp huberish_jvp huberish_grad huberish_hvp huberish_hessian at [-1.3, 0.7]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-7; quad_form quad_form_vjp quad_form_jvp quad_form_grad quad_form_hvp quad_form_hessian at [0.3, 0.7, -0.4, 1.1, 0.6, -0.9]; c => (&c.mat::<2, 2>(), c.arr()); (&c.mat::<2, 2>(), c.arr()));
    second!(1e-6; newton_cuberoot newton_cuberoot_vjp newton_cuberoot_jvp newton_cuberoot_grad newton_cuberoot_hvp newton_cuberoot_hessian at [3.1]; c => (c.n()); c.n());
    second!(1e-7; chebyshev chebyshev_vjp chebyshev_jvp chebyshev_grad chebyshev_hvp chebyshev_hessian at [0.4]; c => (5, c.n()); c.n());
    second!(1e-7; [Spring] energy energy_vjp energy_jvp energy_grad energy_hvp energy_hessian at [1.4, 0.3, 0.8]; c => (&Spring { k: c.n(), rest: c.n() }, c.n()); (&SpringCotangent { k: c.n(), rest: c.n() }, c.n()));
    second!(1e-7; [Spring] chain chain_vjp chain_jvp chain_grad chain_hvp chain_hessian at [1.4, 0.3, 0.8, 0.1, -0.6]; c => (Spring { k: c.n(), rest: c.n() }, &c.vec(3)); (SpringCotangent { k: c.n(), rest: c.n() }, &c.vec(3)));
    second!(1e-7; mandel mandel_vjp mandel_jvp mandel_grad mandel_hvp mandel_hessian at [-0.4, 0.3]; c => (C { re: c.n(), im: c.n() }, 4); CCotangent { re: c.n(), im: c.n() });
    second!(1e-7; pendulum_energy pendulum_energy_vjp pendulum_energy_jvp pendulum_energy_grad pendulum_energy_hvp pendulum_energy_hessian at [0.4, -0.2, 1.3]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-6; logdet logdet_vjp logdet_jvp logdet_grad logdet_hvp logdet_hessian at [4.0, 0.3, 0.2, 0.5, 3.0, 0.1, -0.4, 0.7, 2.5]; c => (&c.vec(9), 3); &c.vec(9));
    second!(1e-7; cross_entropy cross_entropy_vjp cross_entropy_jvp cross_entropy_grad cross_entropy_hvp cross_entropy_hessian at [0.4, 0.3, 0.2, 0.5, -0.3, 0.1, 0.6, 0.9]; c => (&c.rows(3, 2), &c.vec(2), 1); (&c.rows(3, 2), &c.vec(2)));
    second!(1e-7; haversine haversine_vjp haversine_jvp haversine_grad haversine_hvp haversine_hessian at [0.4, 0.3, 0.2, 0.8]; c => ((c.n(), c.n()), (c.n(), c.n())); ((c.n(), c.n()), (c.n(), c.n())));
    second!(1e-7; prior prior_vjp prior_jvp prior_grad prior_hvp prior_hessian at [0.4, 0.3, 0.2, 0.8]; c => (&c.vec(3), Some(c.n())); (&c.vec(3), Some(c.n())));
    second!(1e-7; prior prior_vjp prior_jvp prior_grad prior_hvp prior_hessian at [0.4, 0.3, 0.2]; c => (&c.vec(3), None); (&c.vec(3), None));
    second!(1e-7; ridge ridge_vjp ridge_jvp ridge_grad ridge_hvp ridge_hessian at [0.4, 0.3, 0.2]; c => (&c.vec(3), &[(1.0, 0.4), (-0.3, 0.2)], 0.3); &c.vec(3));
    second!(1e-6; trimmed trimmed_vjp trimmed_jvp trimmed_grad trimmed_hvp trimmed_hessian at [0.4, 1.3, 0.2, 0.9, -0.5]; c => (&c.vec(5)); &c.vec(5));
    second!(1e-7; integral integral_vjp integral_jvp integral_grad integral_hvp integral_hessian at [-0.4, 1.3, 2.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-7; gen_mean gen_mean_vjp gen_mean_jvp gen_mean_grad gen_mean_hvp gen_mean_hessian at [0.4, 1.3, 2.2, 0.8, 1.7]; c => (c.arr(), c.n()); (c.arr(), c.n()));
    second!(1e-6; garch garch_vjp garch_jvp garch_grad garch_hvp garch_hessian at [0.1, 0.3, 0.2, 0.8, -0.3]; c => (&c.arr(), &c.vec(2)); (&c.arr(), &c.vec(2)));
    second!(1e-7; rpn rpn_vjp rpn_jvp rpn_grad rpn_hvp rpn_hessian at [0.7, 1.3]; c => (c.n(), c.n(), "xy*sxx*+y*"); (c.n(), c.n()));
    second!(1e-7; polyval polyval_vjp polyval_jvp polyval_grad polyval_hvp polyval_hessian at [0.7, 1.3, -0.3, 0.4]; c => (&c.arr::<3>(), c.n()); (&c.arr::<3>(), c.n()));
    // f32
    let (_, _, h) = single_hessian(0.7, 0.4);
    close(
        "single",
        &[h[0][0] as f64, h[0][1] as f64, h[1][1] as f64],
        &{
            let (x, y) = (0.7f64, 0.4f64);
            let (s, c) = (x * y).sin_cos();
            [2.0 * y * c - x * y * y * s, 2.0 * x * c - x * x * y * s, 2.0 - x * x * x * s]
        },
        1e-5,
    );
    smooth();
}
fn smooth() {
    let x = [0.7, 0.4, -0.3, 0.9, 0.2];
    let f = |x: &[f64]| {
        let mut u = x[..4].to_vec();
        let v = smooth_in_place(&mut u, x[4]);
        let mut o = vec![v];
        o.extend(u);
        o
    };
    let mut u = x[..4].to_vec();
    let (v, j) = smooth_in_place_jacobian(&mut u, x[4]);
    jac(
        "smooth_in_place",
        1e-8,
        &x,
        &f,
        (
            {
                let mut o = vec![v];
                o.extend(&u);
                o
            },
            j,
        ),
    );
    let one = |x: &[f64]| vec![f(x)[0]];
    second(
        "smooth_in_place",
        1e-7,
        &x,
        &one,
        &|x| {
            let mut u = x[..4].to_vec();
            flat(&smooth_in_place_grad(&mut u, x[4]).1)
        },
        &|x, d| {
            let mut u = x[..4].to_vec();
            let mut ud = d[..4].to_vec();
            let (v, g, p) = smooth_in_place_hvp(&mut u, x[4], (&mut ud, d[4]));
            (v, flat(&g), flat(&p))
        },
        &|x| {
            let mut u = x[..4].to_vec();
            let (v, g, h) = smooth_in_place_hessian(&mut u, x[4]);
            (v, flat(&g), h)
        },
    );
}
#[differentiate(hessian)]
fn t_black(s: f64, k: f64, v: f64, t: f64) -> f64 {
    let (p, (a, b, c, d)) = black_grad(s, k, v, t);
    p * a + b * c + d * d
}
#[differentiate(hessian)]
fn t_softplus(w: &[f64], b: f64) -> f64 {
    let (p, (a, c)) = softplus_sum_grad(w, b);
    a.iter().zip(w).map(|(a, w)| a * a * w).sum::<f64>() + p * c
}
#[differentiate(hessian)]
fn t_gravity(w: &World) -> f64 {
    let (p, g) = gravity_grad(w);
    let mut s = p * g.g;
    for i in 0..g.bodies.len() {
        s += g.bodies[i].mass * w.bodies[i].pos[1];
        for k in 0..3 {
            s += g.bodies[i].pos[k] * g.bodies[i].pos[k];
        }
    }
    s
}
#[differentiate(hessian)]
fn t_lorentz<T: Scalar>(x: &[T], gamma: T) -> T {
    let (p, (a, g)) = lorentz_grad(x, gamma);
    let mut s = p * g;
    for v in &a {
        s += *v * *v * gamma;
    }
    s
}
#[differentiate(hessian)]
fn t_quad<const N: usize>(a: &[[f64; N]; N], x: [f64; N]) -> f64 {
    let (_, (m, g)) = quad_form_grad(a, x);
    let mut s = 0.0;
    for i in 0..N {
        s += g[i] * g[i];
        for j in 0..N {
            s += m[i][j] * g[j] * a[i][j];
        }
    }
    s
}
#[differentiate(hessian)]
fn t_newton(a: f64) -> f64 {
    let (v, d) = newton_cuberoot_grad(a);
    v * d * d
}
#[differentiate(hessian)]
fn t_cheb(x: f64) -> f64 {
    let (v, d) = chebyshev_grad(5, x);
    v * d * d
}
#[differentiate(hessian)]
fn t_spring(s: &Spring, x: f64) -> f64 {
    let (v, (b, d)) = s.energy_grad(x);
    v * d + b.k * b.rest * x
}
#[differentiate(hessian)]
fn t_chain(s: Spring, xs: &[f64]) -> f64 {
    let (v, (b, d)) = s.chain_grad(xs);
    v * b.k + b.rest * d[0] + d[1] * d[2]
}
#[differentiate(hessian)]
fn t_mandel(c: C) -> f64 {
    let (v, g) = mandel_grad(c, 3);
    v * g.re + g.im * g.im
}
#[differentiate(hessian)]
fn t_pend(x: f64, v: f64, k: f64) -> f64 {
    let (e, (a, b, c)) = pendulum_energy_grad(x, v, k);
    e * a + b * c
}
#[differentiate(hessian)]
fn t_logdet(a: &[f64], n: usize) -> f64 {
    let (v, g) = logdet_grad(a, n);
    let mut s = v;
    for i in 0..a.len() {
        s += g[i] * g[i] * a[i];
    }
    s
}
#[differentiate(hessian)]
fn t_ce(w: &[Vec<f64>], x: &[f64]) -> f64 {
    let (v, (g, d)) = cross_entropy_grad(w, x, 1);
    let mut s = v * d[0];
    for (r, q) in g.iter().zip(w) {
        for (a, b) in r.iter().zip(q) {
            s += a * a * b;
        }
    }
    s + d[1] * d[1]
}
#[differentiate(hessian)]
fn t_hav(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (v, (p, q)) = haversine_grad(a, b);
    v * p.0 * q.1 + p.1 * q.0
}
#[differentiate(hessian)]
fn t_prior(x: &[f64], scale: Option<f64>) -> f64 {
    let (v, (g, s)) = prior_grad(x, scale);
    v + g.iter().map(|g| g * g * g).sum::<f64>()
        + match s {
            Some(s) => s * s,
            None => 1.0,
        }
}
#[differentiate(hessian, wrt(w))]
fn t_ridge(w: &[f64], data: &[(f64, f64)]) -> f64 {
    let (v, g) = ridge_grad(w, data, 0.3);
    v * g[0] + g[1] * g[2]
}
#[differentiate(hessian)]
fn t_trim(x: &[f64]) -> f64 {
    let (v, g) = trimmed_grad(x);
    let mut s = 0.0;
    for i in 0..x.len() {
        s += g[i] * x[(i + 1) % 5] * x[i];
    }
    s * v
}
#[differentiate(hessian)]
fn t_int(a: f64, b: f64, w: f64) -> f64 {
    let (v, (p, q, r)) = integral_grad(a, b, w);
    v * p + q * r
}
#[differentiate(hessian)]
fn t_mean(x: [f64; 4], p: f64) -> f64 {
    let (v, (g, d)) = gen_mean_grad(x, p);
    v * d + g[0] * g[1] + g[2] * g[3]
}
#[differentiate(hessian)]
fn t_garch(p: &[f64; 3], r: &[f64]) -> f64 {
    let (v, (g, d)) = garch_grad(p, r);
    v * g[0] + g[1] * g[2] * 0.01 + d[0] * d[1]
}
#[differentiate(hessian)]
fn t_rpn(x: f64, y: f64, code: &str) -> f64 {
    let (v, (a, b)) = rpn_grad(x, y, code);
    v * a * b
}
#[differentiate(hessian)]
fn t_layers(l: &[Layer], x: f64) -> f64 {
    let (v, (g, d)) = run_layers_grad(l, x);
    let mut s = v * d;
    for q in &g {
        s += match q {
            LayerCotangent::Dense { w, b } => w[0] * w[1] + b * b,
            LayerCotangent::Scale(k) => k * k,
            LayerCotangent::Relu => 0.0,
            LayerCotangent::Pair(p, q) => p[0] * p[1] * q,
        }
    }
    s
}
#[test]
fn third_derivatives() {
    second!(1e-6; t_black t_black_vjp t_black_jvp t_black_grad t_black_hvp t_black_hessian at [1.1, 1.0, 0.4, 0.7]; c => (c.n(), c.n(), c.n(), c.n()); (c.n(), c.n(), c.n(), c.n()));
    second!(1e-6; t_softplus t_softplus_vjp t_softplus_jvp t_softplus_grad t_softplus_hvp t_softplus_hessian at [0.3, -0.6, 0.8, 0.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    let w0 = [1.2, 0.1, 0.5, -0.3, 0.7, 1.1, -0.4, 0.6, 0.9, -0.8, 0.3, 0.2, 1.4];
    second!(1e-5; t_gravity t_gravity_vjp t_gravity_jvp t_gravity_grad t_gravity_hvp t_gravity_hessian at w0; c => (&world(&mut c)); &c.fill(zero(&world(&mut Cur::new(&[0.0; 13])))));
    second!(1e-5; t_layers t_layers_vjp t_layers_jvp t_layers_grad t_layers_hvp t_layers_hessian at [0.3, -0.7, 0.4, 1.2, 0.8, -0.3, 0.5, 0.9]; c => (&layers(&mut c), c.n()); (&c.fill(zero(&layers(&mut Cur::new(&[0.0; 7])))), c.n()));
    second!(1e-6; t_lorentz t_lorentz_vjp t_lorentz_jvp t_lorentz_grad t_lorentz_hvp t_lorentz_hessian at [0.3, -0.7, 0.4, 1.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    second!(1e-6; t_quad t_quad_vjp t_quad_jvp t_quad_grad t_quad_hvp t_quad_hessian at [0.3, 0.7, -0.4, 1.1, 0.6, -0.9]; c => (&c.mat::<2, 2>(), c.arr()); (&c.mat::<2, 2>(), c.arr()));
    second!(1e-6; t_newton t_newton_vjp t_newton_jvp t_newton_grad t_newton_hvp t_newton_hessian at [3.1]; c => (c.n()); c.n());
    second!(1e-6; t_cheb t_cheb_vjp t_cheb_jvp t_cheb_grad t_cheb_hvp t_cheb_hessian at [0.4]; c => (c.n()); c.n());
    second!(1e-6; t_spring t_spring_vjp t_spring_jvp t_spring_grad t_spring_hvp t_spring_hessian at [1.4, 0.3, 0.8]; c => (&Spring { k: c.n(), rest: c.n() }, c.n()); (&SpringCotangent { k: c.n(), rest: c.n() }, c.n()));
    second!(1e-6; t_chain t_chain_vjp t_chain_jvp t_chain_grad t_chain_hvp t_chain_hessian at [1.4, 0.3, 0.8, 0.1, -0.6]; c => (Spring { k: c.n(), rest: c.n() }, &c.vec(3)); (SpringCotangent { k: c.n(), rest: c.n() }, &c.vec(3)));
    second!(1e-6; t_mandel t_mandel_vjp t_mandel_jvp t_mandel_grad t_mandel_hvp t_mandel_hessian at [-0.4, 0.3]; c => (C { re: c.n(), im: c.n() }); CCotangent { re: c.n(), im: c.n() });
    second!(1e-6; t_pend t_pend_vjp t_pend_jvp t_pend_grad t_pend_hvp t_pend_hessian at [0.4, -0.2, 1.3]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-5; t_logdet t_logdet_vjp t_logdet_jvp t_logdet_grad t_logdet_hvp t_logdet_hessian at [4.0, 0.3, 0.2, 0.5, 3.0, 0.1, -0.4, 0.7, 2.5]; c => (&c.vec(9), 3); &c.vec(9));
    second!(1e-6; t_ce t_ce_vjp t_ce_jvp t_ce_grad t_ce_hvp t_ce_hessian at [0.4, 0.3, 0.2, 0.5, -0.3, 0.1, 0.6, 0.9]; c => (&c.rows(3, 2), &c.vec(2)); (&c.rows(3, 2), &c.vec(2)));
    second!(1e-5; t_hav t_hav_vjp t_hav_jvp t_hav_grad t_hav_hvp t_hav_hessian at [0.4, 0.3, 0.2, 0.8]; c => ((c.n(), c.n()), (c.n(), c.n())); ((c.n(), c.n()), (c.n(), c.n())));
    second!(1e-6; t_prior t_prior_vjp t_prior_jvp t_prior_grad t_prior_hvp t_prior_hessian at [0.4, 0.3, 0.2, 0.8]; c => (&c.vec(3), Some(c.n())); (&c.vec(3), Some(c.n())));
    second!(1e-6; t_ridge t_ridge_vjp t_ridge_jvp t_ridge_grad t_ridge_hvp t_ridge_hessian at [0.4, 0.3, 0.2]; c => (&c.vec(3), &[(1.0, 0.4), (-0.3, 0.2)]); &c.vec(3));
    second!(1e-5; t_trim t_trim_vjp t_trim_jvp t_trim_grad t_trim_hvp t_trim_hessian at [0.4, 1.3, 0.2, 0.9, -0.5]; c => (&c.vec(5)); &c.vec(5));
    second!(1e-6; t_int t_int_vjp t_int_jvp t_int_grad t_int_hvp t_int_hessian at [-0.4, 1.3, 2.2]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(1e-6; t_mean t_mean_vjp t_mean_jvp t_mean_grad t_mean_hvp t_mean_hessian at [0.4, 1.3, 2.2, 0.8, 1.7]; c => (c.arr(), c.n()); (c.arr(), c.n()));
    second!(1e-5; t_garch t_garch_vjp t_garch_jvp t_garch_grad t_garch_hvp t_garch_hessian at [0.1, 0.3, 0.2, 0.8, -0.3]; c => (&c.arr(), &c.vec(2)); (&c.arr(), &c.vec(2)));
    second!(1e-6; t_rpn t_rpn_vjp t_rpn_jvp t_rpn_grad t_rpn_hvp t_rpn_hessian at [0.7, 1.3]; c => (c.n(), c.n(), "xy*sxx*+y*"); (c.n(), c.n()));
}
