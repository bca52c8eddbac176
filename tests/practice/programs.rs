//! Builders, alignments, expressions, states, slices.
use autodiff_core::{Differentiable, differentiate};
use std::f64::consts::{FRAC_PI_2, LN_2};

// builder with Option fields & Result ?
#[derive(Clone, Debug, Default, Differentiable)]
pub struct Config {
    lr: Option<f64>,
    momentum: Option<f64>,
    #[differentiable(skip)]
    steps: usize,
}
#[differentiate]
impl Config {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn lr(mut self, lr: f64) -> Self {
        self.lr = Some(lr);
        self
    }
    pub fn momentum(mut self, m: f64) -> Self {
        self.momentum.replace(m);
        self
    }
    pub fn steps(self, steps: usize) -> Self {
        Config { steps, ..self }
    }
    pub fn run(&self, x0: &[f64]) -> Result<Vec<f64>, String> {
        let lr = self.lr.ok_or_else(|| "no lr".to_string())?;
        let mu = self.momentum.unwrap_or(0.0);
        let mut x = x0.to_vec();
        let mut v = vec![0.0; x.len()];
        for _ in 0..self.steps {
            let g: Vec<f64> = x.iter().map(|xi| 4.0 * xi.powi(3) - xi).collect();
            for ((vi, xi), gi) in v.iter_mut().zip(x.iter_mut()).zip(g) {
                *vi = mu * *vi - lr * gi;
                *xi += *vi;
            }
        }
        Ok(x)
    }
}
#[differentiate]
fn meta(lr: f64, mu: f64, x0: &[f64]) -> f64 {
    let cfg = Config::new().lr(lr).momentum(mu).steps(5);
    match cfg.run(x0) {
        Ok(x) => x.iter().map(|v| v * v).sum(),
        Err(e) => panic!("{e}"),
    }
}

#[differentiate]
fn dynamic_time_warping(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len(), b.len());
    let mut prev = vec![f64::INFINITY; m + 1];
    prev[0] = 0.0;
    for i in 1..=n {
        let mut cur = vec![f64::INFINITY; m + 1];
        for j in 1..=m {
            let cost = (a[i - 1] - b[j - 1]).powi(2);
            cur[j] = cost + prev[j].min(cur[j - 1]).min(prev[j - 1]);
        }
        std::mem::swap(&mut prev, &mut cur);
    }
    prev[m].sqrt()
}
#[differentiate]
fn soft_dtw(a: &[f64], b: &[f64], gamma: f64) -> f64 {
    let m = b.len();
    let big = 1e3;
    let mut r = vec![vec![big; m + 1]; a.len() + 1];
    r[0][0] = 0.0;
    for (i, ai) in a.iter().enumerate() {
        for (j, bj) in b.iter().enumerate() {
            let opts = [r[i][j], r[i][j + 1], r[i + 1][j]];
            let mn = opts.iter().fold(f64::INFINITY, |m, &x| m.min(x));
            let z: f64 = opts.iter().map(|o| (-(o - mn) / gamma).exp()).sum();
            r[i + 1][j + 1] = (ai - bj).powi(2) + mn - gamma * z.ln();
        }
    }
    r[a.len()][m]
}

// k-means cost, with argmin via enumerate().min_by
#[differentiate]
fn kmeans(points: &[[f64; 2]], centers: &[[f64; 2]]) -> f64 {
    let mut counts = vec![0usize; centers.len()];
    let mut total = 0.0;
    for p in points {
        let (best, d) = centers
            .iter()
            .map(|c| (p[0] - c[0]).powi(2) + (p[1] - c[1]).powi(2))
            .enumerate()
            .min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap())
            .unwrap();
        counts[best] += 1;
        total += d;
    }
    let spread = *counts.iter().max().unwrap() as f64;
    total / spread
}

// heat equation double buffering with mem::swap, boundary closure
#[differentiate]
fn heat(u0: &[f64], kappa: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    let mut next = u.clone();
    let lap = |u: &[f64], i: usize| u[(i + n - 1) % n] - 2.0 * u[i] + u[(i + 1) % n];
    for _ in 0..steps {
        for i in 0..n {
            next[i] = u[i] + kappa * lap(&u, i);
        }
        (u, next) = (next, u);
    }
    u.iter().map(|x| x.powi(3)).sum()
}

// Barycentric, Bezier De Casteljau in place
#[differentiate]
fn de_casteljau(ctrl: &[[f64; 2]; 4], t: f64) -> [f64; 2] {
    let mut pts = *ctrl;
    for r in 1..pts.len() {
        for i in 0..pts.len() - r {
            pts[i] = [(1.0 - t) * pts[i][0] + t * pts[i + 1][0], (1.0 - t) * pts[i][1] + t * pts[i + 1][1]];
        }
    }
    pts[0]
}
#[differentiate]
fn arc_length(ctrl: &[[f64; 2]; 4]) -> f64 {
    let samples: Vec<[f64; 2]> = (0..=8).map(|i| de_casteljau(ctrl, f64::from(i) / 8.0)).collect();
    samples
        .windows(2)
        .map(|w| {
            let [[x0, y0], [x1, y1]] = [w[0], w[1]];
            (x1 - x0).hypot(y1 - y0)
        })
        .sum()
}

// Expression tree evaluator w/ operators enum
#[derive(Clone, Debug, Differentiable)]
enum Expr {
    Const(f64),
    Var(usize),
    Neg(Box<Expr>),
    Bin(Op, Box<Expr>, Box<Expr>),
    Call {
        #[differentiable(skip)]
        f: &'static str,
        arg: Box<Expr>,
    },
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Differentiable)]
enum Op {
    Add,
    Mul,
    Pow,
}
#[differentiate]
fn eval(e: &Expr, env: &[f64]) -> Result<f64, String> {
    Ok(match e {
        Expr::Const(c) => *c,
        Expr::Var(i) => *env.get(*i).ok_or("unbound")?,
        Expr::Neg(e) => -eval(e, env)?,
        Expr::Bin(op, l, r) => {
            let (a, b) = (eval(l, env)?, eval(r, env)?);
            match op {
                Op::Add => a + b,
                Op::Mul => a * b,
                Op::Pow => a.powf(b),
            }
        }
        Expr::Call { f, arg } => {
            let x = eval(arg, env)?;
            match *f {
                "sin" => x.sin(),
                "exp" => x.exp(),
                other => return Err(format!("unknown {other}")),
            }
        }
    })
}
#[differentiate]
fn expr_value(e: &Expr, env: &[f64]) -> f64 {
    eval(e, env).unwrap()
}
fn expr(c: f64) -> Expr {
    use Expr::*;
    Bin(
        Op::Add,
        Box::new(Bin(Op::Pow, Box::new(Var(0)), Box::new(Const(c)))),
        Box::new(Call { f: "sin", arg: Box::new(Bin(Op::Mul, Box::new(Neg(Box::new(Var(1)))), Box::new(Var(0)))) }),
    )
}

// state machine enum with data moved
#[derive(Clone, Debug, Differentiable)]
enum Phase {
    Boost { fuel: f64 },
    Coast,
    Descent(f64),
}
#[derive(Clone, Debug, Differentiable)]
struct Rocket {
    h: f64,
    v: f64,
    m: f64,
    phase: Phase,
}
#[differentiate]
impl Rocket {
    fn tick(self, dt: f64) -> Self {
        let Self { h, v, m, phase } = self;
        let (a, phase, m) = match phase {
            Phase::Boost { fuel } if fuel > 0.05 => (20.0 / m - 9.8, Phase::Boost { fuel: fuel - 0.3 * dt }, m - 0.3 * dt),
            Phase::Boost { .. } => (-9.8, Phase::Coast, m),
            Phase::Coast if v < 0.0 => (-9.8, Phase::Descent(0.5 + 0.1 * h), m),
            Phase::Coast => (-9.8, Phase::Coast, m),
            Phase::Descent(cd) => (-9.8 + cd * v * v / m, Phase::Descent(cd), m),
        };
        Self { h: h + v * dt, v: v + a * dt, m, phase }
    }
}
#[differentiate]
fn apogee(m0: f64, fuel: f64, step: f64) -> f64 {
    let dt = 0.1 * step;
    let mut r = Rocket { h: 0.0, v: 0.0, m: m0, phase: Phase::Boost { fuel } };
    let mut top = 0.0_f64;
    for _ in 0..40 {
        r = r.tick(dt);
        top = top.max(r.h);
        if r.h < -5.0 {
            break;
        }
    }
    top + r.v * 0.1
}

// early returns, nested labelled loops
#[differentiate]
fn first_crossing(x: &[Vec<f64>], threshold: f64) -> f64 {
    let mut acc = 0.0;
    'rows: for (i, row) in x.iter().enumerate() {
        for v in row {
            if *v < -0.8 {
                continue 'rows;
            }
            acc += v * v * (i + 1) as f64;
            if acc > threshold {
                break 'rows;
            }
        }
        if row.is_empty() {
            return acc;
        }
    }
    let score = 'blk: {
        if acc < 0.1 {
            break 'blk 3.0 * acc;
        }
        acc.sqrt()
    };
    score * threshold
}

// statics, generic const arrays, Gauss–Legendre
static NODES: [(f64, f64); 3] = [(-0.774_596_669_241_483_4, 5.0 / 9.0), (0.0, 8.0 / 9.0), (0.774_596_669_241_483_4, 5.0 / 9.0)];
#[differentiate]
fn gauss<const M: usize>(k: &[f64; M], a: f64, b: f64) -> f64 {
    let (mid, half) = (0.5 * (a + b), 0.5 * (b - a));
    NODES
        .iter()
        .map(|&(x, w)| {
            let t = mid + half * x;
            w * k.iter().enumerate().map(|(i, c)| c * t.powi(i as i32)).sum::<f64>().exp()
        })
        .sum::<f64>()
        * half
}
#[differentiate]
fn gauss3(k: &[f64; 3], a: f64, b: f64) -> f64 {
    gauss::<3>(k, a, b)
}

// split_at / split_first / rsplit / concat / rotate / reverse / sort / dedup
#[differentiate]
fn slices(x: &[f64], p: f64) -> f64 {
    let (head, tail) = x.split_at(x.len() / 2);
    let Some((first, rest)) = x.split_first() else { return 0.0 };
    let mut sorted = rest.to_vec();
    sorted.sort_by(|a, b| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
    sorted.rotate_left(1);
    sorted.reverse();
    let median = sorted[sorted.len() / 2];
    let dot: f64 = head.iter().zip(tail.iter().rev()).map(|(a, b)| a * b).sum();
    let both = [head, &[p], tail].concat();
    let mx = both.iter().copied().max_by(f64::total_cmp).unwrap();
    let tot: f64 = both[1..=2].iter().sum::<f64>() + both.iter().skip(1).zip(&both).map(|(b, a)| b - a).map(f64::abs).sum::<f64>();
    let [.., y, z] = x else { unreachable!() };
    first * median + dot + mx * p + tot + y * z + sorted.iter().enumerate().map(|(i, s)| i as f64 * s).sum::<f64>()
}

// bisection w/ closure & while; integer math mix
#[differentiate]
fn yield_to_maturity(price: f64, coupon: f64, n: u32) -> f64 {
    let pv = |y: f64| -> f64 { (1..=n).map(|t| coupon / (1.0 + y).powi(t as i32)).sum::<f64>() + 1.0 / (1.0 + y).powi(n as i32) };
    let mut y = 0.05;
    let mut it = 0;
    while (pv(y) - price).abs() > 1e-14 && it < 50 {
        let eps = 1e-6;
        let slope = (pv(y + eps) - pv(y - eps)) / (2.0 * eps);
        y -= (pv(y) - price) / slope;
        it += 1;
    }
    y
}

// f32 and mixing
#[differentiate]
fn mixed(x: f64, scale: f32) -> f64 {
    let s = scale as f64;
    let y = (x as f32 * 2.0_f32) as f64;
    (x * s).sin() + y * LN_2 + FRAC_PI_2 * f64::from(scale)
}

#[differentiate]
fn ackley(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (a, b, c) = (20.0f64, 0.2, std::f64::consts::TAU);
    let s1 = x.iter().map(|x| x.powi(2)).sum::<f64>();
    let s2 = x.iter().map(|x| (c * x).cos()).sum::<f64>();
    -a * (-b * (s1 / n).sqrt()).exp() - (s2 / n).exp() + a + 1f64.exp()
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}
fn m(v: &[f64], c: usize) -> Vec<Vec<f64>> {
    v.chunks(c).map(|r| r.to_vec()).collect()
}
fn a2(v: &[f64]) -> Vec<[f64; 2]> {
    v.chunks(2).map(arr).collect()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(meta meta_grad meta_vjp meta_jvp: 5, 0.05, 0.4, |v| (v[0], v[1], &v[2..]));
    checked!(dynamic_time_warping dynamic_time_warping_grad dynamic_time_warping_vjp dynamic_time_warping_jvp: 9, -1.0, 1.0, |v| (&v[..5], &v[5..]));
    checked!(soft_dtw soft_dtw_grad soft_dtw_vjp soft_dtw_jvp: 8, 0.2, 1.0, |v| (&v[..4], &v[4..7], v[7]));
    checked!(kmeans kmeans_grad kmeans_vjp kmeans_jvp: 14, -1.0, 1.0, |v| (&a2(&v[..10]), &a2(&v[10..])));
    checked!(heat heat_grad heat_vjp heat_jvp: 7, 0.1, 0.5, |v| (&v[..6], v[6], 5));
    checked!(arc_length arc_length_grad arc_length_vjp arc_length_jvp: 8, -1.0, 1.0, |v| (&[arr(&v[..2]),arr(&v[2..4]),arr(&v[4..6]),arr(&v[6..])]));
    checked!(expr_value expr_value_grad expr_value_vjp expr_value_jvp: 3, 0.3, 1.0, |v| (&expr(v[0]), &v[1..]));
    checked!(apogee apogee_grad apogee_vjp apogee_jvp: 3, 0.1, 0.6, |v| (v[0] + 0.5, v[1], v[2]));
    checked!(first_crossing first_crossing_grad first_crossing_vjp first_crossing_jvp: 7, -1.0, 1.0, |v| (&m(&v[..6], 2), v[6]));
    checked!(gauss3 gauss3_grad gauss3_vjp gauss3_jvp: 5, -1.0, 1.0, |v| (&arr(&v[..3]), v[3], v[4]));
    checked!(slices slices_grad slices_vjp slices_jvp: 9, -1.0, 1.0, |v| (&v[..8], v[8]));
    checked!(yield_to_maturity yield_to_maturity_grad yield_to_maturity_vjp yield_to_maturity_jvp: 2, 0.05, 0.1, |v| (v[0] + 0.9, v[1], 6));
    checked!(ackley ackley_grad ackley_vjp ackley_jvp: 4, -1.0, 1.0, |v| (v));
}
