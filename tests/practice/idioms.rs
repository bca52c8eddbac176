//! Ways of writing rather than fields: references to references, parts that are moved out, names of types, operators of a value and a
//! reference, lists collected into fields.
use std::ops::{Mul, Sub};

use autodiff_core::{Differentiable, differentiate};

// ---- names of types ----------------------------------------------------------------------------------------------

type Row = Vec<f64>;
type Matrix = Vec<Row>;
type Pair = (f64, f64);
type Point = [f64; 2];

#[differentiate]
fn transposed(m: &Matrix) -> Matrix {
    let columns = m.first().map_or(0, |r| r.len());
    (0..columns).map(|j| m.iter().map(|row| row[j]).collect()).collect()
}

#[differentiate]
fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let columns = transposed(b);
    a.iter().map(|r| columns.iter().map(|c| r.iter().zip(c.iter()).map(|(x, y)| x * y).sum::<f64>()).collect()).collect()
}

#[differentiate]
fn centre(points: &[Point]) -> Point {
    let n = points.len() as f64;
    let mut c: Point = [0.0; 2];
    for p in points {
        c[0] += p[0] / n;
        c[1] += p[1] / n;
    }
    c
}

#[differentiate]
fn named_types(v: &[f64]) -> f64 {
    let a: Matrix = v.chunks(2).map(|row| row.to_vec()).collect();
    let product = times(&a, &transposed(&a));
    let points: Vec<Point> = v.chunks_exact(2).map(|p| [p[0], p[1]]).collect();
    let c = centre(&points);
    let scaled: Point = c.map(|x| x * v[0]);
    let pair: Pair = (scaled[0].sin(), scaled[1]);
    product.iter().flatten().map(|x| x * x).sum::<f64>() * 0.1 + pair.0 * pair.1
}

// ---- references to references ------------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
struct Signals {
    left: Vec<f64>,
    right: Vec<f64>,
}

const MASK: [bool; 4] = [true, false, true, true];
const LIMITS: [f64; 4] = [0.0, 0.5, -0.3, 0.2];
const NAMES: [&str; 4] = ["a", "b", "c", "a"];

#[differentiate]
fn filtered(s: &Signals) -> f64 {
    let count = s.left.iter().filter(|&v| *v > 0.0).count() as f64;
    let louder: f64 = s.left.iter().zip(&s.right).filter(|(a, b)| **a > **b).map(|(a, b)| a * b).sum();
    let begun: f64 = s.left.iter().skip_while(|&&v| v < 0.0).take_while(|v| v.abs() < 5.0).copied().sum();
    let large = s.right.iter().find(|x| **x > -1.0).unwrap();
    count + louder + begun * large
}

#[differentiate]
fn extremes(s: &Signals) -> f64 {
    let high = s.left.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let low = s.left.iter().min_by(|&a, &b| a.total_cmp(b)).copied().unwrap();
    let (at, nearest) = s.right.iter().map(|r| (r - low).powi(2)).enumerate().min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap()).unwrap();
    high * low + nearest * (at + 1) as f64
}

#[differentiate]
fn masked(v: &[f64]) -> f64 {
    let names = NAMES;
    let shown: f64 = v.iter().zip(MASK.iter()).filter(|(_, shown)| **shown).map(|(x, _)| x * x).sum();
    let above: f64 = v.iter().zip(LIMITS.iter()).filter(|(x, limit)| x > limit).map(|(x, limit)| x * limit).sum();
    let squares: f64 = v.iter().zip(&LIMITS).filter(|&(x, limit)| *x > *limit).map(|(x, limit)| x * x * limit).sum();
    let named: f64 = v.iter().zip(names.iter()).filter(|(_, n)| **n != "b" && n.len() == 1).map(|(x, _)| x.sin()).sum();
    shown + above + squares + named
}

// ---- parts that are moved out ------------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
enum Phase {
    Boost { fuel: f64 },
    Coast,
    Descent(f64),
}

#[derive(Clone, Debug, Differentiable)]
struct Rocket {
    height: f64,
    speed: f64,
    mass: f64,
    phase: Phase,
}

#[differentiate]
impl Rocket {
    fn tick(self, dt: f64) -> Self {
        let Self { height, speed, mass, phase } = self;
        let (a, phase, mass) = match phase {
            Phase::Boost { fuel } if fuel > 0.05 => (20.0 / mass - 9.8, Phase::Boost { fuel: fuel - 0.3 * dt }, mass - 0.1 * dt),
            Phase::Boost { .. } => (-9.8, Phase::Coast, mass),
            Phase::Coast if speed < 0.0 => (-9.8, Phase::Descent(0.5 + 0.1 * height), mass),
            Phase::Coast => (-9.8, Phase::Coast, mass),
            Phase::Descent(drag) => (-9.8 + drag * speed * speed / mass, Phase::Descent(drag), mass),
        };
        Self { height: height + speed * dt, speed: speed + a * dt, mass, phase }
    }
}

#[differentiate]
fn flight(mass: f64, fuel: f64, step: f64) -> f64 {
    let dt = 0.1 * step;
    let mut r = Rocket { height: 0.0, speed: 0.0, mass, phase: Phase::Boost { fuel } };
    let mut top = 0.0_f64;
    for _ in 0..30 {
        r = r.tick(dt);
        top = top.max(r.height);
        if r.height < -5.0 {
            break;
        }
    }
    let last = r.tick(dt);
    let Rocket { height, speed, phase, .. } = last;
    let extra = match phase {
        Phase::Descent(d) => d * height,
        _ => speed,
    };
    top + speed * 0.1 + extra
}

#[derive(Debug, Clone, PartialEq)]
enum Fault {
    Empty,
    Explosive { limit: String },
}

#[differentiate(wrt(theta))]
fn likelihood(theta: &[f64], returns: &[f64]) -> Result<f64, Fault> {
    let (omega, alpha, beta) = match theta {
        [o, a, b] => (o.exp(), *a, *b),
        _ => return Err(Fault::Empty),
    };
    let first = returns.first().ok_or(Fault::Empty)?;
    if alpha + beta >= 1.0 {
        return Err(Fault::Explosive { limit: "one".to_string() });
    }
    let mut h = omega / (1.0 - alpha - beta);
    let mut sum = -0.5 * (h.ln() + first * first / h);
    for w in returns.windows(2) {
        let [before, now] = w else { unreachable!() };
        h = omega + alpha * before.powi(2) + beta * h;
        sum += -0.5 * (h.ln() + now.powi(2) / h);
    }
    Ok(sum)
}

#[differentiate(wrt(theta))]
fn garch(theta: &[f64], returns: &[f64]) -> f64 {
    match likelihood(theta, returns) {
        Ok(l) => -l / returns.len() as f64,
        Err(Fault::Explosive { limit }) => theta[0] * limit.len() as f64,
        Err(_) => 0.0,
    }
}

// ---- operators of a value and a reference, and of nothing else ------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
struct List {
    data: Vec<f64>,
}

#[differentiate]
impl Sub<&List> for List {
    type Output = List;
    fn sub(mut self, o: &List) -> List {
        for (a, b) in self.data.iter_mut().zip(&o.data) {
            *a -= b * b;
        }
        self
    }
}
#[differentiate]
impl Mul<List> for &List {
    type Output = List;
    fn mul(self, o: List) -> List {
        List { data: self.data.iter().zip(o.data).map(|(a, b)| a * b * b).collect() }
    }
}
#[differentiate]
impl Mul<&List> for List {
    type Output = List;
    fn mul(self, o: &List) -> List {
        List { data: self.data.iter().zip(&o.data).map(|(a, b)| a * b * b).collect() }
    }
}

#[differentiate]
fn one_sided(v: &[f64]) -> f64 {
    let a = List { data: v.to_vec() };
    let b = List { data: v.iter().map(|x| x.sin()).collect() };
    let other = &b;
    let c = a.clone() - &b;
    let d = a.clone() - other;
    let e = &c * d.clone();
    let f = d * &(other * c);
    (e - &f).data.iter().map(|x| x.cos()).sum()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    fn signals(v: &[f64]) -> Signals {
        Signals { left: v[..4].to_vec(), right: v[4..].to_vec() }
    }

    checked!(named_types named_types_grad named_types_vjp named_types_jvp: 6, -1.0, 1.0, |v| (v), d => d);
    #[test]
    fn levels() {
        crate::check(8, -1.0, 1.0, &|v| filtered(&signals(v)), &|v| {
            let (value, bars) = filtered_grad(&signals(v));
            (value, crate::numbers(&bars))
        });
        crate::check(8, -1.0, 1.0, &|v| extremes(&signals(v)), &|v| {
            let (value, bars) = extremes_grad(&signals(v));
            (value, crate::numbers(&bars))
        });
    }
    checked!(masked masked_grad masked_vjp masked_jvp: 4, -1.0, 1.0, |v| (v), d => d);
    checked!(flight flight_grad flight_vjp flight_jvp: 3, 0.2, 0.4, |v| (v[0] + 0.5, v[1], v[2]), d => (d[0], d[1], d[2]));
    checked!(garch garch_grad garch_vjp garch_jvp: 3, 0.1, 0.7, |v| (v, &[0.1, -0.4, 0.3, 0.9, -0.2]), d => d);
    checked!(one_sided one_sided_grad one_sided_vjp one_sided_jvp: 4, -1.0, 1.0, |v| (v), d => d);
}
