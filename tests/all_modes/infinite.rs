//! Numbers that are infinite, or none, and that nothing reads: no branch, no iteration, no function that chooses.

use autodiff_core::differentiate;

#[differentiate(hessian, lanes)]
fn part_of(x: f64, n: usize) -> f64 {
    if n > 100 {
        return x;
    }
    x * x / n as f64
}

#[differentiate(hessian, lanes)]
fn shared_out(part: &[f64], budget: f64) -> f64 {
    let each = budget / part.len() as f64;
    let mut s = budget * 0.5;
    for x in part {
        s += x * each + each.sqrt();
    }
    s
}

#[differentiate(hessian, lanes)]
fn gap(a: f64, b: f64) -> f64 {
    ((a - b) * (a - b)).sqrt()
}

#[differentiate(hessian, lanes)]
fn pull(d: f64) -> f64 {
    1.0 / (0.5 + d * d)
}

crate::cases! { 4, 0.3, 1.2;
    mean_of_nothing v {
        let n = v.iter().filter(|x| **x > 5.0).count();
        let mean = v[0] * v[1] / n as f64;
        let scale = 1.0 / n as f64;
        let part = v[2] * scale;
        if n > 0 { mean + part } else { v[0] * v[1] * 2.0 + v[2] }
    }
    greatest_of_nothing v {
        let mut best = f64::NEG_INFINITY;
        for x in v.iter().filter(|x| **x > 5.0) {
            best = best.max(*x);
        }
        let y = best * v[0];
        if best.is_finite() { y } else { v[0] * v[1] }
    }
    share_of_an_empty_part v {
        shared_out(&v[2..2], v[0]) + shared_out(&v[..3], v[1]) * 2.0
    }
    distances_over_one_half v {
        let n = v.len();
        let mut d = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                d[i * n + j] = ((v[i] - v[j]) * (v[i] - v[j])).sqrt();
            }
        }
        let mut e = 0.0;
        for i in 0..n {
            for j in i + 1..n {
                e += 1.0 / (0.5 + d[i * n + j]);
            }
        }
        e
    }
    distances_but_the_diagonal v {
        let mut d = vec![vec![0.0; v.len()]; v.len()];
        for i in 0..v.len() {
            for j in 0..v.len() {
                d[i][j] = gap(v[i], v[j]);
            }
        }
        let mut e = 0.0;
        for i in 0..v.len() {
            for j in 0..v.len() {
                if i == j {
                    continue;
                }
                e += d[i][j] * v[i];
            }
        }
        e
    }
    by_a_call_of_a_call v {
        let mut e = 0.0;
        for i in 0..4 {
            for j in 0..4 {
                let d = gap(v[i], v[j]);
                let k = pull(d) * d;
                if i != j {
                    e += k * v[i];
                }
            }
        }
        e
    }
    a_number_from_a_call v {
        let y = part_of(v[0], v.len() - 4) * v[2];
        if v.len() > 4 { y } else { v[2] * v[1] + v[0] }
    }
    weights_in_a_list v {
        let gaps: Vec<f64> = (0..4).map(|i| if i == 1 { 0.0 } else { 0.5 + i as f64 }).collect();
        let weights: Vec<f64> = gaps.iter().map(|g| 1.0 / g).collect();
        let mut rates = Vec::new();
        for i in 0..4 {
            rates.push(v[i] + weights[i]);
        }
        let mut s = 0.3;
        for i in 0..4 {
            let y = v[i] * v[(i + 1) % 4] * weights[i];
            let z = v[i] * rates[i];
            if gaps[i] > 0.0 {
                s += y.sin() + z * s;
            }
        }
        s
    }
    a_remainder_and_a_quotient_in_memory v {
        let zero = (v.len() - 4) as f64;
        let phase = v[0] % zero;
        let mut q = v[0] + 1.0;
        for k in 0..2 {
            if k == 1 {
                q /= zero;
            }
        }
        let (w, y) = (phase * v[1], q * v[1]);
        if zero > 0.5 { w + y } else { v[1] * v[1] * v[0] }
    }
}
