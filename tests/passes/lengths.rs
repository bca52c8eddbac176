//! Lists that keep the length they are made with, and those that only seem to: pushed to later, cut, lent, swapped, taken, assigned, in branches; lists filled
//! from others, by loops that count in other types, of pairs, and of lists.

use autodiff_core::differentiate;

#[differentiate]
fn grown(v: &mut Vec<f64>, k: f64) {
    let last = v[v.len() - 1];
    v.push(last * k);
}
#[differentiate]
fn scaled(v: &mut [f64], k: f64) {
    for i in 0..v.len() {
        v[i] *= k;
    }
}
#[differentiate]
fn log_sum_exp(z: &[f64]) -> f64 {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + z.iter().map(|v| (v - top).exp()).sum::<f64>().ln()
}

with_and_without! {
    terms_of_steps off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut alpha: Vec<f64> = x.iter().map(|v| v * k).collect();
        for t in 0..3 {
            let mut next = vec![0.0; n];
            for j in 0..n {
                let terms: Vec<f64> = (0..n).map(|i| alpha[i] + x[j] * 0.1 * (i + t) as f64).collect();
                next[j] = log_sum_exp(&terms) - (1.0 + n as f64).ln();
            }
            alpha = next;
        }
        alpha.iter().map(|a| a * a).sum::<f64>() + k
    }
    filled_from_others off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = k;
        for t in 0..3 {
            let a: Vec<f64> = x.iter().map(|v| v * h).collect();
            let b: Vec<f64> = a.iter().zip(x).map(|(p, q)| p.sin() * q).collect();
            let mut c = Vec::new();
            for v in &b {
                c.push(v.exp() * k);
            }
            h = (c.iter().sum::<f64>() / (1 + c.len()) as f64 + t as f64 * 0.1).tanh();
        }
        h
    }
    pushed_to_later off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in 0..x.len() {
            let mut v = vec![k; n + 1];
            for i in 0..v.len() {
                v[i] *= x[n];
            }
            if x[n] > 0.6 {
                v.push(x[n] * k);
            }
            for i in 0..v.len() {
                s += v[i] * v[i] / v.len() as f64;
            }
        }
        s
    }
    lent_and_grown off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for a in x {
            let mut v = vec![*a; 2];
            let mut w = vec![*a; 3];
            grown(&mut v, k);
            scaled(&mut w, k);
            s += v.iter().sum::<f64>() * v.len() as f64 + w.iter().map(|b| b * b).sum::<f64>() / w.len() as f64;
        }
        s
    }
    swapped_and_taken off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in 0..x.len() {
            let mut a = vec![k; n];
            let mut b = vec![x[n]; 2];
            std::mem::swap(&mut a, &mut b);
            let mut c = vec![k * x[n]; 4];
            let d = std::mem::take(&mut c);
            c.push(k);
            for v in &a {
                s += v * v;
            }
            s += b.len() as f64 * k + b.iter().sum::<f64>() + c.iter().chain(&d).sum::<f64>() * c.len() as f64;
        }
        s
    }
    assigned_again off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut v = vec![k; 2];
        let mut s = 0.0;
        for a in x {
            for i in 0..v.len() {
                s += v[i] * a;
            }
            if *a > 0.6 {
                v = vec![a * k; 3];
            }
            s += v.len() as f64 * k;
        }
        s
    }
    cut_and_cleared off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for n in 0..x.len() {
            let mut v: Vec<f64> = x[..=n].iter().map(|a| a * k).collect();
            for b in &v {
                s += b * b;
            }
            v.truncate(2);
            s += v.iter().sum::<f64>() * v.len() as f64;
            let last = v.pop().unwrap();
            s += last * last * v.len() as f64;
            v.clear();
            s += v.len() as f64 + v.iter().sum::<f64>();
        }
        s
    }
    counters_of_other_types off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        let few: i32 = 3;
        for a in x {
            let v: Vec<f64> = (0..few).map(|i| a * k * f64::from(i)).collect();
            let w: Vec<f64> = (0..4u8).map(|i| a + f64::from(i)).collect();
            let n = v.len();
            for i in 0..v.len() {
                s += v[i] * w[i] + (v[i] * 0.3).exp();
            }
            s += w.iter().map(|b| b * b).sum::<f64>() / (n + w.len()) as f64;
        }
        s
    }
    as_long_as_literals_say off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for a in x {
            let mut v = vec![0.0; 3];
            let n = v.len();
            for i in 0..n {
                v[i] = a * k + i as f64;
            }
            let m = v.len();
            s += v.iter().map(|b| b * b * b).sum::<f64>() / m.pow(2) as f64;
        }
        s
    }
    rows off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in 0..x.len() {
            let rows: Vec<Vec<f64>> = (0..n).map(|i| x[..i].iter().map(|v| v * k).collect()).collect();
            for i in 0..rows.len() {
                for j in 0..rows[i].len() {
                    s += rows[i][j] * rows[i][j] * x[n];
                }
            }
            let mut more = vec![vec![k; 2]; n];
            for row in more.iter_mut() {
                row.push(x[n]);
                row[0] *= x[n];
            }
            s += more.iter().map(|r| r.iter().sum::<f64>() / r.len() as f64).sum::<f64>();
        }
        s
    }
    pairs off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for a in x {
            let p: Vec<(f64, f64)> = x.iter().map(|b| (a * b, a - b * k)).collect();
            for (u, v) in &p {
                s += u * v.tanh();
            }
            s /= (1 + p.len()) as f64;
        }
        s
    }
    in_a_branch off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut kept = vec![0.0; 2];
        for n in 0..x.len() {
            if x[n] > 0.6 {
                let v: Vec<f64> = x[..n].iter().map(|a| (a * k).exp()).collect();
                s += v.iter().map(|b| b * b).sum::<f64>();
                kept[n % 2] += s * 0.1;
            } else if n % 2 == 0 {
                let mut v = Vec::new();
                for i in 0..n {
                    if i % 2 == 0 {
                        v.push(x[i] * k);
                    }
                }
                s += v.iter().sum::<f64>() + v.len() as f64 * x[n];
            }
        }
        s + kept[0] * kept[1] / kept.len() as f64
    }
    with_an_exit off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for _ in 0..2 {
            let mut v = Vec::new();
            for a in x {
                if *a > 1.8 {
                    break;
                }
                v.push(a * s);
            }
            let mut w = Vec::with_capacity(9);
            for i in (0..x.len()).rev() {
                w.push(x[i] * s);
            }
            s = (v.iter().sum::<f64>() + v.len() as f64 * k + w.iter().map(|b| b * b).sum::<f64>() / (1 + w.len()) as f64).sin();
        }
        s
    }
    a_number_that_changes off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut n = 1;
        let mut s = k;
        for a in x {
            let v = vec![*a; n];
            n += 1;
            let w: Vec<f64> = (0..n).map(|i| v[i % v.len()] * k).collect();
            n += w.len() % 2;
            s += v.iter().sum::<f64>() / v.len() as f64 + w.iter().map(|b| b * b).sum::<f64>() * w.len() as f64;
        }
        s
    }
    moved_into_a_table off(lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut all = Vec::new();
        for n in 0..x.len() {
            let mut row = vec![k; n + 1];
            for i in 0..row.len() {
                row[i] *= x[i] + x[n];
            }
            all.push(row);
        }
        let mut h = vec![k; 2];
        for row in &all {
            let next = vec![row[0] * h[0], row.len() as f64 * h[1], k];
            h = next;
        }
        all.iter().map(|r| r.iter().map(|v| v * v).sum::<f64>() / r.len() as f64).sum::<f64>() + h[0] + h[1]
    }
}

/// Numbers of another size have zeros of their own.
#[test]
fn lists_of_f32() {
    #[differentiate]
    fn f(x: &[f32], k: f32) -> f32 {
        let mut h = k;
        for _ in 0..3 {
            let a: Vec<f32> = x.iter().map(|v| v * h).collect();
            let mut b = vec![0.0; a.len()];
            for i in 0..a.len() {
                b[i] = a[i].exp();
            }
            h = b.iter().sum::<f32>() * 0.1;
        }
        h
    }
    let (value, (x_bar, k_bar)) = f_grad(&[0.5, -0.25, 0.75], 0.5);
    let step = 1e-2;
    let moved = (f(&[0.5, -0.25, 0.75], 0.5 + step) - f(&[0.5, -0.25, 0.75], 0.5 - step)) / (2.0 * step);
    assert_eq!(value.to_bits(), f(&[0.5, -0.25, 0.75], 0.5).to_bits());
    assert!((k_bar - moved).abs() < 1e-2 && x_bar.len() == 3);
}
