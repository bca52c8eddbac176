//! Functions of many statements: longer than what the printer lays out for readers, with sums of contributions that are bound in parts.

use autodiff_core::differentiate;

/// One function per list: five statements for each of its tokens.
macro_rules! long {
    ($name:ident $($step:tt)*) => {
        #[differentiate]
        fn $name(x: f64, y: f64, z: f64) -> f64 {
            let (a, b, c) = (x * y, y + z, z - x);
            $(
                let a = 0.5 * a * y + c + constant($step);
                let b = (a * b).sin();
                let c = b - 0.5 * a * x;
                let a = a / (1.0 + c * c) + z * 0.01;
                let b = (b + x).tanh() * z;
            )*
            a + b + c
        }
    };
}

fn constant(x: f64) -> f64 {
    x / 1000.0
}

long!(short 1.0 2.0 3.0);
long!(many
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0);

#[differentiate]
fn through(x: f64) -> f64 {
    many(x, x * x, 0.3) * short(x, 1.0, x)
}

#[test]
fn long_functions_have_the_gradients_of_short_ones() {
    let points = [[0.3, -0.7, 0.9], [-1.2, 0.4, 0.2], [0.8, 0.6, -1.1]];
    for at in points {
        let value = many_grad(at[0], at[1], at[2]).0;
        assert_eq!(value.to_bits(), many(at[0], at[1], at[2]).to_bits());
        let gradient = |p: &[f64]| {
            let (x, y, z) = many_grad(p[0], p[1], p[2]).1;
            vec![x, y, z]
        };
        autodiff_core::check_gradient(|p| many(p[0], p[1], p[2]), gradient, &at).expect("the gradient");
        let seed = -1.7;
        let (by_seed, dots) = (many_vjp(at[0], at[1], at[2], seed).1, (0.2, 1.1, -0.6));
        let forward = many_jvp(at[0], at[1], at[2], dots).1;
        let reverse = (by_seed.0 * dots.0 + by_seed.1 * dots.1 + by_seed.2 * dots.2) / seed;
        assert!((forward - reverse).abs() < 1e-9 * (1.0 + forward.abs()), "{forward} {reverse}");
        autodiff_core::check_gradient(|p| through(p[0]), |p| vec![through_grad(p[0]).1], &at[..1]).expect("the gradient");
    }
}

/// One function per list: seven loops for each of its tokens, of every kind.
macro_rules! loops {
    ($name:ident $($step:tt)*) => {
        #[differentiate]
        #[allow(clippy::needless_range_loop, clippy::manual_swap)] // loops by index are what is tested
        fn $name(w: &[f64], x: f64) -> f64 {
            let mut v = w.to_vec();
            let mut next = vec![0.0; w.len()];
            let mut state = x;
            let mut total = 0.0;
            let mut count = 0;
            let first;
            $(
                // A sum, a recurrence, elements overwritten, a branch, buffers that take turns, an early end, a counter.
                let mut s = 0.0;
                for i in 0..v.len() {
                    s += v[i] * state * $step;
                }
                for i in 0..v.len() {
                    state = 0.9 * state + 0.1 * (v[i] * x).sin();
                }
                for i in 1..v.len() {
                    v[i] = 0.5 * v[i] + v[i - 1] * s.tanh();
                }
                for i in 0..v.len() {
                    if v[i] > 0.2 {
                        total += v[i] * v[i] * state;
                    } else {
                        total -= s * 0.01;
                    }
                }
                for _ in 0..2 {
                    for i in 0..v.len() {
                        next[i] = v[i] * 0.75 + x * 0.125;
                    }
                    std::mem::swap(&mut v, &mut next);
                }
                for i in 0..v.len() {
                    if v[i] < -0.4 {
                        break;
                    }
                    total += v[i] * 0.1;
                    count += 1;
                }
                let mut p = 0;
                while p < v.len() {
                    total += v[p] * s;
                    p += 2;
                }
            )*
            first = total;
            first + state * count as f64
        }
    };
}

loops!(few_loops 1.0 2.0);
loops!(many_loops 1.0 2.0 0.5 0.25 1.5 0.125 0.75);

#[differentiate]
fn through_loops(w: &[f64], x: f64) -> f64 {
    many_loops(w, x * x) * few_loops(w, x)
}

#[test]
fn functions_of_many_loops_have_the_gradients_of_short_ones() {
    type Function = fn(&[f64], f64) -> f64;
    type Grad = fn(&[f64], f64) -> (f64, (Vec<f64>, f64));
    type Jvp = fn(&[f64], f64, (&[f64], f64)) -> (f64, f64);
    let functions: [(Function, Grad, Jvp); 3] = [
        (few_loops, few_loops_grad, few_loops_jvp),
        (many_loops, many_loops_grad, many_loops_jvp),
        (through_loops, through_loops_grad, through_loops_jvp),
    ];
    for (f, grad, jvp) in functions {
        for w in [vec![], vec![0.7], vec![0.3, -0.45, 0.9, 0.15, 0.6]] {
            let x = 0.8;
            let (value, (w_bar, x_bar)) = grad(&w, x);
            assert_eq!(value.to_bits(), f(&w, x).to_bits());
            let at: Vec<f64> = w.iter().copied().chain([x]).collect();
            let gradient = |p: &[f64]| {
                let (w, x) = p.split_at(p.len() - 1);
                let (mut bar, last) = grad(w, x[0]).1;
                bar.push(last);
                bar
            };
            autodiff_core::check_gradient(|p| f(&p[..p.len() - 1], p[p.len() - 1]), gradient, &at).expect("the gradient");
            let dots: Vec<f64> = w.iter().map(|v| 0.4 - v).collect();
            let (_, forward) = jvp(&w, x, (&dots, 0.6));
            let reverse = x_bar * 0.6 + w_bar.iter().zip(&dots).map(|(b, d)| b * d).sum::<f64>();
            assert!((forward - reverse).abs() < 1e-9 * (1.0 + forward.abs()), "{forward} {reverse}");
        }
    }
}
