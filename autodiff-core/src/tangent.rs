//! Forward mode where only the reverse rule is known.

use alloc::vec::Vec;

use crate::{Cotangent, Real};

/// Adds to `out_dot` the product of a Jacobian with the tangent `in_dot`, where only the product with its transpose is known:
/// `pullback(seed, bar)` adds to `bar` what the seed contributes.
///
/// Row by row, with one pullback per number of the result: `out_dot[k] += <pullback(e_k), in_dot>`. An input whose tangent is zero
/// contributes nothing, even where its partial is infinite.
pub fn transpose<C: Cotangent + Clone, D: Cotangent + Clone>(out_dot: &mut C, in_dot: &D, mut pullback: impl FnMut(&C, &mut D)) {
    let mut numbers = Vec::new();
    let mut bar = in_dot.clone();
    bar.map_numbers(&mut |d| {
        numbers.push(d);
        d
    });
    let mut seed = out_dot.clone();
    let mut rows = 0_usize;
    seed.map_numbers(&mut |_| {
        rows += 1;
        0.0
    });
    let mut products = Vec::with_capacity(rows);
    for row in 0..rows {
        let mut k = 0;
        seed.map_numbers(&mut |_| {
            k += 1;
            if k - 1 == row { 1.0 } else { 0.0 }
        });
        bar.set_zero();
        pullback(&seed, &mut bar);
        let (mut product, mut k) = (0.0, 0);
        bar.map_numbers(&mut |b| {
            let d = numbers.get(k).copied().unwrap_or(0.0);
            k += 1;
            if d != 0.0 {
                product += b * d;
            }
            b
        });
        products.push(product);
    }
    let mut k = 0;
    out_dot.map_numbers(&mut |d| {
        k += 1;
        d + products.get(k - 1).copied().unwrap_or(0.0)
    });
}

/// Sets each number of `bar` to what `f` gives for the tangent that is 1 there and 0 elsewhere.
pub fn each_partial<C: Cotangent + Clone, T: Real>(bar: &mut C, mut f: impl FnMut(&C) -> T) {
    let mut partials = Vec::new();
    let mut rows = 0_usize;
    bar.map_numbers(&mut |_| {
        rows += 1;
        0.0
    });
    for row in 0..rows {
        let mut dot = bar.clone();
        let mut k = 0;
        dot.map_numbers(&mut |_| {
            k += 1;
            if k - 1 == row { 1.0 } else { 0.0 }
        });
        partials.push(f(&dot).__to_f64());
    }
    let mut partials = partials.into_iter();
    bar.map_numbers(&mut |d| partials.next().unwrap_or(d));
}
