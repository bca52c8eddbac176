//! Every row of every table: the value is the standard library's, the rule agrees with finite differences.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use std::format;

use super::*;
use crate::Scalar;

/// A function of the arguments.
type Value<T> = Box<dyn Fn(&[T]) -> Vec<T>>;
/// The contributions to the arguments, from the arguments, the results and the seeds.
type Pullbacks<T> = Box<dyn Fn(&[T], &[T], &[T]) -> Vec<T>>;
/// Value and pullback in one: adds to the cotangents, where there are any, and gives the value.
type Method<T> = Box<dyn Fn(&[T], &[T], Option<&mut [T]>) -> Vec<T>>;

struct Row<T> {
    name: String,
    /// Boxes on which the method is smooth, one interval per argument.
    pieces: Vec<Vec<(f64, f64)>>,
    value: Value<T>,
    scalar: Value<T>,
    pullbacks: Pullbacks<T>,
    method: Method<T>,
}

/// All rows, for one type of number.
fn rows<T: Real>() -> Vec<Row<T>> {
    let mut rows: Vec<Row<T>> = Vec::new();
    macro_rules! push {
        (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
            rows.push(Row {
                name: stringify!($name).into(),
                pieces: [$($piece),*].map(|x| vec![x]).into(),
                value: Box::new(|x| vec![x[0].$hidden()]),
                scalar: Box::new(|x| vec![Scalar::$name(x[0])]),
                pullbacks: Box::new(|x, y, g| vec![$name::pullback(x[0], y[0], g[0])]),
                method: Box::new(|x, g, bars| {
                    let (y, pull) = x[0].$method();
                    pull(&x[0], g[0], bars.map(|b| &mut b[0]));
                    vec![y]
                }),
            });
        )* };
        (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
            rows.push(Row {
                name: stringify!($name).into(),
                pieces: [$($piece),*].map(|(x, p)| vec![x, p]).into(),
                value: Box::new(|x| vec![x[0].$hidden(x[1])]),
                scalar: Box::new(|x| vec![Scalar::$name(x[0], x[1])]),
                pullbacks: Box::new(|x, y, g| {
                    vec![$name::pullback_0(x[0], x[1], y[0], g[0]), $name::pullback_1(x[0], x[1], y[0], g[0])]
                }),
                method: Box::new(|x, g, bars| {
                    let (y, pull) = x[0].$method(x[1]);
                    let [x_bar, p_bar] = each(bars);
                    pull(&x[0], &x[1], g[0], x_bar, p_bar);
                    vec![y]
                }),
            });
        )* };
        (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
            rows.push(Row {
                name: stringify!($name).into(),
                pieces: [$($piece),*].map(|(x, a, b)| vec![x, a, b]).into(),
                value: Box::new(|x| vec![x[0].$hidden(x[1], x[2])]),
                scalar: Box::new(|x| vec![Scalar::$name(x[0], x[1], x[2])]),
                pullbacks: Box::new(|x, y, g| {
                    let (x, a, b, y, g) = (x[0], x[1], x[2], y[0], g[0]);
                    vec![$name::pullback_0(x, a, b, y, g), $name::pullback_1(x, a, b, y, g), $name::pullback_2(x, a, b, y, g)]
                }),
                method: Box::new(|x, g, bars| {
                    let (y, pull) = x[0].$method(x[1], x[2]);
                    let [x_bar, a_bar, b_bar] = each(bars);
                    pull(&x[0], &x[1], &x[2], g[0], x_bar, a_bar, b_bar);
                    vec![y]
                }),
            });
        )* };
        (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] for $exponents:tt $rule:tt)* }) => { $(
            for n in $exponents {
                rows.push(Row {
                    name: format!("{}({n})", stringify!($name)),
                    pieces: [$($piece),*].map(|x| vec![x]).into(),
                    value: Box::new(move |x| vec![x[0].$hidden(n)]),
                    scalar: Box::new(move |x| vec![Scalar::$name(x[0], n)]),
                    pullbacks: Box::new(move |x, y, g| vec![$name::pullback_0(x[0], n, y[0], g[0])]),
                    method: Box::new(move |x, g, bars| {
                        let (y, pull) = x[0].$method(n);
                        pull(&x[0], &n, g[0], bars.map(|b| &mut b[0]), Some(&mut ()));
                        vec![y]
                    }),
                });
            }
        )* };
        (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $(
            rows.push(Row {
                name: stringify!($name).into(),
                pieces: [$($piece),*].map(|x| vec![x]).into(),
                value: Box::new(|x| list(x[0].$hidden())),
                scalar: Box::new(|x| list(Scalar::$name(x[0]))),
                pullbacks: Box::new(|x, y, g| vec![$name::pullback(x[0], (y[0], y[1]), (g[0], g[1]))]),
                method: Box::new(|x, g, bars| {
                    let (y, pull) = x[0].$method();
                    pull(&x[0], (g[0], g[1]), bars.map(|b| &mut b[0]));
                    list(y)
                }),
            });
        )* };
    }
    for_each_rule!(push);
    rows
}

fn list<T>((a, b): (T, T)) -> Vec<T> {
    vec![a, b]
}

fn each<T, const N: usize>(bars: Option<&mut [T]>) -> [Option<&mut T>; N] {
    let mut bars = bars.map(|b| b.iter_mut());
    core::array::from_fn(|_| bars.as_mut().and_then(Iterator::next))
}

/// Reproducible numbers in 0..1 (splitmix64).
struct Random(u64);

impl Random {
    fn number(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Seeds of either sign, away from 0 and 1.
    fn seeds(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| (self.number() + 1.5) * if self.number() < 0.5 { -1.0 } else { 1.0 }).collect()
    }
}

/// Points in a box: near its faces, inside, and random ones; exact in `f32`, with the distance to the nearest face.
fn points(piece: &[(f64, f64)], random: &mut Random) -> Vec<(Vec<f64>, f64)> {
    const PLACES: [f64; 8] = [0.004, 0.03, 0.2, 0.4, 0.6, 0.8, 0.97, 0.996];
    let mut list = Vec::new();
    for k in 0..4 * PLACES.len() {
        let place = |axis: usize, random: &mut Random| match k / PLACES.len() {
            0 => PLACES[k % PLACES.len()],
            1 => PLACES[(k * (2 * axis + 1) + 3 * axis) % PLACES.len()],
            _ => 0.01 + 0.98 * random.number(),
        };
        let x: Vec<f64> =
            piece.iter().enumerate().map(|(axis, (lo, hi))| f64::from((lo + (hi - lo) * place(axis, random)) as f32)).collect();
        let face = x.iter().zip(piece).fold(f64::INFINITY, |d, (x, (lo, hi))| d.min(x - lo).min(hi - x));
        list.push((x, face));
    }
    list
}

/// The derivative of `f` along one axis: central differences of order 8, whose steps stay well inside `face`.
fn slope(f: &dyn Fn(&[f64]) -> f64, x: &[f64], axis: usize, face: f64) -> f64 {
    const WEIGHTS: [f64; 4] = [4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0];
    let h = (face / 100.0).min(0.02);
    let at = |step: f64| {
        let mut x = x.to_vec();
        x[axis] += step;
        f(&x)
    };
    WEIGHTS.iter().zip(1..).map(|(w, k)| w * (at(f64::from(k) * h) - at(f64::from(-k) * h))).sum::<f64>() / h
}

/// Whether two numbers agree.
fn close(a: f64, b: f64, relative: f64, absolute: f64) -> bool {
    (a - b).abs() <= absolute + relative * a.abs().max(b.abs())
}

/// Compares the rules of one type of number with differences in `f64`.
fn agree_with_differences<T: Real>(relative: f64, absolute: f64) {
    let convert = |x: &[f64]| x.iter().map(|&x| T::__from_f64(x)).collect::<Vec<T>>();
    let mut random = Random(1);
    for (row, reference) in rows::<T>().iter().zip(rows::<f64>()) {
        for (x, face) in row.pieces.iter().flat_map(|piece| points(piece, &mut random)).collect::<Vec<_>>() {
            let y = (row.value)(&convert(&x));
            let seeds = random.seeds(y.len());
            let weighed = |x: &[f64]| (reference.value)(x).iter().zip(&seeds).map(|(y, g)| y * g).sum::<f64>();
            for (axis, rule) in (row.pullbacks)(&convert(&x), &y, &convert(&seeds)).iter().enumerate() {
                let (rule, difference) = (rule.__to_f64(), slope(&weighed, &x, axis, face));
                assert!(
                    close(rule, difference, relative, absolute),
                    "{}, argument {axis} at {x:?}, seed {seeds:?}: rule {rule:?}, differences {difference:?}",
                    row.name,
                );
            }
        }
    }
}

#[test]
fn rules_agree_with_differences() {
    agree_with_differences::<f64>(2e-10, 2e-10);
}

#[test]
fn rules_of_f32_agree_with_differences() {
    agree_with_differences::<f32>(1e-5, 2e-6);
}

/// The suffixed methods give the value, and add the rules' contributions to what is there.
fn methods_are_the_rules<T: Real>() {
    let mut random = Random(2);
    for row in rows::<T>() {
        for (x, _) in row.pieces.iter().flat_map(|piece| points(piece, &mut random)).collect::<Vec<_>>() {
            let x: Vec<T> = x.into_iter().map(T::__from_f64).collect();
            let y = (row.value)(&x);
            assert_eq!((row.scalar)(&x), y, "{}", row.name);
            let seeds: Vec<T> = random.seeds(y.len()).into_iter().map(T::__from_f64).collect();
            let mut bars = vec![T::__ONE; x.len()];
            assert_eq!((row.method)(&x, &seeds, Some(&mut bars)), y, "{}", row.name);
            let sums: Vec<T> = (row.pullbacks)(&x, &y, &seeds).into_iter().map(|c| T::__ONE + c).collect();
            assert_eq!(bars, sums, "{} at {x:?}", row.name);
            assert_eq!((row.method)(&x, &seeds, None), y, "{} without cotangents", row.name);
        }
    }
}

#[test]
fn methods_give_values_and_add_contributions() {
    methods_are_the_rules::<f64>();
    methods_are_the_rules::<f32>();
}

#[test]
fn names_are_unique() {
    let mut names: Vec<String> = rows::<f64>().into_iter().map(|row| row.name).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

/// The values are those of the inherent methods, bit for bit, everywhere.
#[cfg(feature = "std")]
#[test]
fn values_are_those_of_the_standard_library() {
    const SPECIAL: [f64; 15] =
        [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 1e300, 1e-300, -1e40, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 7.0];
    let mut random = Random(3);
    let numbers: Vec<f64> = SPECIAL.into_iter().chain((0..40).map(|_| 20.0 * random.number() - 10.0)).collect();
    let narrow = || numbers.iter().map(|&x| x as f32);
    let wide = || numbers.iter().copied();
    macro_rules! same {
        ($mine:expr, $std:expr, $name:ident) => {
            assert_eq!($mine.to_bits(), $std.to_bits(), "{}", stringify!($name))
        };
    }
    macro_rules! compare {
        (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
            wide().for_each(|x| same!(x.$hidden(), x.$name(), $name));
            narrow().for_each(|x| same!(x.$hidden(), x.$name(), $name));
        )* };
        (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
            #[allow(deprecated, reason = "`abs_sub` is")]
            {
                wide().for_each(|x| wide().for_each(|p| same!(x.$hidden(p), x.$name(p), $name)));
                narrow().for_each(|x| narrow().for_each(|p| same!(x.$hidden(p), x.$name(p), $name)));
            }
        )* };
        (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
            // bounds in order, as `clamp` wants them
            wide().for_each(|x| wide().for_each(|a| same!(x.$hidden(a.min(0.25), 0.25), x.$name(a.min(0.25), 0.25), $name)));
            narrow().for_each(|x| narrow().for_each(|a| same!(x.$hidden(a.min(0.25), 0.25), x.$name(a.min(0.25), 0.25), $name)));
        )* };
        (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt $rule:tt)* }) => { $(
            for n in [i32::MIN, -3, 0, 1, 2, 5, i32::MAX] {
                wide().for_each(|x| same!(x.$hidden(n), x.$name(n), $name));
                narrow().for_each(|x| same!(x.$hidden(n), x.$name(n), $name));
            }
        )* };
        (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
            wide().for_each(|x| { same!(x.$hidden().0, x.$name().0, $name); same!(x.$hidden().1, x.$name().1, $name) });
            narrow().for_each(|x| { same!(x.$hidden().0, x.$name().0, $name); same!(x.$hidden().1, x.$name().1, $name) });
        )* };
    }
    for_each_rule!(compare);
}

#[test]
fn extreme_arguments_neither_overflow_nor_cancel() {
    let near = |a: f64, b: f64| assert!(close(a, b, 1e-14, 0.0), "{a:?} is not {b:?}");
    near(atan2::pullback_0(3e200, 4e200, 0.0, 1.0), 0.16e-200);
    near(atan2::pullback_1(3e-200, 4e-200, 0.0, 1.0), -0.12e200);
    near(asinh::pullback(1e200, 0.0, 1.0), 1e-200);
    near(acosh::pullback(1e200, 0.0, 1.0), 1e-200);
    near(exp_m1::pullback(-40.0, (-40.0_f64).exp_m1(), 1.0), (-40.0_f64).exp());
    near(powf::pullback_0(1e-160, 2.0, 0.0, 1.0), 2e-160);
    near(powf::pullback_0(1e160, 2.0, f64::INFINITY, 1.0), 2e160);
    assert_eq!(powi::pullback_0(1.0, i32::MIN, 1.0, 1.0), f64::from(i32::MIN));
    assert_eq!(powi::pullback_0(1.0, i32::MAX, 1.0, 1.0), f64::from(i32::MAX));
    assert_eq!(max::pullback_0(1.0, 2.0, 2.0, f64::INFINITY), 0.0);
}
