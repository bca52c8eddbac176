//! Branches, blocks and early exits.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn plain_condition(w: &[f64], mut k: f64) -> f64 {
    k *= w.iter().map(|x| x * (if 3_usize < 1 { 0.25 } else { k }) - 1.5).sum::<f64>();
    k
}

/// The reverse sweep tested `!3usize < 1`, and the derivative with respect to `k` at `[1, 2]`, 0.3 was -2.1 instead of -1.2.
#[test]
fn conditions_without_a_name_are_negated_as_a_whole() {
    let point = [0.3, 1.0, 2.0];
    let gradient = |p: &[f64]| {
        let (w, k) = plain_condition_grad(&p[1..], p[0]).1;
        [vec![k], w].concat()
    };
    autodiff_core::check_gradient(|p| plain_condition(&p[1..], p[0]), gradient, &point).unwrap();
}

mod values_of_blocks {
    use super::*;

    #[differentiate]
    fn moved_on(q: &mut (f64, f64), k: f64) -> f64 {
        q.0 *= k;
        q.0 * q.1
    }

    #[differentiate]
    fn stretched(q: &mut [f64], k: f64) -> f64 {
        q[0] *= k;
        q[0] * q[1]
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Two {
        x: f64,
        y: f64,
    }

    #[differentiate]
    impl Two {
        fn grown(&mut self, k: f64) -> f64 {
            self.x *= k;
            self.x * self.y
        }
    }

    #[differentiate]
    fn copies_written_to(a: f64, b: f64) -> f64 {
        let mut pair = (a, b);
        let s = moved_on(&mut { pair }, b) + moved_on(&mut { pair }, a * b);
        let v = [a, b, a];
        let t = stretched(&mut { v }, b) + stretched(&mut v.clone(), a) + stretched(&mut v.to_vec(), a);
        let two = Two { x: a, y: b };
        let u = { two }.grown(b) + two.clone().grown(a) + { Two { x: 0.5, y: 2.0 } }.grown(a);
        let r = &mut { pair.0 };
        *r *= b;
        let mut c = a * b;
        let seen = &{ c };
        c *= b;
        let mut w = [a, b];
        let of_w = &{ w };
        w[0] = b;
        let last = &w.clone();
        w[1] = c;
        for x in { v }.iter_mut() {
            *x *= 2.0;
        }
        for x in v.clone().iter_mut() {
            *x *= 2.0;
        }
        s * t * u + *r * pair.0 * c + *seen * of_w[0] * last[0] * last[1] * w[1] * v[2] * two.x
    }

    /// The value of a block, or of `clone`, was taken for the place it came from: rustc found something written to that is not `mut`,
    /// and where it was, the derivative was that of a program that writes to it.
    #[test]
    fn blocks_give_values_not_places() {
        let gradient = |p: &[f64]| {
            let (a, b) = copies_written_to_grad(p[0], p[1]).1;
            vec![a, b]
        };
        for point in [[0.7, 1.3], [-0.7, 1.3]] {
            assert_eq!(copies_written_to_grad(point[0], point[1]).0, copies_written_to(point[0], point[1]));
            autodiff_core::check_gradient(|p| copies_written_to(p[0], p[1]), gradient, &point).unwrap();
        }
    }
}

mod left_from_a_block {
    use super::*;

    #[differentiate]
    fn early(x: f64, z: f64, some: bool) -> (f64, f64) {
        {
            if some {
                if z < 1.25 {
                    return (x, z * 0.25);
                }
            } else if x < 2.0 {
            }
        }
        if z > 0.0 {
            {
                if some {
                    if z > 3.0 {
                        return (z, x * z);
                    }
                } else if x > 5.0 {
                    return (x * x, z);
                }
            }
        } else {
            return (z, z);
        }
        (z * x, 1.25)
    }

    /// What follows a block was thought to follow nothing in it: the result was assigned twice.
    #[test]
    fn with_more_to_come() {
        for (point, some) in [([0.7, 1.0], true), ([0.7, 1.5], true), ([0.7, 3.5], true), ([0.7, 1.5], false), ([6.0, 1.5], false)] {
            let gradient = |p: &[f64]| {
                let (x, z) = early_vjp(p[0], p[1], some, (0.5, -2.0)).1;
                vec![x, z]
            };
            let value = |p: &[f64]| {
                let (a, b) = early(p[0], p[1], some);
                0.5 * a - 2.0 * b
            };
            autodiff_core::check_gradient(value, gradient, &point).unwrap();
        }
    }
}

mod overwritten_after_a_match {
    use super::*;

    #[differentiate]
    fn matched(a: f64, b: f64) -> f64 {
        let mut z = vec![a, b, a * b];
        let mut s = a;
        let mut pair = [a, b];
        for i in 0..3 {
            s += match &z[..] {
                [] => a,
                [p] => b * p,
                [p, .., q] => p * q,
            };
            s *= match z.as_slice() {
                [] => a,
                [p] => b * p,
                [p, rest @ ..] => p * rest[0],
            };
            if let [p, q, ..] = pair[..] {
                s += p * q;
            }
            pair[1] *= s;
            z = if i == 0 { vec![s * b] } else { vec![a, s, z[0]] };
        }
        s
    }

    /// What a slice held when it was matched was kept as if a slice had a size.
    #[test]
    fn slices() {
        let gradient = |p: &[f64]| {
            let (a, b) = matched_grad(p[0], p[1]).1;
            vec![a, b]
        };
        autodiff_core::check_gradient(|p| matched(p[0], p[1]), gradient, &[0.7, 0.3]).unwrap();
    }
}

mod checkpoints_after_an_exit {
    use super::*;

    #[differentiate]
    fn rolled(x: [f64; 3], k: f64) -> f64 {
        if k > 5.0 {
            return k * x[0];
        }
        let mut x: [f64; 3] = x;
        #[checkpoint]
        for i in 0..x.len() {
            x = [x[i] * k; 3];
            if x[0] > 9.0 {
                break;
            }
            x[1] *= k;
        }
        x[0]
    }

    /// The bounds of the loop, worked out in a branch, were not at hand when it ran again.
    #[test]
    fn bounds_of_the_loop() {
        let gradient = |p: &[f64]| {
            let (x, k) = rolled_grad([p[0], p[1], p[2]], p[3]).1;
            [x.to_vec(), vec![k]].concat()
        };
        for point in [[0.7, 0.3, 0.4, 0.6], [0.7, 0.3, 0.4, 5.6], [0.7, 0.3, 0.4, 4.6]] {
            autodiff_core::check_gradient(|p| rolled([p[0], p[1], p[2]], p[3]), gradient, &point).unwrap();
        }
    }
}

mod unset_before_branches {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Pair {
        x: f64,
        rate: [f64; 2],
    }

    impl Pair {
        #[differentiate]
        fn array(self, k: f64) -> f64 {
            let mut row: [f64; 3] = if k > self.x { [k; 3] } else { [self.rate[0]; 3] };
            let first = row[0] * row[1];
            row = [self.x, self.x, self.rate[1].powi(2)];
            row[2] *= k;
            first.sin() + row[0] * row[2]
        }
    }

    #[differentiate]
    fn list(x: f64, k: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..3usize {
            let mut row: Vec<f64>;
            if x > k + i as f64 {
                row = vec![x * x; 2];
            } else {
                row = vec![k];
            }
            let first = row[0] * row[0];
            row = vec![x * k; 3];
            row[1] *= x;
            sum += row[0] * row[1] * first;
        }
        sum
    }

    #[differentiate]
    fn option(x: f64, k: f64) -> f64 {
        let mut found: (Option<f64>, f64);
        if x > k {
            found = (Some(x * k), x);
        } else {
            found = (None, k);
        }
        if let Some(y) = &mut found.0 {
            *y *= x;
        }
        let first = found.0.unwrap_or(k) * found.1;
        found = (Some(first), k);
        found.0.unwrap_or(k) * found.1 * x
    }

    /// What the first assignment recorded had no value.
    #[test]
    fn arrays() {
        for point in [[0.7, 0.3, 0.4, 1.1], [0.7, 0.3, 0.4, 0.6]] {
            let at = |p: &[f64]| Pair { x: p[0], rate: [p[1], p[2]] };
            let gradient = |p: &[f64]| {
                let (of, k) = at(p).array_grad(p[3]).1;
                vec![of.x, of.rate[0], of.rate[1], k]
            };
            assert_eq!(at(&point).array_grad(point[3]).0.to_bits(), at(&point).array(point[3]).to_bits());
            autodiff_core::check_gradient(|p| at(p).array(p[3]), gradient, &point).unwrap();
        }
    }

    /// The cotangent left behind had the shape of what had no value yet.
    #[test]
    fn lists_and_options() {
        for point in [[1.7, 0.3], [0.7, 1.3]] {
            for (value, pair) in [(list as fn(f64, f64) -> f64, list_grad as fn(f64, f64) -> (f64, (f64, f64))), (option, option_grad)] {
                assert_eq!(pair(point[0], point[1]).0.to_bits(), value(point[0], point[1]).to_bits());
                let gradient = |p: &[f64]| {
                    let (x, k) = pair(p[0], p[1]).1;
                    vec![x, k]
                };
                autodiff_core::check_gradient(|p| value(p[0], p[1]), gradient, &point).unwrap();
            }
        }
    }
}

/// What branches assign after one of them has left the function, the loop or the iteration.
#[test]
fn set_behind_an_early_exit() {
    #[differentiate]
    fn leaves(x: f64, c: f64) -> f64 {
        let z: f64;
        let k: usize;
        if x < c {
            if c > 2.0 {
                return c * c;
            }
            z = x * c;
            k = 2;
        } else {
            z = x + c;
            k = 1;
        }
        z * x * k as f64
    }

    #[differentiate]
    fn goes_on(x: f64, c: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..4 {
            let z;
            if i as f64 * x < c {
                if i == 1 {
                    continue;
                }
                z = x * x;
            } else {
                z = c * x;
            }
            s += z * i as f64;
        }
        s
    }

    for (x, c) in [(1.25, 3.0), (1.0, 1.5), (2.0, 1.5)] {
        let (value, (dx, dc)) = leaves_grad(x, c);
        let (expected, ex, ec) = match (x < c, c > 2.0) {
            (true, true) => (c * c, 0.0, 2.0 * c),
            (true, false) => (2.0 * x * c * x, 4.0 * x * c, 2.0 * x * x),
            _ => ((x + c) * x, 2.0 * x + c, x),
        };
        assert_eq!((value, dx, dc), (expected, ex, ec));
        assert_eq!(leaves_jvp(x, c, (1.0, 0.0)).1, ex);
        let (_, (dx, dc)) = goes_on_grad(x, c);
        let step = 1e-6;
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
        near(dx, (goes_on(x + step, c) - goes_on(x - step, c)) / (2.0 * step));
        near(dc, (goes_on(x, c + step) - goes_on(x, c - step)) / (2.0 * step));
    }
}

/// A branch in parentheses that may leave was refused.
#[test]
fn exits_of_branches_in_parentheses() {
    #[differentiate]
    fn root(x: f64) -> Option<f64> {
        if x < 0.0 { None } else { Some(x.sqrt()) }
    }

    #[differentiate]
    fn walk(v: [f64; 3], start: Option<f64>) -> Option<f64> {
        let mut s = 1.0;
        for k in 0..v.len() {
            let y = (if start.is_some() { root(v[k])? * v[0] } else { v[k] });
            #[rustfmt::skip]
            let z = ((match k { 0 => y, 1 => (if y > 2.0 { return Some(s * y) } else { y * y }), _ => root(y)? }));
            s *= z + start.unwrap_or(0.5);
        }
        Some(s)
    }

    for (v, start) in [([1.5, 0.7, 2.0], Some(0.3)), ([1.5, 9.0, 2.0], Some(0.3)), ([1.5, -0.7, 2.0], None), ([1.5, 0.7, -2.0], Some(1.0))]
    {
        let (value, (v_bar, start_bar)) = walk_vjp(v, start, Some(-1.5));
        assert_eq!(value, walk(v, start));
        let of = |v: [f64; 3], start| walk(v, start).unwrap_or(0.0);
        let h = 1e-6;
        for k in 0..3 {
            let (mut more, mut less) = (v, v);
            more[k] += h;
            less[k] -= h;
            assert_relative_eq!(v_bar[k], -1.5 * (of(more, start) - of(less, start)) / (2.0 * h), max_relative = 1e-6, epsilon = 1e-7);
        }
        if let Some(s) = start {
            let slope = (of(v, Some(s + h)) - of(v, Some(s - h))) / (2.0 * h);
            assert_relative_eq!(start_bar.unwrap_or(0.0), -1.5 * slope, max_relative = 1e-6, epsilon = 1e-7);
        }
    }
}

/// As in books of the eighties: declared on top, and assigned by the branch that uses it. rustc took the reverse sweep's read for one
/// of a variable that may have no value.
#[differentiate]
fn declared_on_top(x: f64, y: f64) -> f64 {
    let n: u64;
    let mut s: f64;
    let (square, rest): (f64, f64);
    let ratio: f64;
    let ans: f64;
    if x.abs() < 0.2 {
        square = x * x;
        ans = x * (1.0 - y * square * (1.0 - 0.3 * square));
    } else {
        n = 2 + x.abs() as u64;
        s = 0.0;
        match n {
            2 => ratio = x / y,
            _ => {
                rest = x.sin();
                ratio = rest * y * rest;
            }
        }
        for k in 0..n {
            s += ratio.exp() * (k as f64 + 1.0) / n as f64;
        }
        ans = s * ratio;
    }
    ans
}

#[test]
fn variables_of_some_branches_have_a_value() {
    for point in [[0.1, 0.7], [0.9, 0.7], [1.4, -0.6]] {
        assert_eq!(declared_on_top_grad(point[0], point[1]).0.to_bits(), declared_on_top(point[0], point[1]).to_bits());
        let gradient = |p: &[f64]| {
            let (_, (x, y)) = declared_on_top_vjp(p[0], p[1], -1.75);
            vec![x, y]
        };
        autodiff_core::check_gradient(|p| -1.75 * declared_on_top(p[0], p[1]), gradient, &point).unwrap();
    }
}

/// `k == 3` in the arguments of a macro was taken for the name of an argument, `k != 3` for a macro and `..k` for a field, so that the
/// name of a variable that had another one by then stayed.
#[test]
fn comparisons_in_macros() {
    #[differentiate]
    fn watched(v: &[f64], y: f64) -> f64 {
        let mut s = y;
        for k in 0..v.len() {
            assert!(k == 0 || k != 7, "{}", y);
            assert_ne!(v[..k].len() + 1, k, "{} {k}", s);
            debug_assert!(!v[k..].is_empty() && usize::max(k, 1) >= k, "{k} {n}", n = k + 1);
            let w = v[k] * s;
            assert!(w == w && s != w + 1e9, "{w}");
            s = w + y;
        }
        s
    }

    let (v, y) = ([0.7, -1.2, 0.4], 1.3);
    let (value, (v_bar, y_bar)) = watched_vjp(&v, y, -1.5);
    assert_eq!(value, watched(&v, y));
    // ((y v0 + y) v1 + y) v2 + y
    assert_relative_eq!(v_bar[0], -1.5 * y * v[1] * v[2], max_relative = 1e-12);
    assert_relative_eq!(v_bar[2], -1.5 * ((y * v[0] + y) * v[1] + y), max_relative = 1e-12);
    assert_relative_eq!(y_bar, -1.5 * (((v[0] + 1.0) * v[1] + 1.0) * v[2] + 1.0), max_relative = 1e-12);
}

/// A labelled block at the end of a function that gives nothing was refused if the function can be left elsewhere.
#[test]
fn labelled_blocks_at_the_end() {
    #[differentiate]
    fn changed(y: [f64; 3], t: f64, acc: &mut f64) {
        if t > 5.0 {
            *acc *= t;
            return;
        }
        'whole: {
            if t > y[0] {
                *acc *= t;
                break 'whole;
            }
            for z in y {
                if z > 2.0 {
                    return;
                }
                *acc += z * t;
            }
        }
    }

    #[differentiate]
    fn of_it(y: [f64; 3], t: f64, start: f64) -> f64 {
        let mut acc = start * start;
        changed(y, t, &mut acc);
        acc * acc
    }

    for (y, t) in [([1.0, 0.5, 0.25], 0.5), ([1.0, 2.5, 0.25], 0.5), ([1.0, 0.5, 0.25], 1.5), ([1.0, 0.5, 0.25], 5.5)] {
        let point = [y[0], y[1], y[2], t, 0.75];
        let gradient = |p: &[f64]| {
            let (y, t, start) = of_it_grad([p[0], p[1], p[2]], p[3], p[4]).1;
            vec![y[0], y[1], y[2], t, start]
        };
        autodiff_core::check_gradient(|p| of_it([p[0], p[1], p[2]], p[3], p[4]), gradient, &point).unwrap();
        assert_relative_eq!(of_it_vjp(y, t, 0.75, -1.5).1.1, -1.5 * gradient(&point)[3], max_relative = 1e-12);
    }
}

/// `?` at the beginning of the right operand of `&&` or `||` was a panic of the macro.
#[test]
fn exits_that_begin_the_second_condition() {
    #[differentiate]
    fn root(x: f64) -> Option<f64> {
        if x < 0.0 { None } else { Some(x.sqrt()) }
    }

    #[differentiate]
    fn both(x: f64, y: f64) -> Option<f64> {
        let b = x > 1.0 && root(y)? > 0.5 || root(x + 1.0)? * y < 0.25;
        if b { Some(x * x * y) } else { Some(x * y * y) }
    }

    for (x, y) in [(1.5, 0.7), (1.5, 0.1), (0.5, 0.7), (0.5, -0.2), (1.5, -0.7), (-1.5, 2.0)] {
        let (value, (dx, dy)) = both_vjp(x, y, Some(-1.5));
        assert_eq!(value, both(x, y));
        let of = |x, y| both(x, y).unwrap_or(0.0);
        let h = 1e-6;
        assert_relative_eq!(dx, -1.5 * (of(x + h, y) - of(x - h, y)) / (2.0 * h), max_relative = 1e-6, epsilon = 1e-8);
        assert_relative_eq!(dy, -1.5 * (of(x, y + h) - of(x, y - h)) / (2.0 * h), max_relative = 1e-6, epsilon = 1e-8);
    }
}

/// What `let _` drops was not even computed, and `f_grad` did not panic where `f` does.
#[test]
fn dropped_values_are_computed() {
    #[differentiate]
    fn observed(v: &[f64], k: f64) -> f64 {
        let _ = v[0].is_nan();
        let _ = v[1] * k;
        let (whole, halves): (Vec<f64>, Vec<f64>) = (0..3).map(|i| (i as f64, 0.5)).unzip();
        k * k * whole[2] * halves[0]
    }

    assert_eq!(observed_vjp(&[1.0, 2.0], 1.5, -2.0), (2.25, (vec![0.0, 0.0], -6.0)));
    let panics = |f: &dyn Fn() -> f64| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err();
    for v in [&[][..], &[1.0]] {
        assert!(panics(&|| observed(v, 1.5)));
        assert!(panics(&|| observed_grad(v, 1.5).0), "{v:?}");
        assert!(panics(&|| observed_jvp(v, 1.5, (v, 1.0)).0), "{v:?}");
    }
}

/// What goes on behind an `else` that leaves was there before it in the generated code: the arm that leaves named the later version of a
/// variable, which it does not have.
mod left_before_the_next_version {
    use super::*;

    #[differentiate(hessian)]
    pub fn without_it(x: f64, e: Option<f64>, mut z: f64) -> [f64; 2] {
        let Some(y) = e else { return [z, x * z] };
        z += x * y;
        z *= z;
        [z * y, y]
    }

    #[differentiate(hessian)]
    pub fn otherwise(x: f64, y: f64) -> f64 {
        let mut z = x * y;
        if x > 0.0 {
            z = z * 2.0;
        } else {
            return z;
        }
        z += x;
        z *= y;
        z
    }

    #[differentiate(hessian)]
    pub fn one_after_the_other(x: &[f64], k: f64) -> f64 {
        let mut z = k * k;
        let Some(first) = x.first() else { return z };
        z *= first;
        let [_, second, ..] = x else { return z };
        z += second * k;
        z = match x.get(2) {
            Some(third) => z * third,
            None => return z,
        };
        z -= k;
        z * z
    }

    #[differentiate(hessian)]
    pub fn in_a_loop(x: &[f64], k: f64) -> f64 {
        let mut sum = k;
        for v in x {
            let mut z = v * k;
            let Some(w) = (*v > 0.0).then_some(v * v) else {
                sum += z;
                continue;
            };
            z += w;
            let z2 = if z > 1.0 { z } else { break };
            z = z2 * z;
            sum += z;
        }
        sum
    }
}

#[test]
fn an_arm_that_leaves_sees_no_later_version() {
    use left_before_the_next_version::*;
    const SEED: f64 = -2.25;
    for point in [[0.7, 1.2, -0.4], [-0.7, 0.3, 0.6]] {
        for with in [true, false] {
            let given = |p: &[f64]| with.then_some(p[1]);
            let f = |p: &[f64]| {
                let [a, b] = without_it(p[0], given(p), p[2]);
                SEED * a + 0.5 * b
            };
            let gradient = |p: &[f64]| {
                let (x, y, z) = without_it_vjp(p[0], given(p), p[2], [SEED, 0.5]).1;
                vec![x, y.unwrap_or(0.0), z]
            };
            autodiff_core::check_gradient(f, gradient, &point).unwrap();
        }
        let gradient = |p: &[f64]| <[f64; 2]>::from(otherwise_vjp(p[0], p[1], SEED).1).to_vec();
        autodiff_core::check_gradient(|p| SEED * otherwise(p[0], p[1]), gradient, &point[..2]).unwrap();
    }
    let point = [0.8, 1.7, -0.9, 2.1, 0.3];
    for n in 0..5 {
        let gradient = |p: &[f64]| {
            let (x, k) = one_after_the_other_vjp(&p[1..], p[0], SEED).1;
            [vec![k], x].concat()
        };
        autodiff_core::check_gradient(|p| SEED * one_after_the_other(&p[1..], p[0]), gradient, &point[..=n]).unwrap();
        let gradient = |p: &[f64]| {
            let (x, k) = in_a_loop_vjp(&p[1..], p[0], SEED).1;
            [vec![k], x].concat()
        };
        autodiff_core::check_gradient(|p| SEED * in_a_loop(&p[1..], p[0]), gradient, &point[..=n]).unwrap();
    }
}

/// What `f` computes without need, and fails at, has to fail in its sweeps as well.
mod failures_without_need {
    use autodiff_core::differentiate;

    #[differentiate]
    fn chosen(v: &[f64]) -> f64 {
        (v.len() > 3).then_some(v[2]).unwrap_or(v[0] * v[1])
    }

    #[differentiate]
    fn chosen_pair(v: &[f64]) -> f64 {
        let (x, y) = (v.len() > 3).then_some((v[0], v[2])).unwrap_or((v[0], v[1]));
        x * y
    }

    #[differentiate]
    fn cancelled(v: &[f64], n: usize) -> f64 {
        let mut t = 0.0;
        for i in n..v.len() {
            let k = i - 2;
            t += v[k - k] * v[i];
        }
        t
    }

    fn fails<R>(f: impl FnOnce() -> R + std::panic::UnwindSafe) -> bool {
        std::panic::catch_unwind(f).is_err()
    }

    #[test]
    fn elements_that_then_some_takes_must_exist() {
        assert!(fails(|| chosen(&[1.0, 2.0])) && fails(|| chosen_grad(&[1.0, 2.0])));
        assert!(fails(|| chosen_pair(&[1.0, 2.0])) && fails(|| chosen_pair_grad(&[1.0, 2.0])));
        assert_eq!(chosen_grad(&[2.0, 3.0, 5.0]), (6.0, vec![3.0, 2.0, 0.0]));
        assert_eq!(chosen_grad(&[2.0, 3.0, 5.0, 7.0]), (5.0, vec![0.0, 0.0, 1.0, 0.0]));
        assert_eq!(chosen_pair_grad(&[2.0, 3.0, 5.0, 7.0]), (10.0, vec![5.0, 0.0, 2.0, 0.0]));
    }

    #[test]
    fn differences_that_cancel_overflow_as_before() {
        assert_eq!(cancelled_grad(&[2.0, 3.0, 5.0], 2), (10.0, vec![5.0, 0.0, 2.0]));
        let overflows = cfg!(debug_assertions);
        assert_eq!(fails(|| cancelled(&[2.0, 3.0, 5.0], 1)), overflows);
        assert_eq!(fails(|| cancelled_grad(&[2.0, 3.0, 5.0], 1)), overflows);
    }
}

/// A loop with checkpoints that reads what branches in front of it assign, inside another loop, assigned that twice (E0384).
mod checkpoints_behind_branches {
    use autodiff_core::differentiate;

    #[differentiate]
    fn f(v: [f64; 3], mut z: f64) -> f64 {
        let mut it = v.iter().peekable();
        while let Some(x) = it.next() {
            let y = it.peek().map_or(0.125, |m| **m);
            let w;
            if y > 1.0 {
                w = y * *x;
            } else {
                w = *x;
            }
            #[checkpoint]
            for k in 0..4 {
                z = (z * w - k as f64).max(y) + w * y;
            }
        }
        z
    }

    #[test]
    fn what_is_assigned_once_is_at_hand() {
        for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 1.8, 2.1]] {
            let g = |p: &[f64]| f([p[0], p[1], p[2]], p[3]);
            let (value, (of_v, of_z)) = f_vjp([point[0], point[1], point[2]], point[3], -2.0);
            assert_eq!(value.to_bits(), g(&point).to_bits());
            autodiff_core::check_gradient(|p| -2.0 * g(p), |_| [of_v[0], of_v[1], of_v[2], of_z], &point).unwrap();
        }
    }
}
