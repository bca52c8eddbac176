fn call(x: f64, h: &[f64]) -> f64 {
    let y = square(x);
    y * norm(h)
}
