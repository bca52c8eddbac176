//! Types without floats and without the derive.
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    European,
    American,
}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Right {
    Call,
    Put,
}
#[derive(Clone, Debug)]
struct Schedule {
    days: Vec<u32>,
    style: Style,
    name: String,
}
#[differentiate]
fn payoff(right: Right, s: f64, k: f64) -> f64 {
    match right {
        Right::Call => (s - k).max(0.0),
        Right::Put => (k - s).max(0.0),
    }
}
#[differentiate]
fn price(s: f64, k: f64, sched: &Schedule, right: &Right, styles: &[Style]) -> f64 {
    let mut v = payoff(*right, s, k);
    for (d, st) in sched.days.iter().zip(styles) {
        let c = v * (1.0 - 0.01 * f64::from(*d));
        v = if *st == Style::American && sched.style != Style::European { c.max(payoff(*right, s * 0.9, k)) } else { c };
    }
    v * sched.name.len() as f64
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ease {
    Linear,
    InQuad,
    InOut(u8),
    Bounce,
}
#[differentiate]
impl Ease {
    pub fn apply(self, t: f64) -> f64 {
        use Ease::*;
        match self {
            Linear => t,
            InQuad => t * t,
            InOut(p) if t < 0.5 => 0.5 * (2.0 * t).powi(p.into()),
            InOut(p) => 1.0 - 0.5 * (2.0 * (1.0 - t)).powi(i32::from(p)),
            Bounce => (t * 3.0).sin().abs(),
        }
    }
    pub fn both(&self, t: f64) -> (f64, f64) {
        (self.apply(t), 1.0 - self.apply(1.0 - t))
    }
}
#[differentiate]
fn animate(keys: &[(f64, f64)], times: &[f64]) -> f64 {
    let eases = [Ease::Linear, Ease::InQuad, Ease::InOut(3), Ease::Bounce];
    let mut total = 0.0;
    for (&t, ease) in times.iter().zip(eases.iter().cycle()) {
        let (a, b) = (keys[0], keys[1]);
        let e = ease.apply(t);
        let (p, q) = ease.both(t);
        total += (a.0 + (b.0 - a.0) * e) * (a.1 + (b.1 - a.1) * e) + p * q;
    }
    total
}
#[derive(Clone, Copy, Debug)]
struct Layout {
    nx: usize,
    ny: usize,
}
impl Layout {
    fn at(&self, i: usize, j: usize) -> usize {
        i * self.ny + j
    }
}
#[differentiate]
fn lay(l: Layout, u: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..l.nx {
        for j in 0..l.ny {
            s += (u[l.at(i, j)] - u[l.at(i - 1, j)]).powi(2);
        }
    }
    s
}
#[derive(Clone, Debug, Differentiable)]
struct Field {
    u: Vec<f64>,
    #[differentiable(skip)]
    layout: Layout,
}
#[differentiate]
impl Field {
    fn energy(&self) -> f64 {
        let layout = self.layout;
        lay(layout, &self.u) + self.u[self.layout.at(1, 1)]
    }
}
#[differentiate]
fn fe(u: &[f64]) -> f64 {
    let f = Field { u: u.to_vec(), layout: Layout { nx: 3, ny: 2 } };
    f.energy()
}
fn argmax(v: &[f64]) -> usize {
    let mut k = 0;
    for i in 0..v.len() {
        if v[i] > v[k] {
            k = i;
        }
    }
    k
}
fn converged(a: &[f64], b: &[f64], tol: f64) -> bool {
    a.iter().zip(b).all(|(x, y)| (x - y).abs() < tol)
}
#[differentiate]
fn newton(v: &[f64], t: f64) -> f64 {
    let mut x = v.to_vec();
    loop {
        let old = x.clone();
        for (xi, vi) in x.iter_mut().zip(v) {
            *xi = 0.5 * xi.cos() + 0.1 * vi * t;
        }
        if converged(&old, &x, 1e-14) {
            break;
        }
    }
    let k = argmax(&x);
    x[k] * v[argmax(v)] + x.iter().sum::<f64>()
}

fn first_above(v: &[f64], t: f64) -> Option<usize> {
    v.iter().position(|x| *x > t)
}
/// What is counted changes afterwards, and decides again in each round.
#[differentiate]
fn overwritten(v: &[f64]) -> f64 {
    let mut x = v.to_vec();
    let mut s = 0.0;
    for _ in 0..4 {
        let k = argmax(&x);
        s += x[k] * x[k] * v[argmax(&x)];
        x[k] = 0.1 * x[k] - 1.0;
        let j = argmax(&x);
        x[j] *= 0.5 * x[argmax(&x)];
        if let Some(i) = first_above(&x, 0.0) {
            s *= 1.0 + x[i] * (k + 1) as f64;
        }
    }
    x[argmax(&x)] + s
}
#[differentiate]
fn raised(x: &mut Vec<f64>, by: f64) -> usize {
    x[0] *= by;
    x.len()
}
/// It counts, and changes what it is given.
#[differentiate]
fn counted_and_changed(v: &[f64], by: f64) -> f64 {
    let mut x = v.to_vec();
    let n = raised(&mut x, by);
    x[0] * x[1] * n as f64
}
/// A local of a function's name.
#[differentiate]
fn shadowed(v: &[f64]) -> f64 {
    let argmax = |x: &[f64]| x[0] * x[1];
    let y = argmax(v);
    y * v[1]
}
/// Settings that are fields of what has derivatives, handed to functions.
#[derive(Clone, Debug, Differentiable)]
struct Contract {
    strike: f64,
    #[differentiable(skip)]
    right: Right,
    #[differentiable(skip)]
    schedule: Schedule,
}
#[differentiate(hessian, lanes)]
fn discounted(schedule: &Schedule, x: f64) -> f64 {
    x * x * f64::from(schedule.days[0]) + if schedule.style == Style::American { x.sin() } else { x }
}
#[differentiate(hessian, lanes)]
fn signed(right: Right, x: f64) -> f64 {
    if right == Right::Call { x * x } else { -x * x * x }
}
#[differentiate(hessian, lanes, jacobian)]
fn valued(o: &Contract, s: f64) -> f64 {
    let schedule = &o.schedule;
    let right = o.right;
    discounted(&o.schedule, s * o.strike) + signed(o.right, s - o.strike) * discounted(schedule, o.strike) + signed(right, s)
}
#[test]
fn settings_handed_on() {
    use autodiff_core::{ByLane, Lanes};
    let of =
        |strike| Contract { strike, right: Right::Put, schedule: Schedule { days: vec![3], style: Style::American, name: String::new() } };
    let (k, s, h) = (1.2, 0.7, 1e-5);
    let (_, (bar, s_bar)) = valued_grad(&of(k), s);
    let slope = |f: &dyn Fn(f64) -> f64, x: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-7 * (1.0 + want.abs()), "{got} and {want}");
    close(bar.strike, slope(&|k| valued(&of(k), s), k));
    close(s_bar, slope(&|s| valued(&of(k), s), s));
    let dots = ByLane([ContractCotangent { strike: 1.0 }, ContractCotangent { strike: 0.0 }]);
    let (_, d) = valued_jvp_lanes(&of(k), s, (&dots, Lanes([0.0, 1.0])));
    close(d.0[0], bar.strike);
    close(d.0[1], s_bar);
    let (_, rows) = valued_jacobian(&of(k), s);
    close(rows[0][0], bar.strike);
    let (_, _, hessian) = valued_hessian(&of(k), s);
    close(hessian[0][0], slope(&|k| valued_grad(&of(k), s).1.0.strike, k));
    close(hessian[1][0], slope(&|k| valued_grad(&of(k), s).1.1, k));
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    fn schedule() -> Schedule {
        Schedule { days: vec![3, 4], style: Style::American, name: "abc".into() }
    }
    fn right() -> Right {
        Right::Put
    }
    fn styles() -> [Style; 2] {
        [Style::American, Style::European]
    }

    checked!(price price_grad price_vjp price_jvp: 2, 0.5, 1.0, |v| (v[0], v[1] + 0.6, &schedule(), &right(), &styles()));
    checked!(animate animate_grad animate_vjp animate_jvp: 8, 0.05, 0.95, |v| (&[(v[0],v[1]),(v[2],v[3])], &v[4..]));
    checked!(fe fe_grad fe_vjp fe_jvp: 6, -1.0, 1.0, |v| (v));
    checked!(newton newton_grad newton_vjp newton_jvp: 4, -1.0, 1.0, |v| (&v[..3], v[3]));
    checked!(overwritten overwritten_grad overwritten_vjp overwritten_jvp: 4, -1.0, 1.0, |v| (v), d => d);
    checked!(counted_and_changed counted_and_changed_grad counted_and_changed_vjp counted_and_changed_jvp: 4, -1.0, 1.0, |v| (&v[..3], v[3]), d => (&d[..3], d[3]));
    checked!(shadowed shadowed_grad shadowed_vjp shadowed_jvp: 2, -1.0, 1.0, |v| (v), d => d);
}
