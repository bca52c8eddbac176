//! Derivatives put together from components: forward mode where only the reverse rule is known, and Hessians from their columns.

use alloc::vec::Vec;

use crate::dense::DenseMatrix;
use crate::{Cotangent, Differentiable, Real};

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

/// Gives a cotangent that is zero the shape of a value: a function may leave another shape in what it writes to than it found there.
pub fn fit<T: Differentiable + ?Sized>(bar: &mut T::Cotangent, value: &T) {
    let mut zero = true;
    bar.map_numbers(&mut |d| {
        zero &= d == 0.0;
        d
    });
    if zero {
        *bar = value.zero_cotangent();
    }
}

/// The direction that is 1 in the number `k` and 0 elsewhere.
#[inline]
pub fn set_unit<C: Cotangent>(direction: &mut C, k: usize) {
    let mut at = 0;
    direction.map_numbers(&mut |_| {
        at += 1;
        if at - 1 == k { 1.0 } else { 0.0 }
    });
}

/// How many numbers there are.
pub(crate) fn count<C: Cotangent + Clone>(c: &C) -> usize {
    let mut n = 0;
    c.clone().map_numbers(&mut |d| {
        n += 1;
        d
    });
    n
}

/// A number of a Jacobian.
pub trait Number: Copy {
    /// From what [`Cotangent::map_numbers`] gives.
    fn from_f64(d: f64) -> Self;
}

impl Number for f64 {
    #[inline(always)]
    fn from_f64(d: f64) -> Self {
        d
    }
}

impl Number for f32 {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "it was one")]
    fn from_f64(d: f64) -> Self {
        d as f32
    }
}

/// Copies numbers out.
#[inline]
pub fn copy_into<C: Cotangent, T: Number>(c: &mut C, row: &mut [T]) {
    let mut row = row.iter_mut();
    c.map_numbers(&mut |d| {
        if let Some(r) = row.next() {
            *r = T::from_f64(d);
        }
        d
    });
}

/// Copies numbers into a column of a matrix.
#[inline]
pub fn copy_column<C: Cotangent, T: Number, R: AsMut<[T]>>(c: &mut C, rows: &mut [R], column: usize) {
    let mut rows = rows.iter_mut();
    c.map_numbers(&mut |d| {
        if let Some(r) = rows.next().and_then(|r| r.as_mut().get_mut(column)) {
            *r = T::from_f64(d);
        }
        d
    });
}

/// A number of a type that the context tells.
#[inline(always)]
pub fn number<T: Number>(d: f64) -> T {
    T::from_f64(d)
}

/// The sum of the products of corresponding numbers.
pub fn product_of_numbers<C: Cotangent + Clone>(a: &C, b: &C) -> f64 {
    let mut numbers = Vec::new();
    a.clone().map_numbers(&mut |d| {
        numbers.push(d);
        d
    });
    let (mut sum, mut at) = (0.0, 0);
    b.clone().map_numbers(&mut |d| {
        sum += d * numbers.get(at).copied().unwrap_or(0.0);
        at += 1;
        d
    });
    sum
}

/// Two tangents of a result of the shape of `zero`, of which `row` gives the numbers that belong to a seed.
pub fn tangents_by_rows<C: Cotangent + Clone>(zero: &C, mut row: impl FnMut(&C) -> (f64, f64)) -> (C, C) {
    let (mut first, mut second) = (zero.clone(), zero.clone());
    let mut seed = zero.clone();
    let numbers: Vec<(f64, f64)> = (0..count(zero))
        .map(|k| {
            set_unit(&mut seed, k);
            row(&seed)
        })
        .collect();
    for (tangent, part) in [(&mut first, (|n| n.0) as fn(&(f64, f64)) -> f64), (&mut second, |n| n.1)] {
        let mut numbers = numbers.iter().map(part);
        tangent.map_numbers(&mut |d| numbers.next().unwrap_or(d));
    }
    (first, second)
}

/// Whether there are fewer numbers in the slots than in the result.
pub fn fewer_numbers<G: Cotangent + Clone, C: Cotangent + Clone>(slots: &G, results: &C) -> bool {
    count(slots) < count(results)
}

/// Writes the Jacobian of a function with results of this shape, row by row; `zeros` of the slots tell how many columns there are.
pub fn jacobian_by_rows<C: Cotangent + Clone, G: Cotangent + Clone>(
    results: &C,
    zeros: &G,
    jacobian: &mut impl DenseMatrix,
    mut pullback: impl FnMut(C) -> G,
) {
    let rows = count(results);
    jacobian.reshape(rows, count(zeros));
    for row in 0..rows {
        let mut seed = results.clone();
        set_unit(&mut seed, row);
        let mut column = 0;
        pullback(seed).map_numbers(&mut |d| {
            jacobian.set(row, column, d);
            column += 1;
            d
        });
    }
}

/// The same, column by column.
pub fn jacobian_by_columns<C: Cotangent + Clone, G: Cotangent + Clone>(
    results: &C,
    mut direction: G,
    jacobian: &mut impl DenseMatrix,
    mut pushforward: impl FnMut(&G) -> C,
) {
    let columns = count(&direction);
    jacobian.reshape(count(results), columns);
    for column in 0..columns {
        set_unit(&mut direction, column);
        let mut row = 0;
        pushforward(&direction).map_numbers(&mut |d| {
            jacobian.set(row, column, d);
            row += 1;
            d
        });
    }
}

/// Makes a matrix symmetric whose halves differ by rounding alone.
pub(crate) fn symmetrise<T: Real>(rows: &mut [impl AsMut<[T]>]) {
    let half = T::__from_f64(0.5);
    for i in 1..rows.len() {
        let (above, below) = rows.split_at_mut(i);
        for (j, row) in above.iter_mut().enumerate() {
            let (Some(a), Some(b)) = (row.as_mut().get_mut(i), below[0].as_mut().get_mut(j)) else { continue };
            // Equal infinities stay.
            let mean = if *a == *b { *a } else { half * *a + half * *b };
            (*a, *b) = (mean, mean);
        }
    }
}

/// The Hessian column by column, for slots of any form: `product(direction, gradient, column)` adds the gradient and the product of the
/// Hessian with the direction.
fn columns<G: Cotangent + Clone, R>(
    zero: G,
    gradient: &mut G,
    rows: &mut [impl AsMut<[f64]>],
    mut product: impl FnMut(&G, &mut G, &mut G) -> R,
) -> R {
    let mut column = zero.clone();
    let mut direction = zero.clone();
    *gradient = zero;
    let mut value = None;
    for (k, row) in rows.iter_mut().enumerate() {
        set_unit(&mut direction, k);
        gradient.set_zero();
        column.set_zero();
        value = Some(product(&direction, gradient, &mut column));
        copy_into(&mut column, row.as_mut());
    }
    let value = value.unwrap_or_else(|| product(&direction, gradient, &mut column));
    symmetrise(rows);
    value
}

/// Rows of `n` zeros, in the memory that is there.
pub(crate) fn set_zeros<T: Real>(n: usize, rows: &mut Vec<Vec<T>>) {
    rows.resize_with(n, Vec::new);
    for row in rows {
        row.clear();
        row.resize(n, T::__ZERO);
    }
}

/// Value, gradient and Hessian over the numbers of all slots.
pub fn hessian<G: Cotangent + Clone, R>(
    zero: G,
    gradient: &mut G,
    rows: &mut Vec<Vec<f64>>,
    product: impl FnMut(&G, &mut G, &mut G) -> R,
) -> R {
    set_zeros(count(&zero), rows);
    columns(zero, gradient, rows, product)
}

/// The same where their count is known.
pub fn hessian_of_known<G: Cotangent + Clone, R, const N: usize>(
    zero: G,
    gradient: &mut G,
    rows: &mut [[f64; N]; N],
    product: impl FnMut(&G, &mut G, &mut G) -> R,
) -> R {
    columns(zero, gradient, rows, product)
}

/// Value, gradient and Hessian where the only slot is an array of numbers, or every slot is a number.
#[inline]
pub fn hessian_of_array<T: Real, const N: usize, R>(
    gradient: &mut [T; N],
    rows: &mut [[T; N]; N],
    mut product: impl FnMut(&[T; N], &mut [T; N], &mut [T; N]) -> R,
) -> R {
    let mut direction = [T::__ZERO; N];
    let mut value = None;
    *gradient = direction;
    for (k, row) in rows.iter_mut().enumerate() {
        direction[k] = T::__ONE;
        *gradient = [T::__ZERO; N];
        *row = [T::__ZERO; N];
        value = Some(product(&direction, gradient, row));
        direction[k] = T::__ZERO;
    }
    let value = value.unwrap_or_else(|| product(&direction, gradient, &mut [T::__ZERO; N]));
    symmetrise(rows);
    value
}

/// The same for a list of `n` numbers.
#[allow(clippy::ptr_arg, reason = "what `product` takes may be a slice or a vector")]
pub fn hessian_of_list<T: Real, R>(
    n: usize,
    gradient: &mut Vec<T>,
    rows: &mut Vec<Vec<T>>,
    mut product: impl FnMut(&Vec<T>, &mut Vec<T>, &mut Vec<T>) -> R,
) -> R {
    let mut direction = alloc::vec![T::__ZERO; n];
    let mut value = None;
    gradient.clear();
    gradient.resize(n, T::__ZERO);
    set_zeros(n, rows);
    for (k, row) in rows.iter_mut().enumerate() {
        direction[k] = T::__ONE;
        gradient.fill(T::__ZERO);
        value = Some(product(&direction, gradient, row));
        direction[k] = T::__ZERO;
    }
    let value = value.unwrap_or_else(|| product(&direction, gradient, &mut Vec::new()));
    symmetrise(rows);
    value
}

/// For tests: compares the columns of a Hessian with the product with a direction.
///
/// # Panics
/// If they do not agree.
#[track_caller]
pub fn check_columns<G: Cotangent + Clone, T: Real, R: AsRef<[T]>, H: AsRef<[R]>>(
    (name, precision): (&str, f64),
    zero: G,
    hessian: impl FnOnce() -> H,
    product: impl FnOnce(&G) -> G,
) {
    let n = count(&zero);
    if n > 64 {
        return;
    }
    let mut direction = zero;
    let mut at = 0_u32;
    direction.map_numbers(&mut |_| {
        at += 1;
        f64::from(at * 37 % 17) / 8.0 - 1.0
    });
    let numbers = |c: &G| {
        let mut row = alloc::vec![0.0_f64; n];
        copy_into(&mut c.clone(), &mut row);
        row
    };
    let (d, got) = (numbers(&direction), numbers(&product(&direction)));
    let hessian = hessian();
    // What cancels in a row is of the size of what is in others.
    let largest = hessian.as_ref().iter().flat_map(|row| row.as_ref()).fold(0.0, |m: f64, h| m.max(h.__to_f64().abs()));
    for (k, (row, got)) in hessian.as_ref().iter().zip(got).enumerate() {
        let terms = || row.as_ref().iter().zip(&d).map(|(h, d)| h.__to_f64() * d);
        let (want, scale) = (terms().sum::<f64>(), terms().map(f64::abs).sum::<f64>());
        let same = (want - got).abs() <= 1e3 * precision * (scale + 1e-3 * largest + 1e-6) || !scale.is_finite() || !got.is_finite();
        assert!(same, "{name}: row {k} of the Hessian gives {want} for a product, the product is {got}");
    }
}

/// For tests: compares the gradient of reverse mode with that beside a Hessian and with the tangents of forward mode, and checks that the
/// Hessian is symmetric. The closure gives gradient, product with the Hessian and tangent in a direction.
///
/// # Panics
/// If that does not hold.
#[track_caller]
pub fn check_hessian<G: Cotangent + Clone, D: Cotangent>(
    (name, precision): (&str, f64),
    zero: G,
    gradient: &G,
    mut product: impl FnMut(&G) -> (G, G, D),
) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut directions = || {
        let mut d = zero.clone();
        d.map_numbers(&mut |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 33).unwrap_or(0)) / f64::from(1_u32 << 30) - 1.0
        });
        d
    };
    let (u, v) = (directions(), directions());
    let ((mut g, mut hu, mut along_u), (_, mut hv, _)) = (product(&u), product(&v));
    let numbers = |c: &mut G| {
        let mut row = alloc::vec![0.0_f64; count(c)];
        copy_into(c, &mut row);
        row
    };
    let (want, g) = (numbers(&mut gradient.clone()), numbers(&mut g));
    // What cancels in one number is as large as the others are.
    let largest = want.iter().filter(|w| w.is_finite()).fold(0.0_f64, |m, w| m.max(w.abs()));
    for (k, (w, g)) in want.iter().zip(&g).enumerate() {
        let allowed = precision * (w.abs() + g.abs() + 1e-6 * largest) + 1e-300;
        let same = (w - g).abs() <= allowed || w.is_nan() && g.is_nan() || w == g;
        assert!(same, "{name}: the gradient beside the Hessian has {g} for the number {k}, reverse mode has {w}");
    }
    let (u, v, hu, hv) = (numbers(&mut u.clone()), numbers(&mut v.clone()), numbers(&mut hu), numbers(&mut hv));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum::<f64>();
    // In terms of the gradient, a tangent is a product with the direction.
    along_u.map_numbers(&mut |tangent| {
        let product = dot(&want, &u);
        let same = (tangent - product).abs() <= 1e-5 * size(&want, &u) + 1e-300 || !product.is_finite() || !tangent.is_finite();
        assert!(same, "{name}: forward mode has {tangent} for a tangent, reverse mode {product}");
        tangent
    });
    let (a, b) = (dot(&u, &hv), dot(&v, &hu));
    // Of what is zero but for rounding, the gradient tells the size.
    let scale = size(&u, &hv) + size(&v, &hu) + 1e-6 * size(&g, &g).__sqrt();
    assert!((a - b).abs() <= 1e2 * precision * scale || !scale.is_finite(), "{name}: the Hessian is not symmetric: {a} and {b}");
}
