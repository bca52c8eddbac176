fn independent_loop(w: &[f64], x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..w.len() {
        let d = w[i] - x;
        sum += d * d;
    }
    sum
}
