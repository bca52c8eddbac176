//! Options that are looked into at once: ends of slices, searches of iterators, iterators advanced by hand; and what closures copy.

use autodiff_core::{check_gradient, differentiate};

/// Checks values bit for bit and the gradient, also with a seed that is not one.
macro_rules! check {
    ($f:ident, $grad:ident, $vjp:ident, |$x:ident| ($($arg:expr),*), $points:expr) => {
        for point in $points {
            let point: Vec<f64> = point.to_vec();
            let $x: &[f64] = &point;
            let (value, gradient) = $grad($($arg),*);
            assert_eq!(value.to_bits(), $f($($arg),*).to_bits());
            let (_, doubled) = $vjp($($arg,)* 2.0);
            check_gradient(|$x| 2.0 * $f($($arg),*), |_| doubled.clone(), &point).unwrap();
            check_gradient(|$x| $f($($arg),*), |_| gradient.clone(), &point).unwrap();
        }
    };
}

/// The whole distance is computed for each point; only the nearest one has a derivative.
#[differentiate]
fn nearest(p: &[f64; 2], points: &[[f64; 2]]) -> f64 {
    points.iter().map(|q| (p[0] - q[0]).hypot(p[1] - q[1])).min_by(|a, b| a.total_cmp(b)).unwrap()
}

#[test]
fn distance_to_the_nearest() {
    check!(
        nearest,
        nearest_grad,
        nearest_vjp,
        |x| (&[x[0], x[1]], &[[x[2], x[3]], [x[4], x[5]], [x[6], x[7]]]),
        [[1.0, 0.1, 0.2, 0.9, 0.7, 0.5, 3.0, 3.0], [0.0, 0.0, 0.2, 0.9, 0.7, 0.5, 0.1, -0.2]]
    );
}

/// The winner's index, and a second search that leaves it out.
#[differentiate]
fn margin(scores: &[f64]) -> f64 {
    let (best, &top) = scores.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
    let second = scores.iter().enumerate().filter(|&(i, _)| i != best).map(|(_, &s)| s).fold(f64::NEG_INFINITY, f64::max);
    top * top - second
}

#[test]
fn margin_of_the_winner() {
    check!(margin, margin_grad, margin_vjp, |x| (x), [[0.7, 1.3, 2.0, 1.9], [3.0, 1.0, 2.0, -1.0]]);
}

/// Parts of the data that are overwritten after the search has settled.
#[differentiate]
fn overwritten_after(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let low = v.iter().copied().min_by(f64::total_cmp).unwrap();
    let first = v.first().copied();
    v[0] *= 3.0;
    v[1] = low * v[2];
    let high = v.iter().copied().reduce(f64::max).unwrap();
    low * high + v[1] * first.unwrap_or(1.0)
}

#[test]
fn found_before_it_is_overwritten() {
    check!(overwritten_after, overwritten_after_grad, overwritten_after_vjp, |x| (x), [[1.5, -0.7, 2.0], [-1.0, 0.5, 0.25]]);
}

/// A search inside a loop over data that changes.
#[differentiate]
fn repeated(xs: &[f64], k: f64) -> f64 {
    let mut v = xs.to_vec();
    let mut sum = 0.0;
    for step in 0..3 {
        let (at, &x) = v.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        sum += x * x * (step + 1) as f64;
        v[at] += k * v[(at + 1) % v.len()].sin() + 1.0;
    }
    sum
}

#[test]
fn searched_again_and_again() {
    check!(repeated, repeated_grad, repeated_vjp, |x| (&x[..3], x[3]), [[0.3, 0.9, -0.4, 0.7], [0.3, 0.1, 0.2, -1.5]]);
}

/// References to mutable ends write through.
#[differentiate]
fn written_through(xs: &[f64], k: f64) -> f64 {
    let mut v = xs.to_vec();
    if let Some(x) = v.last_mut() {
        *x *= k;
    }
    if let Some(x) = v.first_mut() {
        *x += k * k;
    }
    match v.get(1) {
        Some(x) => x * v[0],
        None => v.iter().sum::<f64>() - k,
    }
}

#[test]
fn ends_written_through() {
    check!(written_through, written_through_grad, written_through_vjp, |x| (&x[..2], x[2]), [[0.3, 0.9, -0.4]]);
    check!(written_through, written_through_grad, written_through_vjp, |x| (&x[..1], x[1]), [[0.3, 0.9]]);
    check!(written_through, written_through_grad, written_through_vjp, |x| (&x[..0], x[0]), [[0.3]]);
}

/// None of the options may be looked into when there is nothing.
#[differentiate]
fn of_nothing(xs: &[f64], other: f64) -> f64 {
    let low = xs.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap_or(other);
    let head = xs.first().map_or(other * other, |x| x.sin());
    let Some(found) = xs.iter().find(|x| **x > 1.0) else { return low + head };
    let last = *xs.last().unwrap();
    low * head + found * last
}

#[test]
fn empty_and_not() {
    check!(of_nothing, of_nothing_grad, of_nothing_vjp, |x| (&x[..0], x[0]), [[0.3]]);
    check!(of_nothing, of_nothing_grad, of_nothing_vjp, |x| (&x[..2], x[2]), [[0.3, -0.2, 0.9], [0.3, 1.4, 0.9], [2.0, 1.4, 0.9]]);
}

/// Advanced by hand, an odd one out at the end, and what is left.
#[differentiate]
fn by_hand(xs: &[f64]) -> f64 {
    let mut it = xs.iter();
    let mut s = match it.next() {
        Some(x) => x * x,
        None => return 0.5,
    };
    while let Some(a) = it.next() {
        if let Some(b) = it.next() {
            s += a * b;
        } else {
            s += a.exp();
        }
        if s > 4.0 {
            break;
        }
    }
    for rest in it {
        s *= rest;
    }
    s
}

#[test]
fn advanced_by_hand() {
    check!(by_hand, by_hand_grad, by_hand_vjp, |x| (x), [[0.3, 0.9, -0.4, 0.7, 0.2], [3.0, 0.9, -0.4, 0.7, 0.2]]);
    check!(by_hand, by_hand_grad, by_hand_vjp, |x| (x), [[0.3, 0.9, -0.4, 0.7]]);
    check!(by_hand, by_hand_grad, by_hand_vjp, |x| (x), [[0.3]]);
}

/// Polygons: the next corner of each, the first one again after the last.
#[differentiate]
fn polygon(points: &[(f64, f64)]) -> f64 {
    let area = points.iter().zip(points.iter().cycle().skip(1)).map(|(&(x0, y0), &(x1, y1))| x0 * y1 - x1 * y0).sum::<f64>();
    let around: f64 =
        points.iter().zip(points.iter().skip(1).chain(std::iter::once(&points[0]))).map(|(p, q)| (p.0 - q.0).hypot(p.1 - q.1)).sum();
    0.5 * area.abs() / around
}

#[test]
fn area_and_perimeter() {
    check!(polygon, polygon_grad, polygon_vjp, |x| (&[(x[0], x[1]), (x[2], x[3]), (x[4], x[5])]), [[0.1, -2.0, 0.3, 0.2, 1.0, 1.5]]);
}

/// What comes before and after a threshold.
#[differentiate]
fn burst(xs: &[f64], level: f64) -> f64 {
    let during: f64 = xs.iter().skip_while(|x| x.abs() < level).take_while(|x| **x > 0.0).map(|x| x * x * x).sum();
    let until: f64 = xs.iter().map_while(|x| if *x < level { Some(x.sin()) } else { None }).sum();
    let (a, b): (Vec<f64>, Vec<f64>) = xs.iter().map(|x| (x * level, x + level)).unzip();
    during * until + a[0] * b[b.len() - 1]
}

#[test]
fn bursts() {
    check!(
        burst,
        burst_grad,
        burst_vjp,
        |x| (&x[..7], x[7]),
        [[0.2, 0.3, 1.5, 0.1, 0.6, -0.1, 0.7, 0.7], [0.2, 0.3, 0.5, 0.1, 0.6, 0.1, 0.6, 0.7], [1.2, 0.3, 0.5, 0.1, 0.6, 0.1, 0.6, 0.7],]
    );
}

/// Equal numbers: std takes the first minimum and the last maximum, and so does the derivative.
#[differentiate]
fn among_equals(xs: &[f64]) -> f64 {
    let (i, low) = xs.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let (j, high) = xs.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    low * (i + 1) as f64 + 10.0 * high * (j + 1) as f64
}

#[test]
fn first_minimum_last_maximum() {
    let (value, gradient) = among_equals_grad(&[2.0, 2.0, 2.0]);
    assert_eq!(value.to_bits(), among_equals(&[2.0, 2.0, 2.0]).to_bits());
    assert_eq!(gradient, [1.0, 0.0, 30.0]);
}

/// The same panic, where there is one.
#[test]
fn panics_like_the_function() {
    for (data, panics) in [(&[][..], true), (&[1.0, f64::NAN], true), (&[f64::NAN], false), (&[1.0, 2.0], false)] {
        let f = std::panic::catch_unwind(|| margin_or_panic(data)).is_err();
        let g = std::panic::catch_unwind(|| margin_or_panic_grad(data)).is_err();
        assert_eq!((f, g), (panics, panics), "{data:?}");
    }
}

#[differentiate]
fn margin_or_panic(xs: &[f64]) -> f64 {
    *xs.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).expect("no data")
}

/// Neighbours, by looking ahead.
#[differentiate]
fn neighbours(xs: &[f64]) -> f64 {
    let mut it = xs.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(b) = it.peek() {
            s += a * **b;
        }
    }
    s
}

#[test]
fn looked_ahead() {
    check!(neighbours, neighbours_grad, neighbours_vjp, |x| (x), [[0.3, 0.9, -0.4, 0.7]]);
    check!(neighbours, neighbours_grad, neighbours_vjp, |x| (x), [[0.3]]);
}

/// A `move` closure keeps the value that its copy had.
#[differentiate]
fn copied_by_closure(x: f64, n: usize) -> f64 {
    let mut k = x;
    let scaled = move |t: f64| t * k;
    k *= 2.0;
    let mut grown = x;
    for _ in 0..n {
        grown *= 1.0 + x;
    }
    let steps = (0..n).map(move |i| grown * i as f64);
    grown *= k;
    scaled(1.5) + k + steps.sum::<f64>() * grown
}

#[test]
fn closures_keep_their_copies() {
    check!(copied_by_closure, copied_by_closure_grad, copied_by_closure_vjp, |x| (x[0], 3), [[0.7], [-1.3]]);
}
