//! Tables that are constants and statics, looked into by position.

mod tables {
    use autodiff_core::differentiate;
    static TABLE: [Row; 3] = [Row { lo: 0.0, a: 1.0, n: 1 }, Row { lo: 0.5, a: 2.0, n: 2 }, Row { lo: 0.9, a: 0.5, n: 3 }];
    struct Row {
        lo: f64,
        a: f64,
        n: i32,
    }
    const KNOTS: [f64; 4] = [0.1, 0.4, 0.8, 1.3];
    #[differentiate]
    fn hf3(x: f64, v: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, row) in TABLE.iter().enumerate() {
            if x > row.lo {
                s += row.a * x.powi(row.n) * v[i];
            }
        }
        for row in TABLE.iter().rev().take(2) {
            s *= 1.0 + row.a * x;
        }
        for w in TABLE.windows(2) {
            s += (w[1].lo - w[0].lo) * x * v[w[0].n as usize];
        }
        let k = KNOTS.iter().position(|&t| x < t).map_or(v[0], |i| v[i] * x);
        let best = KNOTS.iter().zip(v).map(|(t, y)| (t - x).powi(2) * y).fold(0.0, |a, b| a + b);
        let first = TABLE.iter().find(|r| r.lo > x).map(|r| r.a * x).unwrap_or(v[1]);
        let j = TABLE.iter().rposition(|r| r.lo < x).map_or(0.0, |i| v[i] * v[i]);
        s + k + best + first + j + v.iter().position(|y| *y > 0.3).map_or_else(|| x * x, |i| v[i].ln())
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { hf3 hf3_grad hf3_vjp hf3_jvp |r| {
            x0: f64 = r.u(0.05,1.4);
            x1: Vec<f64> = r.v(4,-1.,1.);
        } (x0.clone(), &x1) dots => (dots.0.clone(), &dots.1) }
    }
}

mod atmosphere_layers {
    use autodiff_core::differentiate;
    struct Layer {
        base: f64,
        temp: f64,
        lapse: f64,
    }
    static LAYERS: [Layer; 4] = [
        Layer { base: 0.0, temp: 288.15, lapse: -0.0065 },
        Layer { base: 11000.0, temp: 216.65, lapse: 0.0 },
        Layer { base: 20000.0, temp: 216.65, lapse: 0.001 },
        Layer { base: 32000.0, temp: 228.65, lapse: 0.0028 },
    ];

    #[differentiate]
    fn atmosphere_layers(h: f64, p0: f64, mach: f64) -> f64 {
        const G: f64 = 9.80665;
        const RS: f64 = 287.05;
        let mut p = p0;
        let mut temp = LAYERS[0].temp;
        for (i, layer) in LAYERS.iter().enumerate() {
            let top = if i + 1 < LAYERS.len() { LAYERS[i + 1].base } else { 47000.0 };
            let dh = if h < top { h - layer.base } else { top - layer.base };
            temp = layer.temp + layer.lapse * dh;
            if layer.lapse == 0.0 {
                p *= (-G * dh / (RS * layer.temp)).exp();
            } else {
                p *= (temp / layer.temp).powf(-G / (layer.lapse * RS));
            }
            if h < top {
                break;
            }
        }
        let rho = p / (RS * temp);
        0.5 * rho * (mach * (1.4 * RS * temp).sqrt()).powi(2)
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { atmosphere_layers atmosphere_layers_grad atmosphere_layers_vjp atmosphere_layers_jvp |r| {
            x0: f64 = r.u(1000.,30000.);
            x1: f64 = r.u(100000.,102000.);
            x2: f64 = r.u(0.5,2.);
        } (x0.clone(), x1.clone(), x2.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone()) }
    }
}
