//! What callers of functions of numbers get: the gradient times a cotangent or tangent, or the sweeps one by one.

use autodiff_core::differentiate;

/// The same callee and caller with the pass, and without it: results kept in a loop while the arguments change, one argument twice,
/// constant ones.
macro_rules! called_with_and_without {
    ($($name:ident $callee:item)*) => { $(
        mod $name {
            mod on {
                use super::super::differentiate;
                #[differentiate]
                $callee
                #[differentiate]
                pub fn caller(x: &[f64], k: f64) -> f64 {
                    let mut s = k;
                    for v in x {
                        s = f(*v, s) * 0.25 + f(s, s);
                    }
                    s + f(k, 1.5) + f(2.0, 0.5)
                }
            }
            mod off {
                use super::super::differentiate;
                #[differentiate(off(partials))]
                $callee
                #[differentiate]
                pub fn caller(x: &[f64], k: f64) -> f64 {
                    let mut s = k;
                    for v in x {
                        s = f(*v, s) * 0.25 + f(s, s);
                    }
                    s + f(k, 1.5) + f(2.0, 0.5)
                }
            }

            #[test]
            fn same_gradient_and_tangent() {
                for x in [vec![], vec![0.7], vec![0.55, -1.25, 2.0, 0.75, 1.5]] {
                    for k in [0.8, -0.3] {
                        crate::compare(&x, k, on::caller, on::caller_vjp, off::caller_vjp);
                        let dots: Vec<f64> = x.iter().map(|v| v * v - 0.3).collect();
                        let (value, (x_bar, k_bar)) = on::caller_grad(&x, k);
                        for (v, dot) in [on::caller_jvp(&x, k, (&dots, 0.45)), off::caller_jvp(&x, k, (&dots, 0.45))] {
                            let expected = k_bar * 0.45 + x_bar.iter().zip(&dots).map(|(b, d)| b * d).sum::<f64>();
                            assert_eq!(v.to_bits(), value.to_bits());
                            assert!((dot - expected).abs() <= 1e-11 * (1.0 + dot.abs()), "{dot} and {expected}");
                        }
                        let (on, off) = (on::f_jvp(k, 1.25, (0.5, -0.75)), off::f_jvp(k, 1.25, (0.5, -0.75)));
                        assert_eq!(on.0.to_bits(), off.0.to_bits());
                        assert!((on.1 - off.1).abs() <= 1e-12 * (1.0 + on.1.abs()), "{on:?} and {off:?}");
                    }
                }
            }
        }
    )* };
}

called_with_and_without! {
    straight pub fn f(a: f64, b: f64) -> f64 {
        (a * b).sin() + a / (1.0 + b * b)
    }
    with_branches pub fn f(a: f64, b: f64) -> f64 {
        if a > 0.6 {
            return a * b - b;
        }
        let mut c = a;
        if b > a {
            c *= b;
        }
        c.tanh()
    }
    with_a_loop pub fn f(mut a: f64, b: f64) -> f64 {
        let mut k = 0;
        while k < 4 && a.abs() < 3.0 {
            a = 0.5 * a + b.cos();
            k += 1;
        }
        a
    }
    recursive pub fn f(a: f64, b: f64) -> f64 {
        if a.abs() < 0.1 {
            return b * b;
        }
        a * f(0.4 * a, b.sin())
    }
    without_one_argument pub fn f(a: f64, _: f64) -> f64 {
        a.exp() * 0.25
    }
}

#[differentiate]
fn generic<T: autodiff_core::Scalar>(a: T, b: T, c: T) -> T {
    a * b.sin() + c / b
}

#[differentiate]
fn calls_generic(x: f64, y: f32) -> f64 {
    generic(x, 2.0 * x, 3.0) + f64::from(generic(y, y, 1.5))
}

#[test]
fn generic_functions() {
    let (value, (x_bar, y_bar)) = calls_generic_grad(0.7, 1.25);
    let (a, tangent) = calls_generic_jvp(0.7, 1.25, (0.5, 2.0));
    assert_eq!(value.to_bits(), a.to_bits());
    let expected = 1.4f64.sin() + 0.7 * 1.4f64.cos() * 2.0 - 3.0 / (1.4 * 1.4) * 2.0;
    assert!((x_bar - expected).abs() < 1e-13);
    assert!((tangent - 0.5 * x_bar - 2.0 * f64::from(y_bar)).abs() < 1e-6);
}

macro_rules! with_other_arguments {
    ($name:ident off($($off:ident)?)) => {
        mod $name {
            use super::differentiate;

            #[differentiate $((off($off)))?]
            pub fn f(n: usize, a: f64, table: &[u8], b: f64, _: bool) -> f64 {
                let mut s = a;
                for k in 0..n {
                    s += b.powi(i32::from(table[k]));
                }
                s * a
            }

            #[differentiate $((off($off)))?]
            pub fn one(flag: bool, a: f64) -> f64 {
                if flag { a.sin() } else { a * a }
            }

            #[differentiate]
            pub fn caller(x: f64, y: f64) -> f64 {
                let table = vec![2, 1, 3];
                f(3, x * y, &table, y, true) + f(0, x, &[], 2.0, false) + one(true, x * y) * one(false, y)
            }
        }
    };
}

with_other_arguments!(on off());
with_other_arguments!(off off(partials));

#[test]
fn arguments_without_derivatives_in_between() {
    let (x, y) = (0.75, -1.25);
    let ((value, (x_bar, y_bar)), (other, (x_off, y_off))) = (on::caller_grad(x, y), off::caller_grad(x, y));
    assert_eq!(value.to_bits(), on::caller(x, y).to_bits());
    assert_eq!(value.to_bits(), other.to_bits());
    assert!((x_bar - x_off).abs() < 1e-13 && (y_bar - y_off).abs() < 1e-13);
    let step = 1e-6;
    assert!((x_bar - (on::caller(x + step, y) - on::caller(x - step, y)) / (2.0 * step)).abs() < 1e-8);
    assert!((y_bar - (on::caller(x, y + step) - on::caller(x, y - step)) / (2.0 * step)).abs() < 1e-8);
    for (_, dot) in [on::caller_jvp(x, y, (0.5, -2.0)), off::caller_jvp(x, y, (0.5, -2.0))] {
        assert!((dot - 0.5 * x_bar + 2.0 * y_bar).abs() < 1e-12);
    }
}
