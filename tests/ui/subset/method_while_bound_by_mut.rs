use autodiff_core::{differentiate, Differentiable};

#[derive(Differentiable, Clone)]
struct Model {
    shape: Option<f64>,
    gain: f64,
}

#[differentiate]
impl Model {
    fn area(&self) -> f64 {
        self.shape.unwrap_or(0.0) * self.gain
    }
}

#[differentiate]
fn f(x: f64, k: f64) -> f64 {
    let mut m = Model { shape: Some(x), gain: k };
    let mut y = k;
    if let Some(r) = &mut m.shape {
        *r *= k;
        y += m.area();
    }
    y
}

fn main() {}
