//! Patterns that look further into what a search or a lookup gives.
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
enum Dose {
    Bolus { time: f64, amount: f64 },
    Rate(f64),
}

#[differentiate]
fn doses(v: &[f64]) -> Vec<Dose> {
    vec![Dose::Bolus { time: v[0], amount: v[1] }, Dose::Bolus { time: v[2], amount: v[3] }, Dose::Rate(v[4])]
}

#[differentiate]
fn bolus_at(v: &[f64]) -> f64 {
    let list = doses(v);
    let mut sum = 0.0;
    for i in 0..5 {
        if let Some(Dose::Bolus { time, amount }) = list.get(i) {
            sum += amount * time * (i + 1) as f64;
        }
    }
    sum
}

#[differentiate]
fn while_bolus(v: &[f64]) -> f64 {
    let list = doses(v);
    let (mut i, mut sum) = (0, 1.0);
    while let Some(Dose::Bolus { time, amount }) = list.get(i) {
        if *time > 10.0 {
            break;
        }
        sum *= amount * time + 0.5;
        i += 1;
    }
    sum
}

#[differentiate]
fn while_peeked(v: &[f64]) -> f64 {
    let list = doses(v);
    let mut rest = list.iter().peekable();
    let mut sum = 0.2;
    while let Some(Dose::Bolus { time, amount }) = rest.peek() {
        sum += sum * amount * time;
        rest.next();
    }
    if let Some(Dose::Rate(r)) = rest.next() {
        sum *= r;
    }
    sum
}

/// The other branch is long, and a value.
#[differentiate]
fn chosen_value(v: &[f64]) -> f64 {
    let list = doses(v);
    let mut total = 0.0;
    for k in 0..4 {
        let w = if let Some(Dose::Bolus { time, amount }) = list.get(k) {
            if *time < 0.5 {
                continue;
            }
            amount * time
        } else {
            let mut s = 0.1;
            for d in &list {
                if let Dose::Rate(x) = d {
                    s += x * x;
                }
            }
            s
        };
        total += w * w * (k + 1) as f64;
    }
    total
}

#[differentiate]
fn as_the_result(v: &[f64]) -> f64 {
    let list = doses(v);
    if let Some(Dose::Rate(x)) = list.get(1) { x * v[0] } else { v.iter().map(|x| x * x).sum() }
}

/// What follows the branch is only reached by the other one.
#[differentiate]
fn early(v: &[f64]) -> f64 {
    let list = doses(v);
    if let Some(Dose::Rate(x)) = list.get((v[0] > 1.0) as usize * 2) {
        return x * x * v[0];
    }
    let mut s = 1.0;
    for d in &list {
        match d {
            Dose::Bolus { time, amount } => s *= time + amount,
            Dose::Rate(x) => s *= x,
        }
    }
    s
}

#[differentiate]
fn or_else(v: &[f64], i: usize) -> Option<f64> {
    let list = doses(v);
    let Some(Dose::Bolus { time, amount }) = list.get(i) else {
        return None;
    };
    let Some(Dose::Rate(x)) = list.last() else { panic!("no rate") };
    Some(time * amount * x)
}

#[differentiate]
fn else_leaves(v: &[f64]) -> f64 {
    or_else(v, 1).unwrap_or(0.0) + or_else(v, 2).unwrap_or(v[0] * v[4])
}

/// Guards are asked once, whatever they do.
#[differentiate]
fn matched(v: &[f64]) -> f64 {
    let list = doses(v);
    let mut product = 1.0;
    for i in 0..4 {
        let w = match list.get(i) {
            Some(Dose::Bolus { time, amount }) if *time > 1.0 => time * amount,
            Some(Dose::Rate(x)) => x.sin(),
            None => 2.0 * v[1],
            _ => list.len() as f64 * v[3],
        };
        let u = match list.get(i + 1) {
            Some(Dose::Bolus { time, .. }) if *time > 100.0 => 3.0 * time,
            Some(Dose::Rate(x)) if product > 0.0 => x * x,
            _ => {
                let t = w * v[2];
                t * t
            }
        };
        product *= w * u + 0.3;
    }
    product
}

#[differentiate]
fn searched(v: &[f64]) -> f64 {
    let list = doses(v);
    if let Some(Dose::Bolus { time, amount }) = list.iter().find(|d| matches!(d, Dose::Bolus { time, .. } if *time > 1.0)) {
        return time * amount * v[4];
    }
    0.0
}

#[differentiate]
fn pairs(v: &[f64]) -> Vec<(f64, f64)> {
    v.chunks_exact(2).map(|c| (c[0], c[1])).collect()
}

#[differentiate]
fn both_ends(v: &[f64]) -> f64 {
    let line = pairs(v);
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else { return 0.0 };
    first.0 * last.1 + first.1 * last.0
}

#[differentiate]
fn both_or_not(v: &[f64]) -> f64 {
    let line = pairs(v);
    let mut s = v[0];
    if let (Some(a), Some((b, _))) = (line.first(), line.get(1)) {
        s += a.0 * b;
    } else {
        s -= 1.0;
    }
    if let (Some(a), Some(b)) = (line.get(7), line.get(1)) {
        s += a.0 * b.0;
    }
    let w = if let (Some(a), Some(b)) = (line.get(2), line.get(1)) { a.1 * b.1 } else { s * s };
    s * w
}

// ---- what is around ----------------------------------------------------------------------------------------------

/// The type of a number that only the closure's parameter tells.
#[differentiate]
fn told_by_a_closure(v: &[f64]) -> f64 {
    let k = v[0];
    let f = |x: f64, y: f64| x.min(y) + k * x.max(y);
    let mut list = vec![1.5; 3];
    let mut array = [0.25; 2];
    let mut pair = (0.5, 1.0);
    let mut s = 0.0;
    for x in v {
        s += f(list[1] * 2.0, array[0] + 1.0) * x;
        list[1] += x * 0.5;
        array[0] -= s;
        s += f(pair.0, list[0]);
        pair.0 = s;
        pair.1 = f(pair.1, -array[1]);
        array[1] = f(1.0, 2.0);
    }
    s * pair.1
}

/// Each side of `zip` by itself: the names only count.
#[differentiate]
fn counted(v: &[f64]) -> f64 {
    let mut counts: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for w in ["a", "b", "a", "c", "a"] {
        *counts.entry(w).or_insert(0) += 1;
    }
    let names = ["a", "b", "c"];
    names.iter().zip(v).map(|(name, x)| counts.get(name).copied().unwrap_or_default() as f64 * x.exp()).sum()
}

#[differentiate]
fn sides(v: &[f64]) -> f64 {
    let (n, d) = v.iter().enumerate().fold((0.0, 1.0), |(n, d), (k, x)| (n + x * k as f64, d * x));
    let (i, s) = v.iter().zip([1.0, 2.0, 3.0, 4.0, 5.0]).fold((0.0, 0.0), |(i, s), (x, w)| (i + x * w, s + w));
    let (mut a, mut b) = (0.0, 0.0);
    let table = [0.5, 1.5, 2.5];
    for (w, x) in table.iter().zip(v.iter()).skip(1) {
        a += w;
        b += w * x;
    }
    let (mut out, mut more) = ([0.0; 5], [0.0; 5]);
    for (((o, x), w), p) in out.iter_mut().zip(v).zip(table.iter().rev()).zip(more.iter_mut()) {
        *o = x * w;
        *p += w * *o;
    }
    table.iter().zip(v).zip(out.iter_mut()).for_each(|((w, x), o)| *o *= w + x);
    let t: f64 = v.iter().zip(0..).map(|(x, i)| x * f64::from(i)).sum();
    n / d + i * s + a * b + out.iter().sum::<f64>() * more.iter().sum::<f64>() + t
}

#[differentiate]
fn lengths(v: &[f64]) -> f64 {
    let blocks = v.chunks_exact(2);
    let n = blocks.len() as f64;
    let pairs = v.iter().zip(v.iter().skip(1));
    let count = pairs.len();
    let spread = pairs.map(|(a, b)| a * b).sum::<f64>() / count as f64;
    (blocks.map(|c| c[0] * c[1]).sum::<f64>() + spread) / n / v.windows(3).len() as f64
}

#[derive(Clone, Copy)]
enum Ease {
    Linear,
    Cubic,
}

impl Ease {
    #[differentiate]
    fn apply(self, t: f64) -> f64 {
        match self {
            Self::Linear => t,
            Self::Cubic if t < 0.5 => 4.0 * t.powi(3),
            Self::Cubic => t * t,
        }
    }

    #[differentiate]
    fn slope(&self, t: f64) -> f64 {
        match self {
            Ease::Linear => 1.0,
            Ease::Cubic => t.sin(),
        }
    }
}

/// Only the functions have the attribute, and the type has no numbers.
#[differentiate]
fn eased(v: &[f64]) -> f64 {
    [Ease::Linear, Ease::Cubic, Ease::Cubic].iter().zip(v).map(|(e, &t)| e.apply(t) * e.slope(t)).sum()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(bolus_at bolus_at_grad bolus_at_vjp bolus_at_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(while_bolus while_bolus_grad while_bolus_vjp while_bolus_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(while_peeked while_peeked_grad while_peeked_vjp while_peeked_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(chosen_value chosen_value_grad chosen_value_vjp chosen_value_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(as_the_result as_the_result_grad as_the_result_vjp as_the_result_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(early early_grad early_vjp early_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(else_leaves else_leaves_grad else_leaves_vjp else_leaves_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(matched matched_grad matched_vjp matched_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(searched searched_grad searched_vjp searched_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(both_ends both_ends_grad both_ends_vjp both_ends_jvp: 6, 0.3, 1.7, |v| (v), d => d);
    checked!(both_or_not both_or_not_grad both_or_not_vjp both_or_not_jvp: 6, 0.3, 1.7, |v| (v), d => d);
    checked!(told_by_a_closure told_by_a_closure_grad told_by_a_closure_vjp told_by_a_closure_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(counted counted_grad counted_vjp counted_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(sides sides_grad sides_vjp sides_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(lengths lengths_grad lengths_vjp lengths_jvp: 5, 0.3, 1.7, |v| (v), d => d);
    checked!(eased eased_grad eased_vjp eased_jvp: 5, 0.3, 1.7, |v| (v), d => d);
}
