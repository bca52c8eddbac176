//! What no branch has asked for adds nothing, and what every side asks for adds what it adds, singular or not.

use autodiff_core::differentiate;

with_and_without! {
    one_side_asks off(shield) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k;
        for v in x {
            let root = (v * v + 0.5).sqrt();
            total += if root > 1.2 { root * k } else { v * v };
        }
        total
    }
    both_sides_ask off(shield) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k;
        for v in x {
            let t = 1.0 / (1.0 + v * v);
            let tail = (t * k).exp() * t;
            total += if *v >= 0.6 { 1.0 - tail } else { tail * 2.0 };
        }
        total
    }
    one_side_asks_inside_another off(shield) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k;
        for v in x {
            let t = k / (1.5 + v);
            let y = if *v > 0.9 {
                if *v > 1.6 { t * t } else { *v }
            } else {
                3.0 - t
            };
            total += y * v;
        }
        total
    }
    three_arms off(shield) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k;
        for (i, v) in x.iter().enumerate() {
            let t = k / (1.5 + v);
            total += match i % 3 {
                0 => t * v,
                1 => -t,
                _ => t * t,
            };
        }
        total
    }
}

#[differentiate]
fn both(x: f64) -> f64 {
    let r = x.sqrt();
    if x > 1.0 { 2.0 * r } else { r }
}

#[differentiate]
fn one(x: f64) -> f64 {
    let r = x.sqrt();
    if x > 0.0 { 2.0 * r } else { 3.0 * x }
}

#[differentiate]
fn inner(x: f64, y: f64) -> f64 {
    let r = x.sqrt();
    if y > 0.0 { if x > 0.0 { r } else { y } } else { 2.0 * r }
}

#[differentiate]
fn unused_in_one_arm(x: f64, k: usize) -> f64 {
    let r = x.sqrt();
    match k {
        0 => r,
        1 => 3.0 * x,
        _ => -r,
    }
}

#[test]
fn singular_points() {
    assert_eq!(both_vjp(0.0, -2.0), (0.0, f64::NEG_INFINITY));
    assert_eq!(both_vjp(4.0, -2.0), (4.0, -1.0));
    assert_eq!(one_vjp(0.0, -2.0), (0.0, -6.0));
    assert_eq!(one_vjp(4.0, -2.0), (4.0, -1.0));
    assert_eq!(inner_vjp(0.0, 1.0, -2.0), (1.0, (0.0, -2.0)));
    assert_eq!(inner_vjp(0.0, -1.0, -2.0), (0.0, (f64::NEG_INFINITY, 0.0)));
    assert_eq!(inner_vjp(4.0, 1.0, -2.0), (2.0, (-0.5, 0.0)));
    assert_eq!(unused_in_one_arm_vjp(0.0, 1, -2.0), (0.0, -6.0));
    assert_eq!(unused_in_one_arm_vjp(0.0, 2, -2.0), (0.0, f64::INFINITY));
    assert_eq!(unused_in_one_arm_vjp(4.0, 0, -2.0), (2.0, -0.5));
}
