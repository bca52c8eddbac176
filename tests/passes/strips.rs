//! Loops that add to elements which other iterations add to at a distance: lengths around those of a strip, sums, totals, structs of elements.

use autodiff_core::differentiate;

/// So many numbers, from few.
#[differentiate]
fn spread(x: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![0.3; n];
    if !x.is_empty() {
        for i in 0..n {
            out[i] = x[i % x.len()] * (1.0 + 0.01 * i as f64).sin();
        }
    }
    out
}

with_and_without! {
    neighbours without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in [3, 10, 17, 18, 19, 63, 64, 65, 66, 67, 129, 130, 200] {
            let u = spread(x, n);
            for i in 1..n - 1 {
                let l = u[i - 1] - 2.0 * u[i] + u[i + 1];
                s += l * l * k + u[i] * u[i];
            }
        }
        s * 0.1
    }
    steps_in_time without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 150;
        let (mut u, mut next) = (spread(x, n), spread(x, n));
        for _ in 0..3 {
            for i in 2..n - 2 {
                next[i] = u[i] + k * 0.1 * (u[i - 2] * u[i + 2] - u[i - 1] + u[i + 1]) * u[i];
            }
            std::mem::swap(&mut u, &mut next);
        }
        let mut s = 0.0;
        for v in &u {
            s += v * v;
        }
        s
    }
    far_apart without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 170);
        let mut s = 0.0;
        for i in 0..70 {
            s += u[i] * u[i + 100] * k + u[i + 3];
        }
        s
    }
    in_two_rows_of_one_list without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 75;
        let u = spread(x, 2 * n);
        let mut s = 0.0;
        for r in 0..2 {
            for i in 0..n - 1 {
                s += (u[r * n + i] - u[r * n + i + 1]) * u[i] * k;
            }
        }
        s
    }
    triangle_of_rows without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 20;
        let mut l = spread(x, n * n);
        let mut s = k;
        for i in 0..n {
            for j in 0..=i {
                let mut t = l[i * n + j];
                for m in 0..j {
                    t -= 0.1 * l[i * n + m] * l[j * n + m];
                }
                l[i * n + j] = t / (1.0 + t * t);
                s += t * k;
            }
        }
        s * 0.1
    }
    pairs_of_rows without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let (n, d) = (5, 71);
        let u: Vec<f64> = spread(x, n * d);
        let v = vec![u[..d].to_vec(), u[d..2 * d].to_vec(), u[2 * d..3 * d].to_vec()];
        let mut s = 0.0;
        for i in 0..n {
            for j in 0..n {
                for l in 0..d {
                    s += (u[i * d + l] - u[j * d + l]) * u[j * d + l] * k;
                }
            }
        }
        for i in 0..3 {
            for j in 0..3 {
                for l in 0..d {
                    s += v[i][l] * v[j][l] + v[i][0];
                }
            }
        }
        s * 0.01
    }
    two_sums without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 90);
        let (a, b) = (k * k, k.sin());
        let (mut s, mut t) = (0.0, 1.0);
        for i in 1..u.len() {
            s += a * (u[i] - u[i - 1]) * (u[i] - u[i - 1]);
            t += b * u[i] * u[i - 1];
        }
        s * t
    }
    pairs_as_elements without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 140);
        let mut p = vec![[0.0; 2]; 70];
        for i in 0..70 {
            p[i] = [u[2 * i], u[2 * i + 1] * k];
        }
        let mut s = 0.0;
        for i in 1..70 {
            let dx = p[i][0] - p[i - 1][0];
            let dy = p[i][1] - p[i - 1][1];
            s += dx * dx + dy * dy;
        }
        s * 0.1
    }
    one_too_few without(gather) off(strips) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 80);
        let mut s = 0.0;
        for i in 0..u.len().saturating_sub(100) {
            s += u[i] * u[i + 1];
        }
        for i in 0..u.len() - 1 {
            s += u[i] * u[i + 1] * k;
        }
        s
    }
}

#[differentiate]
fn beyond(u: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 1..n {
        s += u[i] * u[i - 1];
    }
    s
}

#[test]
fn panics_where_the_primal_does() {
    let u = vec![0.5; 100];
    assert_eq!(beyond_grad(&u, 100).0.to_bits(), beyond(&u, 100).to_bits());
    assert!(std::panic::catch_unwind(|| beyond_grad(&u, 101)).is_err());
}
