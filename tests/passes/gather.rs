//! Loops over the elements that others add to at a distance: few of them, none, in both directions, rows that are the same one, ends that are
//! not the list's.

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
    neighbours off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in [3, 10, 63, 64, 65, 66, 67, 129, 130, 200] {
            let u = spread(x, n);
            for i in 1..n - 1 {
                let l = u[i - 1] - 2.0 * u[i] + u[i + 1];
                s += l * l * k + u[i] * u[i];
            }
        }
        s * 0.1
    }
    steps_in_time off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
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
    far_apart off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 170);
        let mut s = 0.0;
        for i in 0..70 {
            s += u[i] * u[i + 100] * k + u[i + 3];
        }
        s
    }
    in_two_rows_of_one_list off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
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
    triangle_of_rows off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
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
    pairs_of_rows off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
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
    two_sums off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 90);
        let (a, b) = (k * k, k.sin());
        let (mut s, mut t) = (0.0, 1.0);
        for i in 1..u.len() {
            s += a * (u[i] - u[i - 1]) * (u[i] - u[i - 1]);
            t += b * u[i] * u[i - 1];
        }
        s * t
    }
    pairs_as_elements off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
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
    one_too_few off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
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
    backwards_with_inclusive_ends off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in [4, 5, 6, 7, 8, 15, 16, 17, 40] {
            let u = spread(x, n);
            let mut next = spread(x, n);
            for i in (2..=n - 3).rev() {
                next[i] = u[i - 2] * k + u[i] * u[i] - 0.5 * u[i + 2];
            }
            for i in 0..n {
                s += next[i] * next[i] * (1.0 + i as f64);
            }
        }
        s * 0.1
    }
    no_iterations_and_one off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let u = spread(x, 9);
        let mut next = spread(x, 9);
        for (a, b) in [(3, 3), (3, 4), (5, 2), (4, 6), (1, 4), (1, 8)] {
            for i in a..b {
                next[i] = k * u[i - 1] + u[i + 1] * u[i];
            }
        }
        let mut s = 0.0;
        for v in &next {
            s += v * v;
        }
        s
    }
    the_counter_as_a_number off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 37;
        let u = spread(x, n);
        let mut next = vec![0.0; n];
        for i in 3..n - 1 {
            let w = 1.0 + 0.1 * i as f64;
            next[i] = w * u[i - 3] * k - (u[i + 1] + u[i]) / w;
        }
        let mut s = 0.0;
        for v in &next {
            s += v * v;
        }
        s
    }
    a_grid_in_one_list off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let (n, m) = (7, 23);
        let mut u = spread(x, n * m);
        let mut next = u.clone();
        for _ in 0..3 {
            for i in 1..n - 1 {
                for j in 1..m - 1 {
                    let at = i * m + j;
                    next[at] = u[at] + 0.2 * k * (u[at - 1] + u[at + 1] + u[at - m] + u[(i + 1) * m + j] - 4.0 * u[at] * u[at]);
                }
            }
            std::mem::swap(&mut u, &mut next);
        }
        let mut s = 0.0;
        for i in 0..n * m {
            s += u[i] * u[i] * (i % 5) as f64;
        }
        s
    }
    a_grid_of_rows off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u: Vec<Vec<f64>> = (0..6).map(|i| spread(x, 20 + i)).collect();
        for _ in 0..2 {
            let mut next = u.clone();
            for i in 1..5 {
                for j in 1..18 {
                    next[i][j] = u[i][j] + 0.1 * k * (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] * u[i][j + 1]);
                }
            }
            u = next;
        }
        let mut s = 0.0;
        for row in &u {
            for v in row {
                s += v * v;
            }
        }
        s
    }
    the_same_row_twice off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let (n, d) = (4, 19);
        let u = spread(x, n * d);
        let mut out = vec![0.0; d];
        for i in 0..n {
            for j in 0..n {
                for l in 0..d - 2 {
                    out[l] += u[i * d + l + 2] * k + u[j * d + l] * u[i * d + l];
                }
            }
        }
        let mut s = 0.0;
        for v in &out {
            s += v * v;
        }
        s * 0.1
    }
    loops_of_a_few off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let knots: Vec<[f64; 2]> = (0..12).map(|i| [(i as f64).sin() * k, k + i as f64]).collect();
        let weights = spread(x, 4);
        let mut sum = 0.0;
        for j in 0..x.len() {
            let at = (2 * j + 1) % 8;
            for c in 0..2 {
                let mut value = x[j];
                for i in 0..4 {
                    value += weights[i] * knots[at + i][c];
                }
                for i in 3..3 {
                    value *= knots[i][0];
                }
                sum += value * value;
            }
        }
        sum * 0.01
    }
    a_few_that_overlap off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = spread(x, 16);
        let mut s = 0.0;
        for j in 0..x.len() {
            for i in 0..5 {
                u[j + i + 1] = u[j + i] * k + u[j + i + 2] * 0.5;
            }
            for i in 1..=3 {
                s += u[j + i] * u[j + i - 1];
            }
        }
        for v in &u {
            s += v * v;
        }
        s
    }
    written_and_kept off(gather) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 33;
        let mut u = spread(x, n);
        let mut next = spread(x, n);
        let mut s = 0.0;
        for t in 0..3 {
            for i in 1..n - 1 {
                let mut a = u[i - 1];
                a *= k;
                a += u[i + 1] * u[i];
                next[i] = a + next[i] * 0.5;
            }
            s += next[t + 1] * u[t];
            u[t] = k;
            std::mem::swap(&mut u, &mut next);
        }
        for v in &u {
            s += v * v;
        }
        s
    }
}
