//! Signal processing, audio, images.

use crate::case;
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Complex {
    re: f64,
    im: f64,
}

impl std::ops::Add for Complex {
    type Output = Complex;
    fn add(self, o: Complex) -> Complex {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }
}

#[differentiate]
fn dft_power(signal: &[f64], bin: usize) -> f64 {
    let n = signal.len();
    let mut acc = Complex { re: 0.0, im: 0.0 };
    for (t, s) in signal.iter().enumerate() {
        let phase = -2.0 * std::f64::consts::PI * (bin * t) as f64 / n as f64;
        acc.re += s * phase.cos();
        acc.im += s * phase.sin();
    }
    acc.re * acc.re + acc.im * acc.im
}

#[derive(Clone, Debug, Differentiable)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}

#[differentiate]
impl Biquad {
    fn process(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

#[differentiate]
fn filtered_energy(filter: &Biquad, input: &[f64]) -> f64 {
    let mut filter = filter.clone();
    let mut energy = 0.0;
    for &x in input {
        let y = filter.process(x);
        energy += y * y;
    }
    energy
}

#[differentiate]
fn fir(taps: &[f64], x: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; x.len()];
    for n in 0..x.len() {
        for (k, h) in taps.iter().enumerate() {
            if n >= k {
                y[n] += h * x[n - k];
            }
        }
    }
    y
}

#[differentiate]
fn fir_error(taps: &[f64], x: &[f64], desired: &[f64]) -> f64 {
    let y = fir(taps, x);
    y.iter().zip(desired).map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / y.len() as f64
}

#[differentiate]
fn lms(mu: f64, x: &[f64], d: &[f64], taps: usize) -> f64 {
    let mut w = vec![0.0; taps];
    let mut err = 0.0;
    for n in taps..x.len() {
        let window = &x[n - taps..n];
        let y: f64 = w.iter().zip(window).map(|(a, b)| a * b).sum();
        let e = d[n] - y;
        for (wi, xi) in w.iter_mut().zip(window.iter()) {
            *wi += mu * e * xi;
        }
        err += e * e;
    }
    err
}

#[differentiate]
fn compressor(x: &[f64], threshold: f64, ratio: f64, attack: f64, release: f64) -> f64 {
    let mut env = 0.0f64;
    let mut out = 0.0;
    for s in x.iter().map(|v| v.abs()) {
        let coefficient = if s > env { attack } else { release };
        env = coefficient * env + (1.0 - coefficient) * s;
        let gain = if env > threshold { (threshold / env).powf(1.0 - 1.0 / ratio) } else { 1.0 };
        out += s * gain;
    }
    out
}

#[differentiate]
fn convolve_2d(image: &[Vec<f64>], kernel: &[[f64; 3]; 3]) -> f64 {
    let h = image.len();
    let w = image[0].len();
    let mut total = 0.0;
    for r in 1..h - 1 {
        for c in 1..w - 1 {
            let mut acc = 0.0;
            for (kr, row) in kernel.iter().enumerate() {
                for (kc, k) in row.iter().enumerate() {
                    acc += k * image[r + kr - 1][c + kc - 1];
                }
            }
            total += acc.max(0.0);
        }
    }
    total
}

#[differentiate]
fn bilinear(image: &[Vec<f64>], x: f64, y: f64) -> f64 {
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let (i, j) = (y0 as usize, x0 as usize);
    let top = image[i][j] * (1.0 - fx) + image[i][j + 1] * fx;
    let bottom = image[i + 1][j] * (1.0 - fx) + image[i + 1][j + 1] * fx;
    top * (1.0 - fy) + bottom * fy
}

#[differentiate]
fn total_variation(signal: &[f64], eps: f64) -> f64 {
    signal.windows(2).map(|w| ((w[1] - w[0]).powi(2) + eps * eps).sqrt()).sum()
}

#[differentiate]
fn goertzel(samples: &[f64], omega: f64) -> f64 {
    let coeff = 2.0 * omega.cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for x in samples {
        let s0 = x + coeff * s1 - s2;
        s2 = s1;
        s1 = s0;
    }
    s1 * s1 + s2 * s2 - coeff * s1 * s2
}

#[differentiate]
fn haar_level(signal: &[f64]) -> f64 {
    let (averages, details): (Vec<f64>, Vec<f64>) = signal.chunks_exact(2).map(|c| ((c[0] + c[1]) / 2.0, (c[0] - c[1]) / 2.0)).unzip();
    averages.iter().map(|a| a * a).sum::<f64>() + details.iter().map(|d| d.abs()).sum::<f64>()
}

#[differentiate]
fn envelope_peak(x: &[f64], decay: f64) -> f64 {
    let mut peak = 0.0;
    let mut best = f64::MIN;
    for v in x {
        peak = f64::max(peak * decay, v.abs());
        if peak > best {
            best = peak;
        }
    }
    best
}

#[differentiate]
fn osc(phase0: f32, freq: f32, n: usize) -> f32 {
    let mut phase = phase0;
    let mut sum = 0.0f32;
    for _ in 0..n {
        phase += freq;
        if phase > 1.0 {
            phase -= 1.0;
        }
        sum += (phase * std::f32::consts::TAU).sin();
    }
    sum
}

#[test]
fn gradients() {
    let _ = Complex::default() + Complex::default();
    case!(dft_power, dft_power_grad, |p| (p, 1), [1.0, 0.5, -0.3, 0.2, 0.9]);
    case!(
        filtered_energy,
        filtered_energy_grad,
        |p| (&Biquad { b: [p[0], p[1], p[2]], a: [p[3], p[4]], z: [p[5], p[6]] }, &p[7..]),
        [0.2, 0.3, 0.1, -0.5, 0.2, 0.0, 0.1, 1.0, 0.5, -0.7]
    );
    case!(fir_error, fir_error_grad, |p| (&p[..2], &p[2..6], &p[6..]), [0.5, -0.3, 1.0, 0.2, 0.4, -0.6, 0.5, 0.0, 0.1, -0.2]);
    case!(lms, lms_grad, |p| (p[0], &p[1..6], &p[6..], 2), [0.1, 1.0, 0.5, -0.3, 0.8, 0.2, 0.4, 0.3, 0.2, 0.1, 0.5]);
    case!(compressor, compressor_grad, |p| (&p[..4], p[4], p[5], p[6], p[7]), [0.5, -0.9, 0.3, 1.2, 0.4, 3.0, 0.5, 0.9]);
    case!(
        convolve_2d,
        convolve_2d_grad,
        |p| (
            &[p[..4].to_vec(), p[4..8].to_vec(), p[8..12].to_vec()],
            &[[p[12], p[13], p[14]], [p[15], p[16], p[17]], [p[18], p[19], p[20]]]
        ),
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 0.3, -0.2, 0.1, 0.2, 0.4, 0.3, -0.1, 0.4, 0.1]
    );
    case!(bilinear, bilinear_grad, |p| (&[p[..3].to_vec(), p[3..6].to_vec()], p[6], p[7]), [1.0, 2.0, 4.0, 3.0, 5.0, 9.0, 1.3, 0.6]);
    case!(total_variation, total_variation_grad, |p| (&p[..4], p[4]), [1.0, 2.0, 0.5, 0.7, 0.1]);
    case!(goertzel, goertzel_grad, |p| (&p[..4], p[4]), [1.0, 0.2, -0.5, 0.7, 0.8]);
    case!(haar_level, haar_level_grad, |p| (p), [1.0, 0.2, -0.5, 0.7]);
    case!(envelope_peak, envelope_peak_grad, |p| (&p[..4], p[4]), [1.0, 0.2, -1.5, 0.7, 0.9]);
    assert!(osc_grad(0.1, 0.23, 5).1.1.is_finite());
}
