//! Names that lead to the wrong file if they are not looked up as rustc looks them up.

use crate::linalg;
use crate::other::Layer;
use crate::types::*;
use autodiff_core::differentiate;

/// That of the helper is another one.
const SIMPSON: [f64; 3] = [7.0, 8.0, 9.0];

/// The import hides what the star brings.
#[differentiate]
pub fn imported(layer: &Layer, k: f64) -> f64 {
    layer.weights.first().unwrap() * k + layer.weights.map(|w| w * w).iter().sum::<f64>() + layer.bias
}

/// The same name, from the file that the star means.
#[differentiate]
pub fn by_path(layer: &crate::types::Layer, k: f64) -> f64 {
    layer.weights.first().unwrap().last().unwrap() * k + layer.bias.last().unwrap() * layer.bias.len() as f64
}

/// A scope of its own.
#[differentiate]
pub fn inside(v: &[f64]) -> f64 {
    use crate::other::Gaussian;
    let g = Gaussian { mean: [v[0], v[1]], scale: v[2] };
    let r = g.rate(v[0]);
    r[0] * r[1] + g.mean.iter().product::<f64>()
}

/// Methods of one name, of types that give different things for it.
#[differentiate]
pub fn rates(c: &Curve, g: &crate::other::Gaussian) -> f64 {
    c.rate(0.5) * g.rate(2.0)[1] + g.rate(1.0).iter().sum::<f64>()
}

/// What the helper names is its own, and so is what the closure has from here.
#[differentiate]
pub fn captured(h: f64, a: f64) -> f64 {
    let f = a * h;
    let n = 2.0 * a;
    linalg::integrate(|x| f * x + SIMPSON[0] * h * n, 0.0, h, 3) + SIMPSON[2]
}

/// A variable with the name of a helper.
#[differentiate]
pub fn shadowed(v: &[f64], k: f64) -> f64 {
    use crate::linalg::evens;
    let all: f64 = evens(v).sum();
    let middle = linalg::middle(v).copied().unwrap_or(k) * all;
    let evens_of = |middle: f64| middle * k;
    evens_of(middle) + linalg::evens(v).product::<f64>()
}

/// References out of methods, to what is overwritten afterwards.
#[differentiate]
pub fn overwritten(layer: &Layer, k: f64) -> f64 {
    let mut layer = layer.clone();
    let before = *layer.heavier() * k;
    layer.weights[1] = k * k;
    layer.bias *= before;
    layer.heavier() * before + layer.parts().map(|p| p.sin()).sum::<f64>() + layer.weights.iter().sum::<f64>()
}

/// No trips, and nothing there.
#[differentiate]
pub fn empty(layer: &Layer, k: f64) -> f64 {
    let mut s = k;
    for part in layer.parts().skip(3) {
        s *= part;
    }
    linalg::middle(&layer.weights[2..]).copied().unwrap_or(s) + linalg::integrate(|x| x * k, 0.0, 1.0, 0)
}

mod within {
    use super::*;

    #[differentiate]
    pub fn nested(g: &Gaussian, k: f64) -> f64 {
        g.mean.iter().map(|m| m * k).sum::<f64>() * g.log_sigma[g.log_sigma.len() - 1]
    }
}
pub use within::*;
