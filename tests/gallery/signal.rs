//! Signal processing: filters, spectra, correlation, envelopes.
#![allow(clippy::needless_range_loop)]

use std::f64::consts::{PI, TAU};

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn fir_filter(input: &[f64], taps: &[f64]) -> Vec<f64> {
    let mut output = Vec::with_capacity(input.len());
    for n in 0..input.len() {
        let mut acc = 0.0;
        for (k, &tap) in taps.iter().enumerate().take(n + 1) {
            acc += tap * input[n - k];
        }
        output.push(acc);
    }
    output
}

#[differentiate]
fn rms(signal: &[f64]) -> f64 {
    (signal.iter().map(|s| s * s).sum::<f64>() / signal.len() as f64).sqrt()
}

#[differentiate]
fn filtered_level(input: &[f64], taps: &[f64]) -> f64 {
    let filtered = fir_filter(input, taps);
    20.0 * rms(&filtered[taps.len() - 1..]).log10()
}

/// Direct form: `a[0]` is taken to be one.
#[differentiate]
fn iir_energy(input: &[f64], b: &[f64; 3], a: &[f64; 3]) -> f64 {
    let mut y = vec![0.0; input.len()];
    for n in 0..input.len() {
        y[n] = b[0] * input[n];
        for k in 1..3 {
            if n >= k {
                y[n] += b[k] * input[n - k] - a[k] * y[n - k];
            }
        }
    }
    y.iter().map(|v| v.powi(2)).sum()
}

/// One-pole smoothing, the last value.
#[differentiate]
fn smooth_last(input: &[f64], cutoff: f64, sample_rate: f64) -> f64 {
    let alpha = 1.0 - (-TAU * cutoff / sample_rate).exp();
    input.iter().fold(0.0, |state, &sample| state + alpha * (sample - state))
}

#[differentiate]
fn dft_magnitude(signal: &[f64], bin: usize) -> f64 {
    let n = signal.len();
    let (re, im) = signal
        .iter()
        .enumerate()
        .map(|(t, &x)| {
            let angle = -TAU * (bin * t) as f64 / n as f64;
            (x * angle.cos(), x * angle.sin())
        })
        .fold((0.0, 0.0), |(re, im), (r, i)| (re + r, im + i));
    re.hypot(im)
}

/// Normalised; a constant signal has none.
#[differentiate]
fn autocorrelation(signal: &[f64], lag: usize) -> f64 {
    let n = signal.len();
    let mean = signal.iter().sum::<f64>() / n as f64;
    let variance: f64 = signal.iter().map(|&s| (s - mean) * (s - mean)).sum();
    if variance < f64::EPSILON {
        return 0.0;
    }
    let covariance: f64 = signal[..n - lag].iter().zip(&signal[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum();
    covariance / variance
}

/// Transposed direct form II.
#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z1: f64,
    z2: f64,
}

impl Biquad {
    /// Low-pass after the audio cookbook.
    #[differentiate]
    fn low_pass(frequency: f64, q: f64) -> Self {
        let (sin, cos) = (TAU * frequency).sin_cos();
        let alpha = sin / (2.0 * q);
        let a0 = 1.0 + alpha;
        let side = (1.0 - cos) / 2.0 / a0;
        Self { b: [side, (1.0 - cos) / a0, side], a: [-2.0 * cos / a0, (1.0 - alpha) / a0], ..Default::default() }
    }

    #[differentiate]
    fn process(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z1;
        self.z1 = self.b[1] * x - self.a[0] * y + self.z2;
        self.z2 = self.b[2] * x - self.a[1] * y;
        y
    }
}

#[differentiate]
fn cascade_error(input: &[f64], wanted: &[f64], frequencies: &[f64], q: f64) -> f64 {
    let mut sections: Vec<Biquad> = frequencies.iter().map(|&f| Biquad::low_pass(f, q)).collect();
    let mut error = 0.0;
    for (&x, &w) in input.iter().zip(wanted) {
        let mut sample = x;
        for section in sections.iter_mut() {
            sample = section.process(sample);
        }
        error += (sample - w).powi(2);
    }
    error
}

#[differentiate]
fn goertzel_power(signal: &[f64], frequency: f64) -> f64 {
    let coefficient = 2.0 * (TAU * frequency).cos();
    let mut s1 = 0.0;
    let mut s2 = 0.0;
    for &x in signal {
        let s0 = x + coefficient * s1 - s2;
        s2 = s1;
        s1 = s0;
    }
    s1 * s1 + s2 * s2 - coefficient * s1 * s2
}

/// Attack and release are smoothing factors; the result is the mean envelope.
#[differentiate]
fn mean_envelope(signal: &[f64], attack: f64, release: f64) -> f64 {
    let mut envelope = 0.0;
    let mut total = 0.0;
    for sample in signal.iter().map(|s| s.abs()) {
        let factor = if sample > envelope { attack } else { release };
        envelope += factor * (sample - envelope);
        total += envelope;
    }
    total / signal.len() as f64
}

/// Feedback comb with a ring buffer.
#[differentiate]
fn comb_peak(signal: &[f64], feedback: f64, mix: f64, delay: usize) -> f64 {
    let mut line = vec![0.0; delay];
    let mut cursor = 0;
    let mut peak = 0.0f64;
    for &dry in signal {
        let wet = line[cursor];
        line[cursor] = dry + feedback * wet;
        cursor = (cursor + 1) % delay;
        let out = (1.0 - mix) * dry + mix * wet;
        peak = peak.max(out.abs());
    }
    peak
}

/// Sum of soft-thresholded Haar detail coefficients, all levels.
#[differentiate]
fn haar_sparsity(signal: &[f64], threshold: f64) -> f64 {
    let mut approximation = signal.to_vec();
    let mut total = 0.0;
    while approximation.len() > 1 {
        let mut coarser = Vec::with_capacity(approximation.len() / 2);
        for pair in approximation.chunks_exact(2) {
            let (a, b) = (pair[0], pair[1]);
            let detail = (a - b) * std::f64::consts::FRAC_1_SQRT_2;
            total += match detail {
                d if d > threshold => d - threshold,
                d if d < -threshold => -d - threshold,
                _ => 0.0,
            };
            coarser.push((a + b) * std::f64::consts::FRAC_1_SQRT_2);
        }
        approximation = coarser;
    }
    total
}

/// Radix-2, in place, on two slices.
#[differentiate]
fn fft(re: &mut [f64], im: &mut [f64]) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut len = 2;
    while len <= n {
        let angle = -TAU / len as f64;
        for start in (0..n).step_by(len) {
            for k in 0..len / 2 {
                let (wi, wr) = (angle * k as f64).sin_cos();
                let (p, q) = (start + k, start + k + len / 2);
                let tr = re[q] * wr - im[q] * wi;
                let ti = re[q] * wi + im[q] * wr;
                re[q] = re[p] - tr;
                im[q] = im[p] - ti;
                re[p] += tr;
                im[p] += ti;
            }
        }
        len *= 2;
    }
}

/// Centre of mass of the power spectrum under a Hann window.
#[differentiate]
fn spectral_centroid(signal: &[f64]) -> f64 {
    let n = signal.len();
    let mut re: Vec<f64> = signal.iter().enumerate().map(|(i, s)| s * 0.5 * (1.0 - (TAU * i as f64 / n as f64).cos())).collect();
    let mut im = vec![0.0; n];
    fft(&mut re, &mut im);
    let power: Vec<f64> = re.iter().zip(&im).take(n / 2).map(|(r, i)| r * r + i * i).collect();
    let weighted: f64 = power.iter().enumerate().map(|(k, p)| k as f64 * p).sum();
    weighted / power.iter().sum::<f64>()
}

/// Adaptive filter: the squared error over a run, by step size and starting weights.
#[differentiate]
fn lms_error(input: &[f64], wanted: &[f64], start: &[f64], mu: f64) -> f64 {
    let order = start.len();
    let mut weights = start.to_vec();
    let mut total = 0.0;
    for (window, &d) in input.windows(order).zip(wanted) {
        let y: f64 = weights.iter().zip(window).map(|(w, x)| w * x).sum();
        let e = d - y;
        total += e * e;
        for (w, x) in weights.iter_mut().zip(window.iter()) {
            *w += 2.0 * mu * e * x;
        }
    }
    total
}

#[differentiate]
fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        1.0
    } else {
        let px = PI * x;
        px.sin() / px
    }
}

/// Band-limited interpolation at a fractional position.
#[differentiate]
fn resample_at(signal: &[f64], position: f64) -> f64 {
    let mut acc = 0.0;
    for (i, s) in signal.iter().enumerate() {
        acc += s * sinc(position - i as f64);
    }
    acc
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, numeric_gradient};

    fn check(name: &str, f: impl Fn(&[f64]) -> f64, x: &[f64], value: f64, gradient: &[f64]) {
        assert_eq!(value.to_bits(), f(x).to_bits(), "value of {name}");
        assert_close(name, gradient, &numeric_gradient(f, x), 1e-6);
    }

    /// A decaying two-tone signal.
    fn tones(n: usize) -> Vec<f64> {
        (0..n).map(|t| t as f64).map(|t| (0.9 * t + 0.3).sin() * (-0.05 * t).exp() + 0.4 * (2.1 * t).cos()).collect()
    }

    #[test]
    fn fir_filter_pullback() {
        let x = [&tones(6)[..], &[0.5, 0.3, -0.2]].concat();
        let seed = vec![0.4, -0.9, 0.6, 0.1, 1.0, -0.3];
        let (value, (i, t)) = fir_filter_vjp(&x[..6], &x[6..], seed.clone());
        assert_eq!(value, fir_filter(&x[..6], &x[6..]));
        let f = |v: &[f64]| {
            let out = fir_filter(&v[..6], &v[6..]);
            out.iter().zip(&seed).map(|(o, s)| o * s).sum()
        };
        assert_close("fir_filter", &[i, t].concat(), &numeric_gradient(f, &x), 1e-6);
    }

    #[test]
    fn filtered_level_gradient() {
        let x = [&tones(8)[..], &[0.5, 0.3, -0.2]].concat();
        let (value, (i, t)) = filtered_level_grad(&x[..8], &x[8..]);
        let f = |v: &[f64]| filtered_level(&v[..8], &v[8..]);
        check("filtered_level", f, &x, value, &[i, t].concat());
    }

    #[test]
    fn iir_energy_gradient() {
        let x = [&[0.4, 0.3, 0.2, 1.0, -0.5, 0.25], &tones(7)[..]].concat();
        let three = |v: &[f64]| [v[0], v[1], v[2]];
        let (value, (i, b, a)) = iir_energy_grad(&x[6..], &three(&x), &three(&x[3..]));
        let g = [&b[..], &a, &i].concat();
        let f = |v: &[f64]| iir_energy(&v[6..], &three(v), &three(&v[3..]));
        check("iir_energy", f, &x, value, &g);
    }

    #[test]
    fn smooth_last_gradient() {
        let x = [&[2.0, 30.0], &tones(6)[..]].concat();
        let (value, (i, c, r)) = smooth_last_grad(&x[2..], x[0], x[1]);
        let g = [&[c, r], &i[..]].concat();
        check("smooth_last", |v| smooth_last(&v[2..], v[0], v[1]), &x, value, &g);
    }

    #[test]
    fn dft_magnitude_gradient() {
        let x = tones(9);
        let (value, g) = dft_magnitude_grad(&x, 2);
        check("dft_magnitude", |v| dft_magnitude(v, 2), &x, value, &g);
    }

    #[test]
    fn autocorrelation_gradient() {
        let x = tones(9);
        let (value, g) = autocorrelation_grad(&x, 3);
        check("autocorrelation", |v| autocorrelation(v, 3), &x, value, &g);
        let (value, g) = autocorrelation_grad(&[0.5; 4], 1);
        assert_eq!(value, 0.0);
        assert_eq!(g, [0.0; 4]);
    }

    #[test]
    fn cascade_error_gradient() {
        let x = [&tones(12)[..], &[0.08, 0.15, 0.8]].concat();
        let (value, (i, w, fr, q)) = cascade_error_grad(&x[..6], &x[6..12], &x[12..14], x[14]);
        let g = [&i[..], &w, &fr, &[q]].concat();
        let f = |v: &[f64]| cascade_error(&v[..6], &v[6..12], &v[12..14], v[14]);
        check("cascade_error", f, &x, value, &g);
    }

    #[test]
    fn goertzel_power_gradient() {
        let x = [&[0.14], &tones(8)[..]].concat();
        let (value, (s, fr)) = goertzel_power_grad(&x[1..], x[0]);
        let g = [&[fr], &s[..]].concat();
        check("goertzel_power", |v| goertzel_power(&v[1..], v[0]), &x, value, &g);
    }

    #[test]
    fn mean_envelope_gradient() {
        let x = [&[0.6, 0.1], &tones(10)[..]].concat();
        let (value, (s, a, r)) = mean_envelope_grad(&x[2..], x[0], x[1]);
        let g = [&[a, r], &s[..]].concat();
        let f = |v: &[f64]| mean_envelope(&v[2..], v[0], v[1]);
        check("mean_envelope", f, &x, value, &g);
    }

    #[test]
    fn comb_peak_gradient() {
        let x = [&[0.7, 0.6], &tones(11)[..]].concat();
        let (value, (s, fb, mix)) = comb_peak_grad(&x[2..], x[0], x[1], 3);
        let g = [&[fb, mix], &s[..]].concat();
        check("comb_peak", |v| comb_peak(&v[2..], v[0], v[1], 3), &x, value, &g);
    }

    #[test]
    fn haar_sparsity_gradient() {
        let x = [&tones(8)[..], &[0.3]].concat();
        let (value, (s, t)) = haar_sparsity_grad(&x[..8], x[8]);
        let g = [&s[..], &[t]].concat();
        check("haar_sparsity", |v| haar_sparsity(&v[..8], v[8]), &x, value, &g);
    }

    #[test]
    fn spectral_centroid_gradient() {
        let x = tones(16);
        let (value, g) = spectral_centroid_grad(&x);
        check("spectral_centroid", spectral_centroid, &x, value, &g);
    }

    #[test]
    fn lms_error_gradient() {
        let x = [&tones(13)[..], &[0.1, -0.2, 0.05]].concat();
        let (value, (i, w, s, mu)) = lms_error_grad(&x[..8], &x[8..13], &x[13..15], x[15]);
        let g = [&i[..], &w, &s, &[mu]].concat();
        let f = |v: &[f64]| lms_error(&v[..8], &v[8..13], &v[13..15], v[15]);
        check("lms_error", f, &x, value, &g);
    }

    #[test]
    fn resample_at_gradient() {
        let x = [&tones(7)[..], &[3.4]].concat();
        let (value, (s, p)) = resample_at_grad(&x[..7], x[7]);
        let g = [&s[..], &[p]].concat();
        check("resample_at", |v| resample_at(&v[..7], v[7]), &x, value, &g);
    }

    #[test]
    fn resample_on_a_sample() {
        // The side of the branch not taken is 0 / 0.
        let x = tones(4);
        let (value, (s, _)) = resample_at_grad(&x, 2.0);
        assert_eq!(value.to_bits(), resample_at(&x, 2.0).to_bits());
        assert!(s.iter().all(|d| d.is_finite()));
    }
}
