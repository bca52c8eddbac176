//! Maps, sets and queues of plain keys beside the numbers; other names for a `Result`; types named like those of std.
use std::collections::{BTreeMap, HashMap, VecDeque};

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn makespan(v: &[f64]) -> f64 {
    let edges: [(usize, usize); 5] = [(0, 2), (1, 2), (2, 3), (1, 3), (3, 4)];
    let mut before = [0u32; 5];
    let mut next: HashMap<usize, Vec<usize>> = HashMap::new();
    for &(a, b) in &edges {
        before[b] += 1;
        next.entry(a).or_default().push(b);
    }
    let mut ready: VecDeque<usize> = (0..5).filter(|&i| before[i] == 0).collect();
    let mut finish = vec![0.0; 5];
    while let Some(job) = ready.pop_front() {
        let end = finish[job] + v[job] * v[job];
        for &following in next.get(&job).into_iter().flatten() {
            if end > finish[following] {
                finish[following] = end;
            }
            before[following] -= 1;
            if before[following] == 0 {
                ready.push_back(following);
            }
        }
        finish[job] = end;
    }
    finish.into_iter().fold(0.0, f64::max)
}

#[differentiate]
fn balances(v: &[f64]) -> f64 {
    let entries = [("cash", 0), ("bank", 1), ("cash", 2), ("loan", 3), ("bank", 4)];
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    let mut balances: Vec<f64> = Vec::new();
    for (account, k) in entries {
        let slot = *index.entry(account).or_insert_with(|| balances.len());
        if slot == balances.len() {
            balances.push(0.0);
        }
        balances[slot] += v[k] * 1.5;
    }
    let signed: f64 = index.iter().map(|(name, &slot)| if name.starts_with('l') { -balances[slot] } else { balances[slot].powi(2) }).sum();
    signed + index.values().map(|&slot| balances[slot].sin()).sum::<f64>()
}

/// What is looked up tells where to look; the type of the position only rustc knows.
#[differentiate]
fn routed(v: &[f64]) -> f64 {
    let table: HashMap<&str, usize> = [("north", 0), ("south", 2)].into_iter().collect();
    let mut cost = 0.0;
    for (k, towards) in ["north", "east", "south"].iter().enumerate() {
        if let Some(&slot) = table.get(towards)
            && let Some(x) = v.get(slot)
            && *x > 0.0
        {
            cost += x * x * v[k];
        } else {
            cost -= v[4].exp() * 0.1;
        }
    }
    cost
}

// ---- names -------------------------------------------------------------------------------------------------------

#[derive(Debug, Clone, PartialEq)]
enum Fault {
    Negative,
    Empty,
}

type Outcome<T> = Result<T, Fault>;

#[differentiate]
fn root(x: f64) -> Outcome<f64> {
    if x < 0.0 { Err(Fault::Negative) } else { Ok(x.sqrt()) }
}

#[differentiate]
fn largest_root(v: &[f64]) -> Outcome<f64> {
    let (k, top) = v.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).ok_or(Fault::Empty)?;
    Ok(root(*top)? * v[k])
}

#[differentiate]
fn outcomes(v: &[f64]) -> f64 {
    let good: Outcome<f64> = largest_root(v);
    let bad = root(-v[0]).unwrap_or(v[1]);
    match good {
        Ok(x) => x * bad,
        Err(_) => 0.0,
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Cell {
    Number(f64),
    Sum(Vec<usize>),
    Scaled { of: usize, by: f64 },
}

#[differentiate]
fn cell(sheet: &[Option<Cell>], at: usize) -> Option<f64> {
    match sheet.get(at)? {
        Some(Cell::Number(x)) => Some(*x),
        Some(Cell::Sum(parts)) => {
            let mut total = 0.0;
            for &p in parts {
                total += cell(sheet, p)?;
            }
            Some(total)
        }
        Some(Cell::Scaled { of, by }) => cell(sheet, *of).map(|x| x * by),
        None => Some(0.0),
    }
}

#[differentiate]
fn spreadsheet(v: &[f64]) -> f64 {
    let sheet = vec![
        Some(Cell::Number(v[0])),
        Some(Cell::Scaled { of: 0, by: v[1] }),
        None,
        Some(Cell::Sum(vec![0, 1, 2])),
        Some(Cell::Scaled { of: 3, by: v[2] }),
    ];
    cell(&sheet, 4).unwrap_or(-1.0) + cell(&sheet, 17).unwrap_or(v[0])
}

// ---- what types tell ---------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
struct Ring<const N: usize> {
    slots: [f64; N],
    #[differentiable(skip)]
    head: usize,
    filled: bool,
}

#[differentiate]
impl<const N: usize> Ring<N> {
    fn push(&mut self, x: f64) -> Option<f64> {
        let old = std::mem::replace(&mut self.slots[self.head], x);
        let was = self.filled;
        self.head = (self.head + 1) % N;
        self.filled |= self.head == 0;
        was.then_some(old)
    }

    fn entries(&self) -> [f64; N] {
        self.slots
    }
}

#[differentiate]
fn delayed(v: &[f64]) -> f64 {
    let mut ring = Ring::<3> { slots: [0.0; 3], head: 0, filled: false };
    let mut s = 0.0;
    for x in v.iter().chain(v) {
        if let Some(old) = ring.push(x * 1.5) {
            s += old * x;
        }
        let [a, b, c] = ring.entries().map(|y| y.sin());
        s += a * b + c;
    }
    s
}

/// A count of a type with a parameter, as a number of that parameter.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Running<T> {
    n: usize,
    mean: T,
    m2: T,
}

#[differentiate]
impl<T: num_traits::Float> Running<T> {
    fn start() -> Self {
        Self { n: 0, mean: T::zero(), m2: T::zero() }
    }

    fn push(&mut self, x: T) {
        self.n += 1;
        let delta = x - self.mean;
        self.mean = self.mean + delta / T::from(self.n).unwrap();
        self.m2 = self.m2 + delta * (x - self.mean);
    }

    fn variance(&self) -> Option<T> {
        if self.n < 2 { None } else { Some(self.m2 / T::from(self.n - 1).unwrap()) }
    }
}

#[differentiate]
fn z_score(v: &[f64]) -> f64 {
    let mut r: Running<f64> = Running::start();
    for &x in &v[1..] {
        r.push(x);
    }
    (v[0] - r.mean) / r.variance().map(|s| s.sqrt()).unwrap_or(1.0)
}

#[derive(Clone, Debug, Differentiable)]
struct Affine<const I: usize, const O: usize> {
    w: [[f64; I]; O],
    b: [f64; O],
}

#[derive(Clone, Debug, Differentiable)]
struct Layered<const I: usize, const H: usize> {
    first: Affine<I, H>,
    last: Affine<H, 1>,
}

#[differentiate]
impl<const M: usize, const N: usize> Affine<M, N> {
    fn call(&self, x: &[f64; M]) -> [f64; N] {
        std::array::from_fn(|o| self.b[o] + self.w[o].iter().zip(x).map(|(w, x)| w * x).sum::<f64>())
    }
}

#[differentiate]
fn layered(v: &[f64]) -> f64 {
    let first = Affine { w: [[v[0], v[1]], [v[2], 0.5], [v[3], v[0]]], b: [v[1]; 3] };
    let net = Layered::<2, 3> { first, last: Affine { w: [[v[3], v[2], v[1]]], b: [0.1] } };
    let [y] = net.last.call(&net.first.call(&[v[0], v[3]]).map(|h| h.tanh()));
    y * y
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(makespan makespan_grad makespan_vjp makespan_jvp: 5, 0.3, 1.4, |v| (v), d => d);
    checked!(balances balances_grad balances_vjp balances_jvp: 5, 0.3, 1.4, |v| (v), d => d);
    checked!(routed routed_grad routed_vjp routed_jvp: 5, 0.3, 1.4, |v| (v), d => d);
    checked!(outcomes outcomes_grad outcomes_vjp outcomes_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(spreadsheet spreadsheet_grad spreadsheet_vjp spreadsheet_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(z_score z_score_grad z_score_vjp z_score_jvp: 5, 0.3, 1.4, |v| (v), d => d);
    checked!(layered layered_grad layered_vjp layered_jvp: 4, 0.3, 1.4, |v| (v), d => d);
    checked!(delayed delayed_grad delayed_vjp delayed_jvp: 5, 0.3, 1.4, |v| (v), d => d);
}
