//! Options of references that are assigned again, in all modes.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};

use super::harness::*;

#[derive(Clone, Debug, Differentiable)]
struct Item {
    x: f64,
    list: Vec<f64>,
}

#[differentiate(hessian, lanes)]
fn largest(v: &[f64]) -> f64 {
    let mut best = None;
    for a in v {
        if best.is_none_or(|m| a > m) {
            best = Some(a)
        }
    }
    best.unwrap() * v[0]
}

#[differentiate(hessian, lanes)]
fn largest_number(v: &[f64]) -> f64 {
    let mut best = None;
    for &a in v {
        if best.is_none_or(|m| a > m) {
            best = Some(a)
        }
    }
    best.unwrap() * v[0]
}

#[differentiate(hessian, lanes)]
fn matched(v: &[f64]) -> f64 {
    let mut best: Option<&f64> = None;
    for a in v {
        match best {
            Some(m) if m >= a => {}
            _ => best = Some(a),
        }
    }
    if let Some(b) = best { b * v[0] } else { v[1] }
}

#[differentiate(hessian, lanes)]
fn begun(v: &[f64]) -> f64 {
    let mut best = v.first();
    for a in &v[1..] {
        if let Some(&b) = best {
            if *a > b {
                best = Some(a);
            }
        }
    }
    best.copied().unwrap_or(0.5) * v[2]
}

#[differentiate(hessian, lanes)]
fn previous(v: &[f64], k: f64) -> f64 {
    let mut last: Option<&f64> = None;
    let mut s = 0.0;
    for a in v {
        if let Some(p) = last {
            s += (a - p).powi(2) * k;
        }
        last = Some(a);
    }
    s
}

#[differentiate(hessian, lanes)]
fn of_structs(v: &[Item], k: f64) -> f64 {
    let mut best: Option<&Item> = None;
    for q in v {
        if best.map_or(true, |b| b.x < q.x) {
            best = Some(q);
        }
    }
    let b = best.unwrap();
    b.x * b.list[0] * k
}

#[differentiate(hessian, lanes)]
fn chosen(v: &[Item], k: f64) -> f64 {
    let mut best: Option<&Item> = None;
    for q in v {
        best = match best {
            None => Some(q),
            Some(b) if q.x > b.x => Some(q),
            Some(b) => Some(b),
        };
    }
    match best {
        Some(b) => b.x * b.list[0] * k,
        None => k,
    }
}

#[differentiate(hessian, lanes)]
fn left_out(v: &[Item], k: f64) -> f64 {
    let mut prev: Option<&Item> = None;
    let mut s = 0.0;
    for q in v.iter() {
        let Some(p) = prev else {
            prev = Some(q);
            continue;
        };
        s += p.x * q.list[0] * k;
        prev = Some(q);
    }
    s
}

#[differentiate(hessian, lanes)]
fn best_two(v: &[Item], k: f64) -> f64 {
    let mut best = &v[0];
    let mut second: Option<&Item> = None;
    for q in &v[1..] {
        if q.x > best.x {
            second = Some(best);
            best = q;
        } else if second.map(|s| s.x < q.x).unwrap_or(true) {
            second = Some(q);
        }
    }
    best.x * second.unwrap().list[0] * k
}

#[differentiate(hessian, lanes)]
fn nearest(v: &[Item], k: f64) -> f64 {
    let mut best: Option<(f64, &Item)> = None;
    for q in v {
        let d = (q.x - k).abs();
        if best.is_none_or(|(e, _)| d < e) {
            best = Some((d, q));
        }
    }
    let (d, q) = best.unwrap();
    d * q.list[0]
}

#[differentiate(hessian, lanes)]
fn nearest_matched(v: &[Item], k: f64) -> f64 {
    let mut best: Option<(f64, &Item)> = None;
    for q in v {
        let d = (q.x - k).abs();
        match best {
            Some((e, p)) if e < d && p.x > -9.0 => {}
            _ => best = Some((d, q)),
        }
    }
    best.map_or(0.0, |(d, q)| d * q.list[0]) + best.unwrap().1.x * best.unwrap().0
}

#[differentiate(hessian, lanes)]
fn nearest_of_three(v: &[Item], k: f64) -> f64 {
    let mut best = None;
    for (i, q) in v.iter().enumerate() {
        let d = (q.x - k).abs();
        if best.is_none_or(|(e, _, _)| d < e) {
            best = Some((d, q, i));
        }
    }
    if let Some((d, q, i)) = best { d * q.list[0] * (i + 1) as f64 } else { k }
}

fn items(c: &mut Cur) -> Vec<Item> {
    (0..3).map(|_| Item { x: c.n(), list: vec![c.n()] }).collect()
}

macro_rules! of_numbers {
    ($($f:ident $vjp:ident $jvp:ident $grad:ident $hvp:ident $hessian:ident $jvp_lanes:ident;)*) => { $(
        #[test]
        fn $f() {
            for at in [[0.7, -0.3, 1.4, 0.2], [1.9, 0.3, 1.4, -0.2]] {
                second!(2e-6; [super] $f $vjp $jvp $grad $hvp $hessian at at; c => (&c.vec(4)); &c.vec(4));
                lanes!([super] $f $jvp $jvp_lanes at at; c => (&c.vec(4)); &c.vec(4));
            }
        }
    )* };
}

macro_rules! of_items {
    ($($f:ident $vjp:ident $jvp:ident $grad:ident $hvp:ident $hessian:ident $jvp_lanes:ident;)*) => { $(
        #[test]
        fn $f() {
            for at in [[0.7, -0.3, 1.4, 0.2, 0.4, 0.9, 1.1], [0.7, -0.3, 0.2, 1.5, 1.4, 0.9, -0.1]] {
                second!(2e-6; [super] $f $vjp $jvp $grad $hvp $hessian at at; c => (&items(&mut c), c.n()); (&c.fill(zero(&items(&mut Cur::new(&[0.0; 6]))))[..], c.n()));
                lanes!([super] $f $jvp $jvp_lanes at at; c => (&items(&mut c), c.n()); (&c.fill(zero(&items(&mut Cur::new(&[0.0; 6]))))[..], c.n()));
            }
        }
    )* };
}

mod in_all_modes {
    use super::*;

    of_numbers! {
        largest largest_vjp largest_jvp largest_grad largest_hvp largest_hessian largest_jvp_lanes;
        largest_number largest_number_vjp largest_number_jvp largest_number_grad largest_number_hvp largest_number_hessian largest_number_jvp_lanes;
        matched matched_vjp matched_jvp matched_grad matched_hvp matched_hessian matched_jvp_lanes;
        begun begun_vjp begun_jvp begun_grad begun_hvp begun_hessian begun_jvp_lanes;
    }

    of_items! {
        of_structs of_structs_vjp of_structs_jvp of_structs_grad of_structs_hvp of_structs_hessian of_structs_jvp_lanes;
        chosen chosen_vjp chosen_jvp chosen_grad chosen_hvp chosen_hessian chosen_jvp_lanes;
        left_out left_out_vjp left_out_jvp left_out_grad left_out_hvp left_out_hessian left_out_jvp_lanes;
        best_two best_two_vjp best_two_jvp best_two_grad best_two_hvp best_two_hessian best_two_jvp_lanes;
        nearest nearest_vjp nearest_jvp nearest_grad nearest_hvp nearest_hessian nearest_jvp_lanes;
        nearest_matched nearest_matched_vjp nearest_matched_jvp nearest_matched_grad nearest_matched_hvp nearest_matched_hessian nearest_matched_jvp_lanes;
        nearest_of_three nearest_of_three_vjp nearest_of_three_jvp nearest_of_three_grad nearest_of_three_hvp nearest_of_three_hessian nearest_of_three_jvp_lanes;
    }

    #[test]
    fn previous() {
        second!(2e-6; [super] previous previous_vjp previous_jvp previous_grad previous_hvp previous_hessian at [0.7, -0.3, 1.4, 0.2]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    }
}
