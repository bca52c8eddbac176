//! Lists that loops fill: ranges of all kinds, of all integers, lists that are not empty, are read or changed meanwhile, or filled by two loops.

use autodiff_core::differentiate;

#[differentiate]
fn centred(x: &[f64], k: f64) -> Vec<f64> {
    let mean = x.iter().sum::<f64>() / (x.len() as f64 + 1.0);
    x.iter().map(|v| (v - mean) * k).collect()
}

#[differentiate]
fn steep(a: f64) -> f64 {
    0.5 * a * (1.0 + (a * 0.8).tanh())
}

#[differentiate]
fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[differentiate]
fn united(a: &[f64]) -> Vec<f64> {
    let norm = (a.iter().map(|v| v * v).sum::<f64>() + 0.1).sqrt();
    a.iter().map(|v| v / norm).collect()
}

with_and_without! {
    of_what_functions_give off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = (0..3).map(|i| x.iter().map(|v| v * (k + i as f64)).collect()).collect();
        let mut h = x.to_vec();
        for _ in 0..2 {
            let hidden: Vec<f64> = rows.iter().map(|row| steep(product(row, &h))).collect();
            for (i, v) in h.iter_mut().enumerate() {
                *v += 0.01 * hidden[i % 3] * hidden[0];
            }
        }
        h.iter().sum()
    }
    of_lists_that_functions_give off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = (0..x.len()).map(|i| vec![x[i], k, x[i] * k]).collect();
        let units: Vec<Vec<f64>> = rows.iter().map(|r| united(r)).collect();
        let mut s = 0.0;
        for u in &units {
            for v in &units {
                s += product(u, v).sin();
            }
        }
        s
    }
    written_to_elements off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut out = vec![0.0; n];
        let mut w = x.to_vec();
        for i in 0..n {
            out[i] = steep(w[i] * k);
            w[i] = out[i] * x[n - 1 - i];
        }
        for i in 0..n {
            w[n - 1 - i] = steep(out[i]) + product(&out, &out);
        }
        w.iter().map(|v| v * v).sum()
    }
    some_of_what_functions_give off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut some = Vec::new();
        for v in x {
            if *v > 0.5 {
                some.push(steep(*v * k));
            } else {
                some.push(v * k);
            }
            if some.len() > 4 {
                break;
            }
        }
        some.iter().map(|v| steep(*v)).sum::<f64>() + product(&some, &some)
    }
    collect off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = x.iter().map(|v| v * k + v.sin()).collect();
        y.iter().zip(x).map(|(a, b)| a * a * b).sum()
    }
    push off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for i in 0..x.len() {
            y.push(x[i] * x[i] * k);
        }
        let mut s = 0.0;
        for i in 0..y.len() {
            s += y[i] * x[y.len() - 1 - i];
        }
        s
    }
    not_from_the_first off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = (2..x.len()).map(|i| x[i] * x[i - 2] * k).collect();
        let z: Vec<f64> = (1..=y.len()).map(|i| y[i - 1] * y[y.len() - i]).collect();
        z.iter().sum::<f64>() + k
    }
    other_integers off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = (-2i32..3).map(|i| k.powi(i) * x.len() as f64).collect();
        let z: Vec<f64> = (1u8..=4).map(|i| k * f64::from(i)).collect();
        y.iter().product::<f64>() + z.iter().map(|v| v * v).sum::<f64>() * x.iter().sum::<f64>()
    }
    backwards off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = (0..x.len()).rev().map(|i| x[i] * k).collect();
        y.iter().zip(x).map(|(a, b)| a * b.sin()).sum()
    }
    not_empty off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = vec![k, 2.0 * k];
        for v in x {
            y.push(v * k);
        }
        let mut s = 0.0;
        for i in 0..y.len() {
            s += y[i] * y[i] * i as f64;
        }
        s
    }
    two_loops_fill_it off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for v in x {
            y.push(v * k);
        }
        for v in x {
            y.push(v.sin());
        }
        let mut s = 0.0;
        for i in 0..y.len() {
            s += y[i] * (i + 1) as f64;
        }
        s * s
    }
    two_lists off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::with_capacity(3);
        let mut z = Vec::new();
        for v in x {
            y.push(v * k);
            z.push(v.sin() + k);
        }
        y.iter().zip(&z).map(|(a, b)| a * b).sum()
    }
    twice_in_an_iteration off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for v in x {
            y.push(v * k);
            y.push(v + k);
        }
        let mut s = 1.0;
        for v in &y {
            s += v * v * s * 0.1;
        }
        s
    }
    in_a_branch off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for v in x {
            if *v > 0.6 {
                y.push(v * k);
            }
        }
        y.iter().map(|v| v * v).sum::<f64>() + k
    }
    read_while_it_grows off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for i in 0..x.len() {
            let before: f64 = if i > 0 { y[i - 1] } else { k };
            y.push(before * x[i] + k);
        }
        y.iter().sum()
    }
    changed_afterwards off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for i in 0..x.len() {
            y.push(x[i] * k);
        }
        for i in 0..y.len() {
            y[i] = y[i] * y[i] + x[i];
        }
        y.push(k);
        y.truncate(3);
        y.extend_from_slice(x);
        let last = y.pop().unwrap_or(k);
        last * y.iter().sum::<f64>()
    }
    moved_into_another off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        for _ in 0..3 {
            let next: Vec<f64> = h.iter().map(|v| (v * k).tanh()).collect();
            h = next;
        }
        h.iter().zip(x).map(|(a, b)| a * b).sum()
    }
    kept_by_the_loop_around off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            let terms: Vec<f64> = (0..=i).map(|j| x[j] * s).collect();
            let sum: f64 = terms.iter().map(|t| t.exp()).sum();
            s = 0.1 * sum.ln() + terms[i] * k;
        }
        s
    }
    sums_beside_it off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        let mut y = Vec::new();
        for i in 0..x.len() {
            s = s * k + x[i];
            y.push(s * k);
        }
        y.iter().zip(x).map(|(a, b)| a * b).sum::<f64>() + s
    }
    through_a_function off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y = centred(x, k);
        let z = centred(&y, 2.0);
        y.iter().zip(&z).map(|(a, b)| a * b).sum()
    }
    shadowed off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = x.iter().map(|v| v * k).collect();
        let y: Vec<f64> = y.iter().map(|v| v * v + k).collect();
        let y: Vec<f64> = y.iter().rev().zip(x).map(|(a, b)| a * b).collect();
        y.iter().sum()
    }
    left_early off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        for i in 0..x.len() {
            if x[i] > 1.9 {
                break;
            }
            y.push(x[i] * k);
        }
        y.iter().map(|v| v * v * v).sum()
    }
    declared_in_front_of_a_branch off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = Vec::new();
        if k > 0.0 {
            for i in 0..x.len() {
                y.push(x[i] * k);
            }
        }
        y.iter().map(|v| v * v * v).sum::<f64>() + k
    }
    steps off(collected) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = (0..x.len()).step_by(2).map(|i| x[i] * k).collect();
        y.iter().map(|v| v * v * v).sum::<f64>()
    }
    pairs off(collected, lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        for _ in 0..3 {
            let flows: Vec<(f64, f64)> = (0..h.len()).map(|i| both(h[i], k)).collect();
            for i in 1..h.len() {
                h[i] -= 0.1 * (flows[i].0 - flows[i - 1].1);
            }
        }
        h.iter().sum()
    }
    pairs_and_arrays_of_an_iteration off(collected, lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for v in x {
            let mut rows: Vec<[f64; 2]> = Vec::new();
            for i in 0..x.len() {
                rows.push([x[i] * s, v * k]);
            }
            let mut sums = Vec::new();
            for i in 0..rows.len() {
                sums.push((rows[i][0] - rows[i][1], ((i as f64) * 0.1, rows[i][1])));
            }
            let (a, (b, c)) = sums[0];
            s = (s + a * b + c + sums[sums.len() - 1].0).sin();
        }
        s
    }
    pairs_with_counts off(collected, lengths) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for (j, v) in x.iter().enumerate() {
            let marked: Vec<(usize, f64)> = (0..j).map(|i| (i, x[i] * v)).collect();
            s += marked.iter().map(|(i, v)| k * v * x[*i]).sum::<f64>();
        }
        s
    }
}

#[differentiate]
fn both(a: f64, k: f64) -> (f64, f64) {
    (a * k, a * a - k)
}
