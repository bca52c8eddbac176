//! Calls of functions without the attribute that carry no derivative, and methods that give their receiver again.

use autodiff_core::{Differentiable, check_gradient, differentiate};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Regime {
    Laminar,
    Turbulent,
}

fn regime(speed: f64) -> Regime {
    if speed < 0.5 { Regime::Laminar } else { Regime::Turbulent }
}

#[differentiate]
fn friction(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (k, &v) in x.iter().enumerate() {
        sum += match regime(v) {
            Regime::Laminar => 64.0 * v,
            Regime::Turbulent => v * v.sin() * k as f64,
        };
    }
    sum * x[0]
}

fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

fn bracket(values: &[f64], at: f64) -> [usize; 2] {
    let below = values.iter().filter(|v| **v < at).count();
    [below.saturating_sub(1), below.min(values.len() - 1)]
}

#[differentiate]
fn ranked(x: &[f64]) -> f64 {
    let squares: Vec<f64> = x.iter().map(|v| v * v).collect();
    let mut sum = 0.0;
    for (rank, &i) in order(&squares).iter().enumerate() {
        sum += squares[i] * x[i] * (rank + 1) as f64;
    }
    let [low, high] = bracket(x, 0.5);
    sum + x[low] * x[high]
}

#[test]
fn lists_of_positions_and_choices_carry_no_derivative() {
    check!(friction friction_vjp friction_jvp,);
    check!(ranked ranked_vjp ranked_jvp,);
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Element {
    Fire,
    Water,
}

#[derive(Clone, Differentiable)]
struct Fighter {
    attack: f64,
    element: Element,
    #[differentiable(skip)]
    other: Element,
    name: String,
    marks: Vec<u8>,
}

fn multiplier(a: Element, b: Element) -> f64 {
    if a == b { 0.5 } else { 2.0 }
}

fn is_fire(e: &Element) -> f64 {
    if *e == Element::Fire { 1.0 } else { 3.0 }
}

fn by_name(name: String) -> f64 {
    name.len() as f64
}

fn by_marks(marks: &[u8]) -> f64 {
    marks.iter().map(|&m| m as f64).sum()
}

#[differentiate]
fn fought(x: &[f64]) -> f64 {
    let fighter =
        |attack: f64, element: Element| Fighter { attack, element, other: Element::Fire, name: "one".to_string(), marks: vec![2, 3] };
    let mut a = fighter(x[0] * x[1], Element::Fire);
    let b = fighter(x[2].sin(), Element::Water);
    let mut sum = 0.0;
    for k in 0..3 {
        a.attack *= x[3] * multiplier(a.element, b.other) + is_fire(&a.element);
        a.element = if k == 1 { Element::Water } else { Element::Fire };
        a.marks.push(k);
        sum += a.attack * by_marks(&a.marks) * b.attack;
    }
    sum * by_name(b.name)
}

/// Such arguments counted as parts of what varies.
#[test]
fn parts_without_numbers_are_handed_to_functions_without_the_attribute() {
    check!(fought fought_vjp fought_jvp,);
}

#[derive(Clone, Debug, Default, Differentiable)]
struct Running {
    count: u64,
    mean: f64,
    peak: Option<f64>,
}

#[differentiate]
impl Running {
    fn push(&mut self, x: f64) -> &mut Self {
        self.count += 1;
        self.mean += (x - self.mean) / self.count as f64;
        self.peak = match self.peak {
            Some(m) if m >= x => Some(m),
            _ => Some(x),
        };
        self
    }

    fn insert(&mut self, x: f64) -> &mut Running {
        self.mean *= x;
        self
    }
}

#[differentiate]
fn running(x: &[f64]) -> f64 {
    let mut r = Running::default();
    for &v in x {
        r.push(v).push(v * v);
    }
    r.insert(x[0]).push(x[1]).insert(x[2]);
    r.mean * r.peak.unwrap_or(1.0)
}

/// With names of std's: E0599 where `default` was derived, and the receiver of the second call was copied.
#[test]
fn methods_with_names_of_std_give_their_receiver_again() {
    check!(running running_vjp running_jvp,);
}

mod other {
    pub fn changed(n: u32) -> u32 {
        n + 1
    }
}

#[derive(Clone, Differentiable)]
struct Cells {
    values: Vec<f64>,
    k: f64,
}

#[differentiate]
impl Cells {
    fn cell(&mut self, i: usize) -> &mut f64 {
        &mut self.values[i]
    }
}

#[differentiate]
fn changed(x: &[f64]) -> f64 {
    let mut c = Cells { values: x.to_vec(), k: x[0] * x[1] };
    *c.cell(1) *= x[2];
    *c.cell(0) += c.k;
    c.values[0] * c.values[1] * other::changed(1) as f64
}

/// The function's name stands in another module of the file, too (E0599).
#[test]
fn functions_of_other_modules_have_the_name_of_the_caller() {
    check!(changed changed_vjp changed_jvp,);
}
