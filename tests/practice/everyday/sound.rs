//! Filters and spectra with state.

mod biquad_cascade {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Default, Differentiable)]
    pub struct Biquad {
        b0: f64,
        b1: f64,
        b2: f64,
        a1: f64,
        a2: f64,
        z1: f64,
        z2: f64,
    }

    #[differentiate]
    impl Biquad {
        pub fn lowpass(cutoff: f64, q: f64, sample_rate: f64) -> Self {
            let w0 = std::f64::consts::TAU * cutoff / sample_rate;
            let (sn, cs) = w0.sin_cos();
            let alpha = sn / (2.0 * q);
            let norm = 1.0 / (1.0 + alpha);
            let b1 = (1.0 - cs) * norm;
            Self { b0: 0.5 * b1, b1, b2: 0.5 * b1, a1: -2.0 * cs * norm, a2: (1.0 - alpha) * norm, ..Self::default() }
        }
        #[inline(always)]
        pub fn process(&mut self, x: f64) -> f64 {
            let y = self.b0 * x + self.z1;
            self.z1 = self.b1 * x - self.a1 * y + self.z2;
            self.z2 = self.b2 * x - self.a2 * y;
            y
        }
    }

    #[differentiate]
    fn process_block(filters: &mut [Biquad], buffer: &mut [f64]) {
        for sample in buffer.iter_mut() {
            *sample = filters.iter_mut().fold(*sample, |x, f| f.process(x));
        }
    }

    #[differentiate]
    fn biquad_cascade_value(x: &[f64]) -> f64 {
        let mut chain = vec![
            Biquad::lowpass(2000.0 + 1000.0 * x[0], 0.8 + 0.3 * x[1], 44_100.0),
            Biquad::lowpass(3000.0, 0.707, 48_000.0 + 100.0 * x[2]),
        ];
        let mut buf: Vec<f64> = x[3..].to_vec();
        let half = buf.len() / 2;
        process_block(&mut chain, &mut buf[..half]);
        process_block(&mut chain, &mut buf[half..]);
        buf.iter().enumerate().map(|(n, s)| s * (n as f64 * 0.3).cos()).sum()
    }

    mod checks {
        use super::*;
        checked!(biquad_cascade_value biquad_cascade_value_grad biquad_cascade_value_vjp biquad_cascade_value_jvp: 16, -0.9, 0.9, |v| (v), d => d);
    }
}

mod goertzel_dft {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
    struct Complex {
        re: f64,
        im: f64,
    }

    #[differentiate]
    impl std::ops::Add for Complex {
        type Output = Complex;
        fn add(self, o: Complex) -> Complex {
            Complex { re: self.re + o.re, im: self.im + o.im }
        }
    }
    #[differentiate]
    impl std::ops::Sub for Complex {
        type Output = Complex;
        fn sub(self, o: Complex) -> Complex {
            Complex { re: self.re - o.re, im: self.im - o.im }
        }
    }
    #[differentiate]
    impl std::ops::Mul for Complex {
        type Output = Complex;
        fn mul(self, o: Complex) -> Complex {
            Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
        }
    }
    #[differentiate]
    impl Complex {
        fn from_polar(r: f64, phi: f64) -> Self {
            let (s, c) = phi.sin_cos();
            Self { re: r * c, im: r * s }
        }
        fn norm_sqr(&self) -> f64 {
            self.re * self.re + self.im * self.im
        }
    }

    #[differentiate]
    fn fft(a: &[Complex]) -> Vec<Complex> {
        let n = a.len();
        if n == 1 {
            return vec![a[0]];
        }
        let even: Vec<Complex> = a.iter().step_by(2).copied().collect();
        let odd: Vec<Complex> = a.iter().skip(1).step_by(2).copied().collect();
        let (even, odd) = (fft(&even), fft(&odd));
        let mut out = vec![Complex::default(); n];
        for k in 0..n / 2 {
            let t = Complex::from_polar(1.0, -std::f64::consts::TAU * k as f64 / n as f64) * odd[k];
            out[k] = even[k] + t;
            out[k + n / 2] = even[k] - t;
        }
        out
    }

    #[differentiate]
    fn spectral_centroid(signal: &[f64]) -> f64 {
        let spectrum = fft(&signal.iter().map(|&re| Complex { re, im: 0.0 }).collect::<Vec<_>>());
        let half = &spectrum[..spectrum.len() / 2 + 1];
        let (num, den) = half.iter().map(Complex::norm_sqr).enumerate().fold((0.0, 1e-9), |(n, d), (k, p)| (n + k as f64 * p, d + p));
        num / den
    }

    #[differentiate]
    fn goertzel_dft_value(x: &[f64]) -> f64 {
        spectral_centroid(&x[..8]) + x[8] * x[9]
    }

    mod checks {
        use super::*;
        checked!(goertzel_dft_value goertzel_dft_value_grad goertzel_dft_value_vjp goertzel_dft_value_jvp: 10, -1.0, 1.0, |v| (v), d => d);
    }
}

mod compressor_lookahead {
    use crate::checked;
    use autodiff_core::differentiate;
    #[derive(Clone, Debug)]
    struct CompressorSettings {
        threshold_db: f64,
        ratio: f64,
        knee_db: f64,
        attack: f64,
        release: f64,
    }

    #[differentiate(wrt(level_db))]
    fn gain_computer(level_db: f64, s: &CompressorSettings) -> f64 {
        let over = level_db - s.threshold_db;
        let slope = 1.0 / s.ratio - 1.0;
        match over {
            o if 2.0 * o < -s.knee_db => 0.0,
            o if 2.0 * o.abs() <= s.knee_db => slope * (o + s.knee_db / 2.0).powi(2) / (2.0 * s.knee_db),
            o => slope * o,
        }
    }

    #[differentiate(wrt(input))]
    fn compress(input: &[f64], s: &CompressorSettings) -> Vec<f64> {
        let mut envelope = 0.0;
        input
            .iter()
            .map(|&x| {
                let level_db = 20.0 * x.abs().max(1e-6).log10();
                let target = gain_computer(level_db, s);
                let coeff = if target < envelope { s.attack } else { s.release };
                envelope = coeff * envelope + (1.0 - coeff) * target;
                x * 10f64.powf(envelope / 20.0)
            })
            .collect()
    }

    #[differentiate]
    fn compressor_lookahead_value(x: &[f64]) -> f64 {
        let s = CompressorSettings { threshold_db: -12.0, ratio: 4.0, knee_db: 6.0, attack: 0.3, release: 0.8 };
        compress(x, &s).into_iter().rev().enumerate().map(|(i, y)| y / (i + 1) as f64).sum()
    }

    mod checks {
        use super::*;
        checked!(compressor_lookahead_value compressor_lookahead_value_grad compressor_lookahead_value_vjp compressor_lookahead_value_jvp: 10, 0.05, 0.95, |v| (v), d => d);
    }
}
