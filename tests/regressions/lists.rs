//! Lists that change their length, or whose elements are bound.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

use super::calls::last_of;

#[differentiate]
fn popped_in_vain(a: f64, b: f64) -> f64 {
    let mut v = vec![a, a * b];
    v.push(b * b);
    if a > 0.0 {
        let _unused = v.pop().unwrap_or(3.0);
    }
    let mut w = Vec::new();
    for k in 0..3 {
        w.push(a * b);
        w.push(b * k as f64);
        let _last = w.pop().unwrap();
        w.pop();
        w.push(a);
    }
    v[0] * v[1] + w[0] * w[2]
}

/// An element that was taken out and not used had no place in the cotangent, so that the gradient panicked, or the cotangents of
/// other elements went astray.
#[test]
fn elements_popped_and_not_used() {
    let gradient = |p: &[f64]| {
        let (a, b) = popped_in_vain_grad(p[0], p[1]).1;
        vec![a, b]
    };
    for point in [[0.7, 1.3], [-0.7, 1.3]] {
        autodiff_core::check_gradient(|p| popped_in_vain(p[0], p[1]), gradient, &point).unwrap();
    }
}

#[differentiate]
fn grown(w: &mut Vec<f64>, y: f64) -> (f64, bool) {
    w.push(y * w[0]);
    (w[0], true)
}

/// Elements come and go in code whose value carries no derivative.
#[differentiate]
fn changed_on_the_side(x: f64, y: f64) -> f64 {
    let mut v = vec![x, y, x * y, y * y];
    let same = v.len() == 3 + usize::from(v.pop().is_some());
    let mut n = 0;
    while v.len() > 2 && v.pop().is_some() {
        n += 1;
    }
    if x > 0.0 || v.pop().is_none() {
        v.push(if same { y * x } else { y });
    }
    if v.pop().is_none() {
        return x;
    }
    match v.pop() {
        Some(_) => {}
        None => return y,
    }
    v.push(x * x);
    let mut w = vec![x];
    if !grown(&mut w, y).1 {
        return y;
    }
    v.push(w[1]);
    v.iter().product::<f64>() * f64::from(n)
}

/// The reverse sweep did not know of elements taken out in conditions and comparisons: the gradient panicked.
#[test]
fn changes_in_plain_code() {
    let gradient = |p: &[f64]| {
        let (x, y) = changed_on_the_side_grad(p[0], p[1]).1;
        vec![x, y]
    };
    for point in [[0.7, 1.3], [-0.7, 1.3]] {
        autodiff_core::check_gradient(|p| changed_on_the_side(p[0], p[1]), gradient, &point).unwrap();
    }
}

mod slices_of_vectors {
    use super::*;

    #[differentiate]
    fn looked_at(a: f64, b: f64) -> f64 {
        let v = vec![a, b, a * b];
        let n = if v.windows(2).map(|w| a * w[0]).take(2).any(|m| m > 2.0) { 2.0 } else { 1.0 };
        let s = match v.as_slice() {
            [x, .., y] => x * y,
            _ => a,
        };
        let t = match &v[..] {
            [x, rest @ ..] => x * rest[0],
            _ => a,
        };
        let mut z = vec![a, b];
        for q in z.as_mut_slice() {
            *q *= b;
        }
        z.as_mut_slice()[1] *= a;
        let thirds = std::array::from_fn::<f64, 3, _>(|i| a * i as f64);
        s * t * z[0] * z[1] * n * v.as_slice()[1] * last_of(&std::array::from_fn::<f64, 2, _>(|i| thirds[i + 1] * b), a)
    }

    /// `as_slice` was matched as the vector, `take(2)` in a condition thought to write, and the length in `from_fn::<f64, 3, _>`
    /// overlooked.
    #[test]
    fn as_slice_and_take_and_from_fn() {
        let gradient = |p: &[f64]| {
            let (a, b) = looked_at_grad(p[0], p[1]).1;
            vec![a, b]
        };
        for point in [[0.7, 1.3], [1.7, 1.3]] {
            autodiff_core::check_gradient(|p| looked_at(p[0], p[1]), gradient, &point).unwrap();
        }
    }
}

mod closures_in_lists {
    use super::*;

    #[differentiate]
    fn scanned(x: [f64; 3], a: f64, b: f64) -> f64 {
        let lists = vec![
            x.iter()
                .map(|z| z * b)
                .scan(b, |s, z| {
                    if *s > 0.5 {
                        return None;
                    }
                    *s = a;
                    Some(1.5 * z)
                })
                .sum::<f64>();
            1
        ];
        lists[0] * a + b
    }

    /// A `return` in a closure inside `vec!` went unnoticed, and what follows it ran as well: a wrong value.
    #[test]
    fn that_return() {
        for (a, b) in [(0.2, 0.3), (0.2, 0.9), (0.9, 0.3), (0.9, 0.9)] {
            let x = [0.7, -0.4, 1.2];
            let gradient = |p: &[f64]| {
                let (x, a, b) = scanned_grad([p[0], p[1], p[2]], p[3], p[4]).1;
                [x.to_vec(), vec![a, b]].concat()
            };
            assert_eq!(scanned_grad(x, a, b).0, scanned(x, a, b));
            let point = [x[0], x[1], x[2], a, b];
            autodiff_core::check_gradient(|p| scanned([p[0], p[1], p[2]], p[3], p[4]), gradient, &point).unwrap();
        }
    }
}

mod bound_in_lists {
    use super::*;

    #[differentiate]
    fn of_blocks(x: &[f64], k: f64) -> Vec<f64> {
        vec![
            {
                let y = x[0];
                y
            }
            .cos()
                * k,
            match Some(x[1]) {
                Some(y) if y > 0.0 => y * k,
                Some(y) => y * y,
                None => k,
            },
            x.iter().map(|y| y * y).sum::<f64>(),
        ]
    }

    #[differentiate]
    fn repeated(x: &[f64], k: f64) -> f64 {
        let v = vec![
            {
                let y = x[1] * k;
                y * y
            };
            3
        ];
        let w = of_blocks(x, k);
        v[0] * v[2] + w[0] * w[1] * w[2]
    }

    /// A name bound inside `vec!` was taken for a constant: the gradient was zero.
    #[test]
    fn are_followed() {
        let gradient = |p: &[f64]| {
            let (x, k) = repeated_grad(&p[..2], p[2]).1;
            [x, vec![k]].concat()
        };
        for point in [[0.7, 0.3, 1.1], [0.7, -0.3, 1.1]] {
            autodiff_core::check_gradient(|p| repeated(&p[..2], p[2]), gradient, &point).unwrap();
        }
    }
}

mod looks_at_what_has_no_size {
    use super::*;

    /// Each term looks, at a constant, in another way.
    #[differentiate]
    fn constants(z: [f64; 2], k: f64) -> f64 {
        let list: Vec<f64> = vec![1.5, 2.5, 0.5];
        let name = String::from("abc");
        let count = Box::new(3usize);
        let of_list = match &list[..] {
            [] => z[1],
            [a] => k * a,
            [a, .., b] => z[0] * k * b + a,
        };
        let of_part = if let [_, b] = &list[1..] { z[0] * z[1] * *b } else { k };
        let of_method = match list.as_slice() {
            [a, ..] if *a > z[0] => a * z[0] * z[0],
            _ => z[1],
        };
        let by_value = match list[1..] {
            [a, b] => z[1] * a * b * k,
            _ => k,
        };
        let of_text = match &*name {
            "abc" => z[1] * z[1],
            _ => z[0],
        };
        let of_letters = match &name[1..] {
            "bc" => z[1] * k,
            _ => z[0],
        };
        let of_count = match &*count {
            3 => z[0] * k * k,
            _ => z[1],
        };
        of_list + of_part + of_method + by_value + of_text + of_letters + of_count
    }

    #[test]
    fn are_kept() {
        let gradient = |p: &[f64]| {
            let (z, k) = constants_grad([p[0], p[1]], p[2]).1;
            [z.to_vec(), vec![k]].concat()
        };
        for point in [[0.7, 0.3, 1.1], [1.7, -0.3, 0.4]] {
            let [a, b, k] = point;
            let plain =
                (a * k * 0.5 + 1.5) + a * b * 0.5 + if 1.5 > a { 1.5 * a * a } else { b } + b * 2.5 * 0.5 * k + b * b + b * k + a * k * k;
            assert_eq!(constants_grad([a, b], k).0.to_bits(), plain.to_bits());
            autodiff_core::check_gradient(|p| constants([p[0], p[1]], p[2]), gradient, &point).unwrap();
        }
    }

    #[differentiate]
    fn growing(z: [f64; 2], k: f64) -> f64 {
        let mut total = z[1];
        let mut list: Vec<usize> = vec![];
        for i in 0..4 {
            total = match &list[..] {
                [] => z[1] * total,
                [_] => k * total * total + z[0],
                [a, .., b] => z[0] * total.sin() * (*a + *b) as f64,
            };
            list.push(i + 1);
        }
        total
    }

    /// What they hold then, not what they hold at the end.
    #[test]
    fn in_a_loop() {
        let gradient = |p: &[f64]| {
            let (z, k) = growing_grad([p[0], p[1]], p[2]).1;
            [z.to_vec(), vec![k]].concat()
        };
        let point = [0.7, 0.3, 1.1];
        assert_eq!(growing_grad([0.7, 0.3], 1.1).0.to_bits(), growing([0.7, 0.3], 1.1).to_bits());
        autodiff_core::check_gradient(|p| growing([p[0], p[1]], p[2]), gradient, &point).unwrap();
    }
}

mod checkpoints_of_lists {
    use super::*;

    #[differentiate(hessian)]
    fn replaced(x: &[f64], k: f64) -> f64 {
        let mut list = vec![x[0] * k, x[1]];
        #[checkpoint]
        for a in x.iter().skip(1) {
            list = if *a > 0.0 { list.clone() } else { vec![list[0] * *a, list[1] * list[0]] };
            list = vec![list[1] * k, list[0] + a];
        }
        list[0] * list[1]
    }

    #[differentiate(hessian)]
    fn nested(x: &[f64], k: f64) -> f64 {
        let mut list = vec![x[0] * k];
        let mut other = vec![k];
        #[checkpoint]
        for a in x {
            #[checkpoint]
            for b in x {
                let next = if *b > 0.0 { vec![list[0] * *b + k] } else { other.clone() };
                other = list;
                list = next;
            }
            list[0] += (a * other[0]).sin();
        }
        list[0] * other[0]
    }

    /// Where the loop ran again, lists were moved that went onto the tape afterwards.
    #[test]
    fn assigned_whole() {
        let point = [0.7, -0.3, 0.4, 0.6, 1.2];
        let (x, k) = (&point[..4], point[4]);
        assert_eq!(replaced_grad(x, k).0.to_bits(), replaced(x, k).to_bits());
        assert_eq!(nested_grad(x, k).0.to_bits(), nested(x, k).to_bits());
        let joined = |(x, k): (Vec<f64>, f64)| [x, vec![k]].concat();
        let of_replaced = |p: &[f64]| joined(replaced_grad(&p[..4], p[4]).1);
        let of_nested = |p: &[f64]| joined(nested_grad(&p[..4], p[4]).1);
        autodiff_core::check_gradient(|p| replaced(&p[..4], p[4]), of_replaced, &point).unwrap();
        autodiff_core::check_gradient(|p| nested(&p[..4], p[4]), of_nested, &point).unwrap();

        let (direction, dk) = ([0.3, -0.2, 0.5, 0.1], 0.4);
        let moved = |h: f64| [0, 1, 2, 3, 4].map(|i| point[i] + h * if i < 4 { direction[i] } else { dk });
        for (product, gradient) in [
            (joined(replaced_hvp(x, k, (&direction, dk)).2), &of_replaced as &dyn Fn(&[f64]) -> Vec<f64>),
            (joined(nested_hvp(x, k, (&direction, dk)).2), &of_nested),
        ] {
            let (more, less) = (gradient(&moved(1e-5)), gradient(&moved(-1e-5)));
            for ((p, m), l) in product.iter().zip(more).zip(less) {
                assert_relative_eq!(*p, (m - l) / 2e-5, max_relative = 1e-6, epsilon = 1e-6);
            }
        }
    }
}

/// An array of one copied value, whose cotangent is not copied.
#[test]
fn an_array_of_copies_of_a_struct() {
    #[derive(Clone, Copy, Differentiable)]
    struct Cell {
        level: f64,
        flow: [f64; 2],
    }

    #[differentiate(hessian)]
    fn filled(x: f64, y: f64) -> f64 {
        const SIZE: usize = 3;
        let mut cells = [Cell { level: x * y, flow: [x; 2] }; SIZE];
        for (k, cell) in cells.iter_mut().enumerate() {
            cell.level *= k as f64 + y;
        }
        cells[1].level * cells[2].flow[0] + cells[2].level
    }

    // x²y(1 + y) + xy(2 + y)
    let (x, y) = (0.7, -1.3);
    let (value, gradient) = filled_grad(x, y);
    assert_relative_eq!(value, x * x * y * (1.0 + y) + x * y * (2.0 + y), epsilon = 1e-12);
    let dx = 2.0 * x * y * (1.0 + y) + y * (2.0 + y);
    let dy = x * x * (1.0 + 2.0 * y) + x * (2.0 + 2.0 * y);
    assert_relative_eq!(gradient.0, dx, epsilon = 1e-12);
    assert_relative_eq!(gradient.1, dy, epsilon = 1e-12);
    let (_, change) = filled_jvp(x, y, (1.0, -2.0));
    assert_relative_eq!(change, dx - 2.0 * dy, epsilon = 1e-12);
    let (_, _, hessian) = filled_hessian(x, y);
    assert_relative_eq!(hessian[0][1], 2.0 * x * (1.0 + 2.0 * y) + 2.0 + 2.0 * y, epsilon = 1e-12);
}

/// A range of a value whose type only rustc knows was refused where a branch chooses it.
#[test]
fn ranges_of_what_is_not_known_chosen_by_a_branch() {
    #[differentiate]
    fn scaled<T: autodiff_core::Scalar>(x: T, y: T) -> [T; 3] {
        [x * y, x, y * y]
    }

    #[differentiate]
    fn either(v: &[f64], x: f64, y: f64) -> f64 {
        let made = scaled(x, y);
        let part: &[f64] = if v[0] <= 1.0 { &made[1..] } else { &v[1..] };
        part[0] * part[1] * y
    }

    for first in [0.5, 1.5] {
        let point = [first, 1.9, -0.4, 0.7, 1.3];
        let gradient = |p: &[f64]| {
            let (mut v, x, y) = either_grad(&p[..3], p[3], p[4]).1;
            v.extend([x, y]);
            v
        };
        autodiff_core::check_gradient(|p| either(&p[..3], p[3], p[4]), gradient, &point).unwrap();
        let (value, (v, x, y)) = either_vjp(&point[..3], point[3], point[4], -1.5);
        assert_eq!(value, either(&point[..3], point[3], point[4]));
        for (seeded, one) in v.iter().chain([&x, &y]).zip(gradient(&point)) {
            assert_relative_eq!(*seeded, -1.5 * one, max_relative = 1e-12);
        }
    }
}

/// A part that a loop may write to was borrowed for its element and once more for the element's index.
#[test]
fn the_last_element_of_a_part_that_may_be_written_to() {
    #[differentiate(hessian)]
    fn swept(v: &[f64], y: f64) -> f64 {
        let mut x = v.to_vec();
        for part in x.chunks_mut(2) {
            part[0] += y * v[0];
            assert!(part[part.len() - 1] == part[part.len() - 1], "{}", part[part.len() - 1]);
            let mut n = 0;
            while n < 3 {
                n += 1;
                if part[part.len() - 1] >= part[0] {
                    break;
                }
                part[0] = part[0] * y;
            }
        }
        x[0] * x[1] * x[2]
    }

    for y in [0.6, -1.2, 1.7] {
        let point = [0.7, 1.1, 0.4, y];
        let gradient = |p: &[f64]| {
            let (mut v, y) = swept_grad(&p[..3], p[3]).1;
            v.push(y);
            v
        };
        autodiff_core::check_gradient(|p| swept(&p[..3], p[3]), gradient, &point).unwrap();
        let direction = [0.5, -1.0, 2.0, 0.75];
        let (_, _, (hv, hy)) = swept_hvp(&point[..3], y, (&direction[..3], direction[3]));
        let moved = |h: f64| -> Vec<f64> { gradient(&point.iter().zip(direction).map(|(p, d)| p + h * d).collect::<Vec<_>>()) };
        for ((got, more), less) in hv.iter().chain([&hy]).zip(moved(1e-5)).zip(moved(-1e-5)) {
            assert_relative_eq!(*got, (more - less) / 2e-5, max_relative = 1e-6, epsilon = 1e-6);
        }
    }
}

/// An index that is computed from the length of the list: what is undone waited for it, and it for what is undone. The macro panicked.
#[test]
fn places_that_ask_the_list_for_its_length() {
    #[differentiate]
    fn spread(k: f64, mut v: Vec<f64>, n: usize) -> f64 {
        let mut steps = 0usize;
        while steps < n {
            steps += 1;
            let at = steps % v.len().max(1);
            v[at] += v.iter().map(|s| s * v.iter().map(|q| q * k).sum::<f64>()).sum::<f64>();
        }
        v[0] * v[1]
    }

    let point = [0.3, 0.7, -0.4, 0.9];
    for n in [0, 1, 4] {
        let (value, (k, v)) = spread_vjp(point[0], point[1..].to_vec(), n, -1.75);
        assert_eq!(value.to_bits(), spread(point[0], point[1..].to_vec(), n).to_bits());
        let gradient = [vec![k], v].concat();
        autodiff_core::check_gradient(|p| -1.75 * spread(p[0], p[1..].to_vec(), n), |_| gradient.clone(), &point).unwrap();
    }
}

/// A list whose elements were written is replaced at the end by one of another length, which nobody reads: its cotangent had the length of
/// the last value throughout.
#[test]
fn a_list_replaced_by_a_longer_one_that_nobody_reads() {
    #[differentiate]
    fn replaced(k: f64, t: &[f64], longer: bool) -> f64 {
        let mut z = vec![k, t[0]];
        z[0] += k * k;
        let i = z.len() - 1;
        z[i] += k * t[0];
        let s: f64 = z.iter().map(|m| m * m * k).sum();
        let y = z[0] * z[1] + k;
        z = if longer { vec![y, s, k] } else { vec![y] };
        t.iter().sum::<f64>() + s
    }

    #[differentiate]
    fn replaced_in_turn(k: f64, t: &[f64], n: usize) -> f64 {
        let mut z = vec![k, t[0] * k];
        let mut s = 0.0;
        for step in 0..n {
            z[0] += k * z[1];
            s += z.iter().map(|m| m * m * k).sum::<f64>();
            z = vec![s * k; step + 2];
            z[1] *= t[step % 2];
        }
        z = vec![s];
        s * t[1]
    }

    let point = [0.3, 0.7, -0.4];
    for variant in 0..4 {
        let f = |p: &[f64]| match variant {
            0 | 1 => replaced(p[0], &p[1..], variant == 1),
            n => replaced_in_turn(p[0], &p[1..], 3 * (n - 2)),
        };
        let (value, (k, t)) = match variant {
            0 | 1 => replaced_vjp(point[0], &point[1..], variant == 1, -1.75),
            n => replaced_in_turn_vjp(point[0], &point[1..], 3 * (n - 2), -1.75),
        };
        assert_eq!(value.to_bits(), f(&point).to_bits());
        let gradient = [vec![k], t].concat();
        autodiff_core::check_gradient(|p| -1.75 * f(p), |_| gradient.clone(), &point).unwrap();
    }
}

/// A condition that reads a list and a counter was computed again where the counter was back and the list was not yet.
#[test]
fn conditions_that_read_a_list_and_a_counter() {
    #[differentiate]
    fn thinned(x: &[f64], w: f64, most: f64) -> f64 {
        let mut list = vec![w, 0.4 * w, w * w];
        let mut sum = w;
        let mut k = 0usize;
        while k < 4 {
            k += 1;
            if x[0] <= 0.1 * list[k % list.len().max(1)] {
                return sum * list[0];
            }
            if list[k % list.len()] < 0.3 {
                sum *= 1.2;
            } else {
                sum -= x[k % x.len()];
            }
            list = list.iter().filter(|v| **v < most).map(|v| x[k % x.len()] * v).collect::<Vec<f64>>();
            list.push(sum);
        }
        sum * list[0]
    }

    for point in [[0.7, 1.3, -0.4, 0.9], [0.11, -0.7, 0.5, 0.3], [0.02, 0.6, 0.8, 2.0]] {
        for most in [-9.0, 0.2, 0.6, 9.0] {
            let (value, (x, w, _)) = thinned_vjp(&point[..3], point[3], most, -1.75);
            assert_eq!(value.to_bits(), thinned(&point[..3], point[3], most).to_bits());
            let gradient = [x, vec![w]].concat();
            autodiff_core::check_gradient(|p| -1.75 * thinned(&p[..3], p[3], most), |_| gradient.clone(), &point).unwrap();
        }
    }
}

/// The loop was reversed while it ran, and added to a cotangent that comes back only behind it (E0425).
mod a_list_that_is_given_after_a_loop_over_it {
    use autodiff_core::differentiate;

    #[differentiate(hessian)]
    fn f(t: f64, z: &[f64]) -> Vec<f64> {
        let mut s = t;
        let mut tape = vec![t * t, s];
        s += z[0];
        tape = vec![z[0] * z[1]; 2];
        for v in tape.iter_mut() {
            s += (z[0] * *v).to_radians();
        }
        tape.clone()
    }

    #[differentiate]
    fn summed_too(t: f64, z: &[f64]) -> f64 {
        let tape = vec![t * z[0], z[1] * z[1]];
        let mut s = t;
        for v in tape.iter() {
            s += z[0] * v * v;
        }
        let given = tape.clone();
        given[0] * given[1] + s
    }

    #[test]
    fn its_cotangent_is_there_first() {
        let point = [0.4, 0.7, -1.3];
        let seed = [-2.0, 0.75];
        let gradient = |p: &[f64]| {
            let (t, z) = f_vjp(p[0], &p[1..], seed.to_vec()).1;
            [vec![t], z].concat()
        };
        autodiff_core::check_gradient(|p| f(p[0], &p[1..]).iter().zip(seed).map(|(a, b)| a * b).sum(), gradient, &point).unwrap();
        let gradient = |p: &[f64]| {
            let (t, z) = summed_too_vjp(p[0], &p[1..], -2.0).1;
            [vec![t], z].concat()
        };
        autodiff_core::check_gradient(|p| -2.0 * summed_too(p[0], &p[1..]), gradient, &point).unwrap();
    }
}

#[differentiate]
fn of_elements_not_written_down(x: &[f64]) -> f64 {
    let mut v: Vec<_> = x.iter().map(|x| x * x).collect();
    v.sort_unstable_by(f64::total_cmp);
    let mut w: Vec<_> = x.to_vec();
    w.sort_unstable_by(|a, b| b.partial_cmp(a).unwrap());
    v.iter().zip(&w).fold(0.0, |s, (a, b)| s * 0.5 + a * b)
}

/// `Vec<_>` hid that the elements are numbers, for which an unstable order is as good as a stable one.
#[test]
fn numbers_in_a_list_of_a_type_left_open_are_sorted() {
    let point = [0.7, -0.4, 0.9, 1.2];
    let (value, gradient) = of_elements_not_written_down_vjp(&point, -2.0);
    assert_eq!(value.to_bits(), of_elements_not_written_down(&point).to_bits());
    autodiff_core::check_gradient(|p| -2.0 * of_elements_not_written_down(p), |_| gradient.clone(), &point).unwrap();
}
