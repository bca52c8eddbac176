//! Loss of a character LSTM, as in ADBench: `layers` layers of `b` units with elementwise weights.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v.exp();
    }
    (sum + 2.0).ln()
}

/// One layer, one step: the hidden and the cell state are updated in place.
#[differentiate(wrt(weight, bias, hidden, cell, input))]
fn layer(weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let b = input.len();
    for i in 0..b {
        let forget = sigmoid(input[i] * weight[i] + bias[i]);
        let ingate = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
        let outgate = sigmoid(input[i] * weight[2 * b + i] + bias[2 * b + i]);
        let change = (hidden[i] * weight[3 * b + i] + bias[3 * b + i]).tanh();
        cell[i] = cell[i] * forget + ingate * change;
        hidden[i] = outgate * cell[i].tanh();
    }
}

/// `main`: per layer `4 b` weights and `4 b` biases; `extra`: input weights, output weights, output biases.
#[differentiate(wrt(main, extra))]
pub fn lstm(layers: usize, b: usize, main: &[f64], extra: &[f64], state: &[f64], sequence: &[f64]) -> f64 {
    let mut hidden = vec![0.0; layers * b];
    let mut cell = vec![0.0; layers * b];
    for l in 0..layers {
        for i in 0..b {
            hidden[l * b + i] = state[2 * l * b + i];
            cell[l * b + i] = state[(2 * l + 1) * b + i];
        }
    }
    let steps = sequence.len() / b - 1;
    let mut x = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..steps {
        let input = &sequence[t * b..(t + 1) * b];
        let gold = &sequence[(t + 1) * b..(t + 2) * b];
        for i in 0..b {
            x[i] = input[i] * extra[i];
        }
        for l in 0..layers {
            let own = l * b..(l + 1) * b;
            layer(
                &main[8 * l * b..(8 * l + 4) * b],
                &main[(8 * l + 4) * b..8 * (l + 1) * b],
                &mut hidden[own.clone()],
                &mut cell[own.clone()],
                &x,
            );
            x.copy_from_slice(&hidden[own]);
        }
        for i in 0..b {
            x[i] = x[i] * extra[b + i] + extra[2 * b + i];
        }
        let lse = log_sum_exp(&x);
        for i in 0..b {
            total += gold[i] * (x[i] - lse);
        }
    }
    -total / (steps * b) as f64
}

/// By hand: per step and unit the gates and states are kept.
pub fn by_hand(layers: usize, b: usize, main: &[f64], extra: &[f64], state: &[f64], sequence: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let steps = sequence.len() / b - 1;
    let (mut main_bar, mut extra_bar) = (vec![0.0; main.len()], vec![0.0; extra.len()]);
    let lb = layers * b;
    // hidden and cell before each step, and after the last
    let mut hidden = vec![0.0; (steps + 1) * lb];
    let mut cell = vec![0.0; (steps + 1) * lb];
    for l in 0..layers {
        hidden[l * b..][..b].copy_from_slice(&state[2 * l * b..][..b]);
        cell[l * b..][..b].copy_from_slice(&state[(2 * l + 1) * b..][..b]);
    }
    // forget, ingate, outgate, change, tanh of the new cell
    let mut gates = vec![[0.0; 5]; steps * lb];
    let mut soft = vec![0.0; steps * b];
    let mut y = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..steps {
        let input = &sequence[t * b..][..b];
        let gold = &sequence[(t + 1) * b..][..b];
        for l in 0..layers {
            let w = &main[8 * l * b..][..8 * b];
            for i in 0..b {
                let x = if l == 0 { input[i] * extra[i] } else { hidden[(t + 1) * lb + (l - 1) * b + i] };
                let (h, c) = (hidden[t * lb + l * b + i], cell[t * lb + l * b + i]);
                let forget = sigmoid(x * w[i] + w[4 * b + i]);
                let ingate = sigmoid(h * w[b + i] + w[5 * b + i]);
                let outgate = sigmoid(x * w[2 * b + i] + w[6 * b + i]);
                let change = (h * w[3 * b + i] + w[7 * b + i]).tanh();
                let c = c * forget + ingate * change;
                let tanh = c.tanh();
                cell[(t + 1) * lb + l * b + i] = c;
                hidden[(t + 1) * lb + l * b + i] = outgate * tanh;
                gates[t * lb + l * b + i] = [forget, ingate, outgate, change, tanh];
            }
        }
        let top = &hidden[(t + 1) * lb + (layers - 1) * b..][..b];
        let soft = &mut soft[t * b..][..b];
        let mut sum = 0.0;
        for i in 0..b {
            y[i] = top[i] * extra[b + i] + extra[2 * b + i];
            soft[i] = y[i].exp();
            sum += soft[i];
        }
        let sum = sum + 2.0;
        let lse = sum.ln();
        let scale = 1.0 / sum;
        for i in 0..b {
            total += gold[i] * (y[i] - lse);
            soft[i] *= scale;
        }
    }
    let seed = -1.0 / (steps * b) as f64;
    let (mut hidden_bar, mut cell_bar, mut x_bar) = (vec![0.0; lb], vec![0.0; lb], vec![0.0; b]);
    for t in (0..steps).rev() {
        let input = &sequence[t * b..][..b];
        let gold = &sequence[(t + 1) * b..][..b];
        let top = &hidden[(t + 1) * lb + (layers - 1) * b..][..b];
        let golds: f64 = gold.iter().sum();
        for i in 0..b {
            let y_bar = seed * (gold[i] - golds * soft[t * b + i]);
            extra_bar[b + i] += y_bar * top[i];
            extra_bar[2 * b + i] += y_bar;
            x_bar[i] = y_bar * extra[b + i];
        }
        for l in (0..layers).rev() {
            let w = &main[8 * l * b..][..8 * b];
            let w_bar = &mut main_bar[8 * l * b..][..8 * b];
            for i in 0..b {
                let [forget, ingate, outgate, change, tanh] = gates[t * lb + l * b + i];
                let x = if l == 0 { input[i] * extra[i] } else { hidden[(t + 1) * lb + (l - 1) * b + i] };
                let (h, c) = (hidden[t * lb + l * b + i], cell[t * lb + l * b + i]);
                let h_bar = hidden_bar[l * b + i] + x_bar[i];
                let c_bar = cell_bar[l * b + i] + h_bar * outgate * (1.0 - tanh * tanh);
                let out_bar = h_bar * tanh * outgate * (1.0 - outgate);
                let forget_bar = c_bar * c * forget * (1.0 - forget);
                let in_bar = c_bar * change * ingate * (1.0 - ingate);
                let change_bar = c_bar * ingate * (1.0 - change * change);
                cell_bar[l * b + i] = c_bar * forget;
                hidden_bar[l * b + i] = in_bar * w[b + i] + change_bar * w[3 * b + i];
                x_bar[i] = forget_bar * w[i] + out_bar * w[2 * b + i];
                w_bar[i] += forget_bar * x;
                w_bar[b + i] += in_bar * h;
                w_bar[2 * b + i] += out_bar * x;
                w_bar[3 * b + i] += change_bar * h;
                w_bar[4 * b + i] += forget_bar;
                w_bar[5 * b + i] += in_bar;
                w_bar[6 * b + i] += out_bar;
                w_bar[7 * b + i] += change_bar;
            }
        }
        for i in 0..b {
            extra_bar[i] += x_bar[i] * input[i];
        }
    }
    (-total / (steps * b) as f64, (main_bar, extra_bar))
}

pub fn cases() -> Vec<Case> {
    let sizes = [(2, 14, 128), (2, 14, 1024)];
    sizes
        .into_iter()
        .map(|(layers, b, steps)| {
            let mut r = Numbers::new(11);
            let main = r.list(8 * layers * b, -1.0, 1.0);
            let extra = r.list(3 * b, -1.0, 1.0);
            let state = r.list(2 * layers * b, -1.0, 1.0);
            let sequence = r.list(steps * b, 0.0, 1.0);
            Case::new(
                "lstm",
                format!("layers={layers} b={b} steps={steps}"),
                move || lstm(layers, b, main, extra, state, sequence),
                move || by_hand(layers, b, main, extra, state, sequence),
                move || lstm_grad(layers, b, main, extra, state, sequence),
            )
        })
        .collect()
}
