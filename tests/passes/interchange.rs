//! Loops that go down columns: of lists of lists and of one list, with something in front of the inner loop, and some that must stay as they are.

use autodiff_core::differentiate;

with_and_without! {
    columns_of_rows off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = (0..4).map(|i| (0..n).map(|j| x[j] * k + (i + j) as f64 * 0.1).collect()).collect();
        let mut u = vec![k, 0.5, -k, 0.3];
        let mut v = vec![0.0; n];
        for _ in 0..2 {
            for j in 0..n {
                let mut s = 3.0;
                for i in 0..4 {
                    s += table[i][j] * u[i];
                }
                v[j] = x[j] / (s * s + 1.0);
            }
            for i in 0..4 {
                let mut s = 1.0;
                for j in 0..n {
                    s += table[i][j] * v[j] * 0.1;
                }
                u[i] = s * 0.5;
            }
        }
        v.iter().sum::<f64>() + u[0] * u[3]
    }
    columns_of_one_list off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let m = x.len();
        let mut w = vec![0.0; 3 * m];
        for i in 0..3 * m {
            w[i] = (i as f64 * 0.3).sin() * k;
        }
        let y = [x.len() as f64 * k, 0.7, k];
        let mut z = vec![0.0; m];
        for j in 0..m {
            let mut s = x[j];
            for i in 0..3 {
                s += w[i * m + j] * y[i];
            }
            z[j] = s.tanh();
        }
        let mut total = 0.0;
        for j in 0..m {
            total += z[j] * z[j] * x[m - 1 - j];
        }
        total
    }
    not_from_the_first off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k).collect()).collect();
        let mut z = x.to_vec();
        for j in 1..n {
            let mut s = 0.5;
            for i in 2..n {
                s += table[i][j] * x[i] * 0.1;
            }
            z[j] = s.sin() * z[j];
        }
        z.iter().sum()
    }
    a_triangle_stays off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k).collect()).collect();
        let mut z = x.to_vec();
        for j in 0..n {
            let mut s = 0.5;
            for i in 0..j {
                s += table[i][j] * x[i] * 0.1;
            }
            z[j] = s.sin() * z[j];
        }
        z.iter().sum()
    }
    an_elimination_stays off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut table: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| if i == j { 3.0 + x[i] * k } else { x[i] * 0.1 }).collect()).collect();
        let mut v = x.to_vec();
        for j in (0..n).rev() {
            v[j] = v[j] / table[j][j];
            for i in 0..j {
                v[i] -= table[i][j] * v[j];
                table[i][j] = v[i];
            }
        }
        v.iter().sum::<f64>() * k
    }
    what_the_columns_add_to_is_read_in_front off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k * 0.1).collect()).collect();
        let mut v = x.to_vec();
        for j in 0..n {
            let mut s = v[j];
            for i in 0..n {
                s += table[i][j] * v[i] * 0.2;
            }
            v[j] = s.sin();
        }
        v.iter().map(|a| a * a).sum::<f64>()
    }
    transposed_back off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let a: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a - b * k).collect()).collect();
        let mut t = vec![vec![0.0; n]; n];
        for j in 0..n {
            let c = x[j].sin() * k;
            for i in 0..n {
                t[j][i] = a[i][j] * c;
            }
        }
        let mut s = 0.0;
        for i in 0..n {
            for j in 0..n {
                s += t[i][j] * t[j][i] * x[i];
            }
        }
        s
    }
}

with_and_without! {
    sums_that_are_changed_afterwards off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut h = vec![0.0; n];
        let mut total = 0.0;
        for j in 0..n {
            let c = x[j] * k;
            let (mut s, mut t) = (c.sin(), 1.0);
            for i in 0..5 {
                let w = (i + 1) as f64 * 0.1;
                s += w * x[j] * c;
                t -= w * c;
            }
            s *= 0.5;
            h[j] = s * t + c;
            total += h[j] * 0.3;
        }
        total + h.iter().sum::<f64>()
    }
    sums_by_columns off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = (0..5).map(|i| (0..n).map(|j| x[j] * 0.2 + i as f64 * k * 0.1).collect()).collect();
        let mut h = vec![0.0; n];
        let mut total = k;
        for j in (0..n).rev() {
            let c = x[j] * k;
            let (mut s, mut t) = (c.sin(), 1.0);
            for i in (0..5).rev() {
                s += table[i][j] * c;
                t -= table[i][j] * table[i][j];
            }
            s *= 0.5;
            h[j] = s * t + c;
            total = total * 0.9 + h[j] * 0.3;
        }
        total + h.iter().sum::<f64>()
    }
    sums_that_read_what_was_written off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut table: Vec<Vec<f64>> = (0..3).map(|i| (0..n).map(|j| x[j] * 0.2 + i as f64 * k * 0.1).collect()).collect();
        for j in 0..n {
            let mut s = k;
            for i in 0..3 {
                s += table[i][j] * 0.5;
            }
            table[1][(j + 1) % n] = s;
        }
        table[1].iter().sum::<f64>() + table[2][0..n.min(1)].iter().sum::<f64>()
    }
    sums_that_start_with_the_one_before off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = (0..3).map(|i| (0..n).map(|j| x[j] * 0.2 + i as f64 * k * 0.1).collect()).collect();
        let mut carry = k;
        let mut all = 0.0;
        for j in 0..n {
            let mut s = carry * 0.3;
            for i in 0..3 {
                s += table[i][j] * 0.5;
            }
            carry = s;
            all += s * s;
        }
        all
    }
    a_matrix_in_one_list_times_a_vector off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let m = x.len();
        let w: Vec<f64> = (0..4 * m).map(|i| (i as f64 * 0.7).cos() * k).collect();
        let y = [k, 0.3, -0.2, 2.0 * k];
        let mut z = x.to_vec();
        for j in 0..m {
            let mut s = 0.0;
            for i in 0..4 {
                s += w[i * m + j] * y[i];
            }
            z[j] += s.tanh();
        }
        z.iter().zip(x).map(|(a, b)| a * a * b).sum()
    }
    what_is_handed_on_has_other_shares off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k).collect()).collect();
        let (mut u, mut h) = (0.0, vec![0.0; n]);
        for j in 0..n {
            let mut s = x[j];
            u += s;
            for i in 0..n {
                s += table[i][j] * x[i] * 0.1;
            }
            h[j] = s;
        }
        h.iter().map(|q| q * q).sum::<f64>() + u * u
    }
    what_is_handed_on_is_replaced_first off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k).collect()).collect();
        let (mut h, mut o) = (vec![0.0; n], x.to_vec());
        for j in 0..n {
            let mut s = x[j] * k;
            let q = s * 2.0;
            s = s * s;
            s *= 3.0;
            o[j] += s * 0.5;
            for i in 0..n {
                s += table[i][j] * x[i] * 0.1;
            }
            h[j] = s * q;
        }
        h.iter().map(|q| q * q).sum::<f64>() + o.iter().sum::<f64>()
    }
    sums_of_triangles off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k).collect()).collect();
        let mut h = vec![0.0; n];
        let mut t = k;
        for j in 0..n {
            let mut s = 0.0;
            for i in 0..=j {
                s += table[i][j];
            }
            h[j] = s;
        }
        for j in 0..n {
            let mut s = 1.0;
            for i in j..n {
                s += table[i][j];
            }
            t += s * s * h[j];
        }
        t
    }
    no_column_behind_the_last_number off(interchange) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let table: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b * k).collect()).collect();
        let mut h = vec![0.0; n];
        let first = if n == 0 { usize::MAX } else { 0 };
        for j in first..n {
            let mut s = x[j];
            for i in 0..n {
                s += table[i][j] * x[i] * 0.1;
            }
            h[j] = s;
        }
        h.iter().map(|q| q * q).sum()
    }
}

#[test]
fn panics_where_the_function_does() {
    #[differentiate]
    fn f(w: &[Vec<f64>], x: &[f64], m: usize) -> f64 {
        let mut h = vec![0.0; m];
        for j in 0..m {
            let mut s = 0.0;
            for i in 0..x.len() {
                s += w[i][j] * x[i];
            }
            h[j] = s * s;
        }
        h.iter().sum()
    }
    let mut w = vec![vec![1.0; 12]; 3];
    let x = [0.5, 2.0, -1.0];
    assert_eq!(f_grad(&w, &x, 12).0.to_bits(), f(&w, &x, 12).to_bits());
    w[1].truncate(9);
    assert!(std::panic::catch_unwind(|| f(&w, &x, 12)).is_err());
    assert!(std::panic::catch_unwind(|| f_grad(&w, &x, 12)).is_err());
    assert_eq!(f_grad(&w, &x, 9).0.to_bits(), f(&w, &x, 9).to_bits());
}
