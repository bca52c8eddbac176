//! `break`, `continue`, `return` and `?`, also in the middle of expressions, in closures, and out of chained iterators.

use autodiff_core::{Differentiable, differentiate};

mod labelled_value {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let y = 'x: {
            if a > b {
                break 'x a * a;
            }
            if a < 0.0 {
                break 'x b;
            }
            a * b
        };
        y * 2.0
    }

    crate::of_two!();
}

mod labelled_loop_value {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut x = a;
        let r = 'o: loop {
            for i in 0..10 {
                x = x * 0.9 + b;
                if x > 3.0 {
                    break 'o x * x;
                }
                if i > 5 {
                    break;
                }
            }
            x += 0.5;
            if x > 2.0 || x < -100.0 {
                break x;
            }
            if b < 0.0 {
                break -x;
            }
        };
        r * a
    }

    crate::of_two!();
}

mod early_return_nested {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..v.len() {
            for j in 0..i {
                s += v[i] * v[j];
                if s > 2.0 {
                    return s * v[0];
                }
            }
        }
        s
    }

    crate::of_six!();
}

mod option_question {
    use super::*;

    #[differentiate]
    fn g(a: f64, b: Option<f64>) -> Option<f64> {
        let b = b?;
        let c = if b > 0.0 { Some(a * b) } else { None };
        Some(c? * 2.0 + b)
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        match g(a, Some(b)) {
            Some(x) => x,
            None => a,
        }
    }

    crate::of_two!();
}

mod question_in_expr {
    use super::*;

    #[differentiate]
    fn h(a: f64) -> Option<f64> {
        if a > 0.5 { Some(a.sqrt()) } else { None }
    }
    #[differentiate]
    fn g(a: f64, b: f64) -> Option<f64> {
        Some(h(a)? * h(b)? + 1.0)
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(a, b).unwrap_or(a * b)
    }

    crate::of_two!();
}

mod question_in_loop {
    use super::*;

    #[differentiate]
    fn h(a: f64) -> Option<f64> {
        if a > -1.0 { Some(a * a) } else { None }
    }
    #[differentiate]
    fn g(v: &[f64]) -> Option<f64> {
        let mut s = 0.0;
        for &x in v {
            s += h(x)? * x;
        }
        Some(s)
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        if let Some(x) = g(v) { x } else { v[1] * v[2] }
    }

    crate::of_six!();
}

mod exit_mid_expr {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let y = 1.0 + a * if a < 0.0 { return b * b } else { b.sin() };
        y * y
    }

    crate::of_two!();
}

mod exit_mid_call {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..5 {
            s += a * match i {
                3 => break,
                1 => continue,
                k => b * k as f64,
            };
        }
        s
    }

    crate::of_two!();
}

mod break_chain {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for x in v[..3].iter().chain(&v[4..]) {
            s = s * 0.5 + x;
            if s > 1.5 {
                break;
            }
        }
        s * s
    }

    crate::of_six!();
}

mod flat_map_break {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let rows = [[v[0], v[1]], [v[2], v[3]]];
        let mut s = 0.0;
        for x in rows.iter().flat_map(|r| r.iter()) {
            s += x * x;
            if s > 2.0 {
                break;
            }
        }
        s
    }

    crate::of_six!();
}

mod closure_return {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let clip = |x: f64| {
            if x < 0.0 {
                return 0.1 * x;
            }
            if x > 2.0 {
                return 2.0 + x.ln();
            }
            x * x
        };
        v.iter().map(|&x| clip(x)).sum::<f64>() * clip(v[0])
    }

    crate::of_six!();
}

mod closure_return_map {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter()
            .map(|&x| {
                if x > 1.0 {
                    return x * x;
                }
                x * 0.5
            })
            .sum()
    }

    crate::of_six!();
}

mod exit_mid_list {
    use super::*;

    #[differentiate]
    fn h(a: f64) -> Option<f64> {
        if a > 0.5 { Some(a.sqrt()) } else { None }
    }
    #[differentiate]
    fn g(a: f64, b: f64) -> Option<f64> {
        let rows = vec![vec![a * b, h(a)? * b], vec![h(b)?; 2]];
        Some(rows[0][0] * rows[1][1] + rows[0][1])
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut s = g(a, b).unwrap_or(a * b);
        for i in 0..3 {
            let v = vec![s * a, if i == 1 { continue } else { b * s }];
            s = v[0] - v[1] * 0.5;
        }
        s
    }

    crate::of_two!();
}
