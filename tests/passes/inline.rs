//! Functions of the file that are followed where they are called: names that mean something else at the caller, arrays that are changed
//! before and after, arguments by value that the function changes, lists without elements, early ends.

use autodiff_core::differentiate;

const OFFSET: f64 = 0.25;

/// Factorises in place, and reads what it has written.
#[differentiate]
fn factorised(a: &mut Vec<Vec<f64>>) {
    let n = a.len();
    for j in 0..n {
        let mut d = a[j][j];
        for k in 0..j {
            d -= a[j][k] * a[j][k];
        }
        let d = d.sqrt();
        a[j][j] = d;
        for i in j + 1..n {
            let mut s = a[i][j];
            for k in 0..j {
                s -= a[i][k] * a[j][k];
            }
            a[i][j] = s / d;
        }
    }
}

/// Runs over the list as often as it is asked to, by a factor that it changes itself.
#[differentiate]
fn relaxed(u: &mut [f64], mut rate: f64, rounds: usize) -> f64 {
    let mut moved = 0.0;
    for r in 0..rounds {
        if r > 3 {
            return moved * rate;
        }
        for i in 1..u.len() {
            let d = u[i] * u[i - 1];
            u[i] -= rate * d;
            moved += d * d;
        }
        rate *= 0.5;
    }
    moved
}

#[differentiate]
fn log_sum(list: &[f64]) -> f64 {
    let top = list.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    top + list.iter().map(|v| (v - top).exp()).sum::<f64>().ln()
}

/// A list of a list and a number, which the callers have names for as well.
#[differentiate]
fn shares(z: &[f64], heat: f64) -> Vec<f64> {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = z.iter().map(|v| ((v - top) / (1.0 + heat * heat)).exp()).collect();
    let total: f64 = e.iter().sum();
    e.iter().map(|v| v / total).collect()
}

/// The first few, or all with one more, whatever comes first.
#[differentiate]
fn first(z: &[f64], n: usize, k: f64) -> Vec<f64> {
    let mut out = Vec::new();
    for (i, v) in z.iter().enumerate() {
        if i == n {
            return out;
        }
        out.push(v * k + OFFSET);
    }
    out.push(k);
    out
}

/// The caller has its own `OFFSET` and `weight`.
#[differentiate]
fn shifted_sum(list: &[f64], k: f64) -> f64 {
    let mut weight = 0.0;
    for v in list {
        weight += (v * k + OFFSET).sin();
    }
    weight
}

#[differentiate]
fn sum_of_sums(list: &[f64]) -> f64 {
    let mut s = 0.0;
    for n in 0..list.len() {
        s += log_sum(&list[..=n]) * (0.1 * n as f64).cos();
    }
    s
}

with_and_without! {
    lists_of_lists off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut loss = 0.0;
        for i in 0..x.len() {
            let z: Vec<f64> = x.iter().map(|v| v * x[i]).collect();
            let p = shares(&z, k);
            loss -= p[i].ln() * k;
            let e = shares(&p, loss);
            loss += e.iter().map(|v| v * v).sum::<f64>() + shares(&z[..=i], 0.5)[0];
        }
        loss
    }
    lists_that_become_others off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut z = x.to_vec();
        let mut total = k;
        for n in 0..x.len() {
            z = first(&z, n + 2, k);
            let out = first(&z, 1, total);
            total += out[0].sin();
            z[0] += total * 0.1;
            let e = first(x, x.len(), z[0].sin());
            total += e.iter().sum::<f64>() * 0.1;
        }
        total
    }

    in_place off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut a = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                a[i][j] = 0.1 * x[i] * x[j] * k;
            }
            a[i][i] += 1.0 + x[i] * x[i];
        }
        factorised(&mut a);
        let mut s = 0.0;
        for i in 0..n {
            s += a[i][i].ln();
            a[i][0] *= s;
        }
        for row in &a {
            for v in row {
                s += v * v * k;
            }
        }
        s
    }
    twice_in_a_loop off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut rate = 0.1 * k;
        let mut s = 0.0;
        for round in 0..3 {
            s += 0.1 * relaxed(&mut u, rate, round);
            rate += 0.05 * s.sin();
            s += 0.1 * relaxed(&mut u, rate, 2);
            for v in u.iter_mut() {
                *v = v.sin() + rate;
            }
        }
        s + rate
    }
    stops_early off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let moved = relaxed(&mut u, 0.2 * k, 9);
        moved + u.iter().sum::<f64>() * k
    }
    by_value_and_by_reference off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut u = vec![s, s * s, 1.0];
        for _ in 0..2 {
            let before = s;
            s += relaxed(&mut u, s, 2) + before * u[1];
        }
        s * (1.0 + x.iter().sum::<f64>())
    }
    sums_in_a_sequence off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut state = vec![k, 0.5, -0.25];
        for v in x {
            let total = log_sum(&state);
            for (j, s) in state.iter_mut().enumerate() {
                *s = (*s - total) * v + 0.1 * j as f64;
            }
            let top = log_sum(&state) * k;
            state[0] = top.sin();
        }
        log_sum(&state)
    }
    other_meanings off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        const OFFSET: f64 = 1.5;
        let weight = k * k;
        let mut s = 0.0;
        for n in 0..x.len() {
            s += shifted_sum(&x[n..], weight) * OFFSET;
        }
        s
    }
    other_function off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let log_sum = |v: &[f64]| v.iter().map(|a| a * a).sum::<f64>();
        let mut s = 0.0;
        for n in 0..x.len() {
            s += log_sum(&x[n..]) * k;
        }
        s
    }
    function_inside off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        fn log_sum(v: &[f64]) -> f64 {
            v.iter().map(|a| a * a * a).sum::<f64>()
        }
        let mut s = 0.0;
        for n in 0..x.len() {
            s += log_sum(&x[n..]) * k;
        }
        s
    }
    calls_in_calls off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut u = x.to_vec();
        for _ in 0..2 {
            s += sum_of_sums(&u) * k;
            for v in u.iter_mut() {
                *v *= 0.5 * s.cos();
            }
        }
        s
    }
}

/// In the same scope as what it calls, with names of its own.
#[differentiate]
fn beside(x: &[f64], k: f64) -> f64 {
    let top = k * 2.0;
    let mut s = top;
    for n in 1..=x.len() {
        let list = &x[..n];
        s += shifted_sum(list, top) + log_sum(list) * top;
    }
    s
}

#[differentiate(off(inline))]
fn beside_called(x: &[f64], k: f64) -> f64 {
    let top = k * 2.0;
    let mut s = top;
    for n in 1..=x.len() {
        let list = &x[..n];
        s += shifted_sum(list, top) + log_sum(list) * top;
    }
    s
}

#[test]
fn same_scope() {
    for x in [vec![], vec![0.7], vec![0.55, -1.25, 2.0, 0.75, 1.5]] {
        crate::compare(&x, 0.8, beside, beside_vjp, beside_called_vjp);
    }
}

/// A list that is too short: both panic, at every length.
#[test]
fn same_panics() {
    #[differentiate]
    fn first_sums(x: &[f64], n: usize) -> f64 {
        let mut s = 0.0;
        for k in 1..=n {
            s += log_sum(&x[k..k + 2]);
        }
        s
    }
    for n in 0..5 {
        let of = |f: &dyn Fn() -> f64| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).ok().map(f64::to_bits);
        let x = [0.5, 1.0, -0.25, 2.0];
        assert_eq!(of(&|| first_sums(&x, n)), of(&|| first_sums_grad(&x, n).0), "{n}");
    }
}

#[differentiate]
fn product(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in a.iter().zip(b) {
        s += x * y;
    }
    s
}

with_and_without! {
    a_list_twice off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k;
        for i in 0..x.len() {
            let head = &x[..i];
            total += product(head, head) * k - product(x, x) * x[i] + product(head, &x[1..]);
        }
        total
    }
    a_row_twice off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = x.iter().map(|v| vec![*v, k, v * k]).collect();
        let mut total = k;
        for i in 0..rows.len() {
            let (here, first) = (&rows[i], &rows[0]);
            total += product(here, here) * x[i] + product(here, first);
        }
        total
    }
    a_list_twice_that_changes off(inline) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for i in 0..u.len() {
            let s = product(&u, &u);
            u[i] = s * k * 0.1;
        }
        product(&u, &u) + k
    }
}
