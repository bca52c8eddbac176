//! Closures that are called in conditions, and in code that stays as it is written.

use autodiff_core::differentiate;

#[differentiate]
fn aligned(x: &[f64], labels: &[usize]) -> f64 {
    let label = |i: usize| if i % 2 == 0 { 0 } else { labels[i / 2] };
    let mut a = x[3];
    for i in 0..4 {
        if i >= 2 && label(i) != 0 && label(i) != label(i - 2) {
            a += x[i - 2] * a;
        }
        if i > 5 || i >= 1 && label(i - 1) == 0 {
            a *= x[0];
        }
    }
    a
}

/// What the right side asks a closure was asked before the left side could keep it from that: `i - 2` overflowed.
#[test]
fn the_right_side_of_and_is_asked_only_where_the_left_one_holds() {
    check!(aligned aligned_vjp aligned_jvp, &[1, 2]);
}

#[differentiate]
fn neighbours(x: &[f64]) -> f64 {
    let at = |i: usize| x[i] * x[0];
    let mut a = 1.0;
    for i in 0..9 {
        if i < x.len() && at(i) > 0.0 || i == 3 {
            a *= x[0];
        }
        let small = i >= 1 && i < 3 && at(i - 1) < 0.3;
        while i > 0 && i < x.len() && (a < 0.0 || at(i - 1) > 9.0) {
            a += x[1].abs() + 0.1;
        }
        if small {
            a += x[2] * a;
        }
    }
    a
}

/// The same where the closure reads numbers.
#[test]
fn conditions_on_numbers_of_closures_end_where_they_are_decided() {
    check!(neighbours neighbours_vjp neighbours_jvp,);
}

#[differentiate]
fn counted(x: &[f64]) -> f64 {
    let mut n = 0;
    let mut tick = || {
        n += 1;
        n
    };
    let mut s = 0.0;
    for &x in x {
        if x > 0.0 && tick() > 1 {
            s += x * x;
        }
        if x > -0.5 || tick() > 3 {
            s += x;
        }
    }
    s * n as f64
}

#[test]
fn a_closure_that_counts_is_called_as_often_as_the_user_calls_it() {
    check!(counted counted_vjp counted_jvp,);
}

#[differentiate]
fn over_a_limit(x: &[f64], first: Option<usize>) -> f64 {
    let mut cap = x[3] * 0.5;
    let over = move |x: f64| x > cap;
    cap = 100.0;
    let mut s = cap * 0.0;
    for (i, &x_i) in x.iter().enumerate() {
        let twice = |y: f64| over(y * 2.0);
        let scaled = x_i * 1.5;
        match i {
            0 if twice(x_i) => s += x_i,
            j if over(scaled) || j > 7 => s += x_i * x_i,
            _ if !over(x_i) && matches!(first, Some(f) if twice(x[f] + scaled)) => s += x_i.sin(),
            _ => s -= x[3] * x_i,
        }
        assert!(!over(x_i + 1e9) || s.is_finite() || twice(x_i), "{} at {i}", over(s));
    }
    s
}

/// Such code had no place for the statements that the closure became.
#[test]
fn closures_are_written_out_in_guards_and_assertions() {
    check!(over_a_limit over_a_limit_vjp over_a_limit_jvp, Some(1));
    check!(over_a_limit over_a_limit_vjp over_a_limit_jvp, None);
}

#[differentiate]
fn nearest(x: &[f64]) -> f64 {
    let distance = |p: &[f64]| (p[0] - 0.1).powi(2) + p[1] * p[1];
    let near = x.chunks(2).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
    let far = x.chunks(2).max_by(|a, b| distance(a).partial_cmp(&-(-distance(b))).unwrap()).unwrap();
    distance(near) * far[0] + far[1]
}

/// What was computed was handed over where a reference to it was asked for (E0308).
#[test]
fn what_a_closure_gives_is_lent_to_a_comparison() {
    check!(nearest nearest_vjp nearest_jvp,);
}

#[differentiate]
fn ordered(x: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| x[i].total_cmp(&x[j]).reverse());
    let mut pairs: Vec<(f64, usize)> = x.iter().copied().zip(0..).collect();
    pairs.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap().reverse().then_with(|| a.1.cmp(&b.1)));
    let low = (0..x.len()).max_by(|&i, &j| x[i].total_cmp(&x[j]).reverse()).unwrap();
    let mut s = x[low] * 2.0;
    for (&i, (p, j)) in order.iter().zip(&pairs) {
        assert_eq!(i, *j);
        s = s * 0.5 + x[i] * p;
    }
    s
}

/// `reverse` was taken for that of a list.
#[test]
fn orderings_are_reversed() {
    check!(ordered ordered_vjp ordered_jvp,);
}

/// `?` in a closure that gives an `Option`, in a function that gives a `Result`, was refused as a `return`.
mod options_in_functions_of_results {
    use autodiff_core::differentiate;

    #[derive(Clone, Debug, PartialEq)]
    enum Fault {
        Empty,
    }

    #[differentiate]
    fn f(v: &[f64]) -> Result<f64, Fault> {
        let first = v.first().copied().ok_or(Fault::Empty)?;
        let product = |k: usize| -> Option<f64> {
            let mut y = 0.5;
            for i in 0..k {
                let m = v.get(i)?;
                if *m > 2.0 {
                    return Some(y);
                }
                y = y * *m + first;
            }
            Some(y)
        };
        let last = |k: usize| {
            let m = v.get(k)?;
            Some(m * first)
        };
        Ok(product(3).unwrap_or(0.5) * last(1).unwrap_or(0.25) + product(9).unwrap_or(first) * last(7).unwrap_or(1.5))
    }

    #[test]
    fn a_closure_fails_by_itself() {
        for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 2.6, 0.8, 2.1]] {
            assert_eq!(f_vjp(&point, Some(-2.0)).0, f(&point));
            autodiff_core::check_gradient(|p| -2.0 * f(p).unwrap(), |p| f_vjp(p, Some(-2.0)).1, &point).unwrap();
        }
    }
}

fn all_of(x: &[f64], g: impl Fn(f64) -> Option<f64>) -> Option<f64> {
    let mut s = 0.0;
    for v in x {
        s += g(*v)? * v;
    }
    Some(s)
}

fn each_of(x: &[f64], mut g: impl FnMut(f64) -> Result<f64, String>) -> Result<f64, String> {
    let mut s = 0.0;
    for v in x {
        s = s * 0.5 + g(*v)?;
    }
    Ok(s)
}

#[differentiate]
fn left_by_what_is_asked(x: &[f64]) -> f64 {
    let mut n = 0;
    let a = all_of(x, |v| if v > -0.5 { Some((v + 1.0).sqrt() * x[0]) } else { None });
    let b = each_of(x, |v| {
        n += 1;
        if n < 4 || v > 0.0 { Ok(v * v * n as f64) } else { Err("negative".to_string()) }
    });
    a.unwrap_or(x[1] * x[2]) + b.unwrap_or(x[3]) * n as f64
}

/// A function that takes closures was refused where it leaves by `?`.
#[test]
fn functions_that_take_closures_leave_by_a_question_mark() {
    check!(left_by_what_is_asked left_by_what_is_asked_vjp left_by_what_is_asked_jvp,);
}

#[differentiate]
fn made_and_called(x: &[f64]) -> f64 {
    let line = |a: f64| move |t: f64| a * t + x[1];
    let both = |a: f64| move |b: f64| move |c: f64| a * b * c;
    let p = line(x[0]);
    line(p(x[2]))(x[3]) * line(0.5)(x[0]) + both(x[1])(x[2])(p(x[3]))
}

/// The call of what a call gives was refused.
#[test]
fn closures_are_made_and_called_in_one_expression() {
    check!(made_and_called made_and_called_vjp made_and_called_jvp,);
}

/// Functions inside that are called with constants alone are written out there, without the marker that says what they stand for (E0658).
mod functions_inside_of_constants {
    use autodiff_core::differentiate;

    #[differentiate]
    fn weighted(x: &[f64]) -> f64 {
        let mut z = vec![1.5; 4];
        fn inner(a: f64, v: &[f64]) -> f64 {
            fn twice(x: f64) -> f64 {
                x * 2.0
            }
            let g = move |b: f64| b * v[0] + a;
            if let Some((first, _)) = v.split_first() { g(3.0) + twice(*first) } else { 0.0 }
        }
        z[0] = 2.0;
        let state = inner(1.25, &z[..]) * inner(z[1].hypot(z[0]), &z);
        x.iter().map(|x| x * state).sum()
    }

    #[test]
    fn gradient() {
        let (y, bar) = weighted_grad(&[1.0, 2.0]);
        assert_eq!(y, weighted(&[1.0, 2.0]));
        assert_eq!(bar, [y / 3.0; 2]);
        assert_eq!(y, 3.0 * 11.25 * 12.5);
    }
}

mod written_out_twice {
    use super::*;

    #[differentiate]
    fn least(v: [f64; 2]) -> f64 {
        fn of(c: f64, v: &[f64]) -> f64 {
            (0..v.len()).flat_map(|_| [c, 2.5]).take(2).min_by(|m, n| m.partial_cmp(n).unwrap()).unwrap_or(2.0) * v[0]
        }
        of(v[0], &v) * of(0.25, &v)
    }

    #[differentiate]
    fn named(v: [f64; 2]) -> f64 {
        let f = |c: f64| {
            let items = (0..3).map(|q| {
                let t = c * q as f64;
                let (a, b) = (t, t * t);
                a * b
            });
            items.fold(0.5, |a, m| {
                let u = a * m;
                u + m
            })
        };
        f(v[1]) + f(3.0) * v[1]
    }

    /// The second time nothing of it varies, and its closures stay as they are written.
    #[test]
    fn with_numbers_that_vary_and_with_constants() {
        let point = [0.7, -1.3];
        for (f, vjp) in [(least as fn([f64; 2]) -> f64, least_vjp as fn([f64; 2], f64) -> (f64, [f64; 2])), (named, named_vjp)] {
            let (value, gradient) = vjp(point, -2.0);
            assert_eq!(value.to_bits(), f(point).to_bits());
            autodiff_core::check_gradient(|p| -2.0 * f([p[0], p[1]]), |_| gradient.to_vec(), &point).unwrap();
        }
    }
}
