//! Attention, recurrent cells, random fields, filters, spectra.
use autodiff_core::{Differentiable, differentiate};

type Matrix = Vec<Vec<f64>>;

#[differentiate]
fn matvec(m: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
}
#[differentiate]
fn transpose(m: &Matrix) -> Matrix {
    let cols = m.first().map_or(0, |r| r.len());
    (0..cols).map(|j| m.iter().map(|row| row[j]).collect()).collect()
}
#[differentiate]
fn matmul(a: &Matrix, b: &Matrix) -> Matrix {
    let bt = transpose(b);
    a.iter().map(|r| bt.iter().map(|c| r.iter().zip(c.iter()).map(|(x, y)| x * y).sum::<f64>()).collect::<Vec<_>>()).collect()
}
#[differentiate]
fn softmax(xs: &mut [f64]) {
    let m = xs.iter().cloned().fold(f64::MIN, f64::max);
    let mut z = 0.0;
    for x in xs.iter_mut() {
        *x = (*x - m).exp();
        z += *x;
    }
    xs.iter_mut().for_each(|x| *x /= z);
}
#[differentiate]
fn attention(q: &Matrix, k: &Matrix, v: &Matrix, causal: bool) -> Matrix {
    let d = q[0].len() as f64;
    let mut scores = matmul(q, &transpose(k));
    for (i, row) in scores.iter_mut().enumerate() {
        for (j, s) in row.iter_mut().enumerate() {
            *s /= d.sqrt();
            if causal && j > i {
                *s = -1e9;
            }
        }
        softmax(row);
    }
    matmul(&scores, v)
}
#[differentiate]
fn layer_norm(x: &[f64], gamma: &[f64], beta: &[f64]) -> Vec<f64> {
    const EPS: f64 = 1e-5;
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let var = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    let inv = (var + EPS).sqrt().recip();
    x.iter().zip(gamma).zip(beta).map(|((x, g), b)| (x - mean) * inv * g + b).collect()
}
#[differentiate]
fn block_loss(x: &Matrix, wq: &Matrix, wk: &Matrix, wv: &Matrix, gamma: &[f64], beta: &[f64]) -> f64 {
    let normed: Matrix = x.iter().map(|r| layer_norm(r, gamma, beta)).collect();
    let (q, k, v) = (matmul(&normed, wq), matmul(&normed, wk), matmul(&normed, wv));
    let out = attention(&q, &k, &v, true);
    out.iter().zip(x).flat_map(|(o, r)| o.iter().zip(r.iter())).map(|(o, r)| (o + r).tanh().powi(2)).sum()
}

#[derive(Clone, Debug, Differentiable)]
struct Gru {
    wz: Matrix,
    wr: Matrix,
    wh: Matrix,
    bias: [f64; 3],
}
#[differentiate]
fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
#[differentiate]
impl Gru {
    fn cell(&self, x: &[f64], h: &[f64]) -> Vec<f64> {
        let input: Vec<f64> = x.iter().chain(h.iter()).copied().collect();
        let z: Vec<f64> = matvec(&self.wz, &input).into_iter().map(|v| sigmoid(v + self.bias[0])).collect();
        let r: Vec<f64> = matvec(&self.wr, &input).into_iter().map(|v| sigmoid(v + self.bias[1])).collect();
        let gated = [x, &h.iter().zip(&r).map(|(a, b)| a * b).collect::<Vec<f64>>()].concat();
        let cand = matvec(&self.wh, &gated);
        h.iter().zip(cand.iter()).zip(z.iter()).map(|((h, c), z)| (1.0 - z) * h + z * (c + self.bias[2]).tanh()).collect()
    }
}
#[differentiate(wrt(gru))]
fn gru_loss(gru: &Gru, xs: &[Vec<f64>], target: &[f64]) -> f64 {
    let h0 = vec![0.0; target.len()];
    let h = xs.iter().fold(h0, |h, x| gru.cell(x, &h));
    h.iter().zip(target).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / target.len() as f64
}

// InfoNCE
#[differentiate]
fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let (dot, na, nb) = a.iter().zip(b).fold((0.0, 0.0, 0.0), |(d, x, y), (p, q)| (d + p * q, x + p * p, y + q * q));
    dot / (na.sqrt() * nb.sqrt()).max(1e-12)
}
#[differentiate]
fn log_sum_exp(xs: &[f64]) -> f64 {
    let Some(m) = xs.iter().copied().reduce(f64::max) else { return f64::NEG_INFINITY };
    m + xs.iter().map(|x| (x - m).exp()).sum::<f64>().ln()
}
#[differentiate]
fn info_nce(anchors: &[Vec<f64>], positives: &[Vec<f64>], tau: f64) -> f64 {
    let mut loss = 0.0;
    for (i, a) in anchors.iter().enumerate() {
        let sims: Vec<f64> = positives.iter().map(|p| cosine(a, p) / tau).collect();
        loss += log_sum_exp(&sims) - sims[i];
    }
    loss / anchors.len() as f64
}

// CRF
#[differentiate(wrt(emissions, transitions))]
fn crf_nll(emissions: &[Vec<f64>], transitions: &[[f64; 3]; 3], tags: &[usize]) -> f64 {
    let score: f64 =
        emissions.iter().zip(tags).map(|(e, &t)| e[t]).sum::<f64>() + tags.windows(2).map(|w| transitions[w[0]][w[1]]).sum::<f64>();
    let mut alpha = emissions[0].clone();
    for e in emissions.iter().skip(1) {
        alpha = (0..e.len())
            .map(|j| {
                let terms = alpha.iter().zip(transitions).map(|(a, tr)| a + tr[j]).collect::<Vec<_>>();
                log_sum_exp(&terms) + e[j]
            })
            .collect();
    }
    log_sum_exp(&alpha) - score
}

// conv1d + maxpool + enum layers
#[derive(Clone, Debug, Differentiable)]
enum Layer {
    Dense { w: Matrix, b: Vec<f64> },
    Relu,
    Conv(Vec<f64>),
    MaxPool(usize),
    Residual(Vec<Layer>),
}
#[differentiate]
impl Layer {
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Layer::Dense { w, b } => w.iter().zip(b).map(|(row, b)| row.iter().zip(x).map(|(a, c)| a * c).sum::<f64>() + b).collect(),
            Layer::Relu => x.iter().map(|&v| v.max(0.0)).collect(),
            Layer::Conv(kernel) => x.windows(kernel.len()).map(|w| w.iter().zip(kernel.iter().rev()).map(|(a, b)| a * b).sum()).collect(),
            Layer::MaxPool(n) => x.chunks(*n).map(|c| c.iter().copied().fold(f64::NEG_INFINITY, f64::max)).collect(),
            Layer::Residual(inner) => {
                let mut y = x.to_vec();
                for l in inner {
                    y = l.forward(&y);
                }
                y.iter().zip(x).map(|(a, b)| a + b).collect()
            }
        }
    }
}
#[differentiate]
fn network(layers: &[Layer], x: &[f64]) -> f64 {
    layers.iter().fold(x.to_vec(), |h, l| l.forward(&h)).iter().map(|v| v * v * 0.5).sum()
}
fn net(v: &[f64]) -> Vec<Layer> {
    vec![
        Layer::Conv(v[..2].to_vec()),
        Layer::Residual(vec![Layer::Relu, Layer::Dense { w: v[2..18].chunks(4).map(|c| c.to_vec()).collect(), b: v[18..22].to_vec() }]),
        Layer::MaxPool(2),
    ]
}

// biquad cascade
#[derive(Clone, Copy, Debug, Default, Differentiable)]
pub struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: (f64, f64),
}
#[differentiate]
impl Biquad {
    pub fn lowpass(fc: f64, q: f64) -> Self {
        let w = std::f64::consts::TAU * fc;
        let alpha = w.sin() / (2.0 * q);
        let a0 = 1.0 + alpha;
        let b1 = (1.0 - w.cos()) / a0;
        Biquad { b: [b1 / 2.0, b1, b1 / 2.0], a: [-2.0 * w.cos() / a0, (1.0 - alpha) / a0], ..Default::default() }
    }
    #[inline]
    pub fn process(&mut self, x: f64) -> f64 {
        let Biquad { b: [b0, b1, b2], a: [a1, a2], z } = self;
        let y = *b0 * x + z.0;
        z.0 = *b1 * x - *a1 * y + z.1;
        z.1 = *b2 * x - *a2 * y;
        y
    }
}
#[differentiate]
fn cascade(fcs: &[f64], q: f64, signal: &[f64]) -> f64 {
    let mut stages: Vec<Biquad> = fcs.iter().map(|&f| Biquad::lowpass(f, q)).collect();
    let mut energy = 0.0;
    for &s in signal {
        let y = stages.iter_mut().fold(s, |acc, st| st.process(acc));
        energy += y * y;
    }
    energy
}

// recursive FFT
#[differentiate]
fn fft(re: Vec<f64>, im: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    let n = re.len();
    if n == 1 {
        return (re, im);
    }
    let even_re: Vec<f64> = re.iter().step_by(2).copied().collect();
    let even_im: Vec<f64> = im.iter().step_by(2).copied().collect();
    let odd_re: Vec<f64> = re.iter().skip(1).step_by(2).copied().collect();
    let odd_im: Vec<f64> = im.iter().skip(1).step_by(2).copied().collect();
    let (er, ei) = fft(even_re, even_im);
    let (or, oi) = fft(odd_re, odd_im);
    let mut out_re = vec![0.0; n];
    let mut out_im = vec![0.0; n];
    for k in 0..n / 2 {
        let ang = -2.0 * std::f64::consts::PI * k as f64 / n as f64;
        let (s, c) = ang.sin_cos();
        let tr = c * or[k] - s * oi[k];
        let ti = c * oi[k] + s * or[k];
        out_re[k] = er[k] + tr;
        out_im[k] = ei[k] + ti;
        out_re[k + n / 2] = er[k] - tr;
        out_im[k + n / 2] = ei[k] - ti;
    }
    (out_re, out_im)
}
#[differentiate]
fn spectral_flatness(x: &[f64]) -> f64 {
    let (re, im) = fft(x.to_vec(), vec![0.0; x.len()]);
    let power: Vec<f64> = re.iter().zip(&im).map(|(r, i)| r.powi(2) + i.powi(2) + 1e-3).take(x.len() / 2 + 1).collect();
    let n = power.len() as f64;
    let geo = (power.iter().map(|p| p.ln()).sum::<f64>() / n).exp();
    geo / (power.iter().sum::<f64>() / n)
}

// Goertzel
#[differentiate]
fn goertzel(x: &[f64], freq: f64) -> f64 {
    let coeff = 2.0 * (2.0 * std::f64::consts::PI * freq).cos();
    let (s1, s2) = x.iter().fold((0.0, 0.0), |(s1, s2), &v| (v + coeff * s1 - s2, s1));
    s1 * s1 + s2 * s2 - coeff * s1 * s2
}

// LPC Levinson-Durbin
#[differentiate]
fn lpc(x: &[f64], order: usize) -> (Vec<f64>, f64) {
    let r: Vec<f64> = (0..=order).map(|lag| x[lag..].iter().zip(x).map(|(a, b)| a * b).sum()).collect();
    let mut a = vec![1.0];
    let mut err = r[0];
    for i in 1..=order {
        let acc: f64 = a.iter().enumerate().map(|(j, aj)| aj * r[i - j]).sum();
        let k = -acc / err;
        let prev = a.clone();
        a.push(0.0);
        for j in 1..i {
            a[j] = prev[j] + k * prev[i - j];
        }
        a[i] = k;
        err *= 1.0 - k * k;
    }
    (a, err)
}
#[differentiate]
fn lpc_gain(x: &[f64]) -> f64 {
    let (a, err) = lpc(x, 3);
    err.ln() + a.iter().map(|v| v.abs()).sum::<f64>()
}

// envelope follower by scan, zero crossing rates, resampling
#[differentiate]
fn envelope(x: &[f64], attack: f64, release: f64) -> f64 {
    let env: Vec<f64> = x
        .iter()
        .map(|v| v.abs())
        .scan(0.0, |state, v| {
            let k = if v > *state { attack } else { release };
            *state += k * (v - *state);
            Some(*state)
        })
        .collect();
    let crossings = x.windows(2).filter(|w| w[0].signum() != w[1].signum()).count();
    env.iter().rev().enumerate().map(|(i, e)| e / (i + 1) as f64).sum::<f64>() + crossings as f64
}

// overlap-add STFT magnitude w/ Hann window const table
#[differentiate]
fn stft_energy(x: &[f64], window: &[f64; 4]) -> f64 {
    x.windows(4)
        .step_by(2)
        .map(|frame| {
            let mut windowed = [0.0; 4];
            for (o, (f, w)) in windowed.iter_mut().zip(frame.iter().zip(window)) {
                *o = f * w;
            }
            let [a, b, c, d] = windowed;
            (a + b + c + d).powi(2) + (a - c).powi(2) + (b - d).powi(2)
        })
        .map(f64::ln_1p)
        .sum()
}
fn m(v: &[f64], c: usize) -> Matrix {
    v.chunks(c).map(|r| r.to_vec()).collect()
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(block_loss block_loss_grad block_loss_vjp block_loss_jvp: 22, -1.0, 1.0, |v| (&m(&v[..6], 2), &m(&v[6..10],2), &m(&v[10..14],2), &m(&v[14..18],2), &v[18..20], &v[20..]));
    checked!(gru_loss gru_loss_grad gru_loss_vjp gru_loss_jvp: 27, -1.0, 1.0, |v| (&Gru{wz:m(&v[..8],4),wr:m(&v[8..16],4),wh:m(&v[16..24],4),bias:arr(&v[24..])}, &m(&[0.1,0.4,-0.3,0.7,0.2,-0.5],2), &[0.2,-0.4]));
    checked!(info_nce info_nce_grad info_nce_vjp info_nce_jvp: 13, 0.2, 1.0, |v| (&m(&v[..6],2), &m(&v[6..12],2), v[12]));
    checked!(crf_nll crf_nll_grad crf_nll_vjp crf_nll_jvp: 18, -1.0, 1.0, |v| (&m(&v[..9],3), &[arr(&v[9..12]),arr(&v[12..15]),arr(&v[15..])], &[0,2,1]));
    checked!(network network_grad network_vjp network_jvp: 27, -1.0, 1.0, |v| (&net(v), &v[22..]));
    checked!(cascade cascade_grad cascade_vjp cascade_jvp: 9, 0.1, 0.4, |v| (&v[..2], v[2], &v[3..]));
    checked!(spectral_flatness spectral_flatness_grad spectral_flatness_vjp spectral_flatness_jvp: 8, -1.0, 1.0, |v| (v));
    checked!(goertzel goertzel_grad goertzel_vjp goertzel_jvp: 9, 0.1, 1.0, |v| (&v[..8], v[8]));
    checked!(lpc_gain lpc_gain_grad lpc_gain_vjp lpc_gain_jvp: 8, -1.0, 1.0, |v| (v));
    checked!(envelope envelope_grad envelope_vjp envelope_jvp: 10, 0.05, 0.6, |v| (&v[..8], v[8], v[9]));
    checked!(stft_energy stft_energy_grad stft_energy_vjp stft_energy_jvp: 14, -1.0, 1.0, |v| (&v[..10], &arr(&v[10..])));
}
