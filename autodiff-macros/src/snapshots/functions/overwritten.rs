fn overwritten(x: f64) -> f64 {
    let mut y = x;
    y *= 2.0;
    y += x.exp();
    y * y
}
