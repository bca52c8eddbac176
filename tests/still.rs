//! Loops in lanes of which nothing moves run as in the primal: every part of the input moves or does not, against one direction at a time.

#![allow(clippy::needless_range_loop, clippy::explicit_counter_loop, clippy::needless_late_init)] // how functions are written is what these tests vary

use autodiff_core::{Lanes, differentiate};

const CONSTANTS: [f64; 9] = [0.3, -1.2, 0.7, 2.0, -0.4, 0.9, 1.7, -2.5, 0.1];

/// `f_jvp_lanes` with and without the pass, and `f_jvp`.
macro_rules! still_and_moving {
    ($($name:ident $f:item)*) => { $(
        mod $name {
            use super::*;

            mod on {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate(lanes)]
                $f
            }
            mod off {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate(lanes, off(still))]
                $f
            }

            #[test]
            fn same_tangents() {
                let (a, k, x) = ([0.8, -0.5, 1.3], 0.6, [0.4, -0.9, 1.1, 0.25]);
                for moving in 0..64 {
                    // Each of the numbers moves in some lanes, in all or in none.
                    let number = |which: usize, lane: usize| match (moving >> which & 1, lane) {
                        (0, _) => 0.0,
                        (_, 1) if moving % 3 == 0 => 0.0,
                        _ => 0.5 + (which * 3 + lane) as f64 * 0.3,
                    };
                    let lanes = |which: usize| Lanes::<f64, 3>(std::array::from_fn(|lane| number(which, lane)));
                    let dots = ([lanes(0), lanes(1), lanes(2)], lanes(3), [lanes(4), lanes(5), Lanes::ZERO, Lanes::ZERO]);
                    let (value, got) = on::f_jvp_lanes(a, k, &x, (dots.0, dots.1, &dots.2));
                    let (other, off) = off::f_jvp_lanes(a, k, &x, (dots.0, dots.1, &dots.2));
                    assert_eq!((value.to_bits(), other.to_bits()), (on::f(a, k, &x).to_bits(), on::f(a, k, &x).to_bits()));
                    for lane in 0..3 {
                        let of = |which: usize| number(which, lane);
                        let (_, want) = on::f_jvp(a, k, &x, ([of(0), of(1), of(2)], of(3), &[of(4), of(5), 0.0, 0.0]));
                        let close = |got: f64| (got - want).abs() <= 1e-13 * (1.0 + want.abs());
                        assert!(close(got.0[lane]) && close(off.0[lane]), "{} {} {want} with {moving:b}", got.0[lane], off.0[lane]);
                    }
                }
            }
        }
    )* };
}

still_and_moving! {
    a_sum pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let mut s = x[0] * a[1];
        for i in 0..CONSTANTS.len() {
            s += k * CONSTANTS[i];
        }
        s * s
    }
    a_list_of_sums pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let mut out = vec![k; CONSTANTS.len()];
        for r in 0..x.len() {
            for i in 0..CONSTANTS.len() {
                for j in 0..3 {
                    let moved = a[j] * CONSTANTS[i] + x[r] * CONSTANTS[j];
                    out[i] += moved * k.sin();
                }
            }
        }
        let mut s = 0.0;
        for v in &out {
            s += v * v;
        }
        s
    }
    rows_by_a_name pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let table = vec![[a[0], x[0], k], [0.5, a[1], x[1]], [k * x[2], 1.0, 2.0]];
        let mut out = [0.0; 9];
        for t in &table {
            for i in 0..CONSTANTS.len() {
                out[i] += t[0] * CONSTANTS[i] + t[1] - t[2] * 0.5;
            }
        }
        let mut s = 0.0;
        for i in 0..9 {
            s += out[i] * out[8 - i];
        }
        s
    }
    another_element_each_time pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let (mut s, mut p) = (k, x.len());
        for c in &CONSTANTS {
            s += a[p % 3] * c;
            p += 2;
        }
        let q = [x[0], x[1], k];
        for i in 0..x.len() {
            let t = q[i % 3];
            s -= t * CONSTANTS[i];
        }
        s
    }
    what_is_read_is_added_to pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let (mut s, mut m) = (0.0, k);
        for c in &CONSTANTS {
            s += m * c;
            m += a[0] * 0.1;
        }
        let mut t = 0.0;
        for c in &CONSTANTS {
            t += s * c;
            s -= t * 0.1;
        }
        s * t + x[0]
    }
    what_is_read_is_replaced pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let (mut s, mut m) = (x[1], k);
        for c in &CONSTANTS {
            s += m * c;
            m = a[1] + m * 0.5;
        }
        for c in &CONSTANTS {
            s *= a[2] * 0.2 + 0.9 * c;
            s += k;
        }
        let mut last = x[0];
        for c in &CONSTANTS {
            last = k * c;
        }
        s + last
    }
    branches_and_early_ends pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let mut s = x[0];
        for i in 0..CONSTANTS.len() {
            let t;
            if CONSTANTS[i] > 0.5 {
                t = k * a[0];
            } else {
                t = a[1] - CONSTANTS[i];
            }
            if i == 6 {
                break;
            }
            if k > 0.5 {
                s += t.exp();
            }
        }
        for c in &CONSTANTS {
            if s > 2.0 {
                break;
            }
            s += k * c * c;
        }
        s
    }
    numbers_of_the_loop_itself pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let mut s = 1.0;
        for i in 0..CONSTANTS.len() {
            let mut t = [0.0; 3];
            for j in 0..3 {
                t[j] = a[j] * CONSTANTS[i];
                t[j] *= 1.0 + k;
            }
            t.swap(0, 2);
            let mut u = k;
            for j in 0..3 {
                u = u * 0.5 + t[j];
            }
            s += u;
        }
        for i in 0..CONSTANTS.len() {
            let mut t = [0.0; 3];
            for j in 0..3 {
                t[j] = a[j] * CONSTANTS[i];
                t[j] /= 2.0 + k;
            }
            s += t[0] - t[2] * t[1];
        }
        s * x[3] + x[0]
    }
    elements_of_a_list pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let table: Vec<f64> = x.iter().map(|v| v * a[0]).collect();
        let mut s = k;
        for r in 0..table.len() {
            for i in 0..CONSTANTS.len() {
                s += table[r] * CONSTANTS[i] * (r + i) as f64;
            }
        }
        for i in 0..CONSTANTS.len() {
            s -= table[1] * CONSTANTS[i];
        }
        s * s
    }
    an_element_that_the_loop_writes pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let mut w = x.to_vec();
        for r in 0..w.len() {
            for i in 0..w.len() {
                w[i] += w[r] * CONSTANTS[i] * k;
            }
        }
        w[0] * w[1] - w[2] * w[3] * a[1]
    }
    an_index_that_changes pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let table: Vec<f64> = x.iter().map(|v| v * a[2]).collect();
        let (mut s, mut p) = (k, 0);
        for i in 0..CONSTANTS.len() {
            s += table[p] * CONSTANTS[i];
            p = (p + 3) % table.len();
        }
        s * s
    }
    beyond_the_end_of_a_list pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let table: Vec<f64> = x.iter().map(|v| v * a[1]).collect();
        let mut s = k;
        for r in 0..table.len() + 2 {
            for i in 0..CONSTANTS.len() {
                if r < table.len() {
                    s += table[r] * CONSTANTS[i];
                }
            }
        }
        s * s
    }
    a_singular_factor pub fn f(a: [f64; 3], k: f64, x: &[f64]) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            s += (a[0] - 0.8).abs().sqrt() * CONSTANTS[i] * 0.0 + a[1];
        }
        s + x[0]
    }
}

#[differentiate(lanes)]
fn turned(by: &[[f64; 2]], weights: &[f64], out: &mut [f64]) {
    for b in by {
        for i in 0..out.len() {
            out[i] += b[0] * CONSTANTS[i] - b[1] * CONSTANTS[i + 1];
        }
    }
    for w in weights {
        for i in 0..out.len() {
            out[i] += w * CONSTANTS[i];
        }
    }
}

/// What has been there stays there.
#[test]
fn through_references() {
    let moves = [Lanes([1.0, 0.0]), Lanes([0.0, 2.0])];
    for (first, weight) in [(true, true), (true, false), (false, true), (false, false)] {
        let zero_or = |moves: bool, dot: Lanes<f64, 2>| if moves { dot } else { Lanes::ZERO };
        let by_dot = [[zero_or(first, moves[0]), Lanes::ZERO], [Lanes::ZERO, zero_or(first, moves[1])]];
        let weights_dot = [zero_or(weight, moves[0]), Lanes::ZERO];
        let mut out = [1.0, 2.0, 3.0];
        let mut out_dot = [Lanes([5.0, 6.0]), Lanes::ZERO, Lanes::ZERO];
        turned_jvp_lanes(&[[0.5, 0.25], [2.0, 1.0]], &[0.1, 0.2], &mut out, (&by_dot, &weights_dot, &mut out_dot));
        for i in 0..3 {
            let start = if i == 0 { [5.0, 6.0] } else { [0.0; 2] };
            let by = if first { [CONSTANTS[i], -2.0 * CONSTANTS[i + 1]] } else { [0.0; 2] };
            let w = if weight { [CONSTANTS[i], 0.0] } else { [0.0; 2] };
            for lane in 0..2 {
                assert!((out_dot[i].0[lane] - (start[lane] + by[lane] + w[lane])).abs() < 1e-14);
            }
        }
    }
}

#[differentiate(lanes)]
fn elements_that_are_not_there(x: &[f64], k: f64) -> f64 {
    let few: Vec<f64> = x.iter().copied().filter(|v| *v > 1.0).collect();
    let mut sum = k;
    for v in x {
        if *v > 1.0 {
            sum += few[0] * v;
        }
    }
    sum
}

/// The tangent of an element was looked at in front of the loop, where there may be none.
#[test]
fn no_element_is_looked_at_in_front() {
    for x in [[0.5, 0.7], [0.5, 1.7], [1.2, 1.7]] {
        let mut dots = vec![autodiff_core::Lanes::<f64, 3>::ZERO; 2];
        dots[0].0 = [1.0, 0.0, 0.5];
        dots[1].0 = [0.0, 1.0, -2.0];
        let (value, lanes) = elements_that_are_not_there_jvp_lanes(&x, 0.3, (&dots, autodiff_core::Lanes([0.0, 2.0, 1.0])));
        assert_eq!(value.to_bits(), elements_that_are_not_there(&x, 0.3).to_bits());
        for k in 0..3 {
            let (_, dot) = elements_that_are_not_there_jvp(&x, 0.3, (&[dots[0].0[k], dots[1].0[k]], [0.0, 2.0, 1.0][k]));
            assert!((lanes.0[k] - dot).abs() < 1e-12);
        }
    }
}

#[differentiate(lanes)]
fn pairs(x: &[f64], k: f64) -> f64 {
    (0..x.len()).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| x[i] * x[j]).sum::<f64>() * k
}

/// The elements were looked at in front of the loop whose counters they have: E0425 in generated code.
#[test]
fn no_element_of_an_inner_counter_is_looked_at_in_front() {
    let x = [0.5, 1.7, -0.3];
    let mut dots = vec![Lanes::<f64, 2>::ZERO; 3];
    dots[0].0 = [1.0, 0.0];
    dots[2].0 = [0.5, -2.0];
    let (value, lanes) = pairs_jvp_lanes(&x, 0.3, (&dots, Lanes([0.0, 2.0])));
    assert_eq!(value.to_bits(), pairs(&x, 0.3).to_bits());
    for k in 0..2 {
        let (_, dot) = pairs_jvp(&x, 0.3, (&[dots[0].0[k], dots[1].0[k], dots[2].0[k]], [0.0, 2.0][k]));
        assert!((lanes.0[k] - dot).abs() < 1e-14);
    }
}
