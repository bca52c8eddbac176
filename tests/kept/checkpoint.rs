//! Loops with `#[checkpoint]`: the same gradients as without, in less memory.

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn step(u: &mut [f64], k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..u.len() {
        u[i] = (u[i] * k + s).sin();
        s += u[i] * u[i];
    }
    s
}

#[differentiate]
fn pair(x: f64) -> [f64; 2] {
    [x, x * x]
}

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

with_and_without! {
    counted pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        #[checkpoint]
        for t in 0..70 {
            for i in 1..u.len() {
                u[i] = 0.7 * (u[i] * u[i - 1] * k).sin() + 0.005 * t as f64;
            }
            if let Some(first) = u.first() {
                s += first * k;
            }
        }
        for v in &u {
            s += v * v;
        }
        s
    }
    // The type is the declared one of a function's result.
    set_in_the_last_iteration pub fn f(x: &[f64], k: f64) -> f64 {
        let y;
        let mut z = 1.0 + k * k;
        #[checkpoint]
        loop {
            z *= 0.5 + 0.1 * x.len() as f64 / (3.0 + x.len() as f64);
            if z < 0.3 {
                y = pair(z * k);
                break;
            }
        }
        y[0] * z + y[1] * x.iter().sum::<f64>()
    }
    given_by_branches pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = if k > 0.5 { k * 3.0 } else if x.len() < 2 { 1.0 } else { x[0] * x[1] };
        #[checkpoint]
        for t in 0..40 {
            y = (y * k + 0.1 * t as f64).sin() + k;
        }
        y
    }
    assigned_by_the_loop_first pub fn f(x: &[f64], k: f64) -> f64 {
        let y;
        let mut z = 1.5 + k * k;
        let mut p = 0;
        #[checkpoint]
        loop {
            z = z * 0.5 + x.get(p).map_or(0.0, |v| v * 0.125) * k;
            p += 1;
            if z < 0.4 {
                y = z * k;
                break;
            }
        }
        y * z
    }
    every_kind_of_counter pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        #[checkpoint]
        for t in (3..=40).rev() {
            a = (a * 1.1 + t as f64 * 0.01).cos();
        }
        #[checkpoint]
        for t in (1..60_i64).step_by(7) {
            a = (a + t as f64 * k).sin() * a;
        }
        #[checkpoint]
        for v in x {
            a = (a * v + k).sin() * a;
        }
        #[checkpoint]
        for (i, v) in x.iter().enumerate().rev() {
            a = (a * v + i as f64).sin() + a * k;
        }
        #[checkpoint]
        for w in x.windows(2) {
            a = (a * w[0] + w[1]).sin();
        }
        #[checkpoint]
        for v in x.iter().chain(x.iter().rev()) {
            a = a.sin() * v + k;
        }
        a
    }
    on_a_while pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        let mut n = 0;
        #[checkpoint]
        while n < 37 {
            a = (a * k + n as f64 * 0.1).sin();
            n += 1 + n % 2;
        }
        let mut i = 0;
        let mut found = 0.0;
        #[checkpoint]
        loop {
            if i == x.len() || a > 3.0 {
                break;
            }
            let v = x[i];
            i += 1;
            if v < 0.0 {
                continue;
            }
            found = v * a;
            a = a * a * k + v;
        }
        a * found + n as f64
    }
    left_early pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut sum = 0.0;
        #[checkpoint]
        for t in 0..50 {
            let energy = step(&mut u, k);
            sum += energy * 0.1;
            if sum > 1.0 || t > 30 {
                return sum * energy + k;
            }
            if energy < 0.01 {
                break;
            }
        }
        sum + k * k
    }
    with_calls_and_state_of_many_types pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut p = Point { x: k, y: 1.0 };
        let mut grid = [[0.5; 2]; 2];
        let mut at = (0, 1.0);
        let mut seen = Vec::new();
        let mut sum = 0.0;
        #[checkpoint]
        for t in 0..25_usize {
            sum += step(&mut u, p.y) * 0.05;
            p.x = (p.x * grid[t % 2][0] + sum).sin();
            p.y = 0.5 * p.x.cos() + 0.2;
            grid[t % 2][(t / 2) % 2] *= p.x;
            at = ((at.0 + t) % 5, at.1 * 0.9 + p.y * k);
            if at.0 == 2 {
                seen.push(t);
            }
        }
        sum * at.1 + p.x * grid[0][1] + seen.len() as f64 * k
    }
    inside_another_loop pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total: f64 = 0.0;
        for i in 0..x.len() {
            let w = x[i] * k;
            let mut a = x[i].cos();
            let scale = w.exp();
            #[checkpoint]
            for t in 0..(5 + 4 * i) {
                let b = a * w;
                a = (b * scale + t as f64).sin() * a + 0.3;
            }
            total += a * total.cos() + w;
        }
        total
    }
    one_in_the_other pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut a = k;
        #[checkpoint]
        for t in 0..20 {
            let b = 0.4 * a * k + t as f64 * 0.02;
            #[checkpoint]
            for j in 0..t {
                a = (0.5 * a * b + j as f64 * 0.1).sin();
                for i in 0..u.len() {
                    u[i] = (0.5 * u[i] + a * b).cos();
                }
            }
            a += u.iter().sum::<f64>() * 0.1;
        }
        a
    }
    never_runs pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k * x.len() as f64;
        #[checkpoint]
        for i in 1..x.len() {
            a = a * x[i] * x[i - 1];
        }
        #[checkpoint]
        while a > 1e9 {
            a = a.sqrt();
        }
        a
    }
    changed_before_and_after pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for i in 0..u.len() {
            u[i] = u[i] * u[i] * k;
        }
        let before: f64 = u.iter().map(|v| v * v).sum();
        #[checkpoint]
        for _ in 0..9 {
            for i in 0..u.len() {
                u[i] = 0.6 * (u[i] * u[(i + 1) % u.len()]).sin() + 0.5 * k;
            }
        }
        let between: f64 = u.iter().map(|v| v * v).sum();
        for i in 0..u.len() {
            u[i] = u[i] * u[0] * between;
        }
        before + between + u.iter().map(|v| v * v).sum::<f64>()
    }
    parameters_overwritten pub fn f(x: &[f64], k: f64) -> f64 {
        drifting(k, x.to_vec(), 30)
    }
    only_a_sum pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        #[checkpoint]
        for v in x {
            s += v * v * k;
        }
        s
    }
    nothing_differentiable pub fn f(x: &[f64], k: f64) -> f64 {
        let mut count = 0;
        #[checkpoint]
        for i in 0..10 {
            count += i;
        }
        let mut s = 0.0;
        for i in 0..3 {
            #[checkpoint]
            for j in 0..i {
                count += j;
            }
            s += k * count as f64;
        }
        s + x.len() as f64
    }
    shadowed pub fn f(x: &[f64], k: f64) -> f64 {
        let (first_0, count_0, checkpoints_0) = (k, 2.0 * k, k.sin());
        let mut x_1 = x.len() as f64;
        #[checkpoint]
        for i in 0..12 {
            let i = i as f64 * first_0;
            let k = i + count_0;
            x_1 = (0.1 * x_1 * k + checkpoints_0).sin();
        }
        x_1
    }
}

#[differentiate]
fn drifting(mut a: f64, mut u: Vec<f64>, n: usize) -> f64 {
    #[checkpoint]
    for t in 0..n {
        for i in 0..u.len() {
            u[i] = 0.5 * (u[i] * a).sin() + 0.1;
        }
        a = a * 0.9 + u.iter().sum::<f64>() * 0.01 * t as f64;
    }
    a
}

#[differentiate]
fn states(mut u: Vec<f64>, k: f64) -> Vec<f64> {
    #[checkpoint]
    for _ in 0..20 {
        step(&mut u, k);
    }
    u
}

/// The result is what the loop left, though the reverse sweep recalls what was before.
#[test]
fn result_is_what_the_function_gives() {
    let u = vec![0.3, -0.7, 1.1];
    let seed = vec![1.0, -0.5, 0.25];
    let (value, (u_bar, _)) = states_vjp(u.clone(), 0.8, seed.clone());
    assert_eq!(value, states(u.clone(), 0.8));
    let dot = [0.2, 0.5, -1.0];
    let (_, value_dot) = states_jvp(u, 0.8, (dot.to_vec(), 0.0));
    let forward: f64 = seed.iter().zip(&value_dot).map(|(a, b)| a * b).sum();
    let backward: f64 = u_bar.iter().zip(&dot).map(|(a, b)| a * b).sum();
    assert!((forward - backward).abs() < 1e-12, "{forward} and {backward}");
}

#[derive(Differentiable)]
struct Chain {
    gain: f64,
}

impl Chain {
    #[differentiate]
    fn run(gain: f64, n: usize) -> f64 {
        let own = Chain { gain };
        let mut a = own.gain;
        #[checkpoint]
        for _ in 0..n {
            a = (a * gain).sin() + 0.5;
        }
        a
    }
}

#[test]
fn in_methods() {
    let (value, bar) = Chain::run_grad(0.9, 40);
    assert_eq!(value, Chain::run(0.9, 40));
    let slope = (Chain::run(0.9 + 1e-6, 40) - Chain::run(0.9 - 1e-6, 40)) / 2e-6;
    assert!((bar - slope).abs() < 1e-7, "{bar} and {slope}");
}
