//! A FIR filter and the energy of what it leaves.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate]
pub fn filtered_energy(taps: &[f64], signal: &[f64]) -> f64 {
    let m = taps.len();
    let mut out = vec![0.0; signal.len() - m + 1];
    for t in 0..out.len() {
        for k in 0..m {
            out[t] += taps[k] * signal[t + k];
        }
    }
    let mut energy = 0.0;
    for v in &out {
        energy += v * v;
    }
    energy
}

/// By hand: two more filters.
pub fn by_hand(taps: &[f64], signal: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let m = taps.len();
    let (mut taps_bar, mut signal_bar) = (vec![0.0; m], vec![0.0; signal.len()]);
    let mut energy = 0.0;
    for (t, window) in signal.windows(m).enumerate() {
        let mut y = 0.0;
        for (k, s) in taps.iter().zip(window) {
            y += k * s;
        }
        energy += y * y;
        let bar = 2.0 * y;
        for (((tb, sb), k), s) in taps_bar.iter_mut().zip(&mut signal_bar[t..][..m]).zip(taps).zip(window) {
            *tb += bar * s;
            *sb += bar * k;
        }
    }
    (energy, (taps_bar, signal_bar))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(59);
    let taps = r.list(32, -1.0, 1.0);
    let signal = r.list(2000, -1.0, 1.0);
    vec![Case::new(
        "fir",
        "32 taps, n=2000",
        move || filtered_energy(taps, signal),
        move || by_hand(taps, signal),
        move || filtered_energy_grad(taps, signal),
    )]
}
