//! Counters and flags that loops, heads and calls change: the reverse sweep goes by what they were.

use autodiff_core::differentiate;

/// A loop with checkpoints runs again in the reverse sweep. What it reads and does not change may have changed since, behind the loop or in
/// a loop around it: it read the last values.
#[test]
fn what_checkpointed_loops_read_changes_later() {
    #[differentiate]
    fn flags_and_counters(x: &[f64], k: f64) -> f64 {
        let (mut state, mut flag, mut upper, mut n) = (k, true, 1, 0);
        while n < 3 {
            n += 1;
            state += (n as f64).floor();
            flag = !flag;
            upper += n;
            #[checkpoint]
            for y in 0..upper {
                if flag {
                    state += x[(n + y) % x.len()] * state * 0.3;
                } else {
                    state = x[y % x.len()] - state;
                }
            }
        }
        n = 0;
        state + x[n]
    }

    #[differentiate]
    fn conditions_on_values(x: &[f64], k: f64) -> f64 {
        let (mut state, mut level) = (k, x[0]);
        let mut u = [x[1], 0.3, -0.2];
        for step in 0..3 {
            #[checkpoint]
            for y in 0..3_usize {
                if level > 0.1 || u[y] > 0.25 {
                    state = state.sin() * 0.8;
                } else {
                    state *= 1.1;
                }
            }
            level -= 0.9;
            u[step] += 0.6;
            u.swap(0, 1);
        }
        u = [0.0; 3];
        state + u[0] * level
    }

    #[differentiate]
    fn lists_of_indices(x: &[f64], k: f64) -> f64 {
        let mut state = k;
        let mut order: Vec<usize> = (0..x.len()).collect();
        while !order.is_empty() {
            let mut y = 0;
            #[checkpoint]
            while y < order.len() {
                state += x[order[y]] * state * 0.3;
                y += 1;
            }
            order.pop();
            order.reverse();
        }
        state
    }

    #[differentiate]
    fn one_behind_the_other(x: &[f64], k: f64) -> f64 {
        let mut state = k;
        let mut n = 1;
        let mut u = vec![x[0], x[1]];
        #[checkpoint]
        for y in 0..3 {
            if y % 2 == n {
                state += u[n % 2] * state;
            }
        }
        n += 1;
        u = vec![u[1] * u[0], u[0], k];
        #[checkpoint]
        for _ in 0..u.len() {
            state += x[n % x.len()] * state + u[n];
        }
        n = 7;
        u.clear();
        state * n as f64 + u.len() as f64
    }

    macro_rules! check {
        ($f:ident $vjp:ident) => {
            for point in [[0.7, -0.4, 0.9, 1.2], [-0.3, 0.8, 0.2, -0.6]] {
                let (value, (mut gradient, k)) = $vjp(&point[..3], point[3], -1.75);
                assert_eq!(value.to_bits(), $f(&point[..3], point[3]).to_bits());
                gradient.push(k);
                autodiff_core::check_gradient(|p| -1.75 * $f(&p[..3], p[3]), |_| gradient.clone(), &point).unwrap();
            }
        };
    }
    check!(flags_and_counters flags_and_counters_vjp);
    check!(conditions_on_values conditions_on_values_vjp);
    check!(lists_of_indices lists_of_indices_vjp);
    check!(one_behind_the_other one_behind_the_other_vjp);
}

/// What the condition of a `while` and the value of a `match` change was not given back in the reverse sweep: a wrong gradient.
mod heads_that_change {
    use autodiff_core::differentiate;

    #[differentiate]
    fn in_a_while(v: &[f64]) -> f64 {
        let (mut x, mut k) = (v[0], 1);
        while ({
            k += 1;
            k
        }) % 4
            != 0
        {
            x = (x + v[k % 3]).sin();
        }
        x
    }

    #[differentiate]
    fn in_a_match(v: &[f64]) -> f64 {
        let (mut x, mut k) = (v[0], 1);
        for _ in 0..3 {
            match {
                k += 2;
                k
            } % 3
            {
                0 => x = x * v[k % 3],
                _ => {
                    x = x.sin() + v[k % 4];
                    k += 1;
                }
            }
            x += v[k % 3];
        }
        x
    }

    #[differentiate]
    fn in_a_list(v: &[f64]) -> f64 {
        let (mut x, mut st) = (v[0], vec![0, 2, 1]);
        while !st.is_empty() && {
            st.pop();
            st.len() < 7
        } {
            x = x * v[st.len()] + v[3];
        }
        x
    }

    #[test]
    fn what_decides_may_change_what_is_read() {
        for (f, vjp) in [
            (in_a_while as fn(&[f64]) -> f64, in_a_while_vjp as fn(&[f64], f64) -> (f64, Vec<f64>)),
            (in_a_match, in_a_match_vjp),
            (in_a_list, in_a_list_vjp),
        ] {
            for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 2.1]] {
                assert_eq!(vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
                autodiff_core::check_gradient(|p| -2.0 * f(p), |p| vjp(p, -2.0).1, &point).unwrap();
            }
        }
    }
}

/// A step of a counter was taken back where the assignment behind it was not: an overflow that `f` has not.
mod steps_in_front_of_assignments {
    use autodiff_core::differentiate;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let x = v[0];
        let (mut k, mut j) = (0_usize, 0_usize);
        let mut a = [v[1], 2.0, v[2]];
        k += 1;
        a[k % 3] = x * 0.5;
        match v.get(3) {
            Some(m) => {
                k = j;
                a[{
                    j += 1;
                    j % 3
                }] = a[j % 3] * x;
                a[k % 3] * a[1] * m * v[k % 3]
            }
            None => v[k],
        }
    }

    #[test]
    fn are_taken_back_together() {
        for point in [vec![0.7, 1.3, -0.4, 0.9], vec![-1.1, 0.6, 0.8]] {
            assert_eq!(f_vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
            autodiff_core::check_gradient(|p| -2.0 * f(p), |p| f_vjp(p, -2.0).1, &point).unwrap();
        }
    }
}

mod replaced_in_what_is_matched {
    use autodiff_core::differentiate;

    #[differentiate]
    fn f(v: [f64; 2]) -> f64 {
        let mut k = 2usize;
        let mut a = [v[0], v[1], v[0] * v[1]];
        let s = v.iter().fold(0.5, |s, x| {
            k += 1;
            a[k % 3] += *x;
            s * x
        });
        match (v[0] * 2.0, std::mem::replace(&mut k, 2)) {
            (m, n) => a[n % 3] = m,
        }
        a[2] + s
    }

    /// The counter was not given back: elements got each other's cotangents.
    #[test]
    fn a_counter_is_given_back() {
        let point = [0.7, 1.3];
        let (value, gradient) = f_vjp(point, -2.0);
        assert_eq!(value.to_bits(), f(point).to_bits());
        autodiff_core::check_gradient(|p| -2.0 * f([p[0], p[1]]), |_| gradient.to_vec(), &point).unwrap();
    }
}
