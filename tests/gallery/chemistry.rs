//! Reaction kinetics and potential curves.

use autodiff_core::{Differentiable, differentiate};

/// Gas constant in J/(mol K).
const R: f64 = 8.314_462_618;

#[derive(Clone, Debug, Differentiable)]
pub struct Arrhenius {
    /// Logarithm of the pre-exponential factor.
    pub ln_a: f64,
    /// Activation energy in kJ/mol.
    pub barrier: f64,
    #[allow(dead_code)]
    pub name: String,
}

impl Arrhenius {
    #[differentiate]
    pub fn rate(&self, temperature: f64) -> f64 {
        (self.ln_a - 1e3 * self.barrier / (R * temperature)).exp()
    }
}

/// A -> B -> C in a heated reactor: yield of B after the ramp.
#[differentiate]
pub fn consecutive_yield(steps: &[Arrhenius; 2], start_temperature: f64, ramp: f64, duration: f64) -> f64 {
    const N: usize = 50;
    let dt = duration / N as f64;
    let [mut a, mut b] = [1.0, 0.0];
    let mut temperature = start_temperature;
    for _ in 0..N {
        let k1 = steps[0].rate(temperature);
        let k2 = steps[1].rate(temperature);
        // Implicit Euler; the chain can be solved one species after the other.
        a /= 1.0 + k1 * dt;
        b = (b + k1 * a * dt) / (1.0 + k2 * dt);
        temperature += ramp * dt;
    }
    b
}

#[differentiate]
fn morse(r: f64, depth: f64, a: f64, r0: f64) -> f64 {
    let e = 1.0 - (-a * (r - r0)).exp();
    depth * e * e
}

/// Least squares of a Morse curve to sampled energies.
#[differentiate]
pub fn morse_fit(params: [f64; 3], samples: &[(f64, f64)]) -> f64 {
    let [depth, a, r0] = params;
    samples.iter().fold(0.0, |acc, (r, energy)| {
        let d = morse(*r, depth, a, r0) - energy;
        acc + d * d
    })
}

/// Michaelis-Menten turnover in single precision, with an optional competitive inhibitor.
#[differentiate]
pub fn turnover(substrate: f32, inhibitor: f32, vmax: f32, km: f32, ki: f32) -> f32 {
    let km = if inhibitor > 0.0 { km * (1.0 + inhibitor / ki) } else { km };
    vmax * substrate / (km + substrate)
}

/// pH of a weak acid by Newton's method on the charge balance, stopping when converged.
#[differentiate]
pub fn weak_acid_ph(concentration: f64, pka: f64) -> f64 {
    let ka = 10.0_f64.powf(-pka);
    let kw = 1e-14;
    let mut h = (ka * concentration).sqrt();
    let mut iterations = 0;
    loop {
        let f = h - ka * concentration / (ka + h) - kw / h;
        let df = 1.0 + ka * concentration / ((ka + h) * (ka + h)) + kw / (h * h);
        let step = f / df;
        h -= step;
        iterations += 1;
        if step.abs() < 1e-12 * h || iterations == 50 {
            break;
        }
    }
    -h.log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, assert_same_bits, assert_same_bits_f32, numeric_gradient};

    fn arrhenius(x: &[f64]) -> Arrhenius {
        Arrhenius { ln_a: x[0], barrier: x[1], name: "A -> B".to_string() }
    }

    #[test]
    fn arrhenius_rate() {
        let x = [25.0, 60.0, 320.0];
        let f = |x: &[f64]| arrhenius(x).rate(x[2]);
        let (value, (law, temperature)) = arrhenius(&x).rate_grad(x[2]);
        assert_same_bits("rate", value, f(&x));
        assert_close("rate", &[law.ln_a, law.barrier, temperature], &numeric_gradient(f, &x), 1e-8);
    }

    #[test]
    fn consecutive_reactions() {
        let x = [20.0, 55.0, 24.0, 72.0, 300.0, 0.8, 60.0];
        let laws = |x: &[f64]| [arrhenius(&x[..2]), arrhenius(&x[2..4])];
        let f = |x: &[f64]| consecutive_yield(&laws(x), x[4], x[5], x[6]);
        let (value, (laws_bar, start, ramp, duration)) = consecutive_yield_grad(&laws(&x), x[4], x[5], x[6]);
        assert_same_bits("consecutive_yield", value, f(&x));
        let [first, second] = laws_bar;
        assert_close(
            "consecutive_yield",
            &[first.ln_a, first.barrier, second.ln_a, second.barrier, start, ramp, duration],
            &numeric_gradient(f, &x),
            1e-7,
        );
    }

    #[test]
    fn morse_curve() {
        let x = [1.9, 4.5, 1.4, 1.2];
        let f = |x: &[f64]| morse(x[0], x[1], x[2], x[3]);
        let (value, (r, depth, a, r0)) = morse_grad(x[0], x[1], x[2], x[3]);
        assert_same_bits("morse", value, f(&x));
        assert_close("morse", &[r, depth, a, r0], &numeric_gradient(f, &x), 1e-8);
    }

    #[test]
    fn morse_curve_fit() {
        let x = [4.2, 1.3, 1.25, 0.9, 1.6, 1.3, 0.1, 2.0, 1.4, 3.1, 3.9];
        let samples = |x: &[f64]| -> Vec<(f64, f64)> { x[3..].chunks_exact(2).map(|c| (c[0], c[1])).collect() };
        let f = |x: &[f64]| morse_fit([x[0], x[1], x[2]], &samples(x));
        let (value, (params, samples_bar)) = morse_fit_grad([x[0], x[1], x[2]], &samples(&x));
        assert_same_bits("morse_fit", value, f(&x));
        let got: Vec<f64> = params.into_iter().chain(samples_bar.into_iter().flat_map(|(r, e)| [r, e])).collect();
        assert_close("morse_fit", &got, &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn enzyme() {
        fn in_double(x: &[f64]) -> f64 {
            let km = if x[1] > 0.0 { x[3] * (1.0 + x[1] / x[4]) } else { x[3] };
            x[2] * x[0] / (km + x[0])
        }
        for x in [[2.0_f32, 0.5, 10.0, 1.5, 0.75], [0.5, 3.0, 4.0, 2.0, 1.0]] {
            let (value, (s, i, vmax, km, ki)) = turnover_grad(x[0], x[1], x[2], x[3], x[4]);
            assert_same_bits_f32("turnover", value, turnover(x[0], x[1], x[2], x[3], x[4]));
            assert_close("turnover", &[s, i, vmax, km, ki].map(f64::from), &numeric_gradient(in_double, &x.map(f64::from)), 1e-5);
        }
    }

    #[test]
    fn enzyme_without_inhibitor() {
        // An unused inhibition constant of zero must not poison the gradient.
        let (value, (s, i, vmax, km, ki)) = turnover_grad(2.0, 0.0, 10.0, 2.0, 0.0);
        assert_same_bits_f32("turnover", value, turnover(2.0, 0.0, 10.0, 2.0, 0.0));
        assert_close("turnover", &[s, i, vmax, km, ki].map(f64::from), &[1.25, 0.0, 0.5, -1.25, 0.0], 1e-6);
    }

    #[test]
    fn weak_acid() {
        for x in [[0.1, 4.75], [1e-4, 3.2], [1e-6, 7.5]] {
            let f = |x: &[f64]| weak_acid_ph(x[0], x[1]);
            let (value, (concentration, pka)) = weak_acid_ph_grad(x[0], x[1]);
            assert_same_bits("weak_acid_ph", value, f(&x));
            // By implicit differentiation of the charge balance.
            let h = 10.0_f64.powf(-value);
            let ka = 10.0_f64.powf(-x[1]);
            let df = 1.0 + ka * x[0] / (ka + h).powi(2) + 1e-14 / (h * h);
            let to_ph = -1.0 / (h * std::f64::consts::LN_10);
            let dh_dc = ka / (ka + h) / df;
            let dh_dka = x[0] * h / (ka + h).powi(2) / df;
            assert_close("weak_acid_ph", &[concentration, pka], &[to_ph * dh_dc, to_ph * dh_dka * -std::f64::consts::LN_10 * ka], 1e-7);
        }
    }
}
