//! Every row of the tables of rules, through the attribute: as a method, as a path, on `f32`, in generic code and on values whose
//! type the macro does not see.
//!
//! The tests of the rows themselves, in `autodiff-core`, compare the rules with differences; here the gradients must be what the rules say.
#![allow(deprecated, reason = "`abs_sub` is")]

use autodiff_core::{differentiate, rules};

/// A number whose type only rustc knows.
type Number = f64;

/// Where a row is tried: away from both ends of an interval.
fn inside((lo, hi): (f64, f64)) -> [f64; 3] {
    [lo + 0.1 * (hi - lo), lo + 0.43 * (hi - lo), lo + 0.87 * (hi - lo)]
}

#[track_caller]
fn close(name: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() <= tolerance * (1.0 + want.abs()), "{name}: {got:?}, the rule gives {want:?}");
    }
}

macro_rules! rows {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
        mod $name {
            use super::*;
            use autodiff_core::Scalar;

            #[differentiate]
            fn method(x: f64) -> f64 { x.$name() }
            #[differentiate]
            fn path(x: f64) -> f64 { f64::$name(x) }
            #[differentiate]
            fn unseen(x: Number) -> Number { x.$name() }
            #[differentiate]
            fn single(x: f32) -> f32 { x.$name() }
            #[differentiate]
            fn generic<T: Scalar>(x: T) -> T { x.$name() }
            #[differentiate]
            fn borrowed(x: &f64) -> f64 { x.$name() }
            #[differentiate]
            fn mapped(x: &[f64]) -> f64 { x.iter().copied().map(f64::$name).sum() }

            #[test]
            fn follows_its_rule() {
                const SEED: f64 = -1.75;
                for x in [$($piece),*].into_iter().flat_map(inside) {
                    let y = f64::$name(x);
                    let want = [rules::$name::pullback(x, y, SEED)];
                    for (value, slope) in [method_vjp(x, SEED), path_vjp(x, SEED), unseen_vjp(x, SEED), generic_vjp(x, SEED), borrowed_vjp(&x, SEED)] {
                        assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                        close(stringify!($name), &[slope], &want, 1e-14);
                    }
                    let (value, slopes) = mapped_vjp(&[x], SEED);
                    assert_eq!(value.to_bits(), mapped(&[x]).to_bits());
                    close(stringify!($name), &slopes, &want, 1e-14);
                    let (value, tangent) = method_jvp(x, SEED);
                    assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                    close(stringify!($name), &[tangent], &want, 1e-14);

                    let (x, seed) = (x as f32, SEED as f32);
                    let (value, slope) = single_vjp(x, seed);
                    assert_eq!(value.to_bits(), f32::$name(x).to_bits(), stringify!($name));
                    close(stringify!($name), &[slope.into()], &[rules::$name::pullback(x, value, seed).into()], 1e-6);
                }
            }
        }
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
        mod $name {
            use super::*;
            use autodiff_core::Scalar;

            #[differentiate]
            fn method(x: f64, p: f64) -> f64 { x.$name(p) }
            #[differentiate]
            fn path(x: f64, p: f64) -> f64 { f64::$name(x, p) }
            #[differentiate]
            fn unseen(x: Number, p: Number) -> Number { x.$name(p) }
            #[differentiate]
            fn single(x: f32, p: f32) -> f32 { x.$name(p) }
            #[differentiate]
            fn generic<T: Scalar>(x: T, p: T) -> T { x.$name(p) }
            #[differentiate]
            fn borrowed(x: &f64, p: &f64) -> f64 { x.$name(*p) }
            #[differentiate]
            fn folded(x: f64, p: &[f64]) -> f64 { p.iter().copied().fold(x, f64::$name) }
            #[differentiate(wrt(x))]
            fn first(x: f64, p: f64) -> f64 { x.$name(p) }
            #[differentiate(wrt(p))]
            fn second(x: f64, p: f64) -> f64 { x.$name(p) }

            #[test]
            fn follows_its_rule() {
                const SEED: f64 = -1.75;
                for (x, p) in [$($piece),*].into_iter().flat_map(|(x, p)| {
                    let p = inside(p);
                    inside(x).into_iter().flat_map(move |x| p.map(|p| (x, p)))
                }) {
                    let y = f64::$name(x, p);
                    let want = [rules::$name::pullback_0(x, p, y, SEED), rules::$name::pullback_1(x, p, y, SEED)];
                    let (value, (x_bar, p_bar)) = folded_vjp(x, &[p], SEED);
                    for (value, slopes) in [
                        method_vjp(x, p, SEED),
                        path_vjp(x, p, SEED),
                        unseen_vjp(x, p, SEED),
                        generic_vjp(x, p, SEED),
                        borrowed_vjp(&x, &p, SEED),
                        (value, (x_bar, p_bar[0])),
                        (y, (first_vjp(x, p, SEED).1, second_vjp(x, p, SEED).1)),
                    ] {
                        assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                        close(stringify!($name), &<[f64; 2]>::from(slopes), &want, 1e-14);
                    }
                    let (value, tangent) = method_jvp(x, p, (SEED, 0.5));
                    assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                    close(stringify!($name), &[tangent], &[want[0] + want[1] / SEED * 0.5], 1e-14);

                    let (x, p, seed) = (x as f32, p as f32, SEED as f32);
                    let (value, (x_bar, p_bar)) = single_vjp(x, p, seed);
                    assert_eq!(value.to_bits(), f32::$name(x, p).to_bits(), stringify!($name));
                    let want = [rules::$name::pullback_0(x, p, value, seed), rules::$name::pullback_1(x, p, value, seed)];
                    close(stringify!($name), &[x_bar.into(), p_bar.into()], &want.map(f64::from), 1e-6);
                }
            }
        }
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
        mod $name {
            use super::*;
            use autodiff_core::Scalar;

            #[differentiate]
            fn method(x: f64, a: f64, b: f64) -> f64 { x.$name(a, b) }
            #[differentiate]
            fn path(x: f64, a: f64, b: f64) -> f64 { f64::$name(x, a, b) }
            #[differentiate]
            fn unseen(x: Number, a: Number, b: Number) -> Number { x.$name(a, b) }
            #[differentiate]
            fn single(x: f32, a: f32, b: f32) -> f32 { x.$name(a, b) }
            #[differentiate]
            fn generic<T: Scalar>(x: T, a: T, b: T) -> T { x.$name(a, b) }

            #[test]
            fn follows_its_rule() {
                const SEED: f64 = -1.75;
                for (x, a, b) in [$($piece),*].into_iter().flat_map(|(x, a, b)| (0..3).map(move |k| (inside(x)[k], inside(a)[2 - k], inside(b)[k]))) {
                    let y = f64::$name(x, a, b);
                    let want = [
                        rules::$name::pullback_0(x, a, b, y, SEED),
                        rules::$name::pullback_1(x, a, b, y, SEED),
                        rules::$name::pullback_2(x, a, b, y, SEED),
                    ];
                    for (value, slopes) in [method_vjp(x, a, b, SEED), path_vjp(x, a, b, SEED), unseen_vjp(x, a, b, SEED), generic_vjp(x, a, b, SEED)] {
                        assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                        close(stringify!($name), &<[f64; 3]>::from(slopes), &want, 1e-14);
                    }
                    let (value, tangent) = method_jvp(x, a, b, (SEED, SEED, SEED));
                    assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                    close(stringify!($name), &[tangent], &[want.iter().sum()], 1e-14);

                    let (x, a, b, seed) = (x as f32, a as f32, b as f32, SEED as f32);
                    let (value, slopes) = single_vjp(x, a, b, seed);
                    assert_eq!(value.to_bits(), f32::$name(x, a, b).to_bits(), stringify!($name));
                    let want = [
                        rules::$name::pullback_0(x, a, b, value, seed),
                        rules::$name::pullback_1(x, a, b, value, seed),
                        rules::$name::pullback_2(x, a, b, value, seed),
                    ];
                    close(stringify!($name), &<[f32; 3]>::from(slopes).map(f64::from), &want.map(f64::from), 1e-6);
                }
            }
        }
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] for $numbers:tt $rule:tt)* }) => { $(
        mod $name {
            use super::*;
            use autodiff_core::Scalar;

            #[differentiate]
            fn method(x: f64, n: i32) -> f64 { x.$name(n) }
            #[differentiate]
            fn path(x: f64, n: i32) -> f64 { f64::$name(x, n) }
            #[differentiate]
            fn unseen(x: Number, n: i32) -> Number { x.$name(n) }
            #[differentiate]
            fn single(x: f32, n: i32) -> f32 { x.$name(n) }
            #[differentiate]
            fn generic<T: Scalar>(x: T, n: i32) -> T { x.$name(n) }

            #[test]
            fn follows_its_rule() {
                const SEED: f64 = -1.75;
                for (x, n) in [$($piece),*].into_iter().flat_map(inside).flat_map(|x| $numbers.map(|n| (x, n))) {
                    let y = f64::$name(x, n);
                    let want = [rules::$name::pullback_0(x, n, y, SEED)];
                    for (value, slope) in [method_vjp(x, n, SEED), path_vjp(x, n, SEED), unseen_vjp(x, n, SEED), generic_vjp(x, n, SEED)] {
                        assert_eq!(value.to_bits(), y.to_bits(), stringify!($name));
                        close(stringify!($name), &[slope], &want, 1e-14);
                    }
                    close(stringify!($name), &[method_jvp(x, n, SEED).1], &want, 1e-14);

                    let (x, seed) = (x as f32, SEED as f32);
                    let (value, slope) = single_vjp(x, n, seed);
                    assert_eq!(value.to_bits(), f32::$name(x, n).to_bits(), stringify!($name));
                    close(stringify!($name), &[slope.into()], &[rules::$name::pullback_0(x, n, value, seed).into()], 1e-6);
                }
            }
        }
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
        mod $name {
            use super::*;
            use autodiff_core::Scalar;

            #[differentiate]
            fn method(x: f64) -> (f64, f64) { x.$name() }
            #[differentiate]
            fn path(x: f64) -> (f64, f64) { f64::$name(x) }
            #[differentiate]
            fn unseen(x: Number) -> (Number, Number) { x.$name() }
            #[differentiate]
            fn single(x: f32) -> (f32, f32) { x.$name() }
            #[differentiate]
            fn generic<T: Scalar>(x: T) -> (T, T) { x.$name() }

            #[test]
            fn follows_its_rule() {
                const SEED: (f64, f64) = (-1.75, 0.5);
                for x in [$($piece),*].into_iter().flat_map(inside) {
                    let y = f64::$name(x);
                    let want = [rules::$name::pullback(x, y, SEED)];
                    for (value, slope) in [method_vjp(x, SEED), path_vjp(x, SEED), unseen_vjp(x, SEED), generic_vjp(x, SEED)] {
                        assert_eq!(value, y, stringify!($name));
                        close(stringify!($name), &[slope], &want, 1e-14);
                    }
                    let (_, tangents) = method_jvp(x, 2.0);
                    close(stringify!($name), &<[f64; 2]>::from(tangents), &<[f64; 2]>::from(rules::$name::pushforward(x, y, 2.0)), 1e-14);

                    let (value, slope) = single_vjp(x as f32, (SEED.0 as f32, SEED.1 as f32));
                    assert_eq!(value, f32::$name(x as f32), stringify!($name));
                    close(stringify!($name), &[slope.into()], &want, 1e-5);
                }
            }
        }
    )* };
}
autodiff_core::for_each_rule!(rows);

#[differentiate]
fn converted(x: f32, y: f64) -> f64 {
    let wide: f64 = x.into();
    let rounded = y as f32;
    wide * f64::from(rounded) + num_traits::Float::sin(y)
}

#[test]
fn conversions_pass_cotangents_on() {
    let (x, y) = (1.5_f32, 0.75);
    let (value, (x_bar, y_bar)) = converted_vjp(x, y, 2.0);
    assert_eq!(value.to_bits(), converted(x, y).to_bits());
    assert_eq!((x_bar, y_bar), (1.5, 3.0 + 2.0 * y.cos()));
}
