//! Signal processing.
use autodiff_core::{Differentiable, differentiate};
use std::f64::consts::PI;
use std::ops::{Add, AddAssign, Mul, Sub};

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
struct Complex {
    pub re: f64,
    pub im: f64,
}

impl Complex {
    #[differentiate]
    fn new(re: f64, im: f64) -> Self {
        Complex { re, im }
    }
    #[differentiate]
    fn polar(r: f64, theta: f64) -> Self {
        Self::new(r * theta.cos(), r * theta.sin())
    }
    #[differentiate]
    fn norm_sqr(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

#[differentiate]
impl Add for Complex {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Complex::new(self.re + rhs.re, self.im + rhs.im)
    }
}
#[differentiate]
impl Sub for Complex {
    type Output = Complex;
    fn sub(self, rhs: Complex) -> Complex {
        Complex { re: self.re - rhs.re, im: self.im - rhs.im }
    }
}
#[differentiate]
impl Mul for Complex {
    type Output = Complex;
    fn mul(self, rhs: Complex) -> Complex {
        Complex { re: self.re * rhs.re - self.im * rhs.im, im: self.re * rhs.im + self.im * rhs.re }
    }
}
impl AddAssign for Complex {
    fn add_assign(&mut self, rhs: Complex) {
        self.re += rhs.re;
        self.im += rhs.im;
    }
}

/// Recursive radix-2 FFT.
#[differentiate]
fn fft(x: &[Complex]) -> Vec<Complex> {
    let n = x.len();
    if n == 1 {
        return x.to_vec();
    }
    let even: Vec<Complex> = x.iter().step_by(2).copied().collect();
    let odd: Vec<Complex> = x.iter().skip(1).step_by(2).copied().collect();
    let e = fft(&even);
    let o = fft(&odd);
    let mut out = vec![Complex::default(); n];
    for k in 0..n / 2 {
        let w = Complex::polar(1.0, -2.0 * PI * k as f64 / n as f64);
        let t = w * o[k];
        out[k] = e[k] + t;
        out[k + n / 2] = e[k] - t;
    }
    out
}

/// Iterative in-place FFT with bit reversal.
#[differentiate]
fn fft_in_place(data: &mut [Complex]) {
    let n = data.len();
    assert!(n.is_power_of_two());
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j ^= bit;
        if i < j {
            data.swap(i, j);
        }
    }
    let mut len = 2;
    while len <= n {
        let ang = -2.0 * PI / len as f64;
        let wlen = Complex::new(ang.cos(), ang.sin());
        for start in (0..n).step_by(len) {
            let mut w = Complex::new(1.0, 0.0);
            for k in 0..len / 2 {
                let u = data[start + k];
                let v = data[start + k + len / 2] * w;
                data[start + k] = u + v;
                data[start + k + len / 2] = u - v;
                w = w * wlen;
            }
        }
        len <<= 1;
    }
}

#[differentiate]
fn spectral_energy(signal: &[f64], low: usize, high: usize) -> f64 {
    let x: Vec<Complex> = signal.iter().map(|&re| Complex { re, im: 0.0 }).collect();
    let spectrum = fft(&x);
    let band: f64 = spectrum[low..high].iter().map(|c| c.norm_sqr()).sum();
    let total: f64 = spectrum.iter().map(|c| c.norm_sqr()).sum();
    band / total
}

#[differentiate]
fn spectral_flatness(signal: &[f64]) -> f64 {
    let mut x: Vec<Complex> = signal.iter().map(|&s| Complex::new(s, 0.0)).collect();
    fft_in_place(&mut x);
    let half = x.len() / 2;
    let power: Vec<f64> = x.iter().take(half + 1).map(|c| c.norm_sqr() + 1e-6).collect();
    let log_mean = power.iter().map(|p| p.ln()).sum::<f64>() / power.len() as f64;
    log_mean.exp() / (power.iter().sum::<f64>() / power.len() as f64)
}

/// Naive DFT, with accumulation by `+=` of structs.
#[differentiate]
fn dft_peak(signal: &[f64], bins: &[usize]) -> f64 {
    let n = signal.len() as f64;
    let mut best = f64::NEG_INFINITY;
    for &k in bins {
        let mut acc = Complex::default();
        for (t, s) in signal.iter().enumerate() {
            acc = acc + Complex::polar(*s, -2.0 * PI * (k * t) as f64 / n);
        }
        if acc.norm_sqr() > best {
            best = acc.norm_sqr();
        }
    }
    best.sqrt()
}

#[derive(Clone, Debug, Differentiable)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}

impl Biquad {
    /// Low-pass by the cookbook.
    #[differentiate]
    pub fn lowpass(cutoff: f64, q: f64) -> Self {
        let w0 = 2.0 * PI * cutoff;
        let alpha = w0.sin() / (2.0 * q);
        let c = w0.cos();
        let a0 = 1.0 + alpha;
        Biquad { b: [(1.0 - c) / 2.0 / a0, (1.0 - c) / a0, (1.0 - c) / 2.0 / a0], a: [-2.0 * c / a0, (1.0 - alpha) / a0], z: [0.0; 2] }
    }

    #[differentiate]
    pub fn process(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

#[differentiate]
fn filtered_power(signal: &[f64], cutoff: f64, q: f64) -> f64 {
    let mut stages = [Biquad::lowpass(cutoff, q), Biquad::lowpass(1.2 * cutoff, 0.7)];
    let mut power = 0.0;
    for &s in signal {
        let mut y = s;
        for stage in stages.iter_mut() {
            y = stage.process(y);
        }
        power += y * y;
    }
    power / signal.len() as f64
}

/// FIR with windows; valid part.
#[differentiate]
fn fir(signal: &[f64], taps: &[f64]) -> Vec<f64> {
    signal.windows(taps.len()).map(|w| w.iter().rev().zip(taps).map(|(s, t)| s * t).sum()).collect()
}

/// Windowed-sinc design: error to a desired response.
#[differentiate]
fn design_error(taps: &[f64], signal: &[f64], desired: &[f64]) -> f64 {
    let hann: Vec<f64> = (0..taps.len()).map(|i| 0.5 - 0.5 * (2.0 * PI * (i + 1) as f64 / (taps.len() + 1) as f64).cos()).collect();
    let weighted: Vec<f64> = taps.iter().zip(hann).map(|(t, w)| t * w).collect();
    let y = fir(signal, &weighted);
    let offset = desired.len() - y.len();
    y.iter().zip(desired[offset..].iter()).map(|(a, b)| (a - b).abs().powf(1.5)).sum()
}

/// Normalised autocorrelation and its parabolic peak.
#[differentiate]
fn pitch(signal: &[f64], min_lag: usize, max_lag: usize) -> Option<f64> {
    let n = signal.len();
    let r0 = signal.iter().map(|s| s * s).sum::<f64>();
    if r0 == 0.0 {
        return None;
    }
    let corr: Vec<f64> =
        (min_lag..=max_lag).map(|lag| signal[..n - lag].iter().zip(&signal[lag..]).map(|(a, b)| a * b).sum::<f64>() / r0).collect();
    let mut best = 1;
    for i in 1..corr.len() - 1 {
        if corr[i] > corr[best] {
            best = i;
        }
    }
    let (l, m, r) = (corr[best - 1], corr[best], corr[best + 1]);
    let delta = 0.5 * (l - r) / (l - 2.0 * m + r);
    Some((min_lag + best) as f64 + delta)
}

#[differentiate]
fn pitch_error(signal: &[f64], target: f64) -> f64 {
    match pitch(signal, 2, 6) {
        Some(p) => (p - target).powi(2),
        None => 0.0,
    }
}

/// Haar wavelet in place, soft threshold, inverse, error.
#[differentiate]
fn haar(data: &mut Vec<f64>, levels: usize) {
    let mut len = data.len();
    for _ in 0..levels {
        let half = len / 2;
        let mut tmp = vec![0.0; len];
        for i in 0..half {
            tmp[i] = (data[2 * i] + data[2 * i + 1]) / 2f64.sqrt();
            tmp[half + i] = (data[2 * i] - data[2 * i + 1]) / 2f64.sqrt();
        }
        data[..len].copy_from_slice(&tmp);
        len = half;
    }
}

#[differentiate]
fn inverse_haar(data: &mut [f64], levels: usize) {
    let n = data.len();
    for level in (0..levels).rev() {
        let len = n >> level;
        let half = len / 2;
        let tmp = data[..len].to_vec();
        for i in 0..half {
            data[2 * i] = (tmp[i] + tmp[half + i]) * std::f64::consts::FRAC_1_SQRT_2;
            data[2 * i + 1] = (tmp[i] - tmp[half + i]) * std::f64::consts::FRAC_1_SQRT_2;
        }
    }
}

#[differentiate]
fn denoise_error(noisy: &[f64], clean: &[f64], threshold: f64) -> f64 {
    let mut c = noisy.to_vec();
    haar(&mut c, 2);
    for v in c.iter_mut().skip(2) {
        *v = v.signum() * (v.abs() - threshold).max(0.0);
    }
    inverse_haar(&mut c, 2);
    c.iter().zip(clean).map(|(a, b)| (a - b).powi(2)).sum::<f64>()
}

/// Levinson-Durbin recursion for LPC.
#[differentiate]
fn lpc_gain(r: &[f64], order: usize) -> f64 {
    let mut a = vec![0.0; order + 1];
    a[0] = 1.0;
    let mut e = r[0];
    for i in 1..=order {
        let mut acc = r[i];
        for j in 1..i {
            acc += a[j] * r[i - j];
        }
        let k = -acc / e;
        let prev = a.clone();
        for j in 1..i {
            a[j] = prev[j] + k * prev[i - j];
        }
        a[i] = k;
        e *= 1.0 - k * k;
    }
    e
}

mod checks {
    use super::*;
    use crate::checked;
    checked!(spectral_energy spectral_energy_grad spectral_energy_vjp spectral_energy_jvp: 8, -1., 1.,
        |v| (v, 1, 3),
        d => d);
    checked!(spectral_flatness spectral_flatness_grad spectral_flatness_vjp spectral_flatness_jvp: 8, -1., 1.,
        |v| (v),
        d => d);
    checked!(dft_peak dft_peak_grad dft_peak_vjp dft_peak_jvp: 8, -1., 1., |v| (v, &[1, 2, 3]), d => d);
    checked!(filtered_power filtered_power_grad filtered_power_vjp filtered_power_jvp: 8, 0.1, 0.4,
        |v| (&v[0..6], v[6], v[7]),
        d => (&d[0..6], d[6], d[7]));
    checked!(design_error design_error_grad design_error_vjp design_error_jvp: 17, -1., 1.,
        |v| (&v[0..3], &v[3..10], &v[10..17]),
        d => (&d[0..3], &d[3..10], &d[10..17]));
    checked!(pitch_error pitch_error_grad pitch_error_vjp pitch_error_jvp: 13, -1., 1.,
        |v| (&v[0..12], v[12]),
        d => (&d[0..12], d[12]));
    checked!(denoise_error denoise_error_grad denoise_error_vjp denoise_error_jvp: 17, 0.1, 1.,
        |v| (&v[0..8], &v[8..16], v[16]),
        d => (&d[0..8], &d[8..16], d[16]));
    checked!(lpc_gain lpc_gain_grad lpc_gain_vjp lpc_gain_jvp: 5, 0.1, 1.,
        |v| (&[v[0] + 3., v[1], v[2], v[3], v[4]], 3));
}
