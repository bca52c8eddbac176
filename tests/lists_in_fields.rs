//! Methods that change lists which the macro cannot see: fields of structs.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Debug, Default)]
struct Store {
    list: Vec<f64>,
    rows: Vec<Vec<f64>>,
    fixed: [f64; 4],
    count: usize,
}

#[differentiate]
fn pushed_and_popped(v: &[f64]) -> f64 {
    let mut s = Store::default();
    for x in v {
        s.list.push(x * x);
        s.count += 1;
    }
    s.list.push(s.list[0] * v[1]);
    let last = s.list.pop().unwrap();
    let mut total = last * s.list.len() as f64;
    while let Some(x) = s.list.pop() {
        total += x * total;
        if s.list.len() == 2 {
            s.list.push(total);
            s.list.pop();
        }
    }
    total
}

/// What is popped and not used has its place in the cotangent again.
#[differentiate]
fn popped_unused(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), ..Store::default() };
    s.list.pop();
    let _ = s.list.pop();
    s.list.iter().map(|x| x * x * x).sum()
}

#[differentiate]
fn swapped(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), ..Store::default() };
    for i in 0..v.len() - 1 {
        s.list.swap(i, i + 1);
        s.list[i] *= s.list[i + 1] + 2.0;
    }
    s.list.swap(0, 0);
    s.list[0] * s.list[1] - s.list[2]
}

#[differentiate]
fn filled(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), fixed: [v[0], v[1], v[2], v[0] * v[1]], ..Store::default() };
    let before = s.list[1] * s.fixed[3];
    s.list.fill(v[0] * v[2]);
    s.list[1] += v[1];
    s.fixed.fill(v[1]);
    s.fixed[2] *= v[2];
    before + s.list.iter().sum::<f64>() * s.fixed.iter().product::<f64>()
}

#[differentiate]
fn resized(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), ..Store::default() };
    s.list.resize(6, v[0] * v[1]);
    let mut total = s.list[5] * s.list[4] * s.list[0];
    s.list.resize(2, v[2]);
    total += s.list[1] * s.list[0];
    s.list.truncate(5);
    s.list.truncate(1);
    total += s.list[0] * total;
    s.list.clear();
    s.list.push(total);
    s.list[0] * v[2]
}

#[differentiate]
fn copied(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), ..Store::default() };
    let doubled: Vec<f64> = v.iter().map(|x| 2.0 * x * x).collect();
    s.fixed[1..4].copy_from_slice(&doubled[..3]);
    s.list.extend_from_slice(v);
    s.list.extend_from_slice(&doubled);
    let n = v.len();
    s.list[n] *= s.fixed[2];
    s.list[..n].clone_from_slice(&doubled);
    s.list.extend_from_slice(&[]);
    s.list.iter().enumerate().map(|(i, x)| x * x * i as f64).sum::<f64>() + s.fixed[1] * s.fixed[3]
}

#[differentiate]
fn rearranged(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), fixed: [v[0], v[1] * v[1], v[2], 1.0], ..Store::default() };
    s.list.reverse();
    s.list[0] *= v[0];
    s.list.rotate_left(1);
    s.list[0] *= s.list[2];
    s.list.insert(1, v[1] * v[2]);
    let removed = s.list.remove(2);
    s.list.rotate_right(1);
    s.fixed.reverse();
    s.fixed.rotate_right(2);
    let other = s.list.swap_remove(0);
    s.list.iter().enumerate().map(|(i, x)| x * (i + 1) as f64).sum::<f64>() * removed + other * other * s.fixed[0] * s.fixed[1] - s.fixed[3]
}

#[differentiate]
fn nested(v: &[f64]) -> f64 {
    let mut s = Store::default();
    for i in 0..3 {
        s.rows.push(v.to_vec());
        s.rows[i].push(v[i] * v[0]);
        s.rows[i].swap(0, i);
        s.rows[i][1] *= v[2];
    }
    s.rows.swap(0, 2);
    let gone = s.rows.pop().unwrap();
    s.rows.resize(4, gone.clone());
    s.rows.iter().map(|r| r[0] * r[1] + r[3]).sum::<f64>() * gone[3]
}

#[differentiate]
impl Store {
    fn add(&mut self, x: f64) -> f64 {
        self.list.push(x * self.fixed[0]);
        if self.list.len() > 3 {
            let old = self.list.remove(0);
            self.fixed.swap(0, 1);
            return old;
        }
        self.count += 1;
        0.0
    }
}

#[differentiate]
fn window(v: &[f64]) -> f64 {
    let mut s = Store { fixed: [v[0], v[1], 0.0, 0.0], ..Store::default() };
    let mut total = 0.0;
    for k in 0..7 {
        total += s.add(v[k % 3] * (1.0 + total)) * v[1];
    }
    total + s.list.iter().sum::<f64>()
}

/// Lent by `&mut`, and constants put into it.
#[differentiate]
fn fill_up(s: &mut Store, k: f64) {
    s.list.clear();
    s.list.push(1.0);
    s.list.push(k);
    s.list.resize(4, 3.0);
    s.list[3] *= k;
}

#[differentiate]
fn lent(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), ..Store::default() };
    s.list[0] *= 2.0;
    let first = s.list[0];
    fill_up(&mut s, v[1] * first);
    s.list[0] * s.list[1] * s.list[2] * s.list[3]
}

mod checks {
    checked! {
        pushed_and_popped pushed_and_popped_grad pushed_and_popped_vjp pushed_and_popped_jvp at [1.3, 0.7, -0.4], [0.5, 2.0, 1.5, 0.3];
        popped_unused popped_unused_grad popped_unused_vjp popped_unused_jvp at [1.3, 0.7, -0.4, 0.2];
        swapped swapped_grad swapped_vjp swapped_jvp at [1.3, 0.7, -0.4], [1.3, 0.7, -0.4, 0.2];
        filled filled_grad filled_vjp filled_jvp at [1.3, 0.7, -0.4];
        resized resized_grad resized_vjp resized_jvp at [1.3, 0.7, -0.4];
        copied copied_grad copied_vjp copied_jvp at [1.3, 0.7, -0.4];
        rearranged rearranged_grad rearranged_vjp rearranged_jvp at [1.3, 0.7, -0.4], [1.3, 0.7, -0.4, 0.2];
        nested nested_grad nested_vjp nested_jvp at [1.3, 0.7, -0.4];
        window window_grad window_vjp window_jvp at [1.3, 0.7, -0.4];
        lent lent_grad lent_vjp lent_jvp at [1.3, 0.7, -0.4];
    }
}

#[differentiate(hessian)]
fn curved(v: &[f64]) -> f64 {
    let mut s = Store { list: v.to_vec(), fixed: [v[0], v[1], v[2], v[0] * v[1]], ..Store::default() };
    s.list.push(v[0] * v[1] * v[2]);
    s.list.swap(0, 3);
    s.fixed.reverse();
    s.list.extend_from_slice(v);
    s.list.insert(1, v[0] * v[0]);
    let a = s.list.remove(3);
    let b = s.list.swap_remove(2);
    s.list.rotate_left(2);
    s.fixed[1..3].fill(v[1] * v[2]);
    let c = s.list.pop().unwrap();
    s.list.truncate(3);
    s.list.resize(5, v[1] * v[1]);
    s.list.iter().enumerate().map(|(i, x)| x * x * (i + 1) as f64).sum::<f64>() * a + b * c * s.fixed[0] * s.fixed[1]
}

#[test]
fn second_derivatives_of_lists() {
    let (at, dot) = ([1.3, 0.7, -0.4], [0.3, -0.5, 0.9]);
    let (value, gradient, product) = curved_hvp(&at, &dot);
    common::assert_same_bits("curved", value, curved(&at));
    common::assert_close("curved", &gradient, &common::numeric_gradient(curved, &at), 1e-6);
    let along = |v: &[f64]| curved_grad(v).1.iter().zip(&dot).map(|(g, d)| g * d).sum::<f64>();
    common::assert_close("curved", &product, &common::numeric_gradient(along, &at), 1e-6);
}
