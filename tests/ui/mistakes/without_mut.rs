use autodiff_core::differentiate;

#[differentiate]
fn number(x: f64) -> f64 {
    x += 1.0;
    x * x
}

#[differentiate]
fn list(x: f64, v: Vec<f64>) -> f64 {
    v.push(x);
    v[0] * x
}

#[differentiate]
fn slice(v: &[f64]) -> f64 {
    v[0] = 1.0;
    v[0] * v[1]
}

fn main() {
    number_grad(1.0);
    list_grad(1.0, vec![2.0]);
    slice_grad(&[1.0, 2.0]);
}
