fn branch(x: f64, y: f64) -> f64 {
    if x > y { x * x } else { y.ln() }
}
