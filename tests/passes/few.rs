//! Tapes of loops that run as often as literals say: loops in loops, left early, in functions that are called in loops, and with what is no number.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Part {
    list: Vec<f64>,
    weight: f64,
}

#[differentiate]
fn joined(p: &Part, q: f64) -> Part {
    let list = p.list.iter().map(|v| v * q).collect();
    Part { list, weight: p.weight * q.sin() }
}

#[differentiate]
fn inner(a: f64, k: f64) -> f64 {
    let mut s = a;
    for i in 0..2 {
        for _ in 0..=1 {
            s = (s * k).sin() + 0.1 * i as f64;
        }
    }
    s
}

with_and_without! {
    loops_in_loops off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..3 {
            for j in 1..4 {
                if let Some(v) = x.get(i + j) {
                    s = (s * v).cos() + s.exp() * 0.1;
                }
            }
        }
        s
    }
    left_early off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut total = 0.0;
        for i in 0..6 {
            for j in 0..3 {
                if i + j >= x.len() {
                    break;
                }
                s = (s * x[i + j]).sin() + 1.1;
                if s > 1.9 {
                    continue;
                }
                total += s.sqrt() * x[j];
            }
            if total > 3.0 {
                break;
            }
        }
        total * s
    }
    loops_that_do_not_run off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for _ in 3..1 {
            s = s.exp() * k;
        }
        for _ in 0..0 {
            for _ in 0..9 {
                s = s.exp();
            }
        }
        for v in x {
            for _ in 2..=1 {
                s *= s.exp();
            }
            s += v * s.sin();
        }
        s
    }
    in_independent_iterations off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            let mut y = v * k;
            for j in 0..3 {
                y = y.sin() * k + 0.2 * j as f64;
                for _ in 0..2 {
                    y = (0.3 * y).exp();
                }
            }
            s += y;
        }
        s
    }
    in_a_while_loop off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = 0.3;
        let mut i = 0;
        while i < x.len() {
            for _ in 0..2 {
                y = (y * x[i]).cos() * k;
            }
            i += 1;
        }
        y
    }
    called_in_loops off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.1;
        for v in x {
            s = inner(s, *v) + k;
        }
        for _ in 0..2 {
            s += inner(s, k);
        }
        s
    }
    lists_in_structs off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut part = Part { list: x.to_vec(), weight: k };
        for i in 0..2 {
            for j in 0..2 {
                if i != j || k > 0.0 {
                    part = joined(&part, k + 0.1 * i as f64);
                }
            }
        }
        part.list.iter().sum::<f64>() * part.weight
    }
    stretches_of_a_choice off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            let mut best = f64::INFINITY;
            for j in 0..5 {
                let d = (v - 0.43 * j as f64 + 0.05) * k;
                if d * d < best {
                    best = d * d;
                }
            }
            s += best.sqrt() + best;
        }
        s
    }
    many off(few) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for _ in 0..9 {
            for _ in 0..9 {
                s = (s + 0.01 * x.len() as f64).sin() * 1.2;
            }
        }
        s * x.iter().sum::<f64>()
    }
}
