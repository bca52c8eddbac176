//! Sines beside cosines: of the same number, of one that only looks the same, in branches, alone in loops, overwritten, and of the other pair.

use autodiff_core::differentiate;

with_and_without! {
    both_of_one_angle off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            let (s, c) = (v * k).sin_cos();
            total += s * s * c + v * c;
        }
        total
    }
    outside_of_loops off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let a = k * 0.7 + x.len() as f64;
        a.sin() * a.cos() - a.cos() * k + a.sinh() * 0.01
    }
    alone_in_a_loop off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut state = k;
        for v in x {
            state = state.sin() * v + k.cos() * state;
        }
        state
    }
    overwritten_between off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        let mut a = k;
        for v in x {
            let s = a.sin();
            a = a * 0.9 + v;
            let c = a.cos();
            total += s * c;
        }
        total
    }
    an_element_overwritten_between off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = x.to_vec();
        let mut total = 0.0;
        for i in 0..a.len() {
            let s = a[i].sin();
            a[i] += k;
            total += s * a[i].cos();
        }
        total
    }
    in_a_branch off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            let a = v * k;
            let s = a.sin();
            if s > 0.2 {
                total += s * a.cos();
            } else {
                total += a.cos() * k;
            }
        }
        total
    }
    twice_the_same off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            let a = v + k;
            let (p, q) = (a.cos(), a.cos());
            total += p * k - q * q;
        }
        total
    }
    a_name_that_is_shadowed off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            let a = v * k;
            let s = a.sin();
            let a = a + 1.0;
            let c = a.cos();
            let b = a;
            total += s * c * b.sin();
        }
        total
    }
    hyperbolic off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut state = 0.1 * k;
        for v in x {
            state = 0.1 * (state.sinh() * v + (v * k).cosh());
        }
        state * state.cosh()
    }
    until_it_is_small off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            let (mut e, mut d, mut n) = (*v, 1.0, 0);
            while f64::abs(d) > 1e-13 && n < 40 {
                d = (e - 0.3 * k * e.sin() - v) / (1.0 - 0.3 * k * e.cos());
                e -= d;
                n += 1;
            }
            total += e * e;
        }
        total
    }
    through_a_call off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut at = [k, 0.5];
        for v in x {
            at = turned(at, v * k);
        }
        at[0] * at[1]
    }
    steps_with_checkpoints off(partners) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        #[checkpoint]
        for i in 0..9 {
            a = a.sin() + 0.3 * a.cos() * (i as f64 + x.len() as f64);
        }
        a
    }
}

#[differentiate]
fn turned(p: [f64; 2], by: f64) -> [f64; 2] {
    let (s, c) = by.sin_cos();
    [c * p[0] - s * p[1], s * p[0] + c * p[1]]
}

/// Second derivatives against differences of gradients.
macro_rules! second {
    ($($name:ident $f:item)*) => { $(
        mod $name {
            use autodiff_core::differentiate;

            #[differentiate(hessian)]
            $f

            #[test]
            fn second_derivatives() {
                let (a, b) = (0.4, 1.3);
                let (value, g, h) = f_hessian(a, b);
                assert_eq!(value.to_bits(), f(a, b).to_bits());
                assert_eq!(f_grad(a, b).0.to_bits(), value.to_bits());
                let step = 1e-5;
                let close = |x: f64, y: f64| assert!((x - y).abs() < 1e-8 * (1.0 + x.abs()), "{x} and {y}");
                close(g.0, (f(a + step, b) - f(a - step, b)) / (2.0 * step));
                close(g.1, (f(a, b + step) - f(a, b - step)) / (2.0 * step));
                let along = |up: (f64, f64), down: (f64, f64)| [(up.0 - down.0) / (2.0 * step), (up.1 - down.1) / (2.0 * step)];
                let rows = [
                    along(f_grad(a + step, b).1, f_grad(a - step, b).1),
                    along(f_grad(a, b + step).1, f_grad(a, b - step).1),
                ];
                for (x, y) in h.iter().flatten().zip(rows.iter().flatten()) {
                    close(*x, *y);
                }
            }
        }
    )* };
}

mod of_second_order {
    second! {
        both fn f(a: f64, b: f64) -> f64 {
            let mut s = a;
            for _ in 0..3 {
                s = s.sin() * b + s.cos();
            }
            s
        }
        alone fn f(a: f64, b: f64) -> f64 {
            let mut s = a * b;
            for _ in 0..3 {
                s = s.sin() * b + 0.2 * s;
            }
            s
        }
        looked_at_only fn f(a: f64, b: f64) -> f64 {
            let t = a * b;
            if t.cos() > 0.1 { t.sin() * b } else { t }
        }
        hyperbolic_alone fn f(a: f64, b: f64) -> f64 {
            let mut s = b;
            for i in 0..2 {
                s = 0.3 * (s * a).sinh() + i as f64;
            }
            s * s
        }
    }
}
