//! `Result`: as a result, a parameter and a local; `?`, `match` and methods.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, constant, differentiate};

#[macro_use]
mod common;

#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    Negative(f64),
    Large { limit: usize },
    Other(String),
}

impl From<String> for Fault {
    fn from(text: String) -> Fault {
        Fault::Other(text)
    }
}

#[differentiate]
fn logarithm(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x.ln()) } else { Err(format!("negative: {x}")) }
}

#[differentiate]
fn checked(x: f64, limit: usize) -> Result<f64, Fault> {
    if x < 0.0 {
        return Err(Fault::Negative(constant(x)));
    }
    if x > limit as f64 {
        return Err(Fault::Large { limit });
    }
    let y = logarithm(x + 1.0)?;
    Ok(y * y)
}

#[differentiate]
fn total(v: &[f64], limit: usize) -> Result<f64, Fault> {
    let mut s = 0.0;
    for (i, x) in v.iter().enumerate() {
        let part = checked(*x + 2.0, limit)?;
        if i % 2 == 1 {
            continue;
        }
        s += part * x * checked(part * part, limit)?;
    }
    Ok(s)
}

#[differentiate]
fn matched(v: &[f64]) -> f64 {
    let a = match checked(v[0], 100) {
        Ok(y) => y,
        Err(_) => v[1] * v[1],
    };
    let b = match logarithm(v[2]) {
        Ok(y) if y > 3.0 => y * 3.0,
        Ok(y) => y,
        Err(e) if e.len() > 2 => v[1] * v[0],
        Err(_) => 1.0,
    };
    let c = match checked(v[1], 0) {
        Err(Fault::Large { limit }) => v[1] * (limit + 2) as f64,
        Err(Fault::Negative(_) | Fault::Other(_)) => v[2],
        Ok(y) => y,
    };
    let d = if let Ok(t) = total(v, 50) { t * v[0] } else { 0.0 };
    let Ok(e) = checked(v[0] * v[0], 90) else { return v[0] * v[1] };
    let kept = checked(v[1] * v[1], 100);
    let f = match &kept {
        Ok(x) => x * 2.0,
        Err(_) => 0.0,
    };
    a * b + c * d + e * f
}

#[differentiate]
fn chained(x: f64, k: f64) -> Result<f64, Fault> {
    let y = logarithm(x).map(|y| y * k).map_err(|e| Fault::Other(e))?;
    logarithm(y + 4.0).map_err(Fault::Other).and_then(|z| if z > 0.0 { Ok(z * x) } else { Err(Fault::Large { limit: 3 }) })
}

#[differentiate]
fn methods(v: &[f64]) -> f64 {
    let a = logarithm(v[0] * v[0]).unwrap();
    let b = logarithm(v[2]).unwrap_or(v[1] * v[0]);
    let c = logarithm(v[2]).unwrap_or_else(|e| if e.is_empty() { 0.0 } else { v[1] * 2.0 });
    let r = chained(v[0] * v[0] + 1.0, v[1]);
    let d = r.clone().expect("positive");
    let e = logarithm(v[1]).map_or(v[2], |x| x * v[2]);
    let g = logarithm(v[2]).ok();
    let h = if let Some(x) = g { x } else { v[1] };
    let k = if r.is_ok() && !r.is_err() { 2.0 } else { 0.0 };
    let o: Option<f64> = if v[0] > 0.0 { Some(v[0] * v[1]) } else { None };
    let p = o.ok_or("none").unwrap_or(3.0 * v[2]);
    let q = r.map_err(|_| 3).or_else(|n| if n > 5 { Err(n) } else { Ok(v[2]) }).unwrap_or_default();
    a * b + c * d + e * h * k + p * q
}

/// Results that are handed over, and kept in a variable that changes.
#[differentiate]
fn weighted(r: Result<f64, String>, k: f64) -> f64 {
    match r {
        Ok(x) => x * k,
        Err(e) => k * k * e.len().min(2) as f64,
    }
}

#[differentiate]
fn by_reference(r: &Result<f64, String>, k: f64) -> f64 {
    let mut s = k;
    for i in 0..3 {
        if let Ok(x) = r {
            s *= x + i as f64;
        }
    }
    s
}

#[differentiate]
fn handed_over(v: &[f64]) -> f64 {
    let mut r = logarithm(v[0]);
    let mut s = weighted(r.clone(), v[1]) + by_reference(&r, v[1]);
    for x in v {
        s += weighted(r.clone(), *x);
        r = if s > 2.6 { Err("large".to_string()) } else { Ok(s * x) };
    }
    s + by_reference(&r, v[2])
}

/// The names that `?` and methods make, and shadowing.
#[differentiate]
fn shadowed(v: &[f64]) -> f64 {
    fn inner(payload_0: f64, error_0: f64) -> f64 {
        payload_0 * error_0
    }
    let payload_1 = v[0] * v[0];
    let given_2 = v[1];
    let r = logarithm(payload_1).map(|payload_1| payload_1 * given_2);
    let value = r.unwrap_or(inner(given_2, v[2]));
    let r = logarithm(v[2]);
    value * r.unwrap_or(payload_1) + given_2
}

mod checks {
    checked! {
        matched matched_grad matched_vjp matched_jvp at [1.3, 0.7, -0.4], [0.6, -0.3, 1.5], [-0.5, 0.2, 30.0];
        methods methods_grad methods_vjp methods_jvp at [1.3, 0.7, -0.4], [0.6, 0.3, 1.5], [-0.5, 1.2, 0.4];
        handed_over handed_over_grad handed_over_vjp handed_over_jvp at [1.3, 0.7, -0.4], [0.6, -0.3, 1.5], [-0.5, 0.2, 0.4];
        shadowed shadowed_grad shadowed_vjp shadowed_jvp at [1.3, 0.7, -0.4], [0.6, -0.3, 1.5];
    }
}

#[test]
fn a_result_that_is_one() {
    let v = [1.3, 0.7, -0.4];
    let (value, bars) = total_vjp(&v, 50, Some(-1.5));
    assert_eq!(value, total(&v, 50));
    let differences = common::numeric_gradient(|v| -1.5 * total(v, 50).unwrap(), &v);
    common::assert_close("total", &bars, &differences, 1e-6);
    let (_, dot) = total_jvp(&v, 50, &[0.3, -0.2, 0.9]);
    let along = differences[0] * 0.3 + differences[1] * -0.2 + differences[2] * 0.9;
    common::assert_close("total", &[dot.unwrap() * -1.5], &[along], 1e-6);
}

#[test]
fn an_error_has_no_derivative() {
    let v = [1.3, 0.7, -4.0];
    assert_eq!(total_vjp(&v, 50, None), (Err(Fault::Negative(-2.0)), vec![0.0; 3]));
    assert_eq!(checked_vjp(7.0, 3, None), (Err(Fault::Large { limit: 3 }), 0.0));
    assert_eq!(logarithm_jvp(-1.0, 1.0), (Err("negative: -1".to_string()), None));
}

#[test]
#[should_panic(expected = "called `Result::unwrap()` on an `Err` value: \"negative: 0\"")]
fn unwrap_panics_as_it_does() {
    methods_grad(&[0.0, 1.0, 1.0]);
}

#[derive(Differentiable, Clone, Debug)]
struct Outcome {
    last: Result<f64, String>,
    weight: f64,
}

#[differentiate(hessian)]
fn root(x: f64) -> Result<f64, String> {
    if x >= 0.0 { Ok(x.sqrt()) } else { Err("negative".to_string()) }
}

#[differentiate(hessian)]
fn curved(v: &[f64]) -> f64 {
    let o = Outcome { last: root(v[0] * v[1]), weight: v[2] };
    let a = match &o.last {
        Ok(x) => x * o.weight * o.weight,
        Err(_) => v[0] * v[0],
    };
    a * root(v[2]).unwrap_or(v[0] * v[1])
}

#[test]
fn second_derivatives_of_results() {
    for at in [[1.3, 0.7, 0.4], [1.3, 0.7, -0.4], [-1.3, 0.7, -0.4]] {
        let dot = [0.3, -0.5, 0.9];
        let (value, gradient, product) = curved_hvp(&at, &dot);
        common::assert_same_bits("curved", value, curved(&at));
        common::assert_close("curved", &gradient, &common::numeric_gradient(curved, &at), 1e-6);
        let along = |v: &[f64]| curved_grad(v).1.iter().zip(&dot).map(|(g, d)| g * d).sum::<f64>();
        common::assert_close("curved", &product, &common::numeric_gradient(along, &at), 1e-6);
    }
}

/// Methods of the file that give a `Result` hid those of lists of the same names.
mod names_of_methods {
    use super::*;

    #[derive(Clone, Differentiable)]
    struct Table {
        rows: Vec<f64>,
    }

    #[differentiate]
    impl Table {
        fn get(&self, k: usize) -> Result<f64, String> {
            if k < self.rows.len() { Ok(self.rows[k]) } else { Err(format!("no row {k}")) }
        }

        fn last(&self) -> Result<f64, String> {
            self.get(self.rows.len() - 1)
        }
    }

    #[differentiate]
    fn of_lists(v: &[f64]) -> f64 {
        let table = Table { rows: v.iter().map(|x| x * x).collect() };
        let own = table.get(1).unwrap_or(0.5) * table.last().unwrap_or(0.25) + table.get(9).unwrap_or(v[0]);
        let w: Vec<f64> = v.iter().map(|x| x.sin()).collect();
        let of_std = w.get(1).copied().unwrap_or(2.0) * w.last().copied().unwrap_or(3.0) + v.get(7).copied().unwrap_or(v[2] * v[2]);
        let cut = w.get(1..).map_or(1.0, |rest| rest.iter().sum::<f64>());
        own * of_std + cut * cut
    }

    #[differentiate]
    fn of_ranges(v: &[f64]) -> f64 {
        let rs: [Result<f64, usize>; 3] = [Ok(v[0] * v[1]), Err(2), Ok(v[1].exp())];
        let h = 0..2;
        let mut sum = 0.0;
        for r in &rs[h] {
            sum += match r {
                Ok(x) => x * x,
                Err(k) => *k as f64 * v[2],
            };
        }
        for r in rs.get(1..).unwrap_or(&[]) {
            sum *= r.unwrap_or(v[3]);
        }
        sum
    }

    #[test]
    fn do_not_hide_those_of_lists() {
        for (f, vjp) in [(of_lists as fn(&[f64]) -> f64, of_lists_vjp as fn(&[f64], f64) -> (f64, Vec<f64>)), (of_ranges, of_ranges_vjp)] {
            for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 2.1]] {
                assert_eq!(vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
                autodiff_core::check_gradient(|p| -2.0 * f(p), |p| vjp(p, -2.0).1, &point).unwrap();
            }
        }
    }
}
