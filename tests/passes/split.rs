//! Two rows of one array, of which one is written: that are the same one, overlap, end early, are both written, lie behind other indices.

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
    elimination off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 11;
        let mut lu: Vec<Vec<f64>> = (0..n).map(|i| spread(x, n + i % 3)).collect();
        for i in 0..n {
            lu[i][i] += 4.0 + k;
        }
        let mut s = 0.0;
        for p in 0..n {
            for i in p + 1..n {
                let factor = lu[i][p] / lu[p][p];
                lu[i][p] = factor;
                for j in p + 1..n {
                    lu[i][j] -= factor * lu[p][j];
                }
            }
            s += lu[p][p].abs().ln();
        }
        s
    }
    elimination_in_one_list off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 13;
        let mut a = spread(x, n * n);
        for i in 0..n {
            a[i * n + i] += 12.0 + k;
        }
        for p in 0..n {
            for i in 0..n {
                if i == p {
                    continue;
                }
                let factor = a[i * n + p] / a[p * n + p];
                for j in p..n {
                    a[i * n + j] -= factor * a[p * n + j];
                }
            }
        }
        let mut s = 0.0;
        for i in 0..n {
            s += a[i * n + i];
        }
        s
    }
    the_same_row_as_well off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a: Vec<Vec<f64>> = (0..5).map(|_| spread(x, 19)).collect();
        for i in 0..5 {
            for p in 0..5 {
                for j in 1..18 {
                    a[i][j] += 0.1 * k * a[p][j] * a[p][j];
                }
            }
        }
        let mut s = 0.0;
        for row in &a {
            for v in row {
                s += v * v;
            }
        }
        s
    }
    parts_that_overlap off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = spread(x, 60);
        for s in [0, 1, 3, 8, 9, 16, 17, 20, 25, 40] {
            for j in 0..20 {
                u[s + j] += 0.05 * k * u[j] * u[j];
            }
            for j in 0..20 {
                u[j] = u[j] * 0.9 + 0.05 * u[s + j];
            }
        }
        let mut s = 0.0;
        for v in &u {
            s += v * v;
        }
        s * 0.1
    }
    a_table_row_by_row off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let (n, m) = (9, 14);
        let a = spread(x, n);
        let mut d = vec![vec![0.1; m]; n];
        for i in 0..n {
            d[i][0] = k * i as f64;
        }
        for i in 1..n {
            for j in 1..m {
                d[i][j] = a[i] * 0.1 + 0.3 * d[i - 1][j] + 0.3 * k * d[i][j - 1] + 0.2 * d[i - 1][j - 1] * d[i - 1][j];
            }
        }
        d[n - 1][m - 1] + d[n - 1][1] * k
    }
    the_best_of_three off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let a = spread(x, 17);
        let mut d = vec![vec![2.5; 18]; 18];
        d[0][0] = k;
        for i in 1..18 {
            for j in 1..18 {
                let e = a[i - 1] - 0.3 * a[j - 1];
                d[i][j] = e * e + d[i - 1][j].min(d[i][j - 1]).min(d[i - 1][j - 1]);
            }
        }
        d[17][17] * k
    }
    both_turned off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 12;
        let mut a: Vec<Vec<f64>> = (0..4).map(|i| spread(x, n + i)).collect();
        for i in 0..4 {
            for p in 0..4 {
                let (c, s) = ((k + i as f64).cos(), (k * p as f64).sin());
                for j in 0..n {
                    let (u, v) = (a[i][j], a[p][j]);
                    a[i][j] = c * u - s * v;
                    a[p][j] = s * u + c * v;
                }
            }
        }
        let mut s = 0.0;
        for i in 0..4 {
            for j in 0..n {
                s += a[i][j] * a[i][j] * (1.0 + j as f64);
            }
        }
        s * 0.01
    }
    behind_other_indices off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 10;
        let mut t: Vec<Vec<Vec<f64>>> = (0..3).map(|_| (0..4).map(|i| spread(x, n + i)).collect()).collect();
        for i in 0..3 {
            for a in 0..4 {
                for b in 0..4 {
                    for j in 0..n {
                        t[i][a][j] += 0.1 * k * t[i][b][j];
                    }
                    for j in 0..n {
                        t[(i + a) % 3][b][j] -= 0.05 * t[i][b][j] * t[i][b][j];
                    }
                    for j in 0..n {
                        t[(i + a) % 3][a][j] -= 0.05 * t[i][b][j];
                    }
                }
            }
        }
        let mut s = 0.0;
        for j in 0..n {
            s += t[0][1][j] * t[2][3][j] + t[1][0][j] * k;
        }
        s
    }
    arrays_of_known_length off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = [[0.5; 9]; 6];
        for i in 0..6 {
            for j in 0..9 {
                a[i][j] += k * (i * j) as f64 * 0.1;
            }
        }
        let w = spread(x, 9);
        for i in 1..6 {
            for p in 0..6 {
                let n = 4 + p % 5;
                for j in 0..n {
                    a[i][j] = a[i][j] * 0.5 + a[p][j] * w[j] * k;
                }
            }
        }
        let mut s = 0.0;
        for i in 0..6 {
            s += a[i][i] * a[i][8];
        }
        s
    }
    as_long_as_the_list off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = vec![spread(x, 8); 8];
        for i in 0..8 {
            for p in 0..i {
                for j in 0..a.len() {
                    a[i][j] -= 0.1 * a[p][j] * k;
                }
                for j in a[p].len() - 3..a[i].len() {
                    a[i][j] += 0.01 * a[p][j] * a[p][j];
                }
            }
        }
        let mut s = 0.0;
        for v in &a[7] {
            s += v * v;
        }
        s
    }
    three_rows off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a: Vec<Vec<f64>> = (0..6).map(|_| spread(x, 15)).collect();
        for _ in 0..2 {
            for i in 1..5 {
                for j in 1..14 {
                    a[i][j] = 0.25 * (a[i - 1][j] + a[i + 1][j] + a[i][j - 1] * k + a[i][j + 1]);
                }
            }
        }
        a[3][7] + a[1][1] * a[4][13]
    }
    left_early off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a: Vec<Vec<f64>> = (0..4).map(|_| spread(x, 16)).collect();
        for i in 1..4 {
            for j in 0..16 {
                if a[i - 1][j] > 1.2 {
                    break;
                }
                a[i][j] = a[i - 1][j] * k + 0.2;
            }
            for j in 0..16 {
                if a[i - 1][j] > 0.2 {
                    a[i][j] += a[i - 1][j] * k;
                }
            }
            for j in 9..i {
                a[i][j] += a[i - 1][j];
            }
        }
        let mut s = 0.0;
        for v in &a[3] {
            s += v * v;
        }
        s
    }
    behind_a_reference off(split) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a: Vec<Vec<f64>> = (0..4).map(|i| spread(x, 20 + i)).collect();
        fill(&mut a, k);
        fill(&mut a[1..], k);
        let mut s = 0.0;
        for v in &a[3] {
            s += v * v;
        }
        s
    }
}

#[differentiate]
fn fill(a: &mut [Vec<f64>], k: f64) {
    for i in 1..a.len() {
        for p in 0..a.len() {
            for j in 0..20 {
                a[i][j] = 0.5 * a[i][j] + 0.3 * k * a[p][j];
            }
        }
    }
}

/// Rows that are too short: the loop ends where it ends without the slices.
#[differentiate]
fn short(x: &[f64], lengths: &[usize], from: usize, to: usize) -> f64 {
    let mut a: Vec<Vec<f64>> = Vec::new();
    for n in lengths {
        a.push(vec![x[0]; *n]);
    }
    for j in 0..10 {
        a[to][j] += a[from][j] * x[1];
    }
    a[to][9]
}

#[test]
fn panics_where_the_function_does() {
    let panics = |f: &dyn Fn() -> f64| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).ok();
    for lengths in [[10, 10, 10], [10, 9, 10], [9, 10, 10], [12, 10, 0]] {
        for (from, to) in [(0, 1), (1, 0), (1, 1), (0, 0), (2, 3), (3, 2)] {
            let value = panics(&|| short(&[0.5, 2.0], &lengths, from, to));
            assert_eq!(panics(&|| short_grad(&[0.5, 2.0], &lengths, from, to).0), value, "{lengths:?} {from} {to}");
        }
    }
}
