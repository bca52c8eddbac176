//! Elements that are never written again after they are read, and elements that are.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Node {
    weight: f64,
    level: f64,
}

with_and_without! {
    recurrence off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = vec![0.5; x.len() + 2];
        for i in 2..y.len() {
            y[i] = (y[i - 1] * y[i - 2] + k * x[i - 2]).sin();
        }
        y.iter().map(|v| v * v).sum()
    }
    read_after_the_write off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let mut s = 0.0;
        for i in 0..y.len() {
            y[i] *= k;
            s += y[i] * y[i] * x[i];
        }
        s
    }
    read_before_the_write off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let mut s = 0.0;
        for i in 0..y.len() {
            s += y[i] * y[i] * k;
            y[i] = s.sin();
        }
        s + y.iter().sum::<f64>()
    }
    written_again_further_on off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut y = x.to_vec();
        let mut s = 0.0;
        for i in 0..n {
            for j in i..n {
                s += y[i] * y[j] * k;
                y[j] = (y[j] + s).cos();
            }
        }
        s
    }
    written_again_by_another_loop off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        for i in 1..y.len() {
            y[i] = y[i - 1] * x[i] + k;
        }
        let mut s = 0.0;
        for i in 1..y.len() {
            s += y[i] * y[i - 1];
            y[i - 1] = 0.25 * s;
        }
        s + y.iter().map(|v| v * v).sum::<f64>()
    }
    twice_over off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        for _ in 0..2 {
            for i in 1..y.len() {
                y[i] = (y[i - 1] * y[i] + k).sin();
            }
        }
        y.iter().map(|v| v * v).sum()
    }
    backwards off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut y = vec![k; n + 1];
        for i in (0..n).rev() {
            y[i] = y[i + 1] * x[i] + y[i + 1] * y[i + 1] * 0.1;
        }
        y[0] * y[0]
    }
    backwards_the_wrong_way off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut y = vec![k; n + 1];
        for i in (0..n).rev() {
            y[i + 1] = (y[i] * x[i] * y[i + 1]).sin();
            y[i] = y[i] * 0.5 + y[i + 1] * y[i + 1];
        }
        y.iter().map(|v| v * v).sum()
    }
    table off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut cost = vec![vec![k; n + 1]; n + 1];
        for i in 1..=n {
            for j in 1..=n {
                let d = 0.2 * (x[i - 1] - x[j - 1] * k);
                cost[i][j] = 0.3 * (cost[i - 1][j] * cost[i][j - 1]).sin() + d * d * cost[i - 1][j - 1];
            }
        }
        cost[n][n]
    }
    table_against_the_order off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut cost = vec![vec![k; n + 2]; n + 2];
        for i in 1..=n {
            for j in 1..=n {
                cost[i][j] = 0.3 * (cost[i + 1][j] * cost[i][j + 1]).sin() + x[i - 1] * cost[i - 1][j + 1] * cost[i][j];
            }
        }
        cost.iter().flatten().map(|v| v * v).sum()
    }
    flat_table off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len() + 1;
        let mut cost = vec![k; n * n];
        for i in 1..n {
            for j in 1..n {
                let d = 0.2 * (x[i - 1] - x[j - 1] * k);
                cost[i * n + j] = 0.3 * (cost[(i - 1) * n + j] * cost[i * n + j - 1]).sin() + d * d * cost[(i - 1) * n + (j - 1)];
            }
        }
        cost[n * n - 1]
    }
    flat_but_overlapping off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        // Rows of two, columns beyond: elements are written more than once.
        let m = 2;
        let n = x.len();
        let mut y = vec![k; n * m + n + 2];
        for i in 0..n {
            for j in 0..n {
                y[i * m + j + 1] = (y[i * m + j] * x[i] + y[i * m + j + 1] * 0.5).sin();
            }
        }
        y.iter().map(|v| v * v).sum()
    }
    elimination off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut a: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| x[i] * x[j] * 0.1 + if i == j { 3.0 + k } else { 0.2 }).collect()).collect();
        let mut s = 0.0;
        for p in 0..n {
            for i in p + 1..n {
                let factor = a[i][p] / a[p][p];
                for j in p..n {
                    a[i][j] -= factor * a[p][j];
                }
            }
            s += a[p][p].ln() * k;
        }
        s
    }
    decomposition off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut l = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let mut s = 0.2 * x[i] * x[j] + if i == j { 4.0 } else { k * 0.5 };
                for p in 0..j {
                    s -= l[i * n + p] * l[j * n + p];
                }
                if i == j {
                    l[i * n + i] = s.sqrt();
                } else {
                    l[i * n + j] = s / l[j * n + j];
                }
            }
        }
        (0..n).map(|i| l[i * n + i].ln() + l[i * n] * l[i * n]).sum()
    }
    fields_apart off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut nodes: Vec<Node> = x.iter().map(|v| Node { weight: v * k, level: v * v }).collect();
        for _ in 0..3 {
            for i in 1..nodes.len() {
                nodes[i].level = (nodes[i].level * nodes[i].weight + nodes[i - 1].level * nodes[i - 1].weight).sin();
            }
        }
        nodes.iter().map(|n| n.level * n.weight).sum()
    }
    fields_that_change off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut nodes: Vec<Node> = x.iter().map(|v| Node { weight: v * k, level: v * v }).collect();
        for _ in 0..2 {
            for i in 1..nodes.len() {
                nodes[i].level = (nodes[i].level * nodes[i].weight + nodes[i - 1].weight).sin();
                nodes[i - 1].weight *= nodes[i].level;
            }
            if nodes.len() > 1 {
                nodes[0] = Node { weight: nodes[1].level, level: k };
            }
        }
        nodes.iter().map(|n| n.level * n.weight).sum()
    }
    grown off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut path = vec![k];
        for i in 0..x.len() {
            let next = (path[i] * x[i]).sin() + k * path[i] * path[i];
            path.push(next * 0.5);
        }
        let mut s = 0.0;
        for i in 0..x.len() {
            s += path[i] * path[i + 1];
        }
        s
    }
    grown_and_shrunk off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut path = vec![k, 0.5];
        for i in 0..x.len() {
            let next = (path[i] * x[i]).sin() + path[i + 1];
            path.push(next * 0.5);
            if i % 2 == 1 {
                path.pop();
                path.push(k * x[i]);
            }
        }
        path.iter().map(|v| v * v).sum()
    }
    scratch_in_a_sum off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut path = vec![0.0; n + 1];
        let mut sum = 0.0;
        for p in 0..n {
            path[0] = k;
            for i in 0..n {
                path[i + 1] = path[i] * (x[i] * x[p] * 0.2).exp();
            }
            let mut highest = path[0];
            for i in 1..=n {
                if path[i] > highest {
                    highest = path[i];
                }
            }
            sum += highest - path[n] * k;
        }
        sum
    }
    steps_and_strides off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        for i in (2..y.len()).step_by(2) {
            y[i] = (y[i - 2] * y[i - 1] + k).sin();
            y[i - 1] *= y[i];
        }
        for i in (1..y.len()).rev().step_by(2) {
            y[i] = y[i - 1] * y[i] * k;
        }
        y.iter().map(|v| v * v).sum()
    }
    by_a_value_of_the_loop off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = vec![k; x.len() + 1];
        for i in 0..x.len() {
            let next = i + 1;
            y[next] = (y[i] * x[i]).sin() + y[next] * y[i];
        }
        y.iter().map(|v| v * v).sum()
    }
    by_indices_from_a_list off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let order = [1_usize, 0, 1, 2, 0];
        let mut y = vec![k; 3];
        for i in 0..x.len().min(5) {
            let at = order[i];
            y[at] = (y[(at + 1) % 3] * x[i]).sin() + y[at] * y[at];
        }
        y.iter().map(|v| v * v).sum()
    }
    of_a_loop_without_a_counter off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = vec![k; x.len() + 1];
        let mut i = 0;
        while i < x.len() {
            y[i + 1] = (y[i] * x[i]).sin() + y[i] * y[i];
            i += 1;
            if y[i] > 1.5 {
                y[0] *= 0.5;
            }
        }
        y.iter().map(|v| v * v).sum()
    }
    swapped_rows off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let n = y.len();
        for i in 1..n {
            y[i] = y[i - 1] * y[i] + k;
            if y[i] > 0.7 {
                y.swap(i, i - 1);
            }
        }
        y.iter().enumerate().map(|(i, v)| v * v * i as f64).sum::<f64>() + if n > 0 { y[0] } else { k }
    }
    triangular_solve off(settled) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut z = vec![0.0; n];
        for i in 0..n {
            let mut s = x[i];
            for j in 0..i {
                s -= 0.3 * k * x[j] * z[j];
            }
            z[i] = s / (2.0 + k * x[i] * x[i]);
        }
        for i in (0..n).rev() {
            let mut s = z[i];
            for j in i + 1..n {
                s -= 0.2 * z[j] * x[i];
            }
            z[i] = s * k;
        }
        z.iter().map(|v| v * v).sum()
    }
}
