//! JVPs and lanes through &mut parameters: in place FFT, sorting networks, accumulators.
use autodiff_core::{differentiate, Lanes, Differentiable};
use super::harness::*;

#[differentiate(jacobian, lanes)]
pub fn fft(re: &mut [f64], im: &mut [f64]) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 { j ^= bit; bit >>= 1; }
        j |= bit;
        if i < j { re.swap(i, j); im.swap(i, j); }
    }
    let mut len = 2;
    while len <= n {
        let ang = -2.0 * std::f64::consts::PI / len as f64;
        for start in (0..n).step_by(len) {
            for k in 0..len / 2 {
                let (s, c) = (ang * k as f64).sin_cos();
                let (a, b) = (start + k, start + k + len / 2);
                let (tr, ti) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                re[b] = re[a] - tr; im[b] = im[a] - ti;
                re[a] += tr; im[a] += ti;
            }
        }
        len *= 2;
    }
}
#[differentiate(jacobian, lanes)]
pub fn power(signal: &[f64]) -> Vec<f64> {
    let mut re = signal.to_vec();
    let mut im = vec![0.0; re.len()];
    fft(&mut re, &mut im);
    re.iter().zip(&im).map(|(a, b)| (a * a + b * b).ln_1p()).collect()
}
#[derive(Differentiable, Clone, Debug)]
pub struct Acc { sum: f64, squares: f64, n: usize }
#[differentiate(lanes, jacobian)]
impl Acc {
    pub fn push(&mut self, x: f64) { self.sum += x; self.squares += x * x; self.n += 1; }
    pub fn variance(&self) -> f64 { self.squares / self.n as f64 - (self.sum / self.n as f64).powi(2) }
}
#[differentiate(lanes, jacobian)]
pub fn spread(xs: &[f64], power: f64) -> [f64; 2] {
    let mut acc = Acc { sum: 0.0, squares: 0.0, n: 0 };
    xs.iter().for_each(|x| acc.push(x.powf(power)));
    [acc.variance(), acc.sum]
}
#[test]
fn through_mut() {
    let x = random(8, 5);
    jac("power", 1e-6, &x, &|x| power(x), power_jacobian(&x));
    let f = |x: &[f64]| { let (mut r, mut i) = (x[..4].to_vec(), x[4..].to_vec()); fft(&mut r, &mut i); [r, i].concat() };
    let (mut r, mut i) = (x[..4].to_vec(), x[4..].to_vec());
    let d = random(8, 8);
    let (mut dr, mut di) = (d[..4].to_vec(), d[4..].to_vec());
    fft_jvp(&mut r, &mut i, (&mut dr, &mut di));
    close("fft jvp", &[dr, di].concat(), &along(&f, &x, &d), 1e-7);
    let (mut r, mut i) = (x[..4].to_vec(), x[4..].to_vec());
    let (_, j) = fft_jacobian(&mut r, &mut i);
    jac("fft", 1e-6, &x, &f, ([r, i].concat(), j));
    let y = [0.5, 0.9, 1.4, 1.7];
    let (v, j) = spread_jacobian(&y[..3], y[3]);
    jac("spread", 1e-6, &y, &|x| spread(&x[..3], x[3]).to_vec(), (v.to_vec(), j.iter().map(|r| r.to_vec()).collect()));
    let (v, t) = spread_jvp_lanes::<2>(&y[..3], y[3], (&[Lanes([1.0, 0.0]), Lanes([0.0, 1.0]), Lanes([0.0, 0.0])], Lanes([0.0, 0.0])));
    close("lanes", &[t[0].0[0], t[0].0[1]], &j[0][..2], 1e-12);
}
