//! Indices that have a name: those that are written out, those that other things are made of too, and those that must panic as before.

use autodiff_core::differentiate;

with_and_without! {
    a_wave_on_a_grid off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        if x.len() < 3 {
            return k;
        }
        let (w, n) = (x.len(), 4 * x.len());
        let (mut old, mut now, mut next) = (vec![0.1; n], vec![0.0; n], vec![0.0; n]);
        for s in x {
            now[w + w / 2] += k * s;
            for i in 1..3 {
                for j in 1..w - 1 {
                    let at = i * w + j;
                    let lap = now[at - 1] + now[at + 1] + now[at - w] + now[at + w] - 4.0 * now[at];
                    next[at] = 2.0 * now[at] - old[at] + x[j] * k * lap;
                }
            }
            std::mem::swap(&mut old, &mut now);
            std::mem::swap(&mut now, &mut next);
        }
        now.iter().map(|v| v * v).sum::<f64>() + now[w + 1]
    }
    names_made_of_names off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        if x.len() < 3 {
            return k;
        }
        let n = x.len();
        let mut s = 0.0;
        for i in 0..n - 1 {
            let row = i * n;
            for j in 0..n {
                let at = row + j;
                let there = at / n + 1;
                s += x[there] * x[at - row] * k + x[j];
            }
        }
        s * s
    }
    counted_with_too off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let n = x.len();
        for i in 0..n {
            let last = n - 1 - i;
            if last > i && last & 1 == 0 {
                y[last] *= k * last as f64;
            }
            y[i] += y[last] * x[last];
        }
        y.iter().sum()
    }
    another_of_the_name off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() / 2 {
            let at = 2 * i;
            let mut y = x[at];
            {
                let at = at + 1;
                y *= x[at] * s;
            }
            let at = at / 2;
            s += y * x[at];
        }
        s
    }
    a_counter_that_moves_on off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        if x.len() < 3 {
            return k;
        }
        let (mut s, mut base) = (k, 0);
        for i in 0..2 {
            let at = base + i;
            s += x[at] * x[at] * s;
            base += 1;
            s += x[at] * k;
        }
        s
    }
    of_plain_tables off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        const TABLE: [f64; 6] = [0.5, -1.0, 2.0, 0.25, 1.5, -0.5];
        let mut y = vec![0.0; x.len()];
        for i in 0..3 {
            for j in 0..x.len() {
                let at = j % 2 + i * 2;
                let q = i + 1;
                y[j] += TABLE[at] * x[j] * TABLE[q] * k;
            }
        }
        y.iter().map(|v| v.sin()).sum()
    }
    a_list_without_a_derivative_that_changes off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len() / 2;
        let mut e = vec![0.5; 2 * n];
        let mut t = k;
        for i in 0..2 {
            for j in 0..n {
                let at = i * n + j;
                t += x[at] * e[at] * k;
                e[at] = e[at] * 0.5;
            }
        }
        for j in 1..n {
            e[j] = e[j - 1] * 0.9;
            t += x[j] * e[j - 1];
        }
        t
    }
    in_while_loops_and_branches off(indices) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s: f64 = 1.0;
        for i in 0..x.len() {
            let next = i + 1;
            let mut left = next;
            while left > 0 && s.abs() < 50.0 {
                s += x[next - left] * k;
                left -= 1;
            }
            if next < x.len() {
                s *= x[next].cos();
            }
        }
        s
    }
}

#[differentiate]
fn behind_a_branch(x: &[f64], from: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let at = i - from;
        if x[i] > 0.0 {
            s += x[at] * x[i];
        }
    }
    s
}

/// The name stays where not every iteration reaches an element by it: `i - from` overflows in the first, of which nothing else is asked.
#[test]
fn an_index_overflows_where_it_is_named() {
    let panics = |f: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err();
    for (x, from) in [([-1.0, 2.0, 3.0], 1), ([-1.0, -2.0, -3.0], 1), ([1.0, 2.0, 3.0], 0)] {
        let primal = panics(&|| _ = behind_a_branch(&x, from));
        assert_eq!(primal, cfg!(debug_assertions) && from == 1);
        assert_eq!(panics(&|| _ = behind_a_branch_vjp(&x, from, -2.0)), primal);
        assert_eq!(panics(&|| _ = behind_a_branch_jvp(&x, from, &[1.0; 3])), primal);
    }
}
