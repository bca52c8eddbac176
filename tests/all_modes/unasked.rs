//! Calls whose result no branch asks for: an infinite partial of theirs poisons nothing.

use autodiff_core::differentiate;
use std::cmp::Ordering;

#[differentiate(hessian, lanes)]
fn root(x: f64) -> f64 {
    x.sqrt()
}

#[differentiate(hessian, lanes)]
fn distance(a: &[f64; 2], b: &[f64; 2]) -> f64 {
    let mut s = 0.0;
    for (x, y) in a.iter().zip(b) {
        s += (x - y) * (x - y);
    }
    s.sqrt()
}

crate::cases! { 4, 0.3, 1.2;
    in_two_branches v {
        let n = v[0] - v[0];
        let r = root(n);
        let mut s = v[1];
        if v[0] > 5.0 {
            s += r * v[2];
        }
        if v[1] > 7.0 {
            s *= r;
        }
        s * v[3]
    }
    by_a_match_on_the_order v {
        let p = [[v[0], v[1]], [v[2], v[3] + 0.5], [v[1] + 2.0, v[3]]];
        let mut e = 0.0;
        for i in 0..3 {
            for j in 0..3 {
                let d = distance(&p[i], &p[j]);
                e += match i.cmp(&j) {
                    Ordering::Less => 1.0 / d,
                    Ordering::Equal => v[i],
                    Ordering::Greater => d * 0.1,
                };
            }
        }
        e
    }
    beside_a_cotangent_that_is_zero_and_moves v {
        let r = distance(&[v[0], v[1]], &[2.0, 0.1]);
        let q = (v[2] - v[2]) * v[3] + v[2] * 0.0;
        let y = if v[3] > 0.1 { r * q } else { 0.0 };
        y + v[0]
    }
    in_a_sum_of_cotangents v {
        let mut s = 0.0;
        for i in 0..4 {
            let z = (v[i] - v[i]) * v[0];
            let r = z.sqrt();
            let l = (1.0 + r).ln() / (v[i] + r);
            let q = z.powf(0.5) + (z * 2.0).sqrt().ln_1p();
            s += if i < 6 { v[i] * v[i] * v[0] } else { l + q };
            s += v[i].max(q - 5.0) * v[1];
        }
        s
    }
    asked_for_by_some v {
        let mut s = 0.0;
        for (k, x) in v.iter().enumerate() {
            let r = distance(&[*x, v[1]], &[v[k], v[1] + (k % 2) as f64]);
            if k % 2 == 1 {
                s += r * x;
            }
            if k == 3 {
                s += r;
            }
        }
        s
    }
}

#[test]
fn tangents_that_are_zero() {
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        root(x) + y * y
    }
    assert_eq!(f_jvp(0.0, 3.0, (0.0, 1.0)), (9.0, 6.0));
}

/// A cotangent that is zero where its tangent is not: the product with the Hessian needs the call.
#[test]
fn cotangents_that_are_zero_and_move() {
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let r = distance(&[v[0], v[1]], &[2.0, 0.1]);
        let q = v[2] * v[3];
        let mut s = v[0];
        if v[3] > 0.5 {
            s += r * q;
        }
        if v[3] > 5.0 {
            s += r;
        }
        s
    }
    let x = [0.7, 1.3, 0.0, 1.1];
    let d = [0.4, -0.2, 1.0, 0.3];
    let (_, _, product) = f_hvp(&x, &d);
    let h = 1e-5;
    let at = |s: f64| f_grad(&[0, 1, 2, 3].map(|k| x[k] + s * h * d[k])).1;
    for (k, (p, m)) in at(1.0).iter().zip(at(-1.0)).enumerate() {
        assert!((product[k] - (p - m) / (2.0 * h)).abs() < 1e-8, "{k}: {product:?}");
    }
}
