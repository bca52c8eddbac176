fn while_loop(x: f64, limit: f64) -> f64 {
    let mut s = x;
    while s < limit {
        s *= 1.5;
    }
    s
}
